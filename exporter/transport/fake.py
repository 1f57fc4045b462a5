"""A network in memory, with the same face as the kernel's: for tests and for trying things out.

Lives here: what a network and a kernel do to echoes (delay, silence, forgery, errors, full buffers), on a
``FakeClock``. Must not live here: sockets. ``tests/contract`` runs one suite against this and against real
sockets, so that it cannot lie: every raw port gets every reply and every error of its family, whoever sent
the echo; a datagram port gets the replies that bear its identifier, and errors on its error queue.
"""

from __future__ import annotations

import errno
import heapq
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from exporter.clock import FakeClock
from exporter.protocols.icmp import MAX_ERROR_BYTES, error_kinds
from exporter.transport.names import source_addresses
from exporter.transport.ports import Arrivals, Bytes, PortLostError, Quote, TransmitStamps

__all__ = ["Answer", "FakeNetwork", "FakePort", "Packet", "echo_of"]

_WIDTH = max(MAX_ERROR_BYTES, 64)
_REPLY = {4: 0, 6: 129}

#: Where the quoted packet's destination and its ICMP header begin, counted from the ICMP header of an error.
_QUOTED = {4: (24, 28), 6: (32, 48)}


@dataclass(frozen=True, slots=True)
class Packet:
    """An ICMP message that left the prober."""

    family: int
    address: bytes  #: (16) where it went
    data: bytes
    mono_ns: int


@dataclass(frozen=True, slots=True)
class Answer:
    """An ICMP message on its way to the prober."""

    arrives_mono_ns: int
    data: bytes
    source: bytes  #: (16)


def echo_of(packet: Packet, delay_ns: int) -> Answer:
    """The honest answer to an echo request, ``delay_ns`` later."""
    data = bytearray(packet.data)
    data[0] = _REPLY[packet.family]
    if packet.family == 4:
        checksum = int.from_bytes(data[2:4]) + 0x0800  # the type fell from 8 to 0 (RFC 1624)
        data[2:4] = ((checksum & 0xFFFF) + (checksum >> 16)).to_bytes(2)
    return Answer(packet.mono_ns + delay_ns, bytes(data), packet.address)


def _answer_all(packet: Packet) -> list[Answer]:
    return [echo_of(packet, 5_000_000)]


@dataclass(slots=True)
class FakeNetwork:
    """Everything behind the sockets; change the fields while an engine runs on it."""

    clock: FakeClock
    answers: Callable[[Packet], list[Answer]] = _answer_all
    send_error: Callable[[Packet], int] = lambda _packet: 0  #: an errno, or 0
    refuse_open: BaseException | None = None
    stamps: bool = True  #: whether the kernel stamps transmissions
    receive_stamps: bool = True  #: whether it stamps arrivals
    mode: str = "raw"
    buffer_packets: int = 10_000  #: what a port holds before the kernel drops; 8 MiB hold so many
    most_arrivals: int = 16_384  #: of ports that are opened from now on
    sent: list[Packet] = field(default_factory=list)
    ports: list[FakePort] = field(default_factory=list)  #: all that were ever opened
    _coming: list[tuple[int, int, int, Answer]] = field(default_factory=list)  #: heap: time, order, family, what
    _order: int = 0

    def open_port(self, family: int) -> FakePort:
        """A port, or what ``refuse_open`` says."""
        if self.refuse_open is not None:
            raise self.refuse_open
        self.deliver()
        port = FakePort(self, family)
        self.ports.append(port)
        return port

    def inject(self, family: int, answer: Answer) -> None:
        """Have a message arrive that answers nothing in particular."""
        heapq.heappush(self._coming, (answer.arrives_mono_ns, self._order, family, answer))
        self._order += 1

    def deliver(self) -> None:
        """Put what has arrived by now into the buffers of the ports that are open."""
        now = self.clock.monotonic_ns()
        while self._coming and self._coming[0][0] <= now:
            _, _, family, answer = heapq.heappop(self._coming)
            for port in self.ports:
                if port.family == family and not port.closed:
                    port.take(answer)


