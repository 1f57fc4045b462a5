"""What diagnosis remembers of each link: its latest opinion, the path of its outage, its good path.

Lives here: that memory, and what it says in words and numbers. Must not live here: asking, threads, locks.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address

from exporter.diagnosis_view import DiagnosisView, PathFigures
from exporter.model import Inventory
from exporter.opinion import Opinion
from exporter.path import Break, Path, break_of, shared_hops

__all__ = ["Memory", "Target"]


@dataclass(frozen=True, slots=True)
class Target:
    """A link as it is asked."""

    provider: str
    address: IPv4Address | IPv6Address
    port: int | None


class Memory:
    """One of each kind for each link of the inventory, and nothing of others."""

    def __init__(self) -> None:
        self.targets: dict[str, Target] = {}
        self.opinions: dict[str, Opinion] = {}
        self.good_paths: dict[str, Path] = {}
        self._inventory: Inventory | None = None
        self._paths: dict[str, Path] = {}
        self._breaks: dict[str, Break | None] = {}

    def adopt(self, inventory: Inventory) -> list[str]:
        """Know the links of ``inventory``; the links that were forgotten, for they are gone or moved elsewhere."""
        if inventory is self._inventory:
            return []
        self._inventory = inventory
        targets = {
            key: Target(inventory.provider_of(link).id, link.address, link.second_opinion_port)
            for key, link in inventory.links.items()
        }
        before, self.targets = self.targets, targets
        gone = [link for link, target in before.items() if not self.is_still(link, target)]
        for link in gone:
            self.opinions.pop(link, None)
            self.good_paths.pop(link, None)
            self._paths.pop(link, None)
            self._breaks.pop(link, None)
        return gone

    def is_still(self, link: str, target: Target) -> bool:
        """Whether ``link`` is where it was when it was ``target``; another port or provider does not matter."""
        now = self.targets.get(link)
        return now is not None and now.address == target.address

    def keep_broken(self, link: str, path: Path) -> str:
        """Remember a path that was traced while the link was down; one line about it, for the log."""
        good = self.good_paths.get(link)
        others = ((self.targets[key].provider, other) for key, other in self.good_paths.items())
        found = break_of(path, good, shared_hops(others, self.targets[link].address.version))
        self._paths[link] = path
        self._breaks[link] = found
        if found is None:
            return f"path of link {link}: whole, {path.hops[-1].number} hops, while its echoes stay unanswered"
        usual = "not known" if found.usual_hops is None else str(found.usual_hops)
        last = (
            "none answered" if found.last_hop is None else f"{found.last_hop.address}, number {found.last_hop.number}"
        )
        return f"path of link {link}: last hop that answered: {last}; usual hops: {usual}; broken at: {found.where}"

    def view(self, link: str) -> DiagnosisView:
        """Everything about one link."""
        return DiagnosisView(
            self.opinions.get(link), self._paths.get(link), self.good_paths.get(link), self._breaks.get(link)
        )

    def figures(self) -> dict[str, PathFigures]:
        """The numbers of every link that has a path of either kind."""
        return {link: self._figures(link) for link in self.targets if link in self._paths or link in self.good_paths}

    def _figures(self, link: str) -> PathFigures:
        path, good = self._paths.get(link), self.good_paths.get(link)
        last = path.hops[-1] if path is not None and path.hops else None
        number = None if path is None else 0 if last is None else last.number
        address = int(last.address) if last is not None and last.address.version == 4 else None
        return PathFigures(number, None if good is None else good.hops[-1].number, address)
