"""When a pack may be made at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from exporter.clock import FakeClock
from exporter.errors import InventoryError, PantauError, UsageError
from exporter.evidence import assembling
from exporter.evidence.due import due_ms
from exporter.evidence.making import NotProvedError, Order, dated, make_pack
from exporter.evidence.period import Month
from exporter.evidence.reading import FOLLOWED_MS
from tests.support.evidence_report import sample_report

_MONTH = Month(2026, 9)


def _made_at(unix_ms: int, tmp_path: Path) -> None:
    order = Order(_MONTH, tmp_path / "no-inventory", "http://127.0.0.1:9", tmp_path / "out")
    make_pack(order, FakeClock(wall_ns=unix_ms * 1_000_000), lambda _: None)


def test_a_month_is_made_only_when_no_later_run_knows_more_of_it(tmp_path: Path) -> None:
    """A millisecond before its outages can be followed to the end it is refused; then the next step is reached."""
    with pytest.raises(NotProvedError, match=r"--month 2026-09 can be made from 01/10/2026 06\.00 WIB"):
        _made_at(_MONTH.end_ms + FOLLOWED_MS - 1, tmp_path)
    with pytest.raises(InventoryError):
        _made_at(_MONTH.end_ms + FOLLOWED_MS, tmp_path)
    assert not (tmp_path / "out").exists()


def test_a_missing_package_is_told_before_anything_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With what brings it."""
    monkeypatch.setattr(assembling, "find_spec", lambda name: None if name == "typst" else object())
    with pytest.raises(PantauError, match=r"needs typst: pip install 'pantau-opd\[evidence\]'"):
        _made_at(_MONTH.end_ms + FOLLOWED_MS, tmp_path)


def test_whenever_it_is_due_it_can_be_made() -> None:
    """Also where the first day of the next month is a working day, as 1 October 2026 is."""
    months = [Month(year, month) for year in (2025, 2026, 2027) for month in range(1, 13)]
    waits = [due_ms(month, {}) - month.end_ms for month in months]
    assert min(waits) == FOLLOWED_MS


def test_a_report_is_dated_no_earlier_than_what_it_tells() -> None:
    """A correction of 20 November moves the date; a date that is asked for and lies before it is refused."""
    report = sample_report()
    late = replace(report, corrections=(replace(report.corrections[0], decided_on=date(2026, 11, 20)),))
    order = Order(report.month, Path("inventory"), "http://127.0.0.1:9", Path("out"))
    assert dated(report, order).dated == report.dated
    assert dated(late, order).dated == date(2026, 11, 20)
    asked = replace(late, dated=date(2026, 11, 21))
    assert dated(asked, replace(order, dated=date(2026, 11, 21))).dated == date(2026, 11, 21)
    with pytest.raises(UsageError, match=r"--dated 2026-11-19: a correction was decided on 2026-11-20"):
        dated(late, replace(order, dated=date(2026, 11, 19)))
