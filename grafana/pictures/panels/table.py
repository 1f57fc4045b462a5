"""Rows and columns.

Lives here: widths of columns, cells, what does not fit. Must not live here: which rows and columns there are and what
a cell says (``grafana.shown``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grafana.pictures.content import Content
from grafana.pictures.sheet import FAINT, LINE, PANEL, TEXT, Box, Sheet, readable_on
from grafana.shown import Column

__all__ = ["draw"]

_ROW_PX = {"sm": 36.0, "md": 42.0, "lg": 48.0}
_HEAD_PX = 32.0
_SIZE_PX = 13.0
_LEAST_PX = 150.0  #: of a column without a width; what then does not fit is scrolled to
_PAD_PX = 7.0


@dataclass(frozen=True, slots=True)
class _Column:
    of: Column
    left: float
    width: float

    @property
    def is_right(self) -> bool:
        """Numbers stand at the right."""
        return self.of.kind == "number"


def draw(sheet: Sheet, box: Box, content: Content) -> None:
    """The first frame; rows and columns that do not fit are counted at the edge."""
    columns = _columns([column for column in content.frames[0] if not column.hidden], box)
    fitting = [column for column in columns if column.left < box.right - 24]
    row_px = _ROW_PX.get(str(content.options.get("cellHeight") or "sm"), 36.0)
    count = len(columns[0].of.texts) if columns else 0
    rows = min(count, max(0, int((box.height - _HEAD_PX + 10) // row_px)))
    if rows < count or len(fitting) < len(columns):
        rows = min(rows, int((box.height - _HEAD_PX - 16) // row_px))
    for column in fitting:
        _cell(sheet, box, column, box.top, _HEAD_PX, column.of.name, FAINT, bold=True)
    sheet.line((box.left, box.right), (box.top + _HEAD_PX,) * 2, LINE)
    for row in range(rows):
        top = box.top + _HEAD_PX + row * row_px
        for column in fitting:
            _value(sheet, box, column, top, row_px, row)
        sheet.line((box.left, box.right), (top + row_px,) * 2, LINE, 0.7)
    _rest(sheet, box, count - rows, len(columns) - len(fitting))


def _columns(columns: Sequence[Column], box: Box) -> list[_Column]:
    """Columns with a width have it; the others share what is left."""
    free = sum(column.width_px is None for column in columns)
    left_over = box.width - sum(column.width_px or 0 for column in columns)
    share = max(_LEAST_PX, left_over / free) if free else 0.0
    found, left = [], box.left
    for column in columns:
        found.append(_Column(column, left, share if column.width_px is None else float(column.width_px)))
        left += found[-1].width
    return found


def _value(sheet: Sheet, box: Box, column: _Column, top: float, height: float, row: int) -> None:
    colour, own = TEXT, column.of.colours[row]
    if own and own.startswith("#") and column.of.cell == "color-background":
        sheet.box(Box(column.left, top, min(column.width, box.right - column.left), height), own)
        colour = readable_on(own)
    elif own and own.startswith("#") and column.of.cell == "color-text":
        colour = own
    _cell(sheet, box, column, top, height, column.of.texts[row], colour)


def _cell(
    sheet: Sheet, box: Box, column: _Column, top: float, height: float, words: str, colour: str, *, bold: bool = False
) -> None:
    right = min(column.left + column.width, box.right)
    room = right - column.left - 2 * _PAD_PX
    if room <= 0:
        return
    sheet.text(
        right - _PAD_PX if column.is_right else column.left + _PAD_PX,
        top + height / 2,
        words,
        size_px=_SIZE_PX,
        colour=colour,
        bold=bold,
        across="right" if column.is_right else "left",
        most_px=room,
    )


def _rest(sheet: Sheet, box: Box, rows: int, columns: int) -> None:
    parts = [f"{rows} baris lagi"] * (rows > 0) + [f"{columns} kolom lagi"] * (columns > 0)
    if parts:
        words = f"… {' dan '.join(parts)} (digulir)"
        width = sheet.text_width(words, 11.0) + 12
        sheet.box(Box(box.right - width, box.bottom - 16, width, 16), PANEL)
        sheet.text(box.right - 6, box.bottom - 8, words, size_px=11.0, colour=FAINT, across="right")
