"""What a valid description of a framework is: the keys of each record, and the language of each value.

Lives here: pydantic models, and the values that they describe. Must not live here: anything that takes two
keys or records to judge (``framework_checks``), reading. What each key means stands in ``docs/frameworks.md``.
"""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from typing import Annotated

from pydantic import Field

from exporter import quantities
from exporter.evidence.framework_model import (
    Artefact,
    Aspect,
    Confidence,
    Contribution,
    Framework,
    Indicator,
    Level,
    Predicate,
    Remark,
    Strength,
)
from exporter.model import Network
from exporter.plain_text import shown
from exporter.quantities import Refusal
from exporter.schema_values import Id, Name, Record, of, one_of

__all__ = ["FrameworkRecord", "IndicatorRecord"]

_NUMBER = re.compile(r"[1-9][0-9]{0,2}")
_INDEX = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,2})?")


def _version(text: str) -> str:
    if text != "1":
        raise Refusal("is not 1", "write version: 1 at the top of each file")
    return text


def _number(text: str) -> int:
    if _NUMBER.fullmatch(text) is None:
        raise Refusal(f"{shown(text)} is not a number", "write a number from 1 to 999")
    return int(text)


def _weight(text: str) -> Fraction:
    """A percentage, exactly."""
    quantities.ratio(text)
    return Fraction(text.removesuffix("%")) / 100


def _index(text: str) -> Fraction:
    if _INDEX.fullmatch(text) is None:
        raise Refusal(f"{shown(text)} is not a value of an index", "write a number with a decimal point: 2.6")
    return Fraction(text)


_Number = Annotated[int, of(_number)]
_Text = Annotated[str, of(quantities.passage)]
_OptionalText = Annotated[str | None, of(quantities.passage)]
_OptionalDay = Annotated[date | None, of(quantities.day)]
_Confidence = Annotated[Confidence, one_of(Confidence)]
_LIST = Field(strict=False, max_length=200)
_LEVELS = Field(strict=False, max_length=20)


class PredicateRecord(Record):
    """A word for a range of the index."""

    name: Name
    from_index: Annotated[Fraction, of(_index), Field(alias="from")]
    below: Annotated[Fraction | None, of(_index)] = None

    def predicate(self) -> Predicate:
        """The predicate that this describes."""
        return Predicate(self.name, self.from_index, self.below)


class AspectRecord(Record):
    """Indicators that belong together."""

    number: _Number
    name: Name
    domain: Annotated[str | None, of(quantities.line_of_text)] = None

    def aspect(self) -> Aspect:
        """The aspect that this describes."""
        return Aspect(self.number, self.name, self.domain or "")


class LevelRecord(Record):
    """What one level asks for."""

    level: _Number
    text: _Text
    confidence: _Confidence

    def described(self) -> Level:
        """The level that this describes."""
        return Level(self.level, self.text, self.confidence)


class RemarkRecord(Record):
    """Something to know."""

    text: _Text
    confidence: _Confidence

    def remark(self) -> Remark:
        """The remark that this describes."""
        return Remark(self.text, self.confidence)


class ContributionRecord(Record):
    """What one artefact shows."""

    artefact: Annotated[Artefact, one_of(Artefact)]
    levels: Annotated[tuple[_Number, ...], _LEVELS]
    strength: Annotated[Strength, one_of(Strength)]
    text: _Text

    def contribution(self) -> Contribution:
        """The contribution that this describes."""
        return Contribution(self.artefact, tuple(sorted(self.levels)), self.strength, self.text)


class IndicatorRecord(Record):
    """One indicator."""

    number: _Number
    name: Name
    aspect: _Number
    weight: Annotated[Fraction, of(_weight)]
    contributions: Annotated[tuple[ContributionRecord, ...], _LIST] = ()
    levels: Annotated[tuple[LevelRecord, ...], _LEVELS] = ()
    confidence: Annotated[Confidence | None, one_of(Confidence)] = None
    caveat: _OptionalText = None
    network: Annotated[Network | None, one_of(Network)] = None

    def indicator(self) -> Indicator:
        """The indicator that this describes."""
        order = list(Artefact)
        contributions = (each.contribution() for each in self.contributions)
        return Indicator(
            self.number,
            self.name,
            self.aspect,
            self.weight,
            tuple(sorted(contributions, key=lambda each: (order.index(each.artefact), each.levels))),
            tuple(sorted((each.described() for each in self.levels), key=lambda each: each.number)),
            self.confidence,
            self.caveat or "",
            self.network,
        )


class FrameworkRecord(Record):
    """One framework, which is one file."""

    version: Annotated[str, of(_version)]
    id: Id
    name: Name
    regulation: Name
    confidence: _Confidence
    caveat: _OptionalText = None
    from_day: Annotated[date | None, of(quantities.day), Field(alias="from")] = None
    until: _OptionalDay = None
    replaced_by: Annotated[str | None, of(quantities.identifier)] = None
    predicates: Annotated[tuple[PredicateRecord, ...], _LIST]
    aspects: Annotated[tuple[AspectRecord, ...], _LIST]
    indicators: Annotated[tuple[IndicatorRecord, ...], _LIST]
    remarks: Annotated[tuple[RemarkRecord, ...], _LIST] = ()

    def framework(self) -> Framework:
        """The framework that this describes."""
        return Framework(
            id=self.id,
            name=self.name,
            regulation=self.regulation,
            confidence=self.confidence,
            caveat=self.caveat or "",
            from_day=self.from_day,
            until_day=self.until,
            replaced_by=self.replaced_by or "",
            predicates=tuple(sorted((each.predicate() for each in self.predicates), key=lambda each: each.from_index)),
            aspects=tuple(sorted((each.aspect() for each in self.aspects), key=lambda each: each.number)),
            indicators=tuple(sorted((each.indicator() for each in self.indicators), key=lambda each: each.number)),
            remarks=tuple(each.remark() for each in self.remarks),
        )
