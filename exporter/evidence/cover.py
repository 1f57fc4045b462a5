"""The first page of a document, and what stands at the foot of every page.

Lives here: who, which month, which status, and what is wanting. Must not live here: figures, chapters.
"""

from __future__ import annotations

from exporter.evidence.accounts import Report
from exporter.evidence.blocks import Block, facts, notice
from exporter.evidence.period import Month
from exporter.evidence.phrases import letter_number, status
from exporter.indonesian import day_long, day_short, month_name

__all__ = ["cover", "footer", "header_lines", "period", "source_text"]


def period(month: Month) -> str:
    """``1 s.d. 31 Oktober 2026 (WIB)``."""
    return f"1 s.d. {day_long(month.days[-1])} (WIB)"


def source_text(report: Report) -> str:
    """Where all figures come from, in one line."""
    source = report.source
    return f"{source.program}, pengukur {source.instance} (job {source.job})"


def header_lines(report: Report) -> list[str]:
    """Whose document it is: the government and its unit, as far as the inventory says."""
    settings = report.inventory.evidence
    return [line for line in (settings.government, settings.unit) if line]


def footer(report: Report, standing: str = "") -> dict[str, str]:
    """What every page says of itself; its own number is put in when it is set. ``standing``: if not the report's."""
    return {
        "left": f"Periode {month_name(report.month.first)} · Sumber: {source_text(report)}",
        "right": f"Status: {standing or status(report)} · Tanggal laporan {day_short(report.dated)}",
        "page": "halaman",
        "of": "dari",
    }


def cover(report: Report) -> dict[str, object]:
    """The title page."""
    number = report.number or letter_number(report.inventory.evidence)
    rows = [
        ("Nomor", number),
        ("Status", status(report) if report.number else "DRAF, belum bernomor"),
        ("Periode", period(report.month)),
        ("Lingkup", report.selection or "seluruh inventaris"),
        ("Unit kerja", report.inventory.evidence.unit or "-"),
        ("Tanggal laporan", day_long(report.dated)),
        ("Sumber data", source_text(report)),
    ]
    blocks: list[Block] = [facts(rows)]
    if report.allowed_gaps or report.shortcomings:
        blocks.append(_not_proved(report))
    return {
        "header": header_lines(report),
        "title": "Laporan Bulanan Jaringan Internet OPD",
        "subtitle": month_name(report.month.first),
        "blocks": blocks,
    }


def _not_proved(report: Report) -> Block:
    lines = list(report.shortcomings)
    if report.allowed_gaps:
        lines.insert(0, "Laporan dibuat dengan izin khusus (--allow-gaps) walaupun data bulan ini tidak lengkap.")
    title = "Bulan ini tidak terbukti sepenuhnya" if report.allowed_gaps else "Catatan atas kelengkapan data"
    return notice(title, lines)
