"""What a scenario may say: its keys, and the language of each value.

Lives here: pydantic models; unknown keys are refused, as in an inventory. Must not live here: whether a link exists,
the order of steps (``scenario``), playing (``player``). ``rehearsal/README.md`` explains every key that stands here.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from exporter.errors import PantauError
from exporter.plain_text import shown
from exporter.quantities import Refusal, duration_s
from exporter.schema import REFUSED, Id, Ids, KabkotaCode, Name, Record
from exporter.sim.settings import SETTINGS, Manner, parse_setting
from exporter.stack.speed import MAX_SPEED

__all__ = [
    "ACTIONS",
    "QUIET",
    "SELECTORS",
    "SET_KEYS",
    "CutRecord",
    "ExpectRecord",
    "FlapRecord",
    "MaintenanceRecord",
    "Program",
    "RestoreRecord",
    "ScenarioRecord",
    "SelectionRecord",
    "SetRecord",
    "StepRecord",
]

#: The word for "until nothing happens any more".
QUIET = "quiet"

#: The longest duration of a scenario, seconds: a working day.
_LONGEST_S = 8 * 3600.0

#: How often a link may come and go, and how many messages may be expected.
_MOST_TIMES = 1_000


class Program(StrEnum):
    """What a step may end and start."""

    EXPORTER = "exporter"
    PROMETHEUS = "prometheus"
    ALERTMANAGER = "alertmanager"


def _refused(refusal: Refusal) -> PydanticCustomError:
    words = {"message": refusal.message, "remedy": refusal.remedy}
    return PydanticCustomError(REFUSED, "{message}", words)


def _by(parse: Callable[[str], Any]) -> BeforeValidator:
    """The validator that reads one text with ``parse``."""

    def validate(value: Any) -> Any:
        if not isinstance(value, str):
            raise _refused(Refusal("is a list or a mapping, not one value", "write one value"))
        try:
            return parse(value)
        except Refusal as refusal:
            raise _refused(refusal) from None

    return BeforeValidator(validate)


def _duration(text: str) -> float:
    if text.startswith("-"):
        raise Refusal(f"{shown(text)} lies before the start", "write a duration of 0s or more")
    found = duration_s(text)
    if found > _LONGEST_S:
        raise Refusal(f"{shown(text)} is longer than a working day", "write at most 8h")
    return found


def _pause(text: str) -> float:
    found = _duration(text)
    if not found:
        raise Refusal(f"{shown(text)} is no time", "write a duration above 0s")
    return found


def _until(text: str) -> float | None:
    return None if text == QUIET else _pause(text)


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= _MOST_TIMES):
        raise Refusal(f"{shown(text)} is not a number", f"write a whole number from 0 to {_MOST_TIMES}")
    return int(text)


def _times(text: str) -> int:
    found = _count(text)
    if not found:
        raise Refusal(f"{shown(text)} is never", f"write a whole number from 1 to {_MOST_TIMES}")
    return found


def _speed(text: str) -> float:
    try:
        found = float(text)
    except ValueError:
        found = 0.0
    if not 1 <= found <= MAX_SPEED:
        raise Refusal(f"{shown(text)} is no speed", f"write a number from 1 (real time) to {MAX_SPEED:g}")
    return found


def _version(text: str) -> int:
    if text != "1":
        raise Refusal("the version is not 1", "write version: 1")
    return 1


def _true(text: str) -> bool:
    if text != "true":
        raise Refusal(f"{shown(text)} is not true", "write true, or remove the key")
    return True


def _word(kind: type[StrEnum]) -> BeforeValidator:
    def parse(text: str) -> StrEnum:
        if text not in list(kind):
            raise Refusal(f"{shown(text)} is not one of the words known here", f"write one of: {', '.join(kind)}")
        return kind(text)

    return _by(parse)


def _text(text: str) -> str:
    if not text.strip():
        raise Refusal("is empty", "write a text")
    return text.strip()


def _setting(name: str) -> BeforeValidator:
    def parse(text: str) -> float:
        try:
            return parse_setting(SETTINGS[name], text)
        except PantauError as error:
            raise Refusal(str(error), "write it as pantau sim set takes it") from None

    return _by(parse)


Duration = Annotated[float, _by(_duration)]
Pause = Annotated[float, _by(_pause)]
Count = Annotated[int, _by(_count)]
Yes = Annotated[bool, _by(_true)]
Text = Annotated[str, _by(_text)]
AlertName = Annotated[str, _by(_text)]
Recipients = Annotated[tuple[Text, ...], Field(strict=False, max_length=100)]

Texts = Annotated[tuple[Text, ...], Field(strict=False, max_length=20)]

#: The keys that choose links.
SELECTORS = ("link", "links", "site", "provider", "area", "reference", "uplink")


class SelectionRecord(Record):
    """Which links: each key narrows the choice; ``uplink`` is everything, reference targets too."""

    link: Id | None = None
    links: Ids = ()
    site: Id | None = None
    provider: Id | None = None
    area: KabkotaCode | None = None
    reference: Id | None = None
    uplink: Yes = False


class CutRecord(SelectionRecord):
    """Links that stop answering."""

    how: Annotated[Manner | None, _word(Manner)] = None
    manner: Annotated[Manner | None, _word(Manner)] = None  #: another name of ``how``

    @property
    def way(self) -> Manner:
        """What a prober sees of it; ``how`` and ``manner`` are never both there."""
        return self.how or self.manner or Manner.SILENT


class RestoreRecord(SelectionRecord):
    """Links that answer again as they did before."""

    all: Yes = False


class SetRecord(SelectionRecord):
    """Links that answer worse."""

    loss: Annotated[float | None, _setting("loss_ratio")] = None
    even_loss: Annotated[float | None, _setting("even_loss_ratio")] = None
    delay: Annotated[float | None, _setting("delay_s")] = None
    jitter: Annotated[float | None, _setting("jitter_s")] = None


#: What can be set.
SET_KEYS = tuple(name for name in SetRecord.model_fields if name not in SelectionRecord.model_fields)


class FlapRecord(CutRecord):
    """Links that come and go: down for the first half of each ``every``, up for the second."""

    every: Pause
    times: Annotated[int, _by(_times)]


class StepRecord(Record):
    """One thing that happens; ``at`` and one other key."""

    at: Duration
    cut: CutRecord | None = None
    restore: RestoreRecord | None = None
    set: SetRecord | None = None
    flap: FlapRecord | None = None
    restart: Annotated[Program | None, _word(Program)] = None
    kill: Annotated[Program | None, _word(Program)] = None
    start: Annotated[Program | None, _word(Program)] = None

    @property
    def ends(self) -> float:
        """When its last event happens, seconds after the start: a flapping link is up again in the middle of a turn."""
        if self.flap is None:
            return self.at
        return self.at + (self.flap.times - 0.5) * self.flap.every


#: What a step can do.
ACTIONS = tuple(name for name in StepRecord.model_fields if name != "at")


class MaintenanceRecord(Record):
    """Planned work, added to the inventory while the scenario is played."""

    id: Id
    links: Ids = ()
    sites: Ids = ()
    providers: Ids = ()
    starts: Duration  #: seconds after the start of the scenario
    ends: Pause
    author: Name = "Tim gladi"
    reason: Name = "Gladi gangguan"
    approval: Name = "Gladi"


class ExpectRecord(Record):
    """Messages of one alert that have to come, at each recipient."""

    alert: AlertName
    begun: Count = 1
    ended: Count = 1
    to: Recipients = ()  #: ``channel:recipient``; empty: the gateway that gets every message
    uncounted: Recipients = ()  #: beside ``to``: may be told or not, such as whoever hears in working hours only
    begun_says: Texts = ()  #: what every message of a beginning has to contain
    ended_says: Texts = ()  #: what every message of an end has to contain
    never_says: Texts = ()  #: what no message of the alert may contain


class ScenarioRecord(Record):
    """The whole file."""

    version: Annotated[int, _by(_version)]
    name: Text
    description: Text
    inventory: Text | None = None  #: a path relative to the file
    speed: Annotated[float, _by(_speed)] = 1.0
    maintenance: Annotated[tuple[MaintenanceRecord, ...], Field(strict=False, max_length=100)] = ()
    steps: Annotated[tuple[StepRecord, ...], Field(strict=False, max_length=1_000)]
    until: Annotated[float | None, _by(_until)] = None  #: seconds after the start; None: quiet
    expect: Annotated[tuple[ExpectRecord, ...] | None, Field(strict=False, max_length=100)] = None
    ignore: Annotated[tuple[AlertName, ...], Field(strict=False, max_length=100)] = ()  #: alerts that are not judged
