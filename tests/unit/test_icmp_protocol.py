"""Echo requests as bytes, replies and errors as columns: held against packets that a kernel made."""

from __future__ import annotations

from ipaddress import ip_address
from pathlib import Path

import numpy as np
import pytest

from exporter.protocols import icmp
from exporter.sim.packet import internet_checksum
from exporter.transport.ports import Bytes

PACKETS = Path(__file__).parent.parent / "data" / "packets"

IDENTIFIER, SEQUENCE, COOKIE = 0xBEEF, 0x0102, bytes.fromhex("0123456789abcdef")
WIDTH = 132


def packet(name: str) -> bytes:
    """A packet of tests/data/packets, from the ICMP header on."""
    data = bytes.fromhex((PACKETS / f"{name}.hex").read_text())
    return data if name.endswith("v6") else data[(data[0] & 15) * 4 :]


def rows(*messages: bytes) -> tuple[Bytes, np.ndarray]:
    """Messages as the transport hands them over: cut at WIDTH, zeros behind them, and their lengths."""
    data = np.zeros((len(messages), WIDTH), np.uint8)
    for row, message in enumerate(messages):
        data[row, : len(message)] = np.frombuffer(message[:WIDTH], np.uint8)
    return data, np.array([len(message) for message in messages], np.int64)


def request(family: int, identifier: int = IDENTIFIER, sequence: int = SEQUENCE) -> bytes:
    """Our request with the cookie of the recorded packets."""
    columns = icmp.echo_requests(
        family, np.array([identifier], np.uint16), np.array([sequence], np.uint16), np.frombuffer(COOKIE, np.uint64)
    )
    return columns.tobytes()


def echo(family: int, message: bytes, *, known_good: bool = False) -> tuple[int, int, bytes, bool]:
    """What ``parse_echoes`` says of one message: identifier, sequence, cookie, intact."""
    data, length = rows(message)
    found = icmp.parse_echoes(family, data, length, checksum_known_good=known_good)
    return int(found.identifier[0]), int(found.sequence[0]), found.cookie.tobytes(), bool(found.intact[0])


def quote(family: int, message: bytes) -> tuple[int, int, str, bool]:
    """What ``parse_quotes`` says of one message: identifier, sequence, destination, valid."""
    data, length = rows(message)
    found = icmp.parse_quotes(family, data, length)
    packed = found.destination[0].tobytes()
    destination = str(ip_address(packed[12:] if family == 4 else packed))
    return int(found.identifier[0]), int(found.sequence[0]), destination, bool(found.valid[0])


# requests


def test_an_ipv4_request_has_the_layout_of_rfc_792() -> None:
    """Type 8, code 0, a right checksum, identifier and sequence in network order, cookie, filling."""
    message = request(4)
    assert (message[:2], message[4:8]) == (b"\x08\0", b"\xbe\xef\x01\x02")
    assert message[8:] == COOKIE + bytes(range(16, 64))
    assert internet_checksum(message) == 0


def test_an_ipv6_request_leaves_the_checksum_to_the_kernel() -> None:
    """Type 128, code 0, checksum 0, the rest as in IPv4."""
    assert request(6) == b"\x80\0\0\0" + request(4)[4:]


def test_requests_of_many_targets_are_each_their_own() -> None:
    """Row by row, a column of requests equals the requests made one at a time, checksums included."""
    rng = np.random.default_rng(1)
    identifier, sequence = rng.integers(0, 1 << 16, (2, 500)).astype(np.uint16)
    cookie = rng.integers(0, 1 << 63, 500).astype(np.uint64)
    packets = icmp.echo_requests(4, identifier, sequence, cookie)
    assert packets.shape == (500, icmp.ECHO_BYTES)
    assert all(internet_checksum(row.tobytes()) == 0 for row in packets)
    assert packets[:, 4:6].tobytes() == identifier.astype(">u2").tobytes()
    assert packets[:, 6:8].tobytes() == sequence.astype(">u2").tobytes()
    assert packets[:, 8:16].tobytes() == cookie.tobytes()


# replies


@pytest.mark.parametrize(
    ("family", "name"), [(4, "echo_reply_v4"), (4, "echo_reply_v4_record_route"), (6, "echo_reply_v6")]
)
def test_a_kernels_reply_is_understood(family: int, name: str) -> None:
    """Identifier, sequence and cookie of a reply that a kernel made, and that it is intact."""
    assert echo(family, packet(name)) == (IDENTIFIER, SEQUENCE, COOKIE, True)


@pytest.mark.parametrize("at", range(64))
def test_any_changed_byte_of_an_ipv4_reply_shows(at: int) -> None:
    """A flipped bit anywhere makes the checksum wrong, if nothing else."""
    message = bytearray(packet("echo_reply_v4"))
    message[at] ^= 0x10
    assert not echo(4, bytes(message))[3]


@pytest.mark.parametrize("at", [1, *range(16, 64)])
@pytest.mark.parametrize("family", [4, 6])
def test_a_changed_code_or_filling_shows_without_the_checksum(family: int, at: int) -> None:
    """Where the kernel vouches for the checksum, code and filling are compared all the same."""
    message = bytearray(packet(f"echo_reply_v{family}"))
    message[at] ^= 1
    assert not echo(family, bytes(message), known_good=True)[3]


