"""The measuring engine: what happens in one frame of a fifth of a second, again and again.

Lives here: the order of things within a frame, and how the plan is exchanged. Must not live here: packet
formats, decisions about links, system calls. It runs in one thread that does nothing else; other threads
call ``snapshot`` and ``replace``, ask for suspects and tell what others say of them, and nothing more.

A frame: take the turns that are due, send them in even slices, then read what arrived, match it, judge what
can no longer be answered, and settle. All times of packets are the kernel's (``timing.py``), so it does not
matter to a round-trip time when this thread gets round to reading. The lock is held while columns change,
never while sleeping or sending.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from itertools import pairwise

import numpy as np

from exporter.clock import Clock
from exporter.issue import Batch, Issuer
from exporter.lane import Lane, PortOpener
from exporter.matching import IcmpError, Matched, Matcher
from exporter.model import Inventory
from exporter.outcome import LOST, Reason, State, unmeasured_code
from exporter.schedule import FRAME_NS, LATE_NS, STALL_NS, first_due, missed_turns, slices
from exporter.scope import no_outages
from exporter.slots import CLOSED, OPEN, SLOTS, Slots
from exporter.snapshot import Int64s, ProberFigures, Snapshot, Suspect
from exporter.state import settle
from exporter.table import Table, carried_over, columns_of, new_table, targets_of
from exporter.tally import Tally, reason_of, send_error_name
from exporter.thresholds import SUSPECT_AFTER_LOSSES
from exporter.timing import STEP_NS, Reading
from exporter.transport.names import socket_names
from exporter.uplink import Uplink, window_ns

__all__ = ["Engine", "Observer"]

#: After the last moment at which an answer could count, so much longer it may still be on its way through
#: the kernel to the socket.
_GRACE_NS = 50_000_000

#: After the window in which a witness may have *sent* its echo, so much longer its answer may take.
_WITNESS_RTT_NS = 500_000_000

#: While a flood keeps us from reading a socket to its end, an answer may still wait in it: after so much longer
#: the echo is unmeasured, so that a flood is seen as what it is.
_UNREAD_NS = 1_000_000_000

#: The uplink is called up while a witness answered an echo of the last three intervals of the reference targets
#: (two windows), and for so much longer as an answer takes.
_UPLINK_GRACE_NS = 1_000_000_000

#: From opening a socket to the first echo: the kernel begins to stamp packets a little later.
_WARM_UP_NS = 200_000_000

#: Sees the ids of all rows, and the echoes that were just answered; called in the measuring thread.
Observer = Callable[[tuple[str, ...], Matched], None]


class Engine:
    """Measures every target of an inventory; ``frame`` belongs to the measuring thread."""

    def __init__(
        self,
        inventory: Inventory,
        opener: PortOpener,
        clock: Clock,
        *,
        random_bytes: Callable[[int], bytes] = os.urandom,
        observer: Observer | None = None,
        second_opinions: bool = False,
    ) -> None:
        """``second_opinions``: somebody looks at ``suspects`` and tells what others say; a third loss waits for it."""
        self._clock = clock
        self._opener = opener
        self._observer = observer
        self._second_opinions = second_opinions
        self._lock = threading.Lock()
        self._tally = Tally()
        self._slots = Slots(int.from_bytes(random_bytes(2)) + SLOTS)
        self._uplink = Uplink()
        self._lanes: dict[int, Lane] = {}
        self._last = Reading(*clock.pair_ns())
        self._started_mono_ns = self._last.mono_ns
        self._ready = False
        self._pending: tuple[Inventory, Table, threading.Event] | None = None
        self.inventory = inventory
        self._table = self._prepared(inventory)
        self._issuer = Issuer(self._table, self._slots, random_bytes)
        self._matcher = Matcher(self._table, self._slots, self._tally)
        self._plan()

    def _prepared(self, inventory: Inventory) -> Table:
        """A fresh table with first due times."""
        mono_ns, wall_ns = self._clock.pair_ns()
        table = new_table(inventory, mono_ns, wall_ns)
        table.due_mono_ns[:] = first_due(table.keys, table.interval_ns, mono_ns)
        return table

    def _plan(self) -> None:
        """What follows from the table: the witnesses' window, lanes."""
        table = self._table
        self._window_ns = window_ns(table.interval_ns[table.links :])
        for family in set(table.family.tolist()) - set(self._lanes):
            self._lanes[family] = Lane(family, self._opener, self._clock, self._slots, self._tally)

    def open(self) -> None:
        """Open the sockets, in the calling thread's network namespace. Raises PermissionMissingError."""
        for lane in self._lanes.values():
            if lane.port is None:
                lane.open()
        self._address()
        table = self._table
        if not table.attempts.any():  # the first turns count from now, not from when the inventory was read
            start_ns = self._clock.monotonic_ns() + _WARM_UP_NS
            table.due_mono_ns[:] = first_due(table.keys, table.interval_ns, start_ns)

    def _address(self) -> None:
        """Look up the socket addresses where the sockets are: an interface of a scope may have been made anew."""
        self._names = socket_names([target.address for target in targets_of(self.inventory)])

    def close(self) -> None:
        """Release the sockets."""
        for lane in self._lanes.values():
            lane.close()

    def replace(self, inventory: Inventory) -> threading.Event:
        """Measure ``inventory`` from the next frame on; the event is set when that, or a later one, is in force."""
        table = self._prepared(inventory)
        with self._lock:
            done = self._pending[2] if self._pending else threading.Event()
            self._pending = (inventory, table, done)
        return done

    def _exchange(self) -> None:
        """Take over the pending inventory, whole."""
        if self._pending is None:
            return
        inventory, table, done = self._pending
        self._pending = None
        missed = missed_turns(table.due_mono_ns, table.interval_ns, self._clock.monotonic_ns())
        table.due_mono_ns += missed * table.interval_ns  # of a plan that waited: no turn of it was due before now
        moved = carried_over(self._table, table)
        self._slots.follow(moved)
        self.inventory, self._table = inventory, table
        self._issuer.table = self._matcher.table = table
        self._matcher.errors = {
            int(moved[row]): error for row, error in self._matcher.errors.items() if moved[row] >= 0
        }
        self._plan()
        self.open()
        done.set()

    def run(self, stop: threading.Event) -> None:
        """Frame after frame until ``stop`` is set. Raises PermissionMissingError."""
        self.open()
        start_ns = self._clock.monotonic_ns() + _WARM_UP_NS
        while not stop.is_set():
            self._clock.sleep_until_ns(start_ns)
            now_ns = self._clock.monotonic_ns()
            start_ns = now_ns if now_ns > start_ns + FRAME_NS // 2 else start_ns
            self.frame(start_ns)
            start_ns += FRAME_NS

    def frame(self, start_ns: int) -> None:
        """One frame that begins at ``start_ns`` (monotonic) and ends within ``FRAME_NS`` of it."""
        with self._lock:
            self._exchange()
            families = {lane.family: lane.port.fixed_identifier if lane.port else None for lane in self._lanes.values()}
            batch = self._issuer.take_turns(start_ns, start_ns + FRAME_NS, families)
        self._send(batch, start_ns)
        began_ns = self._clock.monotonic_ns()
        with self._lock:
            self._collect()
        if any(lane.maintain() for lane in self._lanes.values()):
            self._address()
        self._tally.frame_ns_max = max(self._tally.frame_ns_max, self._clock.monotonic_ns() - began_ns)

    def _send(self, batch: Batch, start_ns: int) -> None:
        """Send the batch in even slices over the frame, and note what follows from the times of sending."""
        borders = slices(len(batch.row)).tolist()
        for part, (begin, end) in enumerate(pairwise(borders)):
            if begin == end:
                continue
            at_ns = start_ns + part * FRAME_NS // (len(borders) - 1)
            self._clock.sleep_until_ns(at_ns)
            if self._clock.monotonic_ns() - at_ns > STALL_NS:
                self._skip(batch, np.arange(begin, len(batch.row)))
                break
            for family, lane in self._lanes.items():
                chosen = begin + np.flatnonzero(batch.family[begin:end] == family)
                if len(chosen):
                    failures = lane.send(batch.number[chosen], batch.packets[chosen], self._names[batch.row[chosen]])
                    self._fail(batch, {int(chosen[index]): error for index, error in failures.items()})
        if len(batch.row):
            self._date(batch)

    def _skip(self, batch: Batch, indices: Int64s) -> None:
        """End echoes that were not sent because we stood still in the middle of a frame: too late now."""
        self._slots.sent_mono_ns[batch.number[indices]] = batch.due_mono_ns[indices]
        self._end(batch, indices, Reason.STALL)

    def _fail(self, batch: Batch, failures: Mapping[int, int]) -> None:
        """End echoes that could not be sent: a fault of ours, with its reason. ``failures``: index to errno."""
        for index, error in failures.items():
            self._tally.send_errors[send_error_name(error)] += 1
            self._end(batch, np.array([index]), reason_of(error))

    def _end(self, batch: Batch, indices: Int64s, reason: Reason) -> None:
        """Close echoes of a batch that never left us."""
        number = batch.number[indices]
        self._slots.status[number] = CLOSED
        self._table.queue_code[batch.row[indices], self._slots.place[number]] = unmeasured_code(reason)

    def _date(self, batch: Batch) -> None:
        """Give the echoes of a batch their deadlines."""
        table, slots, row, number = self._table, self._slots, batch.row, batch.number
        sent = slots.sent_mono_ns[number]
        table.queue_sent_mono_ns[row, slots.place[number]] = sent
        left = slots.status[number] == OPEN
        table.last_probe_unix_ns[row[left]] = (sent - slots.clock_offset_ns[number])[left]
        timeout_ns = table.timeout_ns[row]
        slots.deadline_mono_ns[number] = sent + timeout_ns
        hold_ns = self._window_ns + _WITNESS_RTT_NS
        slots.verdict_mono_ns[number] = sent + np.maximum(timeout_ns, hold_ns) + _GRACE_NS
        self._tally.late_sends += int((left & (sent - batch.due_mono_ns > LATE_NS)).sum())

    def _collect(self) -> None:
        """Read, match, judge, settle."""
        table = self._table
        self._confess_stall()
        for lane in self._lanes.values():
            matched = lane.drain(self._matcher)
            if self._observer is not None and len(matched.row):
                self._observer(table.keys, matched)
            references = matched.sent_mono_ns[matched.row >= table.links]
            self._uplink.observe(references, table.answered_mono_ns[: table.links], lane.emptied.mono_ns)
            self._confess(lane)
            self._judge(lane)
        now = Reading(*self._clock.pair_ns())
        self._tally.clock_steps += abs(now.offset_ns - self._last.offset_ns) > STEP_NS
        self._last = now
        settle(table, -now.offset_ns, now.mono_ns if self._second_opinions else None)
        self._ready = self._ready or bool((table.attempts > table.outstanding()).all())

    def _confess_stall(self) -> None:
        """When we did not read for long, whatever was open meanwhile may have been answered to nobody.

        So it is on a machine that was paused. What arrived at a process that was stopped waits in the socket.
        """
        now_ns = self._clock.monotonic_ns()
        if now_ns - self._last.mono_ns <= FRAME_NS + STALL_NS or not self._table.attempts.any():
            return
        self._tally.stalls += 1
        number = self._slots.opened()
        before = number[self._slots.sent_mono_ns[number] < now_ns - STALL_NS]
        self._slots.doubt[before] = unmeasured_code(Reason.STALL)

    def _confess(self, lane: Lane) -> None:
        """When the kernel dropped packets or a socket was lost, whatever was open then may have been answered."""
        drops = lane.new_drops()
        if drops > 0:
            self._tally.kernel_drops += drops
            self._doubt(lane, Reason.KERNEL_DROP)
        if lane.interrupted:
            lane.interrupted = False
            self._doubt(lane, Reason.INTERRUPTED)

    def _doubt(self, lane: Lane, reason: Reason) -> None:
        """Whatever is open on ``lane`` and stays unanswered will be unmeasured for ``reason``."""
        number = self._slots.opened()
        mine = number[self._table.family[self._slots.row[number]] == lane.family]
        self._slots.doubt[mine] = unmeasured_code(reason)

    def _judge(self, lane: Lane) -> None:
        """Give a verdict on every echo that can no longer be answered."""
        table, slots = self._table, self._slots
        number = slots.opened()
        row = slots.row[number]
        verdict = slots.verdict_mono_ns[number]
        certain = verdict < lane.emptied.mono_ns
        ripe = certain | (verdict < self._clock.monotonic_ns() - _UNREAD_NS)
        ripe &= table.family[row] == lane.family
        number, row, certain = number[ripe], row[ripe], certain[ripe]
        if not len(number):
            return
        codes = np.where(certain, LOST, unmeasured_code(Reason.KERNEL_DROP)).astype(np.uint8)
        if table.links < len(table.keys):
            alone = ~self._uplink.vouched(slots.sent_mono_ns[number], self._window_ns) & certain & (row < table.links)
            codes[alone] = unmeasured_code(Reason.UPLINK)
        doubt = slots.doubt[number]
        self._matcher.judge(number, np.where(doubt > 0, doubt, codes).astype(np.uint8))

    def snapshot(self) -> Snapshot:
        """A copy of everything, for other threads."""
        with self._lock:
            table = self._table
            return Snapshot(
                taken_unix_ns=self._clock.wall_ns(),
                inventory=self.inventory,
                links=columns_of(table, slice(0, table.links)),
                references=columns_of(table, slice(table.links, None)),
                prober=self._figures(),
                ready=self._ready,
                outages=no_outages(table.links),
                still_ns=max(0, self._clock.monotonic_ns() - self._last.mono_ns),
            )

    def last_error(self, key: str) -> IcmpError | None:
        """The latest ICMP error that quoted an echo to the target ``key``."""
        with self._lock:
            return self._matcher.errors.get(self._table.keys.index(key))

    def suspects(self) -> tuple[Suspect, ...]:
        """The links that lost two echoes or more in a row, in inventory order; those that are down among them."""
        states = list(State)
        with self._lock:
            table = self._table
            rows = np.flatnonzero(table.loss_run[: table.links] >= SUSPECT_AFTER_LOSSES).tolist()
            return tuple(
                Suspect(table.keys[row], int(table.loss_start_mono_ns[row]), states[table.state[row]]) for row in rows
            )

    def answered_otherwise(self, link: str, mono_ns: int) -> None:
        """Take note that ``link`` answered, by other means, an attempt begun at ``mono_ns``."""
        with self._lock:
            self._note(self._table.otherwise_mono_ns, link, mono_ns)

    def denied(self, link: str, mono_ns: int) -> None:
        """Take note that it was asked about ``link`` at ``mono_ns`` and nobody answered, or nobody could be asked."""
        with self._lock:
            self._note(self._table.denied_mono_ns, link, mono_ns)

    def _note(self, column: Int64s, link: str, mono_ns: int) -> None:
        """Keep the latest instant; links that are not of the inventory (any more) are nobody's."""
        if self._second_opinions and link in self.inventory.links:
            row = self._table.keys.index(link)
            column[row] = max(int(column[row]), mono_ns)

    def _uplink_up(self) -> bool | None:
        """Whether a witness answered lately; None while nobody can know."""
        now_ns = self._clock.monotonic_ns()
        latest_ns = self._uplink.latest_mono_ns()
        if self._table.links == len(self._table.keys):
            return None
        fresh_ns = 2 * self._window_ns + _UPLINK_GRACE_NS
        if latest_ns is None:
            return None if now_ns - self._started_mono_ns < fresh_ns else False
        return now_ns - latest_ns < fresh_ns

    def _figures(self) -> ProberFigures:
        tally = self._tally
        names = {family: f"ipv{family}" for family in self._lanes}
        return ProberFigures(
            socket_mode={names[family]: lane.mode for family, lane in self._lanes.items()},
            receive_buffer_bytes={
                names[family]: port.receive_buffer_bytes
                for family, lane in self._lanes.items()
                if (port := lane.port) is not None  # the measuring thread may let go of it at any time
            },
            kernel_drops=tally.kernel_drops,
            late_sends=tally.late_sends,
            stalls=tally.stalls,
            timestamp_fallbacks=tally.timestamp_fallbacks,
            socket_reopens=tally.socket_reopens,
            clock_steps=tally.clock_steps,
            foreign={str(name): count for name, count in tally.foreign.items()},
            send_errors=dict(tally.send_errors),
            uplink_up=self._uplink_up(),
            frame_seconds_max=tally.frame_ns_max / 1e9,
        )
