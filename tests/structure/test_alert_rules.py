"""Absence fails the build: an alert without its test, its heading, its texts or a known metric."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from exporter.catalogue import FAMILIES
from exporter.evidence.failure_alert import ALERT_NAME
from exporter.metric_family import Kind

_ROOT = Path(__file__).parents[2]
_RULES = _ROOT / "alert_rules"

SEVERITIES = {"critical", "warning", "info"}
#: An alert about several links says which offices it concerns.
GROUP_SCOPES = {"core", "provider", "area", "site"}

#: Alerts that say what is learned of their outage; empty until then.
_WITH_CAUSE = {"LinkDown", "LinkFailover", "SiteDown"}

SCOPES = {"core", "provider", "area", "site", "link", "prober"}

#: Alerts that a program of ours posts to Alertmanager by itself, because no series knows what they tell. Their labels
#: and texts have tests of their own.
_POSTED = {ALERT_NAME}

#: What the runbook says of each alert, in this order.
_PARTS = ["Arti", "Periksa", "Tindakan", "Selesai"]

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}

#: Series that Prometheus itself writes.
OF_PROMETHEUS = {"up", "ALERTS"}

#: Series of Prometheus' and Alertmanager's own pages. Not all versions have all of them: the limit of retention is new
#: in 3.x.
OF_THE_CHAIN = {
    "prometheus_tsdb_retention_limit_seconds",
    "prometheus_tsdb_lowest_timestamp_seconds",
    "prometheus_tsdb_time_retentions_total",
    "prometheus_tsdb_size_retentions_total",
    "prometheus_notifications_dropped_total",
    "prometheus_notifications_alertmanagers_discovered",
    "prometheus_rule_evaluation_failures_total",
    "alertmanager_notifications_failed_total",
}

#: A name that is followed by braces, brackets, an operator or nothing, as series are; functions have a parenthesis.
#: A letter after a digit is the unit of a duration ("offset 10m").
_IDENTIFIER = re.compile(r"(?<![0-9])[a-zA-Z_:][a-zA-Z0-9_:]*")
_STRING = re.compile(r'"[^"]*"')
_LABEL_LIST = re.compile(r"\b(on|ignoring|by|without|group_left|group_right)\s*\([^)]*\)")
_MATCHERS = re.compile(r"\{[^}]*\}|\[[^\]]*\]")
_WORDS = {"and", "or", "unless", "on", "by", "sum", "group_left", "bool", "offset"}


def _rules() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every rule with the name of its file."""
    for file in sorted(_RULES.glob("*.yml")):
        for group in yaml.safe_load(file.read_text(encoding="utf-8"))["groups"]:
            yield from ((file.name, rule) for rule in group["rules"])


RULES = list(_rules())
#: The rules of each alert with their file; an alert that exists with two severities has two.
ALERTS: dict[str, list[tuple[str, dict[str, Any]]]] = {}
for _file, _rule in RULES:
    if "alert" in _rule:
        ALERTS.setdefault(_rule["alert"], []).append((_file, _rule))
EACH_ALERT = [(f"{name}-{rule['labels']['severity']}", rule) for name, rules in ALERTS.items() for _, rule in rules]
RECORDS = {rule["record"] for _, rule in RULES if "record" in rule}


def _series(expression: str) -> set[str]:
    """The names of series in a PromQL expression."""
    bare = _MATCHERS.sub("", _LABEL_LIST.sub("", _STRING.sub("", expression)))
    names = {match for match in _IDENTIFIER.finditer(bare) if not bare[match.end() :].lstrip().startswith("(")}
    return {match[0] for match in names} - _WORDS


def _known_series() -> set[str]:
    known = {family.series for family in FAMILIES}
    known |= {
        f"{family.name}{part}"
        for family in FAMILIES
        if family.kind is Kind.HISTOGRAM
        for part in ("_bucket", "_sum", "_count")
    }
    return known | RECORDS | OF_PROMETHEUS | OF_THE_CHAIN


def test_series_are_read_from_an_expression() -> None:
    """The reader of this file sees every name, and no function, label or string among them."""
    expression = (
        'sum by (job) (rate(a_total{b="c_d"}[2m])) == 0 unless on (x) y:z:p7d * on (l) group_left (m) n_info offset 9h'
    )
    assert _series(expression) == {"a_total", "y:z:p7d", "n_info"}


