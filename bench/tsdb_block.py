"""Blocks of a Prometheus, written directly: a month of 500 links every 5 s is too much for promtool's text.

Lives here: the folder of a block (``meta.json``, ``chunks``, ``index``, ``tombstones``). Must not live here: what is
measured. Chunks of equal bytes are written once and named by every series that has them, which readers allow: most
series of most links are the same, and a month of 4,000 million samples has room in some megabytes. Prometheus decodes
all of them all the same.
"""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.tsdb_chunks import Chunk, uvarint
from bench.tsdb_index import ChunkPlace, IndexedSeries, checked, index_of

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
        self._known: dict[int, int] = {}  #: of the same object, which needs no look at its bytes

    def place(self, chunk: Chunk) -> int:
        """Where its bytes lie; they are added where they do not yet."""
        if id(chunk) not in self._known:
            data = chunk.data
            key = hashlib.blake2b(data, digest_size=16).digest()
            if key not in self._places:
                self._places[key] = len(self.file)
                self.file += uvarint(len(data)) + _XOR + data + checked(_XOR + data)
            self._known[id(chunk)] = self._places[key]
        return self._known[id(chunk)]


def write_blocks(folder: Path, series: Iterable[BlockSeries]) -> int:
    """Add blocks with all these series to the folder of a Prometheus that does not run; the samples written."""
    numbers: dict[int, list[tuple[BlockSeries, list[Chunk]]]] = {}
    for each in series:
        of_block: dict[int, list[Chunk]] = {}
        for chunk in each.chunks:
            assert chunk.first_ms // BLOCK_MS == chunk.last_ms // BLOCK_MS
            of_block.setdefault(chunk.first_ms // BLOCK_MS, []).append(chunk)
        for number, chunks in of_block.items():
            numbers.setdefault(number, []).append((each, chunks))
    return sum(_write_block(folder, number, found) for number, found in sorted(numbers.items()))


def _write_block(folder: Path, number: int, series: Sequence[tuple[BlockSeries, list[Chunk]]]) -> int:
    segment, indexed = _Segment(), []
    for each, chunks in series:
        places = [ChunkPlace(chunk.first_ms, chunk.last_ms, segment.place(chunk)) for chunk in chunks]
        indexed.append(IndexedSeries(tuple(sorted(each.labels.items())), places))
    every = [chunk for _, chunks in series for chunk in chunks]
    samples = sum(chunk.samples for chunk in every)
    first_ms, last_ms = min(chunk.first_ms for chunk in every), max(chunk.last_ms for chunk in every)
    ulid = _ulid(number)
    block = folder / ulid
    (block / "chunks").mkdir(parents=True)
    (block / "chunks/000001").write_bytes(segment.file)
    (block / "index").write_bytes(index_of(indexed))
    (block / "tombstones").write_bytes(_TOMBSTONES + checked(b""))
    statistics = {"numSamples": samples, "numSeries": len(indexed), "numChunks": len(every)}
    meta = {
        "ulid": ulid,
        "minTime": first_ms,
        "maxTime": last_ms + 1,
        "stats": statistics,
        "compaction": {"level": 1, "sources": [ulid]},
        "version": 1,
    }
    (block / "meta.json").write_text(json.dumps(meta, indent="\t"), encoding="utf-8")
    return samples


def _ulid(number: int) -> str:
    """Of block ``number``: 128 bits, the upper 48 of them a time in milliseconds."""
    value = (number * BLOCK_MS) << 80 | number
    return "".join(_DIGITS[value >> 5 * place & 31] for place in range(25, -1, -1))
