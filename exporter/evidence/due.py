"""When the pack of a month is made: from the first working day after it.

Lives here: which day that is, and whether it has come. Must not live here: the present time (the caller gives it),
which days are holidays (``calendars``), making the pack (``scheduled``).
"""

from __future__ import annotations

from datetime import date, datetime

from exporter.calendars import Decreed, is_holiday
from exporter.evidence.period import HOUR_MS, Month, instant_ms, wib
from exporter.recurrence import MIDNIGHT, WIB

__all__ = ["due_ms", "first_working_day", "is_due", "last_month"]

#: Monday is 0.
_SATURDAY = 5

#: Hours of the day. An outage that goes on over midnight is judged by its whole length, so what comes after the month
#: counts too; and people read at the office's opening what was made before.
_FROM_HOUR = 6


def first_working_day(month_after: Month, holidays: Decreed) -> date:
    """The first day of a month that is neither a weekend, nor a holiday, nor joint leave.

    ``holidays`` are the inventory's decrees, which go before what is known of the country. Should they close the whole
    month, it is the last day: nothing puts a pack off for ever.
    """
    days = month_after.days
    return next((day for day in days if day.weekday() < _SATURDAY and not is_holiday(day, holidays)), days[-1])


def due_ms(month: Month, holidays: Decreed) -> int:
    """Unix time from which the pack of ``month`` is made: 06.00 WIB of the first working day after it."""
    day = first_working_day(month.next, holidays)
    return instant_ms(datetime.combine(day, MIDNIGHT, WIB)) + _FROM_HOUR * HOUR_MS


def is_due(now_ms: int, month: Month, holidays: Decreed, *, is_made: bool) -> bool:
    """Whether the pack of ``month`` is to be made now."""
    return not is_made and now_ms >= due_ms(month, holidays)


def last_month(now_ms: int) -> Month:
    """The month before the one that an instant lies in, in WIB."""
    today = wib(now_ms)
    return Month(today.year, today.month).previous
