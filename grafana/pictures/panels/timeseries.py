"""Curves over time, stacked or not, with thresholds.

Lives here: curves and their axis of values. Must not live here: names and times below them (``legend``).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from grafana.pictures.content import Content, Line
from grafana.pictures.panels.legend import legend_below, time_axis
from grafana.pictures.sheet import Box, Sheet
from grafana.pictures.values import PALETTE, colour_of, steps_of

__all__ = ["draw"]

_LEFT_PX, _BOTTOM_PX = 66.0, 24.0


def draw(sheet: Sheet, box: Box, content: Content) -> None:
    """Every series; a gap longer than a step stays a gap."""
    lines = content.lines()
    colours = [_colour(line, place) for place, line in enumerate(lines)]
    if (content.options.get("legend") or {}).get("showLegend", True):
        box = legend_below(sheet, box, [(line.name, colour) for line, colour in zip(lines, colours, strict=True)])
    axes = sheet.axes(Box(box.left + _LEFT_PX, box.top + 6, box.width - _LEFT_PX - 10, box.height - _BOTTOM_PX - 6))
    _curves(axes, content, lines, colours)
    _thresholds(axes, lines[0])
    _value_axis(axes, content, lines[0], box.height)
    time_axis(axes, content, box.width)


def _colour(line: Line, place: int) -> str:
    colour = line.of.get("color") or {}
    if colour.get("mode") == "fixed":
        return colour_of(str(colour.get("fixedColor")))
    return PALETTE[place % len(PALETTE)]


def _curves(axes: Axes, content: Content, lines: Sequence[Line], colours: Sequence[str]) -> None:
    stacked = any((line.of["custom"].get("stacking") or {}).get("mode") in {"normal", "percent"} for line in lines)
    grid = np.array(sorted({time for line in lines for time in line.times_s}))
    floor = np.zeros(len(grid))
    for line, colour in zip(lines, colours, strict=True):
        custom = line.of["custom"]
        opacity = float(custom.get("fillOpacity") or 0) / 100
        if stacked:
            known = dict(zip(line.times_s, line.values, strict=True))
            values = np.nan_to_num(np.array([known.get(time, 0.0) for time in grid]))
            axes.fill_between(grid, floor, floor + values, color=colour, alpha=opacity, linewidth=0)
            floor = floor + values
            axes.plot(grid, floor, color=colour, linewidth=1.0)
            continue
        times, numbers = _with_gaps(line, content.step_s)
        style = "steps-post" if custom.get("lineInterpolation") == "stepAfter" else "default"
        few = "o" if len(line.times_s) < 3 else ""
        axes.plot(times, numbers, color=colour, linewidth=1.2, drawstyle=style, marker=few, markersize=3)
        if opacity and numbers:
            axes.fill_between(times, numbers, 0, color=colour, alpha=opacity, linewidth=0)


def _with_gaps(line: Line, step_s: int) -> tuple[list[float], list[float]]:
    """The points, with nothing put between two that are further apart than a step and a half."""
    times: list[float] = []
    values: list[float] = []
    for time, value in zip(line.times_s, line.values, strict=True):
        if times and time - times[-1] > 1.5 * step_s:
            times.append(times[-1] + step_s)
            values.append(math.nan)
        times.append(time)
        values.append(value)
    return times, values


def _thresholds(axes: Axes, line: Line) -> None:
    mode = str((line.of["custom"].get("thresholdsStyle") or {}).get("mode") or "off")
    if mode == "off":
        return
    for value, colour in steps_of(line.of):
        if math.isfinite(value):
            axes.axhline(value, color=colour, linewidth=1.0, linestyle="--" if "dash" in mode else "-")


def _value_axis(axes: Axes, content: Content, line: Line, height_px: float) -> None:
    least, most = line.of.get("min"), line.of.get("max")
    low, high = axes.get_ylim()
    if low == high:
        high = low + 1
    axes.set_ylim(low if least is None else float(least), high if most is None else float(most))
    axes.yaxis.set_major_locator(MaxNLocator(max(2, min(6, int(height_px / 45)))))
    # Ticks need the decimals that tell them apart, whatever the figures have.
    plain = {**line.of, "mappings": [], "decimals": None}

    def words(value: float, _: object) -> str:
        return content.shown(float(f"{value:.6g}"), plain).text

    axes.yaxis.set_major_formatter(FuncFormatter(words))
