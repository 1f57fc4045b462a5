"""The small languages of an inventory: durations, bandwidths, ratios, dates, hours, ids, names.

Lives here: text to value, one function each, and the words for what is wrong. Must not live here:
which key has which language (``schema``), and rules about more than one value. Everything is exact:
amounts are read as decimals, and nothing is guessed from a form that could mean two things.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from exporter.model import LAST_WEEK
from exporter.plain_text import hidden_character, shown

__all__ = [
    "MAX_NAME_CHARACTERS",
    "MAX_PASSAGE_CHARACTERS",
    "YEARS",
    "Refusal",
    "bandwidth_bits_per_second",
    "count",
    "day",
    "decimal_degrees",
    "duration_s",
    "hours",
    "identifier",
    "instant",
    "is_reference",
    "kabkota_code",
    "line_of_text",
    "moment",
    "passage",
    "ratio",
    "rupiah",
    "timezone",
    "week_of_month",
    "yes_or_no",
]

#: A name fits a panel of the wall and a line of a message; the longest name of an office in use has 74.
MAX_NAME_CHARACTERS = 120

#: A reason or a recommendation of some sentences; what is longer belongs into a paper of its own.
MAX_PASSAGE_CHARACTERS = 1_000

#: Dates outside are typing mistakes.
YEARS = range(2000, 2101)

#: One trillion rupiah a month; more is a typing mistake.
MAX_RUPIAH = 10**12

_ID = re.compile(r"[a-z0-9-]{1,63}")
_KABKOTA_CODE = re.compile(r"[0-9]{2}\.[0-9]{2}")
_AMOUNT = r"([0-9]{1,9}(?:\.[0-9]{1,3})?)"
_DURATION = re.compile(_AMOUNT + r"(ms|s|m|h)")
_BANDWIDTH = re.compile(_AMOUNT + r"(kbps|Mbps|Gbps)")
_PERCENT = re.compile(_AMOUNT + r"%")
_DEGREES = re.compile(r"-?[0-9]{1,3}(?:\.[0-9]{1,12})?")
_COUNT = re.compile(r"[0-9]{1,9}")
_PHONE = re.compile(r"\+?[0-9(][0-9 ()-]{2,28}[0-9]")
_EMAIL = re.compile(r"[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){1,4}")
_RUPIAH = re.compile(r"[0-9]{1,13}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(?::[0-9]{2})?(?:Z|[+-][0-9]{2}:[0-9]{2})")
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,3})?(?:Z|[+-][0-9]{2}:[0-9]{2})"
)
_HOURS = re.compile(r"([0-2][0-9])\.([0-5][0-9])-([0-2][0-9])\.([0-5][0-9])")

_SECONDS = {"ms": Decimal("0.001"), "s": Decimal(1), "m": Decimal(60), "h": Decimal(3600)}
_BITS_PER_SECOND = {"kbps": Decimal(10**3), "Mbps": Decimal(10**6), "Gbps": Decimal(10**9)}

#: What a spreadsheet takes for a formula at the start of a cell, also in full width (CWE-1236).
_FORMULA_STARTS = frozenset("=+-@\uff1d\uff0b\uff0d\uff20")


class Refusal(ValueError):  # noqa: N818 - an answer, not a fault
    """Why a text is not what its key takes, and what to write."""

    def __init__(self, message: str, remedy: str) -> None:
        """``message`` is a predicate about the value; ``remedy`` an order."""
        super().__init__(message)
        self.message = message
        self.remedy = remedy


def identifier(text: str) -> str:
    """``text`` if it can be an id."""
    if _ID.fullmatch(text) is None:
        raise Refusal(f"{shown(text)} is not an id", "use 1 to 63 of the characters a-z, 0-9 and -")
    return text


def kabkota_code(text: str) -> str:
    """``text`` if it is the code of a kabupaten or kota; text, for ``32.10`` is not 32.1."""
    if _KABKOTA_CODE.fullmatch(text) is None:
        raise Refusal(f"{shown(text)} is not a kabupaten/kota code", "write two digits, a point, two digits: 32.73")
    return text


def is_reference(text: str) -> bool:
    """Whether ``text`` could be the id or the code of something."""
    return _ID.fullmatch(text) is not None or _KABKOTA_CODE.fullmatch(text) is not None


def line_of_text(text: str) -> str:
    """``text`` in Unicode's composed form, if it is a name that every screen and spreadsheet shows as it is."""
    return _plain(text, MAX_NAME_CHARACTERS)


def passage(text: str) -> str:
    """As ``line_of_text``, of some sentences; still one line, for it has to fit a cell."""
    return _plain(text, MAX_PASSAGE_CHARACTERS)


def _plain(text: str, most: int) -> str:
    composed = unicodedata.normalize("NFC", text)
    hidden = hidden_character(composed)
    if not composed:
        raise Refusal("is empty", "write a text")
    if len(composed) > most:
        raise Refusal(f"has {len(composed)} characters", f"shorten it to {most}")
    if hidden is not None:
        raise Refusal(f"contains the character {hidden}", "remove it; a text here is one line")
    if composed[0] in _FORMULA_STARTS:
        raise Refusal(f"{shown(composed)} begins like a formula of a spreadsheet", "begin with a letter or a digit")
    if any(each.isspace() and each != " " for each in composed) or composed != composed.strip():
        raise Refusal(f"{shown(composed)} has blanks at an end, or blanks that are no spaces", "use single spaces")
    return composed


