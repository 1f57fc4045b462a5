"""Numbers as people here read them: decimal comma, thousands by dots, Indonesian words for units, times in WIB.

Lives here: one number and its unit, as text. Must not live here: mappings, colours (``values``), any drawing.

Which unit is chosen and how many decimals a number has are Grafana's choice; its text has the English forms.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

__all__ = ["WIB", "decimals_of", "formatted", "moment", "number"]

WIB = ZoneInfo("Asia/Jakarta")

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
_WEEK, _YEAR = 7 * _DAY, 365 * _DAY

#: From how many seconds on, how many seconds one is, and its word.
_SECONDS = (
    (_YEAR, _YEAR, " tahun"),
    (_WEEK, _WEEK, " minggu"),
    (_DAY, _DAY, " hari"),
    (_HOUR, _HOUR, " jam"),
    (_MINUTE, _MINUTE, " mnt"),
    (1.0, 1.0, " s"),
    (1e-3, 1e-3, " ms"),
    (1e-6, 1e-6, " µs"),
    (0.0, 1e-9, " ns"),
)

_DURATION = ((_YEAR, "tahun"), (30 * _DAY, "bulan"), (_DAY, "hari"), (_HOUR, "jam"), (_MINUTE, "menit"), (1, "detik"))

_DECIMAL = ("", "k", "M", "G", "T", "P")
_BINARY = ("", "Ki", "Mi", "Gi", "Ti", "Pi")
_SHORT = ("", " rb", " jt", " mlr", " trln")

#: Parts of a moment.js format, and of strftime.
_MOMENT = {"YYYY": "%Y", "YY": "%y", "MM": "%m", "DD": "%d", "HH": "%H", "mm": "%M", "ss": "%S"}
_MOMENT_PART = re.compile(r"\[([^\]]*)\]|YYYY|YY|MM|DD|HH|mm|ss|[A-Za-z]+")


def number(value: float, decimals: int) -> str:
    """``13.600.000`` or ``99,52``."""
    text = f"{value:,.{decimals}f}"
    if not text.strip("-0.,"):
        text = text.removeprefix("-")
    return text.translate(str.maketrans(",.", ".,"))


def decimals_of(value: float) -> int:
    """How many decimals Grafana writes where a panel names no number of them."""
    if value == 0 or value == int(value):
        return 0
    decimals = 1 - math.floor(math.log10(abs(value)))
    return max(0, decimals + (1 if abs(value) * 10.0**decimals > 22.5 else 0))


def moment(pattern: str, unix_s: float) -> str:
    """A time in WIB in a moment.js format. Raises ValueError for a part that is not known here."""

    def part(found: re.Match[str]) -> str:
        if found[0].startswith("["):
            return found[1].replace("%", "%%")
        if found[0] not in _MOMENT:
            raise ValueError(f"{found[0]!r} in the format {pattern!r} of a time is not known")
        return _MOMENT[found[0]]

    return datetime.fromtimestamp(unix_s, WIB).strftime(_MOMENT_PART.sub(part, pattern))


def formatted(value: float, unit: str, decimals: int | None, *, at_unix_s: float) -> str:
    """The number with its unit; ``at_unix_s`` is the present of "two hours ago".

    Of a unit that is not known here the name stands behind the number, as in Grafana.
    """
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "∞" if value > 0 else "-∞"
    if unit in _OWN:
        return _OWN[unit](value, decimals)
    if unit.startswith("dateTime"):
        return _date_time(value / 1000, unit, at_unix_s)
    kind, _, rest = unit.partition(":")
    if kind == "time":
        return moment(rest, value / 1000)
    plain = _plain(value, decimals)
    before_and_after = {
        "currency": (rest.removeprefix("financial:").strip(), ""),
        "prefix": (rest, ""),
        "suffix": ("", rest),
    }
    before, after = before_and_after.get(kind, ("", f" {unit}"))
    return before + plain + after


def _plain(value: float, decimals: int | None) -> str:
    return number(value, decimals_of(value) if decimals is None else decimals)


def _percent(value: float, decimals: int | None) -> str:
    return _plain(value, decimals) + "%"


def _scaled(value: float, decimals: int | None, base: float, prefixes: Sequence[str]) -> str:
    place = 0
    while abs(value) >= base and place < len(prefixes) - 1:
        value, place = value / base, place + 1
    return _plain(value, decimals) + prefixes[place]


def _of_unit(unit: str, base: float, prefixes: Sequence[str]) -> Callable[[float, int | None], str]:
    def text(value: float, decimals: int | None) -> str:
        scaled = _scaled(value, decimals, base, prefixes)
        digits = scaled.rstrip("".join(prefixes))
        return f"{digits} {scaled.removeprefix(digits)}{unit}"

    return text


def _seconds(value: float, decimals: int | None) -> str:
    if value == 0:
        return "0 s"
    least, size, word = next(each for each in _SECONDS if abs(value) >= each[0])
    del least
    return _plain(value / size, decimals) + word


def _clock(value: float, _: int | None) -> str:
    """``03:36:05``; hours go on beyond a day, as Grafana's ``dthms`` does."""
    whole = abs(int(value))
    sign = "-" if value < 0 else ""
    return f"{sign}{whole // _HOUR:02d}:{whole % _HOUR // _MINUTE:02d}:{whole % _MINUTE:02d}"


