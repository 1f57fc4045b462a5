"""All dashboards drawn into a folder: variables chosen, queries asked, pictures saved.

Lives here: the order of things. Must not live here: HTTP (``grafana.asking``), names and texts (``grafana.shown``),
drawing (``draw``), the command line (``__main__``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from grafana.asking import Curve, Question, choices, curves, questions
from grafana.pictures.content import Content
from grafana.pictures.draw import Drawn, draw_dashboard
from grafana.reading import Dashboard, Panel, load_all
from grafana.shown import Column, said, show

__all__ = ["Problem", "draw_all", "draw_one"]


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that could not be drawn, as the picture says too."""

    uid: str
    text: str


@dataclass(frozen=True, slots=True)
class _Answered:
    """A panel with what its queries answered, or why they did not."""

    panel: Panel
    asked: Sequence[Question]
    answers: Sequence[Sequence[Curve]]
    problem: str = ""


def draw_all(
    port: int,
    out: Path,
    at_unix_s: float,
    *,
    dashboards: Sequence[Dashboard] | None = None,
    wanted: Mapping[str, str] | None = None,
) -> list[Problem]:
    """``out/UID.png`` for every dashboard (by default all committed ones), from the Prometheus on 127.0.0.1.

    ``wanted`` chooses values of variables by name; the others are all, or the first. What went wrong is in the pictures
    and in the answer, which is empty when all went well. Raises OSError when nobody answers or nothing can be written.
    """
    out.mkdir(parents=True, exist_ok=True)
    found = load_all() if dashboards is None else dashboards
    return [problem for each in found for problem in draw_one(port, each, out, at_unix_s, wanted or {})]


def draw_one(port: int, dashboard: Dashboard, out: Path, at_unix_s: float, wanted: Mapping[str, str]) -> list[Problem]:
    """One dashboard; see ``draw_all``. Without a value for each variable there is no picture, but a problem."""
    try:
        values = choices(port, dashboard, wanted, everything=True)
    except ValueError as error:
        return [Problem(dashboard.uid, str(error))]
    values |= {name: [value] for name, value in wanted.items() if name in values}
    asked = iter(questions(dashboard, values, "gambar"))
    answered = [_answered(port, panel, [next(asked) for _ in panel.targets], at_unix_s) for panel in dashboard.panels]
    drawn = [_drawn(each, frames, problem, at_unix_s) for each, (frames, problem) in _shown(answered)]
    sheet, problems = draw_dashboard(_title(dashboard, values), drawn, at_unix_s=at_unix_s)
    sheet.save(out / f"{dashboard.uid}.png")
    return [Problem(dashboard.uid, text) for text in problems]


def _answered(port: int, panel: Panel, asked: Sequence[Question], at_unix_s: float) -> _Answered:
    try:
        return _Answered(panel, asked, [curves(port, each, at_unix_s=at_unix_s) for each in asked])
    except ValueError as error:
        return _Answered(panel, asked, [], str(error))


def _shown(answered: Sequence[_Answered]) -> list[tuple[_Answered, tuple[list[list[Column]], str]]]:
    """What the library makes of each panel, in one call; panel by panel when it refuses one of them."""
    asking = [each for each in answered if each.asked and not each.problem]
    try:
        made = [(frames, "") for frames in show([(each.panel.raw, each.answers) for each in asking])]
    except RuntimeError:
        made = [_alone(each) for each in asking]
    by_panel = dict(zip(map(id, asking), made, strict=True))
    return [(each, by_panel.get(id(each), ([], each.problem))) for each in answered]


def _alone(answered: _Answered) -> tuple[list[list[Column]], str]:
    try:
        return show([(answered.panel.raw, answered.answers)])[0], ""
    except RuntimeError as error:
        return [], str(error).splitlines()[0]


def _drawn(answered: _Answered, frames: Sequence[Sequence[Column]], problem: str, at_unix_s: float) -> Drawn:
    span = answered.asked[0].span if answered.asked else None
    range_s, step_s = (span.range_s, span.step_s) if span else (0, 0)
    say = partial(said, answered.panel.raw)
    return Drawn(Content(answered.panel, frames, at_unix_s, range_s, step_s, say), problem)


def _title(dashboard: Dashboard, values: Mapping[str, Sequence[str]]) -> str:
    """The title, with the values that were chosen where not all are shown."""
    chosen = [
        f"{variable.raw.get('label') or variable.name}: {', '.join(values[variable.name])}"
        for variable in dashboard.variables
        if variable.kind == "query" and list(values[variable.name]) != [".*"]
    ]
    return " · ".join([str(dashboard.raw.get("title") or dashboard.uid), *chosen])
