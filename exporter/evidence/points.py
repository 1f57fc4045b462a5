"""What the exporter said of one link at one scrape, and what two such words say of the time between them.

Lives here: pure reasoning about two scrapes. Must not live here: queries, whole months. The exporter says more than its
state: since when it holds, when the latest outage began and ended, and how many seconds it counted in each state. Two
scrapes an hour apart therefore often leave one possibility; where they leave several, the answer is None, and scrapes
closer together have to be looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from exporter.evidence.measured import Segment, Standing

__all__ = ["Point", "across_gap", "across_start", "between", "neighbours"]

#: Counters and instants differ by what a clock is slewed in an hour; no outage and no unknown time is as short as this,
#: for each takes three echoes in a row.
_SLACK_MS = 1_500

#: Time is settled late: an outage that still lasts is counted up to so long ago (timeout, interval, second opinion).
_UNSETTLED_MS = 15_000

Segments = tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Point:
    """One link at one scrape."""

    at_ms: int  #: of the scrape
    standing: Standing  #: ``degraded`` is up
    changed_ms: int  #: since when the state holds
    down_ms: int  #: counted down since the exporter began
    unknown_ms: int
    last_start_ms: int | None = None  #: of the latest outage; None: there was none since the exporter began
    last_end_ms: int | None = None  #: None: it lasts, or there was none

    def has_ended_since(self, before: Point) -> bool:
        """Whether its latest outage has ended, and ``before`` did not know that."""
        return self.last_end_ms is not None and self.last_end_ms != before.last_end_ms


def between(a: Point, b: Point) -> Segments | None:
    """How the link stood from ``a`` to ``b``, of which no restart lies between; None: it cannot be told from these two.

    The first segment may begin before ``a``: what happened shortly before a scrape is known only at the next.
    """
    down_ms, unknown_ms = b.down_ms - a.down_ms, b.unknown_ms - a.unknown_ms
    is_same = a.standing is b.standing and a.changed_ms == b.changed_ms
    if is_same and not (b.standing is Standing.UP and b.has_ended_since(a)):
        return (Segment(a.at_ms, b.at_ms, a.standing),)
    if unknown_ms > _SLACK_MS or Standing.UNMEASURED in {a.standing, b.standing} or b.standing is Standing.DOWN:
        return None
    if a.standing is Standing.UP and down_ms <= _SLACK_MS:
        return (Segment(a.at_ms, b.at_ms, Standing.UP),)
    outage = _outage(a, b)
    if outage is None:
        return None
    unsettled_ms = _UNSETTLED_MS if a.standing is Standing.DOWN else 0
    down_since_ms = max(a.at_ms, outage.start_ms) if a.standing is Standing.DOWN else outage.start_ms
    expected_ms = outage.end_ms - down_since_ms
    if not -_SLACK_MS <= down_ms - expected_ms <= _SLACK_MS + unsettled_ms:
        return None
    return tuple(_around(a, b, outage))


def across_gap(a: Point, b: Point) -> Segments:
    """The same where nothing was scraped between, and the exporter ran on: what is not certain is unmeasured."""
    found = between(a, b)
    if found is not None:
        return found
    down_ms, unknown_ms = b.down_ms - a.down_ms, b.unknown_ms - a.unknown_ms
    fell_once = a.standing is Standing.UP and b.standing is Standing.DOWN
    if fell_once and unknown_ms <= _SLACK_MS and down_ms <= b.at_ms - b.changed_ms + _SLACK_MS:
        return tuple(_until(a, b, Standing.UP))
    return tuple(_until(a, b, Standing.UNMEASURED))


def across_start(a: Point, b: Point) -> Segments:
    """The same where the exporter began anew between: nothing is known until it knew something."""
    return tuple(_until(a, b, Standing.UNMEASURED))


def neighbours(a: Point, b: Point) -> Segments:
    """The same of two scrapes with none between: there is nothing closer to look at, so this always tells."""
    if b.has_ended_since(a) and b.standing is Standing.UP and a.standing is not Standing.UNMEASURED:
        outage = _outage(a, b)
        if outage is not None:
            return tuple(_around(a, b, outage))
    if a.standing is b.standing and a.changed_ms == b.changed_ms:
        return (Segment(a.at_ms, b.at_ms, a.standing),)
    if a.standing is b.standing is Standing.DOWN:  # it answered for a moment
        return tuple(_until(a, b, Standing.UP))
    unknown_ms = b.unknown_ms - a.unknown_ms
    if a.standing is b.standing is Standing.UP and unknown_ms > _SLACK_MS:  # and was not known for a moment
        since_ms = max(a.changed_ms, b.changed_ms - unknown_ms)
        return (
            Segment(since_ms, b.changed_ms, Standing.UNMEASURED),
            Segment(b.changed_ms, b.at_ms, Standing.UP),
        )
    return tuple(_until(a, b, a.standing))


def _outage(a: Point, b: Point) -> Segment | None:
    """The one outage that ended between, if it is the one that ``a`` was in, or began after ``a`` was up."""
    if b.last_start_ms is None or b.last_end_ms is None or not b.has_ended_since(a):
        return None
    if a.standing is Standing.DOWN and b.last_start_ms != a.last_start_ms:
        return None
    if a.standing is Standing.UP and b.last_start_ms == a.last_start_ms:
        return None  # the end of one that was over already, and was told late
    return Segment(b.last_start_ms, b.last_end_ms, Standing.DOWN)


def _around(a: Point, b: Point, outage: Segment) -> Iterator[Segment]:
    """The outage, and up before and after it."""
    start_ms = a.at_ms if a.standing is Standing.DOWN else outage.start_ms
    if a.at_ms < start_ms:
        yield Segment(a.at_ms, start_ms, Standing.UP)
    if start_ms < outage.end_ms:
        yield Segment(start_ms, outage.end_ms, Standing.DOWN)
    yield Segment(outage.end_ms, b.at_ms, Standing.UP)


def _until(a: Point, b: Point, standing: Standing) -> Iterator[Segment]:
    """One way up to the last change, then as ``b`` is."""
    if a.at_ms < b.changed_ms:
        yield Segment(a.at_ms, b.changed_ms, standing)
    yield Segment(b.changed_ms, b.at_ms, b.standing)
