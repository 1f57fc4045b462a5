"""What stands in a cell: exact, cut and never rounded, and the same for everybody."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from exporter.evidence.cells import Kind, Table, Value, cut, text_of
from exporter.evidence.period import Month


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        (Kind.TEXT, '=1+1 "<b>\n', '=1+1 "<b>\n'),
        (Kind.COUNT, 1_234_567, "1234567"),
        (Kind.RUPIAH, 13_268, "13268"),
        (Kind.SECONDS, 0, "0.000"),
        (Kind.SECONDS, 300_001, "300.001"),
        (Kind.SECONDS, 2_678_400_000, "2678400.000"),
        (Kind.RATIO, Fraction(1), "1.000000"),
        (Kind.RATIO, Fraction(2, 3), "0.666666"),
        (Kind.RATIO, Fraction(994_999_999, 10**9), "0.994999"),
        (Kind.UTC, Month(2026, 10).start_ms, "2026-09-30T17:00:00.000Z"),
        (Kind.WIB, Month(2026, 10).start_ms + 7, "2026-10-01T00:00:00.007+07:00"),
        (Kind.DAY, date(2026, 10, 1), "2026-10-01"),
    ],
)
def test_a_value_has_one_text(kind: Kind, value: Value, text: str) -> None:
    """Each kind in its one form for machines; a ratio just under a promise stays under it."""
    assert text_of(kind, value) == text


@pytest.mark.parametrize("kind", Kind)
def test_nothing_is_no_zero(kind: Kind) -> None:
    """Where there is no value the cell is empty, whatever the column holds."""
    assert text_of(kind, None) == ""


@pytest.mark.parametrize(("kind", "value"), [(Kind.SECONDS, "1"), (Kind.TEXT, 1), (Kind.RATIO, 1), (Kind.DAY, 1)])
def test_a_value_of_another_kind_is_a_fault(kind: Kind, value: Value) -> None:
    """A column that reads the wrong thing fails loudly and writes nothing."""
    with pytest.raises(TypeError):
        text_of(kind, value)


def test_a_ratio_is_cut_exactly() -> None:
    """In millionths, whatever a floating point number would have made of it."""
    assert cut(Fraction(999_999_999_999_999_999, 10**18)) == 999_999


def test_a_column_is_found_by_its_name() -> None:
    """And one that there is not is an error."""
    table = Table("t", "T", (), ())
    with pytest.raises(ValueError, match="is not in list"):
        table.column("tidak-ada")
