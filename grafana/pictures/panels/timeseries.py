"""Curves over time, stacked or not, with thresholds.

Lives here: curves and their axis of values. Must not live here: names and times below them (``legend``).
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from grafana.pictures.content import Content, Line
from grafana.pictures.panels.legend import legend_below, time_axis
from grafana.pictures.sheet import PALETTE, Box, Sheet

__all__ = ["draw", "with_gaps"]

_LEFT_PX, _BOTTOM_PX = 66.0, 24.0


def draw(sheet: Sheet, box: Box, content: Content) -> None:
    """Every series; a gap longer than a step stays a gap."""
    lines = content.lines()
    colours = [_hex(line.colour, place) for place, line in enumerate(lines)]
    if (content.options.get("legend") or {}).get("showLegend", True):
        box = legend_below(sheet, box, [(line.name, colour) for line, colour in zip(lines, colours, strict=True)])
    axes = sheet.axes(Box(box.left + _LEFT_PX, box.top + 6, box.width - _LEFT_PX - 10, box.height - _BOTTOM_PX - 6))
    _curves(axes, content, lines, colours)
    _thresholds(axes, content)
    _value_axis(axes, content, [value for line in lines for value in line.values], box.height)
    time_axis(axes, content, box.width)


def _hex(colour: str | None, place: int = 0) -> str:
    return colour if colour and colour.startswith("#") else PALETTE[place % len(PALETTE)]


def _curves(axes: Axes, content: Content, lines: Sequence[Line], colours: Sequence[str]) -> None:
    stacked = (content.custom.get("stacking") or {}).get("mode") == "normal"
    opacity = float(content.custom.get("fillOpacity") or 0) / 100
    style = "steps-post" if content.custom.get("lineInterpolation") == "stepAfter" else "default"
    grid = np.array(sorted({time for line in lines for time in line.times_s}))
    floor = np.zeros(len(grid))
    for line, colour in zip(lines, colours, strict=True):
        if stacked:
            known = dict(zip(line.times_s, line.values, strict=True))
            values = np.nan_to_num(np.array([known.get(time, 0.0) for time in grid]))
            axes.fill_between(grid, floor, floor + values, color=colour, alpha=opacity, linewidth=0)
            floor = floor + values
            axes.plot(grid, floor, color=colour, linewidth=1.0)
            continue
        times, numbers = with_gaps(line, content.step_s)
        few = "o" if len(line.times_s) < 3 else ""
        axes.plot(times, numbers, color=colour, linewidth=1.2, drawstyle=style, marker=few, markersize=3)
        if opacity and numbers:
            axes.fill_between(times, numbers, 0, color=colour, alpha=opacity, linewidth=0)


def with_gaps(line: Line, step_s: int) -> tuple[list[float], list[float]]:
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


def _thresholds(axes: Axes, content: Content) -> None:
    mode = str((content.custom.get("thresholdsStyle") or {}).get("mode") or "off")
    if mode == "off":
        return
    for step in (content.defaults.get("thresholds") or {}).get("steps") or []:
        if step.get("value") is not None:
            style = "--" if "dash" in mode else "-"
            axes.axhline(float(step["value"]), color=_hex(step.get("color")), linewidth=1.0, linestyle=style)


def _value_axis(axes: Axes, content: Content, values: Sequence[float], height_px: float) -> None:
    """From the least to the most that the panel names, else as far as there are values; 0 alone has room up to 1."""
    least, most = content.defaults.get("min"), content.defaults.get("max")
    low, high = axes.get_ylim()
    if not any(value for value in values if math.isfinite(value)):
        low, high = 0.0, 1.0
    low, high = low if least is None else float(least), high if most is None else float(most)
    axes.set_ylim(low, high if high > low else low + 1)
    found = MaxNLocator(max(2, min(6, int(height_px / 45)))).tick_values(*axes.get_ylim())
    ticks = [float(f"{tick:.6g}") for tick in found if axes.get_ylim()[0] <= tick <= axes.get_ylim()[1]]
    # The library gives each number its own decimals; those that say nothing make an axis hard to read.
    axes.set_yticks(ticks, [re.sub(r"\.?0+(?=\D*$)", "", text) if "." in text else text for text in content.say(ticks)])
