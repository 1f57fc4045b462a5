<<<<<<< HEAD
"""All that makes a month less than proved, said in Indonesian.

Lives here: what accounting finds, one sentence each, after what reading found. Must not live here: whether a pack is
made all the same.
=======
"""What a month lacks, in words: what could not be read, was not scraped, or was not known.

Lives here: Indonesian lines for people. Must not live here: reading, whether the month is proved (``provable``). Pure.
>>>>>>> reading
"""

from __future__ import annotations

<<<<<<< HEAD
from collections.abc import Sequence
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
        return ["Tidak ada satu jalur pun dalam data bulan ini."]
    if coverage < least:
        return [f"Kelengkapan data {percent(coverage)}, kurang dari {decimal(least * 100, 2)}% yang disyaratkan."]
    return []


def _unknown(found: Found, inventory: Inventory) -> list[str]:
    lines = []
    if found.unknown_links:
        lines.append(f"Jalur yang terukur tetapi tidak ada di inventaris: {', '.join(found.unknown_links)}.")
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
        lines.append(f"Jalur tanpa waktu terukur: {', '.join(nothing)}.")
    return lines


def _outages(found: Found) -> list[str]:
    lines = []
    unseen = sum(not (each.start_seen and each.end_seen) for each in found.outages)
    if unseen:
        lines.append(f"{number(unseen)} gangguan tidak terlihat awal atau akhirnya; lamanya sekurang-kurangnya.")
    lasting = sum(each.end_ms is None for each in found.outages)
    if lasting:
        lines.append(f"{number(lasting)} gangguan belum berakhir ketika data dibaca; lamanya sekurang-kurangnya.")
    if found.unaccounted_ms:
        lines.append(f"Waktu putus tanpa catatan gangguan, dihitung penuh: {duration(found.unaccounted_ms)}.")
    return lines


def _planned(rows: Sequence[PlannedRow]) -> list[str]:
    return [
        f"Pemeliharaan {row.window} mulai {instant(wib(row.start_ms))} WIB: pengumuman saat berjalan tidak terbukti "
        "untuk seluruh waktunya."
        for row in rows
        if not row.announced
    ]


def _unused(unused: Sequence[Correction]) -> list[str]:
    return [
        f"Koreksi {each.id} ({each.place}) tidak cocok dengan gangguan mana pun: jalur {each.link}, "
        f"mulai {instant(wib(each.start_ms), seconds=True)} WIB."
        for each in unused
    ]
=======
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from exporter.evidence.asking import Failure
from exporter.evidence.measured import Gap, GapReason, MeasuredLink, Standing
from exporter.evidence.period import wib
from exporter.evidence.scrapes import Scrapes
from exporter.indonesian import duration, instant, number, percent
from exporter.thresholds import EVIDENCE_COVERAGE

__all__ = ["shortcomings_of"]

_LEAST = Fraction(repr(EVIDENCE_COVERAGE))


def shortcomings_of(
    failures: Iterable[Failure],
    scrapes: Scrapes,
    gaps: Sequence[Gap],
    links: Sequence[MeasuredLink],
    span: tuple[int, int],
) -> tuple[str, ...]:
    """One line each, in a fixed order; ``span`` is the month as far as it has come."""
    return (
        *(f"{each.purpose}: tidak terbaca {_span(each.start_ms, each.end_ms)}: {each.words}" for each in failures),
        *_of_gaps(gaps, span),
        *_of_scrapes(scrapes, span),
        *_of_links(links),
    )


def _of_gaps(gaps: Sequence[Gap], span: tuple[int, int]) -> Iterator[str]:
    start_ms, end_ms = span
    for each in gaps:
        if each.start_ms <= start_ms < each.end_ms and each.reason is GapReason.NO_SAMPLES:
            yield f"data yang tersimpan baru ada sejak {_at(min(each.end_ms, end_ms))}"
        elif each.end_ms >= end_ms > each.start_ms and each.reason is GapReason.NO_SAMPLES:
            yield f"tidak ada data setelah {_at(each.start_ms)}"
    started = sum(each.reason is GapReason.RESTARTED for each in gaps)
    if started:
        yield f"pemantau dimulai ulang tanpa celah pengambilan data: {number(started)} kali"
    long = [each for each in gaps if each.reason is not GapReason.RESTARTED]
    if long:
        total_ms = sum(min(each.end_ms, end_ms) - max(each.start_ms, start_ms) for each in long)
        longest = max(long, key=lambda each: each.end_ms - each.start_ms)
        yield (
            f"celah pengambilan data: {number(len(long))}, seluruhnya {duration(total_ms)},"
            f" terpanjang {_span(longest.start_ms, longest.end_ms)}"
        )


def _of_scrapes(scrapes: Scrapes, span: tuple[int, int]) -> Iterator[str]:
    failed, good = (
        int(((times_ms >= span[0]) & (times_ms < span[1])).sum()) for times_ms in (scrapes.failed_ms, scrapes.good_ms)
    )
    if failed:
        yield f"pengambilan data yang tidak dijawab pemantau: {number(failed)} dari {number(failed + good)}"


def _of_links(links: Sequence[MeasuredLink]) -> Iterator[str]:
    covered = [(_coverage(each), each.identity.link) for each in links]
    poor = [each for each in covered if each[0] < _LEAST]
    if poor:
        coverage, link = min(poor)
        yield (
            f"tautan yang terukur kurang dari {percent(_LEAST)} waktunya: {number(len(poor))},"
            f" terendah {link} dengan {percent(coverage)}"
        )


def _coverage(link: MeasuredLink) -> Fraction:
    unknown_ms = sum(each.length_ms for each in link.segments if each.standing is Standing.UNMEASURED)
    return 1 - Fraction(unknown_ms, link.until_ms - link.from_ms)


def _at(unix_ms: int) -> str:
    return f"{instant(wib(unix_ms))} WIB"


def _span(start_ms: int, end_ms: int) -> str:
    return f"dari {instant(wib(start_ms))} sampai {_at(end_ms)}"
>>>>>>> reading
