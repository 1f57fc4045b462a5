"""What panels ask: valid PromQL, series that exist, variables that are defined, the one data source.

Lives here: queries, checked without a Prometheus. Must not live here: running them (the tests do), looks (``checks``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from grafana.metric_names import QueryError, is_of_the_chain, named
from grafana.reading import Dashboard, Panel, Target
from grafana.substitution import ALL, filled, names_in, span_of

__all__ = ["SOURCE", "query_findings"]

#: What every panel, target, variable and annotation names as its data source.
SOURCE = {"type": "prometheus", "uid": "${datasource}"}

#: Kinds of panels without a query.
_SILENT = {"row", "text"}

#: What the answer has to look like, where it is not a time series.
_FORMATS = {"table": "table", "geomap": "table", "heatmap": "heatmap"}

#: Macros that the dashboards keep to; others are Grafana's too, and not filled in everywhere.
_MACROS = {"__rate_interval", "__range", "__interval", "__range_s"}

#: What Grafana fills in within links and texts: not variables of the dashboard.
_OF_LINKS = {
    "__all",
    "__url_time_range",
    "__all_variables",
    "__value",
    "__field",
    "__data",
    "__series",
    "__dashboard",
    "__from",
}


def query_findings(dashboard: Dashboard, known: Collection[str]) -> Iterator[str]:
    """What is wrong with queries, one text each; ``known`` are the series that there are."""
    for panel in dashboard.panels:
        for text in _of_panel(panel):
            yield f"panel {panel.title!r}: {text}"
    for title, target in dashboard.asked():
        for text in _of_expr(dashboard, target.expr, known):
            yield f"panel {title!r}, query {target.ref or '?'}: {text}"
    for mark in dashboard.marks:
        if mark.raw.get("datasource") != SOURCE:
            yield f"annotation {mark.raw.get('name')!r}: its datasource is not {SOURCE['uid']}"
    yield from _of_variables(dashboard, known)


def _of_panel(panel: Panel) -> Iterator[str]:
    if panel.kind in _SILENT:
        if panel.targets:
            yield f"a {panel.kind} asks nothing: remove its targets"
        return
    if panel.raw.get("datasource") != SOURCE:
        yield f"its datasource is not {SOURCE['uid']}"
    if not panel.targets:
        yield "it asks nothing: give it a target"
    refs = [target.ref for target in panel.targets]
    if not all(refs) or len(set(refs)) < len(refs):
        yield f"its refIds {refs} are not one letter each"
    for target in panel.targets:
        yield from (f"query {target.ref}: {text}" for text in _of_target(panel.kind, target))


def _of_target(kind: str, target: Target) -> Iterator[str]:
    if target.raw.get("datasource") != SOURCE:
        yield f"its datasource is not {SOURCE['uid']}"
    if bool(target.raw.get("instant")) == bool(target.raw.get("range")):
        yield "it is to be either instant or range"
    wanted = _FORMATS.get(kind, "time_series")
    if target.raw.get("format") != wanted:
        yield f"its format is {target.raw.get('format')!r}, and a {kind} reads {wanted!r}"
    if kind in {"timeseries", "state-timeline", "heatmap"} and target.is_instant:
        yield f"a {kind} shows a range: ask for one"


def _of_expr(dashboard: Dashboard, expr: str, known: Collection[str]) -> Iterator[str]:
    if not expr.strip():
        yield "it is empty"
        return
    variables = {variable.name: (ALL,) for variable in dashboard.variables}
    strange = sorted(names_in(expr) - set(variables) - _MACROS)
    if strange:
        yield f"it names ${strange[0]}, which is no variable of the dashboard and no macro that we use"
        return
    try:
        names = named(filled(expr, variables, span_of("now-24h")))
    except QueryError as error:
        yield f"it is no PromQL: {error}"
        return
    for name in sorted(names):
        if name not in known and not is_of_the_chain(name):
            yield f"nobody exports or records {name}: see exporter/catalogue.py and alert_rules/"


def _of_variables(dashboard: Dashboard, known: Collection[str]) -> Iterator[str]:
    names = [variable.name for variable in dashboard.variables]
    if "datasource" not in names:
        yield "it has no variable datasource: every panel asks through it"
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"variable {name} is defined twice"
    used = _used(dashboard.raw)
    for name in sorted(used - set(names) - _MACROS - _OF_LINKS):
        yield f"${name} is used and not defined"
    for variable in dashboard.variables:
        if variable.name not in used:
            yield f"variable {variable.name} is defined and used nowhere: remove it"
        if variable.kind != "query":
            continue
        if variable.raw.get("datasource") != SOURCE:
            yield f"variable {variable.name}: its datasource is not {SOURCE['uid']}"
        if variable.has_all and variable.raw.get("allValue") != ALL:
            yield f"variable {variable.name}: all values are to be {ALL!r}, for links come without a choice"
        asked = variable.label_values()
        if asked is None or not asked[0]:
            yield f"variable {variable.name}: ask label_values(SERIES, LABEL), not {variable.query!r}"
            continue
        yield from (f"variable {variable.name}: {text}" for text in _of_expr(dashboard, asked[0], known))


def _used(raw: Any) -> set[str]:
    """The variables that any text in the JSON names, but for names of variables themselves."""
    if isinstance(raw, str):
        return names_in(raw)
    if isinstance(raw, Mapping):
        return set[str]().union(*(_used(value) for value in raw.values()))
    if isinstance(raw, list):
        return set[str]().union(*(_used(value) for value in raw))
    return set()
