"""The families about planned work: what runs, what comes next.

Lives here: their samples at one instant. Must not live here: recurrence (``planned_work``), which links are covered now
(``calendars``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from exporter.catalogue import family
from exporter.exposition import sample
from exporter.metric_family import Family
from exporter.model import Inventory, MaintenanceWindow
from exporter.planned_work import occurrence

__all__ = ["maintenance_families"]

_NANOSECONDS_PER_SECOND = 1_000_000_000


@dataclass(frozen=True, slots=True)
class _Planned:
    """Work that runs or comes next."""

    window: MaintenanceWindow
    start: datetime
    end: datetime
    is_active: bool


def maintenance_families(inventory: Inventory, unix_ns: int) -> list[tuple[Family, bytes]]:
    """Every family of planned work with its samples at an instant; work that is over has none."""
    planned = list(_planned(inventory, datetime.fromtimestamp(unix_ns // _NANOSECONDS_PER_SECOND, UTC)))
    return [(family(series), b"".join(_line(series, each) for each in planned)) for series in _NUMBERS]


def _planned(inventory: Inventory, instant: datetime) -> Iterator[_Planned]:
    for window in inventory.maintenance.values():
        times = occurrence(window, instant)
        if times is not None:
            yield _Planned(window, *times, is_active=times[0] <= instant)


def _line(series: str, planned: _Planned) -> bytes:
    window = planned.window
    said = {"window": window.id, "author": window.author, "reason": window.reason, "approval": window.approval}
    labels = [(label, said[label]) for label in family(series).labels]
    return sample(series, labels, str(_NUMBERS[series](planned)))


_NUMBERS: dict[str, Callable[[_Planned], int]] = {
    "opd_maintenance_info": lambda _: 1,
    "opd_maintenance_active": lambda planned: int(planned.is_active),
    "opd_maintenance_start_timestamp_seconds": lambda planned: int(planned.start.timestamp()),
    "opd_maintenance_end_timestamp_seconds": lambda planned: int(planned.end.timestamp()),
    "opd_maintenance_links": lambda planned: len(planned.window.links),
}
