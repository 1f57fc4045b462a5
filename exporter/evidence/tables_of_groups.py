"""Tables of sums: the whole, groups of links, days, and the coverage of sites.

Lives here: their columns. Must not live here: single links and outages (``tables_of_links``), files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from exporter.evidence.accounts import Account, Comparison, CoverageRow, Group, Report, Totals
from exporter.evidence.columns import (
    Definition,
    Spec,
    count,
    day,
    echoes,
    length,
    maybe,
    measured_account,
    money,
    ratio,
    restored,
    text,
)

__all__ = ["CAKUPAN", "FASE", "HARIAN", "KABKOTA", "OPD", "PENYEDIA", "RINGKASAN"]

_LINKS = "tautan, 24x7"


@dataclass(frozen=True, slots=True)
class _Month:
    """The report's month, or what last month's pack says of its own."""

    report: Report
    totals: Totals | None
    before: Comparison | None


def _months(report: Report) -> Iterator[_Month]:
    yield _Month(report, report.totals, None)
    if report.before is not None:
        yield _Month(report, None, report.before)


def _total(read: Callable[[Totals], Account]) -> Callable[[_Month], Account | None]:
    return lambda each: None if each.totals is None else read(each.totals)


def _number(
    read: Callable[[Totals], int], before: Callable[[Comparison], int | None]
) -> Callable[[_Month], int | None]:
    """A figure of this month, or of the month before where its pack has it."""
    return lambda each: read(each.totals) if each.totals is not None else maybe(each.before, before)


def _same_ratio(specs: tuple[Spec[_Month], ...], before: Iterable[tuple[str, str]]) -> tuple[Spec[_Month], ...]:
    """The columns of an account, of which some have a value in the row of the month before."""
    names = dict(before)

    def read(spec: Spec[_Month]) -> Spec[_Month]:
        attribute = names.get(spec.column.name)
        if attribute is None:
            return spec
        return Spec(
            spec.column, lambda each: getattr(each.before, attribute) if each.before is not None else spec.read(each)
        )

    return tuple(read(spec) for spec in specs)


RINGKASAN: Definition[_Month] = Definition(
    "ringkasan",
    "Ringkasan",
    "Bulan ini dalam satu baris; di bawahnya bulan sebelumnya, sebatas yang tertulis dalam paket buktinya.",
    _months,
    (
        text(
            "bulan",
            "bulan kalender WIB",
            lambda each: str(each.report.month if each.before is None else each.before.month),
        ),
        text("pilihan", "bagian inventaris; kosong: seluruhnya", lambda each: each.report.selection),
        text("nomor", "nomor surat; kosong: DRAF", lambda each: each.report.number if each.before is None else None),
        day("tertanggal", "tanggal laporan", lambda each: each.report.dated if each.before is None else None),
        count("jumlah_tautan", "tautan", _number(lambda each: each.links, lambda _: None)),
        count("jumlah_lokasi", "lokasi", _number(lambda each: each.sites, lambda _: None)),
        *_same_ratio(
            measured_account("penuh", _LINKS, _total(lambda each: each.around)),
            [("penuh_ketersediaan", "availability"), ("penuh_kelengkapan", "coverage")],
        ),
        *measured_account("kerja", "tautan, jam kerja", _total(lambda each: each.service)),
        *_same_ratio(
            measured_account("lokasi_penuh", "lokasi, 24x7", _total(lambda each: each.site_around)),
            [("lokasi_penuh_ketersediaan", "site_availability")],
        ),
        *measured_account("lokasi_kerja", "lokasi, jam kerja", _total(lambda each: each.site_service)),
        count(
            "gangguan",
            "gangguan yang dimulai dalam bulan",
            _number(lambda each: each.outages, lambda each: each.outages),
        ),
        count(
            "pulih", "gangguan yang pulih, dan pulihnya terukur", _number(lambda each: each.restored, lambda _: None)
        ),
        length("pemulihan", "jumlah lama gangguan yang pulih", _number(lambda each: each.restore_ms, lambda _: None)),
        length(
            "rerata_pemulihan",
            "waktu pemulihan rata-rata = pemulihan_detik / pulih, dipotong ke milidetik",
            lambda each: (
                _mean_ms(each.totals)
                if each.totals is not None
                else maybe(each.before, lambda before: before.mean_restore_ms)
            ),
        ),
        count(
            "dengan_janji",
            "tautan dengan janji layanan yang dapat dinilai",
            _number(lambda each: each.promised, lambda _: None),
        ),
        count(
            "di_bawah_janji",
            "tautan yang tidak mencapai janji",
            _number(lambda each: each.below, lambda each: each.below),
        ),
        money("restitusi", "jumlah restitusi", _number(lambda each: each.credit_rupiah, lambda _: None)),
        text(
            "manifes_sha256",
            "SHA-256 MANIFEST.json paket bulan sebelumnya",
            lambda each: each.before.manifest_sha256 if each.before is not None else None,
        ),
    ),
)


def _mean_ms(totals: Totals) -> int | None:
    return totals.restore_ms // totals.restored if totals.restored else None


def _groups(name: str, title: str, what: str, of: Callable[[Report], Iterable[Group]]) -> Definition[Group]:
    return Definition(
        name,
        title,
        f"Satu baris per {what}: jumlah tautan dan lokasinya, bukan rata-rata dari rata-rata.",
        of,
        (
            text(name, f"id {what}", lambda each: each.id),
            text("nama", f"nama {what}", lambda each: each.name),
            count("jumlah_tautan", "tautan", lambda each: each.links),
            count("jumlah_lokasi", "lokasi", lambda each: each.sites),
            *measured_account("penuh", _LINKS, lambda each: each.around),
            *measured_account("kerja", "tautan, jam kerja", lambda each: each.service),
            *measured_account("lokasi_penuh", "lokasi, 24x7", lambda each: each.site_around),
            *restored(lambda each: each.outages, lambda each: each.restored, lambda each: each.restore_ms),
            count("di_bawah_janji", "tautan yang tidak mencapai janji kontraknya", lambda each: each.below),
            *echoes(lambda each: each.echoes),
        ),
    )


OPD = _groups("opd", "OPD", "OPD", lambda report: report.by_opd)
KABKOTA = _groups("kabkota", "Kabupaten dan kota", "kabupaten/kota", lambda report: report.by_kabkota)
PENYEDIA = _groups("penyedia", "Penyedia", "penyedia", lambda report: report.by_provider)
FASE = _groups("fase", "Fase pemusatan", "fase", lambda report: report.by_phase)


@dataclass(frozen=True, slots=True)
class _Day:
    """One day of one kabupaten or kota; of all links where the code is empty."""

    code: str
    name: str
    day: date
    around: Account


def _days(report: Report) -> Iterator[_Day]:
    names = {each.id: each.name for each in report.by_kabkota}
    for code in sorted(report.daily):
        for each, around in zip(report.month.days, report.daily[code], strict=True):
            yield _Day(code, names.get(code, code) if code else "Seluruh wilayah", each, around)


HARIAN: Definition[_Day] = Definition(
    "harian",
    "Harian",
    "Satu baris per hari WIB: dahulu seluruh wilayah, lalu tiap kabupaten/kota. Keduanya tidak boleh dijumlahkan.",
    _days,
    (
        text("tingkat", "seluruh, atau kabkota", lambda each: "kabkota" if each.code else "seluruh"),
        text("kabkota", "kode kabupaten/kota; kosong: seluruh wilayah", lambda each: each.code),
        text("nama", "nama kabupaten/kota", lambda each: each.name),
        day("tanggal", "hari WIB", lambda each: each.day),
        *measured_account("penuh", _LINKS, lambda each: each.around),
    ),
)


@dataclass(frozen=True, slots=True)
class _Covered:
    """A site in scope, and the time of its links."""

    row: CoverageRow
    around: Account


def _covered(report: Report) -> Iterator[_Covered]:
    sums: dict[str, Account] = {}
    for link in report.links:
        sums[link.identity.site] = sums.get(link.identity.site, Account()) + link.around
    return (_Covered(row, sums.get(row.site, Account())) for row in report.coverage)


CAKUPAN: Definition[_Covered] = Definition(
    "cakupan",
    "Cakupan",
    "Satu baris per lokasi dalam ruang lingkup: dipantau atau tidak, dan sebabnya.",
    _covered,
    (
        text("lokasi", "id lokasi", lambda each: each.row.site),
        text("nama", "nama lokasi", lambda each: each.row.name),
        text("opd", "id OPD", lambda each: each.row.opd),
        text("kabkota", "kode kabupaten/kota; teks, bukan bilangan", lambda each: each.row.kabkota),
        count("tautan_inventaris", "tautan menurut inventaris", lambda each: each.row.links_in_inventory),
        count("tautan_terukur", "tautan dengan waktu terukur dalam bulan ini", lambda each: each.row.links_measured),
        length("periode", "jumlah rentang tautannya", lambda each: each.around.period_ms),
        length("terukur", "bagiannya yang terukur", lambda each: each.around.period_ms - each.around.unmeasured_ms),
        ratio("kelengkapan", "kelengkapan data = terukur_detik / periode_detik", lambda each: each.row.coverage),
        text("alasan", "mengapa kurang; kosong: terpantau sebulan penuh", lambda each: each.row.reason),
    ),
)
