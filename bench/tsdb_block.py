"""Blocks of a Prometheus, written directly: a month of 500 links every 5 s is too much for promtool's text.

Lives here: the folder of a block (``meta.json``, ``chunks``, ``index``, ``tombstones``). Must not live here: what is
measured. Chunks of equal bytes are written once and named by every series that has them, which readers allow: most
series of most links are the same, and a month of 4,000 million samples has room in some megabytes. Prometheus decodes
all of them all the same.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.tsdb_chunks import Chunk, uvarint
from bench.tsdb_index import ChunkPlace, IndexedSeries, checked, chunk_list, index_of

__all__ = ["BLOCK_MS", "BlockSeries", "write_blocks"]

#: A block reaches over so long; Prometheus makes none longer than 31 days.
BLOCK_MS = 10 * 86_400_000

_SEGMENT = struct.pack(">IB3x", 0x85BD40DD, 1)
_TOMBSTONES = struct.pack(">IB", 0x0130BA30, 1)
_XOR = b"\x01"

#: Digits of a ULID: Crockford's base 32.
_DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@dataclass(frozen=True, slots=True)
class BlockSeries:
    """One series, its chunks in order; none reaches over a border between blocks."""

    labels: dict[str, str]
    chunks: Sequence[Chunk]


class _Segment:
    """The one segment of a block, as it grows."""

    def __init__(self) -> None:
        self.file = bytearray(_SEGMENT)
        self._places: dict[bytes, int] = {}

    def place(self, data: bytes) -> int:
        """Where these bytes lie; they are added where they do not yet."""
        if data not in self._places:
            self._places[data] = len(self.file)
            self.file += uvarint(len(data)) + _XOR + data + checked(_XOR + data)
        return self._places[data]


def write_blocks(folder: Path, series: Iterable[BlockSeries]) -> int:
    """Add blocks with all these series to the folder of a Prometheus that does not run; the samples written."""
    blocks: dict[int, _Block] = {}
    parts: dict[int, dict[int, list[Chunk]]] = {}  # of the same list of chunks, by block
    kept = list(series)  # so that each list keeps its identity
    for each in kept:
        if id(each.chunks) not in parts:
            parts[id(each.chunks)] = _by_block(each.chunks)
        for number, chunks in parts[id(each.chunks)].items():
            blocks.setdefault(number, _Block()).add(each.labels, chunks)
    for number, block in blocks.items():
        block.write(folder / _ulid(number), _ulid(number))
    return sum(block.samples for block in blocks.values())


def _by_block(chunks: Iterable[Chunk]) -> dict[int, list[Chunk]]:
    found: dict[int, list[Chunk]] = {}
    for chunk in chunks:
        number = chunk.first_ms // BLOCK_MS
        assert chunk.last_ms // BLOCK_MS == number
        found.setdefault(number, []).append(chunk)
    return found


class _Block:
    """One block, as it grows."""

    def __init__(self) -> None:
        self._segment = _Segment()
        self._series: list[IndexedSeries] = []
        self._lists: dict[int, tuple[bytes, int]] = {}  #: of the same list of chunks, its entry and its samples
        self._first_ms, self._last_ms, self._chunks, self.samples = 1 << 62, 0, 0, 0

    def add(self, labels: dict[str, str], chunks: list[Chunk]) -> None:
        """One more series; ``chunks`` is kept by the caller until the block is written."""
        if id(chunks) not in self._lists:
            places = [ChunkPlace(each.first_ms, each.last_ms, self._segment.place(each.data)) for each in chunks]
            self._lists[id(chunks)] = chunk_list(places), sum(each.samples for each in chunks)
        entry, samples = self._lists[id(chunks)]
        self._series.append(IndexedSeries(tuple(sorted(labels.items())), entry))
        self._first_ms = min(self._first_ms, chunks[0].first_ms)
        self._last_ms = max(self._last_ms, chunks[-1].last_ms)
        self._chunks += len(chunks)
        self.samples += samples

    def write(self, folder: Path, ulid: str) -> None:
        """Its folder."""
        (folder / "chunks").mkdir(parents=True)
        (folder / "chunks/000001").write_bytes(self._segment.file)
        (folder / "index").write_bytes(index_of(self._series))
        (folder / "tombstones").write_bytes(_TOMBSTONES + checked(b""))
        meta = {
            "ulid": ulid,
            "minTime": self._first_ms,
            "maxTime": self._last_ms + 1,
            "stats": {"numSamples": self.samples, "numSeries": len(self._series), "numChunks": self._chunks},
            "compaction": {"level": 1, "sources": [ulid]},
            "version": 1,
        }
        (folder / "meta.json").write_text(json.dumps(meta, indent="\t"), encoding="utf-8")


def _ulid(number: int) -> str:
    """Of block ``number``: 128 bits, the upper 48 of them a time in milliseconds."""
    value = (number * BLOCK_MS) << 80 | number
    return "".join(_DIGITS[value >> 5 * place & 31] for place in range(25, -1, -1))
