"""Diagnosis on fakes, and the words in which its tests speak of links and traces.

Lives here: the bench. Must not live here: assertions, sockets, clocks that run.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from ipaddress import ip_address

from exporter.clock import FakeClock
from exporter.diagnosis import Diagnosis
from exporter.diagnosis_view import DiagnosisView
from exporter.model import Inventory
from exporter.outcome import State
from exporter.path import Hop, Path
from exporter.transport.echo_question import Trace, TraceEnd
from tests.support.diagnosed import FakeEngine, FakePorts, Suspect
from tests.support.inventories import make_inventory

__all__ = ["Bench", "S", "done", "inventory_of", "of"]

S = 1_000_000_000


def inventory_of(count: int, *, port: int | None = 443, first: str = "198.18.0.1") -> Inventory:
    """``count`` links of two providers in turn."""
    address = ip_address(first)
    made = make_inventory(
        {f"link-{n}": (f"site-{n}", f"penyedia-{'ab'[n % 2]}", "32.73", str(address + n)) for n in range(count)}
    )
    return replace(made, links={key: replace(link, second_opinion_port=port) for key, link in made.links.items()})


class Bench:
    """A diagnosis on fakes."""

    def __init__(self, inventory: Inventory) -> None:
        self.clock = FakeClock()
        self.engine = FakeEngine(inventory)
        self.ports = FakePorts()
        self.diagnosis = Diagnosis(self.engine, self.clock, opener=lambda _clock, _netns: self.ports)

    def look(self, *, after_s: float = 0.2) -> None:
        self.clock.advance_ns(round(after_s * S))
        self.diagnosis.look(self.ports)

    def suspect(self, *links: str, state: State = State.UP, since: int | None = None) -> int:
        """These links are suspect from now on, and no others; when their losses began."""
        begun = self.clock.monotonic_ns() - S if since is None else since
        self.engine.suspected = tuple(Suspect(link, begun, state) for link in links)
        return begun

    def view(self, link: str = "link-0") -> DiagnosisView:
        return self.diagnosis.view(link)

    def learn(self, routers: Mapping[str, tuple[str, ...]]) -> None:
        """Have the good path of each of these addresses be learned over these routers."""
        learned: set[str] = set()
        while learned < set(routers):
            self.look(after_s=1)
            for address in [address for address, _, _ in self.ports.traces]:
                self.ports.find(done(*routers[address], address, whole=True))
                learned.add(address)
        self.look()


def done(*addresses: str, whole: bool = False) -> Trace:
    """A trace over these addresses."""
    hops = tuple(Hop(number, ip_address(each), 0.01) for number, each in enumerate(addresses, 1))
    return Trace(TraceEnd.DONE, Path(7, hops, whole))


def of(number: int) -> str:
    """The address of a link by its number."""
    return f"198.18.0.{number + 1}"
