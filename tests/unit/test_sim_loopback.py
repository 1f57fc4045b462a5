"""The inventory on the loopback."""

from __future__ import annotations

from ipaddress import ip_network

from exporter.sim.loopback import loopback_inventory
from tests.support.inventories import many_links


def test_every_target_gets_a_loopback_address_of_its_own() -> None:
    """Links and reference targets have distinct addresses within 127.0.0.0/8, none in 127.0.0.0/16."""
    inventory = loopback_inventory(many_links(500, family=6))
    addresses = [link.address for link in inventory.links.values()]
    addresses += [target.address for target in inventory.reference_targets.values()]
    assert len(set(addresses)) == 503
    assert all(address in ip_network("127.0.0.0/8") for address in addresses)
    assert not any(address in ip_network("127.0.0.0/16") for address in addresses)


def test_nothing_but_addresses_changes() -> None:
    """Ids, sites, contracts and order stay, and the same inventory gives the same addresses."""
    before = many_links(3)
    after = loopback_inventory(before)
    assert list(after.links) == list(before.links)
    assert after.links["link-1"].contract == before.links["link-1"].contract
    assert after.sites == before.sites
    assert loopback_inventory(before) == after
