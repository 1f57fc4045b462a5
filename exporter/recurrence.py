"""When planned work runs: once, or at hours of the week within its first and last instant.

Lives here: whether a window runs at an instant, and its occurrences in order. Must not live here: the present
time (the caller gives the instant), links, text. Hours are WIB. A night is two intervals that meet at midnight;
it is one occurrence, and belongs to the day on which it began: the first Saturday's night ends on a Sunday,
which may be the second one of its month, or in the next month.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone

from exporter.model import LAST_WEEK, MaintenanceWindow, Spans, Weekly

__all__ = [
    "MIDNIGHT",
    "WIB",
    "Occurrence",
    "PlannedWork",
    "contains",
    "is_running",
    "is_without_a_gap",
    "occurrences",
]

#: Western Indonesian Time, in which contracts and planned work are written; it has no summer time.
WIB = timezone(timedelta(hours=7), "WIB")

MIDNIGHT = time.min

NANOSECONDS_PER_SECOND = 1_000_000_000

_DAY = timedelta(days=1)
_DAYS_OF_A_WEEK = 7


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time that work runs without a pause, half-open."""

    starts: datetime
    ends: datetime


def contains(span: tuple[time, time], at: time) -> bool:
    """Whether ``at`` lies in ``[start, end)``; an end of 00.00 is the midnight that ends the day."""
    start, end = span
    return start <= at and (at < end or end == MIDNIGHT)


def is_without_a_gap(weekly: Weekly) -> bool:
    """Whether ``weekly`` holds every hour of the week."""
    return all(_fills_the_day(weekly.get(weekday, ())) for weekday in range(_DAYS_OF_A_WEEK))


def is_running(window: MaintenanceWindow, instant: datetime) -> bool:
    """Whether ``window`` covers its links at ``instant``."""
    if not window.starts <= instant < window.ends:
        return False
    local = instant.astimezone(WIB)
    return not window.weekly or any(contains(span, local.time()) for span in _hours_on(window, local.date()))


def occurrences(window: MaintenanceWindow, since: datetime) -> Iterator[Occurrence]:
    """Those that end after ``since``, in order; the first is the running one, or else the next."""
    if not window.weekly:
        if window.ends > since:
            yield Occurrence(window.starts, window.ends)
        return
    # One that runs at ``since`` began within the week, for the hours of a week have a gap.
    found: Occurrence | None = None
    for piece in _pieces(window, (since.astimezone(WIB) - _DAYS_OF_A_WEEK * _DAY).date()):
        if found is not None and piece.starts > found.ends:
            if found.ends > since:
                yield found
            found = piece
        else:
            found = piece if found is None else Occurrence(found.starts, piece.ends)
    if found is not None and found.ends > since:
        yield found


class PlannedWork:
    """The running or else the next occurrence of each window, looked for only when the last one found is over."""

    def __init__(self, windows: Iterable[MaintenanceWindow]) -> None:
        """Nothing is looked for yet."""
        self._windows = list(windows)
        self._found: dict[str, tuple[datetime, Occurrence | None]] = {}

    def at(self, unix_ns: int) -> list[tuple[MaintenanceWindow, Occurrence, bool]]:
        """Each window that is not over, its occurrence, and whether that runs."""
        instant = datetime.fromtimestamp(unix_ns // NANOSECONDS_PER_SECOND, UTC)
        found = ((window, self._occurrence(window, instant)) for window in self._windows)
        return [(window, each, each.starts <= instant) for window, each in found if each is not None]

    def _occurrence(self, window: MaintenanceWindow, instant: datetime) -> Occurrence | None:
        asked, known = self._found.get(window.id, (None, None))
        # A clock that was set back makes what was over run again.
        if asked is None or instant < asked or (known is not None and known.ends <= instant):
            known = next(occurrences(window, instant), None)
            self._found[window.id] = instant, known
        return known


def _pieces(window: MaintenanceWindow, first: date) -> Iterator[Occurrence]:
    """The intervals of ``window`` from the day ``first`` on, cut to its first and last instant, in order."""
    day, last = max(first, window.starts.astimezone(WIB).date()), window.ends.astimezone(WIB).date()
    while day <= last:
        for start, end in _hours_on(window, day):
            starts = max(window.starts, datetime.combine(day, start, WIB))
            ends = min(window.ends, datetime.combine(day + _DAY if end == MIDNIGHT else day, end, WIB))
            if starts < ends:
                yield Occurrence(starts, ends)
        day += _DAY


def _hours_on(window: MaintenanceWindow, day: date) -> Spans:
    spans = window.weekly.get(day.weekday(), ())
    if not window.weeks:
        return spans
    return tuple(span for span in spans if _is_among(window.weeks, _begun_on(window.weekly, day, span[0])))


def _is_among(weeks: frozenset[int], day: date) -> bool:
    """Whether ``day`` is, say, the third Thursday of its month, if 3 is asked for."""
    is_last = (day + _DAYS_OF_A_WEEK * _DAY).month != day.month
    return (day.day - 1) // _DAYS_OF_A_WEEK + 1 in weeks or (is_last and LAST_WEEK in weeks)


def _begun_on(weekly: Weekly, day: date, start: time) -> date:
    """The day on which the hours began that the interval from ``start`` goes on with; they have a gap in a week."""
    for _ in range(_DAYS_OF_A_WEEK):
        before = weekly.get((day - _DAY).weekday(), ())
        if _begun_at(weekly[day.weekday()], start) != MIDNIGHT or not before or before[-1][1] != MIDNIGHT:
            break
        day, start = day - _DAY, before[-1][0]
    return day


def _begun_at(spans: Spans, start: time) -> time:
    """When the intervals of one day began that meet each other up to the one from ``start``."""
    for begun, end in reversed(spans):
        if end == start != MIDNIGHT:
            start = begun
    return start


def _fills_the_day(spans: Spans) -> bool:
    reached = MIDNIGHT
    for start, end in spans:
        if start != reached:
            return False
        reached = end
    return bool(spans) and reached == MIDNIGHT
