"""One address family's way to the wire: its socket, the times of what was sent, and when to open it anew.

Lives here: the life of a port, the join between packets sent and the kernel's transmit stamps, and reading
until nothing waits. Must not live here: which echo is due, what a loss means.

A socket is opened anew when the kernel says that it is gone, when nothing at all has arrived for a while
(a network namespace or a container network that was replaced looks just so), and, for datagram sockets, to
change the identifier. A datagram socket alone hears the replies to its echoes, so an old one is read on until
its last echo is judged.
"""

from __future__ import annotations

import errno
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from exporter.clock import Clock
from exporter.matching import Matched, Matcher
from exporter.slots import SLOTS, Slots
from exporter.snapshot import Int64s
from exporter.tally import Tally
from exporter.timing import Reading
from exporter.transport.ports import Bytes, EchoPort, PortLostError

__all__ = ["Lane", "PortOpener"]

PortOpener = Callable[[int], EchoPort]

#: Nothing arrived for so long although echoes were sent: the socket may hang in a network that is gone.
#: Five timeouts' worth at the default of 1 s and 2 s; a link alone on its family may well be down so long.
_SILENCE_NS = 5_000_000_000

#: At most one new socket in this time, so that a long outage is no storm of sockets.
_REOPEN_NS = 30_000_000_000

#: Longest time that an old socket is read on: the longest timeout that an inventory may ask for, and a little.
_RETIRE_NS = 12_000_000_000

#: A datagram socket's identifier is the kernel's; it changes with the socket (compare IDENTIFIER_ECHOES).
_ROTATE_NS = 600_000_000_000

#: Between two attempts to open a socket.
_RETRY_NS = 5_000_000_000

#: The kernel counts transmissions in 32 bits.
_COUNTED = 1 << 32


@dataclass(slots=True)
class _Retired:
    port: EchoPort
    until_mono_ns: int


