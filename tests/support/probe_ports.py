"""Ports of probes without a network: each answers as it is told, and time passes as it is told.

Lives here: fakes of the Protocols in ``exporter/transport``. Must not live here: assertions.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address

from exporter.clock import FakeClock
from exporter.probe_model import TlsRules
from exporter.transport.dial import Connection
from exporter.transport.http import Reply

__all__ = ["FakeAsker", "FakeConnection", "FakeDialer", "FakeHttp", "FakeReply", "FakeResolver"]

Address = IPv4Address | IPv6Address
STEP_NS = 10_000_000


@dataclass
class FakeConnection:
    """A connection whose handshake takes one step."""

    clock: FakeClock
    certificate: bytes | None = None
    refusal: Exception | None = None
    closed: bool = False

    async def secure(self, rules: TlsRules, name: str) -> bytes | None:
        """The certificate, or the refusal."""
        self.clock.advance_ns(STEP_NS)
        if self.refusal is not None:
            raise self.refusal
        return self.certificate

    async def look(self, name: str) -> bytes | None:
        """The certificate."""
        return self.certificate

    def close(self) -> None:
        """Remembered."""
        self.closed = True


@dataclass
class FakeDialer:
    """Connects in one step, or fails."""

    clock: FakeClock
    certificate: bytes | None = None
    refusal: Exception | None = None
    failure: BaseException | None = None
    own: frozenset[Address] = frozenset()
    asked: list[tuple[Address, int]] = field(default_factory=list)
    connections: list[FakeConnection] = field(default_factory=list)

    async def connect(self, address: Address, port: int) -> Connection:
        """A new connection."""
        self.asked.append((address, port))
        self.clock.advance_ns(STEP_NS)
        if self.failure is not None:
            raise self.failure
        self.connections.append(FakeConnection(self.clock, self.certificate, self.refusal))
        return self.connections[-1]

    def is_own(self, address: Address) -> bool:
        """As told."""
        return address in self.own


@dataclass
class FakeReply:
    """An answer; each chunk takes one step."""

    status: int = 200
    location: str | None = None
    encoding: str = ""
    body: tuple[bytes, ...] = ()
    clock: FakeClock | None = None

    async def chunks(self) -> AsyncIterator[bytes]:
        """As told."""
        for chunk in self.body:
            if self.clock is not None:
                self.clock.advance_ns(STEP_NS)
            yield chunk


@dataclass
class FakeHttp:
    """Answers in one step with the reply for each URL in its turn, the last for ever."""

    clock: FakeClock
    replies: list[FakeReply]
    urls: list[str] = field(default_factory=list)

    @asynccontextmanager
    async def get(self, connection: Connection, url: str) -> AsyncIterator[Reply]:
        """As told."""
        self.urls.append(url)
        self.clock.advance_ns(STEP_NS)
        yield self.replies[min(len(self.urls), len(self.replies)) - 1]


@dataclass
class FakeResolver:
    """Resolves in one step."""

    clock: FakeClock
    found: list[Address]
    within_s: list[float] = field(default_factory=list)

    async def addresses(self, name: str, within_s: float) -> list[Address]:
        """As told."""
        self.within_s.append(within_s)
        self.clock.advance_ns(STEP_NS)
        return self.found


class FakeDatagrams:
    """Each question brings what ``answers`` makes of it; waiting for nothing takes all the time that there is."""

    def __init__(self, clock: FakeClock, answers: Callable[[bytes], list[bytes]]) -> None:
        self._clock = clock
        self._answers = answers
        self._waiting: list[bytes] = []
        self.sent: list[bytes] = []
        self.closed = False

    async def send(self, data: bytes) -> None:
        """Remembered."""
        self.sent.append(data)
        self._waiting += self._answers(data)

    async def receive(self, within_s: float) -> bytes | None:
        """The next, or None after the time."""
        if self._waiting:
            self._clock.advance_ns(STEP_NS)
            return self._waiting.pop(0)
        self._clock.advance_ns(round(within_s * 1e9))
        return None

    def close(self) -> None:
        """Remembered."""
        self.closed = True


class FakeAsker:
    """One socket, and one answer over TCP."""

    def __init__(self, clock: FakeClock, answers: Callable[[bytes], list[bytes]]) -> None:
        self.socket = FakeDatagrams(clock, answers)
        self.whole: Callable[[bytes], bytes] = lambda data: data
        self.asked: list[tuple[Address, int]] = []

    def datagrams(self, address: Address, port: int) -> FakeDatagrams:
        """The socket."""
        self.asked.append((address, port))
        return self.socket

    async def ask_stream(self, address: Address, port: int, data: bytes) -> bytes:
        """As told."""
        self.asked.append((address, port))
        return self.whole(data)
