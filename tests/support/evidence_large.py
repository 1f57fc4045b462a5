"""A report of a whole province: the example inventory, with a few outages of every link.

Lives here: a month that is as large as packs get. Must not live here: expectations of figures.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

from exporter.beside import Cause
from exporter.evidence.accounting import account_for
from exporter.evidence.accounts import Report
from exporter.evidence.ledger_model import Ledger
from exporter.evidence.matrix import identity_of
from exporter.evidence.period import HOUR_MS, Month
from exporter.evidence.selection import Selection
from exporter.loading import load_inventory
from tests.support.measured import Fall, at_ms, measured_link, measured_of

__all__ = ["large_report"]

_CAUSES = (Cause.LINE, Cause.POWER, Cause.PROVIDER, Cause.UNKNOWN)
_OUTAGES_OF_LINK = 3


@cache
def large_report(number: str = "") -> Report:
    """October 2026, 31 days, three outages of each link of the example province."""
    month = Month(2026, 10)
    inventory = load_inventory(Path(__file__).parents[2] / "inventory/jabar").inventory
    links = []
    for place, link in enumerate(inventory.links.values()):
        falls = []
        for count in range(_OUTAGES_OF_LINK):
            start = at_ms(month, 1 + (place * 7 + count * 11) % 31, (place + count * 5) % 24, place % 60)
            falls.append(Fall(start, start + HOUR_MS * (1 + place % 3) // 2, _CAUSES[(place + count) % len(_CAUSES)]))
        links.append(measured_link(identity_of(link, inventory), (month.start_ms, month.end_ms), falls))
    return account_for(
        measured_of(month, links),
        month,
        inventory,
        Ledger(corrections=(), notes=(), digest="0" * 64),
        before=None,
        before_reason="paket pertama",
        selection=Selection(),
        number=number,
        dated=date(2026, 11, 2),
        allowed_gaps=False,
    )
