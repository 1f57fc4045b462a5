"""What happens when: the steps of a scenario as orders to the province and to programs, on the real clock.

Lives here: dividing by the speed, taking a flapping link apart, the words for each event in Indonesian. Must not live
here: giving the orders (``player``), whether a step is right (``scenario``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from exporter.model import Inventory
from exporter.rehearsal.scenario import Scenario
from exporter.rehearsal.schema import CutRecord, FlapRecord, Program, SelectionRecord, SetRecord, StepRecord
from exporter.rehearsal.selection import chosen_scopes, selection_words
from exporter.sim.settings import SETTINGS

__all__ = ["Event", "program_words", "timeline"]

_PROGRAM_WORDS = {
    "province": "provinsi simulasi",
    Program.EXPORTER: "pengukur",
    Program.PROMETHEUS: "Prometheus",
    Program.ALERTMANAGER: "Alertmanager",
}


@dataclass(frozen=True, slots=True)
class Event:
    """One moment of the rehearsal."""

    at_s: float  #: after the start, on the real clock
    words: str  #: for people
    orders: tuple[Mapping[str, Any], ...] = ()  #: to the simulated province
    stop: Program | None = None  #: ended as an administrator would
    kill: Program | None = None  #: ended at once
    start: Program | None = None  #: started, after whatever was ended


def program_words(name: str) -> str:
    """What people call a program of the stack."""
    return _PROGRAM_WORDS[name]


def timeline(scenario: Scenario) -> tuple[Event, ...]:
    """Every event of ``scenario``, in the order of time; of the same time, in the order they were written."""
    events = [
        event
        for step in scenario.steps
        for event in _events(step, step.at / scenario.speed, scenario.inventory, scenario.speed)
    ]
    return tuple(sorted(events, key=lambda event: event.at_s))


def _events(step: StepRecord, at_s: float, inventory: Inventory, speed: float) -> Iterator[Event]:
    if step.cut is not None:
        yield _cut(step.cut, at_s, inventory)
    elif step.restore is not None:
        if step.restore.all:
            yield Event(at_s, "dipulihkan: semua", ({"order": "restore", "all": True},))
        else:
            yield _restored(step.restore, at_s, inventory)
    elif step.set is not None:
        yield _set(step.set, at_s, inventory)
    elif step.flap is not None:
        yield from _flapping(step.flap, at_s, inventory, speed)
    else:
        yield _about_program(step, at_s)


def _cut(record: CutRecord, at_s: float, inventory: Inventory) -> Event:
    orders = _orders(record, inventory, order="cut", manner=record.way.value)
    return Event(at_s, f"diputus: {selection_words(record)}", orders)


def _restored(record: SelectionRecord, at_s: float, inventory: Inventory) -> Event:
    return Event(at_s, f"dipulihkan: {selection_words(record)}", _orders(record, inventory, order="restore"))


def _set(record: SetRecord, at_s: float, inventory: Inventory) -> Event:
    named = {
        "loss_ratio": record.loss,
        "even_loss_ratio": record.even_loss,
        "delay_s": record.delay,
        "jitter_s": record.jitter,
    }
    values = {name: value for name, value in named.items() if value is not None}
    shown = ", ".join(SETTINGS[name].shown(value) for name, value in values.items())
    return Event(
        at_s, f"diatur: {selection_words(record)}, {shown}", _orders(record, inventory, order="set", values=values)
    )


def _flapping(record: FlapRecord, at_s: float, inventory: Inventory, speed: float) -> Iterator[Event]:
    every_s = record.every / speed
    for turn in range(record.times):
        yield _cut(record, at_s + turn * every_s, inventory)
        yield _restored(record, at_s + (turn + 0.5) * every_s, inventory)


def _about_program(step: StepRecord, at_s: float) -> Event:
    if step.restart is not None:
        words = f"dimulai ulang: {_PROGRAM_WORDS[step.restart]}"
        return Event(at_s, words, stop=step.restart, start=step.restart)
    if step.kill is not None:
        return Event(at_s, f"dimatikan mendadak: {_PROGRAM_WORDS[step.kill]}", kill=step.kill)
    assert step.start is not None
    return Event(at_s, f"dijalankan: {_PROGRAM_WORDS[step.start]}", start=step.start)


def _orders(record: SelectionRecord, inventory: Inventory, **words: Any) -> tuple[Mapping[str, Any], ...]:
    return tuple({**words, "part": scope.part.value, "id": scope.id} for scope in chosen_scopes(record, inventory))
