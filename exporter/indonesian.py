"""Numbers, dates and lengths of time as Indonesian offices write them.

Lives here: the forms of domain notes 5.1. Must not live here: sentences, the host's locale, the present time. Ratios
are cut, never rounded up: 99,4999 % must not become the 99,5 % that a contract asks for.
"""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction

__all__ = [
    "clock_time",
    "day_in_words",
    "day_long",
    "day_short",
    "decimal",
    "duration",
    "in_words",
    "instant",
    "month_name",
    "number",
    "percent",
    "rupiah",
]

_MONTHS = (
    "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember".split()  # noqa: SIM905
)
_DAYS = "Senin Selasa Rabu Kamis Jumat Sabtu Minggu".split()  # noqa: SIM905


def number(value: int) -> str:
    """``1.173.840``."""
    return f"{value:,}".replace(",", ".")


def percent(ratio: Fraction | None, decimals: int = 2) -> str:
    """``99,52%``, cut after the decimals; a dash where there is no ratio."""
    if ratio is None:
        return "-"
    scale = int(10**decimals)
    whole, rest = divmod(ratio.numerator * 100 * scale // ratio.denominator, scale)
    return f"{number(whole)},{rest:0{decimals}d}%" if decimals else f"{number(whole)}%"


def rupiah(value: int) -> str:
    """``Rp1.173.840``."""
    return f"Rp{number(value)}"


def month_name(first: date) -> str:
    """``November 2026``."""
    return f"{_MONTHS[first.month - 1]} {first.year}"


def day_long(day: date, *, weekday: bool = False) -> str:
    """``23 November 2026``, with the weekday ``Senin, 23 November 2026``."""
    text = f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
    return f"{_DAYS[day.weekday()]}, {text}" if weekday else text


def day_short(day: date) -> str:
    """``23/11/2026``."""
    return f"{day.day:02d}/{day.month:02d}/{day.year:04d}"


def clock_time(at: datetime, *, seconds: bool = False) -> str:
    """``09.14``, with seconds ``09.14.07``; the zone is the caller's to say."""
    return f"{at:%H.%M.%S}" if seconds else f"{at:%H.%M}"


def instant(at: datetime, *, seconds: bool = False) -> str:
    """``23/11/2026 09.14``; the zone is the caller's to say."""
    return f"{day_short(at.date())} {clock_time(at, seconds=seconds)}"


def duration(length_ms: int, *, units: int = 2) -> str:
    """``3 jam 36 menit``: its two largest units, or so many, cut; ``0 detik`` for less than a second."""
    seconds = length_ms // 1000
    parts: list[str] = []
    for word, unit in (("hari", 86_400), ("jam", 3_600), ("menit", 60), ("detik", 1)):
        many, seconds = divmod(seconds, unit)
        if many or (unit == 1 and not parts):
            parts.append(f"{number(many)} {word}")
        elif parts:
            parts.append("")
    return " ".join(part for part in parts[:units] if part)


def decimal(value: Fraction, decimals: int) -> str:
    """``1.234,5``: cut after so many decimals, without zeros at the end."""
    scale = int(10**decimals)
    whole, rest = divmod(value.numerator * scale // value.denominator, scale)
    return f"{number(whole)},{rest:0{decimals}d}".rstrip("0").rstrip(",") if rest else number(whole)


_UNITS = "nol satu dua tiga empat lima enam tujuh delapan sembilan sepuluh sebelas".split()  # noqa: SIM905

#: From the largest on: the value, its word, and what one of it is called.
_SCALES = (
    (10**12, "triliun", "satu triliun"),
    (10**9, "miliar", "satu miliar"),
    (10**6, "juta", "satu juta"),
    (1000, "ribu", "seribu"),
    (100, "ratus", "seratus"),
)


def in_words(value: int) -> str:
    """``tiga belas ribu dua ratus enam puluh delapan``; from nought up to, not including, 10**15.

    Raises ValueError outside.
    """
    if not 0 <= value < 10**15:
        raise ValueError(f"{value} has no name here")
    if value < len(_UNITS):
        return _UNITS[value]
    for scale, word, single in _SCALES:
        if value >= scale:
            many, rest = divmod(value, scale)
            head = single if many == 1 else f"{in_words(many)} {word}"
            return f"{head} {in_words(rest)}" if rest else head
    tens, rest = divmod(value, 10)
    if tens == 1:
        return f"{_UNITS[rest]} belas"
    return f"{_UNITS[tens]} puluh {_UNITS[rest]}" if rest else f"{_UNITS[tens]} puluh"


def day_in_words(day: date) -> str:
    """``Senin tanggal dua November tahun dua ribu dua puluh enam``, as records of acceptance begin."""
    return f"{_DAYS[day.weekday()]} tanggal {in_words(day.day)} {_MONTHS[day.month - 1]} tahun {in_words(day.year)}"
