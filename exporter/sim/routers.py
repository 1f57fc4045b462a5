"""The offices' routers: which have power, since when, and which of their lines carry.

Lives here: one router for each site, with one interface for each line, and what power cuts do to it. Must not live
here: packets, clocks, what the router says of itself (``mib``). The times are those of the monotonic clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from hashlib import blake2b

from exporter.model import Inventory, Link, Role
from exporter.sim.scope import Part, Scope, snmp_servers
from exporter.sim.settings import Manner

__all__ = ["Effects", "Line", "Router", "Routers", "effects"]

#: How long a router has been up at the start of the simulation: between an hour and 60 days, nanoseconds.
_UPTIME_NS = (3_600 * 10**9, 60 * 86_400 * 10**9)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an office, and the router's interface for it."""

    link: str  #: the id of its link, and the interface's alias
    address: str
    interface: str  #: ``ether1``, or what the inventory says
    bandwidth_bits_per_second: int
    is_backup: bool
    has_carrier: bool = True  #: False: cut at the office, so that the interface is down
    carries: bool = True  #: False: cut anywhere, so that nothing passes


@dataclass(frozen=True, slots=True)
class Router:
    """The router of one office."""

    id: str  #: the site's
    name: str  #: the site's
    booted_ns: int  #: when it began to answer; after now: it boots
    boots: int  #: how often it has booted (snmpEngineBoots)
    servers: tuple[str, ...]  #: its addresses beside those of its lines
    lines: tuple[Line, ...]  #: in the order of its interfaces: primary lines first


@dataclass(frozen=True, slots=True)
class Effects:
    """What the cuts of the moment do to offices."""

    off: frozenset[str] = frozenset()  #: sites whose router has no power
    dead: frozenset[str] = frozenset()  #: links that were cut at the office
    mute: frozenset[str] = frozenset()  #: links that were cut elsewhere, in an area or at a provider


def effects(links: Mapping[str, tuple[Scope, ...]], cuts: Mapping[Scope, Manner]) -> Effects:
    """What ``cuts`` do to ``links``, each with the parts of the province that it belongs to.

    A cut of the uplink is the prober's own and does nothing to an office, as a filter of echoes does not.
    """
    off, dead, mute = set(), set(), set()
    for link, scopes in links.items():
        for scope in scopes:
            manner = cuts.get(scope)
            if manner is Manner.POWER:
                off |= {each.id for each in scopes if each.part is Part.SITE}
            elif manner in (None, Manner.ICMP_ONLY) or scope.part is Part.UPLINK:
                continue
            elif scope.part in (Part.SITE, Part.LINK):
                dead.add(link)
            else:
                mute.add(link)
    return Effects(frozenset(off), frozenset(dead), frozenset(mute))


def _share(key: str) -> float:
    """A number from 0 to 1, always the same for ``key``."""
    return int.from_bytes(blake2b(key.encode(), digest_size=4).digest()) / 0xFFFFFFFF


def _line(inventory: Inventory, link: Link, number: int) -> Line:
    return Line(
        link.id,
        str(link.address),
        link.interface or f"ether{number}",
        inventory.contracts[link.contract].bandwidth_bits_per_second,
        link.role is Role.BACKUP,
    )


def _lines(inventory: Inventory) -> dict[str, tuple[Line, ...]]:
    """For each site its lines."""
    by_site: dict[str, list[Link]] = {}
    for link in inventory.links.values():
        by_site.setdefault(link.site, []).append(link)
    return {
        site: tuple(
            _line(inventory, link, number)
            for number, link in enumerate(sorted(links, key=lambda link: (link.role is Role.BACKUP, link.id)), 1)
        )
        for site, links in by_site.items()
    }


def _servers(inventory: Inventory) -> dict[str, tuple[str, ...]]:
    """For each site the addresses, beside its lines', at which probes of it alone ask its router."""
    sites: dict[str, set[str]] = {}
    for link in inventory.links.values():
        for server in snmp_servers(inventory, link):
            sites.setdefault(str(server), set()).add(link.site)
    found: dict[str, tuple[str, ...]] = {}
    for address, owners in sites.items():
        if len(owners) == 1:
            (site,) = owners
            found[site] = (*found.get(site, ()), address)
    return found


class Routers:
    """Every router of the province."""

    def __init__(self, inventory: Inventory, now_ns: int, boot_ns: int) -> None:
        """All have power; ``boot_ns`` is how long one boots, in which it answers nothing."""
        self._boot_ns = boot_ns
        self._routers: dict[str, Router] = {}
        self._site_of: dict[str, str] = {}
        self._cut = Effects()
        self.replace_inventory(inventory, now_ns)

    def replace_inventory(self, inventory: Inventory, now_ns: int) -> None:
        """Go on with the sites of ``inventory``; a router that remains keeps its boot time."""
        before, cut = self._routers, self._cut
        shortest, longest = _UPTIME_NS
        self._routers, servers = {}, _servers(inventory)
        for site, lines in _lines(inventory).items():
            known = before.get(site)
            share = _share(site)
            booted_ns = known.booted_ns if known else now_ns - shortest - int(share * (longest - shortest))
            boots = known.boots if known else 1 + int(share * 100) % 9
            self._routers[site] = Router(
                site, inventory.sites[site].name, booted_ns, boots, servers.get(site, ()), lines
            )
        self._site_of = {key: link.site for key, link in inventory.links.items()}
        self._cut = Effects(off=cut.off & set(self._routers))
        self.update(replace(cut, off=self._cut.off), now_ns)

    def update(self, cut: Effects, now_ns: int) -> None:
        """Take in what is cut now; a router whose power is back boots."""
        before, self._cut = self._cut, cut
        changed = {
            self._site_of[link] for link in (before.dead ^ cut.dead) | (before.mute ^ cut.mute) if link in self._site_of
        }
        for site in changed | (before.off - cut.off):
            router = self._routers[site]
            lines = tuple(
                replace(
                    line,
                    has_carrier=line.link not in cut.dead,
                    carries=line.link not in cut.dead and line.link not in cut.mute,
                )
                for line in router.lines
            )
            booted_ns, boots = router.booted_ns, router.boots
            if site in before.off and site not in cut.off:
                booted_ns, boots = now_ns + self._boot_ns, boots + 1
            self._routers[site] = replace(router, booted_ns=booted_ns, boots=boots, lines=lines)

    def is_dark(self, site: str, now_ns: int) -> bool:
        """Whether the router of ``site`` answers nothing: without power, or booting."""
        return site in self._cut.off or (site in self._routers and now_ns < self._routers[site].booted_ns)

    def next_boot_ns(self, now_ns: int) -> int | None:
        """When the next of the routers that boot now will be up; None when none boots."""
        coming = [router.booted_ns for router in self._routers.values() if router.booted_ns > now_ns]
        return min(coming, default=None)

    def status(self, now_ns: int) -> dict[str, list[str]]:
        """The sites whose routers are not as usual, as plain values."""
        booting = [site for site in self._routers if site not in self._cut.off and self.is_dark(site, now_ns)]
        return {"without_power": sorted(self._cut.off), "booting": sorted(booting)}

    def all(self) -> Iterable[Router]:
        """Every router as it is now."""
        return self._routers.values()
