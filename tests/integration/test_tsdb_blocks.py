"""Blocks that ``bench/tsdb_block.py`` writes are what Prometheus' own tool reads in them, sample by sample."""

from __future__ import annotations

import subprocess
from collections import defaultdict
from pathlib import Path

import numpy as np

from bench.tsdb_block import BLOCK_MS, BlockSeries, write_blocks
from bench.tsdb_chunks import STALE, Chunk, Samples, chunks_of

_FIRST_MS = 2_070 * BLOCK_MS + 1_234_567
_STEP_MS = 15_000

Written = dict[str, list[tuple[int, float]]]


def _dumped(promtool: str, folder: Path) -> Written:
    """Every sample by the value of the label ``link``; a mark of staleness is no number."""
    (folder / "wal").mkdir()  # promtool 2 reads none without it
    ran = subprocess.run(
        [promtool, "tsdb", "dump", str(folder)], capture_output=True, text=True, check=True, timeout=60
    )
    found: Written = defaultdict(list)
    for line in ran.stdout.splitlines():
        if line:
            labels, value, time_ms = line.rsplit(" ", 2)
            found[labels.split('link="')[1].split('"')[0]].append((int(time_ms), float(value)))
    return dict(found)


def _times(first_ms: int, count: int) -> list[int]:
    return [first_ms + place * _STEP_MS for place in range(count)]


def test_every_sample_is_read_as_it_was_written(promtool: str, tmp_path: Path) -> None:
    """Equal values over many chunks, values of every kind, one sample alone, counters, and two blocks."""
    random = np.random.default_rng(7)
    kinds = {
        "growing": np.arange(5_000) * 0.997 + 3.14159,
        "counting": np.arange(5_000, dtype=float),
        "any": np.concatenate([random.normal(size=2_000), [0.0, -0.0, 1e300, 5e-324, 0.0, 0.0], np.repeat(2.5, 900)]),
        "once": np.array([1.5, 1.5, 1.5, 9.25]),
    }
    series = [
        BlockSeries({"__name__": "a", "link": kind}, list(chunks_of(Samples(_FIRST_MS, _STEP_MS, values, len(values)))))
        for kind, values in kinds.items()
    ]
    runs = [(_FIRST_MS, 20_000, 1.0), (_FIRST_MS + 30_000 * _STEP_MS, 1, 7.0), (_FIRST_MS + BLOCK_MS, 3, 2.5)]
    chunks: list[Chunk] = []
    for first_ms, count, value in runs:
        chunks += chunks_of(Samples(first_ms, _STEP_MS, np.array([value]), count))
    series.append(BlockSeries({"__name__": "b", "link": "equal"}, chunks))
    written = write_blocks(tmp_path, series)
    dumped = _dumped(promtool, tmp_path)
    assert written == sum(map(len, dumped.values()))
    for kind, values in kinds.items():
        assert dumped[kind] == list(zip(_times(_FIRST_MS, len(values)), values.tolist(), strict=True))
    expected = [(at_ms, value) for first_ms, count, value in runs for at_ms in _times(first_ms, count)]
    assert sorted(dumped["equal"]) == expected


def test_a_mark_of_staleness_is_no_sample(promtool: str, tmp_path: Path) -> None:
    """Prometheus knows its own bits: it does not show them as a number."""
    chunks = [
        *chunks_of(Samples(_FIRST_MS, _STEP_MS, np.array([4.0]), 10)),
        *chunks_of(Samples(_FIRST_MS + 10 * _STEP_MS, _STEP_MS, np.array([STALE]), 1)),
    ]
    assert write_blocks(tmp_path, [BlockSeries({"__name__": "a", "link": "x"}, chunks)]) == 11
    (samples,) = _dumped(promtool, tmp_path).values()
    numbers = [value for _, value in samples if value == value]  # noqa: PLR0124 - NaN differs from itself
    assert numbers == [4.0] * 10
    bits = chunks[-1].data[-8:]
    assert bits == bytes.fromhex("7ff0000000000002")
