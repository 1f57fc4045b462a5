"""The last day of every link by the minute."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from exporter.history.minutes import BYTES_OF_A_MINUTE, MinuteRing
from exporter.outcome import State
from exporter.past import KEPT_MINUTES
from exporter.snapshot import EchoColumns
from tests.support.snapshots import make_columns

MINUTE_NS = 60 * 10**9
START_NS = 1_795_400_040 * 10**9  # the beginning of a minute
UP, DOWN = tuple(State).index(State.UP), tuple(State).index(State.DOWN)


def nothing(*keys: str) -> EchoColumns:
    """Columns that have counted nothing yet."""
    made = make_columns(keys, 1)
    fields = ("replies", "lost", "unmeasured", "rtt_sum_ns", "state_ns")
    return replace(made, **{name: np.zeros_like(getattr(made, name)) for name in fields})


def after(columns: EchoColumns, seconds: int, state: int = UP, rtt_ns: int = 20_000_000) -> EchoColumns:
    """The columns when all links were in ``state`` for so many seconds more, an echo in each."""
    state_ns, replies, lost = columns.state_ns.copy(), columns.replies.copy(), columns.lost.copy()
    state_ns[:, state] += seconds * 10**9
    (lost if state == DOWN else replies)[:] += seconds
    rtt = columns.rtt_sum_ns + (0 if state == DOWN else seconds * rtt_ns)
    return replace(columns, state_ns=state_ns, replies=replies, lost=lost, rtt_sum_ns=rtt)


def test_minutes_hold_what_was_counted_in_them() -> None:
    """Two minutes up, then half a minute down, which is the running one."""
    ring, columns = MinuteRing(), nothing("a", "b")
    for second in range(1, 151):
        columns = after(columns, 1, UP if second <= 120 else DOWN)
        ring.see(START_NS + second * 10**9 - 1, columns)
    found = ring.minutes("a")
    assert found.first_unix_s == START_NS // 10**9
    assert found.state_s[:, UP].tolist() == [60, 60, 0]
    assert found.state_s[:, DOWN].tolist() == [0, 0, 30]
    assert (found.replies.tolist(), found.lost.tolist()) == ([60, 60, 0], [0, 0, 30])
    assert found.rtt_sum_us.tolist() == [1_200_000, 1_200_000, 0]


def test_a_link_that_is_not_there() -> None:
    """It is an error, and no empty day."""
    ring = MinuteRing()
    ring.see(START_NS, nothing("a"))
    with pytest.raises(KeyError):
        ring.minutes("b")


def test_time_that_nobody_watched_is_nought() -> None:
    """A gap of three minutes lies between; it is neither up nor down."""
    ring, columns = MinuteRing(), after(nothing("a"), 60)
    ring.see(START_NS + 59 * 10**9, columns)
    columns = after(columns, 60)
    ring.see(START_NS + 4 * MINUTE_NS + 59 * 10**9, columns)
    assert ring.minutes("a").state_s.sum(axis=1).tolist() == [60, 0, 0, 0, 60]


def test_a_day_and_a_half_keeps_a_day() -> None:
    """The oldest minutes go, the running one stays last."""
    ring, columns = MinuteRing(), nothing("a")
    for minute in range(KEPT_MINUTES + 700):
        columns = after(columns, 60, UP if minute != KEPT_MINUTES + 698 else DOWN)
        ring.see(START_NS + minute * MINUTE_NS + 1, columns)
    found = ring.minutes("a")
    assert len(found.replies) == KEPT_MINUTES
    assert found.first_unix_s == START_NS // 10**9 + 700 * 60
    assert found.state_s[-3:, UP].tolist() == [60, 0, 60]
    assert int(found.state_s.sum()) == KEPT_MINUTES * 60


def test_a_reload_moves_links_and_forgets_those_that_are_gone() -> None:
    """By id, not by place; who comes anew has no minutes before."""
    ring, columns = MinuteRing(), nothing("a", "b")
    columns = after(columns, 60)
    ring.see(START_NS + 1, columns)
    moved = nothing("c", "b")
    for name in ("replies", "lost", "unmeasured", "rtt_sum_ns", "state_ns"):
        getattr(moved, name)[1] = getattr(columns, name)[1]
    ring.see(START_NS + MINUTE_NS, after(moved, 30))
    assert ring.minutes("b").replies.tolist() == [60, 30]
    assert ring.minutes("c").replies.tolist() == [0, 30]
    with pytest.raises(KeyError):
        ring.minutes("a")


def test_counters_that_begin_anew() -> None:
    """A link whose address changed counts from nought: nothing negative, and nothing twice."""
    ring = MinuteRing()
    ring.see(START_NS, after(nothing("a"), 50))
    ring.see(START_NS + MINUTE_NS, after(nothing("a"), 10))
    assert ring.minutes("a").replies.tolist() == [50, 10]


@pytest.mark.parametrize("back_minutes", [1, 30, KEPT_MINUTES - 1, KEPT_MINUTES, 100_000])
def test_a_clock_that_steps_back(back_minutes: int) -> None:
    """The running minute is that of the clock; nothing of it lies in the future, and nothing is negative."""
    ring, columns = MinuteRing(), after(nothing("a"), 60)
    ring.see(START_NS, columns)
    columns = after(columns, 7)
    ring.see(START_NS - back_minutes * MINUTE_NS, columns)
    found = ring.minutes("a")
    assert found.first_unix_s + 60 * len(found.replies) == START_NS // 10**9 - back_minutes * 60 + 60
    assert found.replies[-1] == 7


def test_a_minute_that_is_gone_through_twice_holds_both() -> None:
    """Ten seconds, the clock steps back into the same minute after another one, ten more."""
    ring, columns = MinuteRing(), after(nothing("a"), 10)
    ring.see(START_NS, columns)
    columns = after(columns, 20)
    ring.see(START_NS + MINUTE_NS, columns)
    columns = after(columns, 10)
    ring.see(START_NS, columns)
    columns = after(columns, 1)
    ring.see(START_NS + MINUTE_NS, columns)
    assert ring.minutes("a").replies.tolist() == [20, 21]


def test_nothing_passes_the_largest_value() -> None:
    """Counts of weeks in one look stay at the largest value of their columns instead of beginning anew."""
    ring = MinuteRing()
    ring.see(START_NS, after(nothing("a"), 10**6, rtt_ns=10**9))
    found = ring.minutes("a")
    assert (found.replies.tolist(), found.state_s[:, UP].tolist()) == ([65_535], [255])
    assert found.rtt_sum_us.tolist() == [2**32 - 1]


def test_the_budget_that_the_page_tells() -> None:
    """docs/history.md and the charter say 20,160 bytes of a link and day."""
    assert BYTES_OF_A_MINUTE * KEPT_MINUTES == 20_160
    ring = MinuteRing()
    ring.see(START_NS, nothing("a", "b"))
    held = ring._state_s.nbytes + ring._counts.nbytes + ring._rtt_sum_us.nbytes
    assert held == 2 * 20_160
