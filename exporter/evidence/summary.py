"""The page for the head of the agency: what the month was, in one page.

Lives here: chapter 1 of the report. Must not live here: how anything is computed, details of outages.
"""

from __future__ import annotations

from exporter.evidence.accounts import Report
from exporter.evidence.blocks import Block, Column, chapter, facts, paragraph, section, table
from exporter.evidence.phrases import change, kabkota_name, length_or_dash, mean_restore, opd_name, share, share_cell
from exporter.indonesian import duration, month_name, number, percent, rupiah

__all__ = ["summary"]


def summary(report: Report) -> Block:
    """Ringkasan Pimpinan."""
    return chapter(
        "Ringkasan Pimpinan",
        [
            paragraph(_sentence(report)),
            facts(_figures(report)),
            section("Perbandingan dengan bulan sebelumnya"),
            *_comparison(report),
            section("Lima lokasi dan tautan dengan gangguan terlama"),
            _worst_sites(report),
            _worst_links(report),
        ],
    )


def _sentence(report: Report) -> str:
    totals = report.totals
    if totals.around.availability is None:
        return f"Selama {month_name(report.month.first)} tidak ada waktu yang terukur."
    watched = [link.identity for link in report.links if link.around.availability is not None]
    links, sites = (len({getattr(each, kind) for each in watched}) for kind in ("link", "site"))
    return (
        f"Selama {month_name(report.month.first)} terukur {number(links)} tautan internet di "
        f"{number(sites)} lokasi. Ketersediaan seluruh tautan {percent(totals.around.availability)} dari waktu "
        f"terukur, dengan cakupan pengukuran {percent(totals.around.coverage)}. "
        f"{number(totals.below)} dari {number(totals.promised)} tautan yang mempunyai janji layanan berada di bawah "
        f"janjinya."
    )


def _figures(report: Report) -> list[tuple[str, str]]:
    totals = report.totals
    return [
        ("Ketersediaan tautan, 24x7", share(totals.around)),
        ("Ketersediaan tautan, jam kerja", share(totals.service)),
        ("Ketersediaan lokasi, 24x7", share(totals.site_around)),
        ("Ketersediaan lokasi, jam kerja", share(totals.site_service)),
        ("Gangguan tautan yang mulai bulan ini", number(totals.outages)),
        ("Waktu pemulihan rata-rata (MTTR)", mean_restore(totals.restore_ms, totals.restored)),
        ("Tautan di bawah janji layanan", f"{number(totals.below)} dari {number(totals.promised)}"),
        ("Restitusi menurut kontrak", rupiah(totals.credit_rupiah)),
    ]


def _comparison(report: Report) -> list[Block]:
    before, totals = report.before, report.totals
    if before is None:
        return [paragraph(f"Tidak ada pembanding: {report.before_reason or 'paket bulan sebelumnya tidak diberikan'}.")]
    mean = totals.restore_ms // totals.restored if totals.restored else None
    longer = "-"
    if mean is not None and before.mean_restore_ms is not None:
        difference = mean - before.mean_restore_ms
        longer = f"{'naik' if difference > 0 else 'turun'} {duration(abs(difference))}" if difference else "tetap"
    pairs = (
        ("Ketersediaan tautan, 24x7", before.availability, totals.around.availability),
        ("Ketersediaan lokasi, 24x7", before.site_availability, totals.site_around.availability),
        ("Cakupan pengukuran", before.coverage, totals.around.coverage),
    )
    rows = [(label, percent(old), percent(new), change(new, old)) for label, old, new in pairs]
    rows += [
        ("Gangguan", number(before.outages), number(totals.outages), _more(totals.outages - before.outages)),
        (
            "Waktu pemulihan rata-rata",
            "-" if before.mean_restore_ms is None else duration(before.mean_restore_ms),
            mean_restore(totals.restore_ms, totals.restored),
            longer,
        ),
        (
            "Tautan di bawah janji layanan",
            number(before.below),
            number(totals.below),
            _more(totals.below - before.below),
        ),
    ]
    columns = (
        Column("Ukuran", 9),
        Column(month_name(before.month.first), 6, right=True),
        Column(month_name(report.month.first), 6, right=True),
        Column("Perubahan", 7, right=True),
    )
    return [table("Perbandingan dengan bulan sebelumnya", columns, rows, empty="")]


def _more(difference: int) -> str:
    return f"{'naik' if difference > 0 else 'turun'} {number(abs(difference))}" if difference else "tetap"


def _worst_sites(report: Report) -> Block:
    rows = [
        (
            each.name,
            kabkota_name(report.inventory, each.kabkota),
            length_or_dash(each.around.down_ms),
            number(each.outages),
            share_cell(each.around),
        )
        for each in report.worst_sites
    ]
    columns = (
        Column("Lokasi", 9),
        Column("Kabupaten/Kota", 6),
        Column("Waktu henti", 5, right=True),
        Column("Gangguan", 3, right=True),
        Column("Ketersediaan 24x7", 6, right=True),
    )
    return table("Lokasi dengan waktu henti terlama", columns, rows, empty="Tidak ada lokasi yang terputus bulan ini.")


def _worst_links(report: Report) -> Block:
    rows = [
        (
            f"{each.identity.link} ({opd_name(report.inventory, each.identity.opd)})",
            each.identity.provider,
            length_or_dash(each.around.down_ms),
            number(each.outages),
            share_cell(each.around),
        )
        for each in report.worst_links
    ]
    columns = (
        Column("Tautan (OPD)", 9),
        Column("Penyedia", 6),
        Column("Waktu henti", 5, right=True),
        Column("Gangguan", 3, right=True),
        Column("Ketersediaan 24x7", 6, right=True),
    )
    return table("Tautan dengan waktu henti terlama", columns, rows, empty="Tidak ada tautan yang terputus bulan ini.")