class Lane:
    """The sockets of one family; used by the measuring thread only."""

    def __init__(self, family: int, opener: PortOpener, clock: Clock, slots: Slots, tally: Tally) -> None:
        self.family = family
        self.port: EchoPort | None = None
        self._opener = opener
        self._clock = clock
        self._slots = slots
        self._tally = tally
        self._retired: list[_Retired] = []
        self._numbers: Int64s = np.zeros(SLOTS, np.int64)  # sequence number by count of packets, modulo SLOTS
        self._count = 0
        self._stamping = False
        self._drops = 0
        self._tried_mono_ns = 0
        self._opened_mono_ns = 0
        self._heard_mono_ns = 0
        self._sent_since_heard = False
        self.interrupted = False  #: a socket was lost; for the engine to confess, and to take back
        self.emptied = Reading(*clock.pair_ns())  #: when the socket was last read until nothing waited

    def open(self) -> bool:
        """Open a socket; False, and everything as before, if the system has none to give just now.

        Raises PermissionMissingError.
        """
        now_ns = self._tried_mono_ns = self._clock.monotonic_ns()
        try:
            self.port = self._opener(self.family)
        except OSError:
            return False
        self._opened_mono_ns = self._heard_mono_ns = now_ns
        self._sent_since_heard = False
        self._drops = self.port.drops()
        self._arm()
        return True

    def _arm(self) -> None:
        """Begin to count packets anew, as the kernel does."""
        self._count = 0
        self._stamping = self.port is not None and self.port.arm()

    @property
    def mode(self) -> str:
        """``raw``, ``datagram`` or ``closed``."""
        port = self.port  # another thread may ask while this one lets go of it
        return port.mode if port else "closed"

    def send(self, numbers: Int64s, packets: Bytes, names: Bytes) -> dict[int, int]:
        """Send the echoes ``numbers`` in order and note the time; the failures as index to errno."""
        slots = self._slots
        mono_ns, wall_ns = self._clock.pair_ns()
        slots.clock_offset_ns[numbers] = mono_ns - wall_ns
        slots.sent_mono_ns[numbers] = mono_ns
        failures = self._send(packets, names)
        slots.sent_by_mono_ns[numbers] = self._clock.monotonic_ns()
        if failures:
            self._stamping = False  # which packets the kernel counted is not certain: arm again when drained
        elif self._stamping:
            self._numbers[np.arange(self._count, self._count + len(numbers)) % SLOTS] = numbers
            self._count += len(numbers)
        self._sent_since_heard = True
        return failures

    def _send(self, packets: Bytes, names: Bytes) -> dict[int, int]:
        if self.port is None:
            return dict.fromkeys(range(len(packets)), errno.ENETDOWN)
        try:
            return self.port.send(packets, names)
        except PortLostError:
            self._lose()
            return dict.fromkeys(range(len(packets)), errno.ENETDOWN)

    def _lose(self) -> None:
        """Let go of a socket that is gone."""
        if self.port is not None:
            self.port.close()
            self.port = None
            self.interrupted = True

    def drain(self, matcher: Matcher) -> Matched:
        """Read and match everything that waits; the echoes answered in time."""
        parts = []
        for retired in self._retired:
            with suppress(PortLostError):
                parts.append(self._read(retired.port, matcher))
        try:
            if self.port is not None:
                parts.append(self._read(self.port, matcher))
        except PortLostError:
            self._lose()
        if self.port is None:
            self.emptied = Reading(*self._clock.pair_ns())
        return _joined(parts)

    def _read(self, port: EchoPort, matcher: Matcher) -> Matched:
        start = Reading(*self._clock.pair_ns())
        arrivals = port.receive()
        stamps = port.transmit_stamps()
        now = Reading(*self._clock.pair_ns())
        if port is self.port:
            self._apply(matcher, stamps.count, stamps.stamp_ns)
        matcher.reported(self.family, stamps.quotes)
        matcher.quotes(self.family, arrivals)
        unchecked = port.mode == "raw"
        matched = matcher.replies(self.family, arrivals, now, self.emptied, unchecked=unchecked)
        if len(arrivals.length):
            self._heard_mono_ns = now.mono_ns
            self._sent_since_heard = False
        if port is self.port and len(arrivals.length) < port.most_arrivals:
            self.emptied = start
        return matched

    def _apply(self, matcher: Matcher, count: Int64s, stamp_ns: Int64s) -> None:
        """Give transmit stamps to the echoes they belong to."""
        if not self._stamping:
            self._arm()
            return
        known = (self._count - 1 - count) % _COUNTED < min(self._count, SLOTS)
        matcher.transmissions(self._numbers[count[known] % SLOTS], stamp_ns[known])

    def new_drops(self) -> int:
        """Packets that the kernel dropped since the last call."""
        if self.port is None:
            return 0
        drops = self.port.drops()
        new, self._drops = drops - self._drops, drops
        return new

    def maintain(self) -> bool:
        """Open the socket anew where one of the reasons in the charter holds; whether it was.

        Raises PermissionMissingError.
        """
        now_ns = self._clock.monotonic_ns()
        for retired in [retired for retired in self._retired if retired.until_mono_ns < now_ns]:
            retired.port.close()
            self._retired.remove(retired)
        if now_ns - self._tried_mono_ns < _RETRY_NS:
            return False
        age_ns = now_ns - self._opened_mono_ns
        silent = self._sent_since_heard and now_ns - self._heard_mono_ns > _SILENCE_NS and age_ns > _REOPEN_NS
        rotate = self.port is not None and self.port.fixed_identifier is not None and age_ns > _ROTATE_NS
        return (silent or rotate or self.port is None) and self._renew(now_ns)

    def _renew(self, now_ns: int) -> bool:
        """Whether a new socket was opened.

        An old raw one goes at once, for the new one hears the same; a datagram one is read on.
        """
        old = self.port
        if not self.open():
            return False
        self._tally.socket_reopens += 1
        if old is not None and old.fixed_identifier is None:
            old.close()
        elif old is not None:
            self._retired.append(_Retired(old, now_ns + _RETIRE_NS))
        return True

    def close(self) -> None:
        """Release every socket."""
        self._lose()
        for retired in self._retired:
            retired.port.close()
        self._retired.clear()


def _joined(parts: list[Matched]) -> Matched:
    """What was matched at several sockets, as one."""
    if len(parts) == 1:
        return parts[0]
    none = np.zeros(0, np.int64)
    columns = [[none, *(getattr(part, name) for part in parts)] for name in ("row", "sent_mono_ns", "rtt_ns")]
    return Matched(*map(np.concatenate, columns))
