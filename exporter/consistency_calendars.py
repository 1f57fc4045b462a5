"""Whether the periods of calendars and the days of decrees can be meant as they are written.

Lives here: the checks of these entries (problems), and what of them is legal but changes nothing (warnings).
Must not live here: anything else of ``consistency``, of which this is a part; the present time
(``holidays_ahead``).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from exporter.calendars import DEFAULT_CALENDARS
from exporter.entries import Entries, Entry
from exporter.errors import Problem
from exporter.national_days import national_days

__all__ = ["period_problems", "warnings_of_calendars"]

Found = Iterator[Problem]

#: The calendars that close on holidays without being written.
_CLOSING = {key for key, calendar in DEFAULT_CALENDARS.items() if calendar.observes_holidays}


def period_problems(entry: Entry) -> Found:
    """Why the periods of a calendar cannot be meant."""
    for number, period in enumerate(entry.record.periods, 1):
        if period.to < period.first:
            remedy = "write the last day, which is included"
            yield entry.claim.problem(f"periods.{number}.to", f"is before from, {period.first}", remedy)
        if not period.weekly.named():
            remedy = "name at least one, such as thu: [] to close Thursdays"
            yield entry.claim.problem(
                f"periods.{number}.weekly", "no weekday is named, so that nothing changes", remedy
            )


def warnings_of_calendars(entries: Entries) -> Found:
    """What a person should look at."""
    yield from chain(_idle_decrees(entries), _unheard_decrees(entries))


def _idle_decrees(entries: Entries) -> Found:
    for entry in entries.records["holidays"]:
        day = entry.record.date
        if entry.record.open and day not in national_days(day.year).names:
            remedy = "correct the date, or remove the entry; a weekend is opened by a period of a calendar"
            yield entry.claim.problem("open", "is no holiday or joint leave as it is, so that nothing changes", remedy)


def _unheard_decrees(entries: Entries) -> Found:
    """Days of decrees where every calendar in use goes on regardless; told once, at the first."""
    used = {entry.record.hours for entry in entries.records["sites"]}
    written = {entry.record.id: entry.record.holidays for entry in entries.records["calendars"]}
    if any(written.get(key, key in _CLOSING) for key in used):
        return
    for entry in entries.records["holidays"][:1]:
        remedy = "write holidays: true on the calendars that close"
        yield entry.claim.problem("date", "no site has a calendar that closes on holidays", remedy)
