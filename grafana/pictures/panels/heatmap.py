"""The buckets of a histogram over time: how often which value.

Lives here: counts between the bounds, cells and their axis. Must not live here: words for bounds (``grafana.shown``).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import matplotlib as mpl
import numpy as np
from matplotlib.colors import PowerNorm

from grafana.pictures.content import Content, Line, PictureError
from grafana.pictures.panels.legend import time_axis
from grafana.pictures.sheet import FAINT, Box, Sheet

__all__ = ["between", "bound", "draw"]

_LEFT_PX, _BOTTOM_PX = 74.0, 24.0

Cells = np.ndarray[tuple[int, ...], np.dtype[np.float64]]


def draw(sheet: Sheet, box: Box, content: Content) -> None:
    """One row for each bucket, the largest values at the top; a bar says what the colours mean.

    Raises PictureError for series that are not called by their upper bounds.
    """
    lines = sorted(content.lines(), key=bound)
    times, cells = between(lines)
    inside = Box(box.left + _LEFT_PX, box.top + 4, box.width - _LEFT_PX - 60, box.height - _BOTTOM_PX - 4)
    axes = sheet.axes(inside)
    axes.grid(visible=False)
    most = float(cells.max()) or 1.0
    norm = PowerNorm(float((content.options.get("color") or {}).get("exponent") or 0.5), 0, most)
    shown = np.ma.masked_equal(cells, 0)
    axes.pcolormesh([times[0] - content.step_s, *times], range(len(lines) + 1), shown, cmap=_scheme(content), norm=norm)
    bounds = [each for each in map(bound, lines) if math.isfinite(each)]
    every = max(1, math.ceil(len(lines) * 15 / inside.height))
    axes.set_yticks(range(1, len(bounds) + 1, every), content.say(bounds)[::every])
    time_axis(axes, content, inside.width)
    _scale(sheet, Box(inside.right + 10, inside.top, 12, inside.height), content, norm)


def bound(line: Line) -> float:
    """The upper bound of a bucket. Raises PictureError when the series is not called by it."""
    try:
        return float(line.name)
    except ValueError as error:
        raise PictureError(f"{line.name!r} is no bound of a bucket; a heat map's legend is {{{{le}}}}") from error


def between(lines: Sequence[Line]) -> tuple[list[float], Cells]:
    """The times, and for each line, which counts up to its bound, the counts between it and the line before."""
    times = sorted({time for line in lines for time in line.times_s})
    place_of = {time: place for place, time in enumerate(times)}
    upto = np.zeros((len(lines), len(times)))
    for row, line in enumerate(lines):
        upto[row, [place_of[time] for time in line.times_s]] = np.nan_to_num(line.values)
    return times, np.diff(upto, axis=0, prepend=0.0).clip(min=0.0)


def _scheme(content: Content) -> str:
    wanted = str((content.options.get("color") or {}).get("scheme") or "cividis").casefold()
    return wanted if wanted in mpl.colormaps else "cividis"


def _scale(sheet: Sheet, box: Box, content: Content, norm: PowerNorm) -> None:
    axes = sheet.axes(box)
    axes.grid(visible=False)
    most = norm.vmax or 1.0
    axes.imshow(
        np.linspace(0, most, 64).reshape(-1, 1), aspect="auto", origin="lower", cmap=_scheme(content), norm=norm
    )
    axes.set_xticks([])
    axes.set_yticks([])
    for middle, value in ((box.top + 5, most), (box.bottom - 5, 0.0)):
        sheet.text(box.right + 5, middle, f"{value:.3g}", size_px=11.0, colour=FAINT)
