"""The packets of the simulated province, as bytes: echo requests in, echo replies and ICMP errors out.

Lives here: whole IP packets of ICMP and ICMPv6, parsed and rendered one at a time, those of UDP and TCP as far as
their addresses, and nothing of who answers how. Must not live here: sockets, clocks, chance. It is written apart from
the engine's own packet code on purpose: the simulator must not repeat a mistake of the engine.
Source: RFC 791, 792, 1071, 1812 (4.3.2.3, how much an error quotes), 4443, 8200.
"""

from __future__ import annotations

import struct
from typing import NamedTuple

__all__ = [
    "EchoReply",
    "EchoRequest",
    "Passing",
    "internet_checksum",
    "parse_echo_request",
    "parse_passing",
    "render_echo_reply",
    "render_packet",
    "render_time_exceeded",
    "render_unreachable",
    "turned_round",
]

_IPV4 = struct.Struct("!BBHHHBBH4s4s")
_IPV6 = struct.Struct("!IHBB16s16s")
_ECHO = struct.Struct("!BBHHH")

_PROTOCOL_ICMP = 1
_NEXT_HEADER_ICMPV6 = 58
_PASSING = (6, 17)  #: TCP and UDP, in both families
_DONT_FRAGMENT = 0x4000
_FRAGMENTED = 0x3FFF  #: more fragments, or an offset

#: What is left of 64 after three routers: what an office line of the province shows.
_HOP_LIMIT = 61

#: An ICMP error may fill 576 bytes (RFC 1812) and an ICMPv6 error 1280 (RFC 4443), headers included.
_QUOTE_BYTES = {4: 576 - 28, 6: 1280 - 48}


class EchoRequest(NamedTuple):
    """One echo request that came in; addresses are 4 or 16 bytes."""

    family: int  #: 4 or 6
    source: bytes
    destination: bytes
    identifier: int
    sequence: int
    payload: bytes
    packet: bytes  #: the whole IP packet, which an error quotes
    hops: int  #: how many routers it may still meet (TTL)


class Passing(NamedTuple):
    """One packet of UDP or TCP; addresses are 4 or 16 bytes."""

    family: int  #: 4 or 6
    source: bytes
    destination: bytes
    packet: bytes  #: the whole IP packet
    hops: int  #: how many routers it may still meet (TTL)


class EchoReply(NamedTuple):
    """One echo reply to be rendered; addresses are 4 or 16 bytes."""

    family: int  #: 4 or 6
    source: bytes
    destination: bytes
    identifier: int
    sequence: int
    payload: bytes
    checksum_error: int = 0  #: exclusive-ored into the right checksum; 0 leaves it right


def internet_checksum(data: bytes) -> int:
    """The checksum of RFC 1071 over ``data``, an odd byte padded with zero.

    The ones' complement sum of 16-bit words is the number that the bytes spell, modulo 65,535; only
    all-zero data sum to 0, all other multiples of 65,535 to 65,535.
    """
    number = int.from_bytes(data + b"\0" if len(data) % 2 else data)
    return 0xFFFF if number == 0 else 0xFFFF - (number % 0xFFFF or 0xFFFF)


def parse_echo_request(packet: bytes) -> EchoRequest | None:
    """The echo request that the IP packet ``packet`` is, or None for anything else, damaged ones included."""
    if not packet:
        return None
    return _parse_ipv4(packet) if packet[0] >> 4 == 4 else _parse_ipv6(packet)


def _parse_ipv4(packet: bytes) -> EchoRequest | None:
    header_bytes = (packet[0] & 15) * 4
    if header_bytes < 20 or len(packet) < header_bytes + 8:
        return None
    _, _, total, _, fragment, hops, protocol, _, source, destination = _IPV4.unpack_from(packet)
    if protocol != _PROTOCOL_ICMP or fragment & _FRAGMENTED or total > len(packet):
        return None
    message = packet[header_bytes:total]
    if message[:2] != b"\x08\0" or internet_checksum(message):
        return None
    identifier, sequence = struct.unpack_from("!HH", message, 4)
    return EchoRequest(4, source, destination, identifier, sequence, message[8:], packet, hops)


