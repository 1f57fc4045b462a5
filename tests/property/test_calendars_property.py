"""Whatever a calendar says, its hours are those that a person would read from it, minute by minute."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from exporter.calendars import in_service_hours, open_hours
from exporter.model import Calendar, DecreedDay, Period, Spans

WIB = ZoneInfo("Asia/Jakarta")

#: The joint decree of 2026, as far as it touches the days below.
MARCH_HOLIDAYS = {date(2026, 3, day) for day in (18, 19, 20, 21, 22, 23, 24)}
DAYS = st.dates(date(2026, 3, 1), date(2026, 3, 31))
TIMES = st.integers(0, 24 * 60 - 1).map(lambda minute: time(minute // 60, minute % 60))


@st.composite
def spans(draw: st.DrawFn) -> Spans:
    """Up to two intervals of a day, in order and apart; the last may end with the day."""
    ends = sorted(draw(st.sets(st.integers(0, 24 * 4), min_size=4, max_size=4)))
    clock = [time(quarter // 4 % 24, quarter % 4 * 15) for quarter in ends]
    return ((clock[0], clock[1]), (clock[2], clock[3]))[: draw(st.integers(0, 2))]


WEEKLY = st.dictionaries(st.integers(0, 6), spans(), max_size=7)


@st.composite
def periods(draw: st.DrawFn) -> Period:
    """Any days of the month or so."""
    first, last = sorted((draw(DAYS), draw(DAYS)))
    return Period(first, last, draw(WEEKLY), "Uji")


CALENDARS = st.builds(
    Calendar, st.just("x"), WEEKLY, st.just("Asia/Jakarta"), st.booleans(), st.lists(periods(), max_size=4).map(tuple)
)
DECREES = st.dictionaries(DAYS, st.booleans(), max_size=5).map(
    lambda found: {day: DecreedDay(day, "Uji", is_open) for day, is_open in found.items()}
)


def read_by_a_person(calendar: Calendar, day: date, decrees: dict[date, DecreedDay]) -> Spans:
    """The hours of ``day``, by writing down one rule after the other and keeping the last."""
    hours = calendar.weekly.get(day.weekday(), ())
    for period in calendar.periods:
        if day in {period.first + timedelta(n) for n in range((period.last - period.first).days + 1)}:
            hours = period.weekly.get(day.weekday(), hours)
    closed = day in MARCH_HOLIDAYS
    if day in decrees:
        closed = not decrees[day].is_open
    return () if closed and calendar.observes_holidays else hours


@given(CALENDARS, DAYS, DECREES)
def test_hours_of_a_day_follow_the_rules_in_their_order(
    calendar: Calendar, day: date, decrees: dict[date, DecreedDay]
) -> None:
    """Usual hours, then each period in its turn, then the holidays, then the decrees."""
    assert open_hours(calendar, day, decrees) == read_by_a_person(calendar, day, decrees)


@given(CALENDARS, DAYS, TIMES, DECREES)
def test_an_instant_is_open_if_its_day_has_it(
    calendar: Calendar, day: date, at: time, decrees: dict[date, DecreedDay]
) -> None:
    """Open at a minute means that one of the day's intervals has that minute."""
    unix_ns = int(datetime.combine(day, at, WIB).timestamp()) * 10**9
    minute = at.hour * 60 + at.minute
    held = set[int]()
    for start, end in read_by_a_person(calendar, day, decrees):
        held |= set(range(start.hour * 60 + start.minute, (end.hour * 60 + end.minute) or 24 * 60))
    assert in_service_hours(calendar, unix_ns, decrees) is (minute in held)


@given(CALENDARS, DAYS, DECREES)
def test_a_calendar_that_heeds_no_holidays_heeds_no_decree(
    calendar: Calendar, day: date, decrees: dict[date, DecreedDay]
) -> None:
    """What is decreed changes nothing for those who do not close."""
    if not calendar.observes_holidays:
        assert open_hours(calendar, day, decrees) == open_hours(calendar, day, {})
