"""The chapter of what people say of the month: obstacles, recommendations, what became of earlier ones.

Lives here: the ledger's notes, and those of last month beside their follow-up (what lifts an indicator from level 4 to
5, domain notes 1.3). Must not live here: sentences of our own about causes or blame.
"""

from __future__ import annotations

from exporter.evidence.accounts import Note, NoteKind, Report
from exporter.evidence.blocks import Block, Column, chapter, paragraph, section, signature, table
from exporter.evidence.cover import header_lines
from exporter.indonesian import day_long, month_name

__all__ = ["advice"]


def advice(report: Report) -> Block:
    """Kendala, rekomendasi, dan tindak lanjut, and the empty place where the official signs."""
    return chapter(
        "Kendala, rekomendasi, dan tindak lanjut",
        [
            section("Kendala"),
            _notes(report, NoteKind.OBSTACLE, "Kendala bulan ini", "Tidak ada kendala yang dicatat."),
            section("Rekomendasi"),
            _notes(report, NoteKind.RECOMMENDATION, "Rekomendasi bulan ini", "Tidak ada rekomendasi yang dicatat."),
            section("Tindak lanjut rekomendasi bulan sebelumnya"),
            _follow_up(report),
            section("Penutup"),
            paragraph(
                "Demikian laporan ini disusun dari hasil pengukuran otomatis dan catatan petugas. Pengesahan dilakukan "
                "secara elektronik pada sistem persuratan pemerintah daerah; laporan ini tidak memuat gambar tanda "
                "tangan, cap, atau kode QR."
            ),
            signature(
                "Tempat tanda tangan elektronik",
                [
                    f"{report.inventory.evidence.place or '...'}, {day_long(report.dated)}",
                    *header_lines(report)[-1:],
                ],
                ["Nama:", "Jabatan:"],
            ),
        ],
    )


def _notes(report: Report, kind: NoteKind, title: str, empty: str) -> Block:
    rows = [(each.id, each.text, each.author) for each in report.notes if each.kind is kind]
    return table(title, (Column("Kode", 3), Column("Uraian", 15), Column("Dicatat oleh", 5)), rows, empty=empty)


def _follow_up(report: Report) -> Block:
    found = [each for each in report.notes if each.kind is NoteKind.FOLLOW_UP]
    rows: list[tuple[str, ...]] = []
    told: set[str] = set()
    if report.before is not None:
        for old in report.before.recommendations:
            key = f"{report.before.month}/{old.id}"
            answers = [each for each in found if each.refers_to == key]
            told |= {each.id for each in answers}
            rows += [_answer(key, old.text, each) for each in answers] or [
                (key, old.text, "belum ada catatan tindak lanjut", "-", "-")
            ]
    rows += [_answer(each.refers_to, "-", each) for each in found if each.id not in told]
    columns = (
        Column("Rekomendasi", 5),
        Column("Isi rekomendasi", 8),
        Column("Tindak lanjut", 8),
        Column("Status", 3),
        Column("Dicatat oleh", 4),
    )
    before = "" if report.before is None else f" {month_name(report.before.month.first)}"
    empty = f"Tidak ada rekomendasi bulan sebelumnya{before} yang perlu ditindaklanjuti."
    return table("Tindak lanjut rekomendasi", columns, rows, empty=empty)


def _answer(key: str, text: str, note: Note) -> tuple[str, ...]:
    return (key, text, note.text, note.status or "-", note.author)
