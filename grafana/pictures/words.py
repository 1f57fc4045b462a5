"""Panels of figures and words: stat, bar gauge, table, text.

Lives here: how they are drawn. Must not live here: what they say (Grafana's library, ``grafana.shown``), charts.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from grafana.pictures.canvas import LINE, MUTED, TEXT, Box, Sheet, largest
from grafana.reading import Panel
from grafana.shown import Column

__all__ = ["bars", "numbers", "rows", "words"]

#: Height of a row of a table with small cells, as Grafana has it.
_ROW_PX = 36

Frames = Sequence[Sequence[Column]]


def _figures(frames: Frames) -> list[tuple[str, str, str, float | None]]:
    """Name, text, colour and value of the last point of each series."""
    found = []
    for frame in frames:
        for column in frame:
            if column.kind == "number" and column.texts:
                value = column.values[-1]
                found.append((column.name, column.texts[-1], column.colours[-1] or TEXT, value))
    return found


def numbers(sheet: Sheet, box: Box, panel: Panel, frames: Frames) -> None:
    """Large figures, in tiles if there are several."""
    figures = _figures(frames)
    if not figures:
        figures = [("", str(panel.raw["fieldConfig"]["defaults"].get("noValue", "")), MUTED, None)]
    filled = str((panel.raw.get("options") or {}).get("colorMode", "")).startswith("background")
    columns = _columns(len(figures), box)
    lines = math.ceil(len(figures) / columns)
    for place, (name, text, colour, _) in enumerate(figures):
        width, height = box.width / columns, box.height / lines
        tile = Box(box.left + place % columns * width, box.top + place // columns * height, width, height).inner(2)
        if filled and colour.startswith("#"):
            sheet.fill(tile, colour, rounded=2)
        ink = ("#ffffff" if filled else colour) if colour.startswith("#") else TEXT
        if len(figures) > 1:
            _named(sheet, tile, name, text, ink)
        else:
            sheet.write(tile, text, min(largest(tile.inner(8, 4), text), 54), colour=ink, bold=True, align="center")


def _columns(count: int, box: Box) -> int:
    """As many that tiles are about three times as wide as high."""
    if count == 1:
        return 1
    return max(1, min(count, round(math.sqrt(count * box.width / max(box.height, 1) / 2.4))))


def _named(sheet: Sheet, tile: Box, name: str, text: str, ink: str) -> None:
    upper = Box(tile.left + 6, tile.top + 2, tile.width - 12, tile.height * 0.42)
    lower = Box(tile.left + 6, tile.top + tile.height * 0.42, tile.width - 12, tile.height * 0.56)
    sheet.write(upper, name, min(15, max(9, largest(upper, name))), colour=ink, align="center")
    sheet.write(lower, text, min(32, largest(lower, text)), colour=ink, bold=True, align="center")


def bars(sheet: Sheet, box: Box, panel: Panel, frames: Frames) -> None:
    """One bar for each series, from the least to the largest value there is."""
    figures = [each for each in _figures(frames) if each[3] is not None]
    if not figures:
        numbers(sheet, box, panel, frames)
        return
    defaults = panel.raw["fieldConfig"]["defaults"]
    low = float(defaults.get("min") or 0)
    high = float(defaults.get("max") or max(each[3] or 0 for each in figures) or 1)
    height = min(box.height / len(figures), 44)
    for place, (name, text, colour, value) in enumerate(figures):
        line = Box(box.left, box.top + place * height, box.width, height).inner(0, 3)
        sheet.write(Box(line.left, line.top, line.width * 0.3, line.height), name, min(13, line.height * 0.6))
        room = Box(line.left + line.width * 0.31, line.top, line.width * 0.53, line.height)
        share = max(0.0, min(1.0, ((value or 0) - low) / ((high - low) or 1)))
        sheet.fill(room, LINE)
        sheet.fill(Box(room.left, room.top, room.width * share, room.height), colour if colour[0] == "#" else MUTED)
        end = Box(line.left + line.width * 0.85, line.top, line.width * 0.15, line.height)
        sheet.write(end, text, min(13, line.height * 0.6), align="right")


def rows(sheet: Sheet, box: Box, panel: Panel, frames: Frames) -> None:
    """A table: as many rows as there is room for."""
    columns = [column for frame in frames[:1] for column in frame if not column.hidden]
    count = len(columns[0].texts) if columns else 0
    if not count:
        words_of = str(panel.raw["fieldConfig"]["defaults"].get("noValue", ""))
        sheet.write(box, words_of, 16, colour=MUTED, align="center")
        return
    widths = _widths(columns, box.width)
    left = box.left
    shown = min(count, int(box.height / _ROW_PX) - 1)
    for column, width in zip(columns, widths, strict=True):
        sheet.write(Box(left + 6, box.top, width - 8, _ROW_PX), column.name, 13, colour="#6e9fff", bold=True)
        for place in range(shown):
            cell = Box(left, box.top + (place + 1) * _ROW_PX, width, _ROW_PX)
            _cell(sheet, cell, column, place)
        left += width
    if shown < count:
        sheet.write(
            Box(box.left, box.top + box.height - 6, box.width - 8, 12), f"{shown} dari {count} baris", 11, align="right"
        )


def _widths(columns: Sequence[Column], total: float) -> list[float]:
    fixed = sum(column.width_px or 0 for column in columns)
    loose = sum(column.width_px is None for column in columns)
    share = max((total - fixed) / loose, 90.0) if loose else 0.0
    scale = total / (fixed + loose * share)
    return [(column.width_px or share) * scale for column in columns]


def _cell(sheet: Sheet, cell: Box, column: Column, place: int) -> None:
    colour = column.colours[place] if column.cell else None
    known = colour is not None and colour.startswith("#")
    if known and colour and column.cell == "color-background":
        sheet.fill(cell.inner(1), colour)
    ink = colour if known and colour and column.cell == "color-text" else TEXT
    align = "right" if column.kind == "number" and not re.search("[A-Z]{4}", column.texts[place]) else "left"
    sheet.fill(Box(cell.left, cell.top + cell.height - 1, cell.width, 1), LINE)
    sheet.write(cell.inner(6, 0), column.texts[place], 13, colour=ink, align=align)


def words(sheet: Sheet, box: Box, panel: Panel) -> None:
    """Markdown, near enough: headings bold, tables and lists as lines."""
    top = box.top
    for line in str((panel.raw.get("options") or {}).get("content", "")).splitlines():
        text = re.sub(r"[*`]|\[([^]]*)\]\([^)]*\)", lambda found: found[1] or "", line)
        if re.fullmatch(r"[|\s:-]+", text) or top > box.top + box.height - 16:
            continue
        bold = text.startswith("#")
        for part in _wrapped(text.lstrip("# "), int(box.width / 7.6)):
            sheet.write(Box(box.left, top, box.width, 18), part, 13, bold=bold)
            top += 18


def _wrapped(text: str, most: int) -> list[str]:
    lines, line = [], ""
    for word in text.split():
        if line and len(line) + len(word) + 1 > most:
            lines.append(line)
            line = ""
        line = f"{line} {word}".strip()
    return [*lines, line]
