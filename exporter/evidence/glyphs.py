"""Which characters a TrueType font can show, and texts in which all others are written out.

Lives here: the character map of a font (OpenType 1.9, "cmap", format 4: all that ours have beyond a few). Must not
live here: files, setting of pages. PDF/A allows no character without a glyph; a name in another script stays readable
as its code points, and the data files have it as it is.
"""

from __future__ import annotations

import struct
import unicodedata
from typing import Any

__all__ = ["characters_of", "showable"]

_UNICODE_BMP = ((3, 1), (0, 3))


def characters_of(font: bytes) -> frozenset[int]:
    """The code points for which ``font`` has a glyph. Raises ValueError for a font without such a map."""
    (tables,) = struct.unpack_from(">H", font, 4)
    for index in range(tables):
        tag, _, offset, _ = struct.unpack_from(">4sIII", font, 12 + 16 * index)
        if tag == b"cmap":
            return _of_map(font, offset)
    raise ValueError("the font has no character map")


def _of_map(font: bytes, start: int) -> frozenset[int]:
    (many,) = struct.unpack_from(">H", font, start + 2)
    for index in range(many):
        platform, encoding, offset = struct.unpack_from(">HHI", font, start + 4 + 8 * index)
        (form,) = struct.unpack_from(">H", font, start + offset)
        if (platform, encoding) in _UNICODE_BMP and form == 4:
            return frozenset(_of_segments(font, start + offset))
    raise ValueError("the font has no map of format 4")


def _of_segments(font: bytes, start: int) -> set[int]:
    (twice,) = struct.unpack_from(">H", font, start + 6)
    many = twice // 2
    ends = struct.unpack_from(f">{many}H", font, start + 14)
    starts = struct.unpack_from(f">{many}H", font, start + 16 + twice)
    deltas = struct.unpack_from(f">{many}H", font, start + 16 + 2 * twice)
    offsets_at = start + 16 + 3 * twice
    offsets = struct.unpack_from(f">{many}H", font, offsets_at)
    found: set[int] = set()
    for index, (first, last, delta, offset) in enumerate(zip(starts, ends, deltas, offsets, strict=True)):
        for code in range(first, last + 1):
            glyph = (code + delta) & 0xFFFF
            if offset:
                (raw,) = struct.unpack_from(">H", font, offsets_at + 2 * index + offset + 2 * (code - first))
                glyph = (raw + delta) & 0xFFFF if raw else 0
            if glyph and code != 0xFFFF:  # which ends every map
                found.add(code)
    return found


def showable(value: Any, known: frozenset[int]) -> Any:
    """The same JSON-able value; characters of its texts that are not ``known`` are written as ``[U+4E2D]``.

    Texts are composed first (NFC), for the fonts have few combining marks.
    """
    if isinstance(value, str):
        text = unicodedata.normalize("NFC", value)
        return "".join(each if each == "\n" or ord(each) in known else f"[U+{ord(each):04X}]" for each in text)
    if isinstance(value, dict):
        return {key: showable(each, known) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [showable(each, known) for each in value]
    return value
