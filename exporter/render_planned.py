"""Planned work, written for one instant.

Lives here: which figure feeds which family. Must not live here: when work runs (``recurrence``), which links are
under it now (``render``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from exporter.catalogue import family
from exporter.exposition import sample
from exporter.metric_family import Family
from exporter.recurrence import PlannedWork

__all__ = ["planned_families"]

Values = Iterable[tuple[tuple[str, ...], str]]  #: label values in the catalogue's order, and the number


def planned_families(work: PlannedWork, unix_ns: int) -> Iterator[tuple[Family, bytes]]:
    """Every family of planned work, with a sample for each window that is not over."""
    for series, values in _values(work, unix_ns).items():
        each = family(series)
        lines = (sample(each.series, zip(each.labels, labels, strict=True), number) for labels, number in values)
        yield each, b"".join(lines)


def _values(work: PlannedWork, unix_ns: int) -> dict[str, Values]:
    found = work.at(unix_ns)
    return {
        "opd_maintenance_info": [((each.id, each.author, each.reason, each.approval), "1") for each, _, _ in found],
        "opd_maintenance_active": [((each.id,), str(int(active))) for each, _, active in found],
        "opd_maintenance_start_timestamp_seconds": [
            ((each.id,), str(int(times.starts.timestamp()))) for each, times, _ in found
        ],
        "opd_maintenance_end_timestamp_seconds": [
            ((each.id,), str(int(times.ends.timestamp()))) for each, times, _ in found
        ],
        "opd_maintenance_links": [((each.id,), str(len(each.links))) for each, _, _ in found],
    }
