"""The tables of a pack, in their order.

Lives here: the list, and the tables of one report. Must not live here: their columns (``tables_of_links``,
``tables_of_groups``, ``tables_of_records``), files. ``docs/evidence-tables.md`` is written from what stands here.
"""

from __future__ import annotations

from typing import Any

from exporter.evidence.accounts import Report
from exporter.evidence.cells import Table
from exporter.evidence.columns import Definition
from exporter.evidence.tables_of_groups import CAKUPAN, FASE, HARIAN, KABKOTA, OPD, PENYEDIA, RINGKASAN
from exporter.evidence.tables_of_links import GANGGUAN, KONTRAK, LOKASI, TAUTAN
from exporter.evidence.tables_of_records import CATATAN, CELAH, KOREKSI, KUERI, PEMELIHARAAN

__all__ = ["DEFINITIONS", "tables_of"]

DEFINITIONS: tuple[Definition[Any], ...] = (
    RINGKASAN,
    KABKOTA,
    OPD,
    PENYEDIA,
    FASE,
    KONTRAK,
    LOKASI,
    TAUTAN,
    GANGGUAN,
    HARIAN,
    CAKUPAN,
    PEMELIHARAAN,
    KOREKSI,
    CATATAN,
    CELAH,
    KUERI,
)


def tables_of(report: Report) -> tuple[Table, ...]:
    """Every table of a report; one without rows is there too, for that is an answer."""
    return tuple(definition.table(report) for definition in DEFINITIONS)
