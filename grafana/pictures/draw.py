"""A dashboard as one picture: every panel in its place, with its title, and below what the picture is.

Lives here: the grid, the frame of a panel, the caption. Must not live here: the inside of panels (``panels``), answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grafana.pictures.content import Content, PictureError, moment
from grafana.pictures.panels import KINDS
from grafana.pictures.sheet import FAINT, LINE, PANEL, Box, Sheet
from grafana.reading import Panel

__all__ = ["CAPTION", "WIDTH_PX", "Drawn", "draw_dashboard", "height_px", "place_of"]

WIDTH_PX = 1920

_COLUMNS, _CELL_PX, _GAP_PX = 24, 30, 8
_EDGE_PX = 16
_CAPTION_PX = 46  #: with the edge, it makes a wall of 27 rows 1080 pixels high

CAPTION = (
    "Digambar dari kueri panel terhadap Prometheus berisi provinsi simulasi; bukan tangkapan layar Grafana. {at} WIB"
)

_VERMILION = "#D55E00"


@dataclass(frozen=True, slots=True)
class Drawn:
    """A panel to be drawn: its answers, or why there are none."""

    content: Content
    problem: str = ""


def place_of(panel: Panel) -> Box:
    """Pixels of a panel by its place in the grid."""
    left, top, width, height = panel.place
    column = (WIDTH_PX - 2 * _EDGE_PX + _GAP_PX) / _COLUMNS
    row = _CELL_PX + _GAP_PX
    return Box(
        _EDGE_PX + left * column,
        _EDGE_PX + top * row,
        width * column - _GAP_PX,
        height * row - _GAP_PX,
    )


def height_px(panels: Sequence[Panel]) -> int:
    """Of the whole picture."""
    rows = max((panel.place[1] + panel.place[3] for panel in panels), default=0)
    return int(_EDGE_PX + rows * (_CELL_PX + _GAP_PX) - _GAP_PX + _CAPTION_PX)


def draw_dashboard(title: str, panels: Sequence[Drawn], *, at_unix_s: float) -> tuple[Sheet, list[str]]:
    """The picture, and what is wrong with it: a line for each panel that has a problem, as it is drawn there too."""
    sheet = Sheet(WIDTH_PX, height_px([each.content.panel for each in panels]))
    problems = [problem for each in panels if (problem := _panel(sheet, each))]
    middle = sheet.height - _CAPTION_PX / 2 + 2
    sheet.text(_EDGE_PX, middle, title, size_px=17.0, bold=True)
    caption = CAPTION.format(at=moment(at_unix_s, "%d/%m/%Y %H.%M"))
    sheet.text(WIDTH_PX - _EDGE_PX, middle, caption, size_px=14.0, colour=FAINT, across="right")
    return sheet, problems


def _panel(sheet: Sheet, drawn: Drawn) -> str:
    panel = drawn.content.panel
    box, title, kind = place_of(panel), panel.title, panel.kind
    if kind == "row":
        sheet.text(box.left + 4, box.top + box.height / 2, f"▾  {title}", size_px=17.0, bold=True)
        return ""
    sheet.box(box, PANEL if not panel.raw.get("transparent") else "none", edge=LINE)
    if title:
        sheet.text(box.left + 10, box.top + 17, title, size_px=14.0, bold=True, most_px=box.width - 20)
    inside = box.below(34 if title else 8).within(10, 0).above(8)
    problem = drawn.problem or _inside(sheet, inside, kind, drawn.content)
    if problem:
        _words(sheet, inside, problem, _VERMILION)
        return f"{title}: {problem}"
    return ""


def _inside(sheet: Sheet, box: Box, kind: str, content: Content) -> str:
    """What is wrong with the inside; empty when it was drawn."""
    if kind not in KINDS:
        return f"panel of type {kind!r} cannot be drawn"
    if kind != "text" and content.is_empty:
        _nothing(sheet, box, content)
        return ""
    try:
        KINDS[kind](sheet, box, content)
    except (PictureError, ValueError) as error:
        return str(error)
    return ""


def _nothing(sheet: Sheet, box: Box, content: Content) -> None:
    """No data: a figure says it as large as figures are, all else in small."""
    large = content.panel.kind == "stat"
    most = min(30.0, box.height * 0.5) if large else 16.0
    size = max(11.0, sheet.fitting([content.nothing], box.width - 8, largest_px=most, bold=large))
    _words(sheet, box, content.nothing, FAINT, size_px=size)


def _words(sheet: Sheet, box: Box, words: str, colour: str, *, size_px: float = 13.0) -> None:
    lines = sheet.wrapped(words, size_px, box.width - 4)[: max(1, int(box.height // (size_px * 1.4)))]
    first = box.top + box.height / 2 - (len(lines) - 1) * size_px * 0.7
    for place, line in enumerate(lines):
        sheet.text(
            box.left + box.width / 2,
            first + place * size_px * 1.4,
            line,
            size_px=size_px,
            colour=colour,
            across="center",
            most_px=box.width,
        )
