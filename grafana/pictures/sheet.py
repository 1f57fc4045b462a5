"""The ground that panels are drawn on, measured in pixels from the top left.

Lives here: boxes, texts that fit, axes, saving as a small PNG. Must not live here: any kind of panel (``panels``),
where panels stand (``draw``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import Rectangle
from PIL import Image

__all__ = ["FAINT", "GROUND", "LINE", "PALETTE", "PANEL", "PLAIN", "TEXT", "Box", "Sheet", "readable_on"]

#: As in Grafana's dark theme.
GROUND, PANEL, LINE, TEXT, FAINT = "#111217", "#181b1f", "#2c3035", "#ccccdc", "#9fa2ab"

#: Of series that a panel gives no colour, in their order.
PALETTE = ("#56B4E9", "#E69F00", "#009E73", "#CC79A7", "#F0E442", "#D55E00", "#0072B2", "#999999")
PLAIN = PALETTE[0]

_DPI = 100
_FAMILY = "DejaVu Sans"

#: Colours of the saved file, and how many of them are the picture's commonest, as they are: a state has its own colour
#: and no mixture. The others are for the edges of letters.
_COLOURS, _EXACT = 128, 32

#: Contrast from which on white is read, as Grafana has it.
_CONTRAST = 3.0

Across = Literal["left", "center", "right"]
Down = Literal["top", "center", "bottom", "baseline"]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels; ``top`` counts from above."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.top + self.height

    def within(self, across: float, down: float | None = None) -> Box:
        """The box without a margin."""
        down = across if down is None else down
        return Box(self.left + across, self.top + down, self.width - 2 * across, self.height - 2 * down)

    def below(self, height: float) -> Box:
        """What is left under a strip at the top."""
        return Box(self.left, self.top + height, self.width, self.height - height)

    def above(self, height: float) -> Box:
        """What is left over a strip at the bottom."""
        return Box(self.left, self.top, self.width, self.height - height)


@dataclass(slots=True)
class Sheet:
    """One picture while it is drawn."""

    width: int
    height: int
    figure: Figure = field(init=False)
    ground: Axes = field(init=False)
    _canvas: FigureCanvasAgg = field(init=False)
    _widths: dict[tuple[str, float, bool], float] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.figure = Figure(figsize=(self.width / _DPI, self.height / _DPI), dpi=_DPI, facecolor=GROUND)
        self._canvas = FigureCanvasAgg(self.figure)
        self.ground = self.figure.add_axes((0.0, 0.0, 1.0, 1.0))
        self.ground.set_axis_off()
        self.ground.set_xlim(0, self.width)
        self.ground.set_ylim(self.height, 0)

    def box(self, of: Box, colour: str, *, edge: str | None = None, opacity: float = 1.0) -> None:
        """A filled rectangle."""
        self.ground.add_patch(
            Rectangle(
                (of.left, of.top),
                of.width,
                of.height,
                facecolor=colour,
                edgecolor=edge or "none",
                linewidth=0.7 if edge else 0.0,
                alpha=opacity,
            )
        )

    def line(self, across: Sequence[float], down: Sequence[float], colour: str, width_px: float = 1.0) -> None:
        """A line through points."""
        self.ground.plot(across, down, color=colour, linewidth=width_px * 72 / _DPI, solid_capstyle="butt")

    def text(
        self,
        left: float,
        top: float,
        words: str,
        *,
        size_px: float,
        colour: str = TEXT,
        bold: bool = False,
        across: Across = "left",
        down: Down = "center",
        most_px: float | None = None,
    ) -> None:
        """A line of text at a point, cut with an ellipsis where it would be wider than ``most_px``."""
        self.ground.text(
            left,
            top,
            words if most_px is None else self.cut(words, size_px, most_px, bold=bold),
            fontsize=size_px * 72 / _DPI,
            color=colour,
            fontfamily=_FAMILY,
            fontweight="bold" if bold else "normal",
            ha=across,
            va="center_baseline" if down == "center" else down,
            parse_math=False,
        )

    def text_width(self, words: str, size_px: float, *, bold: bool = False) -> float:
        """How wide a text is, in pixels."""
        key = (words, size_px, bold)
        if key not in self._widths:
            font = FontProperties(family=_FAMILY, size=size_px * 72 / _DPI, weight="bold" if bold else "normal")
            width, _, _ = self._canvas.get_renderer().get_text_width_height_descent(words, font, False)  # type: ignore[no-untyped-call]
            self._widths[key] = float(width)
        return self._widths[key]

    def cut(self, words: str, size_px: float, most_px: float, *, bold: bool = False) -> str:
        """The text, or as much of its beginning as fits, with an ellipsis."""
        if self.text_width(words, size_px, bold=bold) <= most_px:
            return words
        shorter = words
        while shorter and self.text_width(shorter.rstrip() + "…", size_px, bold=bold) > most_px:
            shorter = shorter[:-1]
        return shorter.rstrip() + "…" if shorter else ""

    def wrapped(self, words: str, size_px: float, most_px: float, *, bold: bool = False) -> list[str]:
        """The text in lines that fit."""
        lines = [""]
        for word in words.split():
            longer = f"{lines[-1]} {word}".strip()
            if lines[-1] and self.text_width(longer, size_px, bold=bold) > most_px:
                lines.append(word)
            else:
                lines[-1] = longer
        return lines

    def fitting(self, words: Sequence[str], most_px: float, *, largest_px: float, bold: bool = False) -> float:
        """The largest size in pixels, at most ``largest_px``, at which each of the texts fits."""
        widest = max((self.text_width(each, 100.0, bold=bold) for each in words), default=0.0)
        return min(largest_px, 100.0 * most_px / widest) if widest else largest_px

    def axes(self, of: Box) -> Axes:
        """Dark axes in a box, with a faint grid and small labels."""
        made = self.figure.add_axes(
            (of.left / self.width, 1 - of.bottom / self.height, of.width / self.width, of.height / self.height)
        )
        made.set_facecolor("none")
        for spine in made.spines.values():
            spine.set_visible(False)
        made.tick_params(colors=FAINT, labelsize=11 * 72 / _DPI, length=0, labelfontfamily=_FAMILY)
        made.grid(visible=True, color=LINE, linewidth=0.6)
        made.set_axisbelow(True)
        return made

    def pixels(self) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
        """The picture as rows of red, green and blue."""
        self._canvas.draw()  # type: ignore[no-untyped-call]
        drawn = self._canvas.buffer_rgba()  # type: ignore[no-untyped-call]
        return np.asarray(drawn, dtype=np.uint8)[:, :, :3]

    def save(self, path: Path) -> None:
        """A PNG with a palette. The file has no time in it: the same answers give the same bytes."""
        pixels = np.ascontiguousarray(self.pixels())
        image = Image.fromarray(pixels)
        blended = image.quantize(_COLOURS - _EXACT, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
        palette = Image.new("P", (1, 1))
        palette.putpalette([*_commonest(pixels), *(blended.getpalette() or [])])
        image.quantize(palette=palette, dither=Image.Dither.NONE).save(path, optimize=True)


def _commonest(pixels: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> list[int]:
    """Red, green and blue of each of the commonest colours, one after another."""
    packed = pixels.reshape(-1, 3).astype(np.uint32) @ np.array([65_536, 256, 1], dtype=np.uint32)
    colours, counts = np.unique(packed, return_counts=True)
    found = colours[np.argsort(-counts, kind="stable")[:_EXACT]]
    return [int(colour) >> shift & 255 for colour in found for shift in (16, 8, 0)]


def readable_on(colour: str) -> str:
    """White, or black on a ground that is too light for it: what Grafana writes on ``#rrggbb``."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [each / 12.92 if each <= 0.03928 else ((each + 0.055) / 1.055) ** 2.4 for each in channels]
    luminance = sum(weight * each for weight, each in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
    return "#ffffff" if 1.05 / (luminance + 0.05) >= _CONTRAST else "#202226"