def _parse_ipv6(packet: bytes) -> EchoRequest | None:
    if len(packet) < 48 or packet[0] >> 4 != 6:
        return None
    _, length, next_header, hops, source, destination = _IPV6.unpack_from(packet)
    message = packet[40 : 40 + length]
    if next_header != _NEXT_HEADER_ICMPV6 or len(message) < max(8, length) or message[:2] != b"\x80\0":
        return None
    if internet_checksum(_pseudo_header(source, destination, length) + message):
        return None
    identifier, sequence = struct.unpack_from("!HH", message, 4)
    return EchoRequest(6, source, destination, identifier, sequence, message[8:], packet, hops)


def parse_passing(packet: bytes) -> Passing | None:
    """The packet of UDP or TCP that the IP packet ``packet`` is, a fragment included, or None for anything else."""
    if len(packet) >= 20 and packet[0] >> 4 == 4 and packet[9] in _PASSING:
        return Passing(4, packet[12:16], packet[16:20], packet, packet[8])
    if len(packet) >= 40 and packet[0] >> 4 == 6 and packet[6] in _PASSING:
        return Passing(6, packet[8:24], packet[24:40], packet, packet[7])
    return None


def turned_round(passing: Passing) -> bytes:
    """The same packet from its destination to its source: no checksum changes, for each is a sum over both."""
    start = 12 if passing.family == 4 else 8
    end = start + 2 * len(passing.source)
    return b"".join((passing.packet[:start], passing.destination, passing.source, passing.packet[end:]))


def _pseudo_header(source: bytes, destination: bytes, length: int) -> bytes:
    """What an ICMPv6 checksum covers besides the message (RFC 8200, 8.1)."""
    return source + destination + struct.pack("!II", length, _NEXT_HEADER_ICMPV6)


def render_echo_reply(reply: EchoReply) -> bytes:
    """The IP packet of ``reply``."""
    kind = 0 if reply.family == 4 else 129
    message = _ECHO.pack(kind, 0, 0, reply.identifier, reply.sequence) + reply.payload
    return render_packet(reply.source, reply.destination, message, reply.checksum_error)


def render_unreachable(request: EchoRequest | Passing, reporter: bytes) -> bytes:
    """The ICMP error with which the router ``reporter`` says that it cannot reach the request's destination.

    IPv4: host unreachable (type 3, code 1); IPv6: no route (type 1, code 0).
    """
    return _error(request, reporter, *((3, 1) if request.family == 4 else (1, 0)))


def render_time_exceeded(request: EchoRequest | Passing, reporter: bytes) -> bytes:
    """The ICMP error with which the router ``reporter`` says that the packet had met too many routers.

    IPv4: time to live exceeded in transit (type 11, code 0); IPv6: hop limit exceeded in transit (type 3, code 0).
    """
    return _error(request, reporter, *((11, 0) if request.family == 4 else (3, 0)))


def _error(request: EchoRequest | Passing, reporter: bytes, kind: int, code: int) -> bytes:
    quote = request.packet[: _QUOTE_BYTES[request.family]]
    return render_packet(reporter, request.source, struct.pack("!BBHI", kind, code, 0, 0) + quote)


def render_packet(source: bytes, destination: bytes, message: bytes, checksum_error: int = 0) -> bytes:
    """The IP packet of an ICMP ``message`` whose checksum field is still 0; the family follows from the addresses.

    ``checksum_error`` is exclusive-ored into the right checksum.
    """
    covered = message if len(source) == 4 else _pseudo_header(source, destination, len(message)) + message
    checksum = internet_checksum(covered) ^ checksum_error
    message = message[:2] + checksum.to_bytes(2) + message[4:]
    if len(source) == 4:
        return _ipv4_header(source, destination, len(message)) + message
    return _IPV6.pack(6 << 28, len(message), _NEXT_HEADER_ICMPV6, _HOP_LIMIT, source, destination) + message


def _ipv4_header(source: bytes, destination: bytes, message_bytes: int) -> bytes:
    """Twenty bytes, no options, do not fragment."""
    total = 20 + message_bytes
    fields = (0x45, 0, total, 0, _DONT_FRAGMENT, _HOP_LIMIT, _PROTOCOL_ICMP)
    checksum = internet_checksum(_IPV4.pack(*fields, 0, source, destination))
    return _IPV4.pack(*fields, checksum, source, destination)
