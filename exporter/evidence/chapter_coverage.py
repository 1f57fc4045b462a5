"""Which sites were watched, and how completely.

Lives here: chapter 3, with the denominator of every "all". Must not live here: availability.
"""

from __future__ import annotations

from collections.abc import Iterator

from exporter.evidence.accounts import Report
from exporter.evidence.blocks import Block, Column, heading, page, pairs, table, text
from exporter.indonesian import number, percent

__all__ = ["coverage"]


def coverage(report: Report) -> Iterator[Block]:
    """Chapter 3."""
    rows = report.coverage
    watched = [each for each in rows if each.links_measured]
    whole = [each for each in watched if not each.reason]
    partly = [each for each in watched if each.reason]
    unseen = [each for each in rows if not each.links_measured]
    yield heading("3. Cakupan")
    yield text(
        "Penyebut setiap angka provinsi pada laporan ini adalah lokasi dan tautan berikut. Lokasi yang tidak terpantau "
        "sepenuhnya tercantum satu per satu dengan alasannya."
    )
    yield pairs(
        [
            ("Lokasi dalam inventaris", number(len(rows))),
            ("Terpantau sebulan penuh", number(len(whole))),
            ("Terpantau sebagian", number(len(partly))),
            ("Tidak terpantau", number(len(unseen))),
            ("Tautan dalam inventaris", number(sum(each.links_in_inventory for each in rows))),
            ("Tautan terukur", number(sum(each.links_measured for each in rows))),
            ("Kelengkapan data", percent(report.totals.around.coverage)),
        ],
        60,
    )
    yield heading("Lokasi yang tidak terpantau sepenuhnya", 2)
    columns: list[Column] = [
        ("Lokasi", 2.4, False),
        ("Tautan", 0.7, True),
        ("Terukur", 0.8, True),
        ("Cakupan", 0.9, True),
        ("Alasan", 2.6, False),
    ]
    told = [
        (each.name, number(each.links_in_inventory), number(each.links_measured), percent(each.coverage), each.reason)
        for each in rows
        if each.reason
    ]
    yield table(columns, told, "Semua lokasi terpantau sebulan penuh.")
    if report.unknown_links:
        yield heading("Tautan yang terukur tetapi tidak ada lagi dalam inventaris", 2)
        yield text(", ".join(report.unknown_links))
    yield page()
