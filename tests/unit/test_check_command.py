"""What ``pantau check`` prints and how it exits."""

from __future__ import annotations

from pathlib import Path

import pytest

from exporter.cli import main
from exporter.commands import check

ROOT = Path(__file__).parent.parent.parent
EXAMPLES = ROOT / "tests" / "data" / "inventories"


class FixedClock:
    """The wall clock of a day of which all holidays are known, unless a test says otherwise."""

    unix_s = 1_795_400_040  # 23 November 2026

    def wall_ns(self) -> int:
        """The instant."""
        return self.unix_s * 1_000_000_000


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the command says must not depend on the day on which the tests run."""
    monkeypatch.setattr(check, "SystemClock", FixedClock)


def test_a_valid_inventory_is_summed_up(capsys: pytest.CaptureFixture[str]) -> None:
    """Exit 0, and what is in the province: by provider, phase, role and kind, and what it costs."""
    assert main(["check", "--inventory", str(ROOT / "inventory" / "jabar")]) == 0
    out, err = capsys.readouterr()
    lines = out.splitlines()
    assert err == ""
    assert lines[0].endswith("inventory/jabar: valid, 0 warnings")
    assert [line.split("  ")[1] for line in lines[1:]] == [
        "sites",
        "links",
        "by provider",
        "by phase",
        "by role",
        "by kind",
        "by address",
        "reference targets",
        "maintenance",
        "holidays",
        "site classes",
        "probes",
        "credentials",
        "load",
        "load of probes",
        "digest",
    ]
    assert "450, of 38 opd, in 27 kabupaten/kota" in lines[1]
    assert lines[2].endswith("500, under 14 contracts")
    assert lines[5].endswith("primary 450, backup 50")
    assert lines[10].endswith("observed by kantor, layanan, samsat; 2 days of the inventory's own")
    assert lines[11].endswith("kantor 45, rumah-sakit 6, samsat 34, cabang 13, uptd 140, layanan 212")
    assert lines[12].endswith("4, of 135 links: tcp 80, http 67, dns 67, snmp 67")
    assert lines[13].endswith("1: v2c 0, v3 1")
    assert lines[14].endswith("504.0 echoes a second of 10,000 allowed; at most 1,008 open at once of 32,768")
    assert lines[15].endswith("4.7 probes a second of 100 allowed; at most 23 open at once of 200")


def test_an_inventory_without_probes_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    """The rows stand there all the same, with a nought."""
    assert main(["check", "--inventory", str(EXAMPLES / "good" / "minimal.yml")]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert [line[-1] for line in lines if line[:2] == ["site", "classes"] or line[0] in {"probes", "credentials"}] == [
        "0",
        "0",
        "0",
    ]


def test_warnings_are_told_and_do_not_fail(capsys: pytest.CaptureFixture[str]) -> None:
    """Exit 0 with the warnings on standard error, in the form that editors can jump to."""
    path = EXAMPLES / "warnings" / "no_references.yml"
    assert main(["check", "--inventory", str(path)]) == 0
    out, err = capsys.readouterr()
    assert out.splitlines()[0] == f"{path}: valid, 1 warning"
    assert err.startswith(f"{path}:1: warning: no reference_targets: ")
    assert err.count("\n") == 1


def test_an_invalid_inventory_is_refused_with_all_its_problems(capsys: pytest.CaptureFixture[str]) -> None:
    """Exit 1, nothing on standard output, every problem on a line of its own, and their number."""
    path = EXAMPLES / "bad" / "key_unknown.yml"
    assert main(["check", "--inventory", str(path)]) == 1
    out, err = capsys.readouterr()
    lines = err.splitlines()
    assert out == ""
    assert [line.split(": ")[0] for line in lines] == [f"{path}:12", f"{path}:12", str(path)]
    assert lines[-1] == f"{path}: not valid, 2 problems"


def test_a_missing_flag_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    """Exit 2, and the flag is named."""
    with pytest.raises(SystemExit) as left:
        main(["check"])
    assert left.value.code == 2
    assert "--inventory" in capsys.readouterr().err


def test_holidays_that_nobody_knows_yet_are_warned_of(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a year without joint leave the command says so, counts it, and still calls the inventory valid."""
    monkeypatch.setattr(FixedClock, "unix_s", 2_525_000_000)  # 2050
    path = EXAMPLES / "good" / "minimal.yml"
    assert main(["check", "--inventory", str(path)]) == 0
    out, err = capsys.readouterr()
    assert f"{path}:0: warning: the joint leave (cuti bersama) of 2050 is not known" in err
    assert out.splitlines()[0] == f"{path}: valid, {len(err.splitlines())} warnings"


def test_a_ledger_is_looked_at_beside_the_inventory(capsys: pytest.CaptureFixture[str]) -> None:
    """Exit 0, and after the province what the ledger holds."""
    corrections = str(ROOT / "inventory" / "corrections")
    assert main(["check", "--inventory", str(ROOT / "inventory" / "jabar"), "--corrections", corrections]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert [line.split() for line in out.splitlines()[-4:-1]] == [
        [f"{corrections}:", "valid,", "0", "warnings"],
        ["corrections", "3,", "of", "3", "links"],
        ["notes", "3:", "obstacle", "1,", "recommendation", "1,", "follow-up", "1"],
    ]


def test_links_that_a_ledger_names_and_nobody_knows_are_warned_of(capsys: pytest.CaptureFixture[str]) -> None:
    """Exit 0 all the same, for they may have been removed."""
    inventory = str(EXAMPLES / "good" / "minimal.yml")
    corrections = str(ROOT / "inventory" / "corrections" / "2026-10.yml")
    assert main(["check", "--inventory", inventory, "--corrections", corrections]) == 0
    out, err = capsys.readouterr()
    assert f"{corrections}: valid, 3 warnings" in out.splitlines()
    assert f"{corrections}:6: warning: correction k-2026-10-001, link: dinkes-1 is not among the links" in err


def test_a_ledger_and_an_inventory_that_are_refused_are_both_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit 1 with the problems of both, or of the one that is refused."""
    ledger = tmp_path / "l.yml"
    ledger.write_text("version: 1\nkoreksi: []\n", encoding="utf-8")
    bad = str(EXAMPLES / "bad" / "key_unknown.yml")
    assert main(["check", "--inventory", bad, "--corrections", str(ledger)]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert f"{bad}: not valid, 2 problems\n{ledger}:2: unknown key 'koreksi'" in err
    assert err.endswith(f"{ledger}: not valid, 1 problem\n")
    assert main(["check", "--inventory", str(EXAMPLES / "good" / "minimal.yml"), "--corrections", str(ledger)]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines()[-1] == f"{ledger}: not valid, 1 problem"
