"""Planned work runs exactly in the hours in which somebody with a calendar sheet says that it does."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from itertools import pairwise

from hypothesis import assume, example, given
from hypothesis import strategies as st

from exporter.model import LAST_WEEK, MaintenanceWindow, Spans
from exporter.recurrence import WIB, is_running, is_without_a_gap, occurrences
from tests.support.planned_work import covers, next_times

#: A leap year's February, a month that ends on a Saturday and the turn of a year lie within reach.
_FIRST = datetime(2027, 12, 20, tzinfo=WIB)
_HOUR = timedelta(hours=1)
_DAYS_WITHIN_REACH = 120


@st.composite
def _spans(draw: st.DrawFn) -> Spans:
    """One to three intervals of whole hours, in order; some meet each other or the midnights."""
    ends = sorted(draw(st.sets(st.sampled_from([0, 1, 2, 9, 22, 23, 24]), min_size=2, max_size=4)))
    kept = [pair for pair in pairwise(ends) if draw(st.booleans())]
    return tuple((time(start), time(end % 24)) for start, end in kept)


_SPANS = _spans() | st.just(((time.min, time.min),))


@st.composite
def windows(draw: st.DrawFn) -> MaintenanceWindow:
    """Recurring work of some weeks, over at most four months."""
    weekly = {day: spans for day, spans in draw(st.dictionaries(st.integers(0, 6), _SPANS)).items() if spans}
    assume(weekly and not is_without_a_gap(weekly))
    weeks = draw(st.frozensets(st.sampled_from([1, 2, 3, 4, 5, LAST_WEEK])))
    starts = _FIRST + draw(st.integers(0, 30 * 24)) * _HOUR
    ends = starts + draw(st.integers(1, 90 * 24)) * _HOUR
    return MaintenanceWindow("w", frozenset(), starts, ends, "a", "r", "p", weekly, weeks)


#: Saturday nights of fifth weeks: the last one of January 2028 ends on a Sunday, the fifth; of April, in May.
_NIGHTS = {5: ((time(22), time.min),), 6: ((time.min, time(2)),)}
_FIFTH = MaintenanceWindow(
    "w", frozenset(), _FIRST, _FIRST + timedelta(days=170), "a", "r", "p", _NIGHTS, frozenset({5})
)


@given(windows(), st.integers(-48, _DAYS_WITHIN_REACH * 24))
@example(_FIFTH, 45 * 24)
@example(_FIFTH, 0)
def test_the_running_or_next_time_is_that_of_the_calendar_sheet(work: MaintenanceWindow, hour: int) -> None:
    """Start, end, whether it runs, and that it is over: as found out hour by hour."""
    now = _FIRST + hour * _HOUR
    first = next(occurrences(work, now), None)
    assert (None if first is None else (first.starts, first.ends)) == next_times(work, now)
    assert is_running(work, now) is covers(work, now)
    assert is_running(work, now) is (first is not None and first.starts <= now)


@given(windows())
@example(_FIFTH)
def test_occurrences_are_apart_and_in_order(work: MaintenanceWindow) -> None:
    """Each is longer than nothing, lies within the first and last instant, and begins after the end of the former."""
    ends = work.starts - _HOUR
    for each in occurrences(work, work.starts):
        assert ends < each.starts < each.ends <= work.ends
        assert each.starts >= work.starts
        ends = each.ends
