"""The last day of every link by the minute, in columns: what the pages draw without asking Prometheus.

Lives here: differences of counters put into minutes, and their ring. Must not live here: clocks, threads, files, text.
One minute of one link takes 14 bytes, one day 20,160; a page of the ring is touched when its minute comes, so memory
grows over the first day and not after.

Minutes are those of the wall clock. Time that nobody watched stays nought in all columns. A wall clock that steps back
adds to minutes that it goes through again, and what lies ahead of it is not told; a clock that comes back from over a
day ahead begins anew.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from exporter.outcome import State
from exporter.past import KEPT_MINUTES, Minutes
from exporter.snapshot import EchoColumns

__all__ = ["BYTES_OF_A_MINUTE", "MinuteRing"]

_MINUTE_NS = 60_000_000_000
_SECOND_NS = 1_000_000_000
_STATES = len(State)

#: Columns beside the states: replies, lost, unmeasured.
_COUNTS = 3

#: Four states of one byte, three counts of two, one sum of four.
BYTES_OF_A_MINUTE = _STATES + _COUNTS * 2 + 4

#: Nothing passes the largest value of its column; only a clock that went through a minute twice comes near.
_MOST_SECONDS = int(np.iinfo(np.uint8).max)
_MOST_ECHOES = int(np.iinfo(np.uint16).max)
_MOST_US = int(np.iinfo(np.uint32).max)

Int64s = NDArray[np.int64]


class MinuteRing:
    """Minutes of links; ``see`` is called every second or so; one thread at a time."""

    def __init__(self) -> None:
        """No link yet."""
        self._links: tuple[str, ...] = ()
        self._rows: dict[str, int] = {}
        self._before: Int64s = np.zeros((0, _STATES + _COUNTS + 1), np.int64)
        self._running: Int64s = self._before.copy()  #: of the running minute, in nanoseconds and echoes
        self._first: int | None = None  #: the number of the first minute that was watched at all
        self._now: int | None = None  #: the number of the running minute
        self._newest = 0  #: the highest number that has a place in the ring
        self._allocate(0)

    def _allocate(self, links: int) -> None:
        self._state_s = np.zeros((KEPT_MINUTES, links, _STATES), np.uint8)
        self._counts = np.zeros((KEPT_MINUTES, links, _COUNTS), np.uint16)
        self._rtt_sum_us = np.zeros((KEPT_MINUTES, links), np.uint32)

    def see(self, taken_unix_ns: int, columns: EchoColumns) -> None:
        """Take in what was counted since the last look; the first look takes in what was counted since the start."""
        if columns.keys != self._links:
            self._move(columns.keys)
        self._enter(taken_unix_ns // _MINUTE_NS)
        counted = _counted(columns)
        grown = counted - self._before
        anew = (grown < 0).any(axis=1)  # the engine began to count this link anew
        grown[anew] = counted[anew]
        self._before = counted
        self._running += grown
        self._write()

    def _enter(self, minute: int) -> None:
        """Make ``minute`` the running one."""
        if self._now == minute:
            return
        if self._first is None or minute <= self._newest - KEPT_MINUTES:
            self._allocate(len(self._links))
            self._first = self._newest = minute
        for number in range(max(self._newest + 1, minute - KEPT_MINUTES + 1), minute + 1):
            self._clear(number % KEPT_MINUTES)
        self._first = min(self._first, minute)
        self._newest = max(self._newest, minute)
        self._now = minute
        self._read(minute % KEPT_MINUTES)

    def _clear(self, place: int) -> None:
        if self._state_s[place].any():  # reading touches no page that was never written
            self._state_s[place] = 0
            self._counts[place] = 0
            self._rtt_sum_us[place] = 0

    def _read(self, place: int) -> None:
        """Go on from what the place holds already."""
        self._running[:, :_STATES] = self._state_s[place].astype(np.int64) * _SECOND_NS
        self._running[:, _STATES:-1] = self._counts[place]
        self._running[:, -1] = self._rtt_sum_us[place].astype(np.int64) * 1000

    def _write(self) -> None:
        assert self._now is not None
        place = self._now % KEPT_MINUTES
        seconds = (self._running[:, :_STATES] + _SECOND_NS // 2) // _SECOND_NS
        self._state_s[place] = np.minimum(seconds, _MOST_SECONDS)
        self._counts[place] = np.minimum(self._running[:, _STATES:-1], _MOST_ECHOES)
        self._rtt_sum_us[place] = np.minimum(self._running[:, -1] // 1000, _MOST_US)

    def _move(self, links: tuple[str, ...]) -> None:
        """Another inventory: links that stay keep their minutes."""
        former = (self._state_s, self._counts, self._rtt_sum_us)
        rows = {link: row for row, link in enumerate(links)}
        stay = [(self._rows[link], row) for link, row in rows.items() if link in self._rows]
        old, new = (np.array(side, np.int64) for side in zip(*stay, strict=True)) if stay else (_NONE, _NONE)
        self._allocate(len(links))
        for place in range(KEPT_MINUTES):
            if former[0][place].any():
                self._state_s[place, new] = former[0][place, old]
                self._counts[place, new] = former[1][place, old]
                self._rtt_sum_us[place, new] = former[2][place, old]
        before, running = self._before, self._running
        self._before = np.zeros((len(links), _STATES + _COUNTS + 1), np.int64)
        self._running = np.zeros_like(self._before)
        self._before[new], self._running[new] = before[old], running[old]
        self._links, self._rows = links, rows

    def __contains__(self, link: str) -> bool:
        """Whether minutes of the link are kept."""
        return link in self._rows

    def minutes(self, link: str) -> Minutes:
        """The last day of ``link``, the running minute last. Raises KeyError for a link that is not known."""
        row = self._rows[link]
        if self._first is None or self._now is None:
            numbers = range(0)
        else:
            numbers = range(
                max(self._first, self._newest - KEPT_MINUTES + 1, self._now - KEPT_MINUTES + 1), self._now + 1
            )
        places = np.array([number % KEPT_MINUTES for number in numbers], np.int64)
        counts = self._counts[places, row]
        first_unix_s = numbers.start * 60 if numbers else 0
        return Minutes(
            first_unix_s,
            self._state_s[places, row],
            counts[:, 0],
            counts[:, 1],
            counts[:, 2],
            self._rtt_sum_us[places, row],
        )


_NONE: Int64s = np.zeros(0, np.int64)


def _counted(columns: EchoColumns) -> Int64s:
    """(n, states + 4) nanoseconds in each state, replies, lost, unmeasured, sum of round trips in nanoseconds."""
    parts: Sequence[Int64s] = (columns.replies, columns.lost, columns.unmeasured.sum(axis=1), columns.rtt_sum_ns)
    return np.concatenate([columns.state_ns, np.stack(parts, axis=1)], axis=1)
