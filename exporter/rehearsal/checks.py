"""What takes more than one key of a scenario to judge: links that exist, steps in order, alerts that some rule has.

Lives here: each check, as places with what is wrong and how to mend it. Must not live here: files and lines
(``scenario``), the keys themselves (``schema``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from difflib import get_close_matches
from itertools import pairwise
from typing import Any

from exporter.model import Inventory
from exporter.plain_text import shown
from exporter.rehearsal.schema import (
    ACTIONS,
    QUIET,
    SET_KEYS,
    MaintenanceRecord,
    Program,
    RestoreRecord,
    ScenarioRecord,
    StepRecord,
)
from exporter.rehearsal.selection import selection_problem

__all__ = ["Found", "inconsistencies"]

#: Where a problem stands, what it is, how to mend it.
Found = tuple[tuple[Any, ...], str, str]


def inconsistencies(record: ScenarioRecord, inventory: Inventory, alerts: Collection[str]) -> Iterator[Found]:
    """Everything that is wrong with ``record`` on ``inventory``; ``alerts`` are the names of all that there are."""
    yield from _time_problems(record)
    for number, step in enumerate(record.steps):
        for message, remedy in _step_problems(step, inventory):
            yield ("steps", number), message, remedy
    yield from _program_problems(record.steps)
    yield from _maintenance_problems(record.maintenance, inventory)
    yield from _alert_problems(record, alerts)


def _time_problems(record: ScenarioRecord) -> Iterator[Found]:
    if not record.steps and record.until is None:
        yield ("steps",), f"nothing happens, so until: {QUIET} has no end", "write until: 1m, or a step"
    for number, (before, after) in enumerate(pairwise(record.steps), start=1):
        if after.at < before.at:
            message = f"at {after.at:g}s comes after a step at {before.at:g}s"
            yield ("steps", number), message, "write the steps in the order of their time"
    last_s, last = max(((step.ends, number) for number, step in enumerate(record.steps, start=1)), default=(0.0, 0))
    if record.until is not None and record.until < last_s:
        message = f"until {record.until:g}s is before the end of step {last}, which is at {last_s:g}s"
        yield ("until",), message, f"write {last_s:g}s or more"


def _step_problems(step: StepRecord, inventory: Inventory) -> Iterator[tuple[str, str]]:
    chosen = _actions(step)
    if len(chosen) != 1:
        found = ", ".join(chosen) or "nothing"
        yield f"does {found}", f"write exactly one of {', '.join(ACTIONS)} beside at"
    for selection in (step.cut, step.restore, step.set, step.flap):
        if selection is not None:
            everything = isinstance(selection, RestoreRecord) and selection.all
            trouble = selection_problem(selection, inventory, may_be_empty=everything)
            if trouble:
                yield trouble
    if any(record is not None and record.how and record.manner for record in (step.cut, step.flap)):
        yield "says twice how", "write how, and no manner"
    if step.set is not None and all(getattr(step.set, name) is None for name in SET_KEYS):
        yield "sets nothing", f"add one of {', '.join(SET_KEYS)}"


def _program_problems(steps: tuple[StepRecord, ...]) -> Iterator[Found]:
    """Programs that are ended while they do not run, or started while they do; a step of two actions is left out."""
    killed_by: dict[Program, int] = {}
    # As they are played: those out of order are told of elsewhere.
    for number, step in sorted(enumerate(steps), key=lambda each: each[1].at):
        if len(_actions(step)) != 1:
            continue
        ended, started = step.kill or step.restart, step.start
        if ended is not None and ended in killed_by:
            message = f"{ended} does not run: step {killed_by[ended] + 1} killed it"
            yield ("steps", number), message, f"write start: {ended}" if step.restart else f"start {ended} before"
        if started is not None and started not in killed_by:
            yield ("steps", number), f"{started} runs already", f"kill it in a step before, or write restart: {started}"
        if step.kill is not None:
            killed_by.setdefault(step.kill, number)
        for program in (step.restart, started):
            if program is not None:
                killed_by.pop(program, None)


def _maintenance_problems(works: tuple[MaintenanceRecord, ...], inventory: Inventory) -> Iterator[Found]:
    known = {"links": inventory.links, "sites": inventory.sites, "providers": inventory.providers}
    seen: set[str] = set()
    for number, work in enumerate(works):
        place, name = ("maintenance", number), f"maintenance {work.id}"
        if work.ends <= work.starts:
            yield place, f"{name}: ends before it starts", "write a later end"
        if work.id in seen:
            yield place, f"{name}: an entry above has this id", "choose another id"
        if work.id in inventory.maintenance:
            yield place, f"{name}: the inventory has planned work of this id", "choose another id"
        if not (work.links or work.sites or work.providers):
            yield place, f"{name}: is about nothing", "add links, sites or providers"
        for key, entries in known.items():
            for entry in getattr(work, key):
                if entry not in entries:
                    yield place, f"{name}: {key}: no {shown(entry)} in the inventory", _meant(entry, entries)
        seen.add(work.id)


def _alert_problems(record: ScenarioRecord, alerts: Collection[str]) -> Iterator[Found]:
    told = [each.alert for each in record.expect or ()]
    named = [
        *((("expect", number, "alert"), name) for number, name in enumerate(told)),
        *((("ignore", number), name) for number, name in enumerate(record.ignore)),
    ]
    for place, name in named:
        if name not in alerts:
            yield place, f"no rule has an alert {shown(name)}", _meant(name, alerts)
        if place[0] == "expect" and told.count(name) > 1:
            yield place, f"the alert {shown(name)} is expected twice", "write one entry with the sum"


def _actions(step: StepRecord) -> list[str]:
    return [name for name in ACTIONS if getattr(step, name) is not None]


def _meant(word: str, known: Collection[str]) -> str:
    near = get_close_matches(word, known, n=3)
    return f"did you mean {', '.join(near)}?" if near else f"{len(known)} are known, and none is like it"
