"""When planned work runs: once or again and again, over midnights and the ends of months."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from itertools import islice

import pytest

from exporter.model import LAST_WEEK, MaintenanceWindow, Spans, Weekly
from exporter.recurrence import WIB, PlannedWork, is_running, is_without_a_gap, occurrences

MIDNIGHT = time.min
#: Saturday 23.00 to Sunday 03.00.
SATURDAY_NIGHT: Weekly = {5: ((time(23), MIDNIGHT),), 6: ((MIDNIGHT, time(3)),)}


def local(text: str) -> datetime:
    """An instant in WIB."""
    return datetime.fromisoformat(text).replace(tzinfo=WIB)


def window(
    weekly: Weekly, weeks: set[int], starts: str = "2026-01-01T00:00", ends: str = "2027-01-01T00:00"
) -> MaintenanceWindow:
    """Planned work of no link."""
    return MaintenanceWindow("w", frozenset(), local(starts), local(ends), "a", "r", "p", weekly, frozenset(weeks))


def times(work: MaintenanceWindow, since: str, count: int = 3) -> list[tuple[str, str]]:
    """The first occurrences that end after an instant, as local text."""
    found = islice(occurrences(work, local(since)), count)
    return [
        (each.starts.astimezone(WIB).isoformat()[:16], each.ends.astimezone(WIB).isoformat()[:16]) for each in found
    ]


def test_work_without_hours_occurs_once() -> None:
    """From starts to ends; nothing once it is over, and it is over at its end."""
    work = window({}, set(), "2026-12-05T22:00", "2026-12-06T04:00")
    assert times(work, "2026-01-01T00:00") == [("2026-12-05T22:00", "2026-12-06T04:00")]
    assert times(work, "2026-12-06T03:59") == [("2026-12-05T22:00", "2026-12-06T04:00")]
    assert times(work, "2026-12-06T04:00") == []


def test_a_night_is_one_occurrence() -> None:
    """Two intervals that meet at midnight are one; while it runs, the first is the running one."""
    nights = [("2026-11-28T23:00", "2026-11-29T03:00"), ("2026-12-05T23:00", "2026-12-06T03:00")]
    for since in ("2026-11-23T09:00", "2026-11-28T23:00", "2026-11-29T00:00", "2026-11-29T02:59"):
        assert times(window(SATURDAY_NIGHT, set()), since, 2) == nights
    assert times(window(SATURDAY_NIGHT, set()), "2026-11-29T03:00", 1) == nights[1:]


@pytest.mark.parametrize(
    ("weeks", "nights"),
    [
        # January 2026 has five Saturdays, and its last night ends on the first Sunday of February.
        ({5}, [("2026-01-31T23:00", "2026-02-01T03:00"), ("2026-05-30T23:00", "2026-05-31T03:00")]),
        # The first Sunday of February is no night of its first Saturday; the first night ends on the second Sunday.
        ({1}, [("2026-02-07T23:00", "2026-02-08T03:00"), ("2026-03-07T23:00", "2026-03-08T03:00")]),
        ({1, 3}, [("2026-02-07T23:00", "2026-02-08T03:00"), ("2026-02-21T23:00", "2026-02-22T03:00")]),
        ({LAST_WEEK}, [("2026-01-31T23:00", "2026-02-01T03:00"), ("2026-02-28T23:00", "2026-03-01T03:00")]),
    ],
)
def test_a_night_belongs_to_the_day_on_which_it_began(weeks: set[int], nights: list[tuple[str, str]]) -> None:
    """The week of the month is that of the Saturday, also where the Sunday is in another week or another month."""
    work = window(SATURDAY_NIGHT, weeks)
    assert times(work, "2026-01-25T00:00", 2) == nights
    for start, end in nights:
        assert is_running(work, local(start))
        assert is_running(work, local(end) - timedelta(seconds=1))
        assert not is_running(work, local(start) - timedelta(seconds=1))
        assert not is_running(work, local(end))


def test_hours_that_meet_within_a_day_belong_together() -> None:
    """Saturday from 20.00 in two intervals and Sunday till 02.00 is one night of the Saturday."""
    work = window({5: ((time(20), time(22)), (time(22), MIDNIGHT)), 6: ((MIDNIGHT, time(2)),)}, {1})
    assert times(work, "2026-01-25T00:00", 1) == [("2026-02-07T20:00", "2026-02-08T02:00")]


@pytest.mark.parametrize("saturday", [((MIDNIGHT, MIDNIGHT),), ((MIDNIGHT, time(12)), (time(12), MIDNIGHT))])
@pytest.mark.parametrize("since", ["2026-08-01T12:00", "2026-08-09T01:59"])
def test_a_whole_day_on_the_way_belongs_to_the_first(saturday: Spans, since: str) -> None:
    """Friday evening to Sunday morning over a whole Saturday, in one piece or two, is one occurrence of the Friday."""
    work = window({4: ((time(20), MIDNIGHT),), 5: saturday, 6: ((MIDNIGHT, time(2)),)}, {1})
    # Friday the 7th is the first one of August 2026; Saturday the 8th and Sunday the 9th are second ones.
    assert times(work, since, 1) == [("2026-08-07T20:00", "2026-08-09T02:00")]


def test_occurrences_are_cut_to_the_first_and_last_instant() -> None:
    """What begins before starts or ends after ends is shorter, and hours outside are none."""
    work = window(SATURDAY_NIGHT, set(), "2026-11-29T01:00", "2026-12-05T23:30")
    assert times(work, "2026-01-01T00:00") == [
        ("2026-11-29T01:00", "2026-11-29T03:00"),
        ("2026-12-05T23:00", "2026-12-05T23:30"),
    ]


def test_hours_are_wib_whatever_the_zone_of_the_first_instant() -> None:
    """An instant that was written in UTC moves no hours."""
    work = window(SATURDAY_NIGHT, set())
    in_utc = MaintenanceWindow(
        "w", frozenset(), work.starts.astimezone(UTC), work.ends.astimezone(UTC), "a", "r", "p", SATURDAY_NIGHT
    )
    assert times(in_utc, "2026-11-23T00:00") == times(work, "2026-11-23T00:00")
    assert is_running(in_utc, datetime(2026, 11, 28, 16, tzinfo=UTC))
    assert not is_running(in_utc, datetime(2026, 11, 28, 23, tzinfo=UTC))


@pytest.mark.parametrize(
    ("spans", "gapless"),
    [
        (((MIDNIGHT, MIDNIGHT),), True),
        (((MIDNIGHT, time(12)), (time(12), MIDNIGHT)), True),
        (((MIDNIGHT, time(12)), (time(12, 1), MIDNIGHT)), False),
        (((MIDNIGHT, time(23, 59)),), False),
        (((time(0, 1), MIDNIGHT),), False),
        ((), False),
    ],
)
def test_a_week_without_a_gap(spans: tuple[tuple[time, time], ...], gapless: bool) -> None:
    """Each minute of each day must be in it; a day that is missing is a gap."""
    week = dict.fromkeys(range(7), spans)
    assert is_without_a_gap(week) is gapless
    assert not is_without_a_gap({day: spans for day, spans in week.items() if day != 3})


def test_planned_work_when_time_goes_on_and_back() -> None:
    """What is remembered is given up once it is over, and when the clock is set back before it was looked for."""
    planned = PlannedWork([window(SATURDAY_NIGHT, set(), ends="2026-12-06T02:00")])

    def found(at: str) -> list[tuple[str, bool]]:
        at_unix_ns = int(local(at).timestamp()) * 1_000_000_000
        return [(each.starts.isoformat()[:16], active) for _, each, active in planned.at(at_unix_ns)]

    assert found("2026-11-28T22:59") == [("2026-11-28T23:00", False)]
    assert found("2026-11-28T23:00") == [("2026-11-28T23:00", True)]
    assert found("2026-11-29T02:59") == [("2026-11-28T23:00", True)]
    assert found("2026-11-29T03:00") == [("2026-12-05T23:00", False)]
    assert found("2026-12-06T01:59") == [("2026-12-05T23:00", True)]
    assert found("2026-12-06T02:00") == []
    assert found("2026-12-07T00:00") == []
    assert found("2026-11-29T02:00") == [("2026-11-28T23:00", True)]
