"""Documents as one checked inventory, or every reason why not.

Lives here: what a record becomes as a value of the domain, with defaults filled in and names resolved.
Must not live here: the checks themselves (``schema`` for one record, ``consistency`` for several),
reading of files (``loading``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from exporter.calendars import DEFAULT_CALENDARS
from exporter.consistency import problems_of, timing_of, warnings_of
from exporter.consistency_probes import probes_of_link
from exporter.entries import Entries, Entry, entries_of
from exporter.errors import InventoryError, Problem
from exporter.model import (
    Contract,
    DecreedDay,
    Inventory,
    Kabkota,
    Limit,
    Link,
    MaintenanceWindow,
    Provider,
    ReferenceTarget,
    Role,
    Site,
)
from exporter.schema import MaintenanceRecord
from exporter.strict_yaml import Document

__all__ = ["Source", "inventory_from"]

#: What the name of a backup link says after its site's name; people read it, so it is Indonesian.
_BACKUP_SUFFIX = " (cadangan)"


@dataclass(frozen=True, slots=True)
class Source:
    """What was read."""

    name: str  #: the file or folder, as the user named it
    documents: Sequence[Document]
    digest: str  #: SHA-256 of the files
    placed: Callable[[str], str]  #: from the name of a further file, as it is written, to its absolute path
    fault_of_file: Callable[[str], str | None]  #: what is wrong with the file of that path; None: nothing


def inventory_from(source: Source, kabkota: Mapping[str, Kabkota]) -> tuple[Inventory, list[Problem]]:
    """The inventory that ``source`` describes, and its warnings.

    ``kabkota`` are those that hold unless the documents bring their own list.
    Raises InventoryError with every problem of every document.
    """
    entries = entries_of(source.documents)
    problems = entries.problems + problems_of(entries, kabkota)
    if not problems and not entries.records["links"]:
        problems = [Problem(source.name, 0, "there is no link to watch", "add links; see docs/inventory.md")]
    if problems:
        raise InventoryError(list(set(problems)))
    inventory = _inventory(entries, kabkota, source)
    return inventory, warnings_of(entries, inventory, lambda name: source.fault_of_file(source.placed(name)))


def _inventory(entries: Entries, kabkota: Mapping[str, Kabkota], source: Source) -> Inventory:
    records = {section: [entry.record for entry in found] for section, found in entries.records.items()}
    contracts = _by_id(_contract(each) for each in records["contracts"])
    sites = _by_id(each.site() for each in records["sites"])
    limits = {each.id: each.thresholds.limits() for each in records["contracts"]}
    classes = _by_id(each.site_class() for each in records["site_classes"])
    links = _by_id(
        _link(each, sites, limits, entries, probes_of_link(each.record, sites, classes))
        for each in entries.records["links"]
    )
    return Inventory(
        opd=_by_id(each.opd() for each in records["opd"]),
        providers=_by_id(Provider(**dict(each)) for each in records["providers"]),
        contracts=contracts,
        sites=sites,
        links=links,
        reference_targets=_by_id(_reference(each, entries) for each in entries.records["reference_targets"]),
        kabkota={each.code: Kabkota(**dict(each)) for each in records["kabkota"]} or kabkota,
        calendars={**DEFAULT_CALENDARS, **_by_id(each.calendar() for each in records["calendars"])},
        holidays={each.date: DecreedDay(each.date, each.name, each.open) for each in records["holidays"]},
        maintenance=_by_id(_maintenance(each, links.values(), contracts) for each in records["maintenance"]),
        credentials=_by_id(each.credentials(source.placed) for each in records["credentials"]),
        probes=_by_id(each.spec(source.placed) for each in records["probes"]),
        site_classes=classes,
        evidence=entries.evidence.settings(),
        helpdesk=None if entries.helpdesk is None else entries.helpdesk.helpdesk(),
        digest=source.digest,
    )


def _by_id(values: Iterable[Any]) -> dict[str, Any]:
    return {value.id: value for value in values}


def _contract(record: Any) -> Contract:
    return Contract(
        id=record.id,
        provider=record.provider,
        kind=record.kind,
        bandwidth_bits_per_second=record.bandwidth,
        fee_rupiah_per_month=record.fee_rupiah_per_month,
        starts=record.starts,
        ends=record.ends,
        sla=record.sla.sla() if record.sla is not None else None,
    )


def _link(
    entry: Entry,
    sites: Mapping[str, Site],
    limits: Mapping[str, Mapping[Limit, float]],
    entries: Entries,
    probes: tuple[str, ...],
) -> Link:
    """The link; ``limits`` are those of each contract, of which its own take the place."""
    record = entry.record
    interval_s, timeout_s = timing_of(entry, entries.defaults)
    suffix = _BACKUP_SUFFIX if record.role is Role.BACKUP else ""
    return Link(
        id=record.id,
        name=record.name or sites[record.site].name + suffix,
        site=record.site,
        contract=record.contract,
        role=record.role,
        phase=record.phase,
        address=record.address,
        interval_s=interval_s,
        timeout_s=timeout_s,
        limits={**limits[record.contract], **record.thresholds.limits()},
        probes=probes,
        interface=record.interface,
        second_opinion_port=record.second_opinion_port or entries.defaults.second_opinion_port,
    )


def _reference(entry: Entry, entries: Entries) -> ReferenceTarget:
    interval_s, timeout_s = timing_of(entry, entries.defaults)
    return ReferenceTarget(entry.record.id, entry.record.address, entry.record.meaning, interval_s, timeout_s)


def _maintenance(
    record: MaintenanceRecord, links: Iterable[Link], contracts: Mapping[str, Contract]
) -> MaintenanceWindow:
    """The window with the ids of every link it is about."""
    covered = frozenset(
        link.id
        for link in links
        if link.id in record.links or link.site in record.sites or contracts[link.contract].provider in record.providers
    )
    return record.window(covered)
