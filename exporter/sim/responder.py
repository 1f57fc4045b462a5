"""The loop that answers: packets off the wire, replies onto it when they are due.

Lives here: time, the queue of due replies, waiting. Must not live here: who answers how (world.py).
One thread, no locks: orders arrive through the same wait. Accuracy: a reply is late by what the
kernel takes to wake us and by the packets that are handled before it; the loop keeps the figures and
``status`` tells them, so that an experiment can say how far its instrument is to be trusted.
"""

from __future__ import annotations

import heapq
import select
import time
from collections.abc import Callable, Iterable
from typing import Protocol

from exporter.sim.packet import parse_echo_request, parse_passing
from exporter.sim.world import Reply, World

__all__ = ["LATENESS_BOUNDS_NS", "Responder", "Wire"]

#: Packets read before due replies are looked at again: well under a millisecond of work.
_READS_PER_TURN = 32

#: Replies that may wait: the longest delay (60 s) at 5,000 requests a second, about 60 MB.
_MOST_WAITING = 300_000

#: The upper bounds of the lateness counts, nanoseconds.
LATENESS_BOUNDS_NS = (100_000, 200_000, 500_000, 1_000_000, 2_000_000, 5_000_000, 10_000_000)


class Wire(Protocol):
    """Where packets come from and go to."""

    def fileno(self) -> int:
        """For select."""
        ...

    def read(self) -> bytes:
        """One packet, or nothing."""
        ...

    def write(self, packet: bytes) -> bool:
        """Whether the packet was taken."""
        ...


class Responder:
    """One wire and one world."""

    def __init__(self, wire: Wire, world: World, *, now_ns: Callable[[], int] = time.monotonic_ns) -> None:
        """Nothing is read before ``turn``."""
        self.world = world
        self._wire = wire
        self._now_ns = now_ns
        self._due: list[tuple[int, int, bytes]] = []
        self._order = 0
        self._lateness = [0] * (len(LATENESS_BOUNDS_NS) + 1)
        self._latest_ns = 0
        self._overflow = 0
        self._refused = 0

    def turn(self, others: Iterable[int], longest_s: float = 60.0) -> list[int]:
        """Wait for a packet, a due reply, ``longest_s`` or one of ``others``, and do what is due; the ready others."""
        ready, _, _ = select.select([self._wire.fileno(), *others], [], [], min(longest_s, self._rest_s()))
        self.write_due()
        while self._wire.fileno() in ready and self._read_some():
            self.write_due()
        return [descriptor for descriptor in ready if descriptor != self._wire.fileno()]

    def _rest_s(self) -> float:
        """Seconds until the next reply is due."""
        return max(0.0, (self._due[0][0] - self._now_ns()) / 1e9) if self._due else float("inf")

    def _read_some(self) -> bool:
        """Answer up to a turn's worth of packets; False when the wire is empty."""
        for _ in range(_READS_PER_TURN):
            packet = self._wire.read()
            if not packet:
                return False
            request = parse_echo_request(packet)
            if request is not None:
                self.schedule(self.world.replies(request))
            elif (passing := parse_passing(packet)) is not None:
                self.schedule(self.world.passes(passing))
        return True

    def schedule(self, replies: Iterable[Reply]) -> None:
        """Write each of ``replies`` when its delay from now is over."""
        now_ns = self._now_ns()
        for reply in replies:
            if len(self._due) >= _MOST_WAITING:
                self._overflow += 1
                continue
            self._order += 1
            heapq.heappush(self._due, (now_ns + reply.delay_ns, self._order, reply.packet))

    def write_due(self) -> None:
        """Write every reply whose time has come, in the order of their times."""
        while self._due and self._due[0][0] <= (now_ns := self._now_ns()):
            due_ns, _, packet = heapq.heappop(self._due)
            if not self._wire.write(packet):
                self._refused += 1
            self._note(now_ns - due_ns)

    def _note(self, late_ns: int) -> None:
        self._latest_ns = max(self._latest_ns, late_ns)
        place = next((i for i, bound_ns in enumerate(LATENESS_BOUNDS_NS) if late_ns <= bound_ns), -1)
        self._lateness[place] += 1

    def figures(self) -> dict[str, object]:
        """What the loop confesses, as plain values."""
        labels = [f"{bound_ns // 1000}us" for bound_ns in LATENESS_BOUNDS_NS] + ["more"]
        return {
            "waiting": len(self._due),
            "overflow": self._overflow,
            "refused_by_device": self._refused,
            "latest_us": self._latest_ns // 1000,
            "lateness": dict(zip(labels, self._lateness, strict=True)),
        }
