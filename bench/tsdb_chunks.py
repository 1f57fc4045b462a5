"""Samples as the chunks of a Prometheus block: XOR encoding, as ``tsdb/docs/format/chunks.md`` describes it.

Lives here: the bytes of one chunk. Must not live here: files, labels, what the samples mean. Two shapes are written:
runs of one value, which are almost nothing but zero bits, and values that change at every sample, for which numpy lays
all bits side by side. Times within a chunk are equally far apart; where they are not, a new chunk begins. The encoder
never reuses the window of the sample before, which costs some bits and which every reader understands.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

__all__ = ["STALE", "Chunk", "Samples", "chunks_of", "uvarint", "varint"]

Int64s = NDArray[np.int64]
Float64s = NDArray[np.float64]

#: What Prometheus writes where a series ended: a signalling NaN of its own, as eight bytes.
_STALE_BITS = 0x7FF0000000000002

#: A number that stands for it in ``Samples``, for Python does not promise to keep the bits of a NaN.
STALE = -1e300

#: Most samples in a chunk whose values are equal (a day at 5 s), and whose values are not.
_EQUAL_AT_MOST = 17_280
_OTHERS_AT_MOST = 2_880

_VALUE_BITS = 64
_LEADING_AT_MOST = 31


@dataclass(frozen=True, slots=True)
class Samples:
    """Some samples of a series, equally far apart."""

    start_ms: int
    step_ms: int
    values: Float64s  #: or one value
    count: int  #: how many; more than there are values: all have the one value


@dataclass(frozen=True, slots=True)
class Chunk:
    """One chunk, as the index names it and as the segment holds it."""

    first_ms: int
    last_ms: int
    samples: int
    data: bytes


def uvarint(number: int) -> bytes:
    """Seven bits a byte, the lowest first (encoding/binary of Go)."""
    found = bytearray()
    while number >= 0x80:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    found.append(number)
    return bytes(found)


def varint(number: int) -> bytes:
    """Signed: zigzag first."""
    return uvarint(number << 1 if number >= 0 else (-number << 1) - 1)


def chunks_of(samples: Samples) -> Iterator[Chunk]:
    """The chunks that hold these samples, in order."""
    equal = len(samples.values) == 1
    most = _EQUAL_AT_MOST if equal else _OTHERS_AT_MOST
    for at in range(0, samples.count, most):
        count = min(most, samples.count - at)
        first = samples.start_ms + at * samples.step_ms
        if equal:
            data = _equal(first, samples.step_ms, float(samples.values[0]), count)
        else:
            data = _others(first, samples.step_ms, samples.values[at : at + count])
        yield Chunk(first, first + (count - 1) * samples.step_ms, count, data)


@cache
def _zeros(count: int) -> bytes:
    """The bits of ``count`` equal samples behind the first: one for the second, two for each that follows."""
    return bytes((2 * count - 1 + 7) // 8)


def _head(first_ms: int, bits: int, count: int) -> bytes:
    return struct.pack(">H", count) + varint(first_ms) + struct.pack(">Q", bits)


def _equal(first_ms: int, step_ms: int, value: float, count: int) -> bytes:
    bits = _STALE_BITS if value == STALE else struct.unpack(">Q", struct.pack(">d", value))[0]
    head = _head(first_ms, bits, count)
    return head if count == 1 else head + uvarint(step_ms) + _zeros(count - 1)


def _others(first_ms: int, step_ms: int, values: Float64s) -> bytes:
    bits = values.view(np.uint64)
    head = _head(first_ms, int(bits[0]), len(values))
    return head if len(values) == 1 else head + uvarint(step_ms) + _differences(bits[1:] ^ bits[:-1])


def _differences(changed: NDArray[np.uint64]) -> bytes:
    """The bits of every sample but the first: no change of the step, then the change of the value."""
    lanes = np.unpackbits(changed.astype(">u8").view(np.uint8)).reshape(len(changed), _VALUE_BITS)
    is_changed = lanes.any(axis=1)
    leading = np.minimum(lanes.argmax(axis=1), _LEADING_AT_MOST)
    trailing = lanes[:, ::-1].argmax(axis=1)
    wide = np.where(is_changed, _VALUE_BITS - leading - trailing, 0)
    place = np.arange(_VALUE_BITS)
    kept = (place >= leading[:, None]) & (place < (leading + wide)[:, None])
    # dod 0 | changed | a window of its own | its leading zeros in five bits | its width in six (64 is 0) | the window
    marks = np.stack([np.zeros(len(changed), bool), is_changed, is_changed], axis=1)
    numbers = np.hstack([_bits(leading, 5), _bits(wide % _VALUE_BITS, 6)])
    all_bits = np.hstack([marks, numbers, lanes.astype(bool)])
    written = np.hstack(
        [
            np.ones((len(changed), 2), bool),
            np.repeat(is_changed[:, None], 12, axis=1),
            kept,
        ]
    )
    written[0, 0] = False  # the second sample has its step in front, not a change of it
    return np.packbits(all_bits[written]).tobytes()


def _bits(numbers: Int64s, wide: int) -> NDArray[np.bool_]:
    """The lowest ``wide`` bits of each number, the highest first."""
    return (numbers[:, None] >> np.arange(wide - 1, -1, -1) & 1).astype(bool)
