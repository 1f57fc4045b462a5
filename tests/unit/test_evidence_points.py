"""What two scrapes tell of the time between them, case by case; the property test has all of them at random."""

from __future__ import annotations

from dataclasses import replace

import pytest

from exporter.evidence.measured import Segment, Standing
from exporter.evidence.points import Point, across_start, between, neighbours

UP, DOWN, UNMEASURED = Standing.UP, Standing.DOWN, Standing.UNMEASURED
HOUR = 3_600_000

#: Up since long before, at 1,000,000; and an hour later, if nothing happened.
A = Point(1_000_000, UP, 10_000, 0, 10_000, None, None, 989_000)
SAME = replace(A, at_ms=A.at_ms + HOUR, up_ms=989_000 + HOUR)

#: One outage of five minutes in that hour.
FELL, ROSE = 2_000_000, 2_300_000
ONE = replace(SAME, changed_ms=ROSE, down_ms=300_000, last_start_ms=FELL, last_end_ms=ROSE, up_ms=SAME.up_ms)

UP_DOWN_UP = (
    Segment(A.at_ms, FELL, UP),
    Segment(FELL, ROSE, DOWN),
    Segment(ROSE, SAME.at_ms, UP),
)


def test_an_unchanged_state_went_on() -> None:
    """The same beginning at both ends: nothing else was between."""
    assert between(A, SAME) == (Segment(A.at_ms, SAME.at_ms, UP),)
    down, later = replace(A, standing=DOWN), replace(SAME, standing=DOWN, down_ms=HOUR)
    assert between(down, later) == (Segment(A.at_ms, SAME.at_ms, DOWN),)


def test_up_and_degraded_are_both_up() -> None:
    """Another beginning, but no second down or unknown: it answered all the time."""
    assert between(A, replace(SAME, changed_ms=FELL)) == (Segment(A.at_ms, SAME.at_ms, UP),)


def test_one_outage_is_placed_by_the_word_of_the_exporter() -> None:
    """Its beginning and end are on the page, and the counter says that it was the only one."""
    assert between(A, ONE) == UP_DOWN_UP
    assert between(A, replace(ONE, changed_ms=ROSE + 600_000)) == UP_DOWN_UP  # degraded since


@pytest.mark.parametrize(
    "b",
    [
        replace(ONE, down_ms=309_000),  # there was another one
        replace(ONE, unknown_ms=13_000),  # or some time was not known
        replace(ONE, standing=DOWN, changed_ms=ROSE),
        replace(ONE, standing=UNMEASURED, changed_ms=ROSE),
        replace(ONE, last_start_ms=None, last_end_ms=None),
    ],
)
def test_several_possibilities_are_none(b: Point) -> None:
    """Scrapes closer together have to be looked at."""
    assert between(A, b) is None


def test_the_end_of_an_outage_that_was_known_is_on_the_page() -> None:
    """Down at the first scrape, up at the second, and no other outage since."""
    down = replace(A, standing=DOWN, changed_ms=900_000, last_start_ms=900_000)
    up = replace(ONE, last_start_ms=900_000, down_ms=1_300_000)
    assert between(down, up) == (Segment(A.at_ms, ROSE, DOWN), Segment(ROSE, SAME.at_ms, UP))
    assert between(down, replace(up, last_start_ms=FELL)) is None


def test_an_outage_that_began_before_the_scrape_is_told_by_the_next() -> None:
    """The third loss came after the scrape; the segment begins before it."""
    told = between(A, replace(ONE, last_start_ms=998_000, last_end_ms=1_003_000, changed_ms=1_003_000, down_ms=5_000))
    assert told == (Segment(998_000, 1_003_000, DOWN), Segment(1_003_000, SAME.at_ms, UP))


def test_over_a_gap_a_fall_is_certain_only_if_the_counters_add_up() -> None:
    """Up until it fell, if so much was counted as up and no more as down; else nobody knows."""
    fell = replace(
        SAME, standing=DOWN, changed_ms=FELL, down_ms=SAME.at_ms - FELL - 1_000, up_ms=989_000 + FELL - A.at_ms
    )
    certain = (Segment(A.at_ms, FELL, UP), Segment(FELL, SAME.at_ms, DOWN))
    doubtful = (Segment(A.at_ms, FELL, UNMEASURED), Segment(FELL, SAME.at_ms, DOWN))
    assert neighbours(A, fell) == certain
    assert neighbours(A, replace(fell, up_ms=fell.up_ms and fell.up_ms - 60_000)) == doubtful
    assert neighbours(A, replace(fell, down_ms=fell.down_ms + 60_000)) == doubtful
    assert neighbours(A, replace(fell, unknown_ms=70_000)) == doubtful
    assert neighbours(A, replace(fell, up_ms=None)) == doubtful


def test_two_outages_over_a_gap_are_not_placed() -> None:
    """The page knows the latest only: all is unmeasured up to the last change, and nothing is guessed."""
    told = neighbours(A, replace(ONE, down_ms=900_000))
    assert told == (Segment(A.at_ms, ROSE, UNMEASURED), Segment(ROSE, SAME.at_ms, UP))


def test_a_moment_up_between_two_outages_keeps_them_apart() -> None:
    """Down at both scrapes, and it answered in between: where exactly is known if it was short, that it did always."""
    down = replace(A, standing=DOWN, changed_ms=900_000, last_start_ms=900_000)
    again = replace(SAME, standing=DOWN, changed_ms=FELL, last_start_ms=FELL, up_ms=989_000 + 4_000)
    assert neighbours(down, again) == (
        Segment(A.at_ms, FELL - 4_000, DOWN),
        Segment(FELL - 4_000, FELL, UP),
        Segment(FELL, SAME.at_ms, DOWN),
    )
    long = replace(again, up_ms=989_000 + 60_000)
    assert neighbours(down, long) == (
        Segment(A.at_ms, FELL - 1, UNMEASURED),
        Segment(FELL - 1, FELL, UP),
        Segment(FELL, SAME.at_ms, DOWN),
    )
    assert neighbours(down, replace(long, unknown_ms=60_000)) == (
        Segment(A.at_ms, FELL, UNMEASURED),
        Segment(FELL, SAME.at_ms, DOWN),
    )


def test_unknown_for_a_moment_between_two_near_scrapes() -> None:
    """Five seconds apart there is room for one such moment, which ended with the last change."""
    near = replace(A, at_ms=A.at_ms + 5_000, changed_ms=A.at_ms + 4_000, unknown_ms=13_000)
    assert neighbours(A, near) == (
        Segment(A.at_ms, A.at_ms + 1_000, UP),
        Segment(A.at_ms + 1_000, A.at_ms + 4_000, UNMEASURED),
        Segment(A.at_ms + 4_000, A.at_ms + 5_000, UP),
    )
    far = replace(near, at_ms=A.at_ms + 60_000)
    assert neighbours(A, far) == (
        Segment(A.at_ms, A.at_ms + 4_000, UNMEASURED),
        Segment(A.at_ms + 4_000, far.at_ms, UP),
    )


def test_over_a_start_nothing_is_known_until_a_verdict() -> None:
    """The counters of the new run say nothing of the old one; nor does a clock that was set back."""
    new = Point(SAME.at_ms, UP, FELL, 0, 2_000, None, None, 1_000)
    assert across_start(A, new) == (Segment(A.at_ms, FELL, UNMEASURED), Segment(FELL, SAME.at_ms, UP))
    assert across_start(A, replace(new, changed_ms=5))[0] == Segment(A.at_ms, A.at_ms, UNMEASURED)
