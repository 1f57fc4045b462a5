"""The shipped receivers, asked with Alertmanager's own tool: whether it reads the file, and who gets which alert."""

from __future__ import annotations

import csv
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from exporter.stack.configuration import alertmanager_text
from exporter.stack.ports import Ports
from exporter.stack.programs import Program, find_program
from exporter.stack.versions import BOT_TOKEN_FILE_SINCE, version_of

_ROOT = Path(__file__).parents[2]
_DEPLOY = _ROOT / "deploy/alertmanager"

ALWAYS = ["gerbang", "grup-noc", "petugas-siang", "petugas-malam"]
QUIET = ["gerbang", "grup-noc-senyap"]
AREAS = {"tim-bogor": 6, "tim-purwakarta": 5, "tim-cirebon": 5, "tim-priangan": 11}


def _amtool() -> Path:
    return find_program(Program.AMTOOL, root=_ROOT, environment=os.environ)


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file as the tool's version takes it: as it is, or as ``for-0.25`` writes it."""
    if version_of(_amtool()) >= BOT_TOKEN_FILE_SINCE:
        return _DEPLOY / "alertmanager.yml"
    return _for_old(tmp_path_factory.mktemp("old"))


def _for_old(folder: Path) -> Path:
    """What ``deploy/alertmanager/for-0.25`` makes of the shipped file, with a token that exists."""
    (folder / "telegram-token").write_text("1:t0k-en_\n", encoding="utf-8")
    shipped = (_DEPLOY / "alertmanager.yml").read_text(encoding="utf-8")
    shipped = shipped.replace("/etc/pantau/secrets/", f"{folder}/").replace("/etc/pantau/pesan/", f"{folder}/pesan/")
    (folder / "before.yml").write_text(shipped, encoding="utf-8")
    (folder / "templates").symlink_to(_DEPLOY / "templates")
    words = [str(_DEPLOY / "for-0.25"), str(folder / "before.yml")]
    ran = subprocess.run(words, capture_output=True, text=True, check=True, timeout=60)
    (folder / "after.yml").write_text(ran.stdout, encoding="utf-8")
    return folder / "after.yml"


def _receivers(config: Path, labels: Sequence[str]) -> list[str]:
    words = [str(_amtool()), "config", "routes", "test", f"--config.file={config}", *labels]
    ran = subprocess.run(words, capture_output=True, text=True, check=True, timeout=60)
    return ran.stdout.strip().split(",")


def test_check_config(config: Path) -> None:
    """Routes, receivers and templates are understood by this version."""
    words = [str(_amtool()), "check-config", str(config)]
    ran = subprocess.run(words, capture_output=True, text=True, check=False, timeout=60)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert " - 2 templates\n" in ran.stdout


@pytest.mark.parametrize(
    ("labels", "receivers"),
    [
        # outages, by severity and scope
        ("CoreOutage critical core", ALWAYS),
        ("AreaOutage critical area kabkota=32.01", [*ALWAYS, "tim-bogor"]),
        ("ProviderOutage critical provider provider=penyedia-a", [*ALWAYS, "pengelola-1"]),
        (
            "ProviderOutage critical provider provider=penyedia-e kabkota=32.15",
            [*ALWAYS, "tim-purwakarta", "pengelola-2"],
        ),
        ("SiteDown warning site site=s kabkota=32.74", [*ALWAYS, "tim-cirebon"]),
        ("LinkDown warning link link=l provider=penyedia-b kabkota=32.05", [*ALWAYS, "tim-priangan"]),
        ("LinkFailover warning link link=l provider=penyedia-b kabkota=32.05", [*ALWAYS, "tim-priangan"]),
        # outside service hours
        ("LinkDown info link link=l provider=penyedia-b kabkota=32.05", [*QUIET, "surel-info"]),
        ("SiteDown info site site=s kabkota=32.74", [*QUIET, "surel-info"]),
        # quality and service level
        ("LinkLossHigh warning link link=l provider=penyedia-c kabkota=32.79", [*ALWAYS, "tim-priangan"]),
        ("LinkLatencyHigh info link link=l provider=penyedia-c kabkota=32.79", [*QUIET, "surel-info"]),
        ("LinkSlaBurn warning link link=l provider=penyedia-c kabkota=32.79", [*ALWAYS, "tim-priangan", "pengelola-2"]),
        ("LinkSlaBurnSlow info link link=l provider=penyedia-a", [*QUIET, "pengelola-1", "surel-info"]),
        ("LinkSlaForecast info link link=l provider=penyedia-d", [*QUIET, "pengelola-2", "surel-info"]),
        ("ContractEnding info provider provider=penyedia-a contract=k", [*QUIET, "pengelola-1", "surel-info"]),
        ("MaintenanceActive info link window=w", [*QUIET, "surel-info"]),
        # what is learned beside the echo
        ("ProbeFailing warning link link=l provider=penyedia-c kabkota=32.79", [*ALWAYS, "tim-priangan"]),
        ("SnmpSilent info link link=l provider=penyedia-c kabkota=32.79", [*QUIET, "surel-info"]),
        ("SnmpSilent warning prober", ALWAYS),
        ("LinkSaturated warning link link=l provider=penyedia-c kabkota=32.79", [*ALWAYS, "tim-priangan"]),
        ("LinkIdle info link link=l provider=penyedia-a", [*QUIET, "surel-info"]),
        ("CertificateEnding info link link=l provider=penyedia-a", [*QUIET, "surel-info"]),
        # ourselves
        ("ExporterDown critical prober", ALWAYS),
        ("ExporterReloadFailed warning prober", ALWAYS),
        ("JournalNotWritten warning prober", ALWAYS),
        ("NotificationsFailing critical prober", ALWAYS),
        ("EvidencePackFailed warning prober month=2026-10 selection=semua", ALWAYS),
        # somebody else's: nothing is lost
        ("Strange none", ["gerbang"]),
        ("LinkDown warning link provider=penyedia-z kabkota=99.99", ALWAYS),
        # the heartbeat, and nobody else is told of it
        ("Watchdog info prober", ["detak"]),
    ],
)
def test_who_is_told(config: Path, labels: str, receivers: Sequence[str]) -> None:
    """Each kind of alert goes to the gateway once and to whom it concerns. (The hours are another test's affair.)"""
    name, severity, *rest = labels.split()
    scope = [f"scope={rest.pop(0)}"] if rest and "=" not in rest[0] else []
    assert _receivers(config, [f"alertname={name}", f"severity={severity}", *scope, *rest]) == receivers


