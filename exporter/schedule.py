"""When echoes are sent: a fixed place in the interval for every target, and an even pace.

Lives here: arithmetic on due times. Must not live here: clocks, sockets, sleeping.

A target's place is a hash of its id, so that a restart or a reload moves nobody and five hundred targets
never start together.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from exporter.snapshot import Int64s

__all__ = ["BURST", "FRAME_NS", "LATE_NS", "STALL_NS", "first_due", "missed_turns", "slices"]

#: The rhythm of the measuring thread. Longer saves CPU (a frame costs about a millisecond of its own),
#: shorter decides a loss sooner; 200 ms are 7 % of the three seconds that three losses take.
FRAME_NS = 200_000_000

#: Most packets sent in one go: 64 x 84 bytes are 0.4 ms of a 100 Mbit/s line.
BURST = 64

#: Slices a frame is cut into at the least, so that small inventories are spread as well.
_LEAST_SLICES = 4

#: An echo sent later than this after its turn is counted as late: more than the frame over which we spread it
#: ourselves, and a quarter of that on top.
LATE_NS = FRAME_NS * 5 // 4

#: A turn that lies further back than this is not sent any more: it is unmeasured. Half of the least
#: interval: sending it would put two echoes closer together than the politeness floor halved.
STALL_NS = 500_000_000


def first_due(keys: Sequence[str], interval_ns: Int64s, now_mono_ns: int) -> Int64s:
    """The first due time of each target, within one interval from ``now_mono_ns``."""
    digests = b"".join(blake2b(key.encode(), digest_size=4).digest() for key in keys)
    fraction = np.frombuffer(digests, ">u4").astype(np.float64) / 2**32
    phase = (fraction * interval_ns).astype(np.int64)
    return now_mono_ns + (phase - now_mono_ns) % interval_ns


def missed_turns(due_mono_ns: Int64s, interval_ns: Int64s, now_mono_ns: int) -> Int64s:
    """How many turns of each target lie too far back to be taken now; 0 in an ordinary frame."""
    return np.asarray(np.maximum((now_mono_ns - STALL_NS - due_mono_ns) // interval_ns + 1, 0))


def slices(count: int) -> NDArray[np.int64]:
    """Where to cut ``count`` echoes of a frame into even parts of at most ``BURST``; (parts + 1,) borders."""
    parts = max(_LEAST_SLICES, -(-count // BURST))
    return np.arange(parts + 1) * count // parts