@pytest.mark.parametrize("length", [0, 1, 8, 16, 56, 62, 63])
@pytest.mark.parametrize("family", [4, 6])
def test_a_short_reply_is_not_intact(family: int, length: int) -> None:
    """Whatever is missing at the end, a reply of another length than ours is not ours."""
    assert not echo(family, packet(f"echo_reply_v{family}")[:length], known_good=True)[3]


def test_a_short_reply_whose_checksum_fits_is_not_intact() -> None:
    """A middlebox that cuts the payload and mends the checksum is found by the length."""
    cut = b"\0\0\0\0" + packet("echo_reply_v4")[4:40]
    assert not echo(4, cut[:2] + internet_checksum(cut).to_bytes(2) + cut[4:])[3]


@pytest.mark.parametrize("family", [4, 6])
def test_a_longer_reply_is_not_intact(family: int) -> None:
    """Bytes after ours are as wrong as missing ones; in IPv4 zeros would even keep the checksum right."""
    assert not echo(family, packet(f"echo_reply_v{family}") + bytes(2))[3]


def test_the_ipv4_checksum_is_only_left_out_where_the_kernel_checked_it() -> None:
    """A reply with a bad checksum is intact for a datagram socket and damaged for a raw one."""
    message = packet("echo_reply_v4")
    wrong = message[:2] + bytes([message[2] ^ 1]) + message[3:]
    assert (echo(4, wrong)[3], echo(4, wrong, known_good=True)[3]) == (False, True)


def test_types_are_told_apart_in_both_families() -> None:
    """Replies and errors are recognised by type; requests and everything else are neither."""
    data, _ = rows(*(bytes([kind]) + bytes(63) for kind in range(256)))
    replies = {family: np.flatnonzero(icmp.is_reply(family, data)).tolist() for family in (4, 6)}
    errors = {family: np.flatnonzero(icmp.is_error(family, data)).tolist() for family in (4, 6)}
    assert replies == {4: [0], 6: [129]}
    assert errors == {4: [3, 11, 12], 6: [1, 2, 3, 4]}
    assert {family: list(icmp.error_kinds(family)) for family in (4, 6)} == errors


# errors


@pytest.mark.parametrize(
    ("family", "name", "destination"),
    [
        (4, "net_unreachable_v4", "198.18.0.1"),
        (4, "time_exceeded_v4_quoting_record_route", "203.0.113.9"),
        (6, "no_route_v6", "2001:db8:7::1"),
        (6, "time_exceeded_v6", "2001:db8:3::9"),
    ],
)
def test_a_kernels_error_names_our_request(family: int, name: str, destination: str) -> None:
    """Identifier, sequence and destination come out of the quote, behind IP options as well."""
    assert quote(family, packet(name)) == (IDENTIFIER, SEQUENCE, destination, True)


@pytest.mark.parametrize(
    ("family", "name", "least"),
    [
        (4, "net_unreachable_v4", 8 + 20 + 8),
        (4, "time_exceeded_v4_quoting_record_route", 8 + 60 + 8),
        (6, "no_route_v6", 8 + 40 + 8),
    ],
)
def test_a_quote_needs_eight_bytes_behind_its_header(family: int, name: str, least: int) -> None:
    """RFC 792 promises header and eight bytes: with these it is valid, with one less it is not."""
    message = packet(name)
    assert quote(family, message[:least]) == quote(family, message)
    assert not any(quote(family, message[:length])[3] for length in range(least))


@pytest.mark.parametrize(
    ("family", "name", "at", "value"),
    [
        (4, "net_unreachable_v4", 8, 0x65),  # version 6
        (4, "net_unreachable_v4", 8, 0x44),  # a header of 16 bytes
        (4, "net_unreachable_v4", 8 + 7, 0x01),  # a later fragment
        (4, "net_unreachable_v4", 8 + 9, 17),  # UDP
        (4, "net_unreachable_v4", 8 + 20, 0),  # a reply, not a request
        (4, "net_unreachable_v4", 8 + 20, 13),
        (6, "no_route_v6", 8, 0x45),
        (6, "no_route_v6", 8 + 6, 17),
        (6, "no_route_v6", 8 + 40, 129),
    ],
)
def test_a_quote_of_something_else_is_not_valid(family: int, name: str, at: int, value: int) -> None:
    """Another protocol, version, fragment or ICMP type cannot be a request of ours."""
    message = bytearray(packet(name))
    message[at] = value
    assert not quote(family, bytes(message))[3]


def test_a_first_fragment_and_the_do_not_fragment_flag_are_no_offset() -> None:
    """The three flag bits beside the fragment offset do not make a quote invalid."""
    message = bytearray(packet("net_unreachable_v4"))
    message[8 + 6] = 0x60
    assert quote(4, bytes(message))[3]


@pytest.mark.parametrize("family", [4, 6])
def test_no_messages_are_no_error(family: int) -> None:
    """Empty columns in, empty columns out."""
    data, length = rows()
    assert len(icmp.parse_echoes(family, data, length, checksum_known_good=False).intact) == 0
    assert len(icmp.parse_quotes(family, data, length).valid) == 0
    assert (
        icmp.echo_requests(family, length.astype(np.uint16), length.astype(np.uint16), length.astype(np.uint64)).size
        == 0
    )
