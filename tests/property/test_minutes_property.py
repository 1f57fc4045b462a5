"""Minutes of links against a slow twin: any steps of the clock, any reloads."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from exporter.history.minutes import MinuteRing
from exporter.outcome import State
from exporter.past import KEPT_MINUTES
from exporter.snapshot import EchoColumns
from tests.support.snapshots import make_columns

START_MINUTE = 29_923_334
STATES = len(State)
INVENTORIES = (("a", "b"), ("b", "a"), ("b",), ("c", "a"))

#: Seconds that the wall clock goes on (or back) before a look, the state since the last one, the inventory.
LOOKS = st.lists(
    st.tuples(
        st.one_of(st.integers(0, 90), st.sampled_from((-86_400, 86_400)), st.integers(-200_000, 200_000)),
        st.integers(0, STATES - 1),
        st.sampled_from(INVENTORIES),
    ),
    min_size=1,
    max_size=25,
)


class Twin:
    """The same by dictionaries: link to minute to seconds in each state."""

    def __init__(self) -> None:
        self.of: dict[str, defaultdict[int, list[int]]] = {}
        self.first = self.newest = -1

    def see(self, minute: int, links: tuple[str, ...], state: int) -> None:
        """A second in that state for each link."""
        self.of = {link: self.of.get(link, defaultdict(lambda: [0] * STATES)) for link in links}
        if self.first < 0 or minute <= self.newest - KEPT_MINUTES:
            for minutes in self.of.values():
                minutes.clear()
            self.first = self.newest = minute
        self.first, self.newest = min(self.first, minute), max(self.newest, minute)
        for minutes in self.of.values():
            for old in [number for number in minutes if number <= self.newest - KEPT_MINUTES]:
                del minutes[old]
            minutes[minute][state] += 1

    def told(self, link: str, now: int) -> tuple[int, list[list[int]]]:
        """The first second, and the rows until the running minute."""
        first = max(self.first, self.newest - KEPT_MINUTES + 1)
        return first * 60, [self.of[link].get(number, [0] * STATES) for number in range(first, now + 1)]


def counted(links: tuple[str, ...], seconds: dict[str, list[int]]) -> EchoColumns:
    """Columns of which the engine counted so many seconds, one answered echo in each."""
    made, state = make_columns(links, 1), np.array([seconds[link] for link in links], np.int64)
    total = state.sum(axis=1)
    nought = np.zeros_like(made.lost)
    return replace(
        made,
        state_ns=state * 10**9,
        replies=total,
        lost=nought,
        unmeasured=np.zeros_like(made.unmeasured),
        rtt_sum_ns=total * 3_000,
    )


@settings(max_examples=60, deadline=None)
@given(LOOKS)
def test_minutes_are_those_of_the_twin(looks: list[tuple[int, int, tuple[str, ...]]]) -> None:
    """After every look each link has the same minutes, whatever the clock and the inventory did."""
    ring, twin, now_s = MinuteRing(), Twin(), START_MINUTE * 60
    seconds: dict[str, list[int]] = {}
    for step_s, state, links in looks:
        now_s += step_s
        seconds = {link: seconds.get(link, [0] * STATES) for link in links}
        for counts in seconds.values():
            counts[state] += 1
        ring.see(now_s * 10**9, counted(links, seconds))
        twin.see(now_s // 60, links, state)
    for link in links:
        found = ring.minutes(link)
        assert (found.first_unix_s, found.state_s.tolist()) == twin.told(link, now_s // 60)
        assert found.replies.tolist() == found.state_s.sum(axis=1).tolist()
        assert found.rtt_sum_us.tolist() == (found.replies * 3).tolist()
