"""An engine and a network for diagnosis: suspects as a test names them, answers as a test gives them.

Lives here: the two fakes. Must not live here: assertions, sockets, clocks.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Address, IPv6Address

import numpy as np

from exporter.model import Inventory
from exporter.opinion import EchoDetail, EchoEnd, TcpDetail, TcpEnd
from exporter.outcome import State
from exporter.snapshot import Snapshot
from exporter.transport.echo_question import Trace
from tests.support.snapshots import make_snapshot

__all__ = ["FakeEngine", "FakePorts", "Suspect"]

Address = IPv4Address | IPv6Address


@dataclass(frozen=True, slots=True)
class Suspect:
    """A link with losses in a row."""

    link: str
    since_mono_ns: int
    state: State


class FakeEngine:
    """A ``DiagnosedEngine``: every link is up unless a suspect says otherwise."""

    def __init__(self, inventory: Inventory) -> None:
        self.inventory = inventory
        self.suspected: tuple[Suspect, ...] = ()
        self.uplink_up: bool | None = True
        self.answers: list[tuple[str, int]] = []
        self.denials: list[tuple[str, int]] = []

    def suspects(self) -> tuple[Suspect, ...]:
        """What the test said."""
        return self.suspected

    def answered_otherwise(self, link: str, mono_ns: int) -> None:
        """Noted."""
        self.answers.append((link, mono_ns))

    def denied(self, link: str, mono_ns: int) -> None:
        """Noted."""
        self.denials.append((link, mono_ns))

    def snapshot(self) -> Snapshot:
        """All links up but the suspects, and the uplink as the test said."""
        made = make_snapshot(self.inventory)
        states: Mapping[str, State] = {each.link: each.state for each in self.suspected}
        codes = [list(State).index(states.get(key, State.UP)) for key in made.links.keys]
        return replace(
            made,
            inventory=self.inventory,
            links=replace(made.links, state=np.array(codes, np.int8)),
            prober=replace(made.prober, uplink_up=self.uplink_up),
        )


@dataclass(slots=True)
class FakePorts:
    """``DiagnosisPorts`` that answer when the test says so, in the order of the questions."""

    echoes: list[tuple[str, Future[EchoDetail]]] = field(default_factory=list)
    connections: list[tuple[str, int, Future[TcpDetail]]] = field(default_factory=list)
    traces: list[tuple[str, int, Future[Trace]]] = field(default_factory=list)
    patience_s: list[float] = field(default_factory=list)  #: of every question, in its order
    closed: bool = False

    def echo(self, address: Address, timeout_s: float) -> Future[EchoDetail]:
        """Asked; answered by ``reply``."""
        self.patience_s.append(timeout_s)
        self.echoes.append((str(address), Future()))
        return self.echoes[-1][1]

    def tcp(self, address: Address, port: int, timeout_s: float) -> Future[TcpDetail]:
        """Asked; answered by ``connect``."""
        self.patience_s.append(timeout_s)
        self.connections.append((str(address), port, Future()))
        return self.connections[-1][2]

    def trace(self, address: Address, silent_hops: int) -> Future[Trace]:
        """Asked; answered by ``find``."""
        self.traces.append((str(address), silent_hops, Future()))
        return self.traces[-1][2]

    def close(self) -> None:
        """Noted."""
        self.closed = True

    def reply(self, end: EchoEnd, seconds: float | None = None) -> str:
        """Answer the oldest echo; the address that it went to."""
        address, future = self.echoes.pop(0)
        future.set_result(EchoDetail(end, seconds))
        return address

    def connect(self, end: TcpEnd, seconds: float | None = None) -> str:
        """Answer the oldest connection; the address that it went to."""
        address, port, future = self.connections.pop(0)
        future.set_result(TcpDetail(end, port, seconds))
        return address

    def find(self, trace: Trace) -> str:
        """Answer the oldest trace; the address that it went to."""
        address, _, future = self.traces.pop(0)
        future.set_result(trace)
        return address
