"""Service hours and terms of contracts as spans: holidays, zones, summer time, days that end at midnight."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from exporter.calendars import ALWAYS, DEFAULT_CALENDARS, in_service_hours
from exporter.evidence.hours import service_spans, term_spans
from exporter.evidence.period import HOUR_MS, Month, instant_ms
from exporter.evidence.spans import holds, length
from exporter.model import Calendar, DecreedDay, Period
from exporter.recurrence import WIB
from tests.support.measured import sample_inventory

_OCTOBER = Month(2026, 10)
_OFFICE = DEFAULT_CALENDARS["kantor"]


def _hours(calendar: Calendar, month: Month, decreed: dict[date, DecreedDay] | None = None) -> float:
    return length(service_spans(calendar, month.start_ms, month.end_ms, decreed or {})) / HOUR_MS


def _day(calendar: Calendar, day: date) -> list[tuple[str, str]]:
    """The hours of a day in WIB, as a person would write them."""
    start = instant_ms(datetime.combine(day, time(0), WIB))
    spans = service_spans(calendar, start, start + 24 * HOUR_MS, {})
    return [tuple(f"{datetime.fromtimestamp(at // 1000, WIB):%H.%M}" for at in span) for span in spans]  # type: ignore[misc]


def test_a_month_of_an_office() -> None:
    """22 working days, five of them Fridays, and no holiday."""
    assert _hours(_OFFICE, _OCTOBER) == 22 * 8.5 + 5 * 0.5


def test_holidays_are_closed_and_a_decree_goes_before_them() -> None:
    """Christmas of 2026 is a Friday; a decree may close another day, and open this one."""
    december = Month(2026, 12)
    usual = _hours(replace(_OFFICE, observes_holidays=False), december)
    leave = DecreedDay(date(2026, 12, 24), "Cuti bersama", is_open=True)
    christmas = DecreedDay(date(2026, 12, 25), "Biasa", is_open=True)
    closed = DecreedDay(date(2026, 12, 1), "Pilkada", is_open=False)
    opened = {leave.day: leave, christmas.day: christmas}
    assert _hours(_OFFICE, december, opened) == usual
    assert _hours(_OFFICE, december, {leave.day: leave}) == usual - 9
    assert _hours(_OFFICE, december, {**opened, closed.day: closed}) == usual - 8.5


def test_a_period_has_its_own_hours() -> None:
    """Ramadan hours on some days of the month; the other days stay."""
    fasting = Period(date(2026, 10, 5), date(2026, 10, 6), dict.fromkeys(range(5), ((time(8), time(15)),)), "Ramadan")
    assert _hours(replace(_OFFICE, periods=(fasting,)), _OCTOBER) == _hours(_OFFICE, _OCTOBER) - 2 * 1.5


def test_an_office_that_never_closes_is_one_span() -> None:
    """Days that end at 24.00 meet the next; the month is whole."""
    assert service_spans(ALWAYS, _OCTOBER.start_ms, _OCTOBER.end_ms, {}) == ((_OCTOBER.start_ms, _OCTOBER.end_ms),)


def test_a_night_is_one_span() -> None:
    """From 22.00 until 24.00, and from 00.00 until 06.00 of the next day."""
    night = Calendar("malam", dict.fromkeys(range(7), ((time(0), time(6)), (time(22), time(0)))))
    spans = service_spans(night, _OCTOBER.start_ms, _OCTOBER.end_ms, {})
    assert [(end - start) // HOUR_MS for start, end in spans] == [6, *[8] * 30, 2]


def test_hours_are_in_the_zone_of_the_calendar() -> None:
    """An office in WIT opens two hours before one in WIB, also on the day before, as West Java counts days."""
    papua = Calendar("wit", {3: ((time(0), time(3)),)}, "Asia/Jayapura")
    assert _day(papua, date(2026, 9, 30)) == [("22.00", "00.00")]
    assert _day(papua, date(2026, 10, 1)) == [("00.00", "01.00")]


@pytest.mark.parametrize(
    ("zone", "month"),
    [("Europe/Amsterdam", Month(2026, 3)), ("Europe/Amsterdam", _OCTOBER), ("Asia/Makassar", _OCTOBER)],
)
@pytest.mark.parametrize("hours", [((1, 30), (2, 30)), ((2, 0), (3, 0)), ((2, 30), (5, 0)), ((0, 0), (0, 0))])
def test_the_hours_are_those_that_the_exporter_measured_by(
    zone: str, month: Month, hours: tuple[tuple[int, int], tuple[int, int]]
) -> None:
    """Quarter by quarter, through both shifts of summer time, an instant is within as ``in_service_hours`` says."""
    calendar = Calendar("x", dict.fromkeys(range(7), ((time(*hours[0]), time(*hours[1])),)), zone)
    spans = service_spans(calendar, month.start_ms, month.end_ms, {})
    quarter = HOUR_MS // 4
    for at in range(month.start_ms, month.end_ms, quarter):
        for instant in (at, at + quarter - 1):
            assert holds(spans, instant) is in_service_hours(calendar, instant * 1_000_000, {}), instant


def test_a_repeated_hour_counts_twice() -> None:
    """On the last Sunday of October, an office in Amsterdam that is open from two to three is open for two hours."""
    calendar = Calendar("x", {6: ((time(2), time(3)),)}, "Europe/Amsterdam")
    day = datetime(2026, 10, 25, tzinfo=ZoneInfo("Europe/Amsterdam"))
    spans = service_spans(calendar, instant_ms(day), instant_ms(day) + 25 * HOUR_MS, {})
    assert length(spans) == 2 * HOUR_MS


def test_a_contract_runs_from_its_first_to_its_last_day() -> None:
    """Both included, in WIB; outside of the month it does not run."""
    contract = replace(sample_inventory().contracts["k-a"], starts=date(2026, 10, 5), ends=date(2026, 10, 6))
    first = instant_ms(datetime(2026, 10, 5, tzinfo=WIB))
    assert term_spans(contract, _OCTOBER.start_ms, _OCTOBER.end_ms) == ((first, first + 48 * HOUR_MS),)
    assert term_spans(contract, _OCTOBER.end_ms, _OCTOBER.next.end_ms) == ()
