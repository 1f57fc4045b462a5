"""What this program does not know of the holidays to come, and its owner should write into the inventory.

Lives here: the warnings that depend on the present day. Must not live here: reading the clock (the caller gives the
instant), which days are holidays (``national_days``). The government decrees a year's days in September or October
of the year before (SKB) and may change joint leave later; a package that is not upgraded knows nothing of that.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

from exporter.errors import Problem
from exporter.model import DecreedDay, Inventory
from exporter.national_days import national_days

__all__ = ["holidays_ahead"]

NANOSECONDS_PER_SECOND = 1_000_000_000

#: From this month on, the days of the next year are asked for too: they are decreed by then.
_MONTH_OF_NEXT_YEAR = 12


def holidays_ahead(inventory: Inventory, name: str, unix_ns: int) -> list[Problem]:
    """What is not known, for the inventory that was read from ``name``; nothing if no site closes on holidays."""
    used = {site.hours for site in inventory.sites.values()}
    if not any(inventory.calendars[key].observes_holidays for key in used):
        return []
    today = datetime.fromtimestamp(unix_ns // NANOSECONDS_PER_SECOND, ZoneInfo("Asia/Jakarta")).date()
    years = [today.year, today.year + 1] if today.month >= _MONTH_OF_NEXT_YEAR else [today.year]
    return [Problem(name, 0, *words) for year in years for words in _unknown(inventory, year, today)]


def _is_joint_leave(decreed: DecreedDay, year: int) -> bool:
    return decreed.day.year == year and not decreed.is_open and "cuti bersama" in decreed.name.casefold()


def _unknown(inventory: Inventory, year: int, today: date) -> Iterator[tuple[str, str]]:
    """Message and remedy of each gap in ``year``."""
    known = national_days(year)
    if not known.has_joint_leave and not any(_is_joint_leave(each, year) for each in inventory.holidays.values()):
        remedy = "upgrade the package holidays, or write the days under holidays, each named Cuti bersama ..."
        yield f"the joint leave (cuti bersama) of {year} is not known, and offices count as open on it", remedy
    open_questions = sorted(day for day in known.estimated - inventory.holidays.keys() if day >= today)
    if open_questions:
        days = ", ".join(f"{day} {known.names[day]}" for day in open_questions)
        remedy = "write each of these days under holidays: open: false where the SKB confirms it, else open: true"
        yield f"computed from the moon and not decreed when the package holidays was made: {days}", remedy
