"""Where a kernel stamp lies on our monotonic clock, whatever the wall clock does."""

from __future__ import annotations

import numpy as np
import pytest

from exporter.timing import SLACK_NS, Reading, arrival_times, send_times

MS = 1_000_000
S = 1_000_000_000
M0, R0 = 1_000 * S, 1_795_000_000 * S  #: both clocks at the former drain


def readings(passed_ns: int, step_ns: int = 0) -> tuple[Reading, Reading]:
    """The former reading, and one ``passed_ns`` later with the wall clock stepped in between."""
    return Reading(M0, R0), Reading(M0 + passed_ns, R0 + passed_ns + step_ns)


def arrivals(stamps_ns: list[int], passed_ns: int = 200 * MS, step_ns: int = 0) -> tuple[list[int], list[bool]]:
    """Arrival times after the former drain, and which are doubtful."""
    before, now = readings(passed_ns, step_ns)
    times, doubtful = arrival_times(np.array(stamps_ns, np.int64), now, before)
    return (times - M0).tolist(), doubtful.tolist()


def test_a_stamp_is_placed_by_the_difference_of_the_clocks() -> None:
    """rtt = (m1 - m0) - (r1 - k): what happened before the reading is taken off, however late it was."""
    assert arrivals([R0 + 3 * MS, R0 + 150 * MS]) == ([3 * MS, 150 * MS], [False, False])


@pytest.mark.parametrize("step_s", [5, -5, 3600, -3600])
def test_a_step_of_the_wall_clock_moves_no_arrival(step_s: int) -> None:
    """A stamp from before the step fits the older reading, one from after it the newer: both are exact."""
    step = step_s * S
    stamps = [R0 + 10 * MS, R0 + step + 120 * MS]
    assert arrivals(stamps, step_ns=step) == ([10 * MS, 120 * MS], [False, False])


@pytest.mark.parametrize("step_s", [5, -5, 3600, -3600])
def test_a_long_stall_with_a_step_in_it_moves_no_arrival_either(step_s: int) -> None:
    """Half a minute without reading, and a step of the wall clock meanwhile."""
    step = step_s * S
    if abs(step) > 30 * S:
        stamps = [R0 + 3 * MS, R0 + step + 29 * S]
        assert arrivals(stamps, passed_ns=30 * S, step_ns=step) == ([3 * MS, 29 * S], [False, False])
    else:
        assert arrivals([R0 + step + 29 * S], passed_ns=30 * S, step_ns=step)[0] == [29 * S]


def test_slewing_moves_an_arrival_by_no_more_than_itself() -> None:
    """A clock that is slewed by 0.1 ms in a frame moves the arrival by at most as much, and leaves no doubt."""
    (time,), (doubtful,) = arrivals([R0 + 100 * MS], step_ns=MS // 10)
    assert abs(time - 100 * MS) <= MS // 10
    assert not doubtful


@pytest.mark.parametrize("step_ms", [20, -20, 120, -120])
def test_a_step_shorter_than_the_frame_is_confessed_where_a_stamp_fits_both_sides(step_ms: int) -> None:
    """Such a stamp has two possible places: the newer reading's is taken, off by the step at most, with doubt."""
    (time,), (doubtful,) = arrivals([R0 + 150 * MS], passed_ns=300 * MS, step_ns=step_ms * MS)
    assert time == (150 - step_ms) * MS
    assert doubtful


def test_a_step_shorter_than_the_frame_leaves_no_doubt_where_a_stamp_fits_one_side() -> None:
    """A stamp that only the older reading explains came before the step, and its place is exact."""
    assert arrivals([R0 + 50 * MS], passed_ns=300 * MS, step_ns=120 * MS) == ([50 * MS], [False])


@pytest.mark.parametrize("stamp", [0, R0 - 10 * S, R0 + 10 * S, -1, 1])
def test_a_missing_or_impossible_stamp_gives_the_time_of_reading(stamp: int) -> None:
    """No stamp, one from before the socket was last empty, one from the future: the reading counts, with doubt."""
    assert arrivals([stamp]) == ([200 * MS], [True])


def test_a_stamp_a_breath_outside_is_still_believed() -> None:
    """Two clocks cannot be read at one instant: SLACK_NS is granted at both ends, and never the future."""
    assert arrivals([R0 - SLACK_NS, R0 + 200 * MS + SLACK_NS]) == ([-SLACK_NS, 200 * MS], [False, False])
    assert arrivals([R0 - SLACK_NS - 1, R0 + 200 * MS + SLACK_NS + 1])[1] == [True, True]


def test_no_packets_no_times() -> None:
    """Empty columns in, empty columns out."""
    assert arrivals([]) == ([], [])


def sending(stamp_ns: int, *, took_ns: int = 300_000) -> tuple[int, bool]:
    """When a packet left, counted from the moment before the send call, and whether that is doubtful."""
    columns = [np.array([value], np.int64) for value in (stamp_ns, M0 - R0, M0, M0 + took_ns)]
    times, doubtful = send_times(*columns)
    return int(times[0]) - M0, bool(doubtful[0])


def test_a_transmit_stamp_replaces_our_own_time() -> None:
    """The driver took the packet 0.2 ms after we began to send: that is when it left."""
    assert sending(R0 + MS // 5) == (MS // 5, False)


def test_a_short_queue_before_the_driver_is_believed_and_a_long_one_is_not() -> None:
    """Up to 5 ms after the call has returned a stamp is possible; later ones belong to something else."""
    assert sending(R0 + 5 * MS, took_ns=0) == (5 * MS, False)
    assert sending(R0 + 5 * MS + 1, took_ns=0) == (0, True)


def test_a_transmit_stamp_from_before_the_call_is_not_believed() -> None:
    """A stamp of an earlier packet, or of a clock that stepped in between, leaves our own time in force."""
    assert sending(R0 - SLACK_NS) == (-SLACK_NS, False)
    assert sending(R0 - SLACK_NS - 1) == (0, True)
    assert sending(R0 - 5 * S) == (0, True)
    assert sending(0) == (0, True)


def test_the_offset_of_a_reading_is_monotonic_less_wall() -> None:
    """``offset_ns`` carries a wall-clock stamp to the monotonic clock."""
    assert Reading(M0, R0).offset_ns + R0 == M0
