"""A board of scopes on a small province, told every second what is down.

Lives here: the province, the board's clock, and its opinion in words. Must not live here: assertions.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np

from exporter.model import Contract, ContractKind, Inventory, Provider, Site
from exporter.scope import Outages, Scope, ScopeBoard
from exporter.thresholds import ALONE_S
from tests.support.engines import link

__all__ = ["TWO", "WIDE", "Told", "named", "province", "rows", "scopes"]

SECOND = 1_000_000_000


def province(*lines: tuple[str, str, str]) -> Inventory:
    """Links ``l-0``, ``l-1`` ... of (site, kabkota, provider)."""
    providers = sorted({provider for _site, _area, provider in lines})
    return Inventory(
        providers={each: Provider(each, each) for each in providers},
        contracts={
            each: Contract(each, each, ContractKind.DEDICATED, 1, 1, date(2026, 1, 1), date(2026, 12, 31), None)
            for each in providers
        },
        sites={site: Site(site, site, "o", area, 0.0, 0.0, "24x7") for site, area, _provider in lines},
        links={
            f"l-{number}": replace(link(number), site=site, contract=provider)
            for number, (site, _area, provider) in enumerate(lines)
        },
    )


#: Three areas; provider a has ten lines in each, b has ten in each; a site for each line but the last two.
WIDE = province(
    *[(f"s-{area}-{name}-{n}", area, name) for area in ("01", "02", "03") for name in ("a", "b") for n in range(10)],
    ("two", "01", "a"),
    ("two", "01", "b"),
)
TWO = (60, 61)


def rows(inventory: Inventory, *, provider: str = "", area: str = "") -> list[int]:
    """The rows of the links of a provider, of an area, of both."""
    return [
        row
        for row, each in enumerate(inventory.links.values())
        if provider in {"", each.contract} and area in {"", inventory.sites[each.site].kabkota}
    ]


class Told:
    """A board, a clock, and what it was told: the state of each link, up unless said otherwise."""

    def __init__(self, inventory: Inventory = WIDE) -> None:
        self.board = ScopeBoard(inventory)
        self.size = len(inventory.links)
        self.now_s = 1000.0
        self.down: set[int] = set()
        self.unknown: set[int] = set()
        self.planned: set[int] = set()
        self.since = np.zeros(self.size, np.int64)

    def _mask(self, rows: set[int]) -> np.ndarray:
        mask = np.zeros(self.size, bool)
        mask[list(rows)] = True
        return mask

    def after(self, seconds: float) -> Outages:
        """The board's opinion after so long, told every second."""
        outages = None
        for _second in range(max(1, round(seconds))):
            self.now_s += 1
            down, unknown = self._mask(self.down), self._mask(self.unknown)
            outages = self.board.update(
                round(self.now_s * SECOND),
                down=down,
                answering=~down & ~unknown,
                planned=self._mask(self.planned),
                since_unix_ns=self.since,
            )
        assert outages is not None
        return outages

    def settled(self) -> Outages:
        """Its opinion when nothing waits any more."""
        return self.after(ALONE_S + 2)


def scopes(outages: Outages) -> dict[int, Scope]:
    """The scope of each link that has one."""
    return {row: list(Scope)[code] for row, code in enumerate(outages.scope.tolist()) if code >= 0}


def named(outages: Outages) -> list[tuple[str, str, str, str, int]]:
    """Scope, provider, area, site and number of links of each group."""
    groups = [(each.group, each.links) for each in outages.groups]
    return [(group.scope, group.provider, group.kabkota, group.site, links) for group, links in groups]
