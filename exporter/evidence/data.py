"""The whole report as data.json, and what the next month's report takes from it.

Lives here: the shape of the file (``docs/evidence-data.md`` has every key), and the comparison that an earlier file
gives. Must not live here: accounting, tables, opening files. Every figure is exact: whole milliseconds, echoes and
rupiah, and ratios as two numbers. Codes are those of the inventory and of the metrics, in English.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import fields
from fractions import Fraction
from typing import Any, NoReturn

from exporter.errors import PantauError
from exporter.evidence.accounts import (
    Account,
    Comparison,
    ContractAccount,
    LinkAccount,
    Note,
    NoteKind,
    OutageAccount,
    Report,
)
from exporter.evidence.canonical import Forms, json_bytes
from exporter.evidence.period import Month
from exporter.model import Contract, CreditTier, Sla

__all__ = ["SCHEMA", "comparison_from", "data_of"]

#: Changes whenever a key changes its name or its meaning; new keys leave it as it is.
SCHEMA = "pantau-opd/evidence-data/1"

_LEFT_OUT = {"inventory", "queries"}  # inventory.yml, queries.json


def data_of(report: Report) -> bytes:
    """``data.json``: canonical JSON of everything that the report says, each fact in one place."""
    whole = {each.name: getattr(report, each.name) for each in fields(report) if each.name not in _LEFT_OUT}
    whole |= {
        "schema": SCHEMA,
        "inventory_digest": report.inventory.digest,
        "worst_sites": [site.site for site in report.worst_sites],
        "worst_links": _links(report.worst_links),
        "unused_corrections": [each.id for each in report.unused_corrections],
    }
    return json_bytes(whole, _FORMS)


def _fields(value: Any) -> dict[str, Any]:
    return {each.name: getattr(value, each.name) for each in fields(value)}


def _account(value: Account) -> dict[str, Any]:
    derived = {"period_ms": value.period_ms, "coverage": value.coverage, "availability": value.availability}
    return _fields(value) | derived


def _links(values: Iterable[LinkAccount]) -> list[dict[str, Any]]:
    """Links that stand elsewhere in full, by what makes them one of a kind."""
    return [{"link": each.identity.link, "from_ms": each.from_ms} for each in values]


def _contract_account(value: ContractAccount) -> dict[str, Any]:
    outages = [{"link": each.identity.link, "start_ms": each.start_ms} for each in value.outages]
    return _fields(value) | {"links": _links(value.links), "outages": outages}


def _outage(value: OutageAccount) -> dict[str, Any]:
    return _fields(value) | {"corrections": [each.id for each in value.corrections]}


def _written(number: float) -> Fraction:
    """The number that somebody wrote, not the nearest that a processor has."""
    return Fraction(repr(number))


def _sla(value: Sla) -> dict[str, Any]:
    changed = {
        "availability": _written(value.availability_ratio),
        "tolerance_ms": int(_written(value.tolerance_s) * 1000),
    }
    left = {"availability_ratio", "tolerance_s"}
    return {name: each for name, each in _fields(value).items() if name not in left} | changed


def _tier(value: CreditTier) -> dict[str, Any]:
    return {"below": _written(value.below_ratio), "share": _written(value.share_ratio)}


_FORMS: Forms = {
    Account: _account,
    ContractAccount: _contract_account,
    OutageAccount: _outage,
    Contract: _fields,
    Sla: _sla,
    CreditTier: _tier,
}


def comparison_from(raw: bytes, manifest_sha256: str) -> Comparison:
    """What last month's ``data.json`` says of its own month; its ratios are made anew of its sums.

    Raises PantauError for a file that is none of ours, of another version, or broken.
    """
    try:
        whole = json.loads(raw.decode(), parse_float=_refused, parse_constant=_refused)
    except (ValueError, RecursionError):  # not UTF-8, no JSON, a number that no file of ours has, or too deep
        _refuse("it is no JSON as a pack has it")
    if not isinstance(whole, dict) or whole.get("schema") != SCHEMA:
        _refuse(f"its schema is not {SCHEMA}")
    try:
        return _comparison(whole, manifest_sha256)
    except (KeyError, TypeError, ValueError):
        _refuse("a key is missing, or its value is none")


def _refused(text: str) -> NoReturn:
    raise ValueError(text)


def _refuse(why: str) -> NoReturn:
    raise PantauError(
        f"data.json of the month before cannot be used: {why} — name the folder of a whole pack, and check it with"
        " pantau verify"
    )


def _comparison(whole: dict[str, Any], manifest_sha256: str) -> Comparison:
    totals = whole["totals"]
    links, sites = _account_from(totals["around"]), _account_from(totals["site_around"])
    restored, restore_ms = _count(totals["restored"]), _count(totals["restore_ms"])
    return Comparison(
        month=Month.parse(_text(whole["month"])),
        availability=links.availability,
        site_availability=sites.availability,
        coverage=links.coverage,
        outages=_count(totals["outages"]),
        mean_restore_ms=restore_ms // restored if restored else None,
        below=_count(totals["below"]),
        manifest_sha256=manifest_sha256,
        recommendations=tuple(_notes(whole["notes"])),
    )


def _account_from(value: Any) -> Account:
    """Raises ValueError where the file's own sum is another: a figure was changed."""
    found = Account(**{each.name: _count(value[each.name]) for each in fields(Account)})
    if found.period_ms != _count(value["period_ms"]):
        raise ValueError("period_ms is not the sum")
    return found


def _notes(values: Any) -> Iterable[Note]:
    for each in values:
        kind = NoteKind(_text(each["kind"]))
        if kind is NoteKind.RECOMMENDATION:
            yield Note(kind, *(_text(each[name]) for name in ("id", "text", "author", "refers_to", "status")))


def _count(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise ValueError("is no count")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("is no text")
    return value
