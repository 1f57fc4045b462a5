"""Which exporter is meant, and when Prometheus scraped it.

Lives here: the questions about ``up`` and about the process's start. Must not live here: what follows from the times
(``scrapes``), links.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from exporter.errors import UsageError
from exporter.evidence.answers import Client, PrometheusError
from exporter.evidence.asking import Asker
from exporter.evidence.period import DAY_MS, HOUR_MS, Month
from exporter.evidence.scrapes import Scrapes

__all__ = ["Chosen", "NothingMeasuredError", "chosen_instance", "read_scrapes"]

#: Scrapes before the month are read from so long before, for the first of it is a change against one of those.
_BEFORE_MS = 2 * HOUR_MS


class NothingMeasuredError(PrometheusError):
    """Prometheus holds nothing of the month: watching began after it, or its data is gone."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """One exporter, as Prometheus labels it."""

    job: str
    instance: str

    @property
    def matchers(self) -> str:
        """For a PromQL selector."""
        return f"job={quoted(self.job)},instance={quoted(self.instance)}"


def quoted(text: str) -> str:
    """A string of PromQL."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def chosen_instance(client: Client, month: Month, job: str, instance: str, until_ms: int) -> Chosen:
    """The exporter that is named, or else the only one. Raises UsageError, NothingMeasuredError."""
    range_s = (until_ms - month.start_ms) // 1000
    if range_s <= 0:
        raise UsageError(f"--month {month} has not begun: nothing was measured of it")
    expression = f"group by (instance) (last_over_time(up{{job={quoted(job)}}}[{range_s}s]))"
    known = sorted(each.labels.get("instance", "") for each in client.instant(expression, until_ms))
    if not known:
        raise NothingMeasuredError(
            f"{client.place} scraped nothing of job {job!r} in {month}; see --job, --month and its retention"
        )
    if instance and instance not in known:
        raise UsageError(f"--instance {instance}: {month} has {', '.join(known)}")
    if not instance and len(known) > 1:
        raise UsageError(f"{month} has several exporters: choose one with --instance: {', '.join(known)}")
    return Chosen(job, instance or known[0])


def read_scrapes(asker: Asker, start_ms: int, until_ms: int) -> Scrapes:
    """All scrapes from shortly before a span to its end. Raises PrometheusError."""
    names = "up|process_start_time_seconds"
    selector = f'{{__name__=~"{names}",{asker.source}}}'
    parts: dict[str, list[tuple[NDArray[np.int64], NDArray[np.float64]]]] = {name: [] for name in names.split("|")}
    for found in asker.ranges("waktu pengambilan data", selector, start_ms - _BEFORE_MS, until_ms, DAY_MS):
        for each in found:
            parts[each.labels["__name__"]].append((each.times_ms, each.values))
    up_ms, up = _joined(parts["up"])
    start_at_ms, starts = _joined(parts["process_start_time_seconds"])
    changed = np.flatnonzero(np.diff(starts)) + 1
    return Scrapes(
        good_ms=up_ms[up == 1],
        failed_ms=up_ms[up != 1],
        starts=tuple((int(start_at_ms[place]), round(float(starts[place]) * 1000)) for place in changed.tolist()),
    )


def _joined(
    parts: list[tuple[NDArray[np.int64], NDArray[np.float64]]],
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """All samples in order, each once: ranges of neighbours may share one at their border."""
    if not parts:
        return np.empty(0, np.int64), np.empty(0)
    times = np.concatenate([times for times, _ in parts])
    values = np.concatenate([values for _, values in parts])
    unique, place = np.unique(times, return_index=True)
    return unique, values[place]
