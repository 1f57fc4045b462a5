"""A Prometheus in memory that knows the few forms of queries that evidence asks, and keeps to its rules about time.

Lives here: selectors, instants, grids, raw ranges; failures on demand. Must not live here: what is stored, assertions.
An instant looks back five minutes and not beyond a mark of staleness (NaN); ranges are open on their left, or closed
like those of 2.x.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import isnan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from exporter.evidence.answers import PrometheusError, Series

__all__ = ["FakePrometheus", "Stored"]

_LOOKBACK_MS = 300_000

_SELECTOR = re.compile(r"(\w*)\{(.*?)\}(?:\[(\d+)(ms|s)\])?")
_MATCHER = re.compile(r'(\w+)(=~|=)"((?:[^"\\]|\\.)*)"')
_GROUPED = re.compile(r"group by \((\w+)\) \(last_over_time\((.*)\)\)")
_CAUSE = re.compile(
    r"\(\((?P<cause>.*?) == 1\) unless on \(link\) \((?P<pending>.*?) == 1\)\)"
    r" \* on \(link\) group_left \(\) (?P<start>.*)"
)


@dataclass(frozen=True)
class Stored:
    """One series: labels, with its name among them, and its samples."""

    labels: Mapping[str, str]
    times_ms: NDArray[np.int64]
    values: NDArray[np.float64]

    @cached_property
    def times(self) -> list[int]:
        """The same times, quicker to look one up."""
        return [int(each) for each in self.times_ms]


@dataclass
class FakePrometheus:
    """Answers from what is stored; ``refuses`` says which questions it cannot answer, and with what."""

    stored: list[Stored]
    closed_ranges: bool = False  #: as 2.x
    refuses: Callable[[str, int], PrometheusError | None] = lambda _query, _at_ms: None
    pages: dict[str, dict[str, Any]] = field(default_factory=dict)
    place: str = "http://192.0.2.1:9090"
    _chosen: dict[tuple[str, str], list[Stored]] = field(default_factory=dict)

    def instant(self, expression: str, at_ms: int) -> list[Series]:
        """As ``Prometheus.instant``."""
        error = self.refuses(expression, at_ms)
        if error is not None:
            raise error
        ranged = _SELECTOR.fullmatch(expression)
        if ranged and ranged[3]:
            return list(self._raw(ranged, at_ms))
        return [
            Series(labels, np.array([at_ms], np.int64), np.array([value]))
            for labels, value in self._at(expression, at_ms)
        ]

    def grid(self, expression: str, start_ms: int, end_ms: int, step_ms: int) -> list[Series]:
        """As ``Prometheus.grid``."""
        found: dict[tuple[tuple[str, str], ...], list[tuple[int, float]]] = {}
        for at_ms in range(start_ms, end_ms + 1, step_ms):
            error = self.refuses(expression, at_ms)
            if error is not None:
                raise error
            for labels, value in self._at(expression, at_ms):
                found.setdefault(tuple(sorted(labels.items())), []).append((at_ms, value))
        return [
            Series(dict(labels), np.array([at for at, _ in pairs], np.int64), np.array([value for _, value in pairs]))
            for labels, pairs in found.items()
        ]

    def status(self, what: str) -> dict[str, Any]:
        """As ``Prometheus.status``."""
        return self.pages.get(what, {})

    def _matching(self, name: str, matchers: str) -> list[Stored]:
        if (name, matchers) not in self._chosen:
            self._chosen[name, matchers] = list(self._choose(name, matchers))
        return self._chosen[name, matchers]

    def _choose(self, name: str, matchers: str) -> Iterator[Stored]:
        known = _MATCHER.findall(matchers)
        assert ",".join(f'{label}{how}"{value}"' for label, how, value in known) == matchers, matchers
        wanted = [(label, how, value) for label, how, value in known] + ([("__name__", "=", name)] if name else [])
        for each in self.stored:
            if all(_fits(each.labels.get(label, ""), how, value) for label, how, value in wanted):
                yield each

    def _raw(self, ranged: re.Match[str], at_ms: int) -> Iterator[Series]:
        since_ms = at_ms - int(ranged[3]) * (1 if ranged[4] == "ms" else 1000)
        for each in self._matching(ranged[1], ranged[2]):
            first = np.searchsorted(each.times_ms, since_ms, side="left" if self.closed_ranges else "right")
            last = np.searchsorted(each.times_ms, at_ms, side="right")
            times, values = each.times_ms[first:last], each.values[first:last]
            there = ~np.isnan(values)
            if there.any():
                yield Series(each.labels, times[there], values[there])

    def _at(self, expression: str, at_ms: int) -> list[tuple[dict[str, str], float]]:
        if grouped := _GROUPED.fullmatch(expression):
            known = {each.labels.get(grouped[1], "") for each in self.instant(grouped[2], at_ms)}
            return [({grouped[1]: value}, 1.0) for value in sorted(known)]
        if joined := _CAUSE.fullmatch(expression):
            pending = {labels["link"] for labels, value in self._at(joined["pending"], at_ms) if value == 1}
            starts = {labels["link"]: value for labels, value in self._at(joined["start"], at_ms)}
            causes = [(labels, labels["link"]) for labels, value in self._at(joined["cause"], at_ms) if value == 1]
            return [(labels, starts[link]) for labels, link in causes if link not in pending and link in starts]
        if expression.endswith(" == 1"):
            return [each for each in self._at(expression.removesuffix(" == 1"), at_ms) if each[1] == 1]
        plain = _SELECTOR.fullmatch(expression)
        assert plain, expression
        return list(self._latest(plain, at_ms))

    def _latest(self, plain: re.Match[str], at_ms: int) -> Iterator[tuple[dict[str, str], float]]:
        for each in self._matching(plain[1], plain[2]):
            place = bisect_right(each.times, at_ms) - 1
            if place >= 0 and at_ms - each.times[place] < _LOOKBACK_MS and not isnan(each.values[place]):
                yield dict(each.labels), float(each.values[place])


def _fits(value: str, how: str, wanted: str) -> bool:
    wanted = re.sub(r"\\(.)", r"\1", wanted)  # a string of PromQL, before it is a regular expression
    return value == wanted if how == "=" else re.fullmatch(wanted, value) is not None
