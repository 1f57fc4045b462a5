"""Waiting times divided by a number: the right ones, all of them, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from exporter.stack.configuration import flags_from
from exporter.stack.speed import (
    accelerated,
    accelerated_flags,
    accelerated_query,
    divided,
    duration_ms,
    prometheus_flags,
)

_ROOT = Path(__file__).parents[2]
_SHIPPED = [
    *sorted((_ROOT / "alert_rules").glob("*.yml")),
    _ROOT / "deploy/prometheus/prometheus.yml",
    _ROOT / "deploy/alertmanager/alertmanager.yml",
]

_UNITS = ("ms", "s", "m", "h", "d", "w", "y")
_durations = st.lists(st.tuples(st.integers(0, 500), st.sampled_from(_UNITS)), min_size=1, max_size=3).map(
    lambda parts: "".join(f"{amount}{unit}" for amount, unit in parts)
)
_speeds = st.floats(1, 60, allow_nan=False)


@pytest.mark.parametrize(
    ("text", "milliseconds"), [("5s", 5_000), ("1h30m", 5_400_000), ("250ms", 250), ("1d", 86_400_000), ("0s", 0)]
)
def test_a_duration_is_read(text: str, milliseconds: int) -> None:
    """As Prometheus writes them, parts and all."""
    assert duration_ms(text) == milliseconds


@pytest.mark.parametrize("text", ["", "5", "s", "1.5s", "5 s", "-5s", "5sec"])
def test_other_texts_are_no_durations(text: str) -> None:
    """Nothing is guessed."""
    with pytest.raises(ValueError, match="is not a duration"):
        duration_ms(text)


@given(_durations, _speeds)
def test_a_divided_duration_is_right_and_never_becomes_nothing(text: str, speed: float) -> None:
    """Within half a millisecond of the quotient; 0 only where it was 0; not longer than it was."""
    before_ms, after_ms = duration_ms(text), duration_ms(divided(text, speed))
    assert (after_ms == 0) == (before_ms == 0)
    assert after_ms <= before_ms
    assert abs(after_ms - before_ms / speed) <= 1


@given(_durations)
def test_real_time_changes_nothing(text: str) -> None:
    """Divided by one, a duration keeps even the way it was written."""
    assert divided(text, 1) == text


@pytest.mark.parametrize(
    ("query", "faster"),
    [
        ("rate(a_total[5m])", "rate(a_total[60s])"),
        ("max_over_time(a[1h:5m])", "max_over_time(a[720s:60s])"),
        ("max_over_time(a[1h:])", "max_over_time(a[720s:])"),
        ("a offset 10m > b offset -5m", "a offset 120s > b offset -60s"),
        ("sum_over_time(a[31d:1h] @ end())", "sum_over_time(a[535680s:720s] @ end())"),
        ('a{b="[5m] offset 5m"} == 300', 'a{b="[5m] offset 5m"} == 300'),
        ("a{b='it\\'s [5m]'}[5m]", "a{b='it\\'s [5m]'}[60s]"),
        ("a # [5m] is meant\n[10s]", "a # [5m] is meant\n[2s]"),
        ("vector(time() - (time() + 25200) % 86400)", "vector(time() - (time() + 25200) % 86400)"),
    ],
)
def test_a_query_is_accelerated(query: str, faster: str) -> None:
    """Ranges, subqueries and offsets; not texts, comments or numbers."""
    assert accelerated_query(query, 5) == faster


_RULES = """
groups:
  - name: g # for: 5m
    interval: 2m
    rules:
      - alert: A
        expr: 'rate(a{b="[5m]"}[5m]) > 5'
        for: 10s
        keep_firing_for: "1m"
        annotations:
          summary: 'dalam [5m] terakhir, 15m {{ with printf "a[1h]" | query }}{{ . }}{{ end }}'
