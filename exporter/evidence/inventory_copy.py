"""inventory.yml of a pack: the inventory that the month was accounted with, without anything secret.

Lives here: every value of the domain written in the language of ``docs/inventory.md``, once and in one order. Must not
live here: reading, the values themselves (``exporter.model``), opening files.

``pantau`` reads the copy as it reads the original, and accounts the same figures with it. Left out are credentials, and
with them all probes beside the echo, classes of sites and interfaces: they name secrets, files, pages and devices of
the office, and no figure of a pack hangs on them. What the original leaves to defaults is written out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import time
from decimal import Decimal
from typing import Any

from exporter.addresses import special_kind
from exporter.model import (
    LAST_WEEK,
    Calendar,
    Contact,
    Contract,
    Exclusion,
    Helpdesk,
    Inventory,
    Limit,
    Link,
    MaintenanceWindow,
    ReferenceTarget,
    Site,
    Sla,
    Spans,
    Weekly,
)
from exporter.recurrence import MIDNIGHT

__all__ = ["inventory_copy"]

_HEAD = """\
# Salinan inventaris yang dipakai paket bukti ini, tanpa kredensial dan tanpa pemeriksaan perangkat kantor.
# SHA-256 berkas aslinya: {digest}
version: "1"
"""

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LIMITS = {Limit.LOSS: "loss", Limit.RTT: "latency", Limit.JITTER: "jitter", Limit.FLAPS: "flaps"}

#: A record as it is written: texts, lists and mappings of them.
_Record = dict[str, Any]


def inventory_copy(inventory: Inventory) -> bytes:
    """The file: YAML, UTF-8, entries by their ids, one on a line (in the form of JSON, which is YAML)."""
    lines = []
    for section, records in _sections(inventory):
        if isinstance(records, list) and records:
            lines += [f"{section}:", *(f"  - {_flow(record)}" for record in records)]
        elif records:
            lines.append(f"{section}: {_flow(records)}")
    return (_HEAD.format(digest=inventory.digest or "-") + "".join(f"{line}\n" for line in lines)).encode()


def _flow(record: Any) -> str:
    return json.dumps(record, ensure_ascii=False)


def _sections(inventory: Inventory) -> Iterator[tuple[str, _Record | list[_Record]]]:
    """Every section with its records; an empty one is not written."""
    probed: tuple[Link | ReferenceTarget, ...] = (*inventory.links.values(), *inventory.reference_targets.values())
    yield "defaults", {"allow_special_addresses": "true"} if any(special_kind(each.address) for each in probed) else {}
    evidence = inventory.evidence
    names = ("government", "unit", "unit_code", "classification", "place", "network")
    basis = {"basis": list(evidence.basis)} if evidence.basis else {}
    yield "evidence", {name: str(getattr(evidence, name)) for name in names if getattr(evidence, name)} | basis
    kabkota = _sorted(inventory.kabkota)
    yield "kabkota", [{"code": each.code, "name": each.name, **_place(each.lat, each.lon)} for each in kabkota]
    yield "calendars", [_calendar(each) for each in _sorted(inventory.calendars)]
    holidays = [inventory.holidays[day] for day in sorted(inventory.holidays)]
    yield "holidays", [{"date": str(each.day), "name": each.name, "open": _word(each.is_open)} for each in holidays]
    yield "helpdesk", _told(inventory.helpdesk)
    yield "opd", [{"id": each.id, "name": each.name, **_contact(each.contact)} for each in _sorted(inventory.opd)]
    yield "providers", [{"id": each.id, "name": each.name} for each in _sorted(inventory.providers)]
    yield "contracts", [_contract(each) for each in _sorted(inventory.contracts)]
    yield "sites", [_site(each) for each in _sorted(inventory.sites)]
    yield "links", [_link(each) for each in _sorted(inventory.links)]
    yield "reference_targets", [_reference(each) for each in _sorted(inventory.reference_targets)]
    yield "maintenance", [_maintenance(each) for each in _sorted(inventory.maintenance) if each.links]


def _told(each: Contact | Helpdesk | None) -> _Record:
    """The fields that are filled."""
    return {} if each is None else {name: value for name, value in asdict(each).items() if value}


def _contact(each: Contact | None) -> _Record:
    return {} if each is None else {"contact": _told(each)}


def _sorted(values: Mapping[str, Any]) -> list[Any]:
    return [values[key] for key in sorted(values)]


def _calendar(each: Calendar) -> _Record:
    periods = [
        {"from": str(one.first), "to": str(one.last), "weekly": _weekly(one.weekly), "reason": one.reason}
        for one in each.periods
    ]
    of_year = {"periods": periods} if periods else {}
    hours = {"timezone": each.timezone, "weekly": _weekly(each.weekly), "holidays": _word(each.observes_holidays)}
    return {"id": each.id, **hours, **of_year}


def _contract(each: Contract) -> _Record:
    return {
        "id": each.id,
        "provider": each.provider,
        "kind": each.kind,
        "bandwidth": _bandwidth(each.bandwidth_bits_per_second),
        "fee_rupiah_per_month": str(each.fee_rupiah_per_month),
        "starts": str(each.starts),
        "ends": str(each.ends),
        **({"sla": _sla(each.sla)} if each.sla is not None else {}),
    }


def _sla(each: Sla) -> _Record:
    tiers = [{"below": _percent(one.below_ratio), "share": _percent(one.share_ratio)} for one in each.tiers]
    return {
        "availability": _percent(each.availability_ratio),
        "tolerance": _seconds(each.tolerance_s),
        "window": each.window,
        "credit": each.credit,
        "exclusions": [one for one in Exclusion if one in each.exclusions],
        "base": each.base,
        **({"tiers": tiers} if tiers else {}),
    }


def _site(each: Site) -> _Record:
    place = {"kabkota": each.kabkota, **_place(each.lat, each.lon)}
    return {"id": each.id, "name": each.name, "opd": each.opd, **place, "hours": each.hours, **_contact(each.contact)}


def _link(each: Link) -> _Record:
    limits = {name: _limit(limit, each.limits[limit]) for limit, name in _LIMITS.items() if limit in each.limits}
    port = {"second_opinion_port": str(each.second_opinion_port)} if each.second_opinion_port is not None else {}
    return {
        "id": each.id,
        "name": each.name,
        "site": each.site,
        "contract": each.contract,
        "role": each.role,
        "phase": each.phase,
        "address": str(each.address),
        **_timing(each),
        **({"thresholds": limits} if limits else {}),
        **port,
    }


def _reference(each: ReferenceTarget) -> _Record:
    return {"id": each.id, "address": str(each.address), "meaning": each.meaning, **_timing(each)}


def _maintenance(each: MaintenanceWindow) -> _Record:
    weeks = ["last" if week == LAST_WEEK else str(week) for week in sorted(each.weeks)]
    return {
        "id": each.id,
        "links": sorted(each.links),
        "starts": each.starts.isoformat(),
        "ends": each.ends.isoformat(),
        **({"weekly": _weekly(each.weekly)} if each.weekly else {}),
        **({"weeks": weeks} if weeks else {}),
        "author": each.author,
        "reason": each.reason,
        "approval": each.approval,
    }


def _timing(each: Link | ReferenceTarget) -> _Record:
    return {"interval": _seconds(each.interval_s), "timeout": _seconds(each.timeout_s)}


def _weekly(weekly: Weekly) -> dict[str, list[str]]:
    return {_DAYS[weekday]: _hours(weekly[weekday]) for weekday in sorted(weekly)}


def _hours(spans: Spans) -> list[str]:
    return [f"{start:%H.%M}-{_end(end)}" for start, end in spans]


def _end(end: time) -> str:
    return "24.00" if end == MIDNIGHT else f"{end:%H.%M}"


def _place(lat: float, lon: float) -> _Record:
    return {"lat": _number(lat), "lon": _number(lon)}


def _number(value: float) -> str:
    """The digits that were written, without an exponent."""
    return f"{Decimal(repr(value)):f}"


def _seconds(value: float) -> str:
    return f"{_number(value).removesuffix('.0')}s"


def _percent(ratio: float) -> str:
    return f"{(Decimal(repr(ratio)) * 100).normalize():f}%"


def _limit(limit: Limit, value: float) -> str:
    if limit is Limit.LOSS:
        return _percent(value)
    return str(value) if limit is Limit.FLAPS else _seconds(value)


def _bandwidth(bits_per_second: int) -> str:
    """In the largest unit in which three decimals say it."""
    unit, name = next(
        each for each in ((10**9, "Gbps"), (10**6, "Mbps"), (10**3, "kbps")) if bits_per_second * 1000 % each[0] == 0
    )
    return f"{(Decimal(bits_per_second) / unit).normalize():f}{name}"


def _word(value: bool) -> str:  # noqa: FBT001 - the value is what it is about
    return "true" if value else "false"
