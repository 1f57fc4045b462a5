"""The shipped files with other addresses."""

from __future__ import annotations

from pathlib import Path

import pytest

from exporter.stack.configuration import alertmanager_text, flags_from, prometheus_text
from exporter.stack.ports import Ports

_ROOT = Path(__file__).parents[2]
_OTHER = Ports(exporter=1, receiver=2, prometheus=3, alertmanager=9715)


def test_prometheus_text_changes_addresses_and_nothing_else() -> None:
    """The shipped file comes out line by line but for its addresses and the folder of rules."""
    shipped = (_ROOT / "deploy/prometheus/prometheus.yml").read_text(encoding="utf-8")
    text = prometheus_text(shipped, _OTHER, Path("/r"))
    changed = [pair for pair in zip(shipped.splitlines(), text.splitlines(), strict=True) if pair[0] != pair[1]]
    assert [new.strip() for _, new in changed] == [
        "- /r/*.yml",
        "- targets: [127.0.0.1:9715]",
        "- targets: [127.0.0.1:1]",
        "- targets: [127.0.0.1:3]",
        "- targets: [127.0.0.1:9715]",
    ]


def test_alertmanager_text_changes_addresses_and_nothing_else() -> None:
    """The shipped file comes out line by line but for the receiver's addresses and the folder of templates."""
    shipped = (_ROOT / "deploy/alertmanager/alertmanager.yml").read_text(encoding="utf-8")
    text = alertmanager_text(shipped, _OTHER, Path("/t"))
    changed = [pair for pair in zip(shipped.splitlines(), text.splitlines(), strict=True) if pair[0] != pair[1]]
    assert [new.strip() for _, new in changed] == [
        "- /t/*.tmpl",
        "- url: http://127.0.0.1:2/petugas",
        "- url: http://127.0.0.1:2/detak",
    ]


def test_prometheus_text_when_the_shipped_file_says_something_else() -> None:
    """An address that is not there cannot be exchanged in silence."""
    with pytest.raises(ValueError, match=r"127\.0\.0\.1:9093"):
        prometheus_text("127.0.0.1:9715 127.0.0.1:9090 ../../alert_rules/", Ports(), Path("/r"))


def test_flags_from_the_shipped_file() -> None:
    """One flag a line, reasons aside; the retention outlives a year."""
    flags = flags_from((_ROOT / "deploy/prometheus/flags").read_text(encoding="utf-8"))
    assert "--storage.tsdb.retention.time=400d" in flags
    assert all(flag.startswith("--") and "#" not in flag for flag in flags)
