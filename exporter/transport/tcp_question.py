"""One TCP connection to a port that is known to answer or to refuse: for a second opinion.

Lives here: connecting, and telling an answer from silence and from a fault of ours. Must not live here: whom to ask,
threads, anything said over the connection.

A refusal is an answer, but not every ECONNREFUSED is one: Linux reports it for a router's "port unreachable", too, so
the kernel is asked (IP_RECVERR) whether an ICMP error came, and from whom (RFC 1122 4.2.3.9, ip(7)). A reset that a
firewall on the way makes up in the office's name cannot be told from the office's own.

The connection is closed with SO_LINGER 0: nothing was said over it, the reset leaves no TIME_WAIT here and frees the
entry in a small router's table at once, also when the line dies in between.
"""

from __future__ import annotations

import asyncio
import errno
import socket
import struct
from ipaddress import IPv4Address, IPv6Address

from exporter.clock import Clock
from exporter.opinion import TcpDetail, TcpEnd
from exporter.transport.control import extended_error

__all__ = ["ask_tcp"]

Address = IPv4Address | IPv6Address

_RECVERR = {4: (socket.IPPROTO_IP, 11), 6: (socket.IPPROTO_IPV6, 25)}
_ADDRESS_AT = {4: slice(4, 8), 6: slice(8, 24)}  #: in struct sockaddr_in and sockaddr_in6
_LINGER_0 = struct.pack("=ii", 1, 0)


async def ask_tcp(address: Address, port: int, *, timeout_s: float, clock: Clock) -> TcpDetail:
    """Whether ``port`` of ``address`` is answered or refused within ``timeout_s``; raises nothing.

    The socket is born in the network namespace that the calling thread is in.
    """
    begun_ns = clock.monotonic_ns()
    try:
        name = socket.getaddrinfo(str(address), port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)[0][4]
        handle = socket.socket(socket.AF_INET if address.version == 4 else socket.AF_INET6, socket.SOCK_STREAM)
    except OSError:
        return TcpDetail(TcpEnd.ERROR, port)
    with handle:
        handle.settimeout(0)
        handle.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_0)
        handle.setsockopt(*_RECVERR[address.version], 1)
        try:
            async with asyncio.timeout(timeout_s):
                await asyncio.get_running_loop().sock_connect(handle, name)
        except TimeoutError:  # ours, or the kernel's ETIMEDOUT
            return TcpDetail(TcpEnd.SILENT, port)
        except OSError as error:
            end = _end_of(error.errno or 0, handle, address)
        else:
            end = TcpEnd.ANSWERED
        seconds = (clock.monotonic_ns() - begun_ns) / 1e9
    return TcpDetail(end, port, seconds if end in {TcpEnd.ANSWERED, TcpEnd.REFUSED} else None)


def _end_of(number: int, handle: socket.socket, address: Address) -> TcpEnd:
    """What an error of connecting means."""
    reporter = _reporter(handle, address.version)
    if reporter is not None:  # an ICMP error: the office's own is an answer, a router's is not
        return TcpEnd.REFUSED if reporter == address.packed else TcpEnd.SILENT
    if number in {errno.ECONNREFUSED, errno.ECONNRESET}:
        return TcpEnd.REFUSED
    return TcpEnd.ERROR


def _reporter(handle: socket.socket, family: int) -> bytes | None:
    """The address of whoever sent the ICMP error that ended the connection; None if none did."""
    try:
        _data, control, _flags, _name = handle.recvmsg(256, 256, socket.MSG_ERRQUEUE)
    except OSError:
        return None
    for level, kind, value in control:
        error = extended_error(struct.pack("=QII", 16 + len(value), level, kind) + value)
        if error is not None:
            return error[2][_ADDRESS_AT[family]]
    return None
