"""Service hours and planned work: which links are within them at one instant.

Lives here: the calendars that exist without being written, and the questions asked of calendars and
maintenance windows. Must not live here: the present time (the caller gives the instant), reading of
files, which days are holidays in the whole country (``national_days``), when planned work recurs
(``recurrence``). All intervals are half-open: an office that closes at 16.00 is closed at 16.00.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, tzinfo
from functools import cache
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from exporter.model import Calendar, DecreedDay, Inventory, Spans
from exporter.national_days import national_days
from exporter.recurrence import MIDNIGHT, contains, is_running

__all__ = [
    "ALWAYS",
    "DEFAULT_CALENDARS",
    "in_service_hours",
    "is_holiday",
    "maintenance",
    "open_hours",
    "service_hours",
]

NANOSECONDS_PER_SECOND = 1_000_000_000

_ALL_DAY = ((MIDNIGHT, MIDNIGHT),)
_MONDAY_TO_THURSDAY = ((time(7, 30), time(16, 0)),)
_FRIDAY = ((time(7, 30), time(16, 30)),)

#: Open at every hour of every day; the calendar of a site that names none.
ALWAYS = Calendar("24x7", dict.fromkeys(range(7), _ALL_DAY))

#: Normal working week of the province's offices (Pergub 102/2022; domain notes 4.2). What holds in one year only,
#: such as Ramadan hours, stands in the inventory: nobody should wait for a new program to learn of a circular.
_OFFICE = Calendar("kantor", {**dict.fromkeys(range(4), _MONDAY_TO_THURSDAY), 4: _FRIDAY}, observes_holidays=True)

#: The calendars every inventory has; one of the same id in the files takes the place of these.
DEFAULT_CALENDARS = {calendar.id: calendar for calendar in (ALWAYS, _OFFICE)}


Decreed = Mapping[date, DecreedDay]


def is_holiday(day: date, decreed: Decreed) -> bool:
    """Whether ``day`` is a holiday or joint leave; one of the inventory's decrees goes before what is known of it."""
    own = decreed.get(day)
    return day in national_days(day.year).names if own is None else not own.is_open


def open_hours(calendar: Calendar, day: date, decreed: Decreed) -> Spans:
    """The intervals of ``day``: none on a holiday, else of the last period that names the weekday, else usual."""
    if calendar.observes_holidays and is_holiday(day, decreed):
        return ()
    weekday = day.weekday()
    for period in reversed(calendar.periods):
        if weekday in period.weekly and period.first <= day <= period.last:
            return period.weekly[weekday]
    return calendar.weekly.get(weekday, ())


def in_service_hours(calendar: Calendar, unix_ns: int, decreed: Decreed) -> bool:
    """Whether ``calendar`` is open at an instant, in the calendar's own time zone."""
    local = datetime.fromtimestamp(unix_ns // NANOSECONDS_PER_SECOND, _zone(calendar.timezone))
    return any(contains(span, local.time()) for span in open_hours(calendar, local.date(), decreed))


def service_hours(inventory: Inventory, unix_ns: int) -> NDArray[np.bool_]:
    """For each link, in the inventory's order: whether its site's calendar is open. Shape ``(links,)``."""
    calendars = inventory.calendars.items()
    is_open = {key: in_service_hours(calendar, unix_ns, inventory.holidays) for key, calendar in calendars}
    sites = {key: is_open[site.hours] for key, site in inventory.sites.items()}
    return np.fromiter((sites[link.site] for link in inventory.links.values()), np.bool_, len(inventory.links))


def maintenance(inventory: Inventory, unix_ns: int) -> NDArray[np.bool_]:
    """For each link, in the inventory's order: whether planned work covers it. Shape ``(links,)``."""
    instant = datetime.fromtimestamp(unix_ns // NANOSECONDS_PER_SECOND, UTC)
    windows = [window.links for window in inventory.maintenance.values() if is_running(window, instant)]
    covered = frozenset[str]().union(*windows)
    return np.fromiter((key in covered for key in inventory.links), np.bool_, len(inventory.links))


@cache
def _zone(name: str) -> tzinfo:
    return ZoneInfo(name)
