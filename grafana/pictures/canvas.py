"""A sheet that is drawn on in pixels, its origin at the top left, like a screen.

Lives here: rectangles, words that fit, room for charts. Must not live here: panels.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch
from PIL import Image

__all__ = ["GROUND", "LINE", "MUTED", "PANEL", "TEXT", "Box", "Sheet", "largest"]

GROUND, PANEL, LINE, TEXT, MUTED = "#111217", "#181b1f", "#2c3235", "#ccccdc", "#9a9ba3"

_DPI = 100

#: Width of a character over its height, of this font on average; wide enough that words end within their box.
_ASPECT = 0.58


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels."""

    left: float
    top: float
    width: float
    height: float

    def inner(
        self, left: float, top: float | None = None, right: float | None = None, below: float | None = None
    ) -> Box:
        """What is left within margins; each margin that is not given is as wide as the one before."""
        top = left if top is None else top
        right = left if right is None else right
        below = top if below is None else below
        return Box(self.left + left, self.top + top, self.width - left - right, self.height - top - below)


class Sheet:
    """One picture."""

    def __init__(self, width_px: int, height_px: int) -> None:
        """Empty."""
        self.width_px, self.height_px = width_px, height_px
        self.figure = Figure(figsize=(width_px / _DPI, height_px / _DPI), dpi=_DPI, facecolor=GROUND)
        FigureCanvasAgg(self.figure)
        self._axes = self.figure.add_axes((0, 0, 1, 1))
        self._axes.set_xlim(0, width_px)
        self._axes.set_ylim(height_px, 0)
        self._axes.axis("off")

    def fill(self, box: Box, colour: str, *, rounded: float = 0.0, edge: str | None = None) -> None:
        """A filled rectangle."""
        corner, line = (box.left, box.top), edge or "none"
        style = f"round,pad=0,rounding_size={rounded}" if rounded else "square,pad=0"
        self._axes.add_patch(FancyBboxPatch(corner, box.width, box.height, boxstyle=style, fc=colour, ec=line, lw=0.7))

    def write(
        self, box: Box, words: str, size_px: float, *, colour: str = TEXT, bold: bool = False, align: str = "left"
    ) -> None:
        """Words on one line in the middle of the box's height, cut short where they would leave it."""
        most = max(1, int(box.width / (size_px * _ASPECT * (1.08 if bold else 1))))
        cut = words if len(words) <= most else words[: max(1, most - 1)] + "…"
        where = {"left": box.left, "center": box.left + box.width / 2, "right": box.left + box.width}[align]
        self._axes.text(
            where,
            box.top + box.height / 2,
            cut.replace("$", r"\$"),
            fontsize=size_px * 72 / _DPI,
            color=colour,
            ha=align,
            va="center_baseline",
            fontweight="bold" if bold else "normal",
        )

    def chart(self, box: Box) -> Axes:
        """Room for a chart."""
        axes = self.figure.add_axes(
            (
                box.left / self.width_px,
                1 - (box.top + box.height) / self.height_px,
                box.width / self.width_px,
                box.height / self.height_px,
            )
        )
        axes.set_facecolor(PANEL)
        axes.tick_params(colors=MUTED, labelsize=8, length=0)
        for spine in axes.spines.values():
            spine.set_visible(False)
        return axes

    def save(self, path: Path) -> None:
        """As a PNG of few colours, which is a fifth of the size."""
        canvas = FigureCanvasAgg(self.figure)
        canvas.draw()  # type: ignore[no-untyped-call]
        pixels = canvas.buffer_rgba()  # type: ignore[no-untyped-call]
        image = Image.frombuffer("RGBA", (self.width_px, self.height_px), pixels).convert("RGB")
        image.quantize(128, dither=Image.Dither.NONE).save(path, optimize=True)


def largest(box: Box, words: str) -> float:
    """The size at which words fill the box, in pixels; capitals are wider than other letters."""
    ems = sum(0.78 if letter.isupper() else 0.66 for letter in words)
    return max(9.0, min(box.height * 0.8, box.width / max(ems, 1)))
