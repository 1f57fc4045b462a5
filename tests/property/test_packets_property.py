"""Any bytes may arrive: parsing never raises, and what we send comes back as what it was."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from exporter.protocols import icmp
from exporter.transport.control import (
    extended_error,
    is_transmit_stamp,
    receive_stamps,
    transmit_counts,
    transmit_times,
)
from exporter.transport.fake import Packet, echo_of
from exporter.transport.icmp import _without_ip_header
from exporter.transport.mmsg import CONTROL_BYTES
from exporter.transport.ports import Bytes

WIDTH = 192

messages = st.lists(st.binary(max_size=300), max_size=8)
families = st.sampled_from([4, 6])
words = st.integers(0, 0xFFFF)


def rows(found: list[bytes], width: int) -> tuple[Bytes, np.ndarray]:
    """Messages as the kernel leaves them: cut at ``width``, zeros behind, with their true lengths."""
    data = np.zeros((len(found), width), np.uint8)
    for row, message in enumerate(found):
        data[row, : min(len(message), width)] = np.frombuffer(message[:width], np.uint8)
    return data, np.array([len(message) for message in found], np.int64)


@settings(max_examples=200, deadline=None)
@given(messages, families, st.booleans())
def test_parsing_never_raises(found: list[bytes], family: int, known_good: bool) -> None:
    """Whatever bytes arrive, each parser has a row for each message, and only whole echoes are intact."""
    data, length = rows(found, WIDTH)
    echoes = icmp.parse_echoes(family, data, length, checksum_known_good=known_good)
    quotes = icmp.parse_quotes(family, data, length)
    count = len(found)
    assert len(icmp.is_reply(family, data)) == len(icmp.is_error(family, data)) == count
    assert len(echoes.intact) == len(echoes.cookie) == len(quotes.valid) == len(quotes.destination) == count
    assert not (echoes.intact & (length != icmp.ECHO_BYTES)).any()
    assert not (quotes.valid & (length < 36)).any()


@settings(max_examples=200, deadline=None)
@given(messages)
def test_taking_off_the_ip_header_never_raises(found: list[bytes]) -> None:
    """A header of any claimed length leaves a message of the same width, and never a negative length."""
    data, length = rows(found, WIDTH)
    messages_, lengths = _without_ip_header(data, length)
    assert messages_.shape == (len(found), WIDTH - 60)
    assert len(lengths) == len(found)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.binary(max_size=CONTROL_BYTES), max_size=6))
def test_control_messages_never_raise(found: list[bytes]) -> None:
    """Any control data is stamps, an error or nothing."""
    control, length = rows(found, CONTROL_BYTES)
    stamps, overflow = receive_stamps(control, length.astype(np.uint64))
    assert len(stamps) == len(found)
    assert overflow >= 0
    is_stamp = is_transmit_stamp(control)
    assert len(transmit_times(control[is_stamp])) == len(transmit_counts(control[is_stamp])) == int(is_stamp.sum())
    assert all(error is None or len(error[2]) == 28 for error in map(extended_error, found))


@settings(max_examples=200, deadline=None)
@given(families, st.lists(st.tuples(words, words, st.integers(0, 2**64 - 1)), min_size=1, max_size=20))
def test_an_honest_reply_gives_back_what_was_sent(family: int, echoes: list[tuple[int, int, int]]) -> None:
    """Identifier, sequence and cookie survive the way there and back, and the reply is intact."""
    identifier = np.array([echo[0] for echo in echoes], np.uint16)
    sequence = np.array([echo[1] for echo in echoes], np.uint16)
    cookie = np.array([echo[2] for echo in echoes], np.uint64)
    requests = icmp.echo_requests(family, identifier, sequence, cookie)
    replies = [echo_of(Packet(family, bytes(16), row.tobytes(), 0), 0).data for row in requests]
    data, length = rows(replies, WIDTH)
    found = icmp.parse_echoes(family, data, length, checksum_known_good=False)
    assert icmp.is_reply(family, data).all()
    assert found.intact.all()
    assert found.identifier.tolist() == identifier.tolist()
    assert found.sequence.tolist() == sequence.tolist()
    assert found.cookie.tolist() == cookie.tolist()


@settings(max_examples=200, deadline=None)
@given(words, words, st.integers(0, 2**64 - 1), st.integers(0, 63), st.integers(1, 255))
def test_no_single_damaged_byte_goes_unnoticed(identifier: int, sequence: int, cookie: int, at: int, flip: int) -> None:
    """An IPv4 reply with one byte changed is not intact: the checksum tells."""
    columns = np.array([identifier], np.uint16), np.array([sequence], np.uint16), np.array([cookie], np.uint64)
    request = icmp.echo_requests(4, *columns)[0].tobytes()
    reply = bytearray(echo_of(Packet(4, bytes(16), request, 0), 0).data)
    reply[at] ^= flip
    data, length = rows([bytes(reply)], WIDTH)
    assert not icmp.parse_echoes(4, data, length, checksum_known_good=False).intact[0]
