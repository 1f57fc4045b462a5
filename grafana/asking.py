"""Queries of panels sent to a Prometheus as Grafana sends them.

Lives here: the requests, their answers as values, and the choice of a value for each variable. Must not live here: what
is expected of an answer, when to ask.
"""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from grafana.reading import Dashboard, Panel, Variable
from grafana.substitution import ALL, Span, filled, span_of

__all__ = ["Answer", "Curve", "Question", "Values", "ask", "choices", "curves", "questions"]

#: The values of each variable.
Values = Mapping[str, Sequence[str]]

_PATIENCE_S = 60.0


@dataclass(frozen=True, slots=True)
class Question:
    """One query of one panel as it is sent."""

    uid: str
    panel: str  #: the title
    ref: str
    chosen: str  #: for people: which values were chosen
    expr: str  #: filled in
    span: Span
    is_instant: bool

    @property
    def name(self) -> str:
        """For people: where it stands."""
        return f"{self.uid}: panel {self.panel!r}, query {self.ref} ({self.chosen})"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    series: tuple[tuple[Mapping[str, str], float], ...]  #: labels and the last value of each
    problems: tuple[str, ...]  #: the error, or warnings
    samples: int  #: that the engine read, by its own count
    took_s: float


@dataclass(frozen=True, slots=True)
class Curve:
    """One series of an answer."""

    labels: Mapping[str, str]
    points: tuple[tuple[float, float], ...]  #: Unix seconds and value


def questions(dashboard: Dashboard, values: Values, chosen: str) -> list[Question]:
    """Every query of panels and annotations in the time range that the dashboard opens with. KeyError, ValueError."""
    begin = str((dashboard.raw.get("time") or {}).get("from", "now-6h"))
    asked = [(panel.title, _span(begin, panel), target) for panel in dashboard.panels for target in panel.targets]
    asked += [(str(mark.raw.get("name", "")), span_of(begin), mark) for mark in dashboard.marks]
    return [
        Question(dashboard.uid, title, target.ref, chosen, filled(target.expr, values, span), span, target.is_instant)
        for title, span, target in asked
    ]


def ask(port: int, question: Question, *, at_unix_s: float) -> Answer:
    """The answer of the Prometheus on 127.0.0.1, for a range that ends ``at_unix_s``. Raises OSError."""
    began = time.monotonic()
    document = _answered(port, question, at_unix_s)
    took_s = time.monotonic() - began
    if document["status"] != "success":
        return Answer((), (str(document.get("error")),), 0, took_s)
    samples = int(((document["data"].get("stats") or {}).get("samples") or {}).get("totalQueryableSamples", 0))
    return Answer(tuple(_series(document["data"])), tuple(document.get("warnings", ())), samples, took_s)


def curves(port: int, question: Question, *, at_unix_s: float) -> list[Curve]:
    """The whole of an answer, each series with its points; of the present only, one. Raises OSError and ValueError."""
    document = _answered(port, question, at_unix_s)
    if document["status"] != "success":
        raise ValueError(f"{question.name}: {document.get('error')}")
    data = document["data"]
    if data["resultType"] == "scalar":
        return [Curve({}, (_point(data["result"]),))]
    return [Curve(each["metric"], tuple(map(_point, each.get("values") or [each["value"]]))) for each in data["result"]]


def _point(pair: Sequence[Any]) -> tuple[float, float]:
    return float(pair[0]), float(pair[1])


def _answered(port: int, question: Question, at_unix_s: float) -> Any:
    step_s = question.span.step_s
    if question.is_instant:
        route, words = "query", {"query": question.expr, "time": f"{at_unix_s:.3f}"}
    else:
        end = int(at_unix_s) // step_s * step_s
        begin = (int(at_unix_s) - question.span.range_s) // step_s * step_s
        words = {"query": question.expr, "start": f"{begin}", "end": f"{end}", "step": f"{step_s}"}
        route = "query_range"
    return _document(port, f"/api/v1/{route}", urlencode({**words, "stats": "all"}))


def choices(port: int, dashboard: Dashboard, wanted: Mapping[str, str], *, everything: bool) -> dict[str, list[str]]:
    """A value for each variable: all where ``everything`` and that is offered, else the wanted one or the first.

    Variables are asked for in their order, as a browser does. Raises OSError, and ValueError when one has no value.
    """
    values: dict[str, list[str]] = {}
    for variable in dashboard.variables:
        if everything and variable.has_all:
            values[variable.name] = [ALL]
            continue
        offered = _offered(port, variable, values)
        if not offered:
            raise ValueError(f"{dashboard.uid}: variable {variable.name} has no value ({variable.query})")
        choice = wanted.get(variable.name, offered[0])
        values[variable.name] = [choice if choice in offered else offered[0]]
    return values


def _offered(port: int, variable: Variable, values: Values) -> list[str]:
    asked = variable.label_values()
    if variable.kind == "query" and asked is not None:
        selector = filled(asked[0], values, span_of("now-24h"))
        matched = "?" + urlencode({"match[]": selector}) if selector else ""
        document = _document(port, f"/api/v1/label/{quote(asked[1])}/values{matched}")
        return [str(value) for value in document.get("data") or []]
    current = (variable.raw.get("current") or {}).get("value")
    return [str(each) for each in current] if isinstance(current, list) else [str(current)] if current else []


def _span(begin: str, panel: Panel) -> Span:
    begin = f"now-{panel.raw['timeFrom']}" if panel.raw.get("timeFrom") else begin
    return span_of(begin, points=panel.raw.get("maxDataPoints"), interval=panel.raw.get("interval"))


def _series(data: Mapping[str, Any]) -> list[tuple[Mapping[str, str], float]]:
    if data["resultType"] in {"scalar", "string"}:
        return [({}, float(data["result"][1]))]
    found = data["result"]
    return [(each["metric"], float(each["value"][1] if "value" in each else each["values"][-1][1])) for each in found]


def _document(port: int, path: str, body: str | None = None) -> Any:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_PATIENCE_S)
    try:
        kind = {"Content-Type": "application/x-www-form-urlencoded"} if body is not None else {}
        connection.request("GET" if body is None else "POST", path, body, kind)
        return json.loads(connection.getresponse().read())
    except (http.client.HTTPException, ValueError) as error:
        raise OSError(f"127.0.0.1:{port}{path}: {error}") from error
    finally:
        connection.close()
