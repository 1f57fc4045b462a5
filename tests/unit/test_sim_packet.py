"""The simulator's packets: checksums, parsing, rendering."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exporter.sim.packet import (
    EchoReply,
    internet_checksum,
    parse_echo_request,
    parse_passing,
    render_echo_reply,
    render_packet,
    render_time_exceeded,
    render_unreachable,
    turned_round,
)

SOURCE = {4: bytes([198, 19, 255, 254]), 6: bytes.fromhex("20010db8ffff00000000000000000002")}
TARGET = {4: bytes([198, 18, 0, 10]), 6: bytes.fromhex("20010db8000000000000000000000010")}
ROUTER = {4: bytes([198, 19, 255, 253]), 6: bytes.fromhex("20010db8ffff00000000000000000001")}
REQUEST_TYPE = {4: 8, 6: 128}


def request_packet(family: int, payload: bytes = b"cookie", sequence: int = 7) -> bytes:
    head = struct.pack("!BBHHH", REQUEST_TYPE[family], 0, 0, 0x1234, sequence)
    return render_packet(SOURCE[family], TARGET[family], head + payload)


def sum_by_words(data: bytes) -> int:
    """RFC 1071 as its text has it: add 16-bit words, fold the carries, complement."""
    data += b"\0" * (len(data) % 2)
    total = sum(map(int, struct.unpack(f"!{len(data) // 2}H", data)))
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return total ^ 0xFFFF


def icmp_of(packet: bytes) -> bytes:
    return packet[20:] if packet[0] >> 4 == 4 else packet[40:]


def covered_by_checksum(packet: bytes) -> bytes:
    """What the ICMP checksum of ``packet`` covers."""
    message = icmp_of(packet)
    return message if packet[0] >> 4 == 4 else packet[8:40] + struct.pack("!II", len(message), 58) + message


@given(st.binary(max_size=200))
def test_checksum_equals_the_sum_by_words(data: bytes) -> None:
    """The checksum by remainder is that of RFC 1071 for any bytes."""
    assert internet_checksum(data) == sum_by_words(data)


@pytest.mark.parametrize("data", [b"", b"\0\0", b"\xff\xff", b"\xff\xff\xff\xff", b"\xff\xfe\x00\x01", b"\x80"])
def test_checksum_at_the_edges_of_the_remainder(data: bytes) -> None:
    """Data that sum to 0 or to a multiple of 65,535 have the checksum that adding gives."""
    assert internet_checksum(data) == sum_by_words(data)


@pytest.mark.parametrize("family", [4, 6])
def test_request_is_parsed_field_by_field(family: int) -> None:
    """An echo request is read with its addresses, identifier, sequence and payload."""
    packet = request_packet(family)
    request = parse_echo_request(packet)
    assert request == (family, SOURCE[family], TARGET[family], 0x1234, 7, b"cookie", packet, 61)


def test_options_of_the_ipv4_header_are_skipped() -> None:
    """A request behind IP options is understood."""
    plain = request_packet(4)
    header = bytearray(plain[:20] + b"\x01\x01\x01\x00")
    header[0] = 0x46
    header[2:4] = (len(plain) + 4).to_bytes(2)
    request = parse_echo_request(bytes(header) + plain[20:])
    assert request is not None
    assert request.payload == b"cookie"


@pytest.mark.parametrize("family", [4, 6])
def test_bytes_behind_the_packet_are_no_payload(family: int) -> None:
    """The length of the IP header decides where the payload ends."""
    request = parse_echo_request(request_packet(family) + b"padding")
    assert request is not None
    assert request.payload == b"cookie"


@pytest.mark.parametrize("family", [4, 6])
def test_damaged_request_is_no_request(family: int) -> None:
    """A request with any one bit of its ICMP message turned over is ignored."""
    packet = request_packet(family)
    start = len(packet) - len(icmp_of(packet))
    for place in range(start, len(packet)):
        damaged = bytearray(packet)
        damaged[place] ^= 1
        assert parse_echo_request(bytes(damaged)) is None


@pytest.mark.parametrize("family", [4, 6])
@pytest.mark.parametrize("payload", [b"cookie", bytes(6)])
def test_every_truncation_is_ignored(family: int, payload: bytes) -> None:
    """A request cut anywhere is ignored, also where the sum does not tell, and the empty packet too."""
    packet = request_packet(family, payload)
    assert all(parse_echo_request(packet[:length]) is None for length in range(len(packet)))


def test_echo_replies_fragments_and_other_protocols_are_no_requests() -> None:
    """Only a whole echo request is one: not its reply, not a fragment, not UDP."""
    packet = bytearray(request_packet(4))
    reply = render_echo_reply(EchoReply(4, SOURCE[4], TARGET[4], 1, 2, b"x"))
    fragment = bytes(packet[:6] + b"\x20\x00" + packet[8:])
    udp = bytes(packet[:9] + b"\x11" + packet[10:])
    assert [parse_echo_request(other) for other in (reply, fragment, udp)] == [None, None, None]


@pytest.mark.parametrize("family", [4, 6])
def test_reply_carries_what_it_was_given(family: int) -> None:
    """A rendered reply has the reply's type, identifier, sequence and payload, and its addresses."""
    packet = render_echo_reply(EchoReply(family, TARGET[family], SOURCE[family], 0x1234, 7, b"cookie"))
    kind = 0 if family == 4 else 129
    message = icmp_of(packet)
    assert message[:2] + message[4:] == struct.pack("!BBHH", kind, 0, 0x1234, 7) + b"cookie"
    assert TARGET[family] + SOURCE[family] in packet


