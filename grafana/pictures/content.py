"""What a panel is drawn from.

Lives here: the panel's settings, its frames and its time, and the series that most kinds draw. Must not live here: any
drawing (``panels``), asking (``album``).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from grafana.pictures.frames import Cell, Field, Frame
from grafana.pictures.values import NOTHING, Shown, settings, shown

__all__ = ["Content", "Line", "last"]


@dataclass(frozen=True, slots=True)
class Line:
    """One series with its settings."""

    name: str
    times_s: tuple[float, ...]
    values: tuple[float, ...]
    labels: Mapping[str, str]
    of: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Content:
    """One panel with the answers to its queries."""

    raw: Mapping[str, Any]
    frames: tuple[Frame, ...]
    at_unix_s: float
    range_s: int
    step_s: int

    @property
    def options(self) -> Mapping[str, Any]:
        """The settings of the kind of panel."""
        return self.raw.get("options") or {}

    @property
    def nothing(self) -> str:
        """What it says when there is no data."""
        defaults = (self.raw.get("fieldConfig") or {}).get("defaults") or {}
        return str(defaults.get("noValue") or NOTHING)

    def settings(self, frame: Frame, field: Field) -> dict[str, Any]:
        """The settings of one field."""
        return settings(self.raw, frame, field)

    def shown(self, value: Cell, of: Mapping[str, Any]) -> Shown:
        """A value as text and colour."""
        return shown(value, of, at_unix_s=self.at_unix_s)

    def lines(self) -> list[Line]:
        """Every column of numbers with its times, in the order of the answers."""
        found = []
        for frame in self.frames:
            times = next((each.values for each in frame.fields if each.kind == "time"), ())
            times_s = tuple(float(time) / 1000 for time in times if time is not None)
            for field in frame.numbers():
                of = self.settings(frame, field)
                values = tuple(math.nan if value is None else float(value) for value in field.values)
                name = str(of.get("displayName") or field.title)
                found.append(Line(name, times_s, values, field.labels, of))
        return found


def last(line: Line, calculation: str = "lastNotNull") -> float | None:
    """One number of a series, as a panel of single figures reduces it; nothing of an empty one."""
    known = [value for value in line.values if not math.isnan(value)]
    if calculation == "last":
        return line.values[-1] if line.values else None
    if not known:
        return None
    return {
        "min": min(known),
        "max": max(known),
        "sum": sum(known),
        "mean": sum(known) / len(known),
        "first": known[0],
        "firstNotNull": known[0],
        "count": float(len(known)),
    }.get(calculation, known[-1])
