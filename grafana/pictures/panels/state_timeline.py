"""States over time, a line for each series; equal values in a row are one block.

Lives here: blocks and their colours. Must not live here: words for states (``grafana.shown``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from matplotlib.axes import Axes

from grafana.pictures.content import Content, Line
from grafana.pictures.panels.legend import legend_below, time_axis
from grafana.pictures.sheet import FAINT, PLAIN, Box, Sheet, readable_on

__all__ = ["Stretch", "draw", "stretches"]

_BOTTOM_PX, _SIZE_PX = 24.0, 12.0
_WIDEST_NAME = 0.28  #: of the panel


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of time in one state."""

    begin_s: float
    end_s: float
    words: str
    colour: str


def draw(sheet: Sheet, box: Box, content: Content) -> None:
    """The first page of series."""
    every = content.lines()
    lines = every[: int(content.options.get("perPage") or 20)]
    blocks = [list(stretches(line, content.step_s)) for line in lines]
    if len(every) > len(lines):
        words = f"… {len(every) - len(lines)} lagi di halaman berikut"
        sheet.text(box.right, box.bottom - 6, words, size_px=11.0, colour=FAINT, across="right")
        box = box.above(18)
    states = {block.words: block.colour for of_line in blocks for block in of_line}
    box = legend_below(sheet, box, sorted(states.items()))
    names = min(box.width * _WIDEST_NAME, max(sheet.text_width(line.name, _SIZE_PX) for line in lines) + 14)
    inside = Box(box.left + names, box.top, box.width - names - 8, box.height - _BOTTOM_PX)
    axes = sheet.axes(inside)
    time_axis(axes, content, inside.width)
    axes.set_ylim(len(lines), 0)
    axes.set_yticks([])
    for place, (line, of_line) in enumerate(zip(lines, blocks, strict=True)):
        middle = inside.top + (place + 0.5) * inside.height / len(lines)
        sheet.text(inside.left - 8, middle, line.name, size_px=_SIZE_PX, across="right", most_px=names - 10)
        for block in of_line:
            _block(sheet, axes, block, place, inside.width / content.range_s, inside.height / len(lines))


def _block(sheet: Sheet, axes: Axes, block: Stretch, row: int, px_per_s: float, row_px: float) -> None:
    """A stretch with its words, where it is long and high enough for all of them."""
    length_s = block.end_s - block.begin_s
    axes.barh(row + 0.5, length_s, left=block.begin_s, height=0.8, color=block.colour, linewidth=0)
    if row_px > 14 and sheet.text_width(block.words, 11.0) < length_s * px_per_s - 10:
        axes.text(
            block.begin_s + 5 / px_per_s,
            row + 0.5,
            block.words,
            fontsize=8,
            color=readable_on(block.colour),
            va="center",
            clip_on=True,
            parse_math=False,
        )


def stretches(line: Line, step_s: int) -> Iterator[Stretch]:
    """Runs of equal states; each lasts until the next point, and not over a gap longer than a step and a half."""
    held: Stretch | None = None
    for time, words, colour in zip(line.times_s, line.texts, line.colours, strict=True):
        ground = colour if colour and colour.startswith("#") else PLAIN
        if held and (words != held.words or time > held.end_s + step_s / 2):
            yield replace(held, end_s=min(held.end_s, time))
            held = None
        held = replace(held, end_s=time + step_s) if held else Stretch(time, time + step_s, words, ground)
    if held:
        yield held
