"""Answers of Prometheus as Grafana's data source frames them.

Lives here: frames and fields, and how an answer becomes them. Must not live here: asking (``ask``), transformations
(``transform``), texts and colours (``values``).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

__all__ = ["Cell", "Field", "Frame", "PictureError", "Series", "framed"]

#: A value of a field: a number (times in ms too), a text, or nothing.
Cell = float | str | None


class PictureError(Exception):
    """A panel that cannot be drawn, with the reason for people."""


@dataclass(frozen=True, slots=True)
class Series:
    """One series of an answer; an instant one has one point."""

    labels: Mapping[str, str]
    times_s: Sequence[float]  #: Unix
    values: Sequence[float]


@dataclass(frozen=True, slots=True)
class Field:
    """One column."""

    name: str
    kind: str  #: time, number or string
    values: tuple[Cell, ...]
    labels: Mapping[str, str] = field(default_factory=dict)
    called: str = ""  #: by the data source, from the legend

    @property
    def title(self) -> str:
        """What people and overrides call it."""
        return self.called or self.name


@dataclass(frozen=True, slots=True)
class Frame:
    """Columns of one length."""

    ref: str
    fields: tuple[Field, ...]

    @property
    def rows(self) -> int:
        """Its length."""
        return len(self.fields[0].values) if self.fields else 0

    def numbers(self) -> list[Field]:
        """The columns of numbers."""
        return [each for each in self.fields if each.kind == "number"]

    def named(self, name: str) -> Field | None:
        """The column that people call so."""
        return next((each for each in self.fields if name in {each.title, each.name}), None)


def framed(target: Mapping[str, Any], series: Iterable[Series], *, several: bool) -> list[Frame]:
    """The frames of one target; ``several`` says that the panel has other targets too.

    A frame for each series, or for format ``table`` one with a column for each label; for ``heatmap`` the cumulative
    buckets are taken apart. An answer without series has no frame.
    """
    found = list(series)
    ref = str(target.get("refId", ""))
    if not found:
        return []
    match target.get("format"):
        case "table":
            return [_table(ref, found, several=several)]
        case "heatmap":
            return _buckets([_frame(target, each) for each in found])
    return [_frame(target, each) for each in found]


def _frame(target: Mapping[str, Any], series: Series) -> Frame:
    times = Field("Time", "time", tuple(time * 1000 for time in series.times_s))
    labels = {name: value for name, value in series.labels.items() if name != "__name__"}
    values = Field("Value", "number", tuple(series.values), labels, _legend(target, series))
    return Frame(str(target.get("refId", "")), (times, values))


def _legend(target: Mapping[str, Any], series: Series) -> str:
    wanted = str(target.get("legendFormat") or "")
    labels = {name: value for name, value in series.labels.items() if name != "__name__"}
    if wanted == "__auto":
        return next(iter(labels.values())) if len(labels) == 1 else _selector(series.labels, labels, target)
    if not wanted:
        return _selector(series.labels, labels, target)
    return re.sub(r"\{\{\s*(\S+?)\s*\}\}", lambda found: series.labels.get(found[1], ""), wanted)


def _selector(all_labels: Mapping[str, str], labels: Mapping[str, str], target: Mapping[str, Any]) -> str:
    inner = ", ".join(f'{name}="{value}"' for name, value in labels.items())
    name = all_labels.get("__name__", "")
    return f"{name}{{{inner}}}" if inner else name or str(target.get("expr", ""))


def _table(ref: str, series: Sequence[Series], *, several: bool) -> Frame:
    names = sorted({name for each in series for name in each.labels})
    rows = [(each, place) for each in series for place in range(len(each.values))]
    fields = [Field("Time", "time", tuple(each.times_s[place] * 1000 for each, place in rows))]
    fields += [Field(name, "string", tuple(each.labels.get(name, "") for each, _ in rows)) for name in names]
    value = f"Value #{ref}" if several else "Value"
    return Frame(ref, (*fields, Field(value, "number", tuple(each.values[place] for each, place in rows))))


def _bound(frame: Frame) -> float:
    text = frame.fields[-1].labels.get("le", "")
    return math.inf if text in {"+Inf", ""} else float(text)


def _buckets(frames: list[Frame]) -> list[Frame]:
    """The counts between the bounds, from counts up to the bounds; where a time is missing below, nothing is taken."""
    found: list[Frame] = []
    below: dict[Cell, float] = {}
    for frame in sorted(frames, key=_bound):
        times, counts = frame.fields
        known = dict(zip(times.values, counts.values, strict=True))
        between = tuple(max(0.0, _float(count) - below.get(time, 0.0)) for time, count in known.items())
        found.append(replace(frame, fields=(times, replace(counts, values=between))))
        below = {time: _float(count) for time, count in known.items()}
    return found


def _float(value: Cell) -> float:
    return float(value) if value is not None else 0.0
