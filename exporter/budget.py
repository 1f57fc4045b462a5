"""What a set of targets costs the prober, and whether it may: echoes or other probes a second, and open at once.

Lives here: the arithmetic and its words. Must not live here: which targets there are. A prober that
is asked for more than its budget refuses before it sends anything (failures.md 4, cases 9 and 16).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from exporter.thresholds import (
    MAX_OUTSTANDING,
    MAX_PACKETS_PER_SECOND,
    MAX_PROBES_OPEN,
    MAX_PROBES_PER_SECOND,
)

__all__ = ["Load", "load_of", "over_budget", "over_probe_budget", "verdict_after_s"]


@dataclass(frozen=True, slots=True)
class Load:
    """The cost of some targets."""

    timing: Counter[tuple[float, float]]  #: ``(interval_s, timeout_s)`` to the number of targets that have it

    @property
    def per_second(self) -> float:
        """Echo requests, or other probes, that begin in a second, all targets together."""
        return sum(number / interval_s for (interval_s, _), number in self.timing.items())

    @property
    def outstanding(self) -> float:
        """Echo requests, or other probes, without verdict at any time, if nobody answers."""
        return sum(number * timeout_s / interval_s for (interval_s, timeout_s), number in self.timing.items())


def verdict_after_s(reference_interval_s: float) -> float:
    """How long an unanswered echo is kept open for its witnesses' sake, beyond what a timeout of its own asks.

    One and a half of the shortest interval of a reference target and half a second (``uplink.py``); at one
    second that is the default timeout, and counts for nothing.
    """
    return 1.5 * reference_interval_s + 0.5 if reference_interval_s > 1.0 else 0.0


def load_of(timing: Iterable[tuple[float, float]], *, held_s: float = 0.0) -> Load:
    """The load of targets with these ``(interval_s, timeout_s)``; no echo is open for less than ``held_s``."""
    return Load(Counter((interval_s, max(timeout_s, held_s)) for interval_s, timeout_s in timing))


def over_budget(load: Load) -> list[tuple[str, str]]:
    """For each budget of echoes that ``load`` exceeds: the arithmetic, and the remedy."""
    return _over(load, "echoes", MAX_PACKETS_PER_SECOND, MAX_OUTSTANDING)


def over_probe_budget(load: Load) -> list[tuple[str, str]]:
    """For each budget of probes over TCP, HTTP, DNS and SNMP that ``load`` exceeds: the arithmetic, and the remedy."""
    return _over(load, "probes", MAX_PROBES_PER_SECOND, MAX_PROBES_OPEN)


def _over(load: Load, noun: str, most_per_second: int, most_open: int) -> list[tuple[str, str]]:
    found = []
    verb = "send" if noun == "echoes" else "begin"
    if load.per_second > most_per_second:
        terms = (f"{number} at {interval_s:g}s" for (interval_s, _), number in sorted(load.timing.items()))
        message = f"{_sum(terms, load.per_second)} {noun} a second, and one prober may {verb}"
        found.append((f"{message} {most_per_second}", "lengthen intervals, or give some links to another prober"))
    if load.outstanding > most_open:
        terms = (f"{n} x {timeout_s:g}s/{interval_s:g}s" for (interval_s, timeout_s), n in sorted(load.timing.items()))
        message = f"{_sum(terms, load.outstanding)} {noun} open at once if nobody answers, and one prober may have"
        found.append((f"{message} {most_open}", "shorten timeouts, or lengthen intervals"))
    return found


def _sum(terms: Iterable[str], total: float) -> str:
    return f"{' + '.join(terms)} = {total:,.1f}"
