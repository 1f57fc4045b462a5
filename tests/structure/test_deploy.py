"""What ships to run the stack agrees with the programs, with itself, and with the limits it states."""

from __future__ import annotations

import argparse
import re
import shlex
import tomllib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from exporter.cli import parser_for
from exporter.exposition import Exposition
from exporter.model import Limit
from exporter.scrape import Scraper
from exporter.self_metrics import SelfMetrics
from exporter.stack.ports import Ports
from exporter.stack.record import HEARTBEAT_ROUTE, MESSAGE_ROUTE
from tests.support.inventories import many_links, planned_works
from tests.support.snapshots import make_snapshot

_ROOT = Path(__file__).parents[2]
_DAYS_OF_A_MONTH = 31

#: Twice the links the system is tested at would be refused; a tenth more must not.
_LINKS = 5_500


def _text(path: str) -> str:
    return (_ROOT / path).read_text(encoding="utf-8")


def _document(path: str) -> Any:
    return yaml.safe_load(_text(path))


def _run_arguments(words: Sequence[str]) -> argparse.Namespace:
    """The words of ``pantau run`` as the program reads them; SystemExit when it refuses them."""
    program, command, *rest = words
    assert program.endswith("pantau")
    return parser_for(command).parse_args(rest)


def test_the_unit_starts_the_program_as_it_is() -> None:
    """``pantau.service`` uses flags that exist, and listens where Prometheus looks."""
    unit = _text("deploy/systemd/pantau.service").replace("\\\n", " ")
    (line,) = re.findall(r"^ExecStart=(.*)$", unit, re.MULTILINE)
    arguments = _run_arguments(shlex.split(line))
    assert arguments.listen == f"127.0.0.1:{Ports().exporter}"
    (folder,) = re.findall(r"^StateDirectory=(.*)$", unit, re.MULTILINE)
    assert arguments.journal.parent == Path("/var/lib") / folder


def _jobs() -> dict[str, Any]:
    """The scrape jobs that ship, by name."""
    return {job["job_name"]: job for job in _document("deploy/prometheus/prometheus.yml")["scrape_configs"]}


def test_prometheus_scrapes_under_the_names_that_the_rules_know() -> None:
    """Rules ask for jobs "pantau", "prometheus" and "alertmanager"; each has that name and its program's address."""
    ports = Ports()
    assert {name: job["static_configs"] for name, job in _jobs().items()} == {
        "pantau": [{"targets": [f"127.0.0.1:{ports.exporter}"]}],
        "prometheus": [{"targets": [f"127.0.0.1:{ports.prometheus}"]}],
        "alertmanager": [{"targets": [f"127.0.0.1:{ports.alertmanager}"]}],
    }


def test_every_scrape_is_limited() -> None:
    """A page that grew beyond all measure is refused, whoever serves it."""
    limits = {"sample_limit", "body_size_limit", "label_limit", "label_name_length_limit", "label_value_length_limit"}
    assert all(limits <= job.keys() for job in _jobs().values())


def test_prometheus_keeps_more_than_a_month() -> None:
    """The default of 15 days would lose half of the month that a report is about; RetentionTooShort stays silent."""
    (days,) = re.findall(r"^--storage\.tsdb\.retention\.time=(\d+)d$", _text("deploy/prometheus/flags"), re.MULTILINE)
    (least_s,) = (
        float(rule["expr"].removeprefix("vector(").removesuffix(")"))
        for group in _document("alert_rules/thresholds.yml")["groups"]
        for rule in group["rules"]
        if rule["record"] == "threshold:retention:seconds"
    )
    assert _DAYS_OF_A_MONTH * 86_400 < least_s < int(days) * 86_400


