"""The offices of a made month: the example province under five plain contracts of its own.

Lives here: the inventory of the made month. Must not live here: what happens in it. One contract of each kind, each
with one provider, so that a credit is worked out on paper; the province's real ones may change without these.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

from exporter.loading import load_inventory
from exporter.model import (
    Calendar,
    Contract,
    ContractKind,
    CreditMode,
    CreditTier,
    Exclusion,
    Inventory,
    Link,
    MaintenanceWindow,
    Role,
    Sla,
    SlaBase,
    SlaWindow,
)
from exporter.recurrence import WIB

__all__ = ["OPEN", "known_inventory", "planned_work", "with_work"]

_REPOSITORY = Path(__file__).parents[2]

_EVERY = frozenset(Exclusion)
_TIERS = (CreditTier(0.95, 1.0), CreditTier(0.99, 0.25), CreditTier(0.995, 0.1))


def _sla(
    credit: CreditMode,
    *,
    window: SlaWindow = SlaWindow.ALWAYS,
    exclusions: frozenset[Exclusion] = _EVERY,
    base: SlaBase = SlaBase.MEASURED,
) -> Sla:
    tiers = _TIERS if credit is CreditMode.TIER else ()
    return Sla(0.995, 300.0, window, credit, exclusions, base, tiers)


_SLAS = {
    "a": _sla(CreditMode.PRORATA),
    "b": _sla(CreditMode.SELISIH, base=SlaBase.PERIOD),
    "c": _sla(CreditMode.TIER),
    "d": _sla(CreditMode.PRORATA, window=SlaWindow.SERVICE_HOURS, exclusions=frozenset({Exclusion.MAINTENANCE})),
    "e": None,
}

#: Every site is open so long: Monday to Friday, holidays or not.
OPEN = (time(7, 30), time(16))
_HOURS = Calendar("kn-jam", dict.fromkeys(range(5), (OPEN,)))

_FEES = {"a": 950_500, "b": 6_175_000, "c": 13_600_000, "d": 1_100_000, "e": 1_250_000}


def known_inventory(links: int) -> Inventory:
    """The first so many links of the example province, sites with a backup first; provider by the link's own."""
    whole = load_inventory(_REPOSITORY / "inventory/jabar").inventory
    doubled = {link.site for link in whole.links.values() if link.role is Role.BACKUP}
    ordered = sorted(whole.links.values(), key=lambda link: (link.site not in doubled, link.site, link.id))
    kept = sorted((_under(whole, link, place) for place, link in enumerate(ordered[:links])), key=lambda link: link.id)
    sites = {link.site for link in kept}
    return replace(
        whole,
        contracts={each.id: each for each in map(_contract, _SLAS)},
        links={link.id: link for link in kept},
        sites={each.id: replace(each, hours=_HOURS.id) for each in whole.sites.values() if each.id in sites},
        calendars={_HOURS.id: _HOURS},
        maintenance={},
        digest="2" * 64,
    )


def _under(whole: Inventory, link: Link, place: int) -> Link:
    """Every provider has a fifth of the links, but for backup lines, which are another's than the primary one."""
    letter = "abcde"[place % len(_SLAS)]
    return replace(link, contract=f"kn-{letter}", phase=whole.links[link.id].phase, probes=(), limits={})


def _contract(letter: str) -> Contract:
    return Contract(
        id=f"kn-{letter}",
        provider=f"penyedia-{letter}",
        kind=ContractKind.DEDICATED,
        bandwidth_bits_per_second=50_000_000,
        fee_rupiah_per_month=_FEES[letter],
        starts=date(2026, 1, 1),
        ends=date(2026, 12, 31),
        sla=_SLAS[letter],
    )


def planned_work(key: str, links: frozenset[str], span_ms: tuple[int, int]) -> MaintenanceWindow:
    """Work on these links in that span."""
    epoch = datetime(1970, 1, 1, 7, tzinfo=WIB)
    starts, ends = (epoch + timedelta(milliseconds=at) for at in span_ms)
    return MaintenanceWindow(key, links, starts, ends, "Tim Jaringan", "Penggantian perangkat", "ND-12/2026")


def with_work(inventory: Inventory, *works: MaintenanceWindow) -> Inventory:
    """The same, and this work."""
    return replace(inventory, maintenance={each.id: each for each in works})
