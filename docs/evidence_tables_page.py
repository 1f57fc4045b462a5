"""``docs/evidence-tables.md``: every table of the monthly pack with its columns, written from their definitions.

Lives here: how the definitions look on paper. Must not live here: any word about a column; those stand beside the
columns in ``exporter/evidence``.
"""

from __future__ import annotations

from typing import Any

from exporter.evidence.columns import Definition
from exporter.evidence.table_words import WORDS
from exporter.evidence.tables import DEFINITIONS

__all__ = ["evidence_tables_page"]

_INTRODUCTION = """\
# Tables of the monthly pack

Written by `python -m docs.generate` from `exporter/evidence/tables_of_*.py`; do not edit. What the columns mean is said
in Indonesian, for the tables are.

Each table is in the pack three times, with the same rows in the same order:

| | `csv/NAME.csv` | `csv-excel/NAME.csv` | sheet of the workbook |
|---|---|---|---|
| for | programs, and for checking | Excel with Indonesian settings | reading and filtering |
| separator, line end | comma, LF | semicolon, CRLF | |
| encoding | UTF-8 | UTF-8 with a byte order mark | |
| decimals | point | comma | numbers |
| texts | exactly as they are | an apostrophe before some | exactly, never a formula or a link |

In `csv-excel` a text gets an apostrophe at its start where Excel would take it for something else: for a formula (it
begins with `=`, `+`, `-` or `@`, also in full width, with a tabulator or a carriage return) or for a number or a date
(only digits and marks: the code `32.10` would become 3.210 or October). In the workbook a text beyond 32,767 characters
is cut, and says so.

| kind | written | notes |
|---|---|---|
| teks | `Kantor Dinas Kesehatan` | codes such as `32.10` are texts |
| bilangan bulat | `14` | |
| detik | `300.001` | of whole milliseconds, exactly; columns add up |
| rasio | `0.994999` | 0 to 1, cut after six decimals, never rounded up; its meaning names the two columns to divide |
| rupiah | `13268` | whole |
| waktu UTC | `2026-10-01T02:14:07.250Z` | |
| waktu WIB | `2026-10-01T09:14:07.250+07:00` | the same instant; in the workbook a date of Excel |
| tanggal | `2026-10-01` | a day in WIB |

An empty cell is a value that there is not: nothing was measured, nothing was promised, it has not ended. It is never 0.

Prefixes: `penuh` is every hour, `kerja` the service hours of the site, `kontrak` what the contract counts; `lokasi_` is
of sites (down only while all their links are), everything else of links.
"""


def evidence_tables_page() -> str:
    """The whole page."""
    return "\n".join([_INTRODUCTION, *map(_section, DEFINITIONS), _words()])


def _section(table: Definition[Any]) -> str:
    rows = [f"| `{each.name}` | {each.kind} | {each.meaning} |" for each in table.columns]
    head = [f"## {table.name}", "", table.meaning, "", "| kolom | jenis | arti |", "|---|---|---|"]
    return "\n".join([*head, *rows, ""])


def _words() -> str:
    """The words of closed sets, and the codes that data.json and the inventory have for them."""
    rows = [
        f"| {kind.__name__} | {', '.join(f'{word} (`{code.value}`)' for code, word in words.items())} |"
        for kind, words in WORDS.items()
    ]
    return "\n".join(["## Words of closed sets", "", "| set | words and codes |", "|---|---|", *rows, ""])
