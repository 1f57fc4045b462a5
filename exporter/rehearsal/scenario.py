"""A scenario as values that can be played, or every reason why it cannot.

Lives here: reading the file, and its problems with their lines. Must not live here: the keys themselves (``schema``),
what takes more than one of them to judge (``checks``), playing (``player``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import ValidationError

from exporter.errors import Problem, UsageError
from exporter.files import read_configuration
from exporter.loading import load_inventory
from exporter.model import Inventory
from exporter.rehearsal.checks import inconsistencies
from exporter.rehearsal.schema import ExpectRecord, MaintenanceRecord, ScenarioRecord, StepRecord
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
    problems = [replace(each, remedy=_remedy(each)) for each in read.problems]
    if path.is_dir():
        problems = [Problem(str(path), 0, "is a folder", "name one scenario file")]
    if problems:
        raise ScenarioError(problems)
    document = parse_document(read.files[0].raw, read.files[0].path)
    if document.problems:
        raise ScenarioError(list(document.problems))
    return document


def _remedy(problem: Problem) -> str:
    """How to mend a file that could not be read, in words for a scenario and not for an inventory."""
    if problem.message.startswith("cannot be read"):
        return "name a scenario file that this user may read"
    if problem.message.startswith("the file has more than"):
        return "a scenario is one small file: write fewer steps, or name another file if this is none"
    return problem.remedy


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
    for place, message, remedy in inconsistencies(record, inventory, alerts):
        number = f"step {place[1] + 1}: " if place[0] == "steps" and isinstance(place[-1], int) else ""
        yield Problem(document.file, document.line_of(place), f"{number}{message}", remedy)
