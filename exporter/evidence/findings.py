"""The chapters of coverage and results.

Lives here: the matrix with its denominator, and the sums by kabupaten/kota, agency, provider and phase. Must not live
here: outages one by one, contracts.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from exporter.evidence.accounts import Group, Report
from exporter.evidence.blocks import Block, Column, chapter, facts, paragraph, section, table
from exporter.evidence.charts import availability_chart, calendar_chart, provider_chart
from exporter.evidence.echo_quality import at_most, loss_text, tiphon
from exporter.evidence.phrases import kabkota_name, mean_restore, opd_name, share_cell
from exporter.evidence.table_words import word
from exporter.indonesian import number, percent
from exporter.model import Phase

__all__ = ["coverage", "results"]

_TIME_COLUMNS = (
    Column("Tautan / lokasi", 4, right=True),
    Column("Tautan, 24x7", 6, right=True),
    Column("Tautan, jam kerja", 6, right=True),
    Column("Lokasi, 24x7", 6, right=True),
    Column("Di bawah janji", 3, right=True),
)

_QUALITY_COLUMNS = (
    Column("Gangguan", 4, right=True),
    Column("MTTR", 6, right=True),
    Column("Waktu tempuh p50", 4, right=True),
    Column("Waktu tempuh p95", 4, right=True),
    Column("Kehilangan paket", 4, right=True),
    Column("Kelas TIPHON", 5),
)


def coverage(report: Report) -> Block:
    """Cakupan: how many of the sites in scope were watched, and why not the others."""
    rows = report.coverage
    watched = sum(row.links_measured > 0 for row in rows)
    whole = sum(row.links_measured > 0 and not row.reason for row in rows)
    columns = (
        Column("Lokasi", 11),
        Column("OPD", 9),
        Column("Kabupaten/Kota", 7),
        Column("Tautan terdaftar / terukur", 4, right=True),
        Column("Cakupan", 4, right=True),
        Column("Keterangan", 8),
    )
    cells = [
        (
            row.name,
            opd_name(report.inventory, row.opd),
            kabkota_name(report.inventory, row.kabkota),
            f"{number(row.links_in_inventory)} / {number(row.links_measured)}",
            percent(row.coverage),
            row.reason or "terpantau sebulan penuh",
        )
        for row in rows
    ]
    return chapter(
        "Cakupan",
        [
            facts(
                [
                    ("Lokasi dalam lingkup (penyebut)", number(len(rows))),
                    ("Lokasi terpantau", f"{number(watched)} dari {number(len(rows))}"),
                    ("Terpantau sebulan penuh tanpa catatan", f"{number(whole)} dari {number(len(rows))}"),
                    ("Lokasi tidak terpantau", number(len(rows) - watched)),
                    ("Kelengkapan data (waktu terukur / seluruh waktu tautan)", percent(report.totals.around.coverage)),
                ]
            ),
            table("Matriks cakupan", columns, cells, empty="Tidak ada lokasi dalam lingkup ini."),
        ],
    )


def results(report: Report) -> Block:
    """Hasil, by each way of looking at it, with 24x7 and service hours side by side."""
    phases = [(word(Phase, each.id), each) for each in report.by_phase]
    return chapter(
        "Hasil pengukuran",
        [
            paragraph(
                "Setiap persentase disertai cakupannya: bagian waktu yang benar-benar terukur. Angka pada bab ini "
                "adalah hasil ukur apa adanya, tanpa pengecualian dan tanpa toleransi; hitungan menurut kontrak ada "
                "pada bab SLA."
            ),
            section("Menurut kabupaten/kota"),
            availability_chart(report),
            *_groups("kabupaten/kota", "Kabupaten/Kota", _named(report.by_kabkota)),
            calendar_chart(report),
            section("Menurut OPD"),
            *_groups("OPD", "OPD", _named(report.by_opd)),
            section("Menurut penyedia"),
            provider_chart(report),
            *_groups("penyedia", "Penyedia", _named(report.by_provider)),
            section("Menurut tahap konsolidasi"),
            *_groups("tahap konsolidasi", "Tahap", phases),
        ],
    )


def _named(groups: Sequence[Group]) -> list[tuple[str, Group]]:
    return [(each.name or each.id, each) for each in groups]


def _groups(of: str, label: str, groups: Sequence[tuple[str, Group]]) -> list[Block]:
    first = Column(label, 8)
    return [
        table(
            f"Ketersediaan menurut {of}",
            (first, *_TIME_COLUMNS),
            [(name, *_time(each)) for name, each in groups],
            empty="Tidak ada data.",
        ),
        table(
            f"Gangguan dan mutu menurut {of}",
            (first, *_QUALITY_COLUMNS),
            [(name, *_quality(each)) for name, each in groups],
            empty="Tidak ada data.",
        ),
    ]


def _time(group: Group) -> tuple[str, ...]:
    return (
        f"{number(group.links)} / {number(group.sites)}",
        share_cell(group.around),
        share_cell(group.service),
        share_cell(group.site_around),
        number(group.below),
    )


def _quality(group: Group) -> tuple[str, ...]:
    return (
        number(group.outages),
        mean_restore(group.restore_ms, group.restored),
        at_most(group.echoes, Fraction(1, 2)),
        at_most(group.echoes, Fraction(95, 100)),
        loss_text(group.echoes),
        tiphon(group.echoes),
    )
