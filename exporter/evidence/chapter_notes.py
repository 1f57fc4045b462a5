"""What people add to the month, and which indicator each part of the pack speaks to.

Lives here: chapters 8 and 9. Must not live here: what frameworks ask (``inventory/frameworks``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from exporter.evidence.accounts import Note, NoteKind, Report
from exporter.evidence.blocks import Block, Column, bullets, heading, note, page, table, text
from exporter.evidence.framework_model import Artefact, Confidence, Framework, Standing, Strength, applying
from exporter.evidence.wording import NOTES
from exporter.indonesian import decimal

__all__ = ["ARTEFACTS", "mapping", "notes"]

ARTEFACTS = {
    Artefact.REPORT: "Laporan bulanan",
    Artefact.ACCEPTANCE: "Berita acara",
    Artefact.OUTAGES: "Rincian gangguan",
    Artefact.COVERAGE: "Matriks cakupan",
    Artefact.INVENTORY: "Inventaris",
    Artefact.QUALITY: "Laporan mutu data",
    Artefact.CORRECTIONS: "Buku koreksi",
    Artefact.COMPARISON: "Perbandingan dan tindak lanjut",
    Artefact.METHODS: "Cara mengukur dan menghitung",
    Artefact.DATA: "Data dan kueri",
}

_STRENGTHS = {Strength.STRONG: "kuat", Strength.PARTIAL: "sebagian", Strength.WEAK: "lemah"}

_CONFIDENCES = {
    Confidence.HIGH: "tinggi",
    Confidence.MEDIUM: "sedang",
    Confidence.LOW: "rendah",
    Confidence.BACKGROUND: "perlu diperiksa",
}

_STANDINGS = {Standing.CURRENT: "berlaku", Standing.HISTORY: "riwayat, tidak berlaku lagi"}

_MAPPING: tuple[Column, ...] = (
    ("Indikator", 2.2, False),
    ("Bobot", 0.6, True),
    ("Artefak", 1.4, False),
    ("Tingkat", 0.7, False),
    ("Kekuatan", 0.8, False),
    ("Yang ditunjukkan", 3, False),
    ("Keyakinan", 0.9, False),
)


def notes(report: Report) -> Iterator[Block]:
    """Chapter 8."""
    yield heading("8. Kendala, Rekomendasi, dan Tindak Lanjut")
    for kind in (NoteKind.OBSTACLE, NoteKind.RECOMMENDATION):
        yield heading(NOTES[kind], 2)
        found = [f"{each.id}: {each.text} ({each.author})" for each in report.notes if each.kind is kind]
        yield bullets(found) if found else text("Belum diisi oleh unit kerja.")
    yield heading("Tindak lanjut rekomendasi bulan sebelumnya", 2)
    columns: list[Column] = [("Rekomendasi", 2.5, False), ("Status", 0.9, False), ("Tindak lanjut", 3, False)]
    yield table(columns, _follow_ups(report), "Tidak ada rekomendasi bulan sebelumnya yang tercatat.")
    yield page()


def _follow_ups(report: Report) -> Iterator[list[str]]:
    """Every recommendation of last month with what became of it, then other follow-ups."""
    answers: dict[str, list[Note]] = {}
    for each in report.notes:
        if each.kind is NoteKind.FOLLOW_UP:
            answers.setdefault(each.refers_to, []).append(each)
    if report.before is not None:
        for each in report.before.recommendations:
            key = f"{report.before.month}/{each.id}"
            found = answers.pop(key, [])
            status = found[-1].status if found else "belum dilaporkan"
            yield [f"{key}: {each.text}", status, "; ".join(answer.text for answer in found) or "-"]
    for key, found in sorted(answers.items()):
        yield [key, found[-1].status, "; ".join(answer.text for answer in found)]


def mapping(report: Report, frameworks: Sequence[Framework]) -> Iterator[Block]:
    """Chapter 9."""
    yield heading("9. Pemetaan Indikator")
    shown = applying(frameworks, report.month)
    if not shown:
        yield text("Tidak ada kerangka penilaian yang disertakan pada penyusunan paket ini.")
    for each in shown:
        standing = each.standing(report.month)
        words = f", {_STANDINGS[standing]}" if standing is not None else ""
        yield heading(f"{each.name} ({each.regulation}{words})", 2)
        if each.caveat:
            yield text(each.caveat)
        yield table(_MAPPING, _contributions(each), "Tidak ada indikator yang didukung paket ini.", 7)
        caveats = [f"Indikator {it.number}: {it.caveat}" for it in each.supported if it.caveat]
        yield from ([note("  ".join(caveats))] if caveats else [])
    yield page()


def _contributions(framework: Framework) -> Iterator[list[str]]:
    for indicator in framework.supported:
        confidence = _CONFIDENCES[indicator.confidence] if indicator.confidence is not None else "-"
        for each in indicator.contributions:
            levels = ", ".join(str(level) for level in each.levels) or "-"
            yield [
                f"{indicator.number}. {indicator.name}",
                f"{decimal(indicator.weight * 100, 2)}%",
                ARTEFACTS[each.artefact],
                levels,
                _STRENGTHS[each.strength],
                each.text,
                confidence,
            ]