def duration_s(text: str) -> float:
    """Seconds, 0 or more."""
    found = _measure(_DURATION, _SECONDS, text)
    if found is None:
        raise Refusal(f"{shown(text)} is not a duration", "write a number and ms, s, m or h: 500ms, 1s, 5m")
    return float(found)


def bandwidth_bits_per_second(text: str) -> int:
    """Bits per second, more than 0; units are decimal, as providers sell them."""
    found = _measure(_BANDWIDTH, _BITS_PER_SECOND, text)
    if not found:
        raise Refusal(
            f"{shown(text)} is not a bandwidth", "write a number above 0 and kbps, Mbps or Gbps: 50Mbps, 1Gbps"
        )
    return int(found)


def ratio(text: str) -> float:
    """A share from above 0 to 1, of a text in percent."""
    remedy = "write a percentage above 0% and up to 100%, with a decimal point: 99.5%"
    found = _PERCENT.fullmatch(text)
    if found is None or not 0 < Decimal(found[1]) <= 100:
        raise Refusal(f"{shown(text)} is not a percentage", remedy)
    return float(Decimal(found[1]) / 100)


def decimal_degrees(text: str) -> float:
    """Degrees, south and west negative; ranges are the key's business."""
    if _DEGREES.fullmatch(text) is None:
        raise Refusal(f"{shown(text)} is not a coordinate", "write decimal degrees with a decimal point: -6.905")
    return float(text)


def rupiah(text: str) -> int:
    """Whole rupiah, 0 or more."""
    remedy = "write digits only: 6175000"
    if _RUPIAH.fullmatch(text) is None or int(text) > MAX_RUPIAH:
        raise Refusal(f"{shown(text)} is not an amount in rupiah", remedy)
    return int(text)


def phone(text: str) -> str:
    """A telephone number as people write it: digits, spaces, hyphens, brackets, and a plus before them."""
    if _PHONE.fullmatch(text) is None:
        raise Refusal(f"{shown(text)} is not a telephone number", "write it like +62 22 5550 0100")
    return text


def email(text: str) -> str:
    """An address of electronic mail, of the plain kind that offices have."""
    if _EMAIL.fullmatch(text) is None:
        raise Refusal(f"{shown(text)} is not an e-mail address", "write it like bantuan@example.org")
    return text


def count(text: str) -> int:
    """A whole number, 0 or more."""
    if _COUNT.fullmatch(text) is None:
        raise Refusal(f"{shown(text)} is not a whole number", "write digits only: 6")
    return int(text)


def week_of_month(text: str) -> int:
    """Which weekday of its kind in a month, 1 to 5; ``LAST_WEEK`` for the last one."""
    if text == "last":
        return LAST_WEEK
    if text not in {"1", "2", "3", "4", "5"}:
        remedy = "write 1 to 5, or last: the first to fifth such day of a month, or its last"
        raise Refusal(f"{shown(text)} is no week of a month", remedy)
    return int(text)


def day(text: str) -> date:
    """A calendar date."""
    remedy = f"write an existing day as YYYY-MM-DD, in the years {YEARS[0]} to {YEARS[-1]}: 2026-12-31"
    try:
        found = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        found = None
    if found is None or found.year not in YEARS:
        raise Refusal(f"{shown(text)} is not a date", remedy)
    return found


def instant(text: str) -> datetime:
    """A date and time with its zone."""
    return _instant(_INSTANT, text, "write date, time and zone: 2026-11-23T22:00:00+07:00")


def moment(text: str) -> datetime:
    """A date and time with its zone, to the second or to a fraction of it."""
    return _instant(_MOMENT, text, "write date, time with seconds and zone: 2026-10-05T13:12:44+07:00")


def _instant(pattern: re.Pattern[str], text: str, remedy: str) -> datetime:
    try:
        found = datetime.fromisoformat(text) if pattern.fullmatch(text) else None
    except ValueError:
        found = None
    if found is None or found.year not in YEARS:
        raise Refusal(f"{shown(text)} is not an instant", remedy)
    return found


def hours(text: str) -> tuple[time, time]:
    """The two ends of an interval within one day; ``24.00`` is the midnight that ends it, as 00:00."""
    remedy = "write HH.MM-HH.MM within one day: 07.30-16.00, 00.00-24.00; a night takes an interval on each day"
    found = _HOURS.fullmatch(text)
    if found is None:
        raise Refusal(f"{shown(text)} is not an interval of hours", remedy)
    start, end = (int(found[n]) * 60 + int(found[n + 1]) for n in (1, 3))
    if not start < end <= 24 * 60:
        raise Refusal(f"{shown(text)} does not end after it begins, on the same day", remedy)
    return _time(start), _time(end)


def timezone(text: str) -> str:
    """``text`` if the time zone database has a zone of this name."""
    try:
        return ZoneInfo(text).key
    except (ZoneInfoNotFoundError, ValueError, OSError):  # no such zone; not even a name; a folder, or too long
        remedy = "write a name of the tz database: Asia/Jakarta, Asia/Makassar"
        raise Refusal(f"{shown(text)} is not a time zone", remedy) from None


def yes_or_no(text: str) -> bool:
    """True or false, of exactly these words."""
    if text not in {"true", "false"}:
        raise Refusal(f"{shown(text)} is neither true nor false", "write true or false")
    return text == "true"


def _time(minute: int) -> time:
    return time(minute // 60 % 24, minute % 60)


def _measure(pattern: re.Pattern[str], units: Mapping[str, Decimal], text: str) -> Decimal | None:
    """The amount in base units; None if ``text`` is none."""
    found = pattern.fullmatch(text)
    return Decimal(found[1]) * units[found[2]] if found is not None else None
