"""What Grafana sends for a query: macros and variables filled in as its Prometheus data source does.

Lives here: text in, text out, and the times that macros stand for. Must not live here: which values there are, sending.

Times as Grafana computes them: the step of a panel is its time range over its points, at least the least interval of
the data source; ``$__rate_interval`` is the larger of four scrapes and the step plus one scrape.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

__all__ = ["ALL", "SCRAPE_S", "Span", "filled", "names_in", "seconds", "span_of"]

#: The value of a choice of all.
ALL = ".*"

#: ``timeInterval`` of the provisioned data source, seconds: the scrape interval.
SCRAPE_S = 5

#: Points that Grafana asks for where a panel names no number: about the pixels of a wide panel.
_POINTS = 1000

#: Prometheus answers with at most so many points of a series.
_MOST_POINTS = 11_000

#: ``$name``, ``${name}``, ``${name:format}``; ``$1`` is no variable.
_VARIABLE = re.compile(r"\$(?P<plain>[A-Za-z_]\w*)|\$\{(?P<braced>[A-Za-z_]\w*)(?P<path>\.\w+)?(?::(?P<format>\w+))?\}")

_UNITS_S = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800, "M": 2_592_000, "y": 31_536_000}
_BACK = re.compile(r"now-(\d+)([smhdwMy])(?:/\w)?")
_OF_PERIOD = re.compile(r"now/(?:f)?([dwMy])")

#: Steps that Grafana rounds to, seconds: the nearest, but for half a day, which goes on until a whole one.
_ROUND_S = (1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1200, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400)


@dataclass(frozen=True, slots=True)
class Span:
    """The time range that a panel shows, and how finely."""

    range_s: int
    step_s: int

    def macros(self) -> dict[str, str]:
        """What each of Grafana's own names stands for."""
        rate_s = max(self.step_s + SCRAPE_S, 4 * SCRAPE_S)
        return {
            "__interval": f"{self.step_s}s",
            "__interval_ms": f"{self.step_s * 1000}",
            "__rate_interval": f"{rate_s}s",
            "__range": f"{self.range_s}s",
            "__range_s": f"{self.range_s}",
            "__range_ms": f"{self.range_s * 1000}",
        }


def span_of(begin: str, *, points: int | None = None, interval: str | None = None) -> Span:
    """The span of a panel: a dashboard's ``time.from``, the panel's ``maxDataPoints`` and ``interval``.

    Of a month that began with ``now/M`` as much as it can be: 31 days. Raises ValueError for what says it otherwise.
    """
    if found := _BACK.fullmatch(begin):
        range_s = int(found[1]) * _UNITS_S[found[2]]
    elif found := _OF_PERIOD.fullmatch(begin):
        range_s = 31 * 86_400 if found[1] == "M" else _UNITS_S[found[1]]
    else:
        raise ValueError(f"time.from {begin!r} is neither now-NUMBER UNIT nor now/UNIT")
    least_s = max(SCRAPE_S, seconds(interval) if interval else 0, math.ceil(range_s / _MOST_POINTS))
    wanted_s = range_s / (points or _POINTS)
    return Span(range_s, max(least_s, _rounded_s(wanted_s)))


def _rounded_s(wanted_s: float) -> int:
    for one, following in pairwise(_ROUND_S):
        if wanted_s < (following if following == _ROUND_S[-1] else (one + following) / 2):
            return one
    return _ROUND_S[-1]


def seconds(duration: str) -> int:
    """``5m`` or ``>5m`` in seconds. Raises ValueError."""
    found = re.fullmatch(r">?(\d+)([smhdw])", duration)
    if not found:
        raise ValueError(f"{duration!r} is no duration")
    return int(found[1]) * _UNITS_S[found[2]]


def filled(text: str, values: Mapping[str, Iterable[str]], span: Span) -> str:
    """``text`` with macros and variables filled in; several values become ``(a|b)``. KeyError for an unknown one."""
    known = {name: _joined(tuple(chosen)) for name, chosen in values.items()} | span.macros()
    return _VARIABLE.sub(lambda found: known[found["plain"] or found["braced"]], text)


def names_in(text: str) -> set[str]:
    """The variables that a text names, Grafana's own (``__range``) included; what has a path is no variable."""
    return {found["plain"] or found["braced"] for found in _VARIABLE.finditer(text) if not found["path"]}


def _joined(chosen: tuple[str, ...]) -> str:
    """The values as a regular expression within a string of PromQL, as Grafana writes them for ``=~``."""
    if chosen == (ALL,):
        return ALL
    escaped = [re.sub(r"([.*+?^${}()|\[\]\\])", r"\\\\\1", value) for value in chosen]
    return escaped[0] if len(escaped) == 1 else f"({'|'.join(escaped)})"
