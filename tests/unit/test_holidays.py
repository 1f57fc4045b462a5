"""Which days are holidays, what a decree changes, and what is said of days that nobody knows yet."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from exporter.calendars import DEFAULT_CALENDARS, is_holiday
from exporter.holidays_ahead import holidays_ahead
from exporter.model import DecreedDay, Inventory
from exporter.national_days import national_days
from tests.support.inventories import many_links

#: The joint decree (SKB) for 2026 of 19 September 2025: national holidays, and joint leave.
DECREED_2026 = {
    1: {1, 16},
    2: {16, 17},
    3: {18, 19, 20, 21, 22, 23, 24},
    4: {3, 5},
    5: {1, 14, 15, 27, 28, 31},
    6: {1, 16},
    8: {17, 25},
    12: {24, 25},
}


def decreed(*days: tuple[str, str, bool]) -> dict[date, DecreedDay]:
    """Decrees of ``(day, name, is_open)``."""
    return {date.fromisoformat(day): DecreedDay(date.fromisoformat(day), name, is_open) for day, name, is_open in days}


def inventory(*days: tuple[str, str, bool], hours: str = "kantor") -> Inventory:
    """A link of an office with the built-in calendars, and these decrees."""
    return replace(many_links(1, hours=hours), calendars=DEFAULT_CALENDARS, holidays=decreed(*days))


def ahead(now: str, *days: tuple[str, str, bool], hours: str = "kantor") -> list[str]:
    """What is said of the days to come at a local time."""
    unix_ns = int(datetime.fromisoformat(now).replace(tzinfo=ZoneInfo("Asia/Jakarta")).timestamp()) * 10**9
    return [problem.message for problem in holidays_ahead(inventory(*days, hours=hours), "i.yml", unix_ns)]


def test_the_days_of_2026_are_those_of_the_decree() -> None:
    """All 17 holidays and 8 days of joint leave, no other, and none of them an estimate."""
    known = national_days(2026)
    assert set(known.names) == {date(2026, month, day) for month, days in DECREED_2026.items() for day in days}
    assert len(known.names) == 17 + 8
    assert known.has_joint_leave
    assert not known.estimated


def test_days_computed_from_the_moon_are_marked() -> None:
    """The package says which days of 2027 were not decreed when it was made; their names do not say it again."""
    known = national_days(2027)
    assert known.names[date(2027, 3, 10)] == "Hari Raya Idul Fitri"
    assert {date(2027, 3, 10), date(2027, 3, 11), date(2027, 5, 17)} == known.estimated


def test_years_that_nobody_decreed_have_no_joint_leave() -> None:
    """The package computes holidays of any year and knows joint leave only where it was decreed."""
    assert not national_days(2050).has_joint_leave
    assert date(2050, 8, 17) in national_days(2050).names


def test_a_decree_goes_before_what_is_known() -> None:
    """It adds a day, takes one away, and leaves all others alone."""
    own = decreed(("2026-12-23", "Tambahan", False), ("2026-12-24", "Dicabut", True))
    days = {day: is_holiday(date(2026, 12, day), own) for day in range(22, 27)}
    assert days == {22: False, 23: True, 24: False, 25: True, 26: False}


def test_a_year_is_computed_once() -> None:
    """The second question of a year costs a look into a table: it is asked at each scrape."""
    assert national_days(2026) is national_days(2026)


def test_only_indonesia_is_loaded() -> None:
    """The other countries of the package would cost seven MiB that the exporter does not have to give."""
    code = (
        "import sys, exporter.national_days as n; n.national_days(2026);"
        "print(*[m for m in sys.modules if m.startswith('holidays.countries')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_nothing_is_said_while_everything_is_known() -> None:
    """In the autumn of 2026 the decree of the year is in the package, and next year is not asked for yet."""
    assert ahead("2026-11-30T23:59") == []


def test_in_december_the_next_year_is_asked_for() -> None:
    """Days that were computed are named, for by then the decree says whether they hold."""
    (said,) = ahead("2026-12-01T00:00")
    assert said.startswith("computed from the moon and not decreed")
    assert said.endswith(
        "2027-03-10 Hari Raya Idul Fitri, 2027-03-11 Hari kedua dari Hari Raya Idul Fitri, "
        "2027-05-17 Hari Raya Idul Adha"
    )


def test_a_computed_day_is_no_question_once_it_is_answered_or_past() -> None:
    """A decree of the inventory answers it either way, and so does time."""
    answers = [("2027-03-10", "Idulfitri", False), ("2027-03-11", "Idulfitri", True)]
    assert [said.rpartition(": ")[2] for said in ahead("2027-01-01T08:00", *answers)] == [
        "2027-05-17 Hari Raya Idul Adha"
    ]
    assert ahead("2027-05-18T00:00") == []


def test_unknown_joint_leave_is_told_until_it_is_written() -> None:
    """A local holiday is no joint leave; a day that is named as such is, if it closes and is of that year."""
    silent = ("2028-03-01", "Cuti Bersama Idulfitri", False)
    for other in (
        ("2028-03-01", "Pemilihan", False),
        ("2028-03-01", "Cuti bersama", True),
        ("2027-03-12", "Cuti bersama", False),
    ):
        assert "the joint leave (cuti bersama) of 2028 is not known, and offices count as open on it" in ahead(
            "2028-01-01T08:00", other
        )
    assert not [said for said in ahead("2028-01-01T08:00", silent) if "joint leave" in said]


@pytest.mark.parametrize("now", ["2026-12-31T12:00", "2050-01-01T12:00"])
def test_nothing_is_said_where_nobody_closes(now: str) -> None:
    """An inventory whose sites are always open does not ask for holidays."""
    assert ahead(now, hours="24x7") == []