"""


def test_rules_are_accelerated_and_texts_for_people_are_not() -> None:
    """What an annotation asks Prometheus is a query; what it says is not."""
    (group,) = yaml.safe_load(accelerated(_RULES, 5))["groups"]
    (rule,) = group["rules"]
    assert group["interval"] == "24s"
    assert rule["expr"] == 'rate(a{b="[5m]"}[60s]) > 5'
    assert (rule["for"], rule["keep_firing_for"]) == ("2s", "12s")
    assert rule["annotations"]["summary"].startswith('dalam [5m] terakhir, 15m {{ with printf "a[720s]"')


def test_nothing_is_asked_more_often_than_once_a_second() -> None:
    """The exporter knows nothing newer; a timeout stays within its interval."""
    text = "global: {scrape_interval: 5s, evaluation_interval: 5s, scrape_timeout: 4s, group_wait: 5s}"
    assert accelerated(text, 50) == (
        "global: {scrape_interval: 1s, evaluation_interval: 1s, scrape_timeout: 1s, group_wait: 100ms}"
    )


def test_what_an_anchor_names_is_divided_once() -> None:
    """A shared list of routes is met again at each alias."""
    text = "a: {routes: &r [{group_wait: 10s}]}\nb: {routes: *r}\nc: {times: [{start_time: '07:00'}]}\n"
    assert accelerated(text, 5) == text.replace("10s", "2s")


@pytest.mark.parametrize("path", _SHIPPED, ids=lambda path: path.name)
def test_a_shipped_file_keeps_its_structure(path: Path) -> None:
    """In real time it is the same text; faster, the same document but for texts, and as many lines."""
    text = path.read_text(encoding="utf-8")
    assert accelerated(text, 1) == text
    faster = accelerated(text, 5)
    assert len(faster.splitlines()) == len(text.splitlines())
    assert _shape(yaml.safe_load(faster)) == _shape(yaml.safe_load(text))


def _shape(value: object) -> object:
    """A document without its texts."""
    if isinstance(value, dict):
        return {key: _shape(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_shape(inner) for inner in value]
    return type(value)


@pytest.mark.parametrize("path", _SHIPPED, ids=lambda path: path.name)
def test_no_duration_of_a_shipped_file_is_forgotten(path: Path) -> None:
    """Whoever ships a duration under a key that is not known here learns of it."""
    slow = _durations_of(yaml.safe_load(path.read_text(encoding="utf-8")))
    fast = _durations_of(yaml.safe_load(accelerated(path.read_text(encoding="utf-8"), 5)))
    assert [
        key
        for (key, before), (_, after) in zip(slow, fast, strict=True)
        if duration_ms(after) > 0.99 * duration_ms(before) > 0
    ] == []


def _durations_of(value: object, key: str = "") -> list[tuple[str, str]]:
    """Every value that reads as a duration, with its key."""
    if isinstance(value, dict):
        return [found for name, inner in value.items() for found in _durations_of(inner, name)]
    if isinstance(value, list):
        return [found for inner in value for found in _durations_of(inner, key)]
    try:
        return [(key, str(value))] if duration_ms(str(value)) >= 0 else []
    except ValueError:
        return []


def test_prometheus_own_waits_are_divided_too() -> None:
    """None in real time; its defaults otherwise."""
    assert prometheus_flags(1) == []
    assert "--rules.alert.resend-delay=12s" in prometheus_flags(5)
    assert "--query.lookback-delta=60s" in prometheus_flags(5)


def test_the_flags_of_alertmanager_are_divided() -> None:
    """Those that ship: as they are in real time, and one of another kind is refused."""
    shipped = flags_from((_ROOT / "deploy/alertmanager/flags").read_text(encoding="utf-8"))
    assert accelerated_flags(shipped, 1) == shipped
    assert accelerated_flags(shipped, 5) == ["--data.maintenance-interval=12s"]
    with pytest.raises(ValueError, match="'info' is not a duration"):
        accelerated_flags(["--log.level=info"], 5)
