"""An engine on a fake network and a fake clock, and inventories by a line.

Lives here: the bench that the engine's tests stand on, how a network may behave, forged messages, and the
sums that must always hold. Must not live here: expectations of a single test.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Address, IPv6Address, ip_address
from itertools import cycle

import numpy as np

from exporter.clock import FakeClock
from exporter.measure import Engine
from exporter.model import Inventory, Link, Phase, ReferenceMeaning, ReferenceTarget, Role
from exporter.outcome import Reason, State
from exporter.schedule import FRAME_NS
from exporter.sim.packet import internet_checksum, render_packet
from exporter.snapshot import EchoColumns, ProberFigures, Snapshot
from exporter.table import Table
from exporter.transport.fake import Answer, FakeNetwork, Packet, echo_of

__all__ = [
    "MS",
    "SECOND",
    "Behaviour",
    "Bench",
    "after",
    "altered",
    "assert_sums_hold",
    "error_about",
    "in_turn",
    "inventory",
    "inventory_of",
    "link",
    "per_target_and_second",
    "reference",
    "silent",
]

MS = 1_000_000
SECOND = 1_000_000_000

Behaviour = Callable[[Packet], list[Answer]]

_STRANGER = {4: ip_address("198.18.77.77"), 6: ip_address("2001:db8:77::77")}
_PROBER = {4: ip_address("198.19.255.254"), 6: ip_address("2001:db8:ffff::1")}


def link(number: int, *, family: int = 4, interval_s: float = 1.0, timeout_s: float = 2.0, address: str = "") -> Link:
    """Link ``l-NUMBER`` at an address of its own."""
    base = ip_address("198.18.0.0" if family == 4 else "2001:db8::")
    return Link(
        id=f"l-{number}",
        name=f"Tautan {number}",
        site="s",
        contract="c",
        role=Role.PRIMARY,
        phase=Phase.CENTRAL,
        address=ip_address(address) if address else base + number + 1,
        interval_s=interval_s,
        timeout_s=timeout_s,
    )


def reference(number: int, *, family: int = 4, interval_s: float = 1.0) -> ReferenceTarget:
    """Reference target ``r-NUMBER``."""
    base = ip_address("198.18.255.0" if family == 4 else "2001:db8:255::")
    return ReferenceTarget(f"r-{number}", base + number + 1, ReferenceMeaning.CORE, interval_s, 2.0)


def inventory_of(links: Iterable[Link], references: Iterable[ReferenceTarget] = ()) -> Inventory:
    """An inventory of these targets."""
    return Inventory(links={each.id: each for each in links}, reference_targets={each.id: each for each in references})


def inventory(links: int = 1, references: int = 0, *, family: int = 4) -> Inventory:
    """An inventory of so many links and reference targets."""
    return inventory_of(
        (link(number, family=family) for number in range(links)),
        (reference(number, family=family) for number in range(references)),
    )


def after(*delays_ns: int) -> Behaviour:
    """An honest reply after each of the delays."""
    return lambda packet: [echo_of(packet, delay_ns) for delay_ns in delays_ns]


def in_turn(*behaviours: Behaviour) -> Behaviour:
    """One behaviour after the other, again and again."""
    turns = cycle(behaviours)

    def answers(packet: Packet) -> list[Answer]:
        behaviour = next(turns)
        return behaviour(packet)

    return answers


def silent(_packet: Packet) -> list[Answer]:
    """Nothing."""
    return []


def altered(
    packet: Packet,
    delay_ns: int = MS,
    *,
    source: str = "",
    identifier: int | None = None,
    sequence: int | None = None,
    cookie: bytes | None = None,
    filling: bytes | None = None,
    code: int = 0,
    checksum_error: int = 0,
) -> Answer:
    """A reply to ``packet`` that is right but for what is named; the checksum fits what it says."""
    honest = echo_of(packet, delay_ns)
    data = bytearray(honest.data)
    data[1] = code
    data[2:4] = b"\0\0"
    if identifier is not None:
        data[4:6] = identifier.to_bytes(2)
    if sequence is not None:
        data[6:8] = sequence.to_bytes(2)
    body = (bytes(data[8:16]) if cookie is None else cookie) + (bytes(data[16:]) if filling is None else filling)
    message = bytes(data[:8]) + body
    if packet.family == 4:
        message = message[:2] + (internet_checksum(message) ^ checksum_error).to_bytes(2) + message[4:]
    origin = ip_address(source).packed.rjust(16, b"\0") if source else honest.source
    return Answer(honest.arrives_mono_ns, message, origin)


def error_about(
    packet: Packet,
    delay_ns: int = MS,
    *,
    kind: int | None = None,
    code: int = 1,
    destination: str = "",
    identifier: int | None = None,
    request_kind: int | None = None,
    quoted_bytes: int | None = None,
) -> Answer:
    """An ICMP error (unreachable, unless told otherwise) that quotes ``packet``, or what is named instead."""
    quoted = bytearray(packet.data)
    quoted[2:4] = b"\0\0"  # filled in by render_packet
    if identifier is not None:
        quoted[4:6] = identifier.to_bytes(2)
    if request_kind is not None:
        quoted[0] = request_kind
    packed = packet.address[12:] if packet.family == 4 else packet.address
    inner = render_packet(
        _PROBER[packet.family].packed, ip_address(destination).packed if destination else packed, bytes(quoted)
    )
    usual = 3 if packet.family == 4 else 1
    head = bytes([usual if kind is None else kind, code]) + bytes(6)
    source = _STRANGER[packet.family].packed.rjust(16, b"\0")
    return Answer(packet.mono_ns + delay_ns, head + inner[:quoted_bytes], source)


@dataclass
class Bench:
    """An engine with the world around it."""

    plan: Inventory
    clock: FakeClock = field(default_factory=FakeClock)
    mode: str = "raw"
    seed: int = 20261123
    second_opinions: bool = False
    network: FakeNetwork = field(init=False)
    engine: Engine = field(init=False)
    behaviour: Behaviour = field(
        default_factory=lambda: after(5 * MS), init=False
    )  #: of every address that has none of its own
    own: dict[bytes, Behaviour] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        """Open the engine on a network that answers everything after 5 ms."""
        self.network = FakeNetwork(self.clock, mode=self.mode)
        self.network.answers = lambda packet: self.own.get(packet.address, self.behaviour)(packet)
        rng = np.random.default_rng(self.seed)
        self.engine = Engine(
            self.plan,
            self.network.open_port,
            self.clock,
            random_bytes=rng.bytes,
            second_opinions=self.second_opinions,
        )
        self.engine.open()

    def let(self, *keys: str, do: Behaviour | None) -> None:
        """From now on the targets ``keys`` do this; None: what all do."""
        for key in keys:
            address = self.address(key)
            if do is None:
                self.own.pop(address, None)
            else:
                self.own[address] = do

    def address(self, key: str) -> bytes:
        """The 16 address bytes of a target."""
        target = self.engine.inventory.links.get(key) or self.engine.inventory.reference_targets[key]
        return _bytes_of(target.address)

    def run(self, seconds: float) -> Snapshot:
        """Let the engine run for so long; what it knows afterwards. The sums hold after every frame."""
        end = self.clock.monotonic_ns() + round(seconds * SECOND)
        while self.clock.monotonic_ns() < end:
            self.frame()
        return self.engine.snapshot()

    def frame(self) -> None:
        """One frame as ``Engine.run`` makes it."""
        start = self.clock.monotonic_ns()
        self.engine.frame(start)
        assert_sums_hold(self.table, self.clock.monotonic_ns())
        self.clock.sleep_until_ns(start + FRAME_NS)

    def replace(self, plan: Inventory) -> threading.Event:
        """Hand over another inventory."""
        return self.engine.replace(plan)

    def change(self, key: str, **fields: object) -> None:
        """Hand over the inventory with fields of one link changed."""
        links = dict(self.engine.inventory.links)
        links[key] = replace(links[key], **fields)  # type: ignore[arg-type]
        self.replace(replace(self.engine.inventory, links=links))

    @property
    def table(self) -> Table:
        """The engine's own columns."""
        return self.engine._table  # the sums need what a snapshot leaves out

    @property
    def links(self) -> EchoColumns:
        """The figures of the links now."""
        return self.engine.snapshot().links

    @property
    def prober(self) -> ProberFigures:
        """The figures of the prober now."""
        return self.engine.snapshot().prober

    def row(self, key: str = "l-0") -> dict[str, int]:
        """The counts of one link now."""
        links = self.links
        row = links.keys.index(key)
        names = ("attempts", "replies", "lost", "late", "duplicates", "icmp_errors")
        counts = {name: int(getattr(links, name)[row]) for name in names}
        return counts | {"unmeasured": int(links.unmeasured[row].sum())}

    def states(self) -> list[State]:
        """The state of each link now."""
        return [list(State)[code] for code in self.links.state]

    def state(self, key: str = "l-0") -> State:
        """The state of one link now."""
        return self.states()[self.links.keys.index(key)]

    def unmeasured(self) -> dict[Reason, int]:
        """Unmeasured echoes of all links by reason, without zeros."""
        sums = self.links.unmeasured.sum(axis=0).tolist()
        return {reason: count for reason, count in zip(Reason, sums, strict=True) if count}

    def foreign(self) -> dict[str, int]:
        """Packets that were not believed by reason, without zeros."""
        return {name: count for name, count in self.prober.foreign.items() if count}

    def sent_to(self, key: str) -> list[Packet]:
        """What was sent to one target so far."""
        address = self.address(key)
        return [packet for packet in self.network.sent if packet.address == address]

    def most_packets_within(self, span_ns: int) -> int:
        """The most packets on the wire within any stretch of ``span_ns``."""
        times = np.array([packet.mono_ns for packet in self.network.sent], np.int64)
        return int((np.searchsorted(times, times + span_ns) - np.arange(len(times))).max())


