"""What is wrong with dashboards, as texts that name the dashboard, the panel and the remedy.

Lives here: all findings, and those about words, units, colours, links and settings. Must not live here: reading files
(``reading``), places (``checks_place``), queries (``checks_query``).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from grafana.checks_place import place_findings
from grafana.checks_query import query_findings
from grafana.reading import Dashboard, Panel

__all__ = ["COLOURS", "findings"]

_KINDS = {
    *("stat", "table", "timeseries", "state-timeline", "heatmap", "geomap", "bargauge", "text", "row", "barchart"),
}

#: Kinds whose numbers need a unit; a table has one for each column, a geomap shows states.
_MEASURED = {"stat", "timeseries", "bargauge", "barchart", "heatmap", "gauge"}

#: Okabe and Ito's colours, and what is no colour. Nobody needs to tell red from green.
COLOURS = {
    *("#0072b2", "#e69f00", "#d55e00", "#999999", "#cc79a7", "#56b4e9", "#009e73", "#f0e442", "#ffffff", "#000000"),
    *("text", "transparent", "white", "black"),
}

#: Ways of colouring that choose no colour of their own, or schemes that read alike for everybody.
_MODES = {
    "thresholds",
    "fixed",
    "shades",
    "continuous-viridis",
    "continuous-cividis",
    "scheme",
}
_SCHEMES = {"viridis", "cividis", "blues", "oranges", "greys", "magma", "plasma", "inferno"}

#: Keys under which Grafana keeps colours.
_COLOUR_KEYS = {"color", "fixedColor", "iconColor", "fill"}

#: Words by which English is known; Indonesian has none of them.
_ENGLISH = re.compile(
    r"\b(the|of|is|are|and|or|with|for|by|from|this|that|which|not|over|per second|since|last|time|"
    r"down|up|unknown|value|values|panel|site|sites|provider|providers|links)\b"
)

#: What stands in a text and is no sentence: names of series, code, addresses.
_NO_WORDS = re.compile(r"`[^`]*`|https?://\S+|\$\{?[\w:.]+\}?|\{\{.*?\}\}|\w+[_:]\w+")

_MOST_SCHEMA = 42
_TO_DASHBOARD = re.compile(r"/d/([\w-]+)")
_REFRESH = re.compile(r"\d+[smh]")


def findings(dashboards: Sequence[Dashboard], known: Collection[str]) -> list[str]:
    """What is wrong, one text each, dashboard by dashboard; ``known`` are the series that there are."""
    uids = [dashboard.uid for dashboard in dashboards]
    found = [f"uid {uid!r} is that of two dashboards" for uid in sorted({uid for uid in uids if uids.count(uid) > 1})]
    for dashboard in dashboards:
        texts = (
            *_settings(dashboard),
            *_panels(dashboard),
            *place_findings(dashboard),
            *query_findings(dashboard, known),
            *_colours(dashboard.raw),
            *_links(dashboard.raw, uids),
        )
        found += dict.fromkeys(f"{dashboard.uid or dashboard.name}: {text}" for text in texts)
    return found


def _settings(dashboard: Dashboard) -> Iterator[str]:
    raw = dashboard.raw
    if not dashboard.uid:
        yield "it has no uid: links name it by one"
    if raw.get("schemaVersion", _MOST_SCHEMA + 1) > _MOST_SCHEMA:
        yield f"its schemaVersion is {raw.get('schemaVersion')}: Grafana 12 reads up to {_MOST_SCHEMA}"
    if raw.get("timezone") != "Asia/Jakarta":
        yield f"its timezone is {raw.get('timezone')!r}: people read WIB, Asia/Jakarta"
    if not _REFRESH.fullmatch(str(raw.get("refresh") or "")):
        yield "it has no refresh: a screen would stand still"
    if "pantau" not in (raw.get("tags") or []):
        yield "it has no tag pantau"
    if raw.get("id") is not None:
        yield "it has an id: Grafana gives that, remove it"
    for name in ("title", "description"):
        yield from (f"its {name} {text}" for text in _words(str(raw.get(name) or "")))


def _panels(dashboard: Dashboard) -> Iterator[str]:
    panels = dashboard.panels
    numbers = [panel.number for panel in panels]
    for panel in panels:
        if panel.number is None or numbers.count(panel.number) > 1:
            yield f"panel {panel.title!r}: its id {panel.number} is not its own"
        yield from (f"panel {panel.title!r}: {text}" for text in _panel(panel))


def _panel(panel: Panel) -> Iterator[str]:
    if panel.kind not in _KINDS:
        yield f"its type {panel.kind!r} is none that we use: {', '.join(sorted(_KINDS))}"
    yield from (f"its title {text}" for text in _words(panel.title))
    if panel.kind != "row":
        yield from (f"its description {text}" for text in _words(panel.description))
    fields = panel.raw.get("fieldConfig") or {}
    unit = (fields.get("defaults") or {}).get("unit")
    overrides = fields.get("overrides") or []
    if panel.kind in _MEASURED and not unit and not any(_properties(each).get("unit") for each in overrides):
        yield 'it has no unit: set fieldConfig.defaults.unit ("none" for a count)'
    if panel.kind == "table" and not unit:
        for each in overrides:
            column = _properties(each)
            if not column.get("unit") and not column.get("custom.hidden"):
                name = (each.get("matcher") or {}).get("options")
                yield f'column {name!r} has no unit: set one ("string" for text), or one for all'
        if not overrides:
            yield "its columns have no unit: set one for each, or one for all"


def _words(text: str) -> Iterator[str]:
    """What is wrong with a text for people."""
    if not text.strip():
        yield "is empty: say in Indonesian what is shown"
    elif found := _ENGLISH.search(_NO_WORDS.sub(" ", text.lower())):
        yield f"has the English word {found[0]!r}: people here read Indonesian"


def _properties(override: Mapping[str, Any]) -> dict[str, Any]:
    return {each["id"]: each.get("value") for each in override.get("properties") or []}


def _colours(raw: Any, key: str = "", at: str = "") -> Iterator[str]:
    """Every colour anywhere in the JSON that is not in the list."""
    if isinstance(raw, Mapping):
        at = f"panel {raw['title']!r}: " if "gridPos" in raw else at
        if key == "color" and "mode" in raw and raw["mode"] not in _MODES:
            yield f"{at}colours by {raw['mode']!r}: use one of {', '.join(sorted(_MODES))}"
        if key == "color" and str(raw.get("scheme", "viridis")).lower() not in _SCHEMES:
            yield f"{at}the scheme {raw['scheme']!r} is hard to tell apart: viridis, cividis"
        for name, value in raw.items():
            yield from _colours(value, name, at)
    elif isinstance(raw, list):
        for value in raw:
            yield from _colours(value, key, at)
    elif key in _COLOUR_KEYS and isinstance(raw, str) and raw.lower() not in COLOURS:
        yield f"{at}colour {raw!r} is none of ours: see grafana/theme.py"


def _links(raw: Any, uids: Collection[str]) -> Iterator[str]:
    """Every address anywhere in the JSON that leads to a dashboard which is not there."""
    if isinstance(raw, Mapping):
        for value in raw.values():
            yield from _links(value, uids)
    elif isinstance(raw, list):
        for value in raw:
            yield from _links(value, uids)
    elif isinstance(raw, str):
        for uid in _TO_DASHBOARD.findall(raw):
            if uid not in uids:
                yield f"a link leads to /d/{uid}, which is no dashboard of ours"
