"""Tables as one workbook: a sheet a table, and a first one that says what it is.

Lives here: sheets, formats and widths. Must not live here: which tables there are (``tables``), what a value is
(``cells``), files. Nothing is a formula or a link, whatever a text looks like, and nothing is shown rounded: a ratio is
cut before it is written, to as many decimals as its format shows. The same report gives the same bytes: the only date
in the file is the report's own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from io import BytesIO
from typing import Any

from exporter.errors import PantauError
from exporter.evidence.accounts import Report
from exporter.evidence.cells import RATIO_DECIMALS, Column, Kind, Table, Value, cut, text_of
from exporter.evidence.period import wib
from exporter.indonesian import day_long, month_name, number, percent

__all__ = ["MOST_CHARACTERS", "workbook_of"]

#: Excel takes no longer text in a cell; the CSV files have all of it.
MOST_CHARACTERS = 32_767
_CUT = " … (lengkap di berkas CSV)"

#: Characters; what is longer than the widest is cut off on the screen only.
_NARROWEST, _WIDEST = 8, 48

#: Excel shows the separators of the reader's own settings.
_NUMBERS: Mapping[Kind, str] = {
    Kind.COUNT: "#,##0",
    Kind.SECONDS: "#,##0.000",
    Kind.RATIO: f"0.{'0' * (RATIO_DECIMALS - 2)}%",
    Kind.RUPIAH: '"Rp"#,##0',
    Kind.WIB: "dd/mm/yyyy hh:mm:ss.000",
    Kind.DAY: "dd/mm/yyyy",
}

#: Of a kind whose values are numbers to Excel: the number. A serial date of Excel has no zone; the heading says WIB.
_NUMERIC: Mapping[Kind, Callable[[Any], float | datetime]] = {
    Kind.COUNT: int,
    Kind.RUPIAH: int,
    Kind.SECONDS: lambda value: value / 1000,
    Kind.RATIO: lambda value: cut(value) / 10**RATIO_DECIMALS,
    Kind.WIB: lambda value: wib(value).replace(tzinfo=None),
    Kind.DAY: lambda value: datetime(value.year, value.month, value.day),  # noqa: DTZ001 - a day, in no zone
}

_OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "in_memory": True,
}


_RATIOS = (
    f"Waktu dijumlahkan dalam milidetik bulat; rasio dihitung terakhir, lalu dipotong pada {RATIO_DECIMALS} desimal, "
    "tidak dibulatkan. Di sebelah tiap rasio ada kolom pembilang dan penyebutnya."
)


@dataclass(frozen=True, slots=True)
class _Formats:
    """The looks of cells."""

    title: Any
    heading: Any
    prose: Any
    of: Mapping[Kind, Any]


def workbook_of(report: Report, tables: Sequence[Table]) -> bytes:
    """The workbook (Office Open XML, ECMA-376) of the tables of a report.

    Raises PantauError where the package that writes it is not installed.
    """
    try:
        library: Any = import_module("xlsxwriter")
    except ImportError:
        raise PantauError("XlsxWriter is not installed — pip install 'pantau-opd[evidence]'") from None
    stream = BytesIO()
    book = library.Workbook(stream, _OPTIONS)
    dated = datetime(report.dated.year, report.dated.month, report.dated.day)  # noqa: DTZ001 - written as it is
    book.set_properties({"title": _title(report), "comments": _status(report), "created": dated})
    formats = _formats(book)
    _first_sheet(book.add_worksheet("Tentang"), report, tables, formats)
    for table in tables:
        _sheet(book.add_worksheet(table.name), table, formats)
    book.close()
    return stream.getvalue()


def _formats(book: Any) -> _Formats:
    kinds = {kind: book.add_format({"num_format": _NUMBERS.get(kind, "@"), "valign": "top"}) for kind in Kind}
    heading = {"bold": True, "bg_color": "#D9E2EC", "bottom": 1, "text_wrap": True, "valign": "top"}
    return _Formats(
        book.add_format({"bold": True, "font_size": 14}),
        book.add_format(heading),
        book.add_format({"text_wrap": True, "valign": "top"}),
        kinds,
    )


def _title(report: Report) -> str:
    return f"Laporan jaringan {month_name(report.month.first)}"


def _status(report: Report) -> str:
    return f"Nomor {report.number}" if report.number else "DRAF: belum bernomor"


def _about(report: Report, tables: Sequence[Table]) -> list[tuple[str, str]]:
    """What the first sheet says, a row each."""
    source, days = report.source, report.month.days
    return [
        ("Status", _status(report)),
        ("Periode", f"{day_long(days[0])} sampai {day_long(days[-1])}, 00.00 sampai 24.00 WIB"),
        ("Tanggal laporan", day_long(report.dated)),
        (
            "Unit",
            "; ".join(filter(None, (report.inventory.evidence.unit, report.inventory.evidence.government))) or "-",
        ),
        ("Ruang lingkup", report.selection or "seluruh inventaris"),
        ("Jumlah", f"{number(report.totals.links)} tautan di {number(report.totals.sites)} lokasi"),
        ("Kelengkapan data", percent(report.totals.around.coverage)),
        ("Sumber", f"{source.program}; job {source.job}, instance {source.instance}"),
        ("Versi pengukur", "; ".join(source.exporter_versions) or "-"),
        ("Sidik inventaris", report.inventory.digest or "-"),
        ("Catatan kelengkapan", "\n".join(report.shortcomings) or "tidak ada"),
        *([("Izin", "Dibuat meskipun ada data yang tidak tersedia.")] if report.allowed_gaps else []),
        ("Cara rasio dibuat", _RATIOS),
        ("Waktu tak terukur", "Bukan waktu aktif dan bukan waktu henti; lihat kolom tak_terukur dan kelengkapan."),
        ("Rumus", "Buku ini tidak berisi rumus atau pranala. Angka yang sama ada di folder csv."),
        *((f"Lembar {table.name}", f"{table.title}: {number(len(table.rows))} baris") for table in tables),
    ]


def _first_sheet(sheet: Any, report: Report, tables: Sequence[Table], formats: _Formats) -> None:
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 100)
    sheet.write_string(0, 0, _title(report), formats.title)
    for row, (what, says) in enumerate(_about(report, tables), start=2):
        sheet.write_string(row, 0, what, formats.heading)
        sheet.write_string(row, 1, _short(says), formats.prose)


def _sheet(sheet: Any, table: Table, formats: _Formats) -> None:
    sheet.freeze_panes(1, 1)
    for place, column in enumerate(table.columns):
        sheet.write_string(0, place, column.name, formats.heading)
        sheet.set_column(place, place, _width(table, place, column))
    for row, values in enumerate(table.rows, start=1):
        for place, (column, value) in enumerate(zip(table.columns, values, strict=True)):
            if value is not None:
                _write(sheet, (row, place), column.kind, value, formats.of[column.kind])
    sheet.autofilter(0, 0, len(table.rows), len(table.columns) - 1)


def _write(sheet: Any, at: tuple[int, int], kind: Kind, value: Value, look: Any) -> None:
    numeric = _NUMERIC.get(kind)
    if numeric is None:
        sheet.write_string(*at, _short(text_of(kind, value)), look)
    elif kind in {Kind.WIB, Kind.DAY}:
        sheet.write_datetime(*at, numeric(value), look)
    else:
        sheet.write_number(*at, numeric(value), look)


def _width(table: Table, place: int, column: Column) -> int:
    """As wide as the longest of its cells, within bounds; a heading may take two lines."""
    longest = max((len(text_of(column.kind, row[place])) for row in table.rows), default=0)
    return min(max(longest + 2, len(column.name) // 2 + 4, _NARROWEST), _WIDEST)


def _short(text: str) -> str:
    return text if len(text) <= MOST_CHARACTERS else text[: MOST_CHARACTERS - len(_CUT)] + _CUT
