"""Which parts of the province an address belongs to."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address

import pytest

from exporter.probe_model import SnmpProbe
from exporter.sim.scope import Part, Scope, checked_scope, endpoints
from exporter.sim.settings import SimulationError
from tests.support.inventories import make_inventory
from tests.support.offices import PRIMARY, RESOLVER, ROUTER, offices, with_servers

INVENTORY = make_inventory(
    {
        "dinkes-1": ("dinkes", "penyedia-a", "32.73", "198.18.0.10"),
        "dinkes-2": ("dinkes", "penyedia-b", "32.73", "198.18.0.11"),
        "uptd-1": ("uptd", "penyedia-a", "32.01", "2001:db8::10"),
    }
)


def test_a_link_belongs_to_its_parts_from_the_outside_in() -> None:
    """The scopes of a link's address are uplink, provider, area, site, link."""
    endpoint = endpoints(INVENTORY)[ip_address("198.18.0.10").packed]
    assert [str(scope) for scope in endpoint.scopes] == [
        "uplink",
        "provider penyedia-a",
        "area 32.73",
        "site dinkes",
        "link dinkes-1",
    ]


def test_a_reference_target_belongs_to_the_uplink_only() -> None:
    """A reference target is cut by itself or with everything, never with a provider."""
    endpoint = endpoints(INVENTORY)[ip_address("198.18.255.1").packed]
    assert endpoint.scopes == (Scope(Part.UPLINK, ""), Scope(Part.REFERENCE, "uplink-gw"))


def test_links_that_share_an_address_share_its_fate() -> None:
    """An address of two links belongs to the parts of both."""
    shared = replace(INVENTORY.links["dinkes-2"], address=INVENTORY.links["dinkes-1"].address)
    inventory = replace(INVENTORY, links={**INVENTORY.links, "dinkes-2": shared})
    endpoint = endpoints(inventory)[shared.address.packed]
    assert endpoint.key == "dinkes-1"
    assert [str(scope) for scope in endpoint.scopes] == [
        "uplink",
        "provider penyedia-a",
        "provider penyedia-b",
        "area 32.73",
        "site dinkes",
        "link dinkes-1",
        "link dinkes-2",
    ]


@pytest.mark.parametrize(
    ("part", "identifier"),
    [
        ("uplink", ""),
        ("provider", "penyedia-b"),
        ("area", "32.01"),
        ("site", "uptd"),
        ("link", "uptd-1"),
        ("reference", "core-gw"),
    ],
)
def test_every_part_can_be_named(part: str, identifier: str) -> None:
    """Each kind of part is known by its word and the inventory's id."""
    assert checked_scope(INVENTORY, part, identifier) == (part, identifier)


@pytest.mark.parametrize(
    ("part", "identifier", "says"),
    [
        ("link", "dinkes-3", "no link 'dinkes-3' in the simulated inventory; did you mean dinkes-"),
        ("area", "31.71", "no area '31.71'"),
        ("provider", "zzz", "the inventory has 2 of them"),
        ("planet", "earth", "no part of the province is called 'planet'; known: uplink, provider"),
        ("uplink", "x", "no uplink 'x'"),
    ],
)
def test_unknown_parts_are_refused_with_a_hint(part: str, identifier: str, says: str) -> None:
    """An unknown id says so, and names ids that look alike."""
    with pytest.raises(SimulationError) as refused:
        checked_scope(INVENTORY, part, identifier)
    assert says in str(refused.value)


def test_a_router_that_probes_name_belongs_to_its_office() -> None:
    """It is reached by whatever line, so it belongs to no provider; a name server belongs to nobody."""
    found = endpoints(with_servers(offices()))
    assert [str(scope) for scope in found[ip_address(ROUTER).packed].scopes] == ["uplink", "area 32.73", "site dinkes"]
    assert found[ip_address(RESOLVER).packed].scopes == (Scope(Part.UPLINK, ""),)


def test_a_server_of_several_offices_belongs_to_none_and_a_link_stays_a_link() -> None:
    """Cutting an office silences no other by a probe that they share."""
    inventory = with_servers(offices())
    links = {key: replace(link, probes=("router",)) for key, link in inventory.links.items()}
    shared = replace(inventory, links=links)
    assert endpoints(shared)[ip_address(ROUTER).packed].scopes == (Scope(Part.UPLINK, ""),)
    moved = SnmpProbe("router", 60.0, 5.0, "v2c", server=ip_address(PRIMARY))
    before = endpoints(offices())[ip_address(PRIMARY).packed]
    assert endpoints(replace(shared, probes={"router": moved}))[ip_address(PRIMARY).packed] == before
