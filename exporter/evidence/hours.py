"""The hours of a month that count: service hours of a calendar, the term of a contract.

Lives here: calendars and days as spans. Must not live here: what was measured, the present time. A calendar has its own
time zone; an instant is within its hours exactly when ``calendars.in_service_hours`` says so, also on the two days of
the year on which a zone with summer time shifts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta, tzinfo
from functools import cache
from zoneinfo import ZoneInfo

from exporter.calendars import open_hours
from exporter.evidence.period import DAY_MS, instant_ms, wib
from exporter.evidence.spans import Spans, clip, spans_of
from exporter.model import Calendar, Contract, DecreedDay
from exporter.recurrence import MIDNIGHT, WIB

__all__ = ["service_spans", "term_spans"]

_DAY = timedelta(days=1)
_EPOCH_DAY = date(1970, 1, 1).toordinal()


def service_spans(calendar: Calendar, start_ms: int, end_ms: int, decreed: Mapping[date, DecreedDay]) -> Spans:
    """When ``calendar`` is open between two instants; holidays and periods are its own business."""
    found: list[tuple[int, int]] = []
    for since, until, offset in _same_offset(_zone(calendar.timezone), start_ms, end_ms):
        first, last = ((at + offset) // DAY_MS + _EPOCH_DAY for at in (since, until - 1))
        for ordinal in range(first, last + 1):
            midnight = (ordinal - _EPOCH_DAY) * DAY_MS - offset
            hours = open_hours(calendar, date.fromordinal(ordinal), decreed)
            day = spans_of((midnight + _ms(start), midnight + (_ms(end) or DAY_MS)) for start, end in hours)
            found += clip(day, since, until)
    return spans_of(found)


def term_spans(contract: Contract, start_ms: int, end_ms: int) -> Spans:
    """When ``contract`` runs between two instants: from the first to the last of its days in WIB, both included."""
    first, after = (datetime.combine(day, MIDNIGHT, WIB) for day in (contract.starts, contract.ends + _DAY))
    return clip(((instant_ms(first), instant_ms(after)),), start_ms, end_ms)


def _same_offset(zone: tzinfo, start_ms: int, end_ms: int) -> Iterator[tuple[int, int, int]]:
    """The time between two instants in pieces ``(start, end, what is added to UTC)``, all in milliseconds."""
    since, at = start_ms, start_ms
    offset = _offset(zone, at)
    while at < end_ms:
        after = min(at + DAY_MS, end_ms)
        if _offset(zone, after) != offset:
            low, high = at, after  # the offset is still the old one at low, and is not at high
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if _offset(zone, middle) == offset else (low, middle)
            if since < min(high, end_ms):
                yield since, min(high, end_ms), offset
            since, offset = high, _offset(zone, high)
        at = after
    if since < end_ms:
        yield since, end_ms, offset


def _offset(zone: tzinfo, at_ms: int) -> int:
    shift = wib(at_ms).astimezone(zone).utcoffset()
    return 0 if shift is None else shift // timedelta(milliseconds=1)


def _ms(at: time) -> int:
    """Milliseconds since midnight."""
    return ((at.hour * 60 + at.minute) * 60 + at.second) * 1000 + at.microsecond // 1000


@cache
def _zone(name: str) -> tzinfo:
    return ZoneInfo(name)
