"""BER as SNMP uses it: values into bytes and back.

Lives here: tags, lengths, and the few types of RFC 3416. Must not live here: what messages mean. It is written apart
from the exporter's libraries on purpose: the simulator must not repeat a mistake of theirs.
Source: ITU-T X.690 (8.1, 8.3, 8.19), RFC 3417 (8).
"""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

__all__ = ["BerError", "Oid", "Tag", "Tlv", "children", "encode", "integer", "oid", "read", "to_int", "to_oid"]

Oid = tuple[int, ...]


class BerError(Exception):
    """The bytes are not the value that was expected."""


class Tag(IntEnum):
    """The first byte of each kind of value."""

    INTEGER = 0x02
    OCTETS = 0x04
    NULL = 0x05
    OID = 0x06
    SEQUENCE = 0x30
    COUNTER32 = 0x41
    GAUGE32 = 0x42
    TIME_TICKS = 0x43
    COUNTER64 = 0x46
    NO_SUCH_OBJECT = 0x80
    NO_SUCH_INSTANCE = 0x81
    END_OF_MIB_VIEW = 0x82
    GET = 0xA0
    GET_NEXT = 0xA1
    RESPONSE = 0xA2
    SET = 0xA3
    GET_BULK = 0xA5
    REPORT = 0xA8


class Tlv(NamedTuple):
    """One value as it was read."""

    tag: int
    content: bytes
    at: int  #: where the tag lies in what was read
    start: int  #: where the content begins
    end: int  #: behind it


def read(data: bytes, at: int = 0) -> Tlv:
    """The value that begins at ``at``; BerError where there is no whole one."""
    if at + 2 > len(data):
        raise BerError("no value")
    tag, length, start = data[at], data[at + 1], at + 2
    if length & 0x80:
        count = length & 0x7F
        if not 1 <= count <= 4:
            raise BerError("no length")
        length, start = int.from_bytes(data[start : start + count]), start + count
    if start + length > len(data):
        raise BerError("cut short")
    return Tlv(tag, data[start : start + length], at, start, start + length)


def children(data: bytes, at: int, tag: int) -> list[Tlv]:
    """The values within the one of ``tag`` that begins at ``at``, their places within ``data``; BerError otherwise."""
    outer = read(data, at)
    if outer.tag != tag:
        raise BerError(f"tag {outer.tag:#x} in place of {tag:#x}")
    found, place = [], outer.start
    while place < outer.end:
        found.append(read(data, place))
        place = found[-1].end
    if place != outer.end:
        raise BerError("more than its parent")
    return found


def to_int(value: Tlv) -> int:
    """The number that an INTEGER holds; BerError for anything else."""
    if value.tag != Tag.INTEGER or not value.content:
        raise BerError("no number")
    return int.from_bytes(value.content, signed=True)


def to_oid(value: Tlv) -> Oid:
    """The name that an OBJECT IDENTIFIER holds; BerError for anything else."""
    if value.tag != Tag.OID or not value.content or value.content[-1] & 0x80:
        raise BerError("no object identifier")
    numbers, number = [], 0
    for byte in value.content:
        number = number << 7 | byte & 0x7F
        if not byte & 0x80:
            numbers.append(number)
            number = 0
    first = min(numbers[0] // 40, 2)
    return (first, numbers[0] - 40 * first, *numbers[1:])


def encode(tag: int, *contents: bytes) -> bytes:
    """The value of ``tag`` whose content is ``contents``, one after the other."""
    content = b"".join(contents)
    length = len(content)
    if length < 0x80:
        return bytes((tag, length)) + content
    spelled = length.to_bytes((length.bit_length() + 7) // 8)
    return bytes((tag, 0x80 | len(spelled))) + spelled + content


def integer(number: int, tag: int = Tag.INTEGER) -> bytes:
    """``number`` in as few bytes as it takes, also for the counters, which are integers of another tag."""
    return encode(tag, number.to_bytes(number.bit_length() // 8 + 1, signed=True))


def oid(name: Oid) -> bytes:
    """``name`` as an OBJECT IDENTIFIER."""
    pieces = bytearray()
    for number in (40 * name[0] + name[1], *name[2:]):
        spelled = [number & 0x7F]
        while number := number >> 7:
            spelled.append(number & 0x7F | 0x80)
        pieces += bytes(reversed(spelled))
    return encode(Tag.OID, bytes(pieces))
