"""A framework of assessment as values: its indicators, and what a pack contributes to which of them.

Lives here: frozen records, and which framework a month belongs to. Must not live here: any indicator, regulation or
sentence of one (they are data, ``inventory/frameworks``), reading of files (``frameworks``), how a page looks. Weights
are exact shares of the whole; texts are Indonesian, for they are printed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from exporter.evidence.period import Month
from exporter.model import Network

__all__ = [
    "HISTORY_MONTHS",
    "Artefact",
    "Aspect",
    "Confidence",
    "Contribution",
    "Framework",
    "Indicator",
    "Level",
    "Predicate",
    "Remark",
    "Standing",
    "Strength",
    "applying",
]

#: How long after its end a framework is still shown, as history: levels 3 and up ask for more than two years of
#: consistency (domain notes 0.4), so for that long earlier packs have to be comparable with later ones.
HISTORY_MONTHS = 24


class Artefact(StrEnum):
    """A part of the pack that can be shown to an assessor."""

    REPORT = "report"  #: the monthly report (PDF)
    ACCEPTANCE = "acceptance"  #: the records of acceptance (berita acara), one for each contract
    OUTAGES = "outages"  #: the list of outages
    COVERAGE = "coverage"  #: the matrix of sites in scope and watched
    INVENTORY = "inventory"
    QUALITY = "quality"  #: the report on the quality of the measurement
    CORRECTIONS = "corrections"  #: the ledger
    COMPARISON = "comparison"  #: last month's figures, recommendations and what became of them
    METHODS = "methods"  #: the page on how it is measured and computed
    DATA = "data"  #: files for machines, with sums and queries


class Strength(StrEnum):
    """How far an artefact carries an indicator."""

    STRONG = "strong"
    PARTIAL = "partial"
    WEAK = "weak"


class Confidence(StrEnum):
    """How sure a statement is, as the domain notes grade it."""

    HIGH = "H"  #: two or more independent sources, or the text itself was read
    MEDIUM = "M"  #: one source, or extracts of an official text
    LOW = "L"  #: a weak, old or garbled source
    BACKGROUND = "B"  #: no source; to be checked before it is printed


class Standing(StrEnum):
    """What a framework is to a month."""

    CURRENT = "current"  #: in force on its last day
    HISTORY = "history"  #: ended before that, not longer than ``HISTORY_MONTHS`` ago


@dataclass(frozen=True, slots=True)
class Predicate:
    """A word for a range of the index."""

    name: str
    from_index: Fraction  #: included
    below_index: Fraction | None  #: not included; None: up to the highest index, included


@dataclass(frozen=True, slots=True)
class Aspect:
    """Indicators that belong together."""

    number: int
    name: str
    domain: str  #: what it is part of; empty: the framework has no domains


@dataclass(frozen=True, slots=True)
class Level:
    """What an indicator asks for at one level of maturity, paraphrased."""

    number: int
    text: str
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to know of a framework, for the foot of its page."""

    text: str
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one artefact of the pack shows for an indicator."""

    artefact: Artefact
    levels: tuple[int, ...]  #: rising; empty: not known to which
    strength: Strength
    text: str


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator."""

    number: int
    name: str
    aspect: int  #: its number
    weight: Fraction  #: of the index, 0 to 1
    contributions: tuple[Contribution, ...] = ()  #: in the order of ``Artefact``; empty: the pack shows nothing
    levels: tuple[Level, ...] = ()  #: rising; empty: not written down
    confidence: Confidence | None = None  #: of what the contributions say; None: there are none
    caveat: str = ""  #: what is to be checked before relying on it
    network: Network | None = None  #: the network it is about, where not any


@dataclass(frozen=True, slots=True)
class Framework:
    """One framework of assessment."""

    id: str
    name: str
    regulation: str
    confidence: Confidence  #: of indicators, weights and predicates
    caveat: str  #: of the whole; empty: none
    from_day: date | None  #: in force from; None: longer than packs reach back
    until_day: date | None  #: the last day in force; None: it still is
    replaced_by: str  #: id; empty: by nothing
    predicates: tuple[Predicate, ...]  #: rising
    aspects: tuple[Aspect, ...]  #: by number
    indicators: tuple[Indicator, ...]  #: by number
    remarks: tuple[Remark, ...] = ()

    @property
    def supported(self) -> tuple[Indicator, ...]:
        """The indicators for which the pack shows something."""
        return tuple(each for each in self.indicators if each.contributions)

    def aspect_of(self, indicator: Indicator) -> Aspect:
        """The aspect that an indicator of this framework belongs to."""
        return next(each for each in self.aspects if each.number == indicator.aspect)

    def weight_of(self, aspect: Aspect) -> Fraction:
        """The sum of the weights of its indicators."""
        return sum((each.weight for each in self.indicators if each.aspect == aspect.number), Fraction(0))

    def standing(self, month: Month) -> Standing | None:
        """What it is to the evidence of ``month``, by the month's last day; None: it is not shown."""
        last = month.days[-1]
        if self.from_day is not None and self.from_day > last:
            return None
        if self.until_day is None or self.until_day >= last:
            return Standing.CURRENT
        months = (month.year - self.until_day.year) * 12 + month.month - self.until_day.month
        return Standing.HISTORY if months <= HISTORY_MONTHS else None


def applying(frameworks: Iterable[Framework], month: Month) -> tuple[Framework, ...]:
    """Those that are shown in the evidence of ``month``: first what is in force, then history, each by id."""
    shown = [each for each in frameworks if each.standing(month) is not None]
    return tuple(sorted(shown, key=lambda each: (each.standing(month) is not Standing.CURRENT, each.id)))
