"""The language of a key in an inventory: validators for pydantic, and the kinds of values that many records have.

Lives here: from a parser of ``quantities`` to an annotation, with the refusal in our words. Must not live here: which
record has which key (``schema``, ``schema_probes``), and parsing itself.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainValidator
from pydantic_core import PydanticCustomError

from exporter import quantities
from exporter.plain_text import shown
from exporter.quantities import Refusal
from exporter.thresholds import MAX_INTERVAL_S, MAX_TIMEOUT_S, MIN_INTERVAL_S, MIN_TIMEOUT_S

__all__ = [
    "ECHO_INTERVAL",
    "ECHO_TIMEOUT",
    "REFUSED",
    "Day",
    "DayHours",
    "Id",
    "Ids",
    "Instant",
    "KabkotaCode",
    "Latitude",
    "Longitude",
    "Name",
    "Names",
    "OptionalInterval",
    "OptionalName",
    "OptionalTimeout",
    "Record",
    "Weeks",
    "between",
    "of",
    "one_of",
    "refused",
    "untold",
]

#: The pydantic error type of every refusal of ours; its context has ``message`` and ``remedy``.
REFUSED = "refused"


def refused(message: str, remedy: str) -> PydanticCustomError:
    """The error that ``entries`` tells in these words."""
    return PydanticCustomError(REFUSED, "{message}", {"message": message, "remedy": remedy})


def of(parse: Callable[[str], Any]) -> PlainValidator:
    """The validator that reads one text with ``parse``."""

    def validate(value: Any) -> Any:
        if not isinstance(value, str):
            raise refused("is a list or a mapping, not one value", "write one value")
        try:
            return parse(value)
        except Refusal as refusal:
            raise refused(refusal.message, refusal.remedy) from None

    return PlainValidator(validate)


def untold(parse: Callable[[str], Any], message: str, remedy: str) -> PlainValidator:
    """As ``of``, with these words for each refusal: what was written may be a secret, and is not repeated."""

    def told(text: str) -> Any:
        try:
            return parse(text)
        except ValueError:  # a Refusal is one
            raise Refusal(message, remedy) from None

    return of(told)


def one_of(choices: type[StrEnum]) -> PlainValidator:
    """The validator for one word of a closed set."""
    known = ", ".join(choices)

    def parse(text: str) -> StrEnum:
        if text not in list(choices):
            raise Refusal(f"{shown(text)} is not one of the words known here", f"write one of: {known}")
        return choices(text)

    return of(parse)


def between(least: float, most: float, parse: Callable[[str], float], unit: str, *, units: float = 1) -> PlainValidator:
    """The validator for a value within both bounds; ``units`` of ``unit`` make a whole."""

    def within(text: str) -> float:
        value = parse(text)
        if not least <= value <= most:
            raise Refusal(f"{shown(text)} is out of bounds", f"write {least * units:g}{unit} to {most * units:g}{unit}")
        return value

    return of(within)


def _apart(intervals: tuple[tuple[time, time], ...]) -> tuple[tuple[time, time], ...]:
    """The intervals of a day in order; an end of 00:00 is that of the day."""
    ordered = sorted(intervals)
    for (_, end), (start, _) in pairwise(ordered):
        if end == time.min or start < end:
            raise refused("two intervals overlap", "write each hour of the day once")
    return tuple(ordered)


def _some(weeks: tuple[int, ...]) -> tuple[int, ...]:
    """The weeks, if there are any: none would mean never, and may be meant as all."""
    if not weeks:
        raise refused("is an empty list", "write one or more, or remove the key: that means every week")
    return weeks


Id = Annotated[str, of(quantities.identifier)]
Name = Annotated[str, of(quantities.line_of_text)]
OptionalName = Annotated[str | None, of(quantities.line_of_text)]
KabkotaCode = Annotated[str, of(quantities.kabkota_code)]
Day = Annotated[date, of(quantities.day)]
Instant = Annotated[datetime, of(quantities.instant)]
Latitude = Annotated[float, between(-90, 90, quantities.decimal_degrees, "")]
Longitude = Annotated[float, between(-180, 180, quantities.decimal_degrees, "")]
ECHO_INTERVAL = between(MIN_INTERVAL_S, MAX_INTERVAL_S, quantities.duration_s, "s")
ECHO_TIMEOUT = between(MIN_TIMEOUT_S, MAX_TIMEOUT_S, quantities.duration_s, "s")
OptionalInterval = Annotated[float | None, ECHO_INTERVAL]
OptionalTimeout = Annotated[float | None, ECHO_TIMEOUT]
_Hours = Annotated[tuple[time, time], of(quantities.hours)]
# Not strict, so that a tuple takes a list; the lengths are beyond any use.
DayHours = Annotated[tuple[_Hours, ...], Field(strict=False, max_length=48), AfterValidator(_apart)]
#: A short list of texts.
Names = Annotated[tuple[Name, ...], Field(strict=False, max_length=20)]

Ids = Annotated[tuple[Id, ...], Field(strict=False, max_length=10_000)]
_Week = Annotated[int, of(quantities.week_of_month)]
Weeks = Annotated[tuple[_Week, ...], Field(strict=False, max_length=6), AfterValidator(_some)]


class Record(BaseModel):
    """One record: exactly the keys below, each in its own language."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
