"""The offices' routers: power, boots, lines."""

from __future__ import annotations

from dataclasses import replace

import pytest

from exporter.sim.helper import router_words
from exporter.sim.routers import Effects, Routers, effects
from exporter.sim.scope import Part, Scope, scopes_of
from exporter.sim.services import router_from
from exporter.sim.settings import Manner
from tests.support.inventories import make_inventory
from tests.support.offices import BACKUP, NOW_NS, PRIMARY, ROUTER, offices, router_of, with_servers

S = 10**9
LINKS = {link.id: scopes_of(offices(), link) for link in offices().links.values()}
NOTHING = Effects()


def off(*sites: str) -> Effects:
    return Effects(off=frozenset(sites))


@pytest.fixture
def routers() -> Routers:
    """Every router has power."""
    return Routers(offices(), NOW_NS, 5 * S)


@pytest.mark.parametrize(
    ("scope", "manner", "expected"),
    [
        (Scope(Part.LINK, "dinkes-2"), Manner.POWER, Effects(off=frozenset({"dinkes"}))),
        (Scope(Part.SITE, "dinkes"), Manner.POWER, Effects(off=frozenset({"dinkes"}))),
        (Scope(Part.AREA, "32.73"), Manner.POWER, Effects(off=frozenset({"dinkes"}))),
        (Scope(Part.LINK, "dinkes-1"), Manner.LINE, Effects(dead=frozenset({"dinkes-1"}))),
        (Scope(Part.LINK, "dinkes-1"), Manner.SILENT, Effects(dead=frozenset({"dinkes-1"}))),
        (Scope(Part.SITE, "dinkes"), Manner.LINE, Effects(dead=frozenset({"dinkes-1", "dinkes-2"}))),
        (Scope(Part.PROVIDER, "penyedia-a"), Manner.SILENT, Effects(mute=frozenset({"dinkes-1", "uptd-1"}))),
        (Scope(Part.AREA, "32.01"), Manner.UNREACHABLE, Effects(mute=frozenset({"uptd-1"}))),
        (Scope(Part.UPLINK, ""), Manner.SILENT, NOTHING),
        (Scope(Part.LINK, "dinkes-1"), Manner.ICMP_ONLY, NOTHING),
    ],
)
def test_what_a_cut_does_to_offices(scope: Scope, manner: Manner, expected: Effects) -> None:
    """Power takes routers; a cut at the office its line, one elsewhere what it carries; our own uplink nothing."""
    assert effects(LINKS, {scope: manner}) == expected


def test_lines_of_an_office_share_its_router(routers: Routers) -> None:
    """One router for each site, whose interfaces are in the order of roles."""
    assert [router.id for router in routers.all()] == ["dinkes", "uptd"]
    lines = router_of(routers, "dinkes").lines
    assert [(line.link, line.address, line.interface, line.is_backup) for line in lines] == [
        ("dinkes-1", PRIMARY, "ether1", False),
        ("dinkes-2", BACKUP, "ether2", True),
    ]


def test_an_interface_has_the_name_of_the_inventory() -> None:
    """Where a link names its interface, the router calls it so."""
    inventory = offices()
    links = {**inventory.links, "uptd-1": replace(inventory.links["uptd-1"], interface="sfp1")}
    routers = Routers(replace(inventory, links=links), NOW_NS, 0)
    assert [line.interface for line in router_of(routers, "uptd").lines] == ["sfp1"]


def test_power_that_is_back_boots_the_router(routers: Routers) -> None:
    """Dark without power and while it boots; then it has booted once more, at the end of the boot."""
    before = router_of(routers, "dinkes")
    routers.update(off("dinkes"), NOW_NS)
    assert routers.is_dark("dinkes", NOW_NS + 1000 * S)
    assert routers.status(NOW_NS)["without_power"] == ["dinkes"]
    routers.update(NOTHING, NOW_NS + 60 * S)
    assert routers.is_dark("dinkes", NOW_NS + 65 * S - 1)
    assert routers.next_boot_ns(NOW_NS + 60 * S) == NOW_NS + 65 * S
    assert routers.status(NOW_NS + 61 * S) == {"without_power": [], "booting": ["dinkes"]}
    assert not routers.is_dark("dinkes", NOW_NS + 65 * S)
    assert routers.next_boot_ns(NOW_NS + 65 * S) is None
    after = router_of(routers, "dinkes")
    assert (after.booted_ns, after.boots) == (NOW_NS + 65 * S, before.boots + 1)
    assert not routers.is_dark("uptd", NOW_NS + 61 * S)


def test_a_line_cut_leaves_the_boot_alone(routers: Routers) -> None:
    """A cut line has no carrier until it is restored, and the router has not booted."""
    before = router_of(routers, "dinkes")
    routers.update(Effects(dead=frozenset({"dinkes-1"})), NOW_NS)
    assert [line.has_carrier for line in router_of(routers, "dinkes").lines] == [False, True]
    assert [line.carries for line in router_of(routers, "dinkes").lines] == [False, True]
    routers.update(Effects(mute=frozenset({"dinkes-1"})), NOW_NS)
    assert [line.has_carrier for line in router_of(routers, "dinkes").lines] == [True, True]
    assert [line.carries for line in router_of(routers, "dinkes").lines] == [False, True]
    routers.update(NOTHING, NOW_NS)
    assert router_of(routers, "dinkes") == before


def test_a_reload_keeps_boots_and_forgets_sites(routers: Routers) -> None:
    """A site that remains has the router it had, with what is cut of it; one that is gone is no more."""
    routers.update(Effects(off=frozenset({"uptd"}), dead=frozenset({"dinkes-1"})), NOW_NS)
    before = router_of(routers, "dinkes")
    smaller = make_inventory({"dinkes-1": ("dinkes", "penyedia-a", "32.73", PRIMARY)})
    routers.replace_inventory(smaller, NOW_NS + 5)
    (after,) = routers.all()
    assert (after.booted_ns, after.boots) == (before.booted_ns, before.boots)
    assert [line.has_carrier for line in after.lines] == [False]
    assert routers.status(NOW_NS)["without_power"] == []


def test_a_router_goes_through_the_channel_unchanged() -> None:
    """What the services read is what the responder wrote."""
    dinkes, uptd = Routers(with_servers(offices()), NOW_NS, 0).all()
    assert (dinkes.servers, uptd.servers) == ((ROUTER,), ())
    assert [router_from(router_words(each)) for each in (dinkes, uptd)] == [dinkes, uptd]
