"""Series of a Prometheus in memory, as blocks that a real one reads.

Lives here: cutting samples into chunks. Must not live here: what the samples mean, the bytes of blocks
(``bench.tsdb_block``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np

from bench.tsdb_block import BLOCK_MS, BlockSeries, write_blocks
from bench.tsdb_chunks import STALE, Chunk, Samples, chunks_of
from tests.support.fake_prometheus import Stored

__all__ = ["write_stored"]


def write_stored(folder: Path, series: Iterable[Stored], step_ms: int) -> None:
    """Every series in ``folder``; samples lie ``step_ms`` apart, or further where nothing was scraped."""
    write_blocks(folder, [BlockSeries(dict(each.labels), list(_chunks(each, step_ms))) for each in series])


def _chunks(each: Stored, step_ms: int) -> Iterator[Chunk]:
    ended = np.isnan(each.values)
    values = np.where(ended, STALE, each.values)
    apart = (np.diff(each.times_ms) != step_ms) | (np.diff(each.times_ms // BLOCK_MS) != 0)
    apart |= ended[1:] | ended[:-1]  # a mark is a chunk for itself
    edges = [0, *(np.flatnonzero(apart) + 1).tolist(), len(values)]
    for first, last in pairwise(edges):
        if first < last:
            yield from chunks_of(Samples(int(each.times_ms[first]), step_ms, values[first:last], last - first))
