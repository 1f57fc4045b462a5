"""What a panel is drawn from.

Lives here: the panel, what Grafana's library made of the answers, its range of time; the series that most kinds draw.
Must not live here: any drawing (``panels``), asking (``album``).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from grafana.reading import Panel
from grafana.shown import Column

__all__ = ["NOTHING", "WIB", "Content", "Line", "PictureError", "Say", "moment"]

WIB = timezone(timedelta(hours=7))

#: Where a panel does not say it itself.
NOTHING = "Tidak ada data"

#: Numbers as texts in a panel's unit, as on an axis.
Say = Callable[[Sequence[float]], list[str]]


class PictureError(Exception):
    """A panel that cannot be drawn, with the reason for people."""


@dataclass(frozen=True, slots=True)
class Line:
    """One series: numbers over time, with the texts and colours that they have."""

    name: str
    times_s: tuple[float, ...]  #: Unix
    values: tuple[float, ...]  #: NaN where there is none
    texts: tuple[str, ...]
    colours: tuple[str | None, ...]  #: none where the panel gives none

    @property
    def colour(self) -> str | None:
        """That of its last value."""
        return next((each for each in reversed(self.colours) if each), None)


@dataclass(frozen=True, slots=True)
class Content:
    """One panel with its answers."""

    panel: Panel
    frames: Sequence[Sequence[Column]]
    at_unix_s: float  #: where the range of time ends
    range_s: int
    step_s: int
    say: Say

    @property
    def options(self) -> Mapping[str, Any]:
        """The settings of the kind of panel."""
        return self.panel.raw.get("options") or {}

    @property
    def defaults(self) -> Mapping[str, Any]:
        """The settings of its values."""
        return (self.panel.raw.get("fieldConfig") or {}).get("defaults") or {}

    @property
    def custom(self) -> Mapping[str, Any]:
        """Those that only this kind of panel has."""
        return self.defaults.get("custom") or {}

    @property
    def nothing(self) -> str:
        """What it says when there is no data."""
        return str(self.defaults.get("noValue") or NOTHING)

    @property
    def is_empty(self) -> bool:
        """Whether no query had an answer."""
        return not any(column.values for frame in self.frames for column in frame)

    def limits(self, *, most: float) -> tuple[float, float]:
        """The least and the largest value by the settings; 0 and ``most`` where they are silent."""
        largest = self.defaults.get("max")
        return float(self.defaults.get("min") or 0), most if largest is None else float(largest)

    def lines(self) -> list[Line]:
        """Every column of numbers with its times, in the order of the answers."""
        found = []
        for frame in self.frames:
            times = next((column.values for column in frame if column.kind == "time"), ())
            times_s = tuple(float(time) / 1000 for time in times)
            found += [
                Line(
                    column.name,
                    times_s,
                    tuple(math.nan if value is None else float(value) for value in column.values),
                    column.texts,
                    column.colours,
                )
                for column in frame
                if column.kind == "number" and column.values
            ]
        return found


def moment(unix_s: float, form: str) -> str:
    """A time in WIB by the form of ``strftime``."""
    return datetime.fromtimestamp(unix_s, WIB).strftime(form)
