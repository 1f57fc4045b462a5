"""What diagnosis remembers of each link: its latest opinion, the path of its outage, its good path.

Lives here: that memory, and what it says in words and numbers. Must not live here: asking, threads, locks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
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
        self._ended: Counter[str] = Counter()  #: outages of each link that are over, as far as a path may depend on it
        self._in: dict[str, int] = {}  #: of each path in ``_paths``, its outage: how many had ended before
        self._down: set[str] = set()

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
            self._down.discard(link)
            self._ended.pop(link, None)
            self.opinions.pop(link, None)
            self.good_paths.pop(link, None)
            self._drop_broken(link)
        return gone

    def is_still(self, link: str, target: Target) -> bool:
        """Whether ``link`` is where it was when it was ``target``; another port or provider does not matter."""
        now = self.targets.get(link)
        return now is not None and now.address == target.address

    def fell(self, link: str) -> None:
        """The link is down: a path of an earlier outage, which stayed until now, tells nothing of this one."""
        self._down.add(link)
        if self._in.get(link, self._ended[link]) != self._ended[link]:
            self._drop_broken(link)

    def answered(self, links: Iterable[str]) -> None:
        """These links answer and are not suspect: whatever is traced from now on is of another outage."""
        depends = self._down | {link for link, outage in self._in.items() if outage == self._ended[link]}
        for link in depends.intersection(links):
            self._down.discard(link)
            self._ended[link] += 1

    def outage(self, link: str) -> int:
        """A number of the outage in which the link is, or of the next one; for ``keep_broken``."""
        return self._ended[link]

    def _drop_broken(self, link: str) -> None:
        self._paths.pop(link, None)
        self._breaks.pop(link, None)
        self._in.pop(link, None)

    def keep_broken(self, link: str, path: Path, outage: int) -> str:
        """Remember a path that was traced in that outage; one line about it, for the log.

        A whole one does not take the place of a broken one of the same outage: it is mostly the trace that was under
        way when the link answered again.
        """
        good = self.good_paths.get(link)
        others = ((self.targets[key].provider, other) for key, other in self.good_paths.items())
        found = break_of(path, good, shared_hops(others, self.targets[link].address.version))
        if found is not None or self._in.get(link) != outage or self._breaks[link] is None:
            self._paths[link] = path
            self._breaks[link] = found
            self._in[link] = outage
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
        path = None if path is None or path.whole else path  # a whole one does not end at a router
        last = path.hops[-1] if path is not None and path.hops else None
        number = None if path is None else 0 if last is None else last.number
        address = int(last.address) if last is not None and last.address.version == 4 else None
        return PathFigures(number, None if good is None else good.hops[-1].number, address)
