"""BER of the simulated routers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyasn1.codec.ber import decoder
from pyasn1.type import univ

from exporter.sim.ber import BerError, Tag, children, encode, integer, oid, read, to_int, to_oid

NAMES = st.tuples(st.integers(0, 1), st.integers(0, 39)).flatmap(
    lambda head: st.lists(st.integers(0, 2**32 - 1), max_size=20).map(lambda rest: (*head, *rest))
)


@given(st.integers(-(2**63), 2**64))
def test_numbers_are_read_by_another_implementation(number: int) -> None:
    """pyasn1 reads what is written here, and so do we."""
    written = integer(number)
    assert decoder.decode(written, asn1Spec=univ.Integer())[0] == number
    assert to_int(read(written)) == number


@given(NAMES)
def test_names_are_read_by_another_implementation(name: tuple[int, ...]) -> None:
    """pyasn1 reads what is written here, and so do we."""
    assert tuple(decoder.decode(oid(name), asn1Spec=univ.ObjectIdentifier())[0]) == name
    assert to_oid(read(oid(name))) == name


@pytest.mark.parametrize("length", [0, 127, 128, 255, 256, 70_000])
def test_lengths_are_read_by_another_implementation(length: int) -> None:
    """Short and long forms of the length."""
    written = encode(Tag.OCTETS, bytes(length))
    assert bytes(decoder.decode(written, asn1Spec=univ.OctetString())[0]) == bytes(length)
    assert read(written).content == bytes(length)


def test_places_are_those_within_the_whole() -> None:
    """A child says where it lies, so that its bytes can be changed."""
    inner = encode(Tag.SEQUENCE, integer(7), encode(Tag.OCTETS, b"here"))
    whole = encode(Tag.SEQUENCE, integer(1), inner)
    number, sequence = children(whole, 0, Tag.SEQUENCE)
    assert to_int(number) == 1
    _, octets = children(whole, sequence.at, Tag.SEQUENCE)
    assert whole[octets.start : octets.end] == b"here"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x30",
        b"\x30\x05\x02\x01",
        b"\x30\x80",
        b"\x30\x85\x00\x00\x00\x00\x01",
        b"\x30\x03\x02\x05\x01",
        b"\x02\x01\x01",
    ],
)
def test_what_is_no_whole_sequence_is_refused(data: bytes) -> None:
    """Cut short, of no or too long a length, with a child beyond its end, or something else."""
    with pytest.raises(BerError):
        children(data, 0, Tag.SEQUENCE)


@pytest.mark.parametrize("data", [b"\x06\x00", b"\x06\x02\x2b\x86", b"\x02\x01\x01"])
def test_what_is_no_name_is_refused(data: bytes) -> None:
    """Empty, unfinished, or a number."""
    with pytest.raises(BerError):
        to_oid(read(data))