def _clock_of_days(value: float, _: int | None) -> str:
    whole = abs(int(value))
    days = f"{whole // _DAY} hari " if whole >= _DAY else ""
    return f"{'-' if value < 0 else ''}{days}{_clock(whole % _DAY, None)}"


def _duration(value: float, _: int | None) -> str:
    """The two largest parts: ``3 jam 36 menit``."""
    left, parts = abs(round(value)), []
    for size, word in _DURATION:
        if left >= size:
            parts.append(f"{left // size} {word}")
            left %= size
    return f"{'-' if value < 0 else ''}{' '.join(parts[:2]) or '0 detik'}"


def _date_time(unix_s: float, unit: str, at_unix_s: float) -> str:
    if unit == "dateTimeFromNow":
        ago_s = at_unix_s - unix_s
        return f"{_duration(ago_s, None)} lalu" if ago_s >= 0 else f"{_duration(-ago_s, None)} lagi"
    today = moment("YYYYMMDD", unix_s) == moment("YYYYMMDD", at_unix_s)
    short = today and unit.endswith("NoDateIfToday")
    return moment("HH.mm.ss [WIB]" if short else "DD/MM/YYYY HH.mm.ss [WIB]", unix_s)


_OWN: dict[str, Callable[[float, int | None], str]] = {
    "": _plain,
    "none": _plain,
    "string": _plain,
    "locale": _plain,
    "short": lambda value, decimals: _scaled(value, decimals, 1000, _SHORT),
    "percent": _percent,
    "percentunit": lambda value, decimals: _percent(value * 100, decimals),
    "s": _seconds,
    "ms": lambda value, decimals: _seconds(value / 1000, decimals),
    "dthms": _clock,
    "dtdhms": _clock_of_days,
    "dtdurations": _duration,
    "dtdurationms": lambda value, _: _duration(value / 1000, None),
    "bps": _of_unit("b/s", 1000, _DECIMAL),
    "Bps": _of_unit("B/s", 1000, _DECIMAL),
    "pps": _of_unit("p/s", 1000, _DECIMAL),
    "decbytes": _of_unit("B", 1000, _DECIMAL),
    "bytes": _of_unit("B", 1024, _BINARY),
    "currencyIDR": lambda value, decimals: "Rp" + _plain(value, decimals),
    "ops": lambda value, decimals: _plain(value, decimals) + " op/s",
    "reqps": lambda value, decimals: _plain(value, decimals) + " req/s",
    "cps": lambda value, decimals: _plain(value, decimals) + " c/s",
}
