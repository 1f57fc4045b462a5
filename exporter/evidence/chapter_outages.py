"""Every outage that matters to a contract, planned work, and what people added.

Lives here: chapters 5 and 6. Must not live here: sums, money. Outages within a contract's tolerance are counted in one
line each link would fill with dozens; all of them are in the tables of the pack.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from exporter.evidence.accounts import OutageAccount, PlannedRow, Report, Verdict
from exporter.evidence.blocks import Block, Column, heading, note, page, table, text
from exporter.evidence.period import wib
from exporter.evidence.wording import CAUSES, DECIDED, EXCLUSIONS, VERDICTS
from exporter.indonesian import duration, instant, number

__all__ = ["outages", "planned_and_corrections"]

#: Rows of the printed list: 500 links of a bad month have more; the table of the pack has all.
_MOST = 400

_OUTAGES: tuple[Column, ...] = (
    ("Tautan", 2.2, False),
    ("Mulai (WIB)", 1.5, False),
    ("Selesai (WIB)", 1.5, False),
    ("Lama", 1.3, True),
    ("Penyebab", 1.7, False),
    ("Menurut kontrak", 1.6, False),
    ("Tiket", 1, False),
)


def outages(report: Report) -> Iterator[Block]:
    """Chapter 5."""
    short = [each for each in report.outages if each.verdict is Verdict.TOLERATED]
    listed = sorted(
        (each for each in report.outages if each.verdict is not Verdict.TOLERATED),
        key=lambda each: (-each.down_ms, each.start_ms, each.identity.link),
    )[:_MOST]
    listed.sort(key=lambda each: (each.start_ms, each.identity.link))
    yield heading("5. Rincian Gangguan")
    yield text(
        f"Tercatat {number(len(report.outages))} gangguan yang menyentuh bulan ini; {number(len(short))} di "
        "antaranya dalam "
        f"toleransi kontrak dan hanya tercantum pada tabel csv/gangguan.csv. Di bawah ini {number(len(listed))} "
        "gangguan."
    )
    yield table(_OUTAGES, map(_outage, listed), "Tidak ada gangguan di luar toleransi.", 7)
    yield note(
        "Lama adalah seluruh waktu putus yang terukur, juga di bulan sebelah. Tanda ~ berarti awal atau akhirnya tidak "
        "terlihat; yang tercatat adalah saat yang terukur."
    )
    yield page()


def _outage(each: OutageAccount) -> list[str]:
    tickets = ", ".join(correction.ticket for correction in each.corrections if correction.ticket)
    end = "masih berlangsung" if each.end_ms is None else _at(each.end_ms, each.end_seen)
    cause = f"{CAUSES[each.cause]} ({DECIDED[each.decided]})"
    return [
        each.identity.name,
        _at(each.start_ms, each.start_seen),
        end,
        duration(each.length_ms),
        cause,
        _verdict(each),
        tickets,
    ]


def _at(unix_ms: int, seen: bool) -> str:  # noqa: FBT001 - one of two signs
    at: datetime = wib(unix_ms)
    return f"{'' if seen else '~ '}{instant(at, seconds=True)}"


def _verdict(each: OutageAccount) -> str:
    words = VERDICTS[each.verdict]
    if each.excluded_ms:
        words += ": " + ", ".join(EXCLUSIONS[kind] for kind in sorted(each.excluded_ms))
    return words if each.announced else f"{words} (tidak diumumkan sebelumnya)"


def planned_and_corrections(report: Report) -> Iterator[Block]:
    """Chapter 6."""
    yield heading("6. Pemeliharaan Terjadwal, Pengecualian, dan Koreksi")
    columns: list[Column] = [
        ("Pekerjaan", 1.2, False),
        ("Mulai (WIB)", 1.3, False),
        ("Selesai (WIB)", 1.3, False),
        ("Tautan", 0.7, True),
        ("Alasan", 2.2, False),
        ("Persetujuan", 1.6, False),
        ("Diumumkan", 1, False),
    ]
    yield table(columns, map(_planned, report.planned), "Tidak ada pekerjaan terjadwal pada bulan ini.", 7.5)
    yield heading("Koreksi oleh petugas", 2)
    yield text(
        "Hasil ukur tidak pernah diubah. Koreksi berikut ditambahkan di sampingnya, dengan keadaan sebelum dan "
        "sesudahnya."
    )
    yield table(_CORRECTIONS, _corrections(report), "Tidak ada koreksi pada bulan ini.", 7)
    if report.unused_corrections:
        names = ", ".join(each.id for each in report.unused_corrections)
        yield note(f"Koreksi tanpa gangguan yang cocok pada bulan ini: {names}.")
    yield page()


def _planned(row: PlannedRow) -> list[str]:
    spans = [instant(wib(each)) for each in (row.start_ms, row.end_ms)]
    announced = "ya" if row.announced else "tidak"
    return [row.window, *spans, number(len(row.links)), row.reason, row.approval, announced]


_CORRECTIONS: tuple[Column, ...] = (
    ("Koreksi", 1.3, False),
    ("Gangguan", 2, False),
    ("Sebelum", 1.8, False),
    ("Sesudah", 1.8, False),
    ("Oleh, tanggal", 1.5, False),
    ("Alasan dan persetujuan", 2.4, False),
)


def _corrections(report: Report) -> Iterator[list[str]]:
    for outage in report.outages:
        for each in outage.corrections:
            yield [
                each.id,
                f"{outage.identity.name}, {instant(wib(outage.start_ms))}",
                f"{CAUSES[outage.cause_before]}; dihitung {duration(outage.counted_before_ms)}",
                f"{CAUSES[outage.cause]}; dihitung {duration(outage.counted_ms)}",
                f"{each.author}, {each.decided_on:%d/%m/%Y}",
                f"{each.reason} ({each.approval})",
            ]
