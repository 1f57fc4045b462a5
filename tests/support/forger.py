"""Forged packets: what an attacker, a broken middlebox or a confused router might send to the prober.

Lives here: whole IP packets as bytes, made from an echo request that was seen (``Wiretap``) or from
nothing, and a flood of them. They are brought to the prober by ``Province.inject``, which writes them
to the province's device, so that the kernel takes them for arrivals from outside.
"""

from __future__ import annotations

import socket
import struct
from ipaddress import ip_address

from exporter.sim.packet import EchoReply, EchoRequest, render_echo_reply, render_packet
from exporter.sim.world import PROBER, ROUTER
from exporter.transport.namespace import entered

__all__ = ["altered_request", "forged_error", "forged_reply", "raw_flood", "unasked_reply"]


def forged_reply(
    request: EchoRequest,
    *,
    source: str = "",
    identifier: int | None = None,
    sequence: int | None = None,
    payload: bytes | None = None,
    checksum_error: int = 0,
) -> bytes:
    """An echo reply to ``request`` that is right but for what is named."""
    return render_echo_reply(
        EchoReply(
            request.family,
            ip_address(source).packed if source else request.destination,
            request.source,
            request.identifier if identifier is None else identifier,
            request.sequence if sequence is None else sequence,
            request.payload if payload is None else payload,
            checksum_error,
        )
    )


def unasked_reply(source: str, *, identifier: int, sequence: int, payload: bytes) -> bytes:
    """An echo reply that nobody asked for: what one who cannot see the requests must guess."""
    address = ip_address(source)
    reply = EchoReply(address.version, address.packed, PROBER[address.version], identifier, sequence, payload)
    return render_echo_reply(reply)


def altered_request(
    request: EchoRequest,
    *,
    source: str = "",
    destination: str = "",
    identifier: int | None = None,
    sequence: int | None = None,
    kind: int | None = None,
) -> EchoRequest:
    """``request`` as it never was: for errors that quote something else."""
    changed = request._replace(
        source=ip_address(source).packed if source else request.source,
        destination=ip_address(destination).packed if destination else request.destination,
        identifier=request.identifier if identifier is None else identifier,
        sequence=request.sequence if sequence is None else sequence,
    )
    echo_request = 8 if request.family == 4 else 128
    head = struct.pack("!BBHHH", echo_request if kind is None else kind, 0, 0, changed.identifier, changed.sequence)
    return changed._replace(packet=render_packet(changed.source, changed.destination, head + changed.payload))


def forged_error(
    request: EchoRequest, *, kind: int, code: int, reporter: str = "", quote_bytes: int | None = None
) -> bytes:
    """An ICMP error to the prober that quotes ``request``, all of it or its first ``quote_bytes``.

    ``kind`` and ``code`` are those of the request's family: 3/1, 3/13, 11/0 or 1/0, 1/1, 3/0.
    """
    source = ip_address(reporter).packed if reporter else ROUTER[request.family]
    message = struct.pack("!BBHI", kind, code, 0, 0) + request.packet[:quote_bytes]
    return render_packet(source, PROBER[request.family], message)


def raw_flood(netns: str, packet: bytes, count: int) -> int:
    """Send the IPv4 ``packet`` to the prober ``count`` times as fast as one thread can; how many the kernel took.

    The way is a raw socket over the namespace's loopback: faster than the device, and only for IPv4.
    """
    with entered(netns):
        raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
    taken = 0
    with raw:
        for _ in range(count):
            try:
                taken += raw.sendto(packet, (str(ip_address(PROBER[4])), 0)) == len(packet)
            except OSError:
                continue
    return taken
