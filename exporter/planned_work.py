"""When planned work runs: the occurrence that runs at an instant, or the next one.

Lives here: recurrence. Must not live here: the present time (the caller gives the instant), which links are covered,
metrics. Occurrences are half-open: work that ends at 04.00 is over at 04.00.

Work without weekly hours runs once, from ``starts`` to ``ends``. With them it runs in these hours of each day between,
in the zone of ``starts``. Hours that touch at midnight are one occurrence, and belong to the weekday on which it began:
the first Saturday of a month from 22.00 to 04.00 is 22.00-24.00 on Saturday and 00.00-04.00 on Sunday, even when that
Sunday is the second of its month.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from exporter.model import MaintenanceWindow, Spans

__all__ = ["Occurrence", "is_running", "occurrence"]

Occurrence = tuple[datetime, datetime]  #: start, and the instant from which it is over

_ONE_DAY = timedelta(days=1)

#: How far the next occurrence is looked for, days: a fifth weekday of the month comes after 15 weeks at the latest.
_HORIZON_DAYS = 366

#: Hours that touch at every midnight are followed for this long to the back; longer work is told from here on.
_LONGEST_DAYS = 14


def occurrence(window: MaintenanceWindow, instant: datetime) -> Occurrence | None:
    """The occurrence that runs at ``instant``, or else the next one within a year; None where there is none."""
    if not window.weekly:
        return (window.starts, window.ends) if instant < window.ends else None
    return next((found for found in _occurrences(window, instant) if instant < found[1]), None)


def is_running(window: MaintenanceWindow, instant: datetime) -> bool:
    """Whether the work runs at ``instant``."""
    found = occurrence(window, instant)
    return found is not None and found[0] <= instant


def _occurrences(window: MaintenanceWindow, instant: datetime) -> Iterator[Occurrence]:
    """Those that may concern ``instant``, in their order, within ``starts`` and ``ends``."""
    begun: datetime | None = None
    for (start, end), (following, _) in pairwise(_hours(window, instant)):
        begun = begun or start
        if following == end:
            continue
        if begun < window.ends and end > window.starts:
            yield max(begun, window.starts), min(end, window.ends)
        begun = None


def _hours(window: MaintenanceWindow, instant: datetime) -> Iterator[Occurrence]:
    """The open intervals of each day around ``instant``, and one beyond the horizon that closes the last."""
    zone = window.starts.tzinfo
    around = max(instant, window.starts).astimezone(zone).date()
    last = min(around + timedelta(days=_HORIZON_DAYS), window.ends.astimezone(zone).date())
    day = around - timedelta(days=_LONGEST_DAYS)
    while day <= last:
        for start, end in window.weekly[day.weekday()]:
            if not window.weeks or _week(window, day, start) in window.weeks:
                closing = day + _ONE_DAY if end == time.min else day
                yield datetime.combine(day, start, zone), datetime.combine(closing, end, zone)
        day += _ONE_DAY
    beyond = datetime.combine(last + 2 * _ONE_DAY, time.min, zone)
    yield beyond, beyond


def _week(window: MaintenanceWindow, day: date, start: time) -> int:
    """Which one of its weekday in the month a day is; hours that go on from the day before are of that day."""
    before = day - _ONE_DAY
    if start == time.min and _until_midnight(window.weekly[before.weekday()]):
        day = before
    return (day.day - 1) // 7 + 1


def _until_midnight(spans: Spans) -> bool:
    return any(end == time.min for _, end in spans)
