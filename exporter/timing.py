"""Times of packets, from kernel stamps: the hybrid of two clocks that no step of one can fool.

Lives here: arithmetic between wall-clock stamps of the kernel and our monotonic clock. Must not live here:
reading a clock. The kernel stamps packets with CLOCK_REALTIME, which may step. We read both clocks as a
pair ``(m, r)`` near the event; a stamp ``k`` then lies at ``k + (m - r)`` on the monotonic clock, which is
the formula rtt = (m1 - m0) - (r1 - k) of failures.md 2.6 taken for each end on its own. A stamp whose
place is impossible (before the packet could have come, or after now) is not believed, and the program's
own reading is taken instead.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from exporter.snapshot import Int64s

__all__ = ["SLACK_NS", "STEP_NS", "Reading", "arrival_times", "send_times"]

#: Disagreement of two clocks read in one breath that is still ordinary: a preempted reader.
SLACK_NS = 1_000_000

#: Change of (monotonic - wall) between two drains that is a step and not slewing: adjtimex slews by
#: at most 500 ppm, 0.05 ms in a frame.
STEP_NS = 10_000_000

#: How long after the send call a transmit stamp may lie: a queue in front of the driver.
_QUEUE_NS = 5_000_000


@dataclass(frozen=True, slots=True)
class Reading:
    """Both clocks at one moment."""

    mono_ns: int
    wall_ns: int

    @property
    def offset_ns(self) -> int:
        """Monotonic less wall time."""
        return self.mono_ns - self.wall_ns


def arrival_times(stamp_ns: Int64s, now: Reading, before: Reading) -> tuple[Int64s, NDArray[np.bool_]]:
    """When n packets arrived on the monotonic clock, and for which of them that is only the time of reading.

    They came after the drain at ``before`` and not after ``now``. A step in between makes stamps from before
    it fit the older reading only, so both are tried, the newer first.
    """
    times = np.full(len(stamp_ns), now.mono_ns, np.int64)
    doubtful = np.ones(len(stamp_ns), bool)
    for offset_ns in (before.offset_ns, now.offset_ns):
        placed = stamp_ns + offset_ns
        fits = (stamp_ns > 0) & (placed >= before.mono_ns - SLACK_NS) & (placed <= now.mono_ns + SLACK_NS)
        times = np.where(fits, np.minimum(placed, now.mono_ns), times)
        doubtful &= ~fits
    return times, doubtful


def send_times(
    stamp_ns: Int64s, offset_ns: Int64s, sent_mono_ns: Int64s, sent_by_mono_ns: Int64s
) -> tuple[Int64s, NDArray[np.bool_]]:
    """When n packets left on the monotonic clock, and for which of them the stamp was not believed."""
    placed = stamp_ns + offset_ns
    fits = (placed >= sent_mono_ns - SLACK_NS) & (placed <= sent_by_mono_ns + _QUEUE_NS)
    return np.where(fits, placed, sent_mono_ns), ~fits