def test_every_regency_and_city_has_one_team(config: Path) -> None:
    """The 27 are divided among the teams, none is forgotten, none has two."""
    with (_ROOT / "exporter/data/kabupaten_kota_jabar.csv").open(encoding="utf-8") as file:
        codes = [row["code"] for row in csv.DictReader(file)]
    found = [
        receiver
        for code in codes
        for receiver in _receivers(config, ["alertname=LinkDown", "severity=warning", "scope=link", f"kabkota={code}"])
        if receiver not in ALWAYS
    ]
    assert len(codes) == len(found)
    assert {team: found.count(team) for team in found} == AREAS


def test_the_script_for_old_versions_changes_the_token_and_nothing_else(tmp_path: Path) -> None:
    """It writes what the trial writes for 0.25, from its first line to its last."""
    shipped = (_DEPLOY / "alertmanager.yml").read_text(encoding="utf-8")
    trial = alertmanager_text(shipped, Ports(), tmp_path / "templates", tmp_path, token="1:t0k-en_")
    written = _for_old(tmp_path).read_text(encoding="utf-8").splitlines()
    differing = [pair for pair in zip(written, trial.splitlines(), strict=True) if pair[0] != pair[1]]
    assert [one.split(":")[0].strip() for one, _ in differing] == [
        "telegram_api_url",
        "smtp_smarthost",
        "smtp_require_tls",
    ]


@pytest.mark.parametrize(
    ("token", "complaint"),
    [
        (None, "there is no token in TOKEN: write it there first"),
        ("", "there is no token in TOKEN: write it there first"),
        ("\r\n", "there is no token in TOKEN: write it there first"),
        ('1:a"b\n', "what TOKEN has in its first line is no token of a bot"),
    ],
    ids=["no file", "empty", "an empty line", "not a token"],
)
def test_the_script_for_old_versions_when_there_is_no_token(tmp_path: Path, token: str | None, complaint: str) -> None:
    """It says which file is wrong, fails, writes nothing, and leaves the file that is in use."""
    path, live = tmp_path / "token", tmp_path / "live.yml"
    if token is not None:
        path.write_bytes(token.encode())
    live.write_text("live\n", encoding="utf-8")
    (tmp_path / "config.yml").write_text(f"a: b\n- bot_token_file: {path}\n", encoding="utf-8")
    for output in ([], [str(live)]):
        words = [str(_DEPLOY / "for-0.25"), str(tmp_path / "config.yml"), *output]
        ran = subprocess.run(words, capture_output=True, text=True, check=False, timeout=60)
        assert ran.returncode == 1
        assert (ran.stdout, ran.stderr) == ("", f"for-0.25: {complaint.replace('TOKEN', str(path))}\n")
    assert live.read_text(encoding="utf-8") == "live\n"
    assert len(list(tmp_path.iterdir())) == (2 if token is None else 3)


def test_the_script_for_old_versions_replaces_a_file_in_one_step(tmp_path: Path) -> None:
    """A token with a Windows line end is taken; the new file is another one, closed to others, and nothing is left."""
    (tmp_path / "token").write_bytes(b"1:t0k-en_\r\n")
    (tmp_path / "config.yml").write_text(f"- bot_token_file: {tmp_path}/token\n", encoding="utf-8")
    live = tmp_path / "live.yml"
    words = [str(_DEPLOY / "for-0.25"), str(tmp_path / "config.yml"), str(live)]
    subprocess.run(words, check=True, timeout=60)
    assert live.stat().st_mode & 0o777 == 0o600
    live.chmod(0o644)
    before = live.stat().st_ino
    with live.open(encoding="utf-8") as still_open:
        subprocess.run(words, check=True, timeout=60)
        assert live.stat().st_ino != before
        assert still_open.read() == live.read_text(encoding="utf-8") == '- bot_token: "1:t0k-en_"\n'
    assert live.stat().st_mode & 0o777 == 0o640
    assert {path.name for path in tmp_path.iterdir()} == {"token", "config.yml", "live.yml"}
