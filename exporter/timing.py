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
    """When n packets arrived on the monotonic clock, and for which of them that is not certain.

    They came after the drain at ``before`` and not after ``now``. A step in between makes stamps from before
    it fit the older reading only, so both are tried, and the newer is preferred. A stamp that fits neither gets
    the time of reading; one that fits both, at different places, is from a frame with a step shorter than the
    frame, and may be wrong by that step: both are doubtful.
    """
    placed = [stamp_ns + reading.offset_ns for reading in (before, now)]
    fits = [
        (stamp_ns > 0) & (place >= before.mono_ns - SLACK_NS) & (place <= now.mono_ns + SLACK_NS) for place in placed
    ]
    times = np.where(fits[1], placed[1], np.where(fits[0], placed[0], now.mono_ns))
    ambiguous = fits[0] & fits[1] & (abs(now.offset_ns - before.offset_ns) > SLACK_NS)
    return np.minimum(times, now.mono_ns), ambiguous | ~(fits[0] | fits[1])


def send_times(
    stamp_ns: Int64s, offset_ns: Int64s, sent_mono_ns: Int64s, sent_by_mono_ns: Int64s
) -> tuple[Int64s, NDArray[np.bool_]]:
    """When n packets left on the monotonic clock, and for which of them the stamp was not believed."""
    placed = stamp_ns + offset_ns
    fits = (placed >= sent_mono_ns - SLACK_NS) & (placed <= sent_by_mono_ns + _QUEUE_NS)
    return np.where(fits, placed, sent_mono_ns), ~fits
