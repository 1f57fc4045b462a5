"""Worked examples of ``docs/accounting.md``: read from the page, and run.

Lives here: the small language of its blocks. Must not live here: what is expected; that stands on the page. An instant
is ``DAY HH:MM[:SS[.mmm]]`` of the month in WIB, day 0 the last of the month before; a length is ``HH:MM:SS[.mmm]``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import yaml

from exporter.beside import Cause
from exporter.evidence.accounting import account_for
from exporter.evidence.accounts import Account, Report
from exporter.evidence.ledger_model import Ledger
from exporter.evidence.matrix import identity_of
from exporter.evidence.measured import MeasuredLink
from exporter.evidence.period import Month, wib
from exporter.evidence.selection import Selection
from exporter.evidence.spans import spans_of
from exporter.indonesian import percent, rupiah
from exporter.model import CreditMode, CreditTier, Exclusion, Inventory, MaintenanceWindow, Sla, SlaBase, SlaWindow
from tests.support.evidence_report import correction
from tests.support.measured import Fall, at_ms, measured_link, measured_of, sample_inventory

__all__ = ["PAGE", "Example", "account_text", "examples_of", "length_text", "outcome_of"]

PAGE = Path(__file__).parents[2] / "docs/accounting.md"

_BLOCK = re.compile(r"^```yaml\n# (?P<title>[^\n]+)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
_INSTANT = re.compile(r"(\d+) (\d\d):(\d\d)(?::(\d\d(?:\.\d{1,3})?))?")


@dataclass(frozen=True, slots=True)
class Example:
    """One block of the page."""

    title: str
    given: dict[str, Any]
    expected: dict[str, Any]  #: by month, what is said of it


def examples_of(text: str) -> list[Example]:
    """Every block of a page, in order."""
    found = []
    for match in _BLOCK.finditer(text):
        body = yaml.load(match["body"], yaml.BaseLoader)  # all is text: 09:00:00 is no number
        expected = body.pop("expect")
        found.append(Example(match["title"], body, expected))
    return found


def outcome_of(example: Example, keys: list[str]) -> dict[str, Any]:
    """What accounting makes of an example, as the page writes it."""
    report = _report(example.given)
    link = next(each for each in report.links if each.identity.link == "dinkes-1")
    contractual = link.contractual
    assert contractual is not None
    site = next(each for each in report.sites if each.site == "dinkes-kantor")
    outages = [each for each in report.outages if each.identity.link == "dinkes-1"]
    every = {
        **account_text(contractual),
        "availability": percent(link.availability),
        "kept": {True: "yes", False: "no", None: "-"}[link.kept],
        "credit": "-" if link.credit is None else rupiah(link.credit.rupiah),
        "formula": "-" if link.credit is None else link.credit.formula,
        "verdicts": [each.verdict.value for each in outages],
        "counted": [length_text(each.counted_ms) for each in outages],
        "counted_before": [length_text(each.counted_before_ms) for each in outages],
        "lengths": [length_text(each.length_ms) for each in outages],
        "around_down": length_text(link.around.down_ms),
        "site_down": length_text(site.around.down_ms),
        "coverage": percent(link.around.coverage),
        "link_mean_availability": percent(report.totals.around.availability),
    }
    return {key: every[key] for key in keys}


def account_text(account: Account) -> dict[str, str]:
    """The heaps of an account as lengths."""
    return {
        "period": length_text(account.period_ms),
        "up": length_text(account.up_ms),
        "down": length_text(account.down_ms),
        "excluded": length_text(account.excluded_ms),
        "unmeasured": length_text(account.unmeasured_ms),
        "tolerated": length_text(account.tolerated_ms),
    }


def length_text(length_ms: int) -> str:
    """``744:00:00``, and ``00:00:00.001`` where it is not whole."""
    seconds, rest = divmod(length_ms, 1000)
    text = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return f"{text}.{rest:03d}" if rest else text


def _report(given: dict[str, Any]) -> Report:
    month = Month.parse(given["month"])
    inventory = _inventory(given, month)
    entries = tuple(
        correction(
            f"c-{number}",
            "dinkes-1",
            _at(month, each["outage"]),
            Cause(each["cause"]) if "cause" in each else None,
            Exclusion(each["exclusion"]) if "exclusion" in each else None,
        )
        for number, each in enumerate(given.get("corrections", ()))
    )
    return account_for(
        measured_of(month, _links(given, month, inventory)),
        month,
        inventory,
        Ledger(entries),
        before=None,
        before_reason="contoh",
        selection=Selection(),
        number="",
        dated=date(2026, 12, 1),
        allowed_gaps=False,
    )


def _at(month: Month, text: str) -> int:
    match = _INSTANT.fullmatch(text)
    assert match, text
    return at_ms(month, int(match[1]), int(match[2]), int(match[3]), float(match[4] or 0))


def _links(given: dict[str, Any], month: Month, inventory: Inventory) -> list[MeasuredLink]:
    identity = identity_of(inventory.links["dinkes-1"], inventory)
    backup = identity_of(inventory.links["dinkes-2"], inventory)
    since = _at(month, given["since"]) if "since" in given else month.start_ms
    until = _at(month, given["until"]) if "until" in given else month.end_ms
    unmeasured = spans_of((_at(month, start), _at(month, end)) for start, end in given.get("unmeasured", ()))
    links = [measured_link(identity, (since, until), _falls(given.get("down", ()), month), unmeasured)]
    if "backup" in given:
        whole = (month.start_ms, month.end_ms)
        links.append(measured_link(backup, whole, _falls(given["backup"]["down"], month), unmeasured))
    return links


def _falls(many: list[list[str]], month: Month) -> list[Fall]:
    """Each is its start, its end, and its cause where that matters."""
    return [
        Fall(_at(month, start), _at(month, end), Cause(why[0]) if why else Cause.UNKNOWN) for start, end, *why in many
    ]


def _inventory(given: dict[str, Any], month: Month) -> Inventory:
    inventory = sample_inventory()
    works = {
        f"pm-{number}": MaintenanceWindow(
            f"pm-{number}",
            frozenset({"dinkes-1"}),
            wib(_at(month, start)),
            wib(_at(month, end)),
            "Tim Jaringan",
            "Penggantian",
            "ND-1",
        )
        for number, (start, end) in enumerate(given.get("planned", ()))
    }
    said = given.get("contract", {})
    contract = replace(
        inventory.contracts["k-a"],
        sla=_sla(said),
        fee_rupiah_per_month=int(said.get("fee", 950_500)),
        starts=date.fromisoformat(said.get("starts", "2026-01-01")),
        ends=date.fromisoformat(said.get("ends", "2027-12-31")),
    )
    return replace(inventory, contracts={**inventory.contracts, "k-a": contract}, maintenance=works)


def _sla(said: dict[str, Any]) -> Sla:
    return Sla(
        availability_ratio=float(Fraction(said.get("availability", "99.5%").rstrip("%")) / 100),
        tolerance_s=float(said.get("tolerance", "300s").rstrip("s")),
        window=SlaWindow(said.get("window", "24x7")),
        credit=CreditMode(said.get("credit", "prorata")),
        exclusions=frozenset(map(Exclusion, said.get("exclusions", list(Exclusion)))),
        base=SlaBase(said.get("base", "measured")),
        tiers=tuple(
            CreditTier(float(Fraction(below.rstrip("%")) / 100), float(Fraction(share.rstrip("%")) / 100))
            for below, share in said.get("tiers", ())
        ),
    )
