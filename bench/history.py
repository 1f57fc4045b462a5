"""The past of whatever dashboards look back on, invented from what a live Prometheus records now.

Lives here: which series range queries read, and their samples as OpenMetrics text. Must not live here: running a
Prometheus, timing. Labels are those of the real series, so nothing here knows any name: a panel that is added has a
past at the next run.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import promql_parser as promql

from grafana.asking import Question

__all__ = ["Wanted", "wanted", "write_history"]

#: More samples than this of one selector are thinned out: a file of a gigabyte is slow to write, and is said so.
_MOST_SAMPLES = 4_000_000

#: Samples further apart than five minutes are not seen as one series.
_SEEN_S, _DAY_S = 240, 86_400

#: Names of counters and their like, which grow.
_GROWS = re.compile(r"_(total|bucket|sum|count)")


@dataclass(frozen=True, slots=True)
class Wanted:
    """One selector that dashboards read over a range."""

    selector: str  #: without its own range or offset
    back_s: int  #: how far, ranges and offsets included


def wanted(questions: Iterable[Question]) -> list[Wanted]:
    """Every selector of range queries, and of ranges in instant ones, with the furthest that it is looked back on."""
    furthest: dict[str, int] = {}
    for question in questions:
        shown_s = 0 if question.is_instant else question.span.range_s
        for selector, range_s in _selectors(question.expr):
            if shown_s + range_s:
                furthest[selector] = max(furthest.get(selector, 0), shown_s + range_s)
    return [Wanted(selector, back_s) for selector, back_s in sorted(furthest.items())]


def _selectors(expr: str) -> list[tuple[str, int]]:
    """Each selector with how far it reaches by itself, seconds; what is around it in subqueries counts as well."""
    tree = promql.parse(expr)
    found: list[tuple[str, int]] = []
    around: list[int] = []

    def enter(node: promql.Expr) -> None:
        if isinstance(node, promql.SubqueryExpr):
            around.append(_seconds(node.range) + _seconds(node.offset))
        if isinstance(node, promql.MatrixSelector):
            around.append(_seconds(node.range))
        if isinstance(node, promql.VectorSelector):
            plain = f"{node.name or ''}{{{','.join(map(_matcher, node.matchers.matchers))}}}"
            found.append((plain, sum(around) + _seconds(node.offset)))

    def leave(node: promql.Expr) -> None:
        if isinstance(node, promql.SubqueryExpr | promql.MatrixSelector):
            around.pop()

    promql.walk(tree, enter, leave)
    return found


def _matcher(matcher: promql.Matcher) -> str:
    """As PromQL has it; the library's own text has backslashes as they are meant, not as they are written."""
    operator = str(matcher).removeprefix(matcher.name).split('"', 1)[0]
    written = matcher.value.replace("\\", "\\\\").replace('"', '\\"')
    return f'{matcher.name}{operator}"{written}"'


def _seconds(delta: Any) -> int:
    return max(0, int(delta.total_seconds())) if delta is not None else 0


@dataclass(frozen=True, slots=True)
class Series:
    """A series as it is now."""

    labels: Mapping[str, str]
    value: float


def write_history(
    path: Path, plans: Iterable[tuple[Wanted, int, list[Series]]], *, until_unix_s: int
) -> tuple[int, list[str]]:
    """The file; how many samples it has, and what was thinned out. Plans: what, its interval in seconds, its series."""
    random, done, samples, thinned = np.random.default_rng(2), set[str](), 0, list[str]()
    with path.open("w", encoding="utf-8") as file:
        for want, interval_s, found in plans:
            step_s = interval_s
            while len(found) * want.back_s // step_s > _MOST_SAMPLES:
                step_s *= 2
            if step_s > interval_s:
                thinned.append(f"{want.selector} every {step_s} s, not {interval_s}")
            times = np.arange(until_unix_s - want.back_s // step_s * step_s, until_unix_s, step_s)
            if step_s > _SEEN_S:  # of the last day, which most dashboards show, no gap is seen
                times = np.union1d(times, np.arange(until_unix_s - _DAY_S, until_unix_s, _SEEN_S))
            for series in found:
                head = _head(series.labels)
                if head not in done:
                    done.add(head)
                    file.writelines(_lines(head, series.value, times, until_unix_s, random))
                    samples += len(times)
        file.write("# EOF\n")
    return samples, thinned


def _head(labels: Mapping[str, str]) -> str:
    quoted = (
        (name, value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n"))
        for name, value in sorted(labels.items())
        if name != "__name__"
    )
    inner = ",".join(f'{name}="{value}"' for name, value in quoted)
    return f"{labels['__name__']}{{{inner}}} "


def _lines(head: str, value: float, times: Any, until_unix_s: int, random: np.random.Generator) -> Iterator[str]:
    if _GROWS.search(head.split("{", 1)[0]) and ":" not in head.split("{", 1)[0]:
        values = value * (1.0 - (until_unix_s - times) / 4e6)
    elif float(value).is_integer():
        values = np.full(len(times), value)
    else:
        values = value * random.uniform(0.99, 1.0, len(times))
    yield from (f"{head}{each!r} {time}\n" for each, time in zip(values.tolist(), times.tolist(), strict=True))
