"""What a known month comes to by contract and by site, in plain arithmetic.

Lives here: sums of what is known, and rupiah. Must not live here: what is known (``known_answer``). It shares no code
with ``exporter/evidence``: hours are written out day by day, and every span is weighed against every other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from fractions import Fraction
from itertools import pairwise

from exporter.model import Contract, CreditMode, Exclusion, Inventory, Sla, SlaBase, SlaWindow
from tests.support.known_answer import Known, KnownOutage
from tests.support.known_inventory import OPEN

__all__ = ["Bill", "SiteSum", "bill_of", "sites_of"]

_WIB = timezone(timedelta(hours=7))

Piece = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Bill:
    """One link under one contract, in milliseconds and rupiah."""

    up_ms: int
    down_ms: int
    excluded_ms: int
    unmeasured_ms: int
    tolerated_ms: int
    rupiah: int


@dataclass(frozen=True, slots=True)
class SiteSum:
    """One site, in milliseconds."""

    up_ms: int
    down_ms: int
    unmeasured_ms: int


def bill_of(known: Known, inventory: Inventory, month: Piece) -> Bill | None:
    """By the link's contract; None: it promises nothing."""
    contract = inventory.contracts[known.contract]
    sla = contract.sla
    if sla is None:
        return None
    hours = [(known.from_ms, known.until_ms)]
    if sla.window is SlaWindow.SERVICE_HOURS:
        hours = _both(hours, _open_hours(month))
    work = [(_ms(each.starts), _ms(each.ends)) for each in inventory.maintenance.values() if known.link in each.links]
    spent = {standing: _length(_both(hours, _pieces(known, standing))) for standing in ("up", "down", "unmeasured")}
    tolerated = excluded = 0
    for outage in known.outages:
        one, other = _forgiven(outage, sla, _both(hours, _within(known, outage)), work)
        tolerated, excluded = tolerated + one, excluded + other
    up, down = spent["up"] + tolerated, spent["down"] - tolerated - excluded
    owed = _owed(contract, sla, (up, down, sum(spent.values())), known.until_ms - known.from_ms, month[1] - month[0])
    return Bill(up, down, excluded, spent["unmeasured"], tolerated, owed)


def _forgiven(outage: KnownOutage, sla: Sla, down: list[Piece], work: list[Piece]) -> tuple[int, int]:
    """Of one outage, what is tolerated and what is excluded."""
    if Fraction(outage.down_ms, 1000) <= sla.tolerance_s:
        return _length(down), 0
    if outage.cause == "power" and Exclusion.POWER in sla.exclusions:
        return 0, _length(down)
    return 0, _length(_both(down, work))


def _owed(contract: Contract, sla: Sla, heaps: tuple[int, int, int], span_ms: int, month_ms: int) -> int:
    """Rupiah; nought where the promise was kept."""
    up, down, period = heaps
    promise = Fraction(str(sla.availability_ratio))
    reached = Fraction(period - down, period) if sla.base is SlaBase.PERIOD else Fraction(up, up + down)
    if reached >= promise:
        return 0
    fee, part = contract.fee_rupiah_per_month, Fraction(span_ms, month_ms)
    if sla.credit is CreditMode.PRORATA:
        owed = fee * Fraction(down) / (month_ms * promise)
    elif sla.credit is CreditMode.SELISIH:
        owed = (promise - reached) * fee * part
    else:
        below = [tier for tier in sla.tiers if reached < Fraction(str(tier.below_ratio))]
        owed = Fraction(str(below[0].share_ratio)) * fee * part if below else Fraction(0)
    return int(owed + Fraction(1, 2))


def sites_of(everything: Iterable[Known], site_of: dict[str, str]) -> dict[str, SiteSum]:
    """Every site: up while any link is, else unmeasured while any is, else down."""
    by_site: dict[str, list[Known]] = defaultdict(list)
    for known in everything:
        by_site[site_of[known.link]].append(known)
    return {site: _site(links) for site, links in by_site.items()}


def _site(links: list[Known]) -> SiteSum:
    spans = [each for known in links for each in known.spans]
    instants = sorted({at for each in spans for at in (each.start_ms, each.end_ms)})
    spent = {"up": 0, "unmeasured": 0, "down": 0}
    for start, end in pairwise(instants):
        here = {each.standing for each in spans if each.start_ms <= start < each.end_ms}
        standing = next((each for each in spent if each in here), None)
        if standing is not None:
            spent[standing] += end - start
    return SiteSum(spent["up"], spent["down"], spent["unmeasured"])


def _pieces(known: Known, standing: str) -> list[Piece]:
    return [(each.start_ms, each.end_ms) for each in known.spans if each.standing == standing]


def _within(known: Known, outage: KnownOutage) -> list[Piece]:
    """When the link was down in this outage."""
    return _both(_pieces(known, "down"), [(outage.start_ms, outage.end_ms or known.until_ms)])


def _both(some: list[Piece], others: list[Piece]) -> list[Piece]:
    """What lies in a piece of each."""
    met = [(max(one[0], other[0]), min(one[1], other[1])) for one in some for other in others]
    return [piece for piece in met if piece[0] < piece[1]]


def _length(pieces: list[Piece]) -> int:
    return sum(end - start for start, end in pieces)


def _ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)


def _open_hours(month: Piece) -> list[Piece]:
    """Of every site, day by day."""
    day, found = datetime.fromtimestamp(month[0] / 1000, _WIB), []
    while _ms(day) < month[1]:
        if day.weekday() < 5:
            opens, closes = (day.replace(hour=at.hour, minute=at.minute) for at in OPEN)
            found.append((_ms(opens), _ms(closes)))
        day += timedelta(days=1)
    return found
