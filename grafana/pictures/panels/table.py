"""Rows and columns.

Lives here: widths of columns, cells, what does not fit. Must not live here: which rows and columns there are
(``transform``), what a cell says (``values``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from grafana.pictures.content import Content
from grafana.pictures.frames import Field
from grafana.pictures.sheet import FAINT, LINE, PANEL, Box, Sheet
from grafana.pictures.values import TEXT, readable_on

__all__ = ["draw"]

_ROW_PX = {"sm": 36.0, "md": 42.0, "lg": 48.0}
_HEAD_PX = 32.0
_SIZE_PX = 13.0
_LEAST_PX = 150.0  #: of a column without a width; what then does not fit is scrolled to
_PAD_PX = 7.0


@dataclass(frozen=True, slots=True)
class _Column:
    field: Field
    of: dict[str, Any]
    left: float
    width: float

    @property
    def is_right(self) -> bool:
        """Numbers stand at the right."""
        wanted = str(self.of["custom"].get("align") or "auto")
        return wanted == "right" or (wanted == "auto" and self.field.kind == "number")


def draw(sheet: Sheet, box: Box, content: Content) -> None:
    """The first frame; rows and columns that do not fit are counted at the edge."""
    frame = content.frames[0]
    fields = [(each, content.settings(frame, each)) for each in frame.fields]
    columns = _columns([(each, of) for each, of in fields if not of["custom"].get("hidden")], box)
    fitting = [column for column in columns if column.left < box.right - 24]
    row_px = _ROW_PX.get(str(content.options.get("cellHeight") or "sm"), 36.0)
    rows = min(frame.rows, max(0, int((box.height - _HEAD_PX + 10) // row_px)))
    if rows < frame.rows:
        rows = min(rows, int((box.height - _HEAD_PX - 16) // row_px))
    for column in fitting:
        _cell(sheet, box, column, box.top, _HEAD_PX, column.field.title, FAINT, bold=True)
    sheet.line((box.left, box.right), (box.top + _HEAD_PX,) * 2, LINE)
    for row in range(rows):
        top = box.top + _HEAD_PX + row * row_px
        for column in fitting:
            _value(sheet, box, column, top, row_px, content, row)
        sheet.line((box.left, box.right), (top + row_px,) * 2, LINE, 0.7)
    _rest(sheet, box, frame.rows - rows, len(columns) - len(fitting))


def _columns(fields: Sequence[tuple[Field, dict[str, Any]]], box: Box) -> list[_Column]:
    """Columns with a width have it; the others share what is left."""
    widths = [of["custom"].get("width") for _, of in fields]
    free = sum(width is None for width in widths)
    left_over = box.width - sum(float(width) for width in widths if width is not None)
    share = max(_LEAST_PX, left_over / free) if free else 0.0
    found, left = [], box.left
    for (each, of), width in zip(fields, widths, strict=True):
        found.append(_Column(each, of, left, share if width is None else float(width)))
        left += found[-1].width
    return found


def _value(sheet: Sheet, box: Box, column: _Column, top: float, height: float, content: Content, row: int) -> None:
    shown = content.shown(column.field.values[row], {**column.of, "noValue": None})
    kind = str((column.of["custom"].get("cellOptions") or {}).get("type") or "auto")
    colour = TEXT
    if shown.colour and shown.colour.startswith("#"):
        if kind == "color-background":
            width = min(column.width, box.right - column.left)
            sheet.box(Box(column.left, top, width, height), shown.colour)
            colour = readable_on(shown.colour)
        elif kind == "color-text":
            colour = shown.colour
    _cell(sheet, box, column, top, height, shown.text, colour)


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
