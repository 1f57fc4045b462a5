"""Panels with a time axis: curves, states over time, heat maps; and the map.

Lives here: how they are drawn. Must not live here: names, colours and units of values (Grafana's library).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import PowerNorm, to_rgb

from grafana.pictures.canvas import LINE, MUTED, TEXT, Box, Sheet
from grafana.reading import Panel
from grafana.shown import Column

__all__ = ["Say", "Span", "curves", "heat", "places", "states"]

Frames = Sequence[Sequence[Column]]

#: Begin, end and step of what a panel shows, Unix seconds.
Span = tuple[float, float, float]

#: Values as texts in a panel's unit.
Say = Callable[[Sequence[float]], list[str]]

_WIB = timezone(timedelta(hours=7))
_LEGEND_PX, _AXIS_PX, _SCALE_PX = 22, 20, 62


def _room(sheet: Sheet, box: Box, begin_s: float, end_s: float, left: float = _SCALE_PX) -> Axes:
    axes = sheet.chart(box.inner(left, 4, 8, _AXIS_PX + _LEGEND_PX))
    axes.set_xlim(begin_s, end_s)
    marks = np.linspace(begin_s, end_s, 7)[1:-1]
    form = "%H.%M" if end_s - begin_s <= 2 * 86_400 else "%d/%m"
    axes.set_xticks(marks, [datetime.fromtimestamp(mark, _WIB).strftime(form) for mark in marks])
    axes.grid(color=LINE, linewidth=0.6)
    return axes


def _nothing(sheet: Sheet, box: Box, panel: Panel) -> None:
    sheet.write(box, str(panel.raw["fieldConfig"]["defaults"].get("noValue", "")), 16, colour=MUTED, align="center")


def _legend(sheet: Sheet, box: Box, entries: Sequence[tuple[str, str]]) -> None:
    left = box.left + 8
    line = Box(box.left, box.top + box.height - _LEGEND_PX, box.width, _LEGEND_PX)
    for name, colour in entries:
        width = 30 + sum(9 if letter.isupper() else 7 for letter in name)
        if left + width > box.left + box.width:
            break
        sheet.fill(Box(left, line.top + 9, 12, 4), colour)
        sheet.write(Box(left + 16, line.top, width, line.height), name, 11)
        left += width


def _gapped(column: Column, times_s: np.ndarray, step_s: float) -> tuple[np.ndarray, np.ndarray]:
    """Values with a hole wherever points are missing, as Grafana draws them."""
    values = np.array([np.nan if value is None else float(value) for value in column.values])
    holes = np.flatnonzero(np.diff(times_s) > 1.5 * step_s)
    return np.insert(times_s, holes + 1, np.nan), np.insert(values, holes + 1, np.nan)


def _series(frames: Frames) -> list[tuple[Column, np.ndarray]]:
    """Each column of numbers with the times of its frame, in seconds."""
    found = []
    for frame in frames:
        times = next((column for column in frame if column.kind == "time"), None)
        if times is not None and times.values:
            at = np.array(times.values, dtype=float) / 1000
            found += [(column, at) for column in frame if column.kind == "number"]
    return found


def _colour(column: Column) -> str:
    last = next((colour for colour in reversed(column.colours) if colour), None)
    return last if last and last.startswith("#") else MUTED


def curves(sheet: Sheet, box: Box, panel: Panel, frames: Frames, span: Span, say: Say) -> None:
    """Lines, or areas where the panel stacks them; ``span`` is begin, end and step in seconds."""
    series = _series(frames)
    if not series:
        _nothing(sheet, box, panel)
        return
    begin, end, step = span
    axes = _room(sheet, box, begin, end)
    custom = panel.raw["fieldConfig"]["defaults"].get("custom") or {}
    if (custom.get("stacking") or {}).get("mode") == "normal":
        _stacked(axes, series)
    else:
        for column, times in series:
            at, values = _gapped(column, times, step)
            axes.plot(at, values, color=_colour(column), linewidth=1.6, marker="." if len(times) == 1 else None)
    _limits(axes, panel, custom)
    ticks = [tick for tick in axes.get_yticks() if axes.get_ylim()[0] <= tick <= axes.get_ylim()[1]]
    axes.set_yticks(ticks, say(ticks))
    if (panel.raw.get("options") or {}).get("legend", {}).get("showLegend", True):
        _legend(sheet, box, [(column.name, _colour(column)) for column, _ in series])


def _stacked(axes: Axes, series: Sequence[tuple[Column, np.ndarray]]) -> None:
    """On the union of all times; a missing value adds nothing."""
    at = np.unique(np.concatenate([times for _, times in series]))
    floor = np.zeros(len(at))
    for column, times in series:
        values = np.zeros(len(at))
        values[np.searchsorted(at, times)] = [float(value or 0) for value in column.values]
        axes.fill_between(at, floor, floor + values, color=_colour(column), alpha=0.6, linewidth=0)
        axes.plot(at, floor + values, color=_colour(column), linewidth=1.2)
        floor = floor + values


def _limits(axes: Axes, panel: Panel, custom: dict[str, Any]) -> None:
    defaults = panel.raw["fieldConfig"]["defaults"]
    if defaults.get("min") is not None:
        axes.set_ylim(bottom=float(defaults["min"]))
    if defaults.get("max") is not None:
        axes.set_ylim(top=float(defaults["max"]))
    if (custom.get("thresholdsStyle") or {}).get("mode", "off") != "off":
        for step in defaults["thresholds"]["steps"]:
            if step["value"] is not None:
                axes.axhline(step["value"], color=step["color"], linestyle="--", linewidth=1)


def states(sheet: Sheet, box: Box, panel: Panel, frames: Frames, span: Span) -> None:
    """A line of coloured stretches for each series; where nothing is known the ground shows."""
    series = _series(frames)
    if not series:
        _nothing(sheet, box, panel)
        return
    begin, end, step = span
    names_px = min(box.width * 0.3, 12 + 7 * max(len(column.name) for column, _ in series))
    axes = _room(sheet, box, begin, end, names_px)
    entries: dict[str, str] = {}
    for place, (column, times) in enumerate(series):
        for at, colour, text in zip(times, column.colours, column.texts, strict=True):
            if colour and colour.startswith("#"):
                axes.barh(place, step, left=at, height=0.8, color=colour, linewidth=0)
                entries[text] = colour
    axes.set_ylim(len(series) - 0.5, -0.5)
    axes.set_yticks(range(len(series)), [column.name[:34] for column, _ in series])
    axes.grid(visible=False)
    _legend(sheet, box, list(entries.items()))


def heat(sheet: Sheet, box: Box, panel: Panel, frames: Frames, span: Span, say: Say) -> None:
    """Cumulative buckets by ``le`` as a field of colours."""
    series = sorted((float(column.name), column, times) for column, times in _series(frames))
    if not series:
        _nothing(sheet, box, panel)
        return
    begin, end, step = span
    axes = _room(sheet, box, begin, end)
    at = np.unique(np.concatenate([times for _, _, times in series]))
    field = np.zeros((len(series), len(at)))
    for place, (_, column, times) in enumerate(series):
        field[place, np.searchsorted(at, times)] = [float(value or 0) for value in column.values]
    counts = np.diff(field, axis=0, prepend=0).clip(min=0)
    edges = np.append(at, at[-1] + step)
    shown = np.ma.masked_equal(counts, 0)
    axes.pcolormesh(edges, np.arange(len(series) + 1), shown, cmap="cividis", norm=PowerNorm(0.5))
    bounds = say([bound for bound, _, _ in series if np.isfinite(bound)])
    axes.set_yticks(np.arange(len(bounds)) + 1, bounds)
    axes.tick_params(axis="y", labelsize=7)
    axes.grid(visible=False)


def places(sheet: Sheet, box: Box, panel: Panel, frames: Frames) -> None:
    """The coast line from our file, and a point for each row, the worst on top."""
    columns = {column.name: column for frame in frames[:1] for column in frame}
    axes = sheet.chart(box.inner(4, 4, 4, 4))
    axes.set_axis_off()
    layers = panel.raw["options"]["layers"]
    for layer in layers:
        if layer["type"] == "geojson":
            _coast(axes, Path(__file__).parents[1] / "maps" / Path(layer["config"]["src"]).name)
    (points,) = (layer for layer in layers if layer["type"] == "markers")
    where, field = points["location"], points["config"]["style"]["color"]["field"]
    lat, lon, value = (columns.get(name) for name in (where["latitude"], where["longitude"], field))
    axes.set_xlim(106.2, 108.95)
    axes.set_ylim(-7.9, -5.85)
    axes.set_aspect("equal", adjustable="box")
    if lat is None or lon is None or value is None or not value.values:
        _nothing(sheet, box, panel)
        return
    order = np.argsort([float(each or 0) for each in value.values])
    for place in order:
        colour = value.colours[place] or MUTED
        size = 16 + 22 * float(value.values[place] or 0)
        axes.scatter(
            float(lon.values[place]), float(lat.values[place]), s=size, color=to_rgb(colour), alpha=0.9, linewidths=0
        )
    legend = {value.texts[place]: value.colours[place] or MUTED for place in order}
    _legend(sheet, box, list(legend.items()))


def _coast(axes: Axes, path: Path) -> None:
    for feature in json.loads(path.read_text(encoding="utf-8"))["features"]:
        at = np.array(feature["geometry"]["coordinates"])
        axes.plot(at[:, 0], at[:, 1], color=TEXT, alpha=0.4, linewidth=1)
