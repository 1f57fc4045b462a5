"""Inventories made by hand, as small as a test wants them.

Lives here: valid ``Inventory`` values with invented names. Must not live here: files, YAML.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta, timezone
from ipaddress import ip_address
from typing import Any

from exporter.calendars import DEFAULT_CALENDARS
from exporter.model import (
    Calendar,
    Contract,
    ContractKind,
    Inventory,
    Kabkota,
    Link,
    MaintenanceWindow,
    Opd,
    Phase,
    Provider,
    ReferenceMeaning,
    ReferenceTarget,
    Role,
    Site,
)

__all__ = ["REFERENCES", "make_inventory", "many_links", "planned_works"]

#: The reference targets that ``make_inventory`` adds unless told otherwise.
REFERENCES: Mapping[str, str] = {"uplink-gw": "198.18.255.1", "core-gw": "198.18.255.2", "internet-gw": "198.18.255.3"}

_KABKOTA = {
    "32.73": Kabkota("32.73", "Kota Bandung", -6.9147, 107.6098),
    "32.01": Kabkota("32.01", "Kabupaten Bogor", -6.4797, 106.8249),
}


def make_inventory(
    links: Mapping[str, tuple[str, str, str, str]],
    *,
    references: Mapping[str, str] = REFERENCES,
    interval_s: float = 1.0,
    timeout_s: float = 2.0,
    hours: str = "kantor",
) -> Inventory:
    """An inventory whose ``links`` map an id to ``(site, provider, kabkota code, address)``.

    ``hours`` is the calendar of every site: ``kantor``, or ``24x7`` where the time of day must not matter.
    """
    return Inventory(
        opd={"dinkes": Opd("dinkes", "Dinas Kesehatan")},
        providers={provider: Provider(provider, provider.title()) for _, provider, _, _ in links.values()},
        contracts={f"k-{provider}": _contract(provider) for _, provider, _, _ in links.values()},
        sites={site: _site(site, code, hours) for site, _, code, _ in links.values()},
        links={
            key: Link(
                id=key,
                name=f"Jalur {key}",
                site=site,
                contract=f"k-{provider}",
                role=Role.PRIMARY,
                phase=Phase.CENTRAL,
                address=ip_address(address),
                interval_s=interval_s,
                timeout_s=timeout_s,
            )
            for key, (site, provider, _, address) in links.items()
        },
        reference_targets=_references(references.items(), interval_s, timeout_s),
        kabkota={code: _KABKOTA[code] for _, _, code, _ in links.values()},
        calendars={
            "kantor": Calendar("kantor", {day: ((time(8), time(16)),) for day in range(5)}),
            "24x7": DEFAULT_CALENDARS["24x7"],
        },
    )


def many_links(count: int, *, family: int = 4, hours: str = "kantor") -> Inventory:
    """An inventory of ``count`` links over three providers and two areas, from 198.18.0.1 or 2001:db8::1 on."""
    first = ip_address("198.18.0.1" if family == 4 else "2001:db8::1")
    return make_inventory(
        {
            f"link-{n}": (f"site-{n}", f"penyedia-{'abc'[n % 3]}", sorted(_KABKOTA)[n % 2], str(first + n))
            for n in range(count)
        },
        hours=hours,
    )


def planned_works(links: Iterable[str]) -> dict[str, MaintenanceWindow]:
    """Work on ``links`` that is over, that runs, that comes, and that recurs, on 23 November 2026 at 09.14 WIB."""
    wib = timezone(timedelta(hours=7))
    covered = frozenset(links)

    def work(key: str, first: tuple[int, int], last: tuple[int, int], **more: Any) -> MaintenanceWindow:
        starts, ends = (datetime(2026, *day, hour=9, tzinfo=wib) for day in (first, last))
        return MaintenanceWindow(key, covered, starts, ends, "Tim <b>&\"'", "Penggantian", "ND-1", **more)

    morning, night = (time(9), time(12)), ((time(22), time(0)), (time(0), time(2)))
    found = [
        work("over", (11, 22), (11, 23)),
        work("running", (11, 23), (11, 24)),
        work("coming", (12, 5), (12, 6)),
        work("mornings", (1, 1), (12, 31), weekly={0: (morning,), 2: (morning,)}),
        work("nights", (1, 1), (12, 31), weekly={5: night[:1], 6: night[1:]}, weeks=frozenset({1})),
        work("no-more", (1, 1), (11, 30), weekly={5: night[:1], 6: night[1:]}, weeks=frozenset({1})),
    ]
    return {each.id: each for each in found}


def _contract(provider: str) -> Contract:
    return Contract(
        id=f"k-{provider}",
        provider=provider,
        kind=ContractKind.DEDICATED,
        bandwidth_bits_per_second=50_000_000,
        fee_rupiah_per_month=6_175_000,
        starts=date(2026, 1, 1),
        ends=date(2026, 12, 31),
        sla=None,
    )


def _site(site: str, code: str, hours: str) -> Site:
    kabkota = _KABKOTA[code]
    return Site(site, f"Kantor {site}", "dinkes", code, kabkota.lat, kabkota.lon, hours)


def _references(named: Iterable[tuple[str, str]], interval_s: float, timeout_s: float) -> dict[str, ReferenceTarget]:
    meanings = list(ReferenceMeaning)
    return {
        key: ReferenceTarget(key, ip_address(address), meanings[n % len(meanings)], interval_s, timeout_s)
        for n, (key, address) in enumerate(named)
    }
