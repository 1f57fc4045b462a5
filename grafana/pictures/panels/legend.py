"""Names with their colours below a chart, and the axis of time.

Lives here: what charts have alike. Must not live here: any chart.
"""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes

from grafana.pictures.content import Content, moment
from grafana.pictures.sheet import FAINT, Box, Sheet

__all__ = ["legend_below", "time_axis"]

_ROW_PX, _SIZE_PX, _MOST_ROWS = 19.0, 12.0, 3

#: Distances of ticks, seconds.
_TICKS_S = (5, 10, 30, 60, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800, 2_592_000)

_WIB_S = 7 * 3600


def legend_below(sheet: Sheet, box: Box, entries: Sequence[tuple[str, str]]) -> Box:
    """Draws names with colours at the bottom of a box; what is left of the box above them."""
    rows: list[list[tuple[float, str, str]]] = [[]]
    left = box.left
    for name, colour in entries:
        words = sheet.cut(name, _SIZE_PX, box.width - 30)
        width = sheet.text_width(words, _SIZE_PX) + 34
        if rows[-1] and left + width > box.right:
            rows.append([])
            left = box.left
        rows[-1].append((left, words, colour))
        left += width
    shown = rows[:_MOST_ROWS] if entries else []
    height = len(shown) * _ROW_PX
    for place, row in enumerate(shown):
        middle = box.bottom - height + (place + 0.5) * _ROW_PX + 2
        for start, words, colour in row:
            sheet.box(Box(start, middle - 2, 14, 4), colour)
            sheet.text(start + 19, middle, words, size_px=_SIZE_PX)
    hidden = sum(len(row) for row in rows[_MOST_ROWS:])
    if hidden:
        sheet.text(box.right, box.bottom + 1, f"… {hidden} lagi", size_px=10.0, colour=FAINT, across="right")
    return box.above(height + 4 if shown else 0)


def time_axis(axes: Axes, content: Content, width_px: float) -> None:
    """The range of time that the panel shows, with round times in WIB."""
    end, begin = content.at_unix_s, content.at_unix_s - content.range_s
    most = max(2.0, width_px / 90)
    step = next((each for each in _TICKS_S if content.range_s / each <= most), _TICKS_S[-1])
    first = int((begin + _WIB_S) // step + 1) * step - _WIB_S
    ticks = list(range(first, int(end) + 1, step))
    if step < 60:
        pattern = "%H.%M.%S"
    elif step < 86_400:
        pattern = "%H.%M" if content.range_s <= 86_400 else "%d/%m %H.%M"
    else:
        pattern = "%d/%m"
    axes.set_xlim(begin, end)
    axes.set_xticks(ticks, [moment(tick, pattern) for tick in ticks])
