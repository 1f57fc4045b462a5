"""Dinding NOC: in three seconds, whether the province is well, and if not, where, whose and since when.

Lives here: the panels of the wall. Must not live here: how panels look (``panels``, ``tables``, ``maps``), records.

One screen of 1920x1080 in kiosk mode, nothing to scroll. The worst comes first and large; what is well is counted.
"""

from __future__ import annotations

from grafana.layout import Board, Row
from grafana.panels import Query, number

__all__ = ["board"]


def board() -> Board:
    """The dashboard."""
    return Board(
        uid="pantau-dinding",
        folder="NOC",
        description="x",
        rows=[Row(4, [(4, number("a", "b", Query("up"), unit="none"))])],
        refresh="10s",
        back="now-3h",
    )
