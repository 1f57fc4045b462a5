"""Planned work that an office should know of: what runs now, what begins within two weeks, and what ran at a time.

Lives here: which times of which windows, in order. Must not live here: HTML, when a window recurs (``recurrence``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile

from exporter.indonesian import clock_time, instant
from exporter.model import Inventory
from exporter.recurrence import WIB, is_running, occurrences

__all__ = ["PlannedTime", "planned_at", "planned_times", "planned_words"]

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


def planned_at(inventory: Inventory, links: Iterable[str], unix_ns: int) -> str:
    """Why any of the links was worked on at that instant, as far as the inventory in force tells; empty: none was."""
    instant, wanted = datetime.fromtimestamp(unix_ns / 1e9, WIB), frozenset(links)
    windows = (each for each in inventory.maintenance.values() if each.links & wanted and is_running(each, instant))
    return "; ".join(sorted({each.reason for each in windows}))


def planned_words(each: PlannedTime) -> tuple[str, str, bool]:
    """When, why, and whether it runs: ``05/12/2026 22.00 sampai 06/12/2026 04.00 WIB``."""
    same_day = each.starts.date() == each.ends.date()
    end = clock_time(each.ends) if same_day else instant(each.ends)
    return f"{instant(each.starts)} sampai {end} WIB", each.reason, each.now
