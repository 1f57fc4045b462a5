"""Arithmetic of spans of time: tuples of half-open intervals, sorted, disjoint and not touching.

Lives here: union, intersection, difference, length. Must not live here: what a span means, zones, the present time.
Whole milliseconds in, whole milliseconds out, so that lengths add up exactly.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from operator import itemgetter

__all__ = ["Spans", "clip", "difference", "holds", "intersection", "length", "spans_of", "union"]

#: ``((start_ms, end_ms), ...)``.
Spans = tuple[tuple[int, int], ...]

_END = itemgetter(1)


def spans_of(intervals: Iterable[tuple[int, int]]) -> Spans:
    """Any intervals, in any order, as spans; empty ones vanish, those that meet become one."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(intervals):
        if start >= end:
            continue
        if found and start <= found[-1][1]:
            found[-1] = found[-1][0], max(end, found[-1][1])
        else:
            found.append((start, end))
    return tuple(found)


def union(*many: Spans) -> Spans:
    """What is in any of them."""
    return spans_of(interval for spans in many for interval in spans)


def clip(spans: Spans, start: int, end: int) -> Spans:
    """What lies within ``[start, end)``; looks only at the intervals that do."""
    found: list[tuple[int, int]] = []
    for place in range(bisect_right(spans, start, key=_END), len(spans)):
        low, high = spans[place]
        if low >= end:
            break
        found.append((max(low, start), min(high, end)))
    return tuple(found) if start < end else ()


def intersection(one: Spans, other: Spans) -> Spans:
    """What is in both."""
    fewer, more = sorted((one, other), key=len)
    return tuple(piece for start, end in fewer for piece in clip(more, start, end))


def difference(one: Spans, other: Spans) -> Spans:
    """What is in ``one`` and not in ``other``."""
    found: list[tuple[int, int]] = []
    for start, end in one:
        for low, high in clip(other, start, end):
            if start < low:
                found.append((start, low))
            start = high  # noqa: PLW2901 (the rest of the interval)
        if start < end:
            found.append((start, end))
    return tuple(found)


def length(spans: Spans) -> int:
    """How long they are together."""
    return sum(end - start for start, end in spans)


def holds(spans: Spans, at: int) -> bool:
    """Whether an instant lies within."""
    return bool(clip(spans, at, at + 1))
