"""Whatever a text is, a reader of CSV has it back."""

from __future__ import annotations

import csv
from io import StringIO

from hypothesis import given
from hypothesis import strategies as st

from exporter.evidence.cells import Column, Kind, Table
from exporter.evidence.csv_files import for_excel, plain

_ANY = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from(',;"\r\n\t =+-@0.'), max_size=20)


def _table(rows: list[tuple[str, str]]) -> Table:
    columns = tuple(Column(name, Kind.TEXT, "") for name in ("satu", "dua"))
    return Table("contoh", "Contoh", columns, tuple(rows))


@given(st.lists(st.tuples(_ANY, _ANY), max_size=5))
def test_plain_texts_come_back(rows: list[tuple[str, str]]) -> None:
    """All rows, exactly, with quotes, separators and line ends within."""
    read = list(csv.reader(StringIO(plain(_table(rows)).decode(), newline="")))
    assert [tuple(row) for row in read[1:]] == rows


@given(st.lists(st.tuples(_ANY, _ANY), max_size=5))
def test_texts_for_excel_come_back_and_are_no_formulas(rows: list[tuple[str, str]]) -> None:
    """All rows, but for one apostrophe; without it nothing begins like a formula, blanks before it or not."""
    read = list(csv.reader(StringIO(for_excel(_table(rows)).decode("utf-8-sig"), newline=""), delimiter=";"))
    for row, found in zip(rows, read[1:], strict=True):
        for text, cell in zip(row, found, strict=True):
            assert cell in {text, f"'{text}"}
            assert not cell.lstrip().startswith(("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20"))
            assert not cell.startswith(("\t", "\r"))


@given(_ANY)
def test_one_column_keeps_its_empty_rows(text: str) -> None:
    """A row of one empty cell is not a missing row."""
    table = Table("contoh", "Contoh", (Column("satu", Kind.TEXT, ""),), ((text,), ("",)))
    read = list(csv.reader(StringIO(plain(table).decode(), newline="")))
    assert read == [["satu"], [text], [""]]
