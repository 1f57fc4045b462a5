"""Time, behind one small interface: the only module that reads a clock or sleeps.

Lives here: the clocks of the machine, and one that tests move by hand. Must not live here: what time is for.

``monotonic_ns`` is CLOCK_BOOTTIME, which keeps counting while the machine is suspended, so that a
suspended hour is seen as an hour that was not measured. ``wall_ns`` is CLOCK_REALTIME. The two
never meet in one subtraction except as a pair read together (``pair_ns``).
"""

from __future__ import annotations

import time
from typing import Protocol

__all__ = ["Clock", "FakeClock", "SystemClock"]


#: Three readings in a row take about 1 us; beyond 0.1 ms the process was interrupted in between. The error of a pair is
#: at most half of it. With 27 runnable processes on 2 cores, interruptions of 20 ms and more were met.
_PAIR_WITHIN_NS = 100_000
_PAIR_ATTEMPTS = 5


class Clock(Protocol):
    """What the rest of the program knows of time; every value is in nanoseconds."""

    def monotonic_ns(self) -> int:
        """Nanoseconds that never step and that count suspended time."""
        ...

    def wall_ns(self) -> int:
        """Nanoseconds since the Unix epoch; may step."""
        ...

    def pair_ns(self) -> tuple[int, int]:
        """``(monotonic, wall)`` read as close together as can be."""
        ...

    def sleep_until_ns(self, monotonic_ns: int) -> None:
        """Return at or after ``monotonic_ns``; at once when it has passed."""
        ...


class SystemClock:
    """The machine's clocks."""

    def monotonic_ns(self) -> int:
        """CLOCK_BOOTTIME."""
        return time.clock_gettime_ns(time.CLOCK_BOOTTIME)

    def wall_ns(self) -> int:
        """CLOCK_REALTIME."""
        return time.time_ns()

    def pair_ns(self) -> tuple[int, int]:
        """Both clocks, the wall clock between two readings of the other, whose mean is taken.

        A reading that was interrupted is taken again, for it would look like a step of the wall clock; of a few
        attempts the closest stands.
        """
        closest: tuple[int, int, int] | None = None
        for _ in range(_PAIR_ATTEMPTS):
            before = time.clock_gettime_ns(time.CLOCK_BOOTTIME)
            wall = time.time_ns()
            after = time.clock_gettime_ns(time.CLOCK_BOOTTIME)
            if closest is None or after - before < closest[0]:
                closest = (after - before, (before + after) // 2, wall)
            if closest[0] <= _PAIR_WITHIN_NS:
                break
        assert closest is not None
        return closest[1], closest[2]

    def sleep_until_ns(self, monotonic_ns: int) -> None:
        """Sleep in the kernel, once."""
        rest = monotonic_ns - time.clock_gettime_ns(time.CLOCK_BOOTTIME)
        if rest > 0:
            time.sleep(rest / 1e9)


class FakeClock:
    """A clock that tests move by hand; sleeping moves it."""

    def __init__(self, monotonic_ns: int = 1_000_000_000_000, wall_ns: int = 1_795_000_000_000_000_000) -> None:
        """Start at fixed instants, the same in every test."""
        self._monotonic_ns = monotonic_ns
        self._wall_ns = wall_ns
        self._offsets = [(0, wall_ns - monotonic_ns)]  # from which monotonic instant which (wall - monotonic) holds

    def monotonic_ns(self) -> int:
        """The instant that was set."""
        return self._monotonic_ns

    def wall_ns(self) -> int:
        """The instant that was set."""
        return self._wall_ns

    def pair_ns(self) -> tuple[int, int]:
        """Both, exactly together."""
        return self._monotonic_ns, self._wall_ns

    def sleep_until_ns(self, monotonic_ns: int) -> None:
        """Move both clocks to ``monotonic_ns`` if it lies ahead."""
        self.advance_ns(max(0, monotonic_ns - self._monotonic_ns))

    def advance_ns(self, by_ns: int) -> None:
        """Let ``by_ns`` pass on both clocks."""
        self._monotonic_ns += by_ns
        self._wall_ns += by_ns

    def step_wall_ns(self, by_ns: int) -> None:
        """Step the wall clock alone, as an administrator or NTP does."""
        self._wall_ns += by_ns
        self._offsets.append((self._monotonic_ns, self._wall_ns - self._monotonic_ns))

    def wall_at_ns(self, monotonic_ns: int) -> int:
        """What the wall clock showed at a monotonic instant of the past; kernel stamps are made of this."""
        return monotonic_ns + next(offset for since, offset in reversed(self._offsets) if since <= monotonic_ns)
