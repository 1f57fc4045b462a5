"""What the queries of panels have to answer in each phase of a rehearsed province, and what is wrong with an answer.

Lives here: expectations as values and their judgement, without a Prometheus. Must not live here: the expectations
themselves (``panel_expectations``), the phases played (``panel_phases``).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from grafana.asking import Answer, Question

__all__ = ["ALWAYS", "EVERYWHERE", "Expectation", "Phase", "complaint", "of_no_panel"]


class Phase(StrEnum):
    """What is done to the province, one after another."""

    NORMAL = "normal"
    OUTAGE = "outage"  #: a provider is cut
    RESTARTED = "restarted"  #: it still is, and the exporter was killed and started again
    GAP = "gap"  #: the exporter is stopped


ALWAYS = frozenset(Phase)

#: The phases in which the exporter runs: there is data, where nothing else is expected.
_MEASURED = ALWAYS - {Phase.GAP}

#: Every panel of a dashboard, or every query of a panel.
EVERYWHERE = "*"


@dataclass(frozen=True, slots=True)
class Expectation:
    """Where a query answers otherwise than with data whenever the exporter runs, or what its numbers are."""

    uid: str
    panel: str  #: its title, or EVERYWHERE
    why: str
    ref: str = EVERYWHERE
    chosen: str = EVERYWHERE  #: ``all`` or ``one of each``: which values of variables it is about
    full: frozenset[Phase] = _MEASURED  #: where there must be data
    empty: frozenset[Phase] = frozenset()  #: where there must be none; where it is in neither, both are right
    sums: Mapping[Phase, float] = field(default_factory=dict)  #: what the last values of all series come to
    about: Callable[[], float] | None = None  #: the same, at the time of asking and within ``ABOUT``, in NORMAL

    def speaks_of(self, question: Question) -> bool:
        """Whether it is about this query."""
        wanted = (self.uid, self.panel, self.ref, self.chosen)
        pairs = zip(wanted, (question.uid, question.panel, question.ref, question.chosen), strict=True)
        return all(one in {EVERYWHERE, found} for one, found in pairs)


#: Of how much a figure of five minutes may differ: polls are further apart than scrapes, and rules wait for a minute.
ABOUT = 0.2

_ORDINARY = Expectation("*", "*", "")


def complaint(question: Question, answer: Answer, phase: Phase, expectations: Iterable[Expectation]) -> str:
    """What is wrong with an answer, naming the panel; empty when nothing is. The first expectation counts."""
    if answer.problems:
        return f"{question.name}, {phase}: {'; '.join(answer.problems)}\n    {question.expr}"
    expected = next((each for each in expectations if each.speaks_of(question)), _ORDINARY)
    if text := _differs(answer, phase, expected):
        return f"{question.name}, {phase}: {text}\n    {question.expr}"
    return ""


def _differs(answer: Answer, phase: Phase, expected: Expectation) -> str:
    shown = ", ".join(f"{dict(labels)} {value:g}" for labels, value in answer.series[:3])
    if phase in expected.full - expected.empty and not answer.series:
        return "no data, and there should be"
    if phase in expected.empty and answer.series:
        return f"{shown}, and there should be nothing: {expected.why}"
    if (wanted := expected.sums.get(phase)) is not None:
        found = sum(value for _, value in answer.series)
        if not answer.series or not math.isclose(found, wanted, abs_tol=1e-9):
            return f"the values are {shown or 'none'}, and come to {wanted:g}: {expected.why}"
    if expected.about and phase is Phase.NORMAL:
        found, near = sum(value for _, value in answer.series), expected.about()
        if not math.isclose(found, near, rel_tol=ABOUT):
            return f"the values are {shown}, and should be about {near:g}: {expected.why}"
    return ""


def of_no_panel(expectations: Iterable[Expectation], questions: Sequence[Question]) -> list[str]:
    """The expectations that speak of no query: remove them, or mend their names."""
    return [
        f"{each.uid}: panel {each.panel!r}, query {each.ref}"
        for each in expectations
        if not any(each.speaks_of(question) for question in questions)
    ]
