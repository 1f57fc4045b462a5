"""Offices with a primary and a backup line, for tests of their routers.

Lives here: an inventory of two offices, and its routers. Must not live here: assertions.
"""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address

from exporter.model import Inventory, Role
from exporter.probe_model import DnsProbe, ProbeSpec, SnmpProbe
from exporter.sim.routers import Router, Routers
from tests.support.inventories import make_inventory

__all__ = ["BACKUP", "NOW_NS", "OTHER", "PRIMARY", "RESOLVER", "ROUTER", "offices", "router_of", "with_servers"]

PRIMARY, BACKUP, OTHER = "198.18.0.10", "198.18.0.11", "2001:db8::10"
ROUTER, RESOLVER = "198.18.0.1", "198.18.0.9"
NOW_NS = 10**18


def offices() -> Inventory:
    """``dinkes`` with dinkes-1 and, of another provider, the backup dinkes-2; ``uptd`` with uptd-1 of the first."""
    inventory = make_inventory(
        {
            "dinkes-1": ("dinkes", "penyedia-a", "32.73", PRIMARY),
            "dinkes-2": ("dinkes", "penyedia-b", "32.73", BACKUP),
            "uptd-1": ("uptd", "penyedia-a", "32.01", OTHER),
        }
    )
    links = {**inventory.links, "dinkes-2": replace(inventory.links["dinkes-2"], role=Role.BACKUP)}
    return replace(inventory, links=links)


def with_servers(inventory: Inventory) -> Inventory:
    """``inventory`` whose probes ask the router of dinkes at ROUTER, and a resolver at RESOLVER."""
    probes: dict[str, ProbeSpec] = {
        "router": SnmpProbe("router", 60.0, 5.0, "v2c", server=ip_address(ROUTER)),
        "resolver": DnsProbe("resolver", 60.0, 5.0, "portal.example", server=ip_address(RESOLVER)),
    }
    links = {
        key: replace(link, probes=("router", "resolver") if link.site == "dinkes" else ("resolver",))
        for key, link in inventory.links.items()
    }
    return replace(inventory, probes=probes, links=links)


def router_of(routers: Routers, site: str) -> Router:
    """The router of ``site`` as it is now."""
    return next(router for router in routers.all() if router.id == site)
