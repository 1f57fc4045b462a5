"""Scrape times: the usual interval, gaps and starts, and which scrape an instant is answered by."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from exporter.evidence.measured import Gap, GapReason
from exporter.evidence.scrapes import Border, Scrapes
from exporter.thresholds import EVIDENCE_GAP_S


def _scrapes(good: Sequence[int], failed: Sequence[int] = (), starts: tuple[tuple[int, int], ...] = ()) -> Scrapes:
    return Scrapes(np.array(good, np.int64), np.array(failed, np.int64), starts)


@pytest.mark.parametrize(("step_ms", "limit_ms"), [(5_000, 20_000), (15_000, 45_000), (60_000, 180_000)])
def test_a_gap_is_longer_than_the_programs_limit_and_three_usual_intervals(step_ms: int, limit_ms: int) -> None:
    """The usual interval is the median: some that are missing do not move it."""
    times = [number * step_ms for number in range(100) if number not in {7, 50, 51, 52}]
    assert _scrapes(times).limit_ms == limit_ms
    assert _scrapes([5]).limit_ms == EVIDENCE_GAP_S * 1000


def test_an_instant_is_answered_by_the_last_scrape_unless_it_is_old() -> None:
    """Prometheus would show five minutes old values; nothing older than a gap is believed."""
    scrapes = _scrapes([0, 5_000, 10_000])
    assert [scrapes.latest_ms(at) for at in (-1, 0, 4_999, 5_000, 30_000, 30_001)] == [
        None,
        0,
        0,
        5_000,
        10_000,
        None,
    ]


def test_borders_are_gaps_and_starts() -> None:
    """With what lies on both sides, and why."""
    times = [0, 5_000, 10_000, 15_000, 45_000, 50_000, 90_000]
    scrapes = _scrapes(times, [20_000, 25_000], ((10_000, 9_000), (90_000, 80_000)))
    assert scrapes.borders() == (
        Border(5_000, 10_000, True, GapReason.RESTARTED),
        Border(15_000, 45_000, False, GapReason.SCRAPE_FAILED),
        Border(50_000, 90_000, True, GapReason.NO_SAMPLES),
    )


def test_what_was_never_scraped_is_a_gap_up_to_the_ends() -> None:
    """Before the first scrape and after the last, and all of it without any."""
    scrapes = _scrapes([100_000, 105_000, 110_000])
    assert scrapes.gaps(0, 200_000) == (
        Gap(0, 100_000, GapReason.NO_SAMPLES),
        Gap(110_000, 200_000, GapReason.NO_SAMPLES),
    )
    assert scrapes.gaps(90_000, 115_000) == ()
    assert _scrapes([]).gaps(5, 9_000_000) == (Gap(5, 9_000_000, GapReason.NO_SAMPLES),)


def test_only_gaps_that_touch_the_span_are_told() -> None:
    """Those of the day before are not the month's."""
    scrapes = _scrapes([0, 5_000, 60_000, 65_000, 70_000])
    assert scrapes.gaps(62_000, 71_000) == ()
    assert [each.start_ms for each in scrapes.gaps(30_000, 71_000)] == [5_000]
