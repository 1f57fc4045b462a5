"""Parts of the province: what a cut or a setting can be about, and which parts each address belongs to.

Lives here: the mapping from an inventory to addresses and their parts. Must not live here: what
happens to them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address
from typing import NamedTuple

from exporter.model import Inventory, Link
from exporter.probe_model import DnsProbe, SnmpProbe
from exporter.sim.settings import SimulationError

__all__ = ["Endpoint", "Part", "Scope", "checked_scope", "endpoints", "ids_of", "scopes_of", "snmp_servers"]


class Part(StrEnum):
    """The kinds of parts, from the outermost to the innermost."""

    UPLINK = "uplink"  #: everything: the prober's own connection
    PROVIDER = "provider"
    AREA = "area"  #: a kabupaten or kota
    SITE = "site"
    LINK = "link"
    REFERENCE = "reference"


class Scope(NamedTuple):
    """One part; ``id`` is empty for the uplink."""

    part: Part
    id: str

    def __str__(self) -> str:
        """``provider penyedia-a``, or ``uplink``."""
        return f"{self.part.value} {self.id}".rstrip()


_UPLINK = Scope(Part.UPLINK, "")

#: What a router's own address belongs to, by whatever line it is reached.
_OF_SITES = (Part.UPLINK, Part.AREA, Part.SITE)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One simulated address."""

    key: str  #: the id of its link, probe or reference target; of the first where several share the address
    address: IPv4Address | IPv6Address
    scopes: tuple[Scope, ...]  #: every part it belongs to, outermost first


def endpoints(inventory: Inventory) -> dict[bytes, Endpoint]:
    """Every address of ``inventory``, packed, and its endpoint; one that several links share has the parts of all."""
    found: dict[bytes, Endpoint] = {}
    for link in inventory.links.values():
        _add(found, link.id, link.address, scopes_of(inventory, link))
    for target in inventory.reference_targets.values():
        _add(found, target.id, target.address, (_UPLINK, Scope(Part.REFERENCE, target.id)))
    for server in _servers(inventory):
        found.setdefault(server.address.packed, server)
    return found


def _servers(inventory: Inventory) -> Iterator[Endpoint]:
    """What probes ask elsewhere than at a link: a router of one office belongs to the office, others to nobody."""
    asked: dict[IPv4Address | IPv6Address, set[tuple[Scope, ...]]] = {}
    for link in inventory.links.values():
        for address in snmp_servers(inventory, link):
            office = tuple(scope for scope in scopes_of(inventory, link) if scope.part in _OF_SITES)
            asked.setdefault(address, set()).add(office)
    for probe in inventory.probes.values():
        if isinstance(probe, DnsProbe | SnmpProbe) and probe.server is not None:
            offices = asked.get(probe.server, set())
            yield Endpoint(probe.id, probe.server, next(iter(offices)) if len(offices) == 1 else (_UPLINK,))


def _add(found: dict[bytes, Endpoint], key: str, address: IPv4Address | IPv6Address, scopes: tuple[Scope, ...]) -> None:
    known = found.get(address.packed)
    if known is not None:
        order = list(Part)
        key, merged = known.key, {*known.scopes, *scopes}
        scopes = tuple(sorted(merged, key=lambda scope: (order.index(scope.part), scope.id)))
    found[address.packed] = Endpoint(key, address, scopes)


def snmp_servers(inventory: Inventory, link: Link) -> list[IPv4Address | IPv6Address]:
    """The addresses, beside the link's own, at which probes of ``link`` ask the office's router."""
    probes = (inventory.probes.get(key) for key in link.probes)
    return [probe.server for probe in probes if isinstance(probe, SnmpProbe) and probe.server is not None]


def scopes_of(inventory: Inventory, link: Link) -> tuple[Scope, ...]:
    """The parts of the province that ``link`` belongs to, outermost first."""
    return (
        _UPLINK,
        Scope(Part.PROVIDER, inventory.provider_of(link).id),
        Scope(Part.AREA, inventory.sites[link.site].kabkota),
        Scope(Part.SITE, link.site),
        Scope(Part.LINK, link.id),
    )


def ids_of(inventory: Inventory, part: Part) -> set[str]:
    """The ids that ``part`` can have; an area counts when it has a site."""
    return {
        Part.UPLINK: {""},
        Part.PROVIDER: set(inventory.providers),
        Part.AREA: {site.kabkota for site in inventory.sites.values()},
        Part.SITE: set(inventory.sites),
        Part.LINK: set(inventory.links),
        Part.REFERENCE: set(inventory.reference_targets),
    }[part]


def checked_scope(inventory: Inventory, part: str, identifier: str) -> Scope:
    """The scope that the two words name; SimulationError says which word ``inventory`` does not know."""
    if part not in list(Part):
        raise SimulationError(f"no part of the province is called {part!r}; known: {', '.join(Part)}")
    scope = Scope(Part(part), identifier)
    known = ids_of(inventory, scope.part)
    if identifier in known:
        return scope
    near = get_close_matches(identifier, known, n=3)
    hint = f"did you mean {', '.join(near)}?" if near else f"the inventory has {len(known)} of them"
    raise SimulationError(f"no {part} {identifier!r} in the simulated inventory; {hint}")
