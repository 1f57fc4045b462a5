"""The chapter that maps each artefact of the pack to indicators and levels of the frameworks that apply.

Lives here: frameworks as tables. Must not live here: any indicator; they are data (``inventory/frameworks``).
"""

from __future__ import annotations

from collections.abc import Sequence

from exporter.evidence.accounts import Report
from exporter.evidence.blocks import Block, Column, chapter, paragraph, section, table
from exporter.evidence.framework_model import Artefact, Confidence, Framework, Indicator, Standing, Strength, applying
from exporter.indonesian import decimal
from exporter.model import Network

__all__ = ["mapping"]

_ARTEFACTS = {
    Artefact.REPORT: "Laporan bulanan (PDF)",
    Artefact.ACCEPTANCE: "Rancangan berita acara",
    Artefact.OUTAGES: "Rincian gangguan",
    Artefact.COVERAGE: "Matriks cakupan",
    Artefact.INVENTORY: "Inventaris",
    Artefact.QUALITY: "Laporan mutu pengukuran",
    Artefact.CORRECTIONS: "Buku koreksi",
    Artefact.COMPARISON: "Perbandingan dan tindak lanjut",
    Artefact.METHODS: "Halaman metode",
    Artefact.DATA: "Data mesin, kueri, dan jumlah periksa",
}

_STRENGTHS = {Strength.STRONG: "kuat", Strength.PARTIAL: "sebagian", Strength.WEAK: "lemah"}

_CONFIDENCES = {
    Confidence.HIGH: "tinggi",
    Confidence.MEDIUM: "sedang",
    Confidence.LOW: "rendah",
    Confidence.BACKGROUND: "tanpa sumber, perlu diperiksa",
}

_NETWORKS = {Network.INTERNET: "jalur internet", Network.INTRA: "jaringan intra", Network.BOTH: "keduanya"}

_COLUMNS = (
    Column("Artefak", 6),
    Column("Indikator (bobot)", 7),
    Column("Tingkat", 3),
    Column("Yang ditunjukkan", 9),
    Column("Kekuatan; keyakinan", 5),
)


def mapping(report: Report, frameworks: Sequence[Framework]) -> Block:
    """Pemetaan indikator; says so where no framework is given."""
    shown = applying(frameworks, report.month)
    if not shown:
        text = "Tidak ada kerangka penilaian yang diberikan untuk bulan ini; pemetaan tidak disusun."
        return chapter("Pemetaan indikator", [paragraph(text)])
    blocks: list[Block] = [
        paragraph(
            "Tiap artefak dipetakan ke indikator dan tingkat. Pemetaan ini usulan penyusun; penilaian adalah wewenang "
            "asesor. Keyakinan menyatakan seberapa kuat sumber keterangan tentang indikator itu."
        )
    ]
    for each in shown:
        blocks += _framework(report, each)
    return chapter("Pemetaan indikator", blocks)


def _framework(report: Report, framework: Framework) -> list[Block]:
    standing = "berlaku" if framework.standing(report.month) is Standing.CURRENT else "riwayat, sudah diganti"
    rows = [row for each in framework.supported for row in _rows(each)]
    blocks = [
        section(framework.name),
        paragraph(f"{framework.regulation} ({standing}). Keyakinan: {_CONFIDENCES[framework.confidence]}."),
        table(f"Artefak, indikator, dan tingkat: {framework.name}", _COLUMNS, rows, empty="Tidak ada indikator."),
    ]
    remarks = [framework.caveat] if framework.caveat else []
    remarks += [f"Indikator {each.number}: {each.caveat}" for each in framework.supported if each.caveat]
    remarks += [
        f"Indikator {each.number} menyangkut {_NETWORKS[each.network]}; yang diukur laporan ini: "
        f"{_NETWORKS[report.inventory.evidence.network]}."
        for each in framework.supported
        if each.network is not None and each.network is not report.inventory.evidence.network
    ]
    remarks += [f"{each.text} (keyakinan: {_CONFIDENCES[each.confidence]})" for each in framework.remarks]
    return blocks + [paragraph(each, small=True) for each in remarks]


def _rows(indicator: Indicator) -> list[tuple[str, ...]]:
    sure = "-" if indicator.confidence is None else _CONFIDENCES[indicator.confidence]
    return [
        (
            _ARTEFACTS[each.artefact],
            f"{indicator.number} {indicator.name} ({decimal(indicator.weight * 100, 2)}%)",
            ", ".join(map(str, each.levels)) or "belum diketahui",
            each.text,
            f"{_STRENGTHS[each.strength]}; {sure}",
        )
        for each in indicator.contributions
    ]
