"""A scenario as values that can be played, or every reason why it cannot.

Lives here: reading the file, and what takes more than one key to judge: links that exist, steps in order, alerts that
some rule has. Must not live here: the keys themselves (``schema``), playing (``player``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from difflib import get_close_matches
from itertools import pairwise
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from exporter.errors import Problem, UsageError
from exporter.files import read_configuration
from exporter.loading import load_inventory
from exporter.model import Inventory
from exporter.plain_text import shown
from exporter.rehearsal.schema import (
    ACTIONS,
    QUIET,
    SET_KEYS,
    ExpectRecord,
    MaintenanceRecord,
    RestoreRecord,
    ScenarioRecord,
    StepRecord,
)
from exporter.rehearsal.selection import selection_problem
from exporter.rehearsal.words import words_of
from exporter.strict_yaml import Document, parse_document

__all__ = ["Scenario", "ScenarioError", "load_scenario"]


class ScenarioError(UsageError):
    """A scenario was refused; the text has every problem that was found, in the order of lines."""

    def __init__(self, problems: list[Problem]) -> None:
        """Keep the problems sorted."""
        self.problems = sorted(problems)
        super().__init__("\n".join(["the scenario cannot be played", *map(str, self.problems)]))


@dataclass(frozen=True, slots=True)
class Scenario:
    """What is to be played."""

    path: Path
    name: str
    description: str
    inventory_path: Path
    inventory: Inventory
    speed: float
    maintenance: tuple[MaintenanceRecord, ...]
    steps: tuple[StepRecord, ...]
    until_s: float | None  #: seconds after the start, before they are divided by the speed; None: until it is quiet
    expect: tuple[ExpectRecord, ...] | None  #: None: nothing is judged
    ignore: tuple[str, ...]  #: alerts whose messages are shown and not judged


def load_scenario(
    path: Path, *, default_inventory: Path, alerts: Collection[str], inventory: Path | None = None
) -> Scenario:
    """The scenario in the file ``path``; ``alerts`` are the names of all alerts that there are.

    ``inventory`` takes the place of the one that the scenario names, ``default_inventory`` that of none.

    Raises ScenarioError with everything wrong in it, and InventoryError for the inventory that it names.
    """
    document = _document(path)
    record = _record(document)
    where = inventory or (path.parent / record.inventory if record.inventory else default_inventory)
    loaded = load_inventory(where).inventory
    problems = list(_problems(document, record, loaded, alerts))
    if problems:
        raise ScenarioError(problems)
    return Scenario(
        path=path,
        name=record.name,
        description=record.description,
        inventory_path=where,
        inventory=loaded,
        speed=record.speed,
        maintenance=record.maintenance,
        steps=record.steps,
        until_s=record.until,
        expect=record.expect,
        ignore=record.ignore,
    )


def _document(path: Path) -> Document:
    """The file as plain values."""
    read = read_configuration(path)
    problems = [replace(each, remedy="name a scenario file that this user may read") for each in read.problems]
    if path.is_dir():
        problems = [Problem(str(path), 0, "is a folder", "name one scenario file")]
    if problems:
        raise ScenarioError(problems)
    document = parse_document(read.files[0].raw, read.files[0].path)
    if document.problems:
        raise ScenarioError(list(document.problems))
    return document


def _record(document: Document) -> ScenarioRecord:
    try:
        return ScenarioRecord.model_validate(document.value)
    except ValidationError as error:
        raise ScenarioError(
            [
                Problem(document.file, document.line_of(each["loc"]), *words_of(ScenarioRecord, each))
                for each in error.errors(include_url=False)
            ]
        ) from None


def _problems(
    document: Document, record: ScenarioRecord, inventory: Inventory, alerts: Collection[str]
) -> Iterator[Problem]:
    """Every problem with its line."""
    found = (
        *_time_problems(record),
        *((("steps", n), *words) for n, step in enumerate(record.steps) for words in _step_problems(step, inventory)),
        *(
            (("maintenance", n), *words)
            for n, work in enumerate(record.maintenance)
            for words in _maintenance_problems(work, inventory)
        ),
        *_alert_problems(record, alerts),
    )
    for place, message, remedy in found:
        number = f"step {place[1] + 1}: " if place[0] == "steps" and isinstance(place[-1], int) else ""
        yield Problem(document.file, document.line_of(place), f"{number}{message}", remedy)


#: Where a problem stands, what it is, how to mend it.
_Found = tuple[tuple[Any, ...], str, str]


def _time_problems(record: ScenarioRecord) -> Iterator[_Found]:
    if not record.steps and record.until is None:
        yield ("steps",), f"nothing happens, so until: {QUIET} has no end", "write until: 1m, or a step"
    for number, (before, after) in enumerate(pairwise(record.steps), start=1):
        if after.at < before.at:
            message = f"at {after.at:g}s comes after a step at {before.at:g}s"
            yield ("steps", number), message, "write the steps in the order of their time"
    last_s = max((step.at for step in record.steps), default=0.0)
    if record.until is not None and record.until < last_s:
        yield ("until",), f"until {record.until:g}s ends before the step at {last_s:g}s", "write a later time"


def _alert_problems(record: ScenarioRecord, alerts: Collection[str]) -> Iterator[_Found]:
    named = [(("expect", number, "alert"), each.alert) for number, each in enumerate(record.expect or ())]
    told = [name for _, name in named]
    for place, name in named:
        if name not in alerts:
            yield place, f"no rule has an alert {shown(name)}", _meant(name, alerts)
        if told.count(name) > 1:
            yield place, f"the alert {shown(name)} is expected twice", "write one entry with the sum"


def _step_problems(step: StepRecord, inventory: Inventory) -> Iterator[tuple[str, str]]:
    chosen = [name for name in ACTIONS if getattr(step, name) is not None]
    if len(chosen) != 1:
        found = ", ".join(chosen) or "nothing"
        yield f"does {found}", f"write exactly one of {', '.join(ACTIONS)} beside at"
    for selection in (step.cut, step.restore, step.set, step.flap):
        if selection is not None:
            everything = isinstance(selection, RestoreRecord) and selection.all
            trouble = selection_problem(selection, inventory, may_be_empty=everything)
            if trouble:
                yield trouble
    if step.set is not None and all(getattr(step.set, name) is None for name in SET_KEYS):
        yield "sets nothing", f"add one of {', '.join(SET_KEYS)}"


def _maintenance_problems(work: MaintenanceRecord, inventory: Inventory) -> Iterator[tuple[str, str]]:
    if work.ends <= work.starts:
        yield f"maintenance {work.id}: ends before it starts", "write a later end"
    if work.id in inventory.maintenance:
        yield f"maintenance {work.id}: the inventory has planned work of this id", "choose another id"
    if not (work.links or work.sites or work.providers):
        yield f"maintenance {work.id}: is about nothing", "add links, sites or providers"
    known = {"links": inventory.links, "sites": inventory.sites, "providers": inventory.providers}
    for key, entries in known.items():
        for name in getattr(work, key):
            if name not in entries:
                yield f"maintenance {work.id}: {key}: no {shown(name)} in the inventory", _meant(name, entries)


def _meant(word: str, known: Collection[str]) -> str:
    near = get_close_matches(word, known, n=3)
    return f"did you mean {', '.join(near)}?" if near else f"{len(known)} are known, and none is like it"