def _page_size(links: int) -> tuple[int, int]:
    """Samples and bytes of the page: links with every limit of their own, and a planned work for each ten of them."""
    plain = many_links(links)
    limits = dict.fromkeys(Limit, 0.12345)
    limited = {key: replace(link, limits=limits) for key, link in plain.links.items()}
    works = {f"pm-{n}": replace(planned_works([])["running"], id=f"pm-{n}") for n in range(links // 10)}
    snapshot = make_snapshot(replace(plain, links=limited, maintenance=works))
    page = Scraper(lambda: snapshot, SelfMetrics(loaded_unix_s=1.0)).body(Exposition.TEXT, gzip=False)
    return sum(not line.startswith("#") for line in page.decode().splitlines()), len(page)


def test_prometheus_accepts_the_page_of_the_largest_inventory() -> None:
    """The limits hold 5,500 links, and not ten times as many."""
    job = _jobs()["pantau"]
    sizes = [_page_size(links) for links in (100, 200)]
    (samples, size_bytes) = (
        after + (after - before) * (_LINKS - 200) // 100 for before, after in zip(*sizes, strict=True)
    )
    assert samples < job["sample_limit"] < 10 * samples
    assert size_bytes < int(job["body_size_limit"].removesuffix("MB")) * 2**20 < 10 * size_bytes


def test_alertmanager_delivers_where_the_receiver_listens() -> None:
    """Both addresses of alertmanager.yml are routes of the receiver, on its default port."""
    receivers = _document("deploy/alertmanager/alertmanager.yml")["receivers"]
    urls = {config["url"] for receiver in receivers for config in receiver.get("webhook_configs", [])}
    assert urls == {f"http://127.0.0.1:{Ports().receiver}{route}" for route in (MESSAGE_ROUTE, HEARTBEAT_ROUTE)}


def test_no_receiver_has_the_token_of_another() -> None:
    """The heartbeat goes to a service outside: the gateway's token would let it send messages in our name."""
    receivers = _document("deploy/alertmanager/alertmanager.yml")["receivers"]
    files = [
        config["http_config"]["authorization"]["credentials_file"]
        for receiver in receivers
        for config in receiver.get("webhook_configs", [])
    ]
    assert len(files) == len(set(files)) == 2


def _secret_files() -> set[str]:
    """Every file that alertmanager.yml reads a secret from."""
    return set(re.findall(r"^[^#]*_file: *([^\s}]+)", _text("deploy/alertmanager/alertmanager.yml"), re.MULTILINE))


def test_the_page_names_every_secret() -> None:
    """docs/operations.md says which files to write."""
    page = _text("docs/operations.md")
    assert all(f"`{Path(file).name}`" in page for file in _secret_files())


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-evidence.lock", "requirements-dev.lock"])
def test_a_lock_names_versions_and_hashes_and_nothing_else(name: str) -> None:
    """No index, no address, no path: where packages come from is the installing machine's affair."""
    version = re.compile(r"[a-z0-9-]+==[0-9][0-9a-z.]*( ; [^\\]+)? \\")
    digest = re.compile(r"    --hash=sha256:[0-9a-f]{64}( \\)?")
    assert not [line for line in _text(name).splitlines() if not (version.fullmatch(line) or digest.fullmatch(line))]


def test_the_locks_agree() -> None:
    """What runs in production is what was tested: each version of a lock is in those that hold more."""
    runtime, evidence, development = (
        {line for line in _text(name).splitlines() if "==" in line}
        for name in ("requirements.lock", "requirements-evidence.lock", "requirements-dev.lock")
    )
    assert runtime
    assert runtime < evidence < development


def test_the_locks_are_written_by_one_command() -> None:
    """``make lock`` names each lock, and the smaller ones are resolved under what the largest found."""
    (line,) = re.findall(r'for pair in (".*"); do', _text("Makefile"))
    assert [word.split(":")[0] for word in shlex.split(line)] == [
        "requirements-dev.lock",
        "requirements-evidence.lock",
        "requirements.lock",
    ]
    assert line.count("--constraint requirements-dev.lock") == 2


def test_the_locks_hold_what_pyproject_asks_for() -> None:
    """A dependency that was added without ``make lock`` is missed here."""
    project = tomllib.loads(_text("pyproject.toml"))["project"]
    groups = project["optional-dependencies"]
    wanted = [*project["dependencies"], *(name for each in groups.values() for name in each)]
    locked = {line.split("==")[0] for line in _text("requirements-dev.lock").splitlines() if "==" in line}
    assert {re.split(r"[\[<>=!~ ]", text)[0].lower().replace("_", "-") for text in wanted} <= locked


def test_the_build_server_runs_make_test() -> None:
    """``.ci/run`` is the same command as a developer's, with nothing skipped."""
    assert "CI=true exec make test" in _text(".ci/run")
