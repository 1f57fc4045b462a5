"""The machine's clocks read as a pair, also by a process that is interrupted."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from exporter.clock import SystemClock

_MS = 1_000_000
_OFFSET_NS = 1_795_000_000_000_000_000


def _clocks(monkeypatch: pytest.MonkeyPatch, pauses_ns: list[int]) -> None:
    """Clocks that never step, read by a process that is stopped for so long before each reading, then no more."""
    now_ns = 0
    waits: Iterator[int] = iter(pauses_ns)

    def read() -> int:
        nonlocal now_ns
        now_ns += next(waits, 0) + 300
        return now_ns

    monkeypatch.setattr(time, "clock_gettime_ns", lambda _: read())
    monkeypatch.setattr(time, "time_ns", lambda: read() + _OFFSET_NS)


def _error_ns() -> int:
    """By how much a pair misses the true distance of the clocks."""
    monotonic, wall = SystemClock().pair_ns()
    return abs(wall - monotonic - _OFFSET_NS)


def test_a_pair_is_read_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Undisturbed, both ends of a pair are of one instant."""
    _clocks(monkeypatch, [])
    assert _error_ns() == 0


def test_an_interrupted_pair_is_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopped for 30 ms in the middle, the clocks do not seem to have stepped by 15 ms."""
    _clocks(monkeypatch, [0, 30 * _MS, 0])
    assert _error_ns() < 50_000


def test_of_nothing_but_interrupted_pairs_the_closest_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    """It does not read for ever, and the error is half of the shortest interruption at most."""
    _clocks(monkeypatch, [0, 30 * _MS, 0, 0, 2 * _MS, 0, *[0, 40 * _MS, 0] * 8])
    assert _error_ns() <= _MS
