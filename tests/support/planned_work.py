"""When planned work runs, found out hour by hour: slow, obvious, one look at a calendar sheet for each hour.

Lives here: the other opinion that ``exporter.recurrence`` is held against. Must not live here: anything taken from
there. Every instant of a window and every interval of its week must be a whole hour.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone

from exporter.model import MaintenanceWindow

__all__ = ["covers", "next_times"]

_HOUR = timedelta(hours=1)
_WIB = timezone(timedelta(hours=7))


def covers(window: MaintenanceWindow, at: datetime) -> bool:
    """Whether the work runs in the hour that begins at ``at``."""
    if at < window.starts or at >= window.ends:
        return False
    if not window.weekly:
        return True
    local = at.astimezone(_WIB)
    if not _is_in_the_week(window, local):
        return False
    while _is_in_the_week(window, local - _HOUR):
        local -= _HOUR
    return not window.weeks or bool(window.weeks & _places_in_the_month(local))


def next_times(window: MaintenanceWindow, now: datetime) -> tuple[datetime, datetime] | None:
    """Start and end of the running or else the next time, asked at a whole hour; None if the work is over."""
    running = [hour for hour in _hours(max(now, window.starts), window.ends) if covers(window, hour)]
    if not running:
        return None
    start = running[0]
    while covers(window, start - _HOUR):
        start -= _HOUR
    end = running[0]
    while covers(window, end):
        end += _HOUR
    return start, end


def _hours(first: datetime, end: datetime) -> Iterator[datetime]:
    while first < end:
        yield first
        first += _HOUR


def _is_in_the_week(window: MaintenanceWindow, local: datetime) -> bool:
    spans = window.weekly.get(local.weekday(), ())
    return any(start.hour <= local.hour < (end.hour or 24) for start, end in spans)


def _places_in_the_month(local: datetime) -> set[int]:
    """1 for the first such weekday of its month; and -1 for the last one."""
    column = [week[local.weekday()] for week in calendar.monthcalendar(local.year, local.month)]
    days = [day for day in column if day]
    place = days.index(local.day) + 1
    return {place, -1} if place == len(days) else {place}
