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

__all__ = ["Point", "across_start", "between", "neighbours"]

#: A counter that grew by less did not grow: what is left over when seconds become milliseconds.
_NOTHING_MS = 2

#: Counters follow the monotonic clock, instants the other one: they differ by what that is slewed in an hour. No outage
#: is as short as this, for it takes three echoes in a row, at most one a second.
_SLACK_MS = 1_500

#: The same from scrape to scrape, and besides it one part in so many: a clock is slewed by at most 500 ppm.
_SLACK_NEAR_MS, _SLEW = 50, 2_000

#: Less time up than this is one time, for two of them take six echoes.
_ONCE_MS = 6_000

Segments = tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Point:
    """One link at one scrape; times in states are counted since the exporter began."""

    at_ms: int  #: of the scrape
    standing: Standing  #: ``degraded`` is up
    changed_ms: int  #: since when the state holds
    down_ms: int
    unknown_ms: int
    last_start_ms: int | None = None  #: of the latest outage; None: there was none since the exporter began
    last_end_ms: int | None = None  #: None: it lasts, or there was none
    up_ms: int | None = None  #: degraded is up; None: not asked for


def between(a: Point, b: Point) -> Segments | None:
    """How the link stood from ``a`` to ``b``, of which no restart lies between; None: it cannot be told from these two.

    The first segment may begin before ``a``: what happened shortly before a scrape is known only at the next.
    """
    if a.standing is b.standing and a.changed_ms == b.changed_ms:
        return (Segment(a.at_ms, b.at_ms, a.standing),)
    has_unknown = b.unknown_ms - a.unknown_ms > _NOTHING_MS
    if has_unknown or a.standing is Standing.UNMEASURED or b.standing is not Standing.UP:
        return None
    down_ms = b.down_ms - a.down_ms
    if a.standing is Standing.UP and down_ms <= _NOTHING_MS:
        return (Segment(a.at_ms, b.at_ms, Standing.UP),)
    outage = _outage(a, b)
    if outage is None:
        return None
    # Where it was down already and that outage is the latest, there was no other; else the counter has to say so.
    if a.standing is Standing.DOWN:
        is_sure = b.last_end_ms is not None or down_ms >= outage.end_ms - a.at_ms - _SLACK_MS
    else:
        is_sure = abs(down_ms - outage.length_ms) <= _SLACK_MS
    if not is_sure:
        return None
    return tuple(_around(a, b, outage))


def neighbours(a: Point, b: Point) -> Segments:
    """The same of two scrapes with none between, a gap or not: always told, and unmeasured where it is not certain.

    The state at ``b`` is certain from its beginning on. The one at ``a`` held up to there if so much of it was counted.
    """
    told = between(a, b)
    if told is not None:
        return told
    if a.standing is b.standing is Standing.DOWN:  # it answered in between, and not for all that time unmeasured
        return tuple(_answered(a, b))
    if a.standing is b.standing:
        unknown_ms = b.unknown_ms - a.unknown_ms
        is_clear = a.standing is Standing.UP and b.at_ms - a.at_ms <= _ONCE_MS and b.down_ms - a.down_ms <= _NOTHING_MS
        since_ms = max(a.changed_ms, b.changed_ms - unknown_ms) if is_clear else a.at_ms
        return tuple(_until(a, b, Standing.UNMEASURED, since_ms))
    return tuple(_until(a, b, a.standing if _is_held(a, b) else Standing.UNMEASURED))


def across_start(a: Point, b: Point) -> Segments:
    """The same where the exporter began anew between: nothing is known until it knew something."""
    began_ms = max(a.at_ms, b.changed_ms)
    return (Segment(a.at_ms, began_ms, Standing.UNMEASURED), Segment(began_ms, b.at_ms, b.standing))


def _is_held(a: Point, b: Point) -> bool:
    """Whether the state of ``a`` lasted until that of ``b`` began: counted no less, that no more, and a third not."""
    grown_ms = {
        Standing.UP: _grown(a.up_ms, b.up_ms),
        Standing.DOWN: b.down_ms - a.down_ms,
        Standing.UNMEASURED: b.unknown_ms - a.unknown_ms,
    }
    held_ms, later_ms = grown_ms.pop(a.standing), grown_ms.pop(b.standing)
    (other_ms,) = grown_ms.values()
    slack_ms = _SLACK_NEAR_MS + (b.at_ms - a.at_ms) // _SLEW
    return (
        (other_ms or 0) <= _NOTHING_MS
        and (held_ms or 0) >= b.changed_ms - a.at_ms - slack_ms
        and (later_ms or 0) <= b.at_ms - b.changed_ms + slack_ms
    )


def _grown(before_ms: int | None, after_ms: int | None) -> int | None:
    return None if before_ms is None or after_ms is None else after_ms - before_ms


def _outage(a: Point, b: Point) -> Segment | None:
    """The one outage that ended between, if it is the one that ``a`` was in, or began after ``a`` was up.

    What a scrape says of the latest outage may be a second older than what it says of the state.
    """
    if b.last_start_ms is None or b.last_end_ms == a.last_end_ms is not None:
        return None
    if a.standing is Standing.DOWN and b.last_start_ms not in {a.last_start_ms, a.changed_ms}:
        return None
    if a.standing is Standing.UP and b.last_start_ms == a.last_start_ms:
        return None  # the end of one that was over already, and was told late
    end_ms = b.changed_ms if b.last_end_ms is None else b.last_end_ms
    return Segment(b.last_start_ms, end_ms, Standing.DOWN)


def _around(a: Point, b: Point, outage: Segment) -> Iterator[Segment]:
    """The outage, and up before and after it."""
    start_ms = a.at_ms if a.standing is Standing.DOWN else outage.start_ms
    if a.at_ms < start_ms:
        yield Segment(a.at_ms, start_ms, Standing.UP)
    if start_ms < outage.end_ms:
        yield Segment(start_ms, outage.end_ms, Standing.DOWN)
    yield Segment(outage.end_ms, b.at_ms, Standing.UP)


def _answered(a: Point, b: Point) -> Iterator[Segment]:
    """Down at both ends, and the present outage is another one: it was up just before this one, if not unknown."""
    up_ms = _grown(a.up_ms, b.up_ms) or 0
    has_unknown = b.unknown_ms - a.unknown_ms > _NOTHING_MS
    if has_unknown or up_ms <= _NOTHING_MS:
        yield from _until(a, b, Standing.UNMEASURED)
        return
    is_once = up_ms < _ONCE_MS
    since_ms = b.changed_ms - up_ms if is_once else b.changed_ms - 1
    if a.at_ms < since_ms:
        yield Segment(a.at_ms, since_ms, Standing.DOWN if is_once else Standing.UNMEASURED)
    yield Segment(since_ms, b.changed_ms, Standing.UP)
    yield Segment(b.changed_ms, b.at_ms, Standing.DOWN)


def _until(a: Point, b: Point, standing: Standing, since_ms: int | None = None) -> Iterator[Segment]:
    """One way up to the last change, then as ``b`` is."""
    since_ms = a.at_ms if since_ms is None else since_ms
    if since_ms > a.at_ms:
        yield Segment(a.at_ms, since_ms, a.standing)
    if since_ms < b.changed_ms:
        yield Segment(since_ms, b.changed_ms, standing)
    yield Segment(b.changed_ms, b.at_ms, b.standing)
