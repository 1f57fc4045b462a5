"""Spans: what is in both, in either, in one and not the other."""

from __future__ import annotations

import pytest

from exporter.evidence.spans import Spans, clip, difference, holds, intersection, length, spans_of, union

_TWO: Spans = ((0, 10), (20, 30))


def test_spans_are_sorted_disjoint_and_apart() -> None:
    """Intervals that overlap or meet become one, and empty ones vanish, in whatever order they come."""
    assert spans_of([(20, 30), (5, 10), (0, 6), (30, 31), (40, 40), (50, 45)]) == ((0, 10), (20, 31))


def test_an_interval_within_another_does_not_shorten_it() -> None:
    """The longer one's end holds."""
    assert spans_of([(0, 10), (2, 3)]) == ((0, 10),)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (0, 40, _TWO),
        (5, 25, ((5, 10), (20, 25))),
        (10, 20, ()),
        (9, 21, ((9, 10), (20, 21))),
        (25, 25, ()),
        (25, 5, ()),
        (30, 99, ()),
    ],
)
def test_what_lies_within(start: int, end: int, expected: Spans) -> None:
    """Half-open at both ends: what only touches is not within."""
    assert clip(_TWO, start, end) == expected


def test_both_either_and_one_without_the_other() -> None:
    """The three, by hand; the order of the first two does not matter."""
    other: Spans = ((5, 22), (24, 26), (28, 40))
    assert intersection(_TWO, other) == intersection(other, _TWO) == ((5, 10), (20, 22), (24, 26), (28, 30))
    assert union(_TWO, other) == ((0, 40),)
    assert difference(_TWO, other) == ((0, 5), (22, 24), (26, 28))
    assert difference(other, _TWO) == ((10, 20), (30, 40))
    assert length(other) == 31


@pytest.mark.parametrize(("at", "expected"), [(-1, False), (0, True), (9, True), (10, False), (20, True), (30, False)])
def test_an_instant_is_within_from_the_start_until_before_the_end(at: int, expected: bool) -> None:
    """Half-open."""
    assert holds(_TWO, at) is expected
