"""Service hours and planned work at one instant."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from exporter.calendars import ALWAYS, DEFAULT_CALENDARS, in_service_hours, maintenance, service_hours
from exporter.model import Calendar, DecreedDay, MaintenanceWindow, Period
from tests.support.inventories import make_inventory

OFFICE = DEFAULT_CALENDARS["kantor"]
WIB = ZoneInfo("Asia/Jakarta")


def unix_ns(text: str, zone: str = "Asia/Jakarta") -> int:
    """The instant of a local date and time."""
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp()) * 1_000_000_000


@pytest.mark.parametrize(
    ("local", "is_open"),
    [
        ("2026-11-23T07:29:59", False),  # a Monday
        ("2026-11-23T07:30:00", True),
        ("2026-11-23T15:59:59", True),
        ("2026-11-23T16:00:00", False),
        ("2026-11-26T16:00:00", False),  # Thursday
        ("2026-11-27T16:00:00", True),  # Friday closes half an hour later
        ("2026-11-27T16:30:00", False),
        ("2026-11-28T10:00:00", False),  # Saturday
        ("2026-11-29T10:00:00", False),
        ("2026-11-30T00:30:00", False),  # Sunday in UTC, Monday in WIB
    ],
)
def test_offices_are_open_in_their_local_hours(local: str, is_open: bool) -> None:
    """The built-in working week opens at 07.30 WIB and is closed at the closing minute itself."""
    assert in_service_hours(OFFICE, unix_ns(local), {}) is is_open


def test_the_last_nanosecond_before_closing_is_open() -> None:
    """Parts of a second do not round an instant into the next interval."""
    closing = unix_ns("2026-11-23T16:00:00")
    assert in_service_hours(OFFICE, closing - 1, {})
    assert not in_service_hours(OFFICE, closing, {})


@pytest.mark.parametrize("day", range(23, 30))
@pytest.mark.parametrize("clock", ["00:00:00", "12:00:00", "23:59:59"])
def test_always_means_every_second_of_the_week(day: int, clock: str) -> None:
    """24x7 has no gap at midnight."""
    assert in_service_hours(ALWAYS, unix_ns(f"2026-11-{day}T{clock}"), {})


def test_an_interval_can_end_with_the_day() -> None:
    """An end of 00:00 is the midnight that ends the day, not the one that began it."""
    evening = Calendar("malam", {0: ((time(18), time(0)),)})
    assert in_service_hours(evening, unix_ns("2026-11-23T23:59:59"), {})
    assert not in_service_hours(evening, unix_ns("2026-11-23T00:00:00"), {})
    assert not in_service_hours(evening, unix_ns("2026-11-24T00:00:00"), {})


def test_a_calendar_has_a_zone_of_its_own() -> None:
    """Eight in the morning in Makassar is seven in Jakarta."""
    eastern = replace(OFFICE, timezone="Asia/Makassar")
    instant = unix_ns("2026-11-23T08:00:00", "Asia/Makassar")
    assert in_service_hours(eastern, instant, {})
    assert not in_service_hours(OFFICE, instant, {})


def test_summer_time_moves_the_hours() -> None:
    """In a zone with summer time the local hours hold on both sides of a change."""
    calendar = Calendar("x", {6: ((time(8), time(9)),)}, "Europe/Berlin")
    for day in ("2026-10-18", "2026-10-25"):
        assert in_service_hours(calendar, unix_ns(f"{day}T08:30:00", "Europe/Berlin"), {})
        assert not in_service_hours(calendar, unix_ns(f"{day}T09:30:00", "Europe/Berlin"), {})


INVENTORY = make_inventory(
    {
        "a-1": ("a", "penyedia-a", "32.73", "198.18.0.1"),
        "b-1": ("b", "penyedia-b", "32.01", "198.18.0.2"),
        "b-2": ("b", "penyedia-a", "32.01", "198.18.0.3"),
    }
)


def test_links_have_the_hours_of_their_sites() -> None:
    """The column follows the order of the links, each by the calendar of its site."""
    sites = {**INVENTORY.sites, "b": replace(INVENTORY.sites["b"], hours="24x7")}
    inventory = replace(INVENTORY, sites=sites, calendars=DEFAULT_CALENDARS)
    night = service_hours(inventory, unix_ns("2026-11-23T02:00:00"))
    day = service_hours(inventory, unix_ns("2026-11-23T10:00:00"))
    assert night.dtype == np.bool_
    assert night.tolist() == [False, True, True]
    assert day.tolist() == [True, True, True]


@pytest.mark.parametrize(
    ("local", "covered"),
    [
        ("2026-11-23T21:59:59", [False, False, False]),
        ("2026-11-23T22:00:00", [False, True, True]),
        ("2026-11-23T23:00:00", [True, True, True]),
        ("2026-11-24T00:00:00", [True, True, False]),
        ("2026-11-24T02:00:00", [False, False, False]),
    ],
)
def test_planned_work_covers_links_from_start_to_before_end(local: str, covered: list[bool]) -> None:
    """Windows are half-open and add up; where none runs, no link is under work."""

    def window(key: str, links: set[str], starts: str, ends: str) -> MaintenanceWindow:
        first, last = (datetime.fromisoformat(text).replace(tzinfo=WIB) for text in (starts, ends))
        return MaintenanceWindow(key, frozenset(links), first, last, "Tim Jaringan", "Uji", "ND-1")

    inventory = replace(
        INVENTORY,
        maintenance={
            "pm-1": window("pm-1", {"b-1", "b-2"}, "2026-11-23T22:00", "2026-11-24T00:00"),
            "pm-2": window("pm-2", {"a-1", "b-1"}, "2026-11-23T23:00", "2026-11-24T02:00"),
        },
    )
    assert maintenance(inventory, unix_ns(local)).tolist() == covered


@pytest.mark.parametrize(
    ("at", "covered"),
    [
        ("2026-12-05T22:59", False),  # the first Saturday of December
        ("2026-12-05T23:00", True),
        ("2026-12-06T00:00", True),
        ("2026-12-06T03:00", False),
        ("2026-12-12T23:00", False),
    ],
)
def test_recurring_work_covers_links_at_its_hours_only(at: str, covered: bool) -> None:
    """Between two nights, and in weeks that are not named, the links are as others are."""
    night = {5: ((time(23), time(0)),), 6: ((time(0), time(3)),)}
    first, last = (datetime(year, 1, 1, tzinfo=WIB) for year in (2026, 2027))
    work = MaintenanceWindow("pm", frozenset({"b-1"}), first, last, "Tim", "Uji", "ND-1", night, frozenset({1, 3}))
    inventory = replace(INVENTORY, maintenance={"pm": work})
    assert maintenance(inventory, unix_ns(at)).tolist() == [False, covered, False]


def test_without_windows_nothing_is_under_work() -> None:
    """The column exists for every link all the same."""
    assert maintenance(INVENTORY, 0).tolist() == [False, False, False]


RAMADAN = Period(
    date(2026, 2, 19), date(2026, 3, 20), dict.fromkeys(range(5), ((time(6, 30), time(14)),)), "Ramadan 1447 H"
)
AT_HOME = Period(date(2026, 1, 1), date(2026, 12, 31), {3: ()}, "Kerja dari rumah")
IN_2026 = replace(OFFICE, periods=(RAMADAN, AT_HOME))


@pytest.mark.parametrize(
    ("local", "is_open"),
    [
        ("2026-02-18T15:59:59", True),  # Wednesday, the day before Ramadan
        ("2026-02-20T06:29:59", False),
        ("2026-02-20T06:30:00", True),
        ("2026-02-20T14:00:00", False),
        ("2026-02-26T10:00:00", False),  # a Thursday of Ramadan: the later period holds
        ("2026-03-17T06:30:00", True),  # the last Tuesday before the joint leave
        ("2026-03-19T10:00:00", False),  # Nyepi
        ("2026-03-20T10:00:00", False),  # joint leave
        ("2026-03-23T10:00:00", False),  # a Monday, joint leave after Idul Fitri
        ("2026-03-25T07:29:59", False),  # Wednesday, usual hours again
        ("2026-03-25T07:30:00", True),
        ("2026-11-26T10:00:00", False),  # Thursday
        ("2026-11-27T10:00:00", True),
        ("2026-12-31T10:00:00", False),  # the last Thursday of the period
        ("2027-01-07T10:00:00", True),  # Thursdays of the next year are as usual
        ("2026-12-25T10:00:00", False),  # Christmas, a Friday
    ],
)
def test_ramadan_thursdays_and_holidays_of_2026(local: str, is_open: bool) -> None:
    """Ramadan hours, then Thursdays at home, then holidays, each as the decrees of the year have them."""
    assert in_service_hours(IN_2026, unix_ns(local), {}) is is_open


def test_the_order_of_periods_decides() -> None:
    """The same two periods the other way round open the Thursdays of Ramadan."""
    thursday = unix_ns("2026-02-26T10:00:00")
    assert in_service_hours(replace(OFFICE, periods=(AT_HOME, RAMADAN)), thursday, {})
    assert not in_service_hours(IN_2026, thursday, {})


def test_a_decree_closes_a_day_and_opens_another() -> None:
    """An added day of joint leave is closed, a revoked one has the hours of its weekday; 24x7 heeds neither."""
    added, revoked = date(2026, 12, 23), date(2026, 12, 24)
    decreed = {
        added: DecreedDay(added, "Cuti bersama tambahan", is_open=False),
        revoked: DecreedDay(revoked, "Dicabut", is_open=True),
    }
    inventory = replace(
        INVENTORY,
        sites={**INVENTORY.sites, "b": replace(INVENTORY.sites["b"], hours="24x7")},
        calendars=DEFAULT_CALENDARS,
        holidays=decreed,
    )
    days = [service_hours(inventory, unix_ns(f"2026-12-{day}T10:00:00")).tolist() for day in (22, 23, 24, 25)]
    assert days == [[True, True, True], [False, True, True], [True, True, True], [False, True, True]]


def test_a_holiday_is_a_day_of_the_calendar_s_zone() -> None:
    """In Makassar the 17th of August is over an hour earlier than in Jakarta."""
    always = Calendar("x", dict.fromkeys(range(7), ((time(0), time(0)),)), "Asia/Makassar", observes_holidays=True)
    after_midnight = unix_ns("2026-08-18T00:30:00", "Asia/Makassar")
    assert in_service_hours(always, after_midnight, {})
    assert not in_service_hours(replace(always, timezone="Asia/Jakarta"), after_midnight, {})
