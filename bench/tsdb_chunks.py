"""Samples as the chunks of a Prometheus block: XOR encoding, as ``tsdb/docs/format/chunks.md`` describes it.

Lives here: the bytes of one chunk. Must not live here: files, labels, what the samples mean. Two shapes are written:
runs of one value, which are almost nothing but zero bits, and values that change at every sample, for which numpy lays
all bits side by side. Times within a chunk are equally far apart; where they are not, a new chunk begins. The encoder
chooses one window of bits for a whole chunk, which costs some bits and which every reader understands.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

__all__ = ["STALE", "Chunk", "Samples", "chunks_of", "uvarint", "varint"]

Int64s = NDArray[np.int64]
Float64s = NDArray[np.float64]

#: What Prometheus writes where a series ended: a signalling NaN of its own, as eight bytes.
_STALE_BITS = 0x7FF0000000000002

#: A number that stands for it in ``Samples``, for Python does not promise to keep the bits of a NaN.
STALE = -1e300

#: Most samples in a chunk. Prometheus has 120, and every question decodes each chunk that it touches from its start;
#: more of them here keep the index small.
_AT_MOST = 1_440

#: Chunks of most series begin at the same scrapes: so many numbers and chunks are kept as they were encoded.
_KEPT = 1 << 16

_VALUE_BITS = 64
_LEADING_AT_MOST = 31


@dataclass(frozen=True, slots=True)
class Samples:
    """Some samples of a series, equally far apart."""

    start_ms: int
    step_ms: int
    values: Float64s  #: one for each sample, or a single one that all of them have
    count: int


@dataclass(frozen=True, slots=True)
class Chunk:
    """One chunk, as the index names it and as the segment holds it."""

    first_ms: int
    last_ms: int
    samples: int
    data: bytes


@lru_cache(_KEPT)
def uvarint(number: int) -> bytes:
    """Seven bits a byte, the lowest first (encoding/binary of Go)."""
    found = bytearray()
    while number >= 0x80:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    found.append(number)
    return bytes(found)


@lru_cache(_KEPT)
def varint(number: int) -> bytes:
    """Signed: zigzag first."""
    return uvarint(number << 1 if number >= 0 else (-number << 1) - 1)


def chunks_of(samples: Samples) -> Iterator[Chunk]:
    """The chunks that hold these samples, in order."""
    equal = len(samples.values) == 1
    for at in range(0, samples.count, _AT_MOST):
        count = min(_AT_MOST, samples.count - at)
        first = samples.start_ms + at * samples.step_ms
        if equal:
            data = _equal(first, samples.step_ms, float(samples.values[0]), count)
        else:
            data = _others(first, samples.step_ms, samples.values[at : at + count])
        yield Chunk(first, first + (count - 1) * samples.step_ms, count, data)


@lru_cache
def _zeros(count: int) -> bytes:
    """The bits of ``count`` equal samples behind the first: one for the second, two for each that follows."""
    return bytes((2 * count - 1 + 7) // 8)


def _head(first_ms: int, bits: int, count: int) -> bytes:
    return struct.pack(">H", count) + varint(first_ms) + struct.pack(">Q", bits)


@lru_cache(_KEPT)
def _equal(first_ms: int, step_ms: int, value: float, count: int) -> bytes:
    bits = _STALE_BITS if value == STALE else struct.unpack(">Q", struct.pack(">d", value))[0]
    head = _head(first_ms, bits, count)
    return head if count == 1 else head + uvarint(step_ms) + _zeros(count - 1)


def _others(first_ms: int, step_ms: int, values: Float64s) -> bytes:
    bits = values.view(np.uint64)
    head = _head(first_ms, int(bits[0]), len(values))
    return head if len(values) == 1 else head + uvarint(step_ms) + _differences(bits[1:] ^ bits[:-1])


def _differences(changed: NDArray[np.uint64]) -> bytes:
    """The bits of every sample but the first: no change of the step, then the change of the value.

    One window of bits holds every change of the chunk; the first change names it, the others use it again.
    """
    every = int(np.bitwise_or.reduce(changed))
    is_changed = changed != 0
    if every == 0:
        return _zeros(len(changed))
    leading = min(_VALUE_BITS - every.bit_length(), _LEADING_AT_MOST)
    trailing = (every & -every).bit_length() - 1
    lanes = np.unpackbits(changed.astype(">u8").view(np.uint8)).reshape(len(changed), _VALUE_BITS)
    window = lanes[:, leading : _VALUE_BITS - trailing]
    # step as before | changed | the window as before | its bits; where nothing changed only the first two
    bits = np.zeros((len(changed), 3 + window.shape[1]), np.uint8)
    bits[:, 1] = is_changed
    bits[:, 3:] = window
    flat = bits.ravel()
    if not is_changed.all():
        written = np.ones(bits.shape, bool)
        written[:, 2:] = is_changed[:, None]
        flat = bits[written]
    first = int(is_changed.argmax()) * 2 + 2
    named = [1, *_bits(leading, 5), *_bits(window.shape[1] % _VALUE_BITS, 6)]
    # the second sample has its step in front, not a change of it: its first bit is left out
    return np.packbits(np.concatenate([flat[1:first], np.array(named, np.uint8), flat[first + 1 :]])).tobytes()


def _bits(number: int, wide: int) -> list[int]:
    """The lowest ``wide`` bits, the highest first."""
    return [number >> place & 1 for place in range(wide - 1, -1, -1)]
