"""Rendering ``/metrics`` for 500 and 5,000 links, beside prometheus_client rendering the same families.

Lives here: the measuring, ``python -m bench.render``. Must not live here: HTTP, probing. The peer is
given finished family objects and is timed only for writing them, which favours it; ours is timed from
the snapshot to the last byte, self-metrics included. Figures are medians.
"""

from __future__ import annotations

import gzip
import statistics
import time
from collections.abc import Callable, Iterator

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import generate_latest as text_bytes
from prometheus_client.metrics_core import Metric
from prometheus_client.openmetrics.exposition import generate_latest as openmetrics_bytes
from prometheus_client.registry import Collector

from bench.report import Row, table
from bench.setting import machine
from exporter.exposition import Exposition
from exporter.scrape import GZIP_LEVEL, Scraper
from exporter.self_metrics import SelfMetrics
from exporter.snapshot import Snapshot
from tests.support.inventories import many_links
from tests.support.reference_exposition import ReferenceCollector
from tests.support.snapshots import make_snapshot

__all__ = ["rows"]

#: Links, and the milliseconds within which a scrape of them must be rendered (DESIGN 5).
REACH_MS = {500: 25.0, 5_000: 250.0}

OUR_ROUNDS, PEER_ROUNDS = 15, 3

ENCODERS: dict[Exposition, Callable[[Collector], bytes]] = {
    Exposition.TEXT: text_bytes,
    Exposition.OPENMETRICS: openmetrics_bytes,
}


class Finished(Collector):
    """Families that were built beforehand."""

    def __init__(self, families: list[Metric]) -> None:
        """``families`` are handed out at every collection."""
        self._families = families

    def collect(self) -> Iterator[Metric]:
        """The families."""
        yield from self._families


def median_ms(call: Callable[[], object], rounds: int) -> float:
    """The median duration of ``call``, milliseconds."""
    durations = []
    for _ in range(rounds):
        began = time.perf_counter()
        call()
        durations.append((time.perf_counter() - began) * 1e3)
    return statistics.median(durations)


def peer(snapshot: Snapshot, exposition: Exposition, *, gzipped: bool) -> Callable[[], bytes]:
    """prometheus_client writing the families of ``snapshot``, compressed like ours when asked."""
    registry = CollectorRegistry()
    registry.register(Finished(list(ReferenceCollector(snapshot).collect())))
    encode = ENCODERS[exposition]
    return lambda: gzip.compress(encode(registry), GZIP_LEVEL) if gzipped else encode(registry)


def row(snapshot: Snapshot, exposition: Exposition, *, gzipped: bool) -> Row:
    """One format of one size, ours beside the peer's."""
    scraper = Scraper(lambda: snapshot, SelfMetrics(loaded_unix_s=0.0))
    size = len(scraper.body(exposition, gzip=gzipped))
    ours = median_ms(lambda: scraper.body(exposition, gzip=gzipped), OUR_ROUNDS)
    theirs = median_ms(peer(snapshot, exposition, gzipped=gzipped), PEER_ROUNDS)
    links = len(snapshot.links.keys)
    name = f"{links:,} links, {exposition.name.lower()}{', gzip' if gzipped else ''} ({size / 1e6:.2f} MB)"
    return Row(
        what=name,
        ours=f"{ours:.1f} ms",
        peer=f"prometheus_client {theirs:.0f} ms",
        ratio=f"{ours / theirs:.3f}",
        reach=f"{REACH_MS[links]:.0f} ms",
        reached=ours <= REACH_MS[links],
    )


def first_row(snapshot: Snapshot) -> Row:
    """The first page of an inventory, for which label text is prepared."""
    links = len(snapshot.links.keys)

    def first() -> bytes:
        return Scraper(lambda: snapshot, SelfMetrics(loaded_unix_s=0.0)).body(Exposition.OPENMETRICS, gzip=True)

    return Row(what=f"{links:,} links, the first page after a reload", ours=f"{median_ms(first, PEER_ROUNDS):.1f} ms")


def rows() -> list[Row]:
    """Every size in every format."""
    found = []
    for links in REACH_MS:
        snapshot = make_snapshot(many_links(links))
        for exposition in Exposition:
            found += [row(snapshot, exposition, gzipped=gzipped) for gzipped in (False, True)]
        found.append(first_row(snapshot))
    return found


if __name__ == "__main__":
    print(f"Measured on: {machine()}\n")
    print(table("Rendering /metrics", rows()))
