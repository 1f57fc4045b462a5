"""When planned work runs."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exporter.model import MaintenanceWindow, Spans
from exporter.planned_work import is_running, occurrence

WIB = ZoneInfo("Asia/Jakarta")
NONE: Spans = ()


def wib(text: str) -> datetime:
    """A local date and time."""
    return datetime.fromisoformat(text).replace(tzinfo=WIB)


def window(
    weekly: dict[int, Spans], *weeks: int, starts: str = "2026-01-01T00:00", ends: str = "2027-01-01T00:00"
) -> MaintenanceWindow:
    """Work on nothing in particular."""
    hours = tuple(weekly.get(day, NONE) for day in range(7)) if weekly else ()
    return MaintenanceWindow("w", frozenset(), wib(starts), wib(ends), "Tim", "Uji", "ND-1", hours, frozenset(weeks))


#: Saturday from 22.00 to Sunday 04.00.
NIGHT: dict[int, Spans] = {5: ((time(22), time(0)),), 6: ((time(0), time(4)),)}


def test_work_without_hours_runs_once() -> None:
    """It is told before it begins and while it runs, and is over at its end."""
    once = window({}, starts="2026-12-05T22:00", ends="2026-12-06T04:00")
    times = (wib("2026-12-05T22:00"), wib("2026-12-06T04:00"))
    assert occurrence(once, wib("2026-11-01T00:00")) == times
    assert not is_running(once, wib("2026-12-05T21:59:59"))
    assert is_running(once, wib("2026-12-05T22:00"))
    assert occurrence(once, wib("2026-12-06T03:59:59")) == times
    assert occurrence(once, wib("2026-12-06T04:00")) is None


@pytest.mark.parametrize(
    ("weeks", "now", "begins"),
    [
        ((), "2026-11-25T10:00", "2026-11-28T22:00"),
        ((), "2026-11-29T03:59", "2026-11-28T22:00"),
        ((), "2026-11-29T04:00", "2026-12-05T22:00"),
        ((1,), "2026-11-25T10:00", "2026-12-05T22:00"),
        ((1, 3), "2026-12-06T04:00", "2026-12-19T22:00"),
        ((1,), "2026-11-08T01:00", "2026-11-07T22:00"),  # that Sunday is the second of its month
        ((5,), "2026-11-25T10:00", None),  # no fifth Saturday is left in the year: 31 October was the last
        ((5,), "2026-08-01T10:00", "2026-08-29T22:00"),
        ((4,), "2026-10-31T23:00", "2026-11-28T22:00"),
        ((5,), "2026-10-31T23:00", "2026-10-31T22:00"),  # goes on in the next month
    ],
)
def test_work_that_recurs_is_told_as_the_running_or_the_next_one(
    weeks: tuple[int, ...], now: str, begins: str | None
) -> None:
    """Hours that touch at midnight are one work, of the week in which it began."""
    expected = (wib(begins), wib(begins) + timedelta(hours=6)) if begins else None
    assert occurrence(window(NIGHT, *weeks), wib(now)) == expected


def test_work_that_recurs_keeps_within_its_first_and_last_instant() -> None:
    """The first one begins late, the last one ends early, and none comes after."""
    recurring = window(NIGHT, starts="2026-11-07T23:00", ends="2026-11-15T01:00")
    assert occurrence(recurring, wib("2026-11-01T00:00")) == (wib("2026-11-07T23:00"), wib("2026-11-08T04:00"))
    assert occurrence(recurring, wib("2026-11-10T00:00")) == (wib("2026-11-14T22:00"), wib("2026-11-15T01:00"))
    assert occurrence(recurring, wib("2026-11-15T01:00")) is None


def test_two_works_of_a_day_are_two() -> None:
    """Hours that do not touch are told one after the other."""
    twice = window({0: ((time(1), time(2)), (time(3), time(4)))})
    monday = "2026-11-23T"
    assert occurrence(twice, wib(f"{monday}01:30")) == (wib(f"{monday}01:00"), wib(f"{monday}02:00"))
    assert occurrence(twice, wib(f"{monday}02:00")) == (wib(f"{monday}03:00"), wib(f"{monday}04:00"))


def test_work_of_every_hour_lasts_until_its_end() -> None:
    """The days hang together; the end is that of the whole."""
    always = window(dict.fromkeys(range(7), ((time(0), time(0)),)), ends="2026-01-05T12:00")
    assert occurrence(always, wib("2026-01-04T10:00")) == (wib("2026-01-01T00:00"), wib("2026-01-05T12:00"))


@given(
    minutes=st.integers(0, 365 * 24 * 60 - 1),
    hours=st.lists(st.tuples(st.integers(0, 6), st.integers(0, 23)), min_size=1, max_size=6, unique=True),
    weeks=st.sets(st.integers(1, 4)),
)
def test_work_runs_exactly_within_its_hours(minutes: int, hours: list[tuple[int, int]], weeks: set[int]) -> None:
    """Whole hours that end before midnight, so that the weekday and the week can be read off the instant."""
    weekly = {
        day: tuple((time(hour), time(hour + 1)) for of, hour in sorted(hours) if of == day and hour < 23)
        for day in range(7)
    }
    now = wib("2026-01-01T00:00") + timedelta(minutes=minutes)
    expected = any(start <= now.time() < end for start, end in weekly[now.weekday()])
    expected = expected and (not weeks or (now.day - 1) // 7 + 1 in weeks)
    assert is_running(window(weekly, *weeks), now) is expected
