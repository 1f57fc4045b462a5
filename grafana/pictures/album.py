"""All dashboards drawn into a folder: variables chosen, queries asked, pictures saved.

Lives here: the order of things. Must not live here: HTTP (``ask``), drawing (``draw``), the command line
(``__main__``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from grafana.pictures.ask import Prometheus
from grafana.pictures.content import Content
from grafana.pictures.draw import Drawn, draw_dashboard
from grafana.pictures.frames import Frame, PictureError, framed
from grafana.pictures.transform import transformed
from grafana.pictures.units import WIB
from grafana.reading import Dashboard, Panel, Target, load_all
from grafana.substitution import ALL, Span, filled, span_of

__all__ = ["Problem", "draw_all", "draw_one"]

#: The value of each variable.
Values = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that could not be drawn, as the picture says too."""

    uid: str
    text: str


def draw_all(
    url: str,
    out: Path,
    at: float,
    *,
    dashboards: Sequence[Dashboard] | None = None,
    wanted: Mapping[str, str] | None = None,
) -> list[Problem]:
    """``out/UID.png`` for every dashboard (by default all committed ones) as of ``at`` (Unix seconds).

    ``wanted`` chooses values of variables by name. What went wrong is in the pictures and in the answer, which is empty
    when all went well. Raises PictureError when nobody answers at ``url``, OSError when a file cannot be written.
    """
    prometheus = Prometheus(url.rstrip("/"))
    prometheus.instant("vector(1)", at_unix_s=at)
    out.mkdir(parents=True, exist_ok=True)
    found = load_all() if dashboards is None else dashboards
    return [problem for each in found for problem in draw_one(prometheus, each, out, at, wanted or {})]


def draw_one(
    prometheus: Prometheus, dashboard: Dashboard, out: Path, at: float, wanted: Mapping[str, str]
) -> list[Problem]:
    """One dashboard; see ``draw_all``."""
    values, problems = _chosen(prometheus, dashboard, wanted)
    drawn = [_answered(prometheus, dashboard, panel, values, at) for panel in dashboard.panels]
    title = str(dashboard.raw.get("title") or dashboard.uid)
    sheet, more = draw_dashboard(_with_values(title, dashboard, values), drawn, at_unix_s=at)
    sheet.save(out / f"{dashboard.uid}.png")
    return [Problem(dashboard.uid, text) for text in (*problems, *more)]


def _chosen(
    prometheus: Prometheus, dashboard: Dashboard, wanted: Mapping[str, str]
) -> tuple[dict[str, list[str]], list[str]]:
    """A value for each variable: the wanted one, else all where that is offered, else the first there is."""
    values: dict[str, list[str]] = {}
    problems: list[str] = []
    for variable in dashboard.variables:
        asked = variable.label_values() if variable.kind == "query" else None
        if variable.name in wanted:
            values[variable.name] = [wanted[variable.name]]
        elif variable.has_all:
            values[variable.name] = [ALL]
        elif asked is not None:
            offered = prometheus.label_values(filled(asked[0], values, span_of("now-24h")), asked[1])
            values[variable.name] = offered[:1] or [""]
            if not offered:
                problems.append(f"variable {variable.name} has no value ({variable.query})")
        else:
            values[variable.name] = [str((variable.raw.get("current") or {}).get("value") or "")]
    return values, problems


def _with_values(title: str, dashboard: Dashboard, values: Values) -> str:
    """The title with the values that were chosen of what is no "all"."""
    chosen = [
        f"{variable.raw.get('label') or variable.name}: {', '.join(values[variable.name])}"
        for variable in dashboard.variables
        if variable.kind == "query" and list(values[variable.name]) != [ALL]
    ]
    return " · ".join([title, *chosen])


def _answered(prometheus: Prometheus, dashboard: Dashboard, panel: Panel, values: Values, at: float) -> Drawn:
    raw = {**panel.raw, "title": _without_macros(panel.title, values)}
    try:
        span = _span(dashboard, panel, at)
        frames: list[Frame] = []
        for target in panel.targets:
            frames += _frames(prometheus, target, values, span, at, several=len(panel.targets) > 1)
        return Drawn(Content(raw, tuple(transformed(frames, raw)), at, span.range_s, span.step_s))
    except (PictureError, KeyError, ValueError) as error:
        words = f"variable {error} is not known" if isinstance(error, KeyError) else str(error)
        return Drawn(Content(raw, (), at, 0, 0), words)


def _frames(
    prometheus: Prometheus, target: Target, values: Values, span: Span, at: float, *, several: bool
) -> list[Frame]:
    expr = filled(target.expr, values, span)
    if target.is_instant:
        series = prometheus.instant(expr, at_unix_s=at)
    else:
        end, begin = (int(each) // span.step_s * span.step_s for each in (at, at - span.range_s))
        series = prometheus.range(expr, begin_unix_s=begin, end_unix_s=end, step_s=span.step_s)
    return framed({**target.raw, "expr": expr}, series, several=several)


def _span(dashboard: Dashboard, panel: Panel, at: float) -> Span:
    """The time range of a panel that ends at ``at``; of a period that has begun ("now/M") as much as is over."""
    begin = str((dashboard.raw.get("time") or {}).get("from") or "now-6h")
    begin = f"now-{panel.raw['timeFrom']}" if panel.raw.get("timeFrom") else begin
    span = span_of(begin, points=panel.raw.get("maxDataPoints"), interval=panel.raw.get("interval"))
    found = re.fullmatch(r"now/(?:f)?([dwMy])", begin)
    if not found:
        return span
    return Span(max(60, int(at - _began(found[1], at))), span.step_s)


def _began(period: str, at: float) -> float:
    """When the day, week, month or year of a time began in WIB, Unix seconds."""
    now = datetime.fromtimestamp(at, WIB)
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    match period:
        case "d":
            return today.timestamp()
        case "w":
            return today.timestamp() - now.weekday() * 86_400
        case "M":
            return today.replace(day=1).timestamp()
    return today.replace(month=1, day=1).timestamp()


def _without_macros(title: str, values: Mapping[str, Any]) -> str:
    """A title with its variables filled in."""
    return re.sub(r"\$\{?(\w+)\}?", lambda found: ", ".join(values.get(found[1], [found[0]])), title)
