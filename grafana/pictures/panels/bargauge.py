"""One lying bar for each series.

Lives here: bars with their names and figures. Must not live here: their order, which is the query's.
"""

from __future__ import annotations

from grafana.pictures.content import Content
from grafana.pictures.sheet import FAINT, LINE, PLAIN, TEXT, Box, Sheet

__all__ = ["draw"]

_SIZE_PX, _LEAST_PX, _MOST_PX = 13.0, 20.0, 44.0


def draw(sheet: Sheet, box: Box, content: Content) -> None:
    """Bars from the least to the most that the panel names, or else from 0 to the largest value."""
    lines = content.lines()
    fitting = lines[: max(1, int(box.height // _LEAST_PX))]
    names = min(box.width * 0.4, max(sheet.text_width(line.name, _SIZE_PX) for line in fitting) + 12)
    figures = max(sheet.text_width(line.texts[-1], _SIZE_PX, bold=True) for line in fitting) + 12
    least, most = content.limits(most=max(line.values[-1] for line in lines))
    height = min(_MOST_PX, box.height / len(fitting))
    for place, line in enumerate(fitting):
        row = Box(box.left + names, box.top + place * height + 3, box.width - names - figures, height - 6)
        share = min(1.0, max(0.0, (line.values[-1] - least) / (most - least))) if most > least else 0.0
        colour, middle = line.colours[-1] or TEXT, row.top + row.height / 2
        sheet.text(row.left - 8, middle, line.name, size_px=_SIZE_PX, across="right", most_px=names)
        sheet.box(row, LINE, opacity=0.5)
        sheet.box(Box(row.left, row.top, row.width * share, row.height), colour if colour[0] == "#" else PLAIN)
        figure = colour if colour[0] == "#" else TEXT
        sheet.text(row.right + 8, middle, line.texts[-1], size_px=_SIZE_PX, colour=figure, bold=True)
    if len(lines) > len(fitting):
        words = f"… {len(lines) - len(fitting)} lagi (digulir)"
        sheet.text(box.right, box.bottom, words, size_px=11.0, colour=FAINT, across="right")
