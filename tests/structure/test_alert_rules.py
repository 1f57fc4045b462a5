"""Absence fails the build: an alert without its test, its heading, its texts or a known metric."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from exporter.catalogue import FAMILIES
from exporter.metric_family import Kind

_ROOT = Path(__file__).parents[2]
_RULES = _ROOT / "alert_rules"

SEVERITIES = {"critical", "warning", "info"}
#: An alert about several links says which offices it concerns.
GROUP_SCOPES = {"core", "provider", "area", "site"}

SCOPES = {"core", "provider", "area", "site", "link", "prober"}

#: What the runbook says of each alert, in this order.
_PARTS = ["Arti", "Periksa", "Tindakan", "Selesai"]

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


@pytest.mark.parametrize("name", ALERTS)
def test_an_alert_has_its_test_file(name: str) -> None:
    """``tests/NAME.yml`` takes the alert's own file first, has it fire with full texts, and not fire somewhere.

    Files that record what the alert asks for may follow.
    """
    document = yaml.safe_load((_RULES / "tests" / f"{name}.yml").read_text(encoding="utf-8"))
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


def test_a_test_file_has_its_alert() -> None:
    """No test file outlives its alert. (Those of recording rules are in ``tests/records``.)"""
    assert {file.stem for file in (_RULES / "tests").glob("*.yml")} == ALERTS.keys()


def test_every_alert_has_one_heading_in_the_runbook() -> None:
    """``docs/alerts.md`` has one heading for each alert and none for others.

    Each says what it means, what to check first, what to do and whom to call, and when to close, in this order.
    """
    page = (_ROOT / "docs/alerts.md").read_text(encoding="utf-8")
    sections = page.split("\n## ")[1:]
    assert sorted(section.split("\n", 1)[0] for section in sections) == sorted(ALERTS)
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
    assert {name for name in names if not any(re.fullmatch(name, alert) for alert in ALERTS)} == set()


def test_names_of_alerts_are_read_from_matchers() -> None:
    """The reader of this file sees each form that files use."""
    text = (
        """a{alertname="LinkDown"} b{alertname=~"Link(Loss|Jitter)High|SiteDown"} - alertname!~"X" ['alertname="Y"']"""
    )
    names = set().union(*map(_expanded, _named_alerts(text)))
    assert names == {"LinkDown", "LinkLossHigh", "LinkJitterHigh", "SiteDown", "X", "Y"}
