"""The chapters of outages one by one, of planned work, and of corrections.

Lives here: what happened, who decided what it was, and on which paper. Must not live here: sums, money.
"""

from __future__ import annotations

from exporter.beside import Cause
from exporter.evidence.accounts import Correction, Decided, OutageAccount, Report, Verdict
from exporter.evidence.blocks import Block, Column, chapter, paragraph, section, table
from exporter.evidence.phrases import at, excluded_text, length_or_dash, outage_length
from exporter.evidence.table_words import word
from exporter.indonesian import day_short, duration, number
from exporter.model import Exclusion

__all__ = ["OUTAGE_COLUMNS", "exclusions", "outage_cells", "outages"]

OUTAGE_COLUMNS = (
    Column("Tautan dan lokasi", 9),
    Column("Mulai, selesai (WIB)", 7),
    Column("Lama", 5),
    Column("Penyebab; ditetapkan oleh", 7),
    Column("Status dan waktu terhitung; tiket", 9),
)


def outage_cells(report: Report, outage: OutageAccount) -> tuple[str, ...]:
    """One row of a list of outages."""
    site = report.inventory.sites.get(outage.identity.site)
    tickets = sorted({each.ticket for each in outage.corrections if each.ticket})
    start = at(outage.start_ms, seconds=True) + ("" if outage.start_seen else " (awal tidak terlihat)")
    end = "belum berakhir" if outage.end_ms is None else at(outage.end_ms, seconds=True)
    end += "" if outage.end_seen else " (akhir tidak terlihat)"
    return (
        f"{outage.identity.link}\n{outage.identity.site if site is None else site.name}",
        f"{start}\n{end}",
        outage_length(outage),
        f"{word(Cause, outage.cause)}; {_decided(outage)}",
        _verdict(outage) + (f"; tiket {', '.join(tickets)}" if tickets else ""),
    )


def _decided(outage: OutageAccount) -> str:
    if outage.decided is Decided.MEASUREMENT:
        return word(Decided, outage.decided)
    authors = sorted({each.author for each in outage.corrections})
    return f"{word(Decided, outage.decided)} {', '.join(each.id for each in outage.corrections)} ({', '.join(authors)})"


def _verdict(outage: OutageAccount) -> str:
    name = word(Verdict, outage.verdict)
    if outage.verdict is Verdict.COUNTED:
        return f"{name} {duration(outage.counted_ms)}"
    if outage.verdict is Verdict.PARTLY:
        rest = excluded_text(outage.excluded_ms)
        outside = "di luar jam, masa, atau bulan kontrak" if rest == "-" else f"dikecualikan: {rest}"
        counted = f"{name} {duration(outage.counted_ms)}" if outage.counted_ms else "tidak dihitung"
        return f"{counted}; {outside}"
    if outage.verdict is Verdict.EXCLUDED:
        return f"{name}: {excluded_text(outage.excluded_ms)}"
    return name


def outages(report: Report) -> Block:
    """Rincian gangguan."""
    rows = [outage_cells(report, each) for each in report.outages]
    many = len({(each.identity.link, each.start_ms) for each in report.outages})
    return chapter(
        "Rincian gangguan",
        [
            paragraph(
                f"{number(many)} gangguan menyentuh bulan ini. Lama adalah seluruh waktu putus gangguan itu, juga "
                "di luar bulan ini; waktu terhitung adalah bagiannya menurut kontrak dalam bulan ini."
            ),
            table("Gangguan tautan", OUTAGE_COLUMNS, rows, empty="Tidak ada gangguan bulan ini."),
        ],
    )


def exclusions(report: Report) -> Block:
    """Pemeliharaan terjadwal, pengecualian, dan koreksi."""
    return chapter(
        "Pemeliharaan terjadwal, pengecualian, dan koreksi",
        [
            section("Pemeliharaan terjadwal"),
            _planned(report),
            section("Pengecualian"),
            _excluded(report),
            section("Koreksi"),
            paragraph(
                "Koreksi adalah keputusan petugas atas satu gangguan. Catatan pengukuran tetap; yang berubah hanya "
                "penyebab atau perhitungannya, sebagaimana sebelum dan sesudahnya di bawah ini."
            ),
            _corrections(report),
        ],
    )


def _planned(report: Report) -> Block:
    rows = [
        (
            each.window,
            f"{at(each.start_ms)} s.d. {at(each.end_ms)}",
            ", ".join(each.links),
            f"{each.reason} ({each.author})",
            each.approval or "-",
            "ya" if each.announced else "tidak seluruhnya",
        )
        for each in report.planned
    ]
    columns = (
        Column("Pemeliharaan", 4),
        Column("Waktu (WIB)", 6),
        Column("Tautan", 6),
        Column("Alasan (penanggung jawab)", 6),
        Column("Persetujuan", 4),
        Column("Diumumkan", 3),
    )
    return table("Pemeliharaan yang berjalan", columns, rows, empty="Tidak ada pemeliharaan terjadwal bulan ini.")


def _excluded(report: Report) -> Block:
    rows = []
    for each in report.outages:
        for exclusion in (kind for kind in Exclusion if each.excluded_ms.get(kind)):
            approvals = sorted({entry.approval for entry in each.corrections if entry.approval})
            rows.append(
                (
                    each.identity.link,
                    at(each.start_ms, seconds=True),
                    word(Exclusion, exclusion),
                    duration(each.excluded_ms[exclusion]),
                    ", ".join(approvals) or "menurut kontrak dan inventaris",
                )
            )
    columns = (
        Column("Tautan", 6),
        Column("Mulai gangguan (WIB)", 6),
        Column("Pengecualian", 5),
        Column("Waktu", 5, right=True),
        Column("Persetujuan", 7),
    )
    return table("Waktu henti yang dikecualikan", columns, rows, empty="Tidak ada waktu henti yang dikecualikan.")


def _corrections(report: Report) -> Block:
    affected = {entry.id: each for each in report.outages for entry in each.corrections}
    rows = [_correction(each, affected.get(each.id)) for each in report.corrections]
    columns = (
        Column("Koreksi", 4),
        Column("Gangguan (WIB)", 5),
        Column("Sebelum", 6),
        Column("Sesudah", 6),
        Column("Alasan dan catatan", 7),
        Column("Ditetapkan; persetujuan", 6),
    )
    return table("Koreksi bulan ini", columns, rows, empty="Tidak ada koreksi bulan ini.")


def _correction(entry: Correction, outage: OutageAccount | None) -> tuple[str, ...]:
    before = after = "tidak cocok dengan gangguan mana pun"
    if outage is not None:
        before = f"{word(Cause, outage.cause_before)}; terhitung {length_or_dash(outage.counted_before_ms)}"
        after = f"{word(Cause, outage.cause)}; terhitung {length_or_dash(outage.counted_ms)}"
    parts = [entry.reason, entry.note, f"tiket {entry.ticket}" if entry.ticket else ""]
    if entry.reported_ms is not None:
        parts.append(f"dilaporkan {at(entry.reported_ms)} WIB")
    return (
        f"{entry.id}\n{entry.place}",
        f"{entry.link}\n{at(entry.start_ms, seconds=True)}",
        before,
        after,
        "; ".join(each for each in parts if each),
        f"{entry.author}, {day_short(entry.decided_on)}; {entry.approval or 'tanpa persetujuan'}",
    )
