"""The buckets of a histogram over time: how often which value.

Lives here: cells and their axis. Must not live here: taking cumulative buckets apart (``frames``).
"""

from __future__ import annotations

import math

import matplotlib as mpl
import numpy as np
from matplotlib.colors import PowerNorm

from grafana.pictures.content import Content, Line
from grafana.pictures.panels.legend import time_axis
from grafana.pictures.sheet import FAINT, Box, Sheet

__all__ = ["draw"]

_LEFT_PX, _BOTTOM_PX = 74.0, 24.0


def draw(sheet: Sheet, box: Box, content: Content) -> None:
    """One row for each bucket, the largest values at the top; a colour bar says what the colours mean."""
    lines = content.lines()
    times = sorted({time for line in lines for time in line.times_s})
    place_of = {time: place for place, time in enumerate(times)}
    cells = np.full((len(lines), len(times)), np.nan)
    for row, line in enumerate(lines):
        for time, value in zip(line.times_s, line.values, strict=True):
            cells[row, place_of[time]] = value if value > 0 else np.nan
    inside = Box(box.left + _LEFT_PX, box.top + 4, box.width - _LEFT_PX - 70, box.height - _BOTTOM_PX - 4)
    axes = sheet.axes(inside)
    axes.grid(visible=False)
    most = float(np.nanmax(cells)) if np.isfinite(cells).any() else 1.0
    colours = mpl.colormaps[_scheme(content)]
    exponent = float((content.options.get("color") or {}).get("exponent") or 0.5)
    edges = [time - content.step_s for time in times] + [times[-1]]
    axes.pcolormesh(edges, range(len(lines) + 1), cells, cmap=colours, norm=PowerNorm(exponent, 0, most))
    every = max(1, math.ceil(len(lines) * 15 / inside.height))
    shown = range(0, len(lines), every)
    axes.set_yticks([row + 1 for row in shown], [_bound(content, lines[row]) for row in shown])
    time_axis(axes, content, inside.width)
    _scale(sheet, Box(inside.right + 10, inside.top, 12, inside.height), content, most, exponent)


def _scheme(content: Content) -> str:
    wanted = str((content.options.get("color") or {}).get("scheme") or "cividis").casefold()
    return wanted if wanted in mpl.colormaps else "cividis"


def _bound(content: Content, line: Line) -> str:
    """The bucket's upper bound with the unit of the axis."""
    text = line.labels.get("le", line.name)
    unit = (content.options.get("yAxis") or {}).get("unit") or line.of.get("unit")
    try:
        return content.shown(float(text), {"unit": unit}).text
    except ValueError:
        return text


def _scale(sheet: Sheet, box: Box, content: Content, most: float, exponent: float) -> None:
    axes = sheet.axes(box)
    axes.grid(visible=False)
    ramp = np.linspace(0, most, 64).reshape(-1, 1)
    norm = PowerNorm(exponent, 0, most)
    axes.imshow(ramp, aspect="auto", origin="lower", cmap=mpl.colormaps[_scheme(content)], norm=norm)
    axes.set_xticks([])
    axes.set_yticks([])
    for place, value in ((box.top + 5, most), (box.bottom - 5, 0.0)):
        words = content.shown(float(f"{value:.3g}"), {"unit": "short"}).text
        sheet.text(box.right + 5, place, words, size_px=11.0, colour=FAINT)
