"""Where panels stand: within the grid, beside each other, and the wall on one screen.

Lives here: the geometry of a dashboard, checked. Must not live here: what panels say and ask (``checks``).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from grafana.reading import Dashboard, Panel

__all__ = ["height_px", "place_findings"]

_COLUMNS = 24

#: Height of a cell and the gap below it, in pixels (GRID_CELL_HEIGHT, GRID_CELL_VMARGIN in Grafana's constants).
_CELL_PX, _GAP_PX = 30, 8

#: In kiosk mode the grid has 16 px below it, and above it a bar of 64 px with links and time where the address does not
#: hide them (DashboardControls knows no kiosk; grafana issue 116370).
_PADDING_PX = 80

#: The wall hangs on a screen of 1920 by 1080.
_WALL, _SCREEN_PX = "pantau-dinding", 1080


def height_px(dashboard: Dashboard) -> int:
    """How high a dashboard is in kiosk mode, pixels."""
    cells = max((top + height for _, top, _, height in (panel.place for panel in dashboard.panels)), default=0)
    return cells * (_CELL_PX + _GAP_PX) - _GAP_PX + _PADDING_PX if cells else 0


def place_findings(dashboard: Dashboard) -> Iterator[str]:
    """What is wrong with where panels stand, one text each."""
    panels = dashboard.panels
    for panel in panels:
        left, top, width, height = panel.place
        if min(left, top) < 0 or width < 1 or height < 1 or left + width > _COLUMNS:
            yield f"panel {panel.title!r}: x {left} + w {width}, h {height}: keep it within {_COLUMNS} columns"
        if panel.kind == "row" and (panel.raw.get("collapsed") or panel.raw.get("panels")):
            yield f"row {panel.title!r} is collapsed: open it, and list its panels after it"
        if panel.kind == "row" and (left, width, height) != (0, _COLUMNS, 1):
            yield f"row {panel.title!r} is no heading: x 0, w {_COLUMNS}, h 1"
    for one, other in combinations(panels, 2):
        if _overlap(one, other):
            yield f"panels {one.title!r} and {other.title!r} overlap: move one"
    yield from _gaps(panels)
    if dashboard.uid == _WALL and height_px(dashboard) > _SCREEN_PX:
        yield f"is {height_px(dashboard)} px high: the wall has {_SCREEN_PX} and must not scroll"


def _overlap(one: Panel, other: Panel) -> bool:
    (left, top, width, height), (left2, top2, width2, height2) = one.place, other.place
    return left < left2 + width2 and left2 < left + width and top < top2 + height2 and top2 < top + height


def _gaps(panels: list[Panel]) -> Iterator[str]:
    """Lines of the grid without a panel: Grafana would pull up what stands below, and the file would be wrong."""
    taken = {line for panel in panels for line in range(panel.place[1], panel.place[1] + panel.place[3])}
    if missing := sorted(set(range(max(taken, default=-1) + 1)) - taken):
        yield f"no panel stands on line {missing[0]} of the grid: close the gap"
