"""When echoes are due: spread by id, steady over restarts, paced, and never made up for."""

from __future__ import annotations

import numpy as np
import pytest

from exporter.schedule import BURST, STALL_NS, first_due, missed_turns, slices

S = 1_000_000_000
NOW = 123_456_789_012


def dues(keys: list[str], interval_ns: int = S, now_ns: int = NOW) -> np.ndarray:
    """First due times of ``keys``, all of one interval."""
    return first_due(keys, np.full(len(keys), interval_ns, np.int64), now_ns)


KEYS = [f"dinkes-{number}" for number in range(5000)]


@pytest.mark.parametrize("interval_s", [1, 5, 300])
def test_first_turns_lie_within_one_interval(interval_s: int) -> None:
    """Nobody waits longer than an interval, and nobody is due in the past."""
    due = dues(KEYS, interval_s * S)
    assert due.min() >= NOW
    assert due.max() < NOW + interval_s * S


def test_turns_are_spread_evenly() -> None:
    """Of 5,000 targets no tenth of a second has more than a ninth, and none less than an eleventh."""
    tenths = np.bincount((dues(KEYS) - NOW) // (S // 10), minlength=10)
    assert 5000 // 11 < tenths.min() <= tenths.max() < 5000 // 9


def test_a_restart_moves_nobody() -> None:
    """A target keeps its place in the interval, whenever and with whomever it is planned."""
    later = dues(KEYS[100:200], now_ns=NOW + 987_654_321_000)
    assert ((later - dues(KEYS)[100:200]) % S == 0).all()


def test_a_target_is_due_at_once_where_its_place_is_now() -> None:
    """A turn that falls on this very instant is not put off by an interval."""
    due = int(dues(["dinkes-1"])[0])
    assert dues(["dinkes-1"], now_ns=due)[0] == due


def test_no_targets_have_no_turns() -> None:
    """An empty inventory is planned without an error."""
    assert dues([]).size == 0
    assert missed_turns(dues([]), dues([]), NOW).size == 0


@pytest.mark.parametrize(
    ("behind_ns", "interval_ns", "missed"),
    [
        (-S, S, 0),
        (0, S, 0),
        (STALL_NS - 1, S, 0),
        (STALL_NS, S, 1),
        (STALL_NS + S - 1, S, 1),
        (STALL_NS + S, S, 2),
        (3600 * S, S, 3600),
        (3600 * S, 60 * S, 60),
        (STALL_NS - 1, 300 * S, 0),
        (STALL_NS, 300 * S, 1),
    ],
)
def test_turns_too_far_back_are_missed(behind_ns: int, interval_ns: int, missed: int) -> None:
    """Each turn that lies STALL_NS or more behind is missed; the one after these can still be taken or is to come."""
    due, interval = np.array([NOW - behind_ns], np.int64), np.array([interval_ns], np.int64)
    count = missed_turns(due, interval, NOW)
    assert count.tolist() == [missed]
    assert (due + count * interval)[0] > NOW - STALL_NS


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 5, 63, 64, 65, 255, 256, 257, 1000, 1001, 2000, 10_000])
def test_slices_are_even_small_and_leave_nobody_out(count: int) -> None:
    """Every echo is in one slice, no slice exceeds BURST, sizes differ by one, and there are at least four."""
    borders = slices(count)
    sizes = np.diff(borders)
    assert (borders[0], borders[-1], sizes.sum()) == (0, count, count)
    assert sizes.max() <= BURST
    assert sizes.max() - sizes.min() <= 1
    assert len(sizes) >= 4
