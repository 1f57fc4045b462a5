"""What browser tests are handed: one browser, one small province and one exporter for all of them.

Lives here: what costs seconds to start, and the inventory whose names try to be more than text. Must not live here:
what a page shows. Whoever cuts something restores it: the province is shared.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser

from exporter.model import Inventory, Opd, Role
from tests.support.browsing import chromium
from tests.support.exporters import RunningExporter, running_exporter
from tests.support.inventories import make_inventory
from tests.support.nasty_names import NASTY_NAMES
from tests.support.province import Province, simulated_province

#: One in five has two lines.
SITES = 20

_AREAS = {
    "32.73": (-6.9147, 107.6098),
    "32.01": (-6.4797, 106.8249),
    "32.04": (-7.0251, 107.5197),
    "32.75": (-6.2349, 106.9923),
}


@pytest.fixture(scope="session")
def inventory() -> Inventory:
    """Twenty sites in four areas, 24 lines of two providers, three agencies; every kind of name is nasty somewhere."""
    lines = {
        f"kantor-{n}-{nth}": (f"kantor-{n}", f"penyedia-{'ab'[(n + nth) % 2]}", "32.73", f"198.18.{nth}.{n + 1}")
        for n in range(SITES)
        for nth in range(1, 3 if n % 5 == 0 else 2)
    }
    made = make_inventory(lines, hours="24x7")
    agencies = {key: Opd(key, name) for key, name in zip(("dinkes", "disdik", "dishub"), NASTY_NAMES, strict=False)}
    sites = {}
    for n, site in enumerate(made.sites.values()):
        code, (lat, lon) = list(_AREAS.items())[n % len(_AREAS)]
        name = f"Kantor {n} {NASTY_NAMES[n % len(NASTY_NAMES)]}"
        placed = replace(site, kabkota=code, lat=round(lat + n / 500, 4), lon=round(lon + n / 500, 4))
        sites[site.id] = replace(placed, name=name, opd=list(agencies)[n % 3])
    links = {
        link.id: replace(
            link,
            name=f"Jalur {link.id} {NASTY_NAMES[n % len(NASTY_NAMES)]}",
            role=Role.BACKUP if link.id.endswith("-2") else Role.PRIMARY,
        )
        for n, link in enumerate(made.links.values())
    }
    providers = {
        key: replace(provider, name=f"{provider.name} {NASTY_NAMES[n]}")
        for n, (key, provider) in enumerate(made.providers.items())
    }
    return replace(made, opd=agencies, sites=sites, links=links, providers=providers)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests; each opens a context of its own."""
    with chromium() as running:
        yield running


@pytest.fixture(scope="session")
def province(inventory: Inventory) -> Iterator[Province]:
    """A province that answers for the inventory."""
    with simulated_province(inventory) as running:
        yield running


@pytest.fixture(scope="session")
def _exporter(inventory: Inventory, province: Province) -> Iterator[RunningExporter]:
    with running_exporter(inventory, province.netns) as running:
        running.until_states(all_="up")
        yield running


@pytest.fixture
def exporter(_exporter: RunningExporter, province: Province) -> RunningExporter:
    """The exporter, with nothing cut any longer; who needs every link up waits until the page says so."""
    province.restore()
    return _exporter


@pytest.fixture
def origin(exporter: RunningExporter) -> str:
    """Where its pages are."""
    return f"http://127.0.0.1:{exporter.port}"
