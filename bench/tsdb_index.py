"""The index of a Prometheus block: which series there are and where their chunks lie (``tsdb/docs/format/index.md``).

Lives here: the bytes of the file ``index``, version 2. Must not live here: chunks, other files. The two sections of
label indices, which no reader uses any more, are left out, as Prometheus itself does since 2024.
"""

from __future__ import annotations

import struct
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import google_crc32c

from bench.tsdb_chunks import uvarint, varint

__all__ = ["ChunkPlace", "IndexedSeries", "checked", "chunk_list", "index_of"]

_MAGIC = 0xBAAAD700
_VERSION = 2
_SERIES_ALIGN = 16
_POSTINGS_ALIGN = 4

Labels = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ChunkPlace:
    """Where one chunk lies."""

    first_ms: int
    last_ms: int
    reference: int  #: the segment's number from nought in the upper 32 bits, the offset in it in the lower


@dataclass(frozen=True, slots=True)
class IndexedSeries:
    """One series of a block."""

    labels: Labels  #: sorted by name
    chunks: bytes  #: as ``chunk_list`` gives it; most series share theirs with others


def checked(data: bytes) -> bytes:
    """The CRC-32C (Castagnoli) of it, big-endian."""
    return struct.pack(">I", google_crc32c.value(data))


def index_of(series: Iterable[IndexedSeries]) -> bytes:
    """The whole file; series are put in the order of their labels."""
    ordered = sorted(series, key=lambda each: each.labels)
    words = sorted({word for each in ordered for pair in each.labels for word in pair})
    symbols = {word: number for number, word in enumerate(words)}
    file = bytearray(struct.pack(">IB", _MAGIC, _VERSION))
    symbols_at = len(file)
    file += _section(struct.pack(">I", len(words)) + b"".join(_text(word) for word in words))
    series_at = len(file)
    postings: dict[tuple[str, str], list[int]] = defaultdict(list)
    for each in ordered:
        _align(file, _SERIES_ALIGN)
        for pair in (("", ""), *each.labels):
            postings[pair].append(len(file) // _SERIES_ALIGN)
        entry = _series(each, symbols)
        file += uvarint(len(entry)) + entry + checked(entry)
    label_indices_at = len(file)
    _align(file, _POSTINGS_ALIGN)
    postings_at = len(file)
    table = bytearray(struct.pack(">I", len(postings)))
    for name, value in sorted(postings):
        _align(file, _POSTINGS_ALIGN)
        table += uvarint(2) + _text(name) + _text(value) + uvarint(len(file))
        ids = postings[name, value]
        file += _section(struct.pack(f">I{len(ids)}I", len(ids), *ids))
    table_at = len(file)
    file += _section(bytes(table))
    contents = struct.pack(">6Q", symbols_at, series_at, label_indices_at, table_at, postings_at, table_at)
    return bytes(file) + contents + checked(contents)


def _section(body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + body + checked(body)


def _text(word: str) -> bytes:
    raw = word.encode()
    return uvarint(len(raw)) + raw


def _align(file: bytearray, to: int) -> None:
    file += bytes(-len(file) % to)


def _series(each: IndexedSeries, symbols: dict[str, int]) -> bytes:
    entry = bytearray(uvarint(len(each.labels)))
    for name, value in each.labels:
        entry += uvarint(symbols[name]) + uvarint(symbols[value])
    return bytes(entry) + each.chunks


def chunk_list(places: Sequence[ChunkPlace]) -> bytes:
    """Where the chunks of one series lie, as its entry ends with it."""
    entry = bytearray(uvarint(len(places)))
    last_ms = last_reference = 0
    for number, chunk in enumerate(places):
        assert number == 0 or chunk.first_ms > last_ms
        since = chunk.first_ms - last_ms
        entry += uvarint(since) if number else varint(since)
        entry += uvarint(chunk.last_ms - chunk.first_ms)
        entry += varint(chunk.reference - last_reference) if number else uvarint(chunk.reference)
        last_ms, last_reference = chunk.last_ms, chunk.reference
    return bytes(entry)
