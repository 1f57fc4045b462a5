"""A table as a value, and what stands in a cell of a file.

Lives here: the kinds of columns, and the exact text of a value of each. Must not live here: which tables there are
(``tables``), the separators of a file (``csv_files``), sheets (``workbook``). Nothing is rounded: seconds are whole
milliseconds with three decimals, and a ratio is cut, for 99,4999 % must not become the 99,5 % that a contract asks for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from fractions import Fraction

from exporter.evidence.period import wib

__all__ = ["RATIO_DECIMALS", "Column", "Kind", "Table", "Value", "cut", "text_of"]

#: Decimals of a ratio in files for machines; who wants all of it divides the two columns of seconds beside it.
RATIO_DECIMALS = 6

_RATIO_UNITS: int = 10**RATIO_DECIMALS

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

#: What a row holds: a text, whole milliseconds (lengths and instants), a count or rupiah, a ratio, a day; None: empty.
Value = str | int | Fraction | date | None


class Kind(StrEnum):
    """What a column holds, and so how it is written."""

    TEXT = "teks"
    COUNT = "bilangan bulat"
    SECONDS = "detik"  #: of whole milliseconds
    RATIO = "rasio"  #: 0 to 1
    RUPIAH = "rupiah"
    UTC = "waktu UTC"  #: of Unix time in whole milliseconds
    WIB = "waktu WIB"  #: likewise
    DAY = "tanggal"


@dataclass(frozen=True, slots=True)
class Column:
    """One column."""

    name: str  #: the heading: Indonesian, small letters, the unit at its end
    kind: Kind
    meaning: str  #: in Indonesian, for people; of a ratio, which columns it is made of


@dataclass(frozen=True, slots=True)
class Table:
    """One table; every row has a value for each column."""

    name: str  #: of its file, e.g. ``tautan``
    title: str  #: for people
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]

    def column(self, name: str) -> Iterator[Value]:
        """The values of one column, from above. Raises ValueError for a name that there is not."""
        place = [each.name for each in self.columns].index(name)
        return (row[place] for row in self.rows)


def cut(ratio: Fraction) -> int:
    """A ratio of 0 or more in units of its last decimal, cut."""
    return ratio.numerator * _RATIO_UNITS // ratio.denominator


def text_of(kind: Kind, value: Value) -> str:  # noqa: PLR0911 - one for each kind
    """What a file for machines has in the cell: a decimal point, ISO 8601, nothing where there is no value.

    Raises TypeError where the value is none of its column's kind.
    """
    if value is None:
        return ""
    match kind, value:
        case Kind.TEXT, str():
            return value
        case ((Kind.COUNT | Kind.RUPIAH), int()):
            return str(value)
        case Kind.SECONDS, int():
            return _decimal(value, 3)
        case Kind.RATIO, Fraction():
            return _decimal(cut(value), RATIO_DECIMALS)
        case Kind.UTC, int():
            at = _EPOCH + timedelta(milliseconds=value)
            return f"{at.replace(tzinfo=None).isoformat(timespec='milliseconds')}Z"
        case Kind.WIB, int():
            return wib(value).isoformat(timespec="milliseconds")
        case Kind.DAY, date():
            return value.isoformat()
    raise TypeError(f"{value!r} is no {kind}")


def _decimal(units: int, decimals: int) -> str:
    whole, rest = divmod(abs(units), 10**decimals)
    return f"{'-' if units < 0 else ''}{whole}.{rest:0{decimals}d}"
