"""The monthly report as a document: its chapters in their order, every text ready to be set.

Lives here: which chapters there are (domain notes 4.4). Must not live here: what a chapter says (its module does),
how a page looks (``exporter/data/evidence/*.typ``), files.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from exporter.evidence.accounts import Report
from exporter.evidence.advice import advice
from exporter.evidence.appendix import appendix
from exporter.evidence.blocks import numbered
from exporter.evidence.cover import cover, footer
from exporter.evidence.findings import coverage, results
from exporter.evidence.framework_model import Framework
from exporter.evidence.incidents import exclusions, outages
from exporter.evidence.introduction import introduction
from exporter.evidence.mapping import mapping
from exporter.evidence.promises import promises
from exporter.evidence.summary import summary
from exporter.indonesian import month_name

__all__ = ["document_of"]


def document_of(report: Report, frameworks: Sequence[Framework]) -> dict[str, Any]:
    """What ``typesetting.pdf_of("report", ...)`` sets: JSON-able, in Indonesian; equal for equal reports."""
    chapters = [
        summary(report),
        introduction(report),
        coverage(report),
        results(report),
        outages(report),
        exclusions(report),
        promises(report),
        advice(report),
        mapping(report, frameworks),
        appendix(report),
    ]
    return {
        "title": f"Laporan Bulanan Jaringan Internet OPD, {month_name(report.month.first)}",
        "author": report.inventory.evidence.unit,
        "dated": [report.dated.year, report.dated.month, report.dated.day],
        "draft": "" if report.number else "DRAF",
        "footer": footer(report),
        "cover": cover(report),
        "contents": "Daftar Isi",
        "chapters": numbered(chapters),
    }
