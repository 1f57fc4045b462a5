"""Offices with a primary and a backup line, for tests of their routers.

Lives here: an inventory of two offices, and its routers. Must not live here: assertions.
"""

from __future__ import annotations

from dataclasses import replace

from exporter.model import Inventory, Role
from exporter.sim.routers import Router, Routers
from tests.support.inventories import make_inventory

__all__ = ["BACKUP", "NOW_NS", "OTHER", "PRIMARY", "offices", "router_of"]

PRIMARY, BACKUP, OTHER = "198.18.0.10", "198.18.0.11", "2001:db8::10"
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


def router_of(routers: Routers, site: str) -> Router:
    """The router of ``site`` as it is now."""
    return next(router for router in routers.all() if router.id == site)