@pytest.mark.parametrize("family", [4, 6])
@pytest.mark.parametrize("payload", [b"", b"odd", b"even"])
def test_checksums_of_a_reply_are_right(family: int, payload: bytes) -> None:
    """The ICMP checksum and, in IPv4, the header checksum verify."""
    packet = render_echo_reply(EchoReply(family, TARGET[family], SOURCE[family], 1, 2, payload))
    assert sum_by_words(covered_by_checksum(packet)) == 0
    assert family == 6 or sum_by_words(packet[:20]) == 0


@pytest.mark.parametrize("family", [4, 6])
def test_checksum_error_makes_the_checksum_wrong(family: int) -> None:
    """A reply with a checksum error does not verify, and the rest of it is unchanged."""
    right = EchoReply(family, TARGET[family], SOURCE[family], 1, 2, b"payload!")
    good, bad = render_echo_reply(right), render_echo_reply(right._replace(checksum_error=5))
    assert sum_by_words(covered_by_checksum(bad)) != 0
    assert sum(one != other for one, other in zip(good, bad, strict=True)) == 1


@pytest.mark.parametrize(("family", "head"), [(4, b"\x03\x01"), (6, b"\x01\x00")])
def test_unreachable_quotes_the_request(family: int, head: bytes) -> None:
    """The error comes from the router, verifies, and quotes the request's packet."""
    request = parse_echo_request(request_packet(family))
    assert request is not None
    packet = render_unreachable(request, ROUTER[family])
    assert icmp_of(packet)[:2] == head
    assert icmp_of(packet)[8:] == request.packet
    assert sum_by_words(covered_by_checksum(packet)) == 0
    assert ROUTER[family] + SOURCE[family] in packet


@pytest.mark.parametrize(("family", "most"), [(4, 576), (6, 1280)])
def test_unreachable_keeps_to_the_length_of_an_error(family: int, most: int) -> None:
    """A long request is quoted in part, so that the error fills its allowance and no more."""
    request = parse_echo_request(request_packet(family, payload=bytes(1400)))
    assert request is not None
    assert len(render_unreachable(request, ROUTER[family])) == most


def tcp_packet(family: int, protocol: int = 6) -> bytes:
    """A packet of 20 bytes behind the IP header, with a checksum over both."""
    source, target, content = SOURCE[family], TARGET[family], bytes(range(16)) + b"\0\0\0\0"
    summed = source + target + struct.pack("!II", 20, protocol) + content
    content = content[:16] + internet_checksum(summed).to_bytes(2) + content[18:]
    if family == 6:
        return struct.pack("!IHBB16s16s", 6 << 28, 20, protocol, 61, source, target) + content
    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 40, 0, 0, 61, protocol, 0, source, target)
    return head[:10] + internet_checksum(head).to_bytes(2) + head[12:] + content


@pytest.mark.parametrize("protocol", [6, 17])
@pytest.mark.parametrize("family", [4, 6])
def test_a_packet_that_is_turned_round_keeps_its_checksums(family: int, protocol: int) -> None:
    """Source and destination change places; the sums over the header and over the content are right as before."""
    passing = parse_passing(tcp_packet(family, protocol))
    assert passing is not None
    assert (passing.source, passing.destination, passing.hops) == (SOURCE[family], TARGET[family], 61)
    again = turned_round(passing)
    other = parse_passing(again)
    assert other is not None
    assert (other.source, other.destination) == (TARGET[family], SOURCE[family])
    if family == 4:
        assert internet_checksum(again[:20]) == 0
    content = again[20:] if family == 4 else again[40:]
    assert internet_checksum(other.source + other.destination + struct.pack("!II", 20, protocol) + content) == 0
    assert turned_round(other) == passing.packet


def test_nothing_else_passes() -> None:
    """Echoes are answered elsewhere; what is cut short or of another protocol is no packet of UDP or TCP."""
    assert parse_passing(request_packet(4)) is None
    assert parse_passing(request_packet(6)) is None
    assert parse_passing(tcp_packet(4, protocol=47)) is None
    assert all(parse_passing(tcp_packet(family)[:length]) is None for family in (4, 6) for length in range(20))


@pytest.mark.parametrize(("family", "head"), [(4, b"\x0b\0"), (6, b"\x03\0")])
def test_time_exceeded_quotes_the_request(family: int, head: bytes) -> None:
    """RFC 792 and RFC 4443: time exceeded in transit, from the router to the source, with what was sent."""
    request = parse_echo_request(request_packet(family))
    assert request is not None
    packet = render_time_exceeded(request, ROUTER[family])
    assert icmp_of(packet)[:2] == head
    assert icmp_of(packet)[8:] == request.packet
    assert internet_checksum(covered_by_checksum(packet)) == 0
    assert (ROUTER[family] + SOURCE[family]) in packet[:40]
