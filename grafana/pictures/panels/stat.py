"""Large figures, one for each series, on a ground of their colour or with a small curve below.

Lives here: tiles and the sizes of their texts. Must not live here: what a figure says (``grafana.shown``).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from grafana.pictures.content import Content, Line
from grafana.pictures.sheet import TEXT, Box, Sheet, readable_on

__all__ = ["draw", "tiles"]

_GAP_PX = 6.0

#: How much wider than high a tile looks best.
_SHAPE = 2.6


def draw(sheet: Sheet, box: Box, content: Content) -> None:
    """Every series of the answer as one figure."""
    lines = content.lines()
    mode = str(content.options.get("textMode") or "auto")
    named = mode in {"value_and_name", "name"} or (mode == "auto" and len(lines) > 1)
    places = tiles(box, len(lines), str(content.options.get("orientation") or "auto"))
    sizes = _sizes(sheet, places, [line.texts[-1] for line in lines], [line.name if named else "" for line in lines])
    for tile, line in zip(places, lines, strict=True):
        _tile(sheet, tile, line, content.options, name=line.name if named else "", sizes=sizes)


def tiles(box: Box, count: int, orientation: str) -> list[Box]:
    """A grid whose tiles are nearest to the best shape; one row or one column where the panel says so."""

    def size(columns: int) -> tuple[float, float]:
        rows = math.ceil(count / columns)
        return (box.width - _GAP_PX * (columns - 1)) / columns, (box.height - _GAP_PX * (rows - 1)) / rows

    def fitness(columns: int) -> float:
        width, height = size(columns)
        return min(width, height * _SHAPE)

    if not count:
        return []
    columns = {"vertical": count, "horizontal": 1}.get(orientation) or max(range(1, count + 1), key=fitness)
    width, height = size(columns)
    return [
        Box(
            box.left + place % columns * (width + _GAP_PX),
            box.top + place // columns * (height + _GAP_PX),
            width,
            height,
        )
        for place in range(count)
    ]


def _is_wide(tile: Box) -> bool:
    """Whether the name stands beside the figure and not over it."""
    return tile.height < 46


def _sizes(sheet: Sheet, places: Sequence[Box], texts: Sequence[str], names: Sequence[str]) -> tuple[float, float]:
    """Pixels of figures and of names, alike in all tiles."""
    if not places:
        return 0.0, 0.0
    tile, named = places[0], any(names)
    if named and _is_wide(tile):
        name = sheet.fitting(names, tile.width * 0.68, largest_px=min(15.0, tile.height * 0.5))
        return sheet.fitting(texts, tile.width * 0.26, largest_px=tile.height * 0.62, bold=True), max(9.0, name)
    if named:
        name = sheet.fitting(names, tile.width - 12, largest_px=min(17.0, tile.height * 0.24))
        return sheet.fitting(texts, tile.width - 16, largest_px=tile.height * 0.42, bold=True), max(10.0, name)
    return sheet.fitting(texts, tile.width - 20, largest_px=min(72.0, tile.height * 0.6), bold=True), 0.0


def _tile(
    sheet: Sheet,
    tile: Box,
    line: Line,
    options: Mapping[str, object],
    *,
    name: str,
    sizes: tuple[float, float],
) -> None:
    colour = line.colours[-1] or TEXT
    filled = str(options.get("colorMode") or "value").startswith("background") and colour.startswith("#")
    if filled:
        sheet.box(tile, colour)
    elif options.get("graphMode") == "area" and len(line.values) > 1:
        _curve(sheet, tile, line, colour)
    on = readable_on(colour) if filled else TEXT
    value_colour = on if filled or options.get("colorMode") == "none" else colour
    middle = tile.top + tile.height / 2
    if name and _is_wide(tile):
        sheet.text(tile.left + 7, middle, name, size_px=sizes[1], colour=on, most_px=tile.width * 0.7)
        sheet.text(
            tile.right - 8, middle, line.texts[-1], size_px=sizes[0], colour=value_colour, bold=True, across="right"
        )
        return
    centre = tile.left + tile.width / 2
    if name:
        sheet.text(
            centre,
            tile.top + tile.height * 0.24,
            name,
            size_px=sizes[1],
            colour=on,
            across="center",
            most_px=tile.width - 8,
        )
        middle = tile.top + tile.height * 0.62
    sheet.text(centre, middle, line.texts[-1], size_px=sizes[0], colour=value_colour, bold=True, across="center")


def _curve(sheet: Sheet, tile: Box, line: Line, colour: str) -> None:
    """The course of the series in the lower third."""
    axes = sheet.axes(Box(tile.left, tile.top + tile.height * 0.68, tile.width, tile.height * 0.3))
    axes.set_axis_off()
    axes.fill_between(line.times_s, line.values, min(line.values), color=colour, alpha=0.25, linewidth=0)
    axes.plot(line.times_s, line.values, color=colour, linewidth=1.0)
    axes.margins(0)
