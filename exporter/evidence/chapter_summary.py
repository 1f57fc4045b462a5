"""The cover of the monthly report, and the page for those who read no further.

Lives here: the cover and chapter 1 (domain notes 4.4). Must not live here: details, layout.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from exporter.evidence.accounts import Account, LinkAccount, Report, SiteAccount, Totals
from exporter.evidence.blocks import Block, Column, bullets, figures, heading, note, page, pairs, table, text, warning
from exporter.indonesian import day_long, duration, month_name, number, percent, rupiah

__all__ = ["cover", "mean_restore", "status_of", "summary"]

_NOT_NAMED = "(unit kerja belum diisi pada inventaris)"


def status_of(report: Report) -> str:
    """``DRAF`` until the letter has a number."""
    return "FINAL" if report.number else "DRAF"


def number_line(report: Report) -> str:
    """The letter's number, or the form with what is to be filled in."""
    who = report.inventory.evidence
    return report.number or f".../{who.classification or '...'}/{who.unit_code or '...'}"


def cover(report: Report) -> Iterator[Block]:
    """Title, period, unit, status, and a plain word where the month is not fully proved."""
    who = report.inventory.evidence
    yield {
        "kind": "cover",
        "government": who.government,
        "unit": who.unit or _NOT_NAMED,
        "title": "Laporan Bulanan Jaringan Internet OPD",
        "period": month_name(report.month.first),
    }
    rows = [("Nomor", number_line(report)), ("Status", status_of(report)), ("Tanggal laporan", day_long(report.dated))]
    rows.append(
        ("Periode", f"{day_long(report.month.days[0])} 00.00 WIB sampai {day_long(report.month.next.first)} 00.00 WIB")
    )
    rows.append(("Cakupan", report.selection or "seluruh inventaris"))
    rows.append(("Sumber data", f"{report.source.program}, pemantau {report.source.instance}"))
    yield pairs(rows)
    if report.allowed_gaps or report.shortcomings:
        title = "Bulan ini tidak terbukti sepenuhnya" if report.allowed_gaps else "Catatan atas kelengkapan data"
        yield warning(title, report.shortcomings or ("lihat bab Cakupan dan lampiran mutu data",))
    if not report.number:
        yield note(
            "Naskah ini adalah draf sampai diberi nomor oleh unit kerja dan ditandatangani pada sistem naskah dinas."
        )
    yield page()


def mean_restore(restore_ms: int, restored: int) -> str:
    """Mean time to restore; a dash where nothing was restored."""
    return duration(restore_ms // restored) if restored else "-"


def summary(report: Report) -> Iterator[Block]:
    """One page: the province's figures, the worst, and last month beside them."""
    totals = report.totals
    yield heading("1. Ringkasan Pimpinan")
    yield text(_sentence(report))
    yield figures(_cells(totals))
    yield heading("Perbandingan dengan bulan sebelumnya", 2)
    yield from _comparison(report)
    yield heading("Lokasi dengan waktu henti terlama", 2)
    columns: list[Column] = [
        ("Lokasi", 3, False),
        ("Waktu henti", 1.4, True),
        ("Ketersediaan", 1.2, True),
        ("Cakupan", 1, True),
    ]
    yield table(columns, map(_site, report.worst_sites), "Tidak ada lokasi yang putus pada bulan ini.")
    yield heading("Tautan dengan waktu henti terlama", 2)
    columns[0] = ("Tautan", 3, False)
    yield table(columns, map(_link, report.worst_links), "Tidak ada tautan yang putus pada bulan ini.")
    yield page()


def _sentence(report: Report) -> str:
    totals = report.totals
    below = (
        f"{number(totals.below)} dari {number(totals.promised)} tautan yang dijanjikan berada di bawah janji kontraknya"
    )
    return (
        f"Sepanjang {month_name(report.month.first)}, {number(totals.links)} tautan pada {number(totals.sites)} lokasi "
        f"tersedia {percent(totals.around.availability)} dari waktu yang terukur (cakupan "
        f"{percent(totals.around.coverage)}). "
        f"Tercatat {number(totals.outages)} gangguan; {below}. Restitusi menurut kontrak berjumlah "
        f"{rupiah(totals.credit_rupiah)}."
    )


def _cells(totals: Totals) -> list[tuple[str, str, str]]:
    def ratio(title: str, account: Account) -> tuple[str, str, str]:
        return title, percent(account.availability), f"cakupan {percent(account.coverage)}"

    return [
        ratio("Ketersediaan tautan, 24 jam", totals.around),
        ratio("Ketersediaan tautan, jam kerja", totals.service),
        ratio("Ketersediaan lokasi, 24 jam", totals.site_around),
        (
            "Gangguan",
            number(totals.outages),
            f"waktu pulih rata-rata {mean_restore(totals.restore_ms, totals.restored)}",
        ),
        ("Tautan di bawah janji", number(totals.below), f"dari {number(totals.promised)} yang dapat dinilai"),
        ("Restitusi", rupiah(totals.credit_rupiah), "menurut rumus tiap kontrak"),
    ]


def _comparison(report: Report) -> Iterator[Block]:
    before = report.before
    if before is None:
        yield text(f"Belum ada pembanding: {report.before_reason}.")
        return
    totals = report.totals
    restore = "-" if before.mean_restore_ms is None else duration(before.mean_restore_ms)
    rows = [
        ("Ketersediaan tautan", percent(before.availability), percent(totals.around.availability)),
        ("Ketersediaan lokasi", percent(before.site_availability), percent(totals.site_around.availability)),
        ("Cakupan pengukuran", percent(before.coverage), percent(totals.around.coverage)),
        ("Gangguan", number(before.outages), number(totals.outages)),
        ("Waktu pulih rata-rata", restore, mean_restore(totals.restore_ms, totals.restored)),
        ("Tautan di bawah janji", number(before.below), number(totals.below)),
    ]
    columns: list[Column] = [
        ("Ukuran", 2, False),
        (month_name(before.month.first), 1, True),
        (month_name(report.month.first), 1, True),
    ]
    yield table(columns, rows, "")
    yield bullets([f"Angka bulan sebelumnya dikutip dari paket dengan sidik manifes {before.manifest_sha256[:16]}…"])


def _site(site: SiteAccount) -> list[str]:
    return [site.name, *_ratios(site.around)]


def _link(link: LinkAccount) -> list[str]:
    return [link.identity.name, *_ratios(link.around)]


def _ratios(account: Account) -> list[str]:
    down: Fraction | None = account.availability
    return [duration(account.down_ms), percent(down), percent(account.coverage)]
