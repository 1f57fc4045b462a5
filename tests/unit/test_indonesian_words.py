"""Numbers and days in words, as records of acceptance have them."""

from __future__ import annotations

from datetime import date

import pytest

from exporter.indonesian import day_in_words, in_words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0, "nol"),
        (10, "sepuluh"),
        (11, "sebelas"),
        (12, "dua belas"),
        (19, "sembilan belas"),
        (20, "dua puluh"),
        (21, "dua puluh satu"),
        (100, "seratus"),
        (101, "seratus satu"),
        (111, "seratus sebelas"),
        (200, "dua ratus"),
        (999, "sembilan ratus sembilan puluh sembilan"),
        (1_000, "seribu"),
        (1_100, "seribu seratus"),
        (2_026, "dua ribu dua puluh enam"),
        (11_000, "sebelas ribu"),
        (13_268, "tiga belas ribu dua ratus enam puluh delapan"),
        (100_000, "seratus ribu"),
        (1_000_000, "satu juta"),
        (1_001_000, "satu juta seribu"),
        (1_173_840_000, "satu miliar seratus tujuh puluh tiga juta delapan ratus empat puluh ribu"),
        (10**12, "satu triliun"),
    ],
)
def test_numbers_have_their_names(value: int, words: str) -> None:
    """With se- for one hundred and one thousand, and satu for one million and above."""
    assert in_words(value) == words


@pytest.mark.parametrize("value", [-1, 10**15])
def test_numbers_without_a_name_are_refused(value: int) -> None:
    """Below nought, and too large for a contract."""
    with pytest.raises(ValueError, match="no name"):
        in_words(value)


def test_a_day_is_said_as_records_begin() -> None:
    """Weekday, day, month and year in words."""
    assert day_in_words(date(2026, 11, 2)) == "Senin tanggal dua November tahun dua ribu dua puluh enam"
