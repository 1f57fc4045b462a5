"""The inventory of a pack: read back it is the inventory, and nothing in it is secret."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from exporter.evidence.inventory_copy import inventory_copy
from exporter.loading import load_inventory
from exporter.model import Inventory
from exporter.probe_model import SecretReference, SecretSource, SnmpCredentials, SnmpProbe
from tests.support.evidence_report import sample_report

_ROOT = Path(__file__).parents[2]


def _read(path: str) -> Inventory:
    return load_inventory(_ROOT / path).inventory


def _without_equipment(inventory: Inventory, digest: str) -> Inventory:
    """The inventory less what a pack does not have."""
    links = {key: replace(link, probes=(), interface=None) for key, link in inventory.links.items()}
    sites = {key: replace(site, site_class="") for key, site in inventory.sites.items()}
    bare = replace(inventory, credentials={}, probes={}, site_classes={})
    return replace(bare, links=links, sites=sites, digest=digest)


@pytest.mark.parametrize("path", ["inventory/jabar", "tests/data/inventories/good/every_key.yml"])
def test_the_copy_is_read_as_the_inventory(tmp_path: Path, path: str) -> None:
    """Every value that a figure hangs on comes back, of the province and of the file that has each key."""
    inventory = _read(path)
    (tmp_path / "inventory.yml").write_bytes(inventory_copy(inventory))
    again = load_inventory(tmp_path / "inventory.yml").inventory
    assert again == _without_equipment(inventory, again.digest)


def test_the_copy_of_a_report_is_an_inventory(tmp_path: Path) -> None:
    """That of the sample report too."""
    inventory = sample_report().inventory
    (tmp_path / "inventory.yml").write_bytes(inventory_copy(inventory))
    again = load_inventory(tmp_path / "inventory.yml").inventory
    assert again.links == inventory.links
    assert again.contracts == inventory.contracts


def test_the_copy_has_one_order() -> None:
    """Entries by their ids, whatever order they were written in; the original's digest stands at the top."""
    inventory = _read("tests/data/inventories/good/every_key.yml")
    turned: dict[str, Any] = {
        name: dict(reversed(list(getattr(inventory, name).items())))
        for name in (
            "links",
            "sites",
            "contracts",
            "opd",
            "providers",
            "kabkota",
            "calendars",
            "holidays",
            "maintenance",
        )
    }
    assert inventory_copy(replace(inventory, **turned)) == inventory_copy(inventory)
    assert inventory_copy(inventory).decode().splitlines()[1] == f"# SHA-256 berkas aslinya: {inventory.digest}"


def test_no_secret_leaks() -> None:
    """Neither credentials nor the place of a secret, a user, a page, a file or a device that is probed."""
    inventory = _read("tests/data/inventories/good/every_key.yml")
    canary = "kenari-rahasia"
    reference = SecretReference(SecretSource.FILE, f"/etc/{canary}/kunci")
    credentials = {
        canary: SnmpCredentials(canary, community=reference),
        "v3": SnmpCredentials("v3", user=canary, auth_password=reference, priv_password=reference),
    }
    probes = {**inventory.probes, canary: SnmpProbe(canary, 60.0, 5.0, canary, interface=canary)}
    links = {key: replace(link, probes=(canary,), interface=canary) for key, link in inventory.links.items()}
    raw = inventory_copy(replace(inventory, credentials=credentials, probes=probes, links=links)).decode()
    assert canary not in raw
    for word in (
        "PANTAU_",
        "portal.example",
        "community",
        "password",
        "credentials",
        "environment",
        "interface",
        "url",
    ):
        assert word not in raw
