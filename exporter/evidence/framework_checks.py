"""Whether a framework that is right key by key is right as a whole, and beside the others.

Lives here: what takes two keys or files to judge. Must not live here: which frameworks there are, what their indicators
say. Every check looks at everything, so that all problems are told at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from exporter.errors import Problem
from exporter.evidence.framework_model import Confidence
from exporter.evidence.framework_schema import FrameworkRecord, IndicatorRecord
from exporter.strict_yaml import Document, Path

__all__ = ["Description", "problems_of"]

Found = Iterator[Problem]


@dataclass(frozen=True, slots=True)
class Description:
    """A record that is right key by key, and the file of which it is."""

    record: FrameworkRecord
    document: Document

    def problem(self, path: Path, message: str, remedy: str) -> Problem:
        """A problem at ``path``."""
        return Problem(self.document.file, self.document.line_of(path), message, remedy)


def problems_of(descriptions: Sequence[Description], *, complete: bool) -> list[Problem]:
    """Why ``descriptions`` are no frameworks; empty if they are. Unknown ids are told where all files are known."""
    found = [problem for each in descriptions for problem in _problems(each)]
    first: dict[str, Description] = {}
    for each in descriptions:
        known = first.setdefault(each.record.id, each)
        if known is not each:
            said = f"id: {each.record.id} stands in {known.document.file} already"
            found.append(each.problem(("id",), said, "give each framework an id of its own"))
    for each in descriptions if complete else ():
        other = each.record.replaced_by
        if other is not None and (other not in first or other == each.record.id):
            said = f"replaced_by: {other} is not the id of another framework here"
            found.append(each.problem(("replaced_by",), said, f"known here: {', '.join(sorted(first))}"))
    return found


def _problems(each: Description) -> Found:
    record = each.record
    yield from _repeated(each, "aspects", (aspect.number for aspect in record.aspects))
    yield from _repeated(each, "indicators", (indicator.number for indicator in record.indicators))
    aspects = {aspect.number for aspect in record.aspects}
    for place, indicator in enumerate(record.indicators):
        if indicator.aspect not in aspects:
            said = f"indicator {indicator.number}, aspect: {indicator.aspect} is not among the aspects"
            yield each.problem(("indicators", place, "aspect"), said, "write the number of one of aspects")
        yield from _of_indicator(each, place, indicator)
    total = sum((indicator.weight for indicator in record.indicators), Fraction(0))
    if total != 1:
        said = f"the weights of all indicators are {float(total * 100):g}% together"
        yield each.problem(("indicators",), said, "list every indicator; the weights have to make 100%")
    if record.until is not None and record.from_day is not None and record.until < record.from_day:
        yield each.problem(("until",), f"until: is before from, {record.from_day}", "write the last day in force")
    if record.replaced_by is not None and record.until is None:
        said = "replaced_by: what is replaced has ended, and until is missing"
        yield each.problem(("replaced_by",), said, "add until: the last day in force")
    yield from _predicates(each)


def _repeated(each: Description, key: str, numbers: Iterable[int]) -> Found:
    seen: set[int] = set()
    for place, number in enumerate(numbers):
        if number in seen:
            yield each.problem((key, place, "number"), f"{key}: number {number} stands twice", "number each once")
        seen.add(number)


def _of_indicator(each: Description, place: int, indicator: IndicatorRecord) -> Found:
    who, path = f"indicator {indicator.number}", ("indicators", place)
    if indicator.contributions and indicator.confidence is None:
        said = f"{who}: it has contributions, and confidence is missing"
        yield each.problem(path, said, f"write how sure they are: {', '.join(Confidence)}")
    if indicator.confidence is not None and not indicator.contributions:
        remedy = "remove it, or add contributions"
        yield each.problem((*path, "confidence"), f"{who}, confidence: it has no contributions", remedy)
    if indicator.confidence not in {None, Confidence.HIGH} and indicator.caveat is None:
        said = f"{who}: it is not sure ({indicator.confidence}), and caveat is missing"
        yield each.problem(path, said, "say what is to be checked before it is relied on")
    levels = [level.level for level in indicator.levels]
    if len(set(levels)) < len(levels):
        yield each.problem((*path, "levels"), f"{who}, levels: a level stands twice", "write each level once")
    for number, contribution in enumerate(indicator.contributions):
        where = (*path, "contributions", number, "levels")
        said = f"{who}, contribution {number + 1}, levels:"
        if len(set(contribution.levels)) < len(contribution.levels):
            yield each.problem(where, f"{said} a level stands twice", "write each level once")
        strange = [level for level in contribution.levels if levels and level not in levels]
        if strange:
            yield each.problem(where, f"{said} {strange[0]} is none of the indicator", "write some of its levels")


def _predicates(each: Description) -> Found:
    """Ranges that leave something out or overlap; the last one is open."""
    if not each.record.predicates:
        yield each.problem(("predicates",), "predicates: there are none", "add at least one")
        return
    rising = sorted(enumerate(each.record.predicates), key=lambda pair: pair[1].from_index)
    for (place, lower), (_, upper) in pairwise(rising):
        if lower.below != upper.from_index:
            said = f"predicate {lower.name} does not end where {upper.name} begins"
            yield each.problem(("predicates", place), said, "let each range end where the next one begins")
    place, highest = rising[-1]
    if highest.below is not None:
        said = f"predicate {highest.name} is the highest and has an end"
        yield each.problem(("predicates", place, "below"), said, "remove below: it goes up to the highest index")
