"""The routers on the way."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from exporter.sim.path import Paths
from exporter.sim.scope import Part, Scope
from tests.support.offices import BACKUP, OTHER, PRIMARY, offices

PATHS = Paths(offices())


def way(address: str, *cuts: Scope) -> list[str]:
    found = (PATHS.hop(ip_address(address).packed, hops, cuts) for hops in (1, 2, 3, 4, 64))
    return ["" if hop is None else str(ip_address(hop.address)) for hop in found]


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (PRIMARY, ["198.19.255.253", "198.19.128.1", "198.19.128.3", "", ""]),
        (BACKUP, ["198.19.255.253", "198.19.129.1", "198.19.129.3", "", ""]),
        (OTHER, ["2001:db8:ffff::1", "2001:db8:fffe::1", "2001:db8:fffe::2", "", ""]),
        ("198.18.255.1", ["198.19.255.253", "", "", "", ""]),
    ],
)
def test_the_way_leads_through_provider_and_area(address: str, expected: list[str]) -> None:
    """Gateway, the provider's core, its router in the area; to a reference target the gateway alone."""
    assert way(address) == expected


@pytest.mark.parametrize(
    ("cut", "heard"),
    [
        (Scope(Part.UPLINK, ""), 1),
        (Scope(Part.PROVIDER, "penyedia-a"), 1),
        (Scope(Part.AREA, "32.73"), 2),
        (Scope(Part.SITE, "dinkes"), 3),
        (Scope(Part.LINK, "dinkes-1"), 3),
        (Scope(Part.PROVIDER, "penyedia-b"), 3),
    ],
)
def test_beyond_a_cut_nobody_is_heard(cut: Scope, heard: int) -> None:
    """The routers before the cut still answer, and no other."""
    assert [bool(each) for each in way(PRIMARY, cut)] == [True] * heard + [False] * (5 - heard)


def test_no_router_has_the_address_of_another() -> None:
    """A gateway in each family; of IPv4 two providers with a core and an area each, of IPv6 one."""
    assert len(PATHS.addresses()) == 2 + 4 + 2
