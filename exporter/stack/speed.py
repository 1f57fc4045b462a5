"""Rules and configuration that wait a shorter time: every duration in them divided by one number.

Lives here: text in, text out; which keys hold a duration, and where PromQL has one. Must not live here: files,
and what the exporter waits for by itself, which nothing here can shorten. The text around a duration stays as it is.

Numbers are no durations: ``vector(600)`` and ``/ 3600`` stay, and so do times of day. A rule that compares with
seconds of its own is therefore slower than those around it, and is to be rehearsed in real time.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence

import yaml

__all__ = [
    "MAX_SPEED",
    "accelerated",
    "accelerated_flags",
    "accelerated_query",
    "divided",
    "duration_ms",
    "prometheus_flags",
]

#: Faster than this nothing is left of the waiting times of the shipped rules (10 s and more).
MAX_SPEED = 60.0

#: Prometheus asks and evaluates at most once a second: the exporter knows nothing newer.
_LEAST_INTERVAL_MS = 1_000

_UNITS_MS = {
    "ms": 1,
    "s": 1_000,
    "m": 60_000,
    "h": 3_600_000,
    "d": 86_400_000,
    "w": 604_800_000,
    "y": 31_536_000_000,
}
_PART = re.compile(r"([0-9]+)(ms|[smhdwy])")
_DURATION = re.compile(r"(?:[0-9]+(?:ms|[smhdwy]))+")

#: How often something is done; never more often than once a second.
_INTERVALS = frozenset({"scrape_interval", "scrape_timeout", "evaluation_interval", "interval"})

#: How long something waits.
_WAITS = frozenset(
    {
        "for",
        "keep_firing_for",
        "query_offset",
        "rule_query_offset",
        "resolve_timeout",
        "group_wait",
        "group_interval",
        "repeat_interval",
    }
)

#: What PromQL can hold where a duration could be mistaken, and where one stands.
_TOKEN = re.compile(
    r"""(?P<skipped> "(?:\\.|[^"\\])*" | '(?:\\.|[^'\\])*' | `[^`]*` | \#[^\n]* )
      | (?P<range> \[ [^\]"'`]* \] )
      | (?P<offset> \boffset\s+-?\s* (?:[0-9]+(?:ms|[smhdwy]))+ )""",
    re.VERBOSE,
)

#: The actions of a template: what stands between them is for people.
_ACTION = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_RANGE = re.compile(r"\[(?:[0-9]+(?:ms|[smhdwy]))+(?::[0-9a-z]*)?\]")

#: Prometheus' own waits that no file names, with their defaults. Resending alerts and their end without word from
#: Prometheus (four times that) belong to Alertmanager's waits; the look-back belongs to the rules' intervals.
_FLAGS = {
    "--rules.alert.resend-delay": "1m",
    "--rules.alert.for-grace-period": "10m",
    "--rules.alert.for-outage-tolerance": "1h",
    "--query.lookback-delta": "5m",
}


def duration_ms(text: str) -> int:
    """Milliseconds of a duration as Prometheus writes it, such as ``1h30m``; ValueError for any other text."""
    if _DURATION.fullmatch(text) is None:
        raise ValueError(f"{text!r} is not a duration")
    return sum(int(amount) * _UNITS_MS[unit] for amount, unit in _PART.findall(text))


def divided(text: str, speed: float, *, least_ms: int = 1) -> str:
    """The duration ``text`` divided by ``speed``, to the millisecond; only nothing is divided to nothing."""
    whole_ms = duration_ms(text)
    if speed == 1 or whole_ms == 0:
        return text
    rest_ms = max(round(whole_ms / speed), min(least_ms, whole_ms))
    return f"{rest_ms // 1000}s" if rest_ms % 1000 == 0 else f"{rest_ms}ms"


def accelerated(text: str, speed: float) -> str:
    """The rules, or the configuration of Prometheus or Alertmanager, in ``text``, ``speed`` times as fast."""
    if speed == 1:
        return text
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    pieces, done = [], 0
    # By place, for what an anchor names is met again at each of its aliases.
    changes = {node.start_mark.index: (node, change) for node, change in _changes(root, speed)}
    for _, (node, change) in sorted(changes.items()):
        start, end = node.start_mark.index, node.end_mark.index
        pieces += [text[done:start], _rewritten(node, text[start:end], change)]
        done = end
    return "".join([*pieces, text[done:]])


def accelerated_query(query: str, speed: float) -> str:
    """The PromQL ``query`` with shorter ranges, subqueries and offsets."""

    def change(match: re.Match[str]) -> str:
        return match[0] if match["skipped"] else _each_divided(match[0], speed)

    return _TOKEN.sub(change, query)


def accelerated_flags(flags: Sequence[str], speed: float) -> list[str]:
    """The flags with each value that is a duration divided; ValueError where a value is none."""
    named = [flag.partition("=") for flag in flags]
    return [f"{name}={divided(value, speed)}" for name, _, value in named]


def prometheus_flags(speed: float) -> list[str]:
    """Flags for the waits of Prometheus that stand in no file; none in real time."""
    return [] if speed == 1 else [f"{flag}={divided(usual, speed)}" for flag, usual in _FLAGS.items()]


_Change = Callable[[str], str]


def _changes(node: yaml.Node | None, speed: float) -> Iterator[tuple[yaml.ScalarNode, _Change]]:
    """Every scalar that holds a duration, in the order of the text, and what is to be done to it."""
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _changes(item, speed)
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            change = _change_for(key.value, speed)
            if change is None or not isinstance(value, yaml.ScalarNode):
                yield from _template_changes(value, speed) if key.value == "annotations" else _changes(value, speed)
            else:
                yield value, change


def _template_changes(node: yaml.Node, speed: float) -> Iterator[tuple[yaml.ScalarNode, _Change]]:
    def change(template: str) -> str:
        return _ACTION.sub(lambda action: _RANGE.sub(lambda found: _each_divided(found[0], speed), action[0]), template)

    if isinstance(node, yaml.MappingNode):
        yield from ((value, change) for _, value in node.value if isinstance(value, yaml.ScalarNode))


def _change_for(key: str, speed: float) -> _Change | None:
    if key in _INTERVALS:
        return lambda text: divided(text, speed, least_ms=_LEAST_INTERVAL_MS)
    if key in _WAITS:
        return lambda text: divided(text, speed)
    return (lambda text: accelerated_query(text, speed)) if key == "expr" else None


def _rewritten(node: yaml.ScalarNode, source: str, change: _Change) -> str:
    """The scalar as it is to stand in the file; a block keeps its lines, a quoted text its quotes."""
    if node.style == '"':
        return json.dumps(change(node.value), ensure_ascii=False)
    if node.style == "'":
        return "'" + change(node.value).replace("'", "''") + "'"
    return change(source)


def _each_divided(text: str, speed: float) -> str:
    return _DURATION.sub(lambda match: divided(match[0], speed), text)