class FakePort:
    """An ``EchoPort`` on a ``FakeNetwork``."""

    receive_buffer_bytes = 8 << 20

    def __init__(self, network: FakeNetwork, family: int) -> None:
        self.family = family
        self.mode = network.mode
        self.fixed_identifier = 0x1234 + len(network.ports) if network.mode == "datagram" else None
        self.most_arrivals = network.most_arrivals
        self.closed = False
        self.lost = False  #: set to have the next call find the socket gone
        self.transmissions = 0  #: packets since ``arm``, as the kernel counts them
        self.bursts: list[tuple[int, int]] = []  #: of each call of ``send``: when, and how many packets
        self._network = network
        self._waiting: list[Answer] = []
        self._quotes: list[Quote] = []
        self._stamps: list[tuple[int, int]] = []
        self._dropped = 0

    def _check(self) -> None:
        if self.lost or self.closed:
            raise PortLostError(errno.errorcode[errno.ENODEV])

    def send(self, packets: Bytes, addresses: Bytes) -> dict[int, int]:
        """Put packets on the network; each leaves 1 µs after the one before it."""
        self._check()
        network = self._network
        self.bursts.append((network.clock.monotonic_ns(), len(packets)))
        failures = {}
        for row, (data, address) in enumerate(zip(packets, source_addresses(self.family, addresses), strict=True)):
            network.clock.advance_ns(1_000)
            packet = Packet(self.family, address.tobytes(), self._as_sent(data), network.clock.monotonic_ns())
            if error := network.send_error(packet):
                failures[row] = error
                continue
            network.sent.append(packet)
            self._stamps.append((self.transmissions, network.clock.wall_ns()))
            for answer in network.answers(packet):
                network.inject(self.family, answer)
            self.transmissions = (self.transmissions + 1) % 2**32
        return failures

    def _as_sent(self, data: Bytes) -> bytes:
        """The packet with the kernel's identifier and checksum, where the kernel owns them."""
        if self.fixed_identifier is None:
            return data.tobytes()
        packet = bytearray(data.tobytes())
        packet[2:4] = b"\0\0"
        packet[4:6] = self.fixed_identifier.to_bytes(2)
        if self.family == 4:
            packet[2:4] = (0xFFFF - int.from_bytes(packet) % 0xFFFF).to_bytes(2)
        return bytes(packet)

    def take(self, answer: Answer) -> None:
        """A message arrives at this port: the kernel's filter, its matching of identifiers, its buffer."""
        is_error = answer.data[0] in error_kinds(self.family)
        if self.mode == "datagram" and is_error:
            self._queue_error(answer)
            return
        wanted = is_error or answer.data[0] == _REPLY[self.family]
        mine = self.fixed_identifier is None or int.from_bytes(answer.data[4:6]) == self.fixed_identifier
        if not (wanted and mine):
            return
        if len(self._waiting) >= self._network.buffer_packets:
            self._dropped += 1
            return
        self._waiting.append(answer)

    def _queue_error(self, answer: Answer) -> None:
        """Report an error on the error queue if it quotes a packet with our identifier."""
        address_at, header_at = _QUOTED[self.family]
        quoted = answer.data[header_at:]
        if int.from_bytes(quoted[4:6]) == self.fixed_identifier:
            address = answer.data[address_at:header_at].rjust(16, b"\0")
            self._quotes.append(Quote(address, answer.source, answer.data[0], answer.data[1], quoted))

    def receive(self) -> Arrivals:
        """Everything that has arrived by now, in order of arrival."""
        self._check()
        self._network.deliver()
        here, self._waiting = self._waiting[: self.most_arrivals], self._waiting[self.most_arrivals :]
        data = np.zeros((len(here), _WIDTH), np.uint8)
        for row, answer in enumerate(here):
            data[row, : min(len(answer.data), _WIDTH)] = np.frombuffer(answer.data[:_WIDTH], np.uint8)
        wall_at_ns = self._network.clock.wall_at_ns
        stamps = [wall_at_ns(answer.arrives_mono_ns) if self._network.receive_stamps else 0 for answer in here]
        return Arrivals(
            data=data,
            length=np.array([len(answer.data) for answer in here], np.int64),
            stamp_ns=np.array(stamps, np.int64),
            source=np.frombuffer(b"".join(answer.source for answer in here), np.uint8).reshape(-1, 16),
        )

    def transmit_stamps(self) -> TransmitStamps:
        """The stamps since the last call, if the network has them, and the errors that were reported."""
        self._network.deliver()
        stamps, self._stamps = self._stamps if self._network.stamps else [], []
        quotes, self._quotes = self._quotes, []
        columns = np.array(stamps, np.int64).reshape(-1, 2)
        return TransmitStamps(columns[:, 0], columns[:, 1], quotes)

    def arm(self) -> bool:
        """Count from 0."""
        self.transmissions = 0
        self._stamps = []
        return self._network.stamps

    def drops(self) -> int:
        """Packets for which the buffer had no room."""
        self._network.deliver()
        return self._dropped

    def close(self) -> None:
        """No further use."""
        self.closed = True
