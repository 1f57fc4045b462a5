"""The open and the lately closed echoes, by sequence number.

Lives here: 65,536 places, one for each ICMP sequence number, used in turn. Must not live here: packets,
links, time. A place keeps what was sent until its number comes round again, so that a late or repeated
reply is known for what it is and can never be credited to a newer echo.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from exporter.snapshot import Int64s

__all__ = ["ANSWERED", "CLOSED", "FREE", "OPEN", "SLOTS", "Slots"]

SLOTS = 1 << 16

FREE, OPEN, ANSWERED, CLOSED = range(4)


def _ints() -> Int64s:
    return np.zeros(SLOTS, np.int64)


@dataclass(slots=True)
class Slots:
    """Columns of ``SLOTS`` places; ``begin`` is a random first number."""

    begin: int
    row: Int64s = field(default_factory=lambda: np.full(SLOTS, -1, np.int64))  #: -1: the target is gone
    place: Int64s = field(default_factory=_ints)  #: in the target's queue
    identifier: NDArray[np.uint16] = field(default_factory=lambda: np.zeros(SLOTS, np.uint16))
    cookie: NDArray[np.uint64] = field(default_factory=lambda: np.zeros(SLOTS, np.uint64))
    sent_mono_ns: Int64s = field(default_factory=_ints)  #: best known time of sending
    clock_offset_ns: Int64s = field(default_factory=_ints)  #: monotonic less wall time, read just before sending
    sent_by_mono_ns: Int64s = field(default_factory=_ints)  #: when the send call had returned
    deadline_mono_ns: Int64s = field(default_factory=_ints)
    verdict_mono_ns: Int64s = field(default_factory=_ints)  #: from when an unanswered echo may be judged
    status: NDArray[np.uint8] = field(default_factory=lambda: np.zeros(SLOTS, np.uint8))
    doubt: NDArray[np.uint8] = field(default_factory=lambda: np.zeros(SLOTS, np.uint8))  #: an unmeasured code, or 0
    oldest: int = 0  #: number of the oldest place that may be open, counted without wrapping
    next: int = 0  #: number of the next place

    def __post_init__(self) -> None:
        """Start at the random number."""
        self.oldest = self.next = self.begin

    def take(self, count: int) -> Int64s:
        """The next ``count`` sequence numbers, marked open and without doubt."""
        numbers = np.arange(self.next, self.next + count) % SLOTS
        self.next += count
        self.status[numbers] = OPEN
        self.doubt[numbers] = 0
        return numbers

    def opened(self) -> Int64s:
        """The numbers that are open now, oldest first."""
        window = np.arange(self.oldest, self.next) % SLOTS
        still = self.status[window] == OPEN
        self.oldest = self.oldest + int(np.argmax(still)) if still.any() else self.next
        return np.asarray(window[still])

    def follow(self, moved: Int64s) -> None:
        """Point every place at the new row of its target; ``moved`` has -1 for targets that are gone."""
        known = self.row >= 0
        self.row[known] = moved[self.row[known]]
        orphan = (self.row < 0) & (self.status == OPEN)
        self.status[orphan] = CLOSED
