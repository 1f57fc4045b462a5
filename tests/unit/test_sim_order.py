"""Orders as plain values, and their answers."""

from __future__ import annotations

import json

import pytest

from exporter.sim.order import execute
from exporter.sim.scope import Part, Scope
from exporter.sim.settings import Manner
from exporter.sim.world import World
from tests.support.inventories import make_inventory


@pytest.fixture
def world() -> World:
    """A province of two links."""
    return World(
        make_inventory(
            {
                "dinkes-1": ("dinkes", "penyedia-a", "32.73", "198.18.0.10"),
                "dinkes-2": ("dinkes", "penyedia-b", "32.73", "198.18.0.11"),
            }
        )
    )


def test_cut_takes_part_and_manner(world: World) -> None:
    """A cut is silent unless it says otherwise, and the answer counts the addresses."""
    assert execute(world, {"order": "cut", "part": "site", "id": "dinkes"}) == {"ok": True, "addresses": 2}
    execute(world, {"order": "cut", "part": "link", "id": "dinkes-1", "manner": "unreachable"})
    assert world.cuts == {Scope(Part.SITE, "dinkes"): Manner.SILENT, Scope(Part.LINK, "dinkes-1"): Manner.UNREACHABLE}


def test_restore_takes_one_part_or_all(world: World) -> None:
    """Restoring one part leaves the others; restoring all leaves none."""
    for link in ("dinkes-1", "dinkes-2"):
        execute(world, {"order": "cut", "part": "link", "id": link})
    execute(world, {"order": "restore", "part": "link", "id": "dinkes-1"})
    assert list(world.cuts) == [Scope(Part.LINK, "dinkes-2")]
    assert execute(world, {"order": "restore", "all": True})["ok"]
    assert world.cuts == {}


def test_set_takes_values_by_name(world: World) -> None:
    """Settings arrive in base units."""
    execute(world, {"order": "set", "part": "provider", "id": "penyedia-a", "values": {"delay_s": 0.02}})
    assert world.settings == {Scope(Part.PROVIDER, "penyedia-a"): {"delay_s": 0.02}}


def test_status_is_fit_for_json(world: World) -> None:
    """The status survives the way through JSON unchanged."""
    execute(world, {"order": "cut", "part": "link", "id": "dinkes-1"})
    execute(world, {"order": "set", "part": "uplink", "id": "", "values": {"loss_ratio": 0.1}})
    status = execute(world, {"order": "status"})
    assert json.loads(json.dumps(status)) == status
    assert status["cuts"] == [{"part": "link", "id": "dinkes-1", "manner": "silent"}]
    assert status["settings"] == [{"part": "uplink", "id": "", "values": {"loss_ratio": 0.1}}]


@pytest.mark.parametrize(
    ("order", "says"),
    [
        ({}, "no order None; known: cut, restore, set, status"),
        ({"order": ["cut"]}, "no order ['cut']"),
        ({"order": "cut", "part": "link", "id": "nowhere"}, "no link 'nowhere'"),
        ({"order": "cut"}, "no part of the province is called ''"),
        ({"order": "cut", "part": "link", "id": "dinkes-1", "manner": "loud"}, "--manner loud: known are silent"),
        ({"order": "restore", "part": "site", "id": 7}, "no site '7'"),
        ({"order": "set", "part": "link", "id": "dinkes-1"}, "nothing to set"),
        ({"order": "set", "part": "link", "id": "dinkes-1", "values": {"delay_s": -1}}, "--delay: -1"),
    ],
)
def test_bad_orders_get_an_error_and_change_nothing(world: World, order: dict[str, object], says: str) -> None:
    """An order that cannot be followed is answered with the reason, and the world stays as it is."""
    answer = execute(world, order)
    assert answer["ok"] is False
    assert says in answer["error"]
    assert (world.cuts, world.settings) == ({}, {})
