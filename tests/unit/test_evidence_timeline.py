"""Stretches joined to a timeline, cut to spans, and the outages in them."""

from __future__ import annotations

from exporter.beside import Cause
from exporter.evidence.measured import MeasuredOutage, Segment, Standing
from exporter.evidence.timeline import Timeline, clipped, outages_of

UP, DOWN, UNMEASURED = Standing.UP, Standing.DOWN, Standing.UNMEASURED


def _segments(*ends: tuple[int, Standing]) -> tuple[Segment, ...]:
    """From 0 on, each to its end."""
    starts = (0, *(end for end, _ in ends))
    return tuple(Segment(start, end, standing) for start, (end, standing) in zip(starts, ends, strict=False))


def test_neighbours_of_one_standing_become_one() -> None:
    """And stretches without a length are none."""
    timeline = Timeline()
    timeline.add((Segment(0, 5, UP), Segment(5, 5, DOWN), Segment(5, 9, UP)))
    timeline.add((Segment(9, 12, UP),))
    assert timeline.segments() == (Segment(0, 12, UP),)


def test_the_later_word_holds() -> None:
    """What is learned later replaces what was thought of its time, over several stretches."""
    timeline = Timeline()
    timeline.add(_segments((5, UP), (8, DOWN), (10, UP)))
    timeline.add((Segment(4, 20, DOWN),))
    assert timeline.segments() == (Segment(0, 4, UP), Segment(4, 20, DOWN))


def test_a_span_cuts_at_both_ends() -> None:
    """What lies outside is gone, what reaches over is shortened."""
    assert clipped(_segments((5, UP), (8, DOWN), (12, UP)), 6, 8) == (Segment(6, 8, DOWN),)


def _outages(*ends: tuple[int, Standing], lasts: bool = True) -> list[MeasuredOutage]:
    return list(outages_of(_segments(*ends), lasts=lasts))


def test_an_outage_goes_from_down_to_up() -> None:
    """Unmeasured time in between neither ends it nor counts."""
    told = _outages((5, UP), (8, DOWN), (20, UNMEASURED), (26, DOWN), (30, UP))
    assert told == [MeasuredOutage(5, 26, 9, Cause.UNKNOWN)]


def test_ends_that_nobody_saw_are_marked() -> None:
    """After unmeasured time the beginning, before it the end; a timeline that begins down began down."""
    assert _outages((5, UNMEASURED), (8, DOWN), (9, UP)) == [MeasuredOutage(5, 8, 3, Cause.UNKNOWN, start_seen=False)]
    assert _outages((5, UP), (8, DOWN), (9, UNMEASURED), (10, UP)) == [
        MeasuredOutage(5, 9, 3, Cause.UNKNOWN, end_seen=False)
    ]
    assert _outages((8, DOWN), (10, UP)) == [MeasuredOutage(0, 8, 8, Cause.UNKNOWN)]


def test_the_last_outage_may_be_open() -> None:
    """It lasts while the link is measured; when the link left, it ended there, and nobody saw the end of it."""
    assert _outages((5, UP), (8, DOWN)) == [MeasuredOutage(5, None, 3, Cause.UNKNOWN)]
    assert _outages((5, UP), (8, DOWN), (9, UNMEASURED), lasts=False) == [
        MeasuredOutage(5, 8, 3, Cause.UNKNOWN, end_seen=False)
    ]
