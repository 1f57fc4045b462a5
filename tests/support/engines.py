"""An engine on a fake network and a fake clock, and inventories by a line: support for tests."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import ip_address

import numpy as np

from exporter.clock import FakeClock
from exporter.measure import Engine
from exporter.model import Inventory, Link, Phase, ReferenceMeaning, ReferenceTarget, Role
from exporter.outcome import Reason, State
from exporter.schedule import FRAME_NS
from exporter.snapshot import EchoColumns, Snapshot
from exporter.transport.fake import FakeNetwork

SECOND = 1_000_000_000


def link(number: int, *, family: int = 4, interval_s: float = 1.0, timeout_s: float = 2.0) -> Link:
    """Link ``l-NUMBER`` at an address of its own."""
    base = ip_address("198.18.0.0") if family == 4 else ip_address("2001:db8::")
    return Link(
        id=f"l-{number}",
        name=f"Tautan {number}",
        site="s",
        contract="c",
        role=Role.PRIMARY,
        phase=Phase.CENTRAL,
        address=base + number + 1,
        interval_s=interval_s,
        timeout_s=timeout_s,
    )


def reference(number: int) -> ReferenceTarget:
    """Reference target ``r-NUMBER``."""
    return ReferenceTarget(f"r-{number}", ip_address("198.18.255.0") + number + 1, ReferenceMeaning.CORE, 1.0, 2.0)


def inventory(links: int = 1, references: int = 0, *, family: int = 4) -> Inventory:
    """An inventory of so many links and reference targets."""
    return Inventory(
        links={each.id: each for each in (link(number, family=family) for number in range(links))},
        reference_targets={each.id: each for each in map(reference, range(references))},
    )


@dataclass
class Bench:
    """An engine with the world around it."""

    plan: Inventory
    clock: FakeClock = field(default_factory=FakeClock)

    def __post_init__(self) -> None:
        """Open the engine on a network that answers everything after 5 ms."""
        self.network = FakeNetwork(self.clock)
        self.rng = np.random.default_rng(20261123)
        self.engine = Engine(self.plan, self.network.open_port, self.clock, random_bytes=self.rng.bytes)
        self.engine.open()

    def run(self, seconds: float) -> Snapshot:
        """Let the engine run for so long; what it knows afterwards."""
        end = self.clock.monotonic_ns() + round(seconds * SECOND)
        while self.clock.monotonic_ns() < end:
            start = self.clock.monotonic_ns()
            self.engine.frame(start)
            self.clock.sleep_until_ns(start + FRAME_NS)
        return self.engine.snapshot()

    @property
    def links(self) -> EchoColumns:
        """The figures of the links now."""
        return self.engine.snapshot().links

    def states(self) -> list[State]:
        """The state of each link now."""
        return [list(State)[code] for code in self.links.state]

    def unmeasured(self) -> dict[Reason, int]:
        """Unmeasured echoes of all links by reason, without zeros."""
        sums = self.links.unmeasured.sum(axis=0).tolist()
        return {reason: count for reason, count in zip(Reason, sums, strict=True) if count}
