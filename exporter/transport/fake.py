"""A network in memory, with the same face as the kernel's: for tests and for trying things out.

Lives here: what a network does to echoes (delay, silence, forgery, errors of the kernel), on a ``FakeClock``.
Must not live here: sockets. ``tests/contract`` runs one suite against this and against real sockets, so that
it cannot lie.
"""

from __future__ import annotations

import errno
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from exporter.clock import FakeClock
from exporter.protocols.icmp import MAX_ERROR_BYTES
from exporter.transport.names import source_addresses
from exporter.transport.ports import Arrivals, Bytes, PortLostError, TransmitStamps

__all__ = ["Answer", "FakeNetwork", "FakePort", "Packet", "echo_of"]

_WIDTH = max(MAX_ERROR_BYTES, 64)


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
    data[0] = 0 if packet.family == 4 else 129
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
    mode: str = "raw"
    sent: list[Packet] = field(default_factory=list)
    ports: list[FakePort] = field(default_factory=list)  #: all that were ever opened
    drops: int = 0

    def open_port(self, family: int) -> FakePort:
        """A port, or what ``refuse_open`` says."""
        if self.refuse_open is not None:
            raise self.refuse_open
        port = FakePort(self, family)
        self.ports.append(port)
        return port


class FakePort:
    """An ``EchoPort`` on a ``FakeNetwork``."""

    receive_buffer_bytes = 8 << 20
    most_arrivals = 16_384

    def __init__(self, network: FakeNetwork, family: int) -> None:
        self.family = family
        self.mode = network.mode
        self.fixed_identifier = 0x1234 + len(network.ports) if network.mode == "datagram" else None
        self.closed = False
        self.lost = False  #: set to have the next call find the socket gone
        self._network = network
        self._coming: list[Answer] = []
        self._stamps: list[tuple[int, int]] = []
        self._count = 0

    def _check(self) -> None:
        if self.lost or self.closed:
            raise PortLostError(errno.errorcode[errno.ENODEV])

    def send(self, packets: Bytes, addresses: Bytes) -> dict[int, int]:
        """Put packets on the network; each leaves 1 µs after the one before it."""
        self._check()
        failures = {}
        for row, (data, address) in enumerate(zip(packets, source_addresses(self.family, addresses), strict=True)):
            self._network.clock.advance_ns(1_000)
            packet = Packet(self.family, address.tobytes(), self._as_sent(data), self._network.clock.monotonic_ns())
            if error := self._network.send_error(packet):
                failures[row] = error
                continue
            self._network.sent.append(packet)
            self._coming += self._network.answers(packet)
            self._stamps.append((self._count, self._network.clock.wall_ns()))
            self._count += 1
        return failures

    def _as_sent(self, data: Bytes) -> bytes:
        """The packet with the kernel's identifier, where the kernel owns it."""
        if self.fixed_identifier is None:
            return data.tobytes()
        return data[:4].tobytes() + self.fixed_identifier.to_bytes(2) + data[6:].tobytes()

    def inject(self, answer: Answer) -> None:
        """Have a message arrive that answers nothing in particular."""
        self._coming.append(answer)

    def receive(self) -> Arrivals:
        """Everything that has arrived by now, in order of arrival."""
        self._check()
        now = self._network.clock.monotonic_ns()
        here = sorted((a for a in self._coming if a.arrives_mono_ns <= now), key=lambda a: a.arrives_mono_ns)
        here = here[: self.most_arrivals]
        self._coming = [answer for answer in self._coming if answer not in here]
        data = np.zeros((len(here), _WIDTH), np.uint8)
        for row, answer in enumerate(here):
            data[row, : len(answer.data)] = np.frombuffer(answer.data[:_WIDTH], np.uint8)
        return Arrivals(
            data=data,
            length=np.array([len(answer.data) for answer in here], np.int64),
            stamp_ns=np.array([self._network.clock.wall_at_ns(a.arrives_mono_ns) for a in here], np.int64),
            source=np.frombuffer(b"".join(a.source for a in here), np.uint8).reshape(-1, 16),
        )

    def transmit_stamps(self) -> TransmitStamps:
        """The stamps since the last call, if the network has them."""
        stamps, self._stamps = self._stamps if self._network.stamps else [], []
        columns = np.array(stamps, np.int64).reshape(-1, 2)
        return TransmitStamps(columns[:, 0], columns[:, 1])

    def arm(self) -> bool:
        """Count from 0."""
        self._count = 0
        self._stamps = []
        return self._network.stamps

    def drops(self) -> int:
        """What ``FakeNetwork.drops`` says."""
        return self._network.drops

    def close(self) -> None:
        """No further use."""
        self.closed = True
