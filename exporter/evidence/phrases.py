"""Figures of an account as short texts, in the one form that all pages use.

Lives here: availability beside its coverage, lengths, instants, numbers of letters. Must not live here: whole
sentences, tables, arithmetic other than the last division.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from exporter.evidence.accounts import Account, OutageAccount, Report
from exporter.evidence.period import wib
from exporter.evidence.table_words import word
from exporter.indonesian import decimal, duration, instant, percent
from exporter.model import EvidenceSettings, Exclusion, Inventory, Sla

__all__ = [
    "at",
    "change",
    "excluded_text",
    "kabkota_name",
    "length_or_dash",
    "letter_number",
    "mean_restore",
    "opd_name",
    "outage_length",
    "promise",
    "share",
    "share_cell",
    "status",
]


#: Nothing shorter than what the times beside it show.
_SECOND_MS = 1000


def at(unix_ms: int, *, seconds: bool = False) -> str:
    """``23/11/2026 09.14``; the column says that it is WIB."""
    return instant(wib(unix_ms), seconds=seconds)


def share(account: Account) -> str:
    """``99,52% (cakupan 99,98%)``; a dash where nothing was measured."""
    if account.availability is None:
        return "-"
    return f"{percent(account.availability)} (cakupan {percent(account.coverage)})"


def share_cell(account: Account) -> str:
    """The same on two lines, for a table's cell."""
    return share(account).replace(" (", "\n(")


def change(now: Fraction | None, before: Fraction | None) -> str:
    """``naik 0,12 poin``, of percentages; a dash where there is nothing to compare."""
    if now is None or before is None:
        return "-"
    points = decimal(abs(now - before) * 100, 2)
    if points == "0":
        return "tetap (di bawah 0,01 poin)" if now != before else "tetap"
    return f"{'naik' if now > before else 'turun'} {points} poin"


def length_or_dash(length_ms: int, *, units: int = 2) -> str:
    """A length in its largest units, or a dash for none at all."""
    return duration(length_ms, units=units) if length_ms else "-"


def mean_restore(restore_ms: int, restored: int) -> str:
    """The mean time to restore; a dash where nothing was restored."""
    return duration(restore_ms // restored) if restored else "-"


def outage_length(outage: OutageAccount) -> str:
    """How long it was down; an end that was not seen makes it a least length, and what is not known in it is told."""
    if outage.end_ms is None:
        return f"sekurang-kurangnya {duration(outage.length_ms)}"
    least = "" if outage.start_seen and outage.end_seen else "sekurang-kurangnya "
    unknown_ms = outage.end_ms - outage.start_ms - outage.length_ms
    beside = f"; {duration(unknown_ms)} lain tidak terukur" if unknown_ms >= _SECOND_MS else ""
    return f"{least}{duration(outage.length_ms)}{beside}"


def excluded_text(excluded: Mapping[Exclusion, int]) -> str:
    """``pemeliharaan 2 jam 30 menit; catu daya 2 jam``; a dash for none."""
    parts = [f"{word(Exclusion, each)} {duration(excluded[each])}" for each in Exclusion if excluded.get(each)]
    return "; ".join(parts) or "-"


def promise(sla: Sla | None) -> str:
    """``99,5%``, as the contract writes it; a dash where it promises nothing."""
    return "-" if sla is None else f"{decimal(Fraction(repr(sla.availability_ratio)) * 100, 7)}%"


def opd_name(inventory: Inventory, key: str) -> str:
    """The name of an agency; its id where the inventory does not know it."""
    return inventory.opd[key].name if key in inventory.opd else key


def kabkota_name(inventory: Inventory, key: str) -> str:
    """The name of a kabupaten or kota; its code where the inventory does not know it."""
    return inventory.kabkota[key].name if key in inventory.kabkota else key


def status(report: Report) -> str:
    """A report is a draft until it has a number."""
    return "FINAL" if report.number else "DRAF"


def letter_number(settings: EvidenceSettings) -> str:
    """``.../KODE/UNIT``: what a letter shows before it is numbered (domain notes 4.3)."""
    return f".../{settings.classification or '...'}/{settings.unit_code or '...'}"
