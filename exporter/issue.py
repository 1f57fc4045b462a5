"""Which echoes are sent in a frame: turns become sequence numbers, identifiers, cookies and packets.

Lives here: taking the turns that are due, confessing those that were missed. Must not live here: sending,
waiting, what becomes of an echo.

An attempt is counted here, when it is decided, before anything can go wrong with it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from exporter.outcome import OUTSTANDING, UNMEASURED, Reason, unmeasured_code
from exporter.protocols.icmp import ECHO_BYTES, echo_requests, is_of_diagnosis
from exporter.schedule import missed_turns
from exporter.slots import SLOTS, Slots
from exporter.snapshot import Int64s
from exporter.table import QUEUE, Table
from exporter.thresholds import UNKNOWN_AFTER_UNMEASURED

__all__ = ["IDENTIFIER_ECHOES", "Batch", "Issuer"]

#: Echoes to one target under one ICMP identifier: ten minutes' worth. A firewall that has pinned a dead
#: session to an identifier (blackbox_exporter issues 360, 591, 705) is left behind.
IDENTIFIER_ECHOES = 600

#: While a target does not answer its identifier changes this often, so that such a firewall prolongs an
#: outage by ten seconds at most.
_IDENTIFIER_LOSSES = 10


@dataclass(frozen=True, slots=True)
class Batch:
    """The n echoes of one frame, in the order of sending; every array has n rows."""

    row: Int64s
    number: Int64s  #: sequence numbers
    due_mono_ns: Int64s
    family: NDArray[np.int8]
    packets: NDArray[np.uint8]  #: (n, 64)


class Issuer:
    """Takes turns; used by the measuring thread only."""

    def __init__(self, table: Table, slots: Slots, random_bytes: Callable[[int], bytes]) -> None:
        self.table = table
        self._slots = slots
        self._random_bytes = random_bytes

    def take_turns(self, now_mono_ns: int, until_mono_ns: int, fixed_identifiers: Mapping[int, int | None]) -> Batch:
        """The echoes due before ``until_mono_ns``; turns that lie too far back are counted as unmeasured.

        ``fixed_identifiers``: by family, the identifier that the kernel will use instead of ours.
        """
        self._confess_missed(now_mono_ns)
        table = self.table
        due = np.flatnonzero(table.due_mono_ns < until_mono_ns)
        row = due[np.argsort(table.due_mono_ns[due], kind="stable")]
        due_mono_ns = table.due_mono_ns[row]
        table.due_mono_ns[row] += table.interval_ns[row]
        room = (table.outstanding()[row] < QUEUE) & (np.arange(len(row)) < self._free_numbers())
        self._give_up(row[~room])
        row, due_mono_ns = row[room], due_mono_ns[room]
        self._rotate_identifiers(row, fixed_identifiers)
        return self._issued(row, due_mono_ns)

    def _free_numbers(self) -> int:
        return SLOTS - (self._slots.next - self._slots.oldest)

    def _confess_missed(self, now_mono_ns: int) -> None:
        """Count the turns that nobody took."""
        table = self.table
        missed = missed_turns(table.due_mono_ns, table.interval_ns, now_mono_ns)
        rows = np.flatnonzero(missed)
        if not len(rows):
            return
        count, due, interval = missed[rows], table.due_mono_ns[rows], table.interval_ns[rows]
        table.due_mono_ns[rows] += count * interval
        table.attempts[rows] += count
        room = np.minimum(QUEUE - table.outstanding()[rows], UNKNOWN_AFTER_UNMEASURED)
        told = np.minimum(count, room)  # so many go through the state machine; the others are counted only
        table.unmeasured[rows, unmeasured_code(Reason.STALL) - UNMEASURED] += count - told
        for turn in range(UNKNOWN_AFTER_UNMEASURED):
            which = told > turn
            last = told[which] == turn + 1
            turns: Int64s = np.where(last, count[which] - 1, turn)
            at = due[which] + turns * interval[which]
            self._queue(rows[which], unmeasured_code(Reason.STALL), at)

    def _queue(self, rows: Int64s, code: int, at_mono_ns: Int64s) -> Int64s:
        """Put one echo of each row at the end of its queue; the places."""
        table = self.table
        place = table.tail[rows] % QUEUE
        table.queue_code[rows, place] = code
        table.queue_sent_mono_ns[rows, place] = at_mono_ns
        table.tail[rows] += 1
        return place

    def _give_up(self, rows: Int64s) -> None:
        """Count turns for which there is no room because a flood keeps us from reading to the end."""
        self.table.attempts[rows] += 1
        self.table.unmeasured[rows, unmeasured_code(Reason.KERNEL_DROP) - UNMEASURED] += 1

    def _rotate_identifiers(self, row: Int64s, fixed: Mapping[int, int | None]) -> None:
        """Draw new identifiers where it is time, or take the kernel's."""
        table = self.table
        run = table.loss_run[row]
        used = table.identifier_echoes[row]
        stale = (used == 0) | (used >= IDENTIFIER_ECHOES) | ((run > 0) & (used >= _IDENTIFIER_LOSSES))
        chosen = row[stale]
        drawn = np.frombuffer(self._random_bytes(2 * len(chosen)), np.uint16)
        table.identifier[chosen] = np.where(is_of_diagnosis(drawn), drawn ^ np.uint16(0x8000), drawn)
        table.identifier_echoes[chosen] = 0
        table.identifier_echoes[row] += 1
        for family, identifier in fixed.items():
            if identifier is not None:
                table.identifier[table.family == family] = identifier

    def _issued(self, row: Int64s, due_mono_ns: Int64s) -> Batch:
        table, slots = self.table, self._slots
        number = slots.take(len(row))
        cookie = np.frombuffer(self._random_bytes(8 * len(row)), np.uint64)
        table.attempts[row] += 1
        slots.row[number] = row
        slots.place[number] = self._queue(row, OUTSTANDING, due_mono_ns)
        slots.identifier[number] = table.identifier[row]
        slots.cookie[number] = cookie
        slots.verdict_mono_ns[number] = np.iinfo(np.int64).max  # not sent yet
        packets = np.zeros((len(row), ECHO_BYTES), np.uint8)
        for family in set(table.family[row].tolist()):
            mine = table.family[row] == family
            packets[mine] = echo_requests(
                family, table.identifier[row[mine]], number[mine].astype(np.uint16), cookie[mine]
            )
        return Batch(row, number, due_mono_ns, table.family[row], packets)
