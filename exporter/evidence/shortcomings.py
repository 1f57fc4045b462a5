"""All that makes a month less than proved, said in Indonesian.

Lives here: what accounting finds, one sentence each, after what reading found. Must not live here: whether a pack is
made all the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from exporter.evidence.accounts import Correction, LinkAccount, OutageAccount, PlannedRow, Totals
from exporter.evidence.period import wib
from exporter.indonesian import decimal, duration, instant, number, percent
from exporter.model import Inventory
from exporter.thresholds import EVIDENCE_COVERAGE

__all__ = ["Found", "shortcomings_of"]


@dataclass(frozen=True, slots=True)
class Found:
    """What the sentences are about."""

    totals: Totals
    links: Sequence[LinkAccount]
    outages: Sequence[OutageAccount]
    planned: Sequence[PlannedRow]
    unused: Sequence[Correction]
    unknown_links: Sequence[str]
    unaccounted_ms: int  #: down, and part of no outage


def shortcomings_of(found: Found, inventory: Inventory) -> tuple[str, ...]:
    """One line each, in a fixed order; none: nothing is wanting that accounting could see."""
    return tuple(
        line
        for lines in (
            _coverage(found.totals),
            _unknown(found, inventory),
            _outages(found),
            _planned(found.planned),
            _unused(found.unused),
        )
        for line in lines
    )


def _coverage(totals: Totals) -> list[str]:
    coverage, least = totals.around.coverage, Fraction(repr(EVIDENCE_COVERAGE))
    if coverage is None:
        return ["Tidak ada satu tautan pun dalam data bulan ini."]
    if coverage < least:
        return [f"Kelengkapan data {percent(coverage)}, kurang dari {decimal(least * 100, 2)}% yang disyaratkan."]
    return []


def _unknown(found: Found, inventory: Inventory) -> list[str]:
    lines = []
    if found.unknown_links:
        lines.append(f"Tautan yang terukur tetapi tidak ada di inventaris: {', '.join(found.unknown_links)}.")
    sites = {link.identity.site for link in found.links} - inventory.sites.keys()
    if sites:
        lines.append(
            f"Lokasi yang tidak ada di inventaris, jam layanannya tidak diketahui: {', '.join(sorted(sites))}."
        )
    contracts = {link.identity.contract for link in found.links} - inventory.contracts.keys()
    if contracts:
        lines.append(f"Kontrak yang tidak ada di inventaris, tanpa perhitungan SLA: {', '.join(sorted(contracts))}.")
    nothing = sorted({link.identity.link for link in found.links if link.around.availability is None})
    if nothing:
        lines.append(f"Tautan tanpa waktu terukur: {', '.join(nothing)}.")
    return lines


def _outages(found: Found) -> list[str]:
    lines = []
    unseen = _many(each for each in found.outages if not (each.start_seen and each.end_seen))
    if unseen:
        lines.append(f"{number(unseen)} gangguan tidak terlihat awal atau akhirnya; lamanya sekurang-kurangnya.")
    lasting = _many(each for each in found.outages if each.end_ms is None)
    if lasting:
        lines.append(f"{number(lasting)} gangguan belum berakhir ketika data dibaca; lamanya sekurang-kurangnya.")
    if found.unaccounted_ms:
        lines.append(f"Waktu putus tanpa catatan gangguan, dihitung penuh: {duration(found.unaccounted_ms)}.")
    return lines


def _many(outages: Iterable[OutageAccount]) -> int:
    """How many they are; one of a link whose contract changed meanwhile has an account under each, and is one."""
    return len({(each.identity.link, each.start_ms) for each in outages})


def _planned(rows: Sequence[PlannedRow]) -> list[str]:
    return [
        f"Pemeliharaan {row.window} mulai {instant(wib(row.start_ms))} WIB: pengumuman saat berjalan tidak terbukti "
        "untuk seluruh waktunya."
        for row in rows
        if not row.announced
    ]


def _unused(unused: Sequence[Correction]) -> list[str]:
    return [
        f"Koreksi {each.id} ({each.place}) tidak cocok dengan gangguan mana pun: tautan {each.link}, "
        f"mulai {instant(wib(each.start_ms), seconds=True)} WIB."
        for each in unused
    ]
