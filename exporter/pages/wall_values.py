"""What the wall says, as values: how the province stands, group by group.

Lives here: counting sites and links by standing, in the inventory's order. Must not live here: HTML, what is out
(``wall_outages``), the map (``wall_map``), HTTP.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from exporter.pages.standing import Standing, of_links, of_site
from exporter.sight import Blindness, blindness
from exporter.snapshot import Snapshot

__all__ = ["Group", "Health", "Province", "province"]


@dataclass(frozen=True, slots=True)
class Group:
    """Sites, or the links of a provider, that are counted together."""

    id: str
    name: str
    counts: Mapping[Standing, int]  #: every standing, also those of which there are none

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.counts.values())

    @property
    def worst(self) -> Standing:
        """Of those that are there; a group without any is not known."""
        return max((each for each, count in self.counts.items() if count), default=Standing.UNKNOWN)

    @property
    def well(self) -> int:
        """How many are in order."""
        return self.counts[Standing.UP]


@dataclass(frozen=True, slots=True)
class Health:
    """Whether the prober itself may be believed."""

    ready: bool
    blindness: Blindness | None  #: why nothing is known; None: the prober sees
    uplink_up: bool | None  #: None: no reference targets, so nobody knows
    measured: int  #: links whose state is known
    links: int
    kernel_drops: int  #: packets that the kernel dropped at our sockets, since the start
    late_sends: int  #: since the start
    stalls: int  #: since the start

    @property
    def faults(self) -> int:
        """All of ours, since the start."""
        return self.kernel_drops + self.late_sends + self.stalls


@dataclass(frozen=True, slots=True)
class Province:
    """Everything that is counted."""

    taken_unix_ns: int
    sites: Group
    links: Group
    kabkota: tuple[Group, ...]
    opd: tuple[Group, ...]
    providers: tuple[Group, ...]  #: of links
    by_site: Mapping[str, Standing]
    health: Health

    @property
    def standing(self) -> Standing:
        """Of the whole: the worst of its sites."""
        return self.sites.worst


def province(snapshot: Snapshot) -> Province:
    """The counts of one moment."""
    inventory = snapshot.inventory
    standings = [Standing(code) for code in of_links(snapshot).tolist()]
    of_link = dict(zip(snapshot.links.keys, standings, strict=True))
    by_site = _by_site(snapshot, of_link)
    sites = [(inventory.sites[site], standing) for site, standing in by_site.items()]
    areas = {code: each.name for code, each in inventory.kabkota.items()}
    agencies = {each.id: each.name for each in inventory.opd.values()}
    sellers = {each.id: each.name for each in inventory.providers.values()}
    provider_of = [(inventory.provider_of(inventory.links[link]).id, each) for link, each in of_link.items()]
    return Province(
        snapshot.taken_unix_ns,
        _group("", "", by_site.values()),
        _group("", "", standings),
        _groups(areas, ((site.kabkota, standing) for site, standing in sites)),
        _groups(agencies, ((site.opd, standing) for site, standing in sites)),
        _groups(sellers, provider_of),
        by_site,
        _health(snapshot),
    )


def _by_site(snapshot: Snapshot, of_link: Mapping[str, Standing]) -> dict[str, Standing]:
    """The standing of each site that has a link, in the inventory's order."""
    links: dict[str, list[Standing]] = {site: [] for site in snapshot.inventory.sites}
    for link, standing in of_link.items():
        links[snapshot.inventory.links[link].site].append(standing)
    return {site: of_site(each) for site, each in links.items() if each}


def _group(key: str, name: str, standings: Iterable[Standing]) -> Group:
    counts = dict.fromkeys(Standing, 0)
    for each in standings:
        counts[each] += 1
    return Group(key, name, counts)


def _groups(names: Mapping[str, str], members: Iterable[tuple[str, Standing]]) -> tuple[Group, ...]:
    """By id, in the order of ``names``; those without members are left out."""
    found: dict[str, list[Standing]] = {key: [] for key in names}
    for key, standing in members:
        found.setdefault(key, []).append(standing)
    return tuple(_group(key, names.get(key, key), each) for key, each in found.items() if each)


def _health(snapshot: Snapshot) -> Health:
    prober = snapshot.prober
    known = sum(count for each, count in _counts(snapshot).items() if each is not Standing.UNKNOWN)
    return Health(
        snapshot.ready,
        blindness(snapshot),
        prober.uplink_up,
        known,
        len(snapshot.links.keys),
        prober.kernel_drops,
        prober.late_sends,
        prober.stalls,
    )


def _counts(snapshot: Snapshot) -> dict[Standing, int]:
    codes = np.bincount(of_links(snapshot), minlength=len(Standing))
    return {each: int(codes[each]) for each in Standing}
