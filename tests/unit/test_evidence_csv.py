"""Both CSV files: bytes, separators, and what keeps a text a text."""

from __future__ import annotations

import csv
from datetime import date
from fractions import Fraction
from io import StringIO

import pytest

from exporter.evidence.cells import Column, Kind, Table, Value
from exporter.evidence.csv_files import for_excel, plain

_COLUMNS = (
    Column("nama", Kind.TEXT, ""),
    Column("lama_detik", Kind.SECONDS, ""),
    Column("rasio", Kind.RATIO, ""),
    Column("hari", Kind.DAY, ""),
)


def _table(*rows: tuple[Value, ...]) -> Table:
    return Table("contoh", "Contoh", _COLUMNS, rows)


def _texts(*texts: str) -> Table:
    return Table("contoh", "Contoh", _COLUMNS[:1], tuple((text,) for text in texts))


def _excel_texts(*texts: str) -> list[str]:
    """The texts as a reader of the second form has them."""
    lines = for_excel(_texts(*texts)).decode("utf-8-sig")
    return [row[0] for row in list(csv.reader(StringIO(lines, newline=""), delimiter=";"))[1:]]


def test_the_plain_file_is_for_programs() -> None:
    """Comma, decimal point, LF, no mark; quotes only where they are needed; an empty cell for no value."""
    table = _table(('Kantor, "Satu"', 1_500, Fraction(1, 3), date(2026, 10, 1)), ("=A1", None, None, None))
    assert plain(table) == (b'nama,lama_detik,rasio,hari\n"Kantor, ""Satu""",1.500,0.333333,2026-10-01\n=A1,,,\n')


def test_the_other_file_is_for_excel() -> None:
    """Semicolon, decimal comma, CRLF, byte order mark; a comma needs no quotes and a semicolon does."""
    table = _table(("Kantor, Satu", 1_500, Fraction(1, 3), date(2026, 10, 1)), ("a;b", None, None, None))
    assert for_excel(table) == (
        b'\xef\xbb\xbfnama;lama_detik;rasio;hari\r\nKantor, Satu;1,500;0,333333;2026-10-01\r\n"a;b";;;\r\n'
    )


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+62", "-1", "@SUM(A1)", "\tx", "\rx", "  =1", "\n=1", "\uff1d1", "\uff0b1", "\uff0d1", "\uff201"],
)
def test_no_text_becomes_a_formula(text: str) -> None:
    """An apostrophe comes before it for Excel; the plain file keeps it as it is."""
    assert _excel_texts(text) == [f"'{text}"]
    (row,) = list(csv.reader(StringIO(plain(_texts(text)).decode(), newline="")))[1:]
    assert row == [text]


@pytest.mark.parametrize("text", ["32.10", "0147", "1-2", "1/2", "09.14", "1e5", "99%"])
def test_no_text_becomes_a_number_or_a_date(text: str) -> None:
    """The code 32.10 is no 3210, a ticket keeps its zero, and an id of digits is no day."""
    assert _excel_texts(text) == [f"'{text}"]


@pytest.mark.parametrize("text", ["", "Kantor", "dinkes-1", "k-2026-017", "2026-10-01T02:14:07.250Z", "a=b", "'=1"])
def test_other_texts_stay_as_they_are(text: str) -> None:
    """Also in the file for Excel."""
    assert _excel_texts(text) == [text]


def test_negative_numbers_are_no_texts() -> None:
    """A figure that begins with a minus is a figure, and gets no apostrophe."""
    assert b"-1,500" in for_excel(_table(("a", -1_500, None, None)))
    assert b"'" not in for_excel(_table(("a", -1_500, None, None)))


def test_a_table_without_rows_has_its_heading() -> None:
    """That nothing happened is an answer too."""
    assert plain(_texts()) == b"nama\n"
