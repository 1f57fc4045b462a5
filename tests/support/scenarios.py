"""Scenario files for tests, with a small inventory beside them.

Lives here: writing. Must not live here: assertions.
"""

from __future__ import annotations

from pathlib import Path

from exporter.rehearsal.scenario import Scenario, load_scenario
from tests.support.inventories import many_links
from tests.support.inventory_files import write_inventory

__all__ = ["ALERTS", "HEAD", "scenario_from"]

#: What the rules of these tests know.
ALERTS = frozenset({"LinkDown", "ProviderOutage"})

#: The first keys of a scenario that is right.
HEAD = "version: 1\nname: Uji\ndescription: Sebuah uji.\n"


def scenario_from(folder: Path, text: str) -> Scenario:
    """The scenario ``text``, whose inventory has twelve links of three providers in two areas."""
    inventory = folder / "inventory"
    if not inventory.exists():
        write_inventory(inventory, many_links(12))
    path = folder / "scenario.yml"
    path.write_text(text, encoding="utf-8")
    return load_scenario(path, default_inventory=inventory, alerts=ALERTS)
