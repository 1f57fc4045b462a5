"""The families that only a new inventory can change: written once, as finished bytes.

Lives here: what the info series and the contract figures say. Must not live here: anything that
moves between two scrapes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, time

from exporter.catalogue import family
from exporter.exposition import sample
from exporter.metric_family import Family
from exporter.model import Contract, Inventory, Link, ReferenceTarget, Site, Sla, SlaWindow
from exporter.recurrence import WIB

__all__ = ["inventory_families"]

SECONDS_PER_DAY = 86_400

Values = Iterable[tuple[tuple[str, ...], str]]  #: label values in the catalogue's order, and the number


def inventory_families(inventory: Inventory) -> list[tuple[Family, bytes]]:
    """Every family that the inventory alone decides, with its samples."""
    return [(family(series), _samples(family(series), values(inventory))) for series, values in _VALUES.items()]


def _samples(each: Family, values: Values) -> bytes:
    lines = (sample(each.series, zip(each.labels, labels, strict=True), number) for labels, number in values)
    return b"".join(lines)


def _link(inventory: Inventory, link: Link) -> tuple[str, ...]:
    site = inventory.sites[link.site]
    provider = inventory.provider_of(link).id
    return link.id, site.id, site.opd, site.kabkota, provider, link.contract, link.role, link.phase, link.name


def _site(inventory: Inventory, site: Site) -> tuple[str, ...]:
    kabkota = inventory.kabkota[site.kabkota]
    return site.id, site.name, site.opd, kabkota.code, kabkota.name, repr(site.lat), repr(site.lon)


def _contract(contract: Contract) -> tuple[str, ...]:
    window = SlaWindow.ALWAYS if contract.sla is None else contract.sla.window
    return contract.id, contract.provider, contract.kind, window


def _reference(target: ReferenceTarget) -> tuple[str, ...]:
    return target.id, target.meaning


def end_unix_s(last_day: date) -> int:
    """The first second, Unix time, after ``last_day`` in WIB."""
    return int(datetime.combine(last_day, time.min, WIB).timestamp()) + SECONDS_PER_DAY


def _promised(value: Callable[[Sla], float]) -> Callable[[Inventory], Values]:
    def values(inventory: Inventory) -> Values:
        promising = ((each.id, each.sla) for each in inventory.contracts.values())
        return (((key,), repr(value(sla))) for key, sla in promising if sla is not None)

    return values


def _thresholds(inventory: Inventory) -> Values:
    for link in inventory.links.values():
        yield from (((link.id, limit), repr(value)) for limit, value in link.limits.items())


_VALUES: dict[str, Callable[[Inventory], Values]] = {
    "opd_link_info": lambda inventory: ((_link(inventory, each), "1") for each in inventory.links.values()),
    "opd_link_threshold": _thresholds,
    "opd_site_info": lambda inventory: ((_site(inventory, each), "1") for each in inventory.sites.values()),
    "opd_opd_info": lambda inventory: (((each.id, each.name), "1") for each in inventory.opd.values()),
    "opd_provider_info": lambda inventory: (((each.id, each.name), "1") for each in inventory.providers.values()),
    "opd_contract_info": lambda inventory: ((_contract(each), "1") for each in inventory.contracts.values()),
    "opd_contract_bandwidth_bits_per_second": lambda inventory: (
        ((each.id,), str(each.bandwidth_bits_per_second)) for each in inventory.contracts.values()
    ),
    "opd_contract_fee_rupiah": lambda inventory: (
        ((each.id,), str(each.fee_rupiah_per_month)) for each in inventory.contracts.values()
    ),
    "opd_contract_availability_target_ratio": _promised(lambda sla: sla.availability_ratio),
    "opd_contract_tolerance_seconds": _promised(lambda sla: sla.tolerance_s),
    "opd_contract_end_timestamp_seconds": lambda inventory: (
        ((each.id,), str(end_unix_s(each.ends))) for each in inventory.contracts.values()
    ),
    "opd_reference_info": lambda inventory: ((_reference(each), "1") for each in inventory.reference_targets.values()),
}
