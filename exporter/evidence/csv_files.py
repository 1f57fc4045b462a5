"""Tables as CSV, twice: exact for programs, and as Excel in Indonesia opens it.

Lives here: separators, quotes, line ends, and what keeps a text from becoming a formula. Must not live here: which
tables there are (``tables``), what stands in a cell (``cells``), files.

``plain`` is RFC 4180 but for its line ends, which are LF: comma, decimal point, UTF-8 without a mark; every text is
exactly as it was. ``for_excel`` has semicolons, decimal commas, a byte order mark and CRLF, and an apostrophe before a
text that a spreadsheet would take for something else:

- a formula (CWE-1236): it begins with ``= + - @``, also in full width, with a tabulator or a carriage return;
- a number or a date: it is made of digits and marks only, as the code ``32.10``, which would become 3.210 or October.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from exporter.evidence.cells import Kind, Table, Value, text_of

__all__ = ["for_excel", "plain"]

_BYTE_ORDER_MARK = "\ufeff"

#: A tabulator or carriage return hides what follows, and spreadsheets skip blanks before a formula.
_FORMULA = re.compile(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r]")

#: Only what a number, a date or a time of day is made of, 1e5 included.
_NUMBER = re.compile(r"\s*[0-9][0-9.,:/%Ee \-]*")


def plain(table: Table) -> bytes:
    """The table for programs; the first line has the names of the columns."""
    return _file(table, text_of, ",", "\n").encode()


def for_excel(table: Table) -> bytes:
    """The table for Excel with Indonesian settings; the first line has the names of the columns."""
    return (_BYTE_ORDER_MARK + _file(table, _excel_text, ";", "\r\n")).encode()


def _excel_text(kind: Kind, value: Value) -> str:
    text = text_of(kind, value)
    if kind is Kind.TEXT:
        return f"'{text}" if _FORMULA.match(text) or _NUMBER.fullmatch(text) else text
    return text.replace(".", ",") if kind in {Kind.SECONDS, Kind.RATIO} else text


def _file(table: Table, text: Callable[[Kind, Value], str], separator: str, line_end: str) -> str:
    special = re.compile(f'[{separator}"\r\n]|^\\s|\\s$')
    kinds = [column.kind for column in table.columns]
    lines = [_line([column.name for column in table.columns], special, separator)]
    lines += [_line([text(*each) for each in zip(kinds, row, strict=True)], special, separator) for row in table.rows]
    return "".join(line + line_end for line in lines)


def _line(cells: Iterable[str], special: re.Pattern[str], separator: str) -> str:
    """One line; a single empty cell is quoted, for an empty line is none."""
    line = separator.join(f'"{cell.replace(chr(34), chr(34) * 2)}"' if special.search(cell) else cell for cell in cells)
    return line or '""'
