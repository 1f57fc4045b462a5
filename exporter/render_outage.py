"""Outages of several links, written from the snapshot.

Lives here: which figure feeds which family. Must not live here: what a link's own outage is (``render``), the
decision (``scope``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from exporter.catalogue import family
from exporter.exposition import sample
from exporter.metric_family import Family
from exporter.scope import GroupName, Outages

__all__ = ["outage_families"]

NS_PER_S = 1_000_000_000

Values = Iterable[tuple[GroupName, str]]


def outage_families(outages: Outages) -> Iterator[tuple[Family, bytes]]:
    """Every family of outages, with a sample for each group that has something to say."""
    for series, values in _values(outages).items():
        each = family(series)
        yield each, b"".join(sample(each.series, _labels(group), number) for group, number in values)


def _values(outages: Outages) -> dict[str, Values]:
    groups = outages.groups
    return {
        "opd_outage_links": [(each.group, str(each.links)) for each in groups],
        "opd_outage_measured_links": [(each.group, str(each.of)) for each in groups],
        "opd_outage_started_timestamp_seconds": [(each.group, _seconds(each.since_unix_ns)) for each in groups],
        "opd_outage_persisting": [(group, "1") for group in outages.persisting],
    }


def _labels(group: GroupName) -> tuple[tuple[str, str], ...]:
    return ("scope", group.scope), ("provider", group.provider), ("kabkota", group.kabkota), ("site", group.site)


def _seconds(unix_ns: int) -> str:
    whole, rest = divmod(unix_ns, NS_PER_S)
    return f"{whole}.{rest:09d}"
