"""The workbook: one sheet a table, no formula, no link, and no bytes of its own making."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import date
from fractions import Fraction
from functools import cache
from itertools import zip_longest

import pytest

from exporter.errors import PantauError
from exporter.evidence.cells import RATIO_DECIMALS, Column, Kind, Table, cut, text_of
from exporter.evidence.tables import tables_of
from exporter.evidence.workbook import MOST_CHARACTERS, workbook_of
from tests.support.evidence_names import NASTY, nasty_report
from tests.support.evidence_report import sample_report
from tests.support.workbooks import parts, sheets

#: Days from Excel's beginning of time to that of Unix.
_EXCEL_EPOCH = date(1899, 12, 30)


@cache
def _nasty() -> bytes:
    report = nasty_report()
    return workbook_of(report, tables_of(report))


def test_there_is_a_sheet_for_each_table() -> None:
    """After the one that says what it is, in the order of the tables, with the columns and the rows of each."""
    tables = tables_of(sample_report())
    found = sheets(workbook_of(sample_report(), tables))
    assert list(found) == ["Tentang", *(table.name for table in tables)]
    for table in tables:
        heading, *rows = found[table.name]
        assert list(heading.values()) == [column.name for column in table.columns]
        assert len(rows) == len(table.rows)


def test_cells_have_the_values_of_the_table() -> None:
    """Texts exactly, numbers as numbers: seconds to the millisecond, ratios cut, instants to the millisecond."""
    report = nasty_report()
    found = sheets(_nasty())
    for table in tables_of(report):
        letters = list(found[table.name][0])
        for row, cells in zip(table.rows, found[table.name][1:], strict=True):
            for letter, column, value in zip_longest(letters, table.columns, row):
                cell = cells.get(letter)
                if value is None or value == "":
                    assert cell in {None, ""}
                elif column.kind in {Kind.TEXT, Kind.UTC}:
                    assert cell == text_of(column.kind, value)
                else:
                    assert isinstance(cell, float)
                    assert _units(column, cell) == _expected(column, value), (table.name, column.name)


def _units(column: Column, cell: float) -> int:
    """The cell in the smallest unit that it shows."""
    scale: dict[Kind, int] = {Kind.SECONDS: 1000, Kind.RATIO: 10**RATIO_DECIMALS, Kind.WIB: 86_400_000}
    return round(cell * scale.get(column.kind, 1))


def _expected(column: Column, value: object) -> int:
    if column.kind is Kind.RATIO:
        assert isinstance(value, Fraction)
        return cut(value)
    if isinstance(value, date):
        return (value - _EXCEL_EPOCH).days
    assert isinstance(value, int)
    if column.kind is Kind.WIB:
        return value + 7 * 3_600_000 + (date(1970, 1, 1) - _EXCEL_EPOCH).days * 86_400_000
    return value


def test_nothing_is_a_formula_or_a_link() -> None:
    """Whatever a name looks like: no formula, no hyperlink, no relation to the outside, no macro in any part."""
    for name, raw in parts(_nasty()).items():
        assert b"<f>" not in raw, name
        assert b"<f " not in raw, name
        assert b"<hyperlink " not in raw, name
        assert b"TargetMode" not in raw, name
        assert "vba" not in name.lower()
    texts = {cell for rows in sheets(_nasty()).values() for row in rows for cell in row.values()}
    assert set(NASTY) <= texts


def test_the_first_sheet_says_what_it_is() -> None:
    """Title, period, that it is a draft until it has a number, sources, and how ratios are made."""
    rows = sheets(workbook_of(sample_report(), ()))["Tentang"]
    says = {row["A"]: row.get("B", "") for row in rows if "A" in row}
    assert next(iter(says)) == "Laporan jaringan Oktober 2026"
    assert says["Status"] == "DRAF: belum bernomor"
    assert says["Periode"] == "1 Oktober 2026 sampai 31 Oktober 2026, 00.00 sampai 24.00 WIB"
    assert {"Sumber", "Versi pengukur", "Sidik inventaris", "Kelengkapan data", "Cara rasio dibuat"} <= says.keys()
    numbered = replace(sample_report(), number="1/TI.01/APTIKA", allowed_gaps=True)
    rows = sheets(workbook_of(numbered, ()))["Tentang"]
    assert {"Nomor 1/TI.01/APTIKA", "Dibuat meskipun ada data yang tidak tersedia."} <= {row.get("B") for row in rows}


def test_the_only_date_is_the_report_s_own() -> None:
    """Created and modified when the report is dated; the same bytes each time."""
    tables = tables_of(sample_report())
    raw = workbook_of(sample_report(), tables)
    core = parts(raw)["docProps/core.xml"].decode()
    assert core.count("2026-11-02T00:00:00Z") == 2
    assert raw == workbook_of(sample_report(), tables)


def test_headings_stay_in_sight() -> None:
    """The first row and the first column do not move, and every sheet can be filtered."""
    files = parts(workbook_of(sample_report(), tables_of(sample_report())))
    of_tables = [raw for name, raw in files.items() if name.startswith("xl/worksheets/") and b"autoFilter" in raw]
    assert len(of_tables) == len(tables_of(sample_report()))
    assert all(b'state="frozen"' in raw for raw in of_tables)


@pytest.mark.parametrize(("length", "is_cut"), [(MOST_CHARACTERS, False), (MOST_CHARACTERS + 1, True)])
def test_a_text_too_long_for_excel_says_that_it_was_cut(length: int, is_cut: bool) -> None:
    """It is not left out silently, and one that just fits is whole."""
    table = Table("panjang", "Panjang", (Column("teks", Kind.TEXT, ""),), (("x" * length,),))
    cell = sheets(workbook_of(sample_report(), (table,)))["panjang"][1]["A"]
    assert len(str(cell)) == MOST_CHARACTERS
    assert str(cell).endswith("CSV)") == is_cut


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who installed the exporter alone is told what to install."""
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    with pytest.raises(PantauError, match=r"pip install 'pantau-opd\[evidence\]'"):
        workbook_of(sample_report(), ())