def _bytes_of(address: IPv4Address | IPv6Address) -> bytes:
    return address.packed.rjust(16, b"\0")


def assert_sums_hold(table: Table, now_mono_ns: int, *, start_mono_ns: Mapping[str, int] | None = None) -> None:
    """Attempts, histogram and seconds add up, whatever happened.

    ``start_mono_ns``: since when each target is watched, to hold the seconds in states against.
    """
    unmeasured = table.unmeasured.sum(axis=1)
    accounted = table.replies + table.lost + unmeasured + table.outstanding()
    assert (table.attempts == accounted).all(), "attempts = replies + lost + unmeasured + outstanding"
    assert (table.rtt_buckets.sum(axis=1) == table.replies).all(), "every reply is in one bucket"
    assert (table.outstanding() >= 0).all()
    assert (table.settled_mono_ns <= now_mono_ns + FRAME_NS).all(), "no time is given away before it has passed"
    for row, key in enumerate(table.keys if start_mono_ns is not None else ()):
        assert int(table.state_ns[row].sum()) == int(table.settled_mono_ns[row]) - (start_mono_ns or {})[key], key


def per_target_and_second(packets: Iterable[Packet]) -> Counter[tuple[bytes, int]]:
    """Packets by address and whole second."""
    return Counter((packet.address, packet.mono_ns // SECOND) for packet in packets)
