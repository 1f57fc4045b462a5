"""Whether the prober itself was connected at an instant: who can vouch for a loss.

Lives here: the witnesses' times and the judgement. Must not live here: packets, clocks.

A loss proves something about an office only if the prober's own way out worked when the echo was sent. The
witnesses are the reference targets; and, should these fail while the offices answer, the offices: that more
than half of them answered is proof enough. A loss stands if somebody answered an echo sent shortly *before*
it and somebody one sent shortly *after* it. One side alone would turn the last echo before our uplink fails,
or the last before it returns, into an office's loss.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from exporter.snapshot import Int64s

__all__ = ["Uplink", "window_ns"]

#: Seconds within which a witness speaks for an instant: one and a half of the least interval, so that one
#: answer of any reference target lies in it. More would let a short failure of ours pass as an office's.
_LEAST_WINDOW_NS = 1_500_000_000
_MOST_WINDOW_NS = 7_500_000_000

#: How long a witness is remembered: the longest time from an echo to its verdict is 12 s.
_KEEP_NS = 20_000_000_000


def window_ns(reference_intervals_ns: Int64s) -> int:
    """How far a witness may be from an echo: 1.5 times the shortest interval of a reference target."""
    if not len(reference_intervals_ns):
        return _LEAST_WINDOW_NS
    return int(np.clip(reference_intervals_ns.min() * 3 // 2, _LEAST_WINDOW_NS, _MOST_WINDOW_NS))


class Uplink:
    """What the witnesses said in the last 20 seconds."""

    def __init__(self) -> None:
        self._times: Int64s = np.zeros(0, np.int64)

    def observe(self, reference_mono_ns: Int64s, links_answered_mono_ns: Int64s, now_mono_ns: int) -> None:
        """Take note of when answered echoes had been sent.

        ``reference_mono_ns``: of reference targets, new ones. ``links_answered_mono_ns``: for each link, its
        latest one; more than half of the links had answered an echo as late as their upper median.
        """
        found = [self._times, reference_mono_ns]
        if len(links_answered_mono_ns):
            middle = (len(links_answered_mono_ns) - 1) // 2
            found.append(np.partition(links_answered_mono_ns, middle)[middle : middle + 1])
        times = np.sort(np.concatenate(found))
        self._times = times[times > now_mono_ns - _KEEP_NS]

    def vouched(self, sent_mono_ns: Int64s, window: int) -> NDArray[np.bool_]:
        """Which echoes were sent while the uplink worked; ``window`` as from ``window_ns``."""
        if not len(self._times):
            return np.zeros(len(sent_mono_ns), bool)
        after = np.searchsorted(self._times, sent_mono_ns)
        next_ns = self._times[np.minimum(after, len(self._times) - 1)]
        last_ns = self._times[np.maximum(np.searchsorted(self._times, sent_mono_ns, side="right") - 1, 0)]
        return np.asarray(
            (np.abs(next_ns - sent_mono_ns) <= window)
            & (next_ns >= sent_mono_ns)
            & (np.abs(sent_mono_ns - last_ns) <= window)
            & (last_ns <= sent_mono_ns)
        )

    def latest_mono_ns(self) -> int | None:
        """The latest sending that was answered by a witness; None if none was within the last 20 seconds."""
        return int(self._times[-1]) if len(self._times) else None
