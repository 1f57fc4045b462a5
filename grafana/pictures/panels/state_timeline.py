"""States over time, a line for each series; equal values in a row are one block.

Lives here: blocks and their colours. Must not live here: words for states (``values``).
"""

from __future__ import annotations

from collections.abc import Iterator

from grafana.pictures.content import Content, Line
from grafana.pictures.panels.legend import legend_below, time_axis
from grafana.pictures.sheet import FAINT, Box, Sheet
from grafana.pictures.values import PALETTE, TEXT, readable_on

__all__ = ["draw"]

_BOTTOM_PX, _SIZE_PX = 24.0, 12.0
_WIDEST_NAME = 0.28  #: of the panel

#: A block: from and to in Unix seconds, and its value.
Block = tuple[float, float, float]


def draw(sheet: Sheet, box: Box, content: Content) -> None:
    """The first page of series."""
    every = content.lines()
    lines = every[: int(content.options.get("perPage") or 20)]
    box = legend_below(sheet, box, _legend(content, lines))
    names = min(
        box.width * _WIDEST_NAME, max(sheet.text_width(line.name, _SIZE_PX) for line in lines) + 14 if lines else 0
    )
    inside = Box(box.left + names, box.top, box.width - names - 8, box.height - _BOTTOM_PX)
    axes = sheet.axes(inside)
    time_axis(axes, content, inside.width)
    axes.set_ylim(len(lines), 0)
    axes.set_yticks([])
    for place, line in enumerate(lines):
        middle = inside.top + (place + 0.5) * inside.height / len(lines)
        sheet.text(inside.left - 8, middle, line.name, size_px=_SIZE_PX, across="right", most_px=names - 10)
        for begin, end, value in _blocks(line, content.step_s):
            shown = content.shown(value, line.of)
            colour = shown.colour or PALETTE[0]
            axes.barh(place + 0.5, end - begin, left=begin, height=0.8, color=colour, linewidth=0)
            room = (end - begin) / content.range_s * inside.width - 10
            words = sheet.cut(shown.text, 11.0, room)
            if words == shown.text and inside.height / len(lines) > 14:
                left = inside.left + (begin - content.at_unix_s + content.range_s) / content.range_s * inside.width
                axes.text(
                    begin + 5 / inside.width * content.range_s,
                    place + 0.5,
                    words,
                    fontsize=8,
                    color=readable_on(colour) if colour.startswith("#") else TEXT,
                    va="center",
                    clip_on=True,
                    parse_math=False,
                ) if left >= inside.left - 1 else None
    if len(every) > len(lines):
        words = f"… {len(every) - len(lines)} lagi di halaman berikut"
        sheet.text(box.left, box.bottom - 8, words, size_px=11.0, colour=FAINT)


def _blocks(line: Line, step_s: int) -> Iterator[Block]:
    """Runs of equal values; each lasts until the next point, and over no gap longer than a step and a half."""
    begin, end, held = 0.0, 0.0, None
    for time, value in zip(line.times_s, line.values, strict=True):
        if held is not None and (value != held or time > end + step_s / 2):
            yield begin, min(end, time), held
            held = None
        if held is None:
            begin, held = time, value
        end = time + step_s
    if held is not None:
        yield begin, end, held


def _legend(content: Content, lines: list[Line]) -> list[tuple[str, str]]:
    """The states that occur."""
    found: dict[str, str] = {}
    for line in lines:
        for value in sorted(set(line.values)):
            shown = content.shown(value, line.of)
            found.setdefault(shown.text, shown.colour or PALETTE[0])
    return list(found.items())
