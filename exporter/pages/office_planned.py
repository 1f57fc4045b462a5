"""Planned work that an office should know of: what runs now, and what begins within two weeks.

Lives here: which times of which windows, in order. Must not live here: HTML, when a window recurs (``recurrence``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile

from exporter.model import Inventory
from exporter.recurrence import WIB, occurrences

__all__ = ["PlannedTime", "planned_times"]

#: How far ahead work is told.
AHEAD = timedelta(days=14)

#: Times of one page; work of every night for two weeks is fourteen.
MAX_TIMES = 20


@dataclass(frozen=True, slots=True)
class PlannedTime:
    """One time of one window."""

    starts: datetime
    ends: datetime
    reason: str
    now: bool


def planned_times(inventory: Inventory, links: Iterable[str], now_unix_ns: int) -> list[PlannedTime]:
    """In order of their beginnings."""
    now = datetime.fromtimestamp(now_unix_ns / 1e9, WIB)
    wanted = frozenset(links)
    found = [
        PlannedTime(each.starts.astimezone(WIB), each.ends.astimezone(WIB), window.reason, each.starts <= now)
        for window in inventory.maintenance.values()
        if window.links & wanted
        for each in takewhile(lambda each: each.starts < now + AHEAD, occurrences(window, now))
    ]
    return sorted(found, key=lambda each: (each.starts, each.reason))[:MAX_TIMES]
