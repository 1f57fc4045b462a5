"""An inventory as the files that ``pantau`` reads.

Lives here: writing. Must not live here: making inventories (inventories.py). Records are written as
JSON in flow style, which is YAML, over several files, for each has a cap on its size.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from exporter.model import Contract, Inventory, Link, ReferenceTarget, Site

__all__ = ["write_inventory"]

#: Records in one file: a few hundred kilobytes.
_RECORDS_PER_FILE = 1_000


def write_inventory(folder: Path, inventory: Inventory) -> None:
    """Make ``folder`` hold ``inventory`` and nothing else; the calendar "kantor" is the built-in one."""
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    for section, records in _sections(inventory):
        for start in range(0, len(records), _RECORDS_PER_FILE):
            lines = [f"  - {json.dumps(record)}" for record in records[start : start + _RECORDS_PER_FILE]]
            text = "\n".join(["version: 1", f"{section}:", *lines, ""])
            (folder / f"{section}-{start}.yaml").write_text(text, encoding="utf-8")


def _sections(inventory: Inventory) -> Iterator[tuple[str, list[dict[str, object]]]]:
    yield "opd", [{"id": opd.id, "name": opd.name} for opd in inventory.opd.values()]
    yield "providers", [{"id": provider.id, "name": provider.name} for provider in inventory.providers.values()]
    yield "contracts", [_contract(contract) for contract in inventory.contracts.values()]
    yield "sites", [_site(site) for site in inventory.sites.values()]
    yield "links", [_link(link) for link in inventory.links.values()]
    yield "reference_targets", [_reference(target) for target in inventory.reference_targets.values()]


def _contract(contract: Contract) -> dict[str, object]:
    return {
        "id": contract.id,
        "provider": contract.provider,
        "kind": contract.kind,
        "bandwidth": f"{contract.bandwidth_bits_per_second // 1_000_000}Mbps",
        "fee_rupiah_per_month": str(contract.fee_rupiah_per_month),
        "starts": str(contract.starts),
        "ends": str(contract.ends),
    }


def _site(site: Site) -> dict[str, object]:
    place = {"kabkota": site.kabkota, "lat": str(site.lat), "lon": str(site.lon)}
    return {"id": site.id, "name": site.name, "opd": site.opd, **place, "hours": site.hours}


def _times(interval_s: float, timeout_s: float) -> dict[str, object]:
    return {"interval": f"{interval_s:g}s", "timeout": f"{timeout_s:g}s"}


def _link(link: Link) -> dict[str, object]:
    return {
        "id": link.id,
        "name": link.name,
        "site": link.site,
        "contract": link.contract,
        "role": link.role,
        "phase": link.phase,
        "address": str(link.address),
        **_times(link.interval_s, link.timeout_s),
    }


def _reference(target: ReferenceTarget) -> dict[str, object]:
    where = {"id": target.id, "address": str(target.address), "meaning": target.meaning}
    return {**where, **_times(target.interval_s, target.timeout_s)}