def test_there_are_alerts() -> None:
    """The rules of this stage are there; otherwise all that follows would pass for nothing."""
    assert ALERTS.keys() >= {"LinkDown", "ExporterDown", "ProberUplinkDown", "Watchdog"}


def _promtool_input(text: str) -> dict[str, Any]:
    """A test file as promtool reads it: scalars are texts, for ``0x60`` are 61 noughts there and not the number 96."""
    document: dict[str, Any] = yaml.load(text, Loader=yaml.BaseLoader)
    return document


@cache
def _test_file(name: str) -> dict[str, Any]:
    """The test file of an alert, read once: they are long."""
    return _promtool_input((_RULES / "tests" / f"{name}.yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", ALERTS)
def test_an_alert_has_its_test_file(name: str) -> None:
    """``tests/NAME.yml`` takes the alert's own file first, has it fire with full texts, and not fire somewhere.

    Files that record what the alert asks for may follow.
    """
    document = _test_file(name)
    assert {f"../{file}" for file, _ in ALERTS[name]} == {document["rule_files"][0]}
    cases = [
        case for test in document["tests"] for case in test.get("alert_rule_test", []) if case["alertname"] == name
    ]
    assert any(not case["exp_alerts"] for case in cases)
    fired = [alert for case in cases for alert in case["exp_alerts"]]
    for _, rule in ALERTS[name]:
        of_severity = [alert for alert in fired if alert["exp_labels"]["severity"] == rule["labels"]["severity"]]
        assert of_severity
        assert all(alert["exp_annotations"].keys() == rule["annotations"].keys() for alert in of_severity)


def _cases(name: str) -> list[dict[str, Any]]:
    """The promtool cases of an alert's test file."""
    return list(_test_file(name)["tests"])


def _seconds(duration: str) -> int:
    """The seconds of a Prometheus duration such as ``1h40m``."""
    return sum(int(number) * _SECONDS[unit] for number, unit in re.findall(r"(\d+)([smhd])", duration))


def _firing(case: dict[str, Any], name: str) -> set[int]:
    """The seconds at which a case expects the alert: itself, or its series ``ALERTS`` in whatever count."""
    alerts = {
        _seconds(test["eval_time"])
        for test in case.get("alert_rule_test", [])
        if test["alertname"] == name and test["exp_alerts"]
    }
    series = re.compile(rf'ALERTS\{{alertname="{name}", [^}}]*alertstate="firing"')
    return alerts | {
        _seconds(test["eval_time"])
        for test in case.get("promql_expr_test", [])
        if series.search(test["expr"]) and test.get("exp_samples")
    }


def _silent(case: dict[str, Any], name: str) -> set[int]:
    """The seconds at which a case expects no alert of the name at all.

    An empty count of ``ALERTS`` is not believed: it may have asked for one of many.
    """
    return {
        _seconds(test["eval_time"])
        for test in case.get("alert_rule_test", [])
        if test["alertname"] == name and not test["exp_alerts"]
    }


def _exporter_is_down(case: dict[str, Any]) -> bool:
    """Whether an exporter's page cannot be read, or is gone, at some time of a case."""
    return any(
        re.match(r'up\{[^}]*job="pantau"', each["series"])
        and any(re.fullmatch(r"0(x\d+)?|stale", value) for value in each["values"].split())
        for each in case.get("input_series", [])
    )


#: What the cases of each alert have to show, at least one of them each. A name is a promise; the other demands look.
_DEMANDS: dict[str, Callable[[dict[str, Any], str], bool]] = {
    "fires": lambda case, name: bool(_firing(case, name)),
    "not yet": lambda case, name: any(
        silent < firing for silent in _silent(case, name) for firing in _firing(case, name)
    ),
    "resolves": lambda case, name: any(
        silent > firing for silent in _silent(case, name) for firing in _firing(case, name)
    ),
    "exporter down": lambda case, _: _exporter_is_down(case),
    "without data": lambda case, _: bool(
        re.search(r"\b(no|missing|without( any)?) (data|figures)\b", case["name"]) or not case.get("input_series")
    ),
    "explained": lambda case, _: bool(re.search(r"\b(not|nor)\b.*\b(explains?|explained)\b", case["name"])),
}

#: What cannot be demanded of whom, and why.
_EXEMPT = {
    "resolves": {"Watchdog": "it never does; its silence is the news"},
    "without data": {
        "ExporterDown": "that there are no data is what it tells: a target that is gone, or whose series goes stale",
        "ProberUplinkDown": "there are none where there are no reference targets, and a case says it in these words",
    },
    "explained": {
        "CertificateEnding": "a date has no wider cause",
        "ContractEnding": "a date has no wider cause",
        "CoreOutage": "nothing is wider; while the uplink is dead the exporter names no outage at all",
        "ExporterClockStep": "a clock has no wider cause",
        "ExporterDown": "it is what explains everything that is measured",
        "ExporterReloadFailed": "a refused inventory has no wider cause",
        "JournalNotWritten": "a disk has no wider cause",
        "LinkSlaForecast": "wider outages spend the contract's budget as well: a case shows that they count",
        "MaintenanceActive": "planned work is told whatever else happens",
        "ProberUplinkDown": "it explains all links; an exporter that is down knows nothing of its uplink",
        "RetentionTooShort": "a limit has no wider cause",
        "RulesFailing": "each group of rules is a fault by itself",
        "Watchdog": "nothing may silence the heartbeat",
    },
}


@pytest.mark.parametrize("demand", _DEMANDS)
@pytest.mark.parametrize("name", ALERTS)
def test_an_alert_has_each_kind_of_case(name: str, demand: str) -> None:
    """Fires, not yet, not when something else explains it, resolves, data missing, exporter down: a case for each."""
    exempt = name in _EXEMPT.get(demand, {})
    assert any(_DEMANDS[demand](case, name) for case in _cases(name)) != exempt


@pytest.mark.parametrize("name", ALERTS)
def test_every_case_has_a_name_of_its_own(name: str) -> None:
    """A case that fails says what is wrong, and which one it is."""
    names = [case.get("name") for case in _cases(name)]
    assert all(names)
    assert len(set(names)) == len(names)


def test_kinds_of_cases_are_read_from_a_case() -> None:
    """The readers of this file see an alert that fires and ends, and an exporter that dies, and nothing more."""
    case: dict[str, Any] = {
        "input_series": [{"series": 'up{job="pantau", instance="p"}', "values": "1x9 0x50"}],
        "alert_rule_test": [
            {"eval_time": "10s", "alertname": "A", "exp_alerts": []},
            {"eval_time": "1m5s", "alertname": "A", "exp_alerts": [{}]},
            {"eval_time": "2m", "alertname": "B", "exp_alerts": []},
        ],
        "promql_expr_test": [
            {"eval_time": "1h40m", "expr": 'count(ALERTS{alertname="A", alertstate="firing"})', "exp_samples": [{}]},
            {"eval_time": "1d", "expr": 'count(ALERTS{alertname="A", alertstate="firing"})', "exp_samples": []},
            {"eval_time": "2d", "expr": 'count(ALERTS{alertname="A", alertstate="pending"})', "exp_samples": [{}]},
        ],
    }
    assert _firing(case, "A") == {65, 6000}
    assert _silent(case, "A") == {10}
    assert _exporter_is_down(case)
    living = [{"series": 'up{job="pantau"}', "values": "1x10"}, {"series": 'up{job="alertmanager"}', "values": "0x10"}]
    assert not _exporter_is_down({"input_series": living})
    dead = _promtool_input("input_series: [{series: 'up{job=\"pantau\"}', values: 0x60}]")
    assert _exporter_is_down(dead)


def test_a_test_file_has_its_alert() -> None:
    """No test file outlives its alert. (Those of recording rules are in ``tests/records``.)"""
    assert {file.stem for file in (_RULES / "tests").glob("*.yml")} == ALERTS.keys()


def test_every_alert_has_one_heading_in_the_runbook() -> None:
    """``docs/alerts.md`` has one heading for each alert, of rules and of our own programs, and none for others.

    Each says what it means, what to check first, what to do and whom to call, and when to close, in this order.
    """
    page = (_ROOT / "docs/alerts.md").read_text(encoding="utf-8")
    sections = page.split("\n## ")[1:]
    assert sorted(section.split("\n", 1)[0] for section in sections) == sorted([*ALERTS, *_POSTED])
    for section in sections:
        words = [word for word in re.findall(r"^\*\*(\w+)\.\*\*", section, re.MULTILINE) if word in _PARTS]
        assert words == _PARTS, section.split("\n", 1)[0]


@pytest.mark.parametrize("rule", [rule for _, rule in EACH_ALERT], ids=[name for name, _ in EACH_ALERT])
def test_an_alert_has_its_labels_and_texts(rule: dict[str, Any]) -> None:
    """Severity and scope are of the closed sets; three texts for people and the link to the runbook are there."""
    assert rule["labels"].keys() == {"severity", "scope"}
    assert rule["labels"]["severity"] in SEVERITIES
    assert rule["labels"]["scope"] in SCOPES
    group = rule["labels"]["scope"] in GROUP_SCOPES
    texts = {"summary", "description", "action", "runbook_url"} | ({"affected"} if group else set())
    texts |= {"cause", "path"} if rule["alert"] in _WITH_CAUSE else set()
    assert rule["annotations"].keys() == texts
    assert all(text.strip() for text in rule["annotations"].values())
    assert rule["annotations"]["runbook_url"] == "{{ $externalURL }}/user/alerts.md#" + rule["alert"].lower()


@pytest.mark.parametrize("rule", [rule for _, rule in EACH_ALERT], ids=[name for name, _ in EACH_ALERT])
def test_no_value_is_in_a_label(rule: dict[str, Any]) -> None:
    """A label with a value in it would make a new alert at each evaluation, and ``for`` would never end."""
    assert not any("{{" in value for value in rule["labels"].values())


@pytest.mark.parametrize(("file", "rule"), RULES, ids=[rule.get("alert") or rule.get("record") for _, rule in RULES])
def test_every_series_of_a_rule_is_known(file: str, rule: dict[str, Any]) -> None:
    """Rules ask for nothing that is not in the catalogue, not a recording rule and not Prometheus' own."""
    assert _series(rule["expr"]) <= _known_series(), file


def test_recording_rules_are_named_by_level_metric_and_operation() -> None:
    """``level:metric:operations``."""
    assert all(re.fullmatch(r"[a-z_]+:[a-z_]+:[a-z0-9_]+", record) for record in RECORDS)


def test_a_name_is_recorded_in_one_place() -> None:
    """Two rules that record one name with different labels make two series of each thing, and every join fails."""
    recorded = [rule["record"] for _, rule in RULES if "record" in rule]
    assert sorted(recorded) == sorted(RECORDS)


def _named_alerts(text: str) -> set[str]:
    """The names in matchers of alertname; an expression such as ``Link(Loss|Jitter)High`` is left as it is."""
    return set(re.findall(r'alertname(?:=~|!~|!=|=)\\?["\'\\]*([^"\'\\]+)["\'\\]', text))


def _expanded(pattern: str) -> set[str]:
    """Every name that a matcher's alternatives spell out."""
    inner = re.search(r"([^|()]*)\(([^()]*)\)([^|()]*)", pattern)
    if inner:
        each = "|".join(f"{inner[1]}{word}{inner[3]}" for word in inner[2].split("|"))
        return _expanded(pattern.replace(inner[0], each, 1))
    return set(pattern.split("|"))


@pytest.mark.parametrize(
    "path",
    ["deploy/alertmanager/alertmanager.yml", *(f"alert_rules/{file}" for file in sorted({file for file, _ in RULES}))],
)
def test_every_alert_that_is_named_somewhere_exists(path: str) -> None:
    """A rule that waits for an alert, or a route for one, that nobody sends any more would do so for ever."""
    named = _named_alerts((_ROOT / path).read_text(encoding="utf-8"))
    names = set().union(*map(_expanded, named)) if named else set()
    assert {name for name in names if not any(re.fullmatch(name, alert) for alert in [*ALERTS, *_POSTED])} == set()


def test_names_of_alerts_are_read_from_matchers() -> None:
    """The reader of this file sees each form that files use."""
    text = (
        """a{alertname="LinkDown"} b{alertname=~"Link(Loss|Jitter)High|SiteDown"} - alertname!~"X" ['alertname="Y"']"""
    )
    names = set().union(*map(_expanded, _named_alerts(text)))
    assert names == {"LinkDown", "LinkLossHigh", "LinkJitterHigh", "SiteDown", "X", "Y"}
