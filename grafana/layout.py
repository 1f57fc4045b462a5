"""A dashboard from its panels: rows, places, numbers, variables, links to the others.

Lives here: what all dashboards have alike. Must not live here: panels, queries, files (``generate``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grafana_foundation_sdk.builders import dashboard as builders
from grafana_foundation_sdk.models import dashboard as models

from grafana.panels import SOURCE, Panel
from grafana.variables import Variable, data_source

__all__ = ["BOARDS", "Board", "Mark", "Row", "dashboard", "href"]

#: Width of the grid, in columns.
COLUMNS = 24

#: The dashboards in the order of their links: uid and title.
BOARDS = {
    "pantau-dinding": "Dinding NOC",
    "pantau-tautan": "OPD, lokasi, tautan",
    "pantau-penyedia": "Penyedia & SLA",
    "pantau-kapasitas": "Kapasitas & pemborosan",
    "pantau-transisi": "Transisi",
    "pantau-bukti": "Bukti SPBE/Pemdi",
    "pantau-pemantau": "Kesehatan pemantau",
}


@dataclass(frozen=True, slots=True)
class Row:
    """Panels side by side: each with its width in columns of 24, all of one height; above them a heading or none."""

    height: int
    panels: Sequence[tuple[int, Panel]]
    heading: str = ""
    about: str = ""  #: what the panels under the heading answer; with a heading only


@dataclass(frozen=True, slots=True)
class Mark:
    """What is marked in all curves of a dashboard for as long as ``expr`` has a value."""

    name: str
    expr: str
    text: str  #: with labels as ``{{link}}``
    colour: str


@dataclass(frozen=True, slots=True)
class Board:
    """One dashboard."""

    uid: str
    folder: str
    description: str
    rows: Sequence[Row]
    variables: Sequence[Variable] = ()
    back: str = "now-24h"  #: where the time range begins
    refresh: str = "1m"
    marks: Sequence[Mark] = ()


def href(uid: str, *variables: str) -> str:
    """The address of a dashboard; each variable as ``NAME=VALUE``, where the value may be Grafana's own."""
    return f"/d/{uid}?" + "&".join(f"var-{variable}" for variable in variables)


def dashboard(board: Board) -> models.Dashboard:
    """The dashboard as Grafana 12 reads it: classic, every panel with number, place, reference and data source."""
    built = (
        builders.Dashboard(BOARDS[board.uid])
        .uid(board.uid)
        .description(board.description)
        .tags(["pantau"])
        .timezone("Asia/Jakarta")
        .week_start("monday")
        .time(board.back, "now")
        .refresh(board.refresh)
        .tooltip(models.DashboardCursorSync.CROSSHAIR)
        .readonly()
        .variables([data_source(), *(each.builder() for each in board.variables)])
        .build()
    )
    built.links = list(_links(board.uid))
    built.annotations = models.AnnotationContainer(list_val=[_mark(mark) for mark in board.marks])
    built.panels = list(_panels(board.rows))
    return built


def _mark(mark: Mark) -> models.AnnotationQuery:
    built = models.AnnotationQuery(
        name=mark.name, datasource=SOURCE, enable=True, icon_color=mark.colour, expr=mark.expr
    )
    built.title_format, built.text_format = mark.name, mark.text
    return built


def _links(own: str) -> Iterator[models.DashboardLink]:
    for uid, title in BOARDS.items():
        if uid != own:
            link = models.DashboardLink(title=title, type_val=models.DashboardLinkType.LINK, url=f"/d/{uid}")
            link.include_vars = True  # a dashboard that has not a variable ignores it
            link.placement = None  # type: ignore[assignment] # the library's default hides it in a menu
            yield link


def _panels(rows: Sequence[Row]) -> Iterator[models.Panel | models.RowPanel]:
    top, number = 0, 0
    for row in rows:
        if row.heading:
            number += 1
            place = models.GridPos(h=1, w=COLUMNS, x=0, y=top)
            heading = models.RowPanel(title=row.heading, id_val=number, grid_pos=place, collapsed=False)
            yield heading
            top += 1
        left = 0
        for width, each in row.panels:
            number += 1
            panel = each.build()
            panel.id_val, panel.datasource = number, SOURCE
            panel.grid_pos = models.GridPos(h=row.height, w=width, x=left, y=top)
            yield panel
            left += width
        if left > COLUMNS:
            raise ValueError(f"a row of {left} columns: there are {COLUMNS}")
        top += row.height
