"""One lying bar for each series.

Lives here: bars with their names and figures. Must not live here: their order, which is the query's.
"""

from __future__ import annotations

from grafana.pictures.content import Content, last
from grafana.pictures.sheet import FAINT, LINE, Box, Sheet
from grafana.pictures.values import PALETTE, range_of

__all__ = ["draw"]

_SIZE_PX, _LEAST_PX, _MOST_PX = 13.0, 20.0, 44.0


def draw(sheet: Sheet, box: Box, content: Content) -> None:
    """Bars from the least to the most that the panel names, or else from 0 to the largest value."""
    lines = content.lines()
    fitting = lines[: max(1, int(box.height // _LEAST_PX))]
    calculations = (content.options.get("reduceOptions") or {}).get("calcs") or ["lastNotNull"]
    values = [last(line, calculations[0]) for line in fitting]
    figures = [content.shown(value, line.of) for value, line in zip(values, fitting, strict=True)]
    names = min(box.width * 0.4, max(sheet.text_width(line.name, _SIZE_PX) for line in fitting) + 12)
    numbers = max(sheet.text_width(figure.text, _SIZE_PX, bold=True) for figure in figures) + 12
    highest = max((value for value in values if value is not None), default=1.0)
    height = min(_MOST_PX, box.height / len(fitting))
    for place, (line, value, figure) in enumerate(zip(fitting, values, figures, strict=True)):
        least, most = range_of(line.of, most=highest)
        row = Box(box.left + names, box.top + place * height + 3, box.width - names - numbers, height - 6)
        share = min(1.0, max(0.0, ((value or 0.0) - least) / (most - least))) if most > least else 0.0
        colour = figure.colour or PALETTE[0]
        sheet.text(row.left - 8, row.top + row.height / 2, line.name, size_px=_SIZE_PX, across="right", most_px=names)
        sheet.box(row, LINE, opacity=0.5)
        sheet.box(Box(row.left, row.top, row.width * share, row.height), colour)
        sheet.text(row.right + 8, row.top + row.height / 2, figure.text, size_px=_SIZE_PX, colour=colour, bold=True)
    if len(lines) > len(fitting):
        words = f"… {len(lines) - len(fitting)} lagi (digulir)"
        sheet.text(box.right, box.bottom, words, size_px=11.0, colour=FAINT, across="right")
