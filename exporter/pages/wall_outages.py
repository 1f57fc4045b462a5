"""What is out, worst first: each cause once, with whose it is and since when.

Lives here: the order, and which links stand for themselves. Must not live here: HTML, which cause explains what
(``scope``). The wall and ``/api/v1/outages`` tell the same in the same order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from exporter.beside import Cause
from exporter.pages.beginnings import Beginning, beginnings, earliest
from exporter.pages.standing import Standing, of_links
from exporter.past import Past
from exporter.scope import GroupName, Scope
from exporter.snapshot import Snapshot

__all__ = ["CAUSES", "SCOPES", "OpenOutage", "open_outages"]

#: In people's words, the same as on the dashboards.
SCOPES = {
    Scope.CORE: "Jaringan inti",
    Scope.AREA: "Wilayah",
    Scope.PROVIDER: "Penyedia",
    Scope.SITE: "Lokasi",
    Scope.LINK: "Tautan",
}

CAUSES = {
    Cause.POWER: "listrik atau perangkat di kantor",
    Cause.LINE: "saluran",
    Cause.PROVIDER: "penyedia",
    Cause.AREA: "wilayah",
    Cause.CORE: "jaringan inti",
    Cause.PROBER: "koneksi pemantau",
    Cause.UNKNOWN: "belum diketahui",
}

_SCOPE_CODES = tuple(Scope)


@dataclass(frozen=True, slots=True)
class OpenOutage:
    """One cause that is told once."""

    scope: Scope | None  #: None: a link that went down just now; who explains it is not decided
    what: str  #: the name of what is out
    place: str  #: whose it is, or where; empty for the whole province
    link: str | None  #: its id, where it is one link
    site: str | None
    opd: str | None
    links: int  #: that are down
    of: int  #: links that are measured in it
    since_unix_ns: int
    since_seen: bool  #: False: it was out already then, when the exporter began to look
    cause: Cause
    planned: bool  #: planned work runs on it


def open_outages(snapshot: Snapshot, past: Past) -> list[OpenOutage]:
    """Widest first, then the longest; planned work after all others."""
    began = beginnings(snapshot, past)
    found = [*_groups(snapshot, began), *_links(snapshot, began)]
    return sorted(found, key=_rank)


def _rank(outage: OpenOutage) -> tuple[bool, int, int]:
    width = -1 if outage.scope is None else _SCOPE_CODES.index(outage.scope)
    return (outage.planned, -width, outage.since_unix_ns)


def _groups(snapshot: Snapshot, began: Mapping[str, Beginning]) -> list[OpenOutage]:
    found = []
    for each in snapshot.outages.groups:
        name = each.group
        site = snapshot.inventory.sites.get(name.site)
        opd = None if site is None else site.opd
        what, place = _named(snapshot, name)
        since = earliest(_explained(snapshot, name, began), each.since_unix_ns)
        cause = {Scope.CORE: Cause.CORE, Scope.AREA: Cause.AREA, Scope.PROVIDER: Cause.PROVIDER}.get(name.scope)
        found.append(
            OpenOutage(
                name.scope,
                what,
                place,
                None,
                name.site or None,
                opd,
                each.links,
                each.of,
                since.unix_ns,
                since.seen,
                cause or _cause_of_site(snapshot, name.site),
                planned=False,
            )
        )
    return found


def _explained(snapshot: Snapshot, name: GroupName, began: Mapping[str, Beginning]) -> Iterator[Beginning]:
    """The beginnings of the links that an outage of this group explains."""
    inventory, code = snapshot.inventory, _SCOPE_CODES.index(name.scope)
    for row in np.flatnonzero(snapshot.outages.scope == code).tolist():
        link = inventory.links[snapshot.links.keys[row]]
        own = (inventory.provider_of(link).id, inventory.sites[link.site].kabkota, link.site)
        wanted = (name.provider, name.kabkota, name.site)
        if all(each in {"", mine} for each, mine in zip(wanted, own, strict=True)):
            yield began[link.id]


def _cause_of_site(snapshot: Snapshot, site: str) -> Cause:
    """What was found of any of its links that is known."""
    for record in snapshot.beside.outages:
        link = snapshot.inventory.links.get(record.link)
        if record.end_unix_ns is None and record.cause is not Cause.UNKNOWN and link is not None and link.site == site:
            return record.cause
    return Cause.UNKNOWN


def _named(snapshot: Snapshot, name: GroupName) -> tuple[str, str]:
    """What it is, and where or whose."""
    inventory = snapshot.inventory
    area = inventory.kabkota[name.kabkota].name if name.kabkota in inventory.kabkota else name.kabkota
    match name.scope:
        case Scope.CORE:
            return "Seluruh provinsi", ""
        case Scope.AREA:
            return area, ""
        case Scope.PROVIDER:
            provider = inventory.providers.get(name.provider)
            return (name.provider if provider is None else provider.name), area
        case _:
            site = inventory.sites[name.site]
            return site.name, f"{inventory.opd[site.opd].name}, {inventory.kabkota[site.kabkota].name}"


def _links(snapshot: Snapshot, began: Mapping[str, Beginning]) -> list[OpenOutage]:
    """Links that stand alone, that wait for an explanation, or that are down by plan.

    One that stands alone and is not measured now has not recovered; what a group explains is told with the group.
    """
    columns, inventory = snapshot.links, snapshot.inventory
    standings = of_links(snapshot)
    alone = snapshot.outages.scope == _SCOPE_CODES.index(Scope.LINK)
    unexplained = (snapshot.outages.scope == -1) & np.isin(standings, [Standing.DOWN, Standing.PLANNED])
    causes = {record.link: record.cause for record in snapshot.beside.outages if record.end_unix_ns is None}
    found = []
    for row in np.flatnonzero(alone | unexplained).tolist():
        link = inventory.links[columns.keys[row]]
        site = inventory.sites[link.site]
        code, planned = int(snapshot.outages.scope[row]), standings[row] == Standing.PLANNED
        found.append(
            OpenOutage(
                Scope.LINK if planned or code >= 0 else None,
                site.name,
                f"{inventory.opd[site.opd].name}, {inventory.kabkota[site.kabkota].name}",
                link.id,
                site.id,
                site.opd,
                int(standings[row] != Standing.UNKNOWN),
                int(standings[row] != Standing.UNKNOWN),
                began[link.id].unix_ns,
                began[link.id].seen,
                causes.get(link.id, Cause.UNKNOWN),
                planned=bool(planned),
            )
        )
    return found
