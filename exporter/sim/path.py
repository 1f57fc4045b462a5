"""The routers on the way to an address, which say when a packet has met too many of them.

Lives here: their addresses, and how far a packet comes past the cuts. Must not live here: packets, delays. The way
leads through the gateway, the core of the provider, its router in the kabupaten or kota, and to the office; to a
reference target through the gateway alone. Addresses: 198.19.128.0/17 and 2001:db8:fffe::/48, by the place of a
provider and an area among those of the inventory in the order of their ids.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from exporter.model import Inventory, Link
from exporter.sim.scope import Part, Scope

__all__ = ["GATEWAY", "Hop", "Paths"]

#: The prober's gateway, which also reports unreachable destinations, by family.
GATEWAY = {4: bytes([198, 19, 255, 253]), 6: bytes.fromhex("20010db8ffff00000000000000000001")}

#: Providers and areas that have numbers of their own; beyond it they share them.
_MOST_PROVIDERS, _MOST_AREAS = 120, 250


class Hop(NamedTuple):
    """One router."""

    address: bytes
    scopes: frozenset[Scope]  #: a cut of one of these lies before it


def _address(family: int, provider: int, host: int) -> bytes:
    if family == 4:
        return bytes([198, 19, 128 + provider, host])
    return bytes.fromhex("20010db8fffe") + provider.to_bytes(2) + host.to_bytes(8)


class Paths:
    """The way to each address of an inventory."""

    def __init__(self, inventory: Inventory) -> None:
        """Number the providers and areas."""
        areas = sorted({site.kabkota for site in inventory.sites.values()})
        self._providers = {key: place % _MOST_PROVIDERS for place, key in enumerate(sorted(inventory.providers))}
        self._areas = {key: place % _MOST_AREAS for place, key in enumerate(areas)}
        self._ways: dict[bytes, tuple[Hop, ...]] = {}
        for link in inventory.links.values():
            self._ways.setdefault(link.address.packed, self._way(inventory, link))

    def _way(self, inventory: Inventory, link: Link) -> tuple[Hop, ...]:
        provider, area = inventory.provider_of(link).id, inventory.sites[link.site].kabkota
        family, number = link.address.version, self._providers[provider]
        core = frozenset({Scope(Part.UPLINK, ""), Scope(Part.PROVIDER, provider)})
        return (
            Hop(GATEWAY[family], frozenset()),
            Hop(_address(family, number, 1), core),
            Hop(_address(family, number, 2 + self._areas[area]), core | {Scope(Part.AREA, area)}),
        )

    def addresses(self) -> set[bytes]:
        """Every router's address, in packed form."""
        return {hop.address for way in self._ways.values() for hop in way}

    def hop(self, destination: bytes, hops: int, cuts: Collection[Scope]) -> Hop | None:
        """The router at which a packet with ``hops`` left ends; None when it gets through, or to one of ``cuts``."""
        way = self.way(destination)
        if not 0 < hops <= len(way):
            return None
        found = way[hops - 1]
        return None if any(scope in cuts for scope in found.scopes) else found

    def way(self, destination: bytes) -> tuple[Hop, ...]:
        """The routers to the packed ``destination``."""
        return self._ways.get(destination) or (Hop(GATEWAY[4 if len(destination) == 4 else 6], frozenset()),)
