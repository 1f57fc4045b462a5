"""The checks of dashboards find what is wrong, and nothing in a dashboard that is right."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from grafana.checks import findings
from grafana.checks_place import height_px
from grafana.layout import BOARDS
from grafana.metric_names import QueryError, known_names, named
from grafana.reading import Dashboard, load_all

DATA = Path(__file__).parents[1] / "data/grafana"

Json = dict[str, Any]


def _right() -> Json:
    read: Json = json.loads((DATA / "right.json").read_text(encoding="utf-8"))
    return read


def _found(raw: Json) -> list[str]:
    return findings([Dashboard(raw, "right.json")], known_names())


def test_nothing_is_found_in_a_dashboard_that_is_right() -> None:
    """The fixture keeps every convention."""
    assert _found(_right()) == []


def _panel(number: int, **changes: Any) -> Callable[[Json], None]:
    return lambda raw: raw["panels"][number - 1].update(changes)


def _target(number: int, **changes: Any) -> Callable[[Json], None]:
    return lambda raw: raw["panels"][number - 1]["targets"][0].update(changes)


def _board(**changes: Any) -> Callable[[Json], None]:
    return lambda raw: raw.update(changes)


def _variable(place: int, **changes: Any) -> Callable[[Json], None]:
    return lambda raw: raw["templating"]["list"][place].update(changes)


def _unit_lost(raw: Json) -> None:
    del raw["panels"][2]["fieldConfig"]["defaults"]["unit"]


def _column_unit_lost(raw: Json) -> None:
    del raw["panels"][3]["fieldConfig"]["overrides"][0]["properties"][0]


def _red(raw: Json) -> None:
    raw["panels"][1]["fieldConfig"]["defaults"]["thresholds"]["steps"][1]["color"] = "red"


def _by_value(raw: Json) -> None:
    raw["panels"][2]["fieldConfig"]["defaults"]["color"] = {"mode": "continuous-GrYlRd"}


def _link_astray(raw: Json) -> None:
    raw["panels"][3]["fieldConfig"]["overrides"][0]["properties"][1]["value"][0]["url"] = "/d/pantau-tiada?x=1"


def _second_target(raw: Json) -> None:
    raw["panels"][1]["targets"] *= 2


def _elsewhere(raw: Json) -> None:
    raw["annotations"]["list"][0]["datasource"] = {"type": "prometheus", "uid": "pantau-prometheus"}


WRONG: list[tuple[Callable[[Json], None], str]] = [
    (_target(2, expr="count(opd_link_gone)"), "nobody exports or records opd_link_gone"),
    (_target(2, expr="sum(opd_link_rtt_seconds)"), "nobody exports or records opd_link_rtt_seconds"),
    (_target(2, expr="count(link:opd_link_state:code == 4"), "it is no PromQL"),
    (_target(2, expr='sum({__name__=~"opd_.*"})'), "a selector names no series"),
    (_target(2, expr=" "), "it is empty"),
    (_target(2, expr='opd_link_info{link="$lokasi"}'), "it names $lokasi"),
    (_target(2, instant=True, range=True), "either instant or range"),
    (_target(2, format="table"), "a stat reads 'time_series'"),
    (_target(3, instant=True, range=False), "a timeseries shows a range"),
    (_target(4, format="time_series"), "a table reads 'table'"),
    (_target(2, datasource={"type": "prometheus", "uid": "pantau-prometheus"}), "query A: its datasource is not"),
    (_target(2, refId=""), "its refIds"),
    (_second_target, "its refIds"),
    (_elsewhere, "annotation 'Putus': its datasource is not"),
    (_panel(2, targets=[]), "it asks nothing"),
    (_panel(2, datasource=None), "its datasource is not"),
    (_panel(2, description=""), "its description is empty"),
    (_panel(2, title="  "), "its title is empty"),
    (_panel(2, description="Number of links that are down"), "has the English word"),
    (_panel(2, type="gauge"), "its type 'gauge' is none that we use"),
    (_panel(3, id=2), "its id 2 is not its own"),
    (_panel(2, gridPos={"x": 0, "y": 1, "w": 9, "h": 4}), "'Tautan putus' and 'Waktu tempuh' overlap"),
    (_panel(4, gridPos={"x": 17, "y": 1, "w": 8, "h": 4}), "keep it within 24 columns"),
    (_panel(4, gridPos={"x": 0, "y": 6, "w": 8, "h": 4}), "no panel stands on line 5"),
    (_panel(1, collapsed=True), "row 'Saat ini' is collapsed"),
    (_panel(1, gridPos={"x": 0, "y": 0, "w": 12, "h": 1}), "row 'Saat ini' is no heading"),
    (_unit_lost, "it has no unit"),
    (_column_unit_lost, "column 'Nama' has no unit"),
    (_red, "panel 'Tautan putus': colour 'red' is none of ours"),
    (_by_value, "panel 'Waktu tempuh': colours by 'continuous-GrYlRd'"),
    (_link_astray, "a link leads to /d/pantau-tiada"),
    (_board(links=[{"url": "/d/pantau-lain"}]), "a link leads to /d/pantau-lain"),
    (_board(uid=""), "it has no uid"),
    (_board(schemaVersion=43), "its schemaVersion is 43"),
    (_board(timezone="browser"), "its timezone is 'browser'"),
    (_board(refresh=""), "it has no refresh"),
    (_board(tags=[]), "it has no tag pantau"),
    (_board(id=7), "it has an id"),
    (_board(description=""), "its description is empty"),
    (_board(templating={"list": []}), "it has no variable datasource"),
    (_variable(1, name="penyedia"), "variable penyedia is defined and used nowhere"),
    (_variable(1, name="penyedia"), "$provider is used and not defined"),
    (_variable(2, name="provider"), "variable provider is defined twice"),
    (_variable(1, allValue=None), "variable provider: all values are to be"),
    (_variable(1, datasource=None), "variable provider: its datasource is not"),
    (_variable(1, query="label_values(provider)"), "ask label_values(SERIES, LABEL)"),
    (_variable(1, query="label_values(opd_gone, provider)"), "nobody exports or records opd_gone"),
]


@pytest.mark.parametrize(("spoil", "text"), WRONG, ids=[text for _, text in WRONG])
def test_what_is_wrong_is_found(spoil: Callable[[Json], None], text: str) -> None:
    """One thing is spoilt; it is named, and so is the dashboard."""
    raw = _right()
    spoil(raw)
    found = _found(raw)
    assert [line for line in found if text in line], found
    assert all(line.startswith(("pantau-contoh: ", "right.json: ")) for line in found)


def test_two_dashboards_of_one_uid_are_found() -> None:
    """Grafana would keep one of them."""
    twice = [Dashboard(_right(), name) for name in ("a.json", "b.json")]
    assert "uid 'pantau-contoh' is that of two dashboards" in findings(twice, known_names())


def test_a_wall_that_scrolls_is_found() -> None:
    """26 lines are 1060 px with the bar above them; one more does not fit on a screen of 1080."""
    raw = _right()
    raw["uid"] = "pantau-dinding"
    for height, fits in ((25, True), (26, False)):
        for panel in raw["panels"][1:]:
            panel["gridPos"]["h"] = height
        assert ("must not scroll" not in " ".join(_found(raw))) is fits
    assert height_px(Dashboard(raw, "")) == 1098


def test_series_are_read_wherever_they_stand() -> None:
    """In ranges, subqueries, aggregations, behind operators, and by the label of their name; labels are no series."""
    query = 'max_over_time(a[5m:1m]) + on (b) group_left (c) -rate(d[1m] offset 1h) or topk(2, {__name__="e", f="g"})'
    assert named(query) == {"a", "d", "e"}
    with pytest.raises(QueryError):
        named("rate(a)")


def test_known_names_are_those_that_queries_use() -> None:
    """Counters with _total, histograms by their parts, records, and what Prometheus writes."""
    known = known_names()
    assert {"opd_link_echo_lost_total", "opd_link_rtt_seconds_bucket", "site:opd_site_state:code", "up"} <= known
    assert not {"opd_link_echo_lost", "opd_link_rtt_seconds"} & known


def test_the_committed_dashboards_have_no_findings() -> None:
    """What Grafana gets keeps every convention, and names nothing that is not there."""
    dashboards = load_all()
    assert dashboards
    unmade = set(BOARDS) - {dashboard.uid for dashboard in dashboards}
    found = findings(dashboards, known_names())
    assert [text for text in found if not any(f" /d/{uid}, which is no" in text for uid in unmade)] == []
