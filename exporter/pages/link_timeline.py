"""The last 24 hours of one link as a drawing: a band of states, losses, round-trip times, and the same as a table.

Lives here: minutes to positions and numbers. Must not live here: HTML, colours, where minutes come from. What was not
measured is drawn as such: no state, no loss and no time is made up for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from exporter.indonesian import clock_time, decimal, percent
from exporter.outcome import State
from exporter.past import KEPT_MINUTES, Minutes
from exporter.recurrence import WIB

__all__ = ["Hour", "Span", "Tick", "Timeline", "timeline"]

#: Units of the drawing: one for each minute.
WIDTH = KEPT_MINUTES

#: Height of the panel of round-trip times.
RTT_HEIGHT = 120

_STATES = tuple(State)
_MINUTES_OF_A_TICK = 180
_NOT_WATCHED = "tidak-dipantau"

#: Scales that read well, milliseconds.
_SCALES_MS = (10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000)


@dataclass(frozen=True, slots=True)
class Span:
    """Minutes in a row of the same kind."""

    x: int
    width: int
    kind: str  #: up, degraded, down, unknown, or that nobody watched


@dataclass(frozen=True, slots=True)
class Tick:
    """A time on the axis."""

    x: int
    text: str


@dataclass(frozen=True, slots=True)
class Hour:
    """One line of the table."""

    begin: str
    up: str  #: share of the hour's measured time in which it answered
    loss: str
    rtt: str
    coverage: str  #: share of the hour so far of which the state is known


@dataclass(frozen=True, slots=True)
class Timeline:
    """Everything that is drawn; x runs over one day, the running minute last."""

    band: tuple[Span, ...]
    losses: tuple[tuple[int, int], ...]  #: x and height, of 40, of minutes in which echoes were lost
    rtt: tuple[str, ...]  #: points of polylines; interrupted where nothing answered
    rtt_top_ms: int
    ticks: tuple[Tick, ...]
    hours: tuple[Hour, ...]  #: latest first
    empty: bool  #: nobody watched yet


def timeline(minutes: Minutes, now_unix_ns: int) -> Timeline:
    """The drawing of the day that ends with the running minute."""
    last = now_unix_ns // 60_000_000_000
    first = last - KEPT_MINUTES + 1
    state_s, counts, rtt_sum = _day(minutes, first)
    answered = counts[:, 0]
    mean_ms = np.divide(rtt_sum / 1000, answered, out=np.full(KEPT_MINUTES, np.nan), where=answered > 0)
    top = _top(mean_ms)
    return Timeline(
        tuple(_band(state_s)),
        tuple(_losses(counts)),
        tuple(_lines(mean_ms, top)),
        top,
        tuple(_ticks(first)),
        tuple(_hours(state_s, counts, rtt_sum, first, now_unix_ns)),
        empty=not state_s.any(),
    )


def _day(minutes: Minutes, first: int) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """State seconds, counts (replies, lost, unmeasured) and sums of round trips of the day, nought where unknown."""
    state_s = np.zeros((KEPT_MINUTES, len(_STATES)), np.int64)
    counts, rtt_sum = np.zeros((KEPT_MINUTES, 3), np.int64), np.zeros(KEPT_MINUTES, np.int64)
    places = minutes.first_unix_s // 60 + np.arange(len(minutes.replies)) - first
    inside = (places >= 0) & (places < KEPT_MINUTES)
    at = places[inside]
    state_s[at] = minutes.state_s[inside]
    counts[at] = np.stack([minutes.replies, minutes.lost, minutes.unmeasured], axis=1)[inside]
    rtt_sum[at] = minutes.rtt_sum_us[inside]
    return state_s, counts, rtt_sum


def _kind(seconds: NDArray[np.int64]) -> str:
    """The worst that a minute knew: down for any second is down; unknown only where that is most of it."""
    found = {state: int(seconds[code]) for code, state in enumerate(_STATES)}
    if not any(found.values()):
        return _NOT_WATCHED
    if found[State.DOWN]:
        return State.DOWN
    if found[State.UNKNOWN] * 2 > sum(found.values()):
        return State.UNKNOWN
    return State.DEGRADED if found[State.DEGRADED] else State.UP


def _band(state_s: NDArray[np.int64]) -> Iterator[Span]:
    start, kind = 0, _kind(state_s[0])
    for x in range(1, KEPT_MINUTES):
        fresh = _kind(state_s[x])
        if fresh != kind:
            yield Span(start, x - start, kind)
            start, kind = x, fresh
    yield Span(start, KEPT_MINUTES - start, kind)


def _losses(counts: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    for x in np.flatnonzero(counts[:, 1]).tolist():
        replies, lost, _ = counts[x].tolist()
        yield x, max(2, round(40 * lost / (replies + lost)))


def _top(mean_ms: NDArray[np.float64]) -> int:
    """The smallest scale that holds every mean."""
    highest = 0.0 if np.isnan(mean_ms).all() else float(np.nanmax(mean_ms))
    return next((each for each in _SCALES_MS if highest <= each), _SCALES_MS[-1])


def _lines(mean_ms: NDArray[np.float64], top_ms: int) -> Iterator[str]:
    points: list[str] = []
    for x, value in enumerate(mean_ms.tolist()):
        if value == value:  # noqa: PLR0124 - not NaN
            y = RTT_HEIGHT - min(value / top_ms, 1.0) * RTT_HEIGHT
            points.append(f"{x},{y:.1f}")
        elif points:
            yield _line(points)
            points = []
    if points:
        yield _line(points)


def _line(points: list[str]) -> str:
    """A single minute is a short stroke, which can be seen."""
    if len(points) == 1:
        x, y = points[0].split(",")
        points.append(f"{int(x) + 1},{y}")
    return " ".join(points)


def _ticks(first: int) -> Iterator[Tick]:
    for x in range(KEPT_MINUTES):
        at = datetime.fromtimestamp((first + x) * 60, WIB)
        if (at.hour * 60 + at.minute) % _MINUTES_OF_A_TICK == 0:
            yield Tick(x, clock_time(at))


def _hours(
    state_s: NDArray[np.int64],
    counts: NDArray[np.int64],
    rtt_sum: NDArray[np.int64],
    first: int,
    now_unix_ns: int,
) -> Iterator[Hour]:
    """Whole hours of the clock that anybody watched, the running one first."""
    hour_of = (first + np.arange(KEPT_MINUTES)) // 60
    for hour in sorted(set(hour_of.tolist()), reverse=True):
        here = hour_of == hour
        seconds = {state: int(each) for state, each in zip(_STATES, state_s[here].sum(axis=0).tolist(), strict=True)}
        if not any(seconds.values()):
            continue
        replies, lost, _ = counts[here].sum(axis=0).tolist()
        known = sum(seconds.values()) - seconds[State.UNKNOWN]
        so_far = min(int(here.sum()) * 60, max(1, now_unix_ns // 1_000_000_000 - hour * 3600))
        yield Hour(
            clock_time(datetime.fromtimestamp(hour * 3600, WIB)),
            percent(Fraction(known - seconds[State.DOWN], known) if known else None),
            percent(Fraction(lost, replies + lost) if replies + lost else None),
            f"{decimal(Fraction(int(rtt_sum[here].sum()), replies * 1000), 1)} ms" if replies else "-",
            percent(min(Fraction(known, so_far), Fraction(1))),
        )
