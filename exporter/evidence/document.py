"""The monthly report as blocks: every word and figure, ready to be laid out.

Lives here: the order of its chapters, and what stands on every page. Must not live here: layout (``data/evidence``),
reckoning (``accounting``). The order is that of domain notes 4.4.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from exporter.evidence.accounts import Report
from exporter.evidence.chapter_annex import annex
from exporter.evidence.chapter_contracts import contracts
from exporter.evidence.chapter_coverage import coverage
from exporter.evidence.chapter_method import method
from exporter.evidence.chapter_notes import mapping, notes
from exporter.evidence.chapter_outages import outages, planned_and_corrections
from exporter.evidence.chapter_results import results
from exporter.evidence.chapter_summary import cover, status_of, summary
from exporter.evidence.framework_model import Framework
from exporter.indonesian import day_short, month_name

__all__ = ["document_of", "frame_of"]


def document_of(report: Report, frameworks: Sequence[Framework]) -> dict[str, Any]:
    """The whole report, for ``typesetting.pdf_of``."""
    chapters = (
        cover(report),
        summary(report),
        method(report),
        coverage(report),
        results(report),
        outages(report),
        planned_and_corrections(report),
        contracts(report),
        notes(report),
        mapping(report, frameworks),
        annex(report),
    )
    title = f"Laporan Bulanan Jaringan Internet OPD {month_name(report.month.first)}"
    return {**frame_of(report, title), "blocks": [block for chapter in chapters for block in chapter]}


def frame_of(report: Report, title: str) -> dict[str, Any]:
    """What stands on every page of a document of this report."""
    source = f"{report.source.program}, pemantau {report.source.instance}"
    status = status_of(report)
    words = f"{title} · sumber: {source} · status {status} · tanggal laporan {day_short(report.dated)}"
    return {
        "title": title,
        "author": report.inventory.evidence.unit,
        "mark": "" if report.number else "DRAF",
        "footer": words,
    }
