"""The traffic of an office: how many octets have passed each of its lines.

Lives here: a day as the law has it, in WIB, and the sum of it up to a moment, so that nothing has to be counted. Must
not live here: clocks, SNMP. Of a hundred lines about five are paid and idle, about three are full in office hours, the
others reach 15 to 75 % of their bandwidth; a backup carries nothing but its keep-alive, until a primary line is cut.
"""

from __future__ import annotations

from hashlib import blake2b
from itertools import accumulate, pairwise
from typing import Final

from exporter.sim.routers import Line, Router

__all__ = ["Meter", "busy_seconds", "peaks"]

#: The share of its peak that an office uses at each full hour of WIB; between them it is linear.
_HOURS: Final = (
    *(0.06, 0.05, 0.05, 0.05, 0.05, 0.07, 0.15, 0.55, 0.9, 1.0, 1.0, 0.97),
    *(0.8, 0.95, 1.0, 0.9, 0.6, 0.35, 0.22, 0.18, 0.15, 0.12, 0.1, 0.08),
)
_SUMS: Final = tuple(
    accumulate(((one + other) / 2 * 3600 for one, other in pairwise((*_HOURS, _HOURS[0]))), initial=0.0)
)
_WIB_S = 7 * 3600

#: Of the bandwidth, what an idle and a full line use at their peak, and what can pass.
_IDLE, _FULL, _MOST = 0.0002, 1.2, 0.98

#: What a line that carries nothing sends each way, bits a second.
_KEEPALIVE = 2_000.0

#: Sent from the office, in relation to what it receives.
_OUTGOING = 0.15


def busy_seconds(unix_s: float) -> float:
    """Seconds at the peak that make the same traffic as the time from 1970 to ``unix_s``."""
    days, second = divmod(unix_s + _WIB_S, 86_400)
    hour, rest = divmod(second, 3600)
    one, other = _HOURS[int(hour)], _HOURS[(int(hour) + 1) % 24]
    return days * _SUMS[24] + _SUMS[int(hour)] + rest * one + (other - one) * rest * rest / 7200


def _demand(line: Line) -> float:
    """What the office wants of a primary line at the peak, bits a second."""
    digest = blake2b(line.link.encode(), digest_size=8).digest()
    place, share = digest[0] / 256, int.from_bytes(digest[1:]) / 256**7
    if place < 0.05:
        return line.bandwidth_bits_per_second * _IDLE
    if place < 0.08:
        return line.bandwidth_bits_per_second * _FULL
    return line.bandwidth_bits_per_second * (0.15 + 0.6 * share)


def peaks(lines: tuple[Line, ...]) -> list[float]:
    """What each of ``lines`` receives at the peak of a day, bits a second; what a cut line had goes to a backup."""
    found = [_demand(line) if line.carries and not line.is_backup else 0.0 for line in lines]
    moved = sum(_demand(line) for line in lines if not line.carries and not line.is_backup)
    for place, line in enumerate(lines):
        if line.is_backup and line.carries:
            found[place] += moved
            moved = 0.0
    return [min(peak, line.bandwidth_bits_per_second * _MOST) for peak, line in zip(found, lines, strict=True)]


class Meter:
    """The octets of one router's lines since it booted."""

    def __init__(self, router: Router, wall_minus_monotonic_ns: int) -> None:
        """They have been as they are now ever since."""
        self.router = router
        self._offset_ns = wall_minus_monotonic_ns
        self._since_ns = router.booted_ns
        self._counted = [(0.0, 0.0)] * len(router.lines)

    def take(self, router: Router, now_ns: int) -> None:
        """Go on with ``router``, the same one: counted from its boot, or from ``now_ns`` in other circumstances."""
        if router.boots != self.router.boots or len(router.lines) != len(self.router.lines):
            self._counted = [(0.0, 0.0)] * len(router.lines)
            self._since_ns = router.booted_ns
        else:
            self._counted = self._octets(now_ns)
            self._since_ns = max(now_ns, self._since_ns)
        self.router = router

    def octets(self, now_ns: int) -> list[tuple[int, int]]:
        """Received and sent, by line."""
        return [(int(received), int(sent)) for received, sent in self._octets(now_ns)]

    def _octets(self, now_ns: int) -> list[tuple[float, float]]:
        start_s, end_s = ((each + self._offset_ns) / 1e9 for each in (self._since_ns, max(now_ns, self._since_ns)))
        busy_s, all_s = busy_seconds(end_s) - busy_seconds(start_s), end_s - start_s
        lines = self.router.lines
        alive = [_KEEPALIVE * all_s if line.has_carrier else 0.0 for line in lines]
        return [
            (received + (peak * busy_s + idle) / 8, sent + (peak * _OUTGOING * busy_s + idle) / 8)
            for (received, sent), peak, idle in zip(self._counted, peaks(lines), alive, strict=True)
        ]
