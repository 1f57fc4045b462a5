"""When the pack of a month is made: the first working day after it, as the country and the inventory know it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

import pytest

from exporter.evidence.due import due_ms, first_working_day, is_due, last_month
from exporter.evidence.period import DAY_MS, Month, instant_ms
from exporter.model import DecreedDay
from exporter.recurrence import WIB

#: Decided by hand from the joint decrees. 2025: Lebaran's joint leave ends on Monday 7 April; Labour Day is a Thursday.
#: 2026: New Year and Pancasila Day; the rest are weekends.
_FIRST_DAYS = {
    2025: "2 3 3 8 2 2 1 1 1 1 3 1",
    2026: "2 2 2 1 4 2 1 3 1 1 2 1",
}


def _decreed(day: date, *, is_open: bool) -> Mapping[date, DecreedDay]:
    return {day: DecreedDay(day, "Keputusan gubernur", is_open)}


def _at(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> int:
    return instant_ms(datetime(year, month, day, hour, minute, tzinfo=WIB))


@pytest.mark.parametrize("year", _FIRST_DAYS)
def test_the_first_working_day_of_each_month(year: int) -> None:
    """Neither a weekend, nor a holiday such as 1 January, nor the joint leave of Lebaran."""
    found = [first_working_day(Month(year, month), {}).day for month in range(1, 13)]
    assert found == [int(day) for day in _FIRST_DAYS[year].split()]


def test_the_inventory_s_decrees_go_first() -> None:
    """A day that the governor closes is passed over, and one that he opens is taken."""
    assert first_working_day(Month(2026, 12), _decreed(date(2026, 12, 1), is_open=False)) == date(2026, 12, 2)
    assert first_working_day(Month(2026, 1), _decreed(date(2026, 1, 1), is_open=True)) == date(2026, 1, 1)


def test_a_saturday_is_no_working_day_whatever_is_decreed() -> None:
    """A decree opens a holiday; it makes no weekend a day of the offices."""
    assert first_working_day(Month(2026, 8), _decreed(date(2026, 8, 1), is_open=True)) == date(2026, 8, 3)


def test_a_month_that_is_closed_whole_has_its_last_day() -> None:
    """Nothing puts a pack off for ever."""
    closed = {day: DecreedDay(day, "Tutup", is_open=False) for day in Month(2026, 12).days}
    assert first_working_day(Month(2026, 12), closed) == date(2026, 12, 31)


def test_it_is_due_from_six_in_the_morning_in_wib() -> None:
    """Not a millisecond before, however long after, and never when the pack is there."""
    october = Month(2026, 10)
    at = _at(2026, 11, 2, 6)
    assert due_ms(october, {}) == at
    assert not is_due(at - 1, october, {}, is_made=False)
    assert is_due(at, october, {}, is_made=False)
    assert is_due(at + 400 * DAY_MS, october, {}, is_made=False)
    assert not is_due(at, october, {}, is_made=True)


def test_a_new_month_begins_at_midnight_in_wib() -> None:
    """17.00 UTC on the last day; January's last month lies in the year before."""
    assert last_month(_at(2026, 11, 1)) == Month(2026, 10)
    assert last_month(_at(2026, 11, 1) - 1) == Month(2026, 9)
    assert last_month(_at(2027, 1, 1)) == Month(2026, 12)
