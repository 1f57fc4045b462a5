"""Percentiles say no more than their buckets do, loss is never made smaller, classes are those that are printed."""

from __future__ import annotations

from fractions import Fraction

import pytest

from exporter.evidence.echo_quality import at_most, loss_text, tiphon
from exporter.evidence.measured import Echoes
from exporter.thresholds import RTT_BUCKETS_S

HALF, MOST = Fraction(1, 2), Fraction(95, 100)


def _echoes(by_bound: dict[int, int], lost: int = 0) -> Echoes:
    """Replies by the place of their bucket."""
    buckets = tuple(by_bound.get(place, 0) for place in range(len(RTT_BUCKETS_S) + 1))
    return Echoes(sum(buckets), lost, 0, buckets)


def test_a_percentile_is_said_by_the_upper_bound() -> None:
    """Exactly at the share it still is the lower bucket; one reply more and it is the next one."""
    assert at_most(_echoes({2: 95, 4: 5}), MOST) == "≤ 5 ms"
    assert at_most(_echoes({2: 94, 4: 6}), MOST) == "≤ 20 ms"
    assert at_most(_echoes({2: 94, 4: 6}), HALF) == "≤ 5 ms"


def test_above_the_last_bound_it_is_more_than_that() -> None:
    """And without a reply there is nothing to say."""
    assert at_most(_echoes({len(RTT_BUCKETS_S): 1}), HALF) == "> 1.000 ms"
    assert at_most(Echoes(), HALF) == "-"


@pytest.mark.parametrize(
    ("replies", "lost", "text"),
    [(10, 0, "0,00%"), (999_999, 1, "0,01%"), (97, 3, "3,00%"), (0, 5, "100,00%"), (0, 0, "-")],
)
def test_loss_is_rounded_up(replies: int, lost: int, text: str) -> None:
    """One echo in a million is not 0,00 %."""
    assert loss_text(Echoes(replies, lost)) == text


@pytest.mark.parametrize(
    ("bucket", "lost", "word"),
    [
        (8, 0, "sangat bagus"),  # up to 120 ms
        (9, 0, "bagus"),  # up to 200 ms, which 150 ms lies within: the worse class
        (10, 0, "bagus"),  # up to 300 ms
        (11, 0, "jelek"),  # up to 500 ms
        (13, 0, "jelek"),  # above all bounds
        (0, 2, "sangat bagus"),
        (0, 3, "bagus"),
        (0, 15, "sedang"),
        (0, 25, "jelek"),
    ],
)
def test_the_class_is_the_worse_of_both(bucket: int, lost: int, word: str) -> None:
    """By the upper bound of p95, and by loss in percent."""
    assert tiphon(_echoes({bucket: 100 - lost}, lost)) == word


def test_nothing_measured_has_no_class() -> None:
    """A dash, not the best one."""
    assert tiphon(Echoes()) == tiphon(Echoes(0, 7)) == "-"
