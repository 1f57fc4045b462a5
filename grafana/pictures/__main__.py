"""``python -m grafana.pictures --prometheus PORT``: each dashboard as a picture, drawn from its queries' answers.

Lives here: which dashboards, where each panel stands, the caption. Must not live here: how a kind of panel is drawn
(``words``, ``charts``). It is no Grafana: its library says names, texts and colours (``grafana.shown``), we draw them.
"""

from __future__ import annotations

import argparse
import sys
import time
from datetime import datetime, timedelta, timezone
from functools import partial
from pathlib import Path

from grafana.asking import Question, choices, curves, questions
from grafana.pictures import charts, words
from grafana.pictures.canvas import LINE, MUTED, PANEL, Box, Sheet
from grafana.reading import Dashboard, Panel, load_all
from grafana.shown import Column, said, show

__all__ = ["draw"]

_WIDTH_PX, _CELL_PX, _GAP_PX, _MARGIN_PX, _TITLE_PX, _CAPTION_PX = 1920, 30, 8, 16, 30, 22

#: The height of a screen; a dashboard that is shorter is drawn as a screen shows it.
_SCREEN_PX = 1080

_OUT = Path(__file__).parents[2] / "docs/dashboards"


def draw(port: int, dashboard: Dashboard, path: Path, *, wanted: dict[str, str], at_unix_s: float) -> None:
    """The picture of a dashboard. Raises OSError, and ValueError for a query that is refused."""
    values = choices(port, dashboard, wanted, everything=True)
    asked = iter(questions(dashboard, values, "gambar"))
    panels = []
    for panel in dashboard.panels:
        mine = [next(asked) for _ in panel.targets]
        panels.append((panel, mine, [curves(port, question, at_unix_s=at_unix_s) for question in mine]))
    shown = iter(show([(panel.raw, answers) for panel, _, answers in panels if panel.targets]))
    bottom = max(panel.place[1] + panel.place[3] for panel in dashboard.panels) * (_CELL_PX + _GAP_PX)
    sheet = Sheet(_WIDTH_PX, max(_SCREEN_PX, bottom + 2 * _MARGIN_PX + _CAPTION_PX))
    for panel, mine, _ in panels:
        _panel(sheet, panel, mine, next(shown) if panel.targets else [], at_unix_s)
    _caption(sheet, at_unix_s)
    path.parent.mkdir(parents=True, exist_ok=True)
    sheet.save(path)


def _panel(
    sheet: Sheet,
    panel: Panel,
    mine: list[Question],
    frames: list[list[Column]],
    at_unix_s: float,
) -> None:
    left, top, width, height = panel.place
    column_px = (_WIDTH_PX - 2 * _MARGIN_PX) / 24
    pitch_px = _CELL_PX + _GAP_PX
    box = Box(
        _MARGIN_PX + left * column_px,
        _MARGIN_PX + top * pitch_px,
        width * column_px - _GAP_PX,
        height * pitch_px - _GAP_PX,
    )
    if panel.kind == "row":
        sheet.write(box, panel.title, 17, bold=True)
        return
    sheet.fill(box, PANEL, rounded=3, edge=LINE)
    sheet.write(Box(box.left + 10, box.top + 2, box.width - 20, _TITLE_PX - 4), panel.title, 14, bold=True)
    body = box.inner(8, _TITLE_PX, 8, 8)
    if panel.kind == "text":
        words.words(sheet, body, panel)
        return
    span = mine[0].span
    range_s = (at_unix_s - span.range_s, at_unix_s, float(span.step_s))
    say = partial(said, panel.raw)
    match panel.kind:
        case "stat":
            words.numbers(sheet, body, panel, frames)
        case "bargauge":
            words.bars(sheet, body, panel, frames)
        case "table":
            words.rows(sheet, body, panel, frames)
        case "timeseries":
            charts.curves(sheet, body, panel, frames, range_s, say)
        case "state-timeline":
            charts.states(sheet, body, panel, frames, range_s)
        case "heatmap":
            charts.heat(sheet, body, panel, frames, range_s, say)
        case "geomap":
            charts.places(sheet, body, panel, frames)
        case kind:
            raise ValueError(f"{panel.title}: no way to draw a panel of type {kind}")


def _caption(sheet: Sheet, at_unix_s: float) -> None:
    when = datetime.fromtimestamp(at_unix_s, timezone(timedelta(hours=7))).strftime("%d/%m/%Y %H.%M WIB")
    line = Box(_MARGIN_PX, sheet.height_px - _CAPTION_PX - 4, _WIDTH_PX - 2 * _MARGIN_PX, _CAPTION_PX)
    text = "Digambar dari kueri setiap panel (Prometheus berisi provinsi simulasi); bukan tangkapan layar Grafana."
    sheet.write(line, f"{text} {when}", 12, colour=MUTED, align="right")


def main() -> int:
    """0 when all is drawn, 1 when a query was refused or nobody answered."""
    parser = argparse.ArgumentParser(prog="python -m grafana.pictures", description=__doc__)
    parser.add_argument("--prometheus", type=int, required=True, metavar="PORT", help="on 127.0.0.1")
    parser.add_argument("--dashboard", metavar="UID", help="only this one")
    parser.add_argument("--out", type=Path, default=_OUT, metavar="FOLDER")
    parser.add_argument("--var", action="append", default=[], metavar="NAME=VALUE", help="a variable's value")
    arguments = parser.parse_args()
    wanted = dict(each.split("=", 1) for each in arguments.var)
    at_unix_s = time.time()
    for dashboard in load_all():
        if arguments.dashboard in {None, dashboard.uid}:
            try:
                draw(
                    arguments.prometheus,
                    dashboard,
                    arguments.out / f"{dashboard.uid}.png",
                    wanted=wanted,
                    at_unix_s=at_unix_s,
                )
            except (OSError, ValueError) as error:
                print(f"pictures: {error}", file=sys.stderr)
                return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
