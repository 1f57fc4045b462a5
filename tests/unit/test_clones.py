"""Two routers that tell one engine id."""

from __future__ import annotations

from dataclasses import replace

from exporter.beside import DeviceRecord
from exporter.clones import Clones
from tests.support.inventories import many_links

UNIX_NS = 1_795_400_000 * 10**9


def device(link: str, engine_id: str, boot_unix_s: float) -> DeviceRecord:
    """What one router told."""
    return DeviceRecord(link, UNIX_NS, boot_unix_s, engine_id, answers=True)


def test_a_pair_is_found_once() -> None:
    """Different sites, one identity, starts far apart; told once, however often they are looked at."""
    clones, inventory = Clones(), many_links(3)
    devices = [device("link-0", "e1", 1e9), device("link-1", "e1", 1e9 + 61), device("link-2", "e2", 1e9)]
    assert clones.fresh(inventory, devices) == [("link-0", "link-1")]
    assert clones.fresh(inventory, devices) == []


def test_what_is_no_clone() -> None:
    """One router of two lines, one start, no identity, a link that is gone."""
    inventory = many_links(4)
    links = {**inventory.links, "link-1": replace(inventory.links["link-1"], site=inventory.links["link-0"].site)}
    inventory = replace(inventory, links=links)
    for devices in (
        [device("link-0", "e1", 1e9), device("link-1", "e1", 2e9)],
        [device("link-0", "e1", 1e9), device("link-2", "e1", 1e9 + 59)],
        [device("link-0", "", 1e9), device("link-2", "", 2e9)],
        [device("gone", "e1", 1e9), device("link-2", "e1", 2e9)],
    ):
        assert Clones().fresh(inventory, devices) == []
