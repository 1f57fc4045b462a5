"""One question and its answers: datagrams from one address, or a stream of messages with their lengths before them.

Lives here: the Protocol that the DNS probe knows, and sockets. Must not live here: what is in a message, deadlines.

The datagram socket is connected: the kernel drops what comes from another address or port, and tells when nobody
listens. Its own port is the kernel's random choice.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from ipaddress import IPv4Address, IPv6Address
from typing import Protocol

from exporter.transport.dial import open_socket, socket_name

__all__ = ["Asker", "Datagrams", "SystemAsker"]

Address = IPv4Address | IPv6Address

#: The largest datagram, and the largest message that a length of 16 bits can announce.
_LARGEST_BYTES = 65_535


class Datagrams(Protocol):
    """A connected datagram socket."""

    async def send(self, data: bytes) -> None:
        """Raises OSError."""
        ...

    async def receive(self, within_s: float) -> bytes | None:
        """The next datagram from the other side, None where none comes in time. Raises OSError."""
        ...

    def close(self) -> None:
        """No further use."""
        ...


class Asker(Protocol):
    """Who asks."""

    def datagrams(self, address: Address, port: int) -> Datagrams:
        """Raises OSError."""
        ...

    async def ask_stream(self, address: Address, port: int, data: bytes) -> bytes:
        """The answer to one message over TCP (RFC 1035, 4.2.2). Raises OSError, EOFError where it ends too early."""
        ...


class SystemDatagrams:
    """A socket of the kernel's."""

    def __init__(self, handle: socket.socket) -> None:
        self._handle = handle

    async def send(self, data: bytes) -> None:
        """See ``Datagrams``."""
        await asyncio.get_running_loop().sock_sendall(self._handle, data)

    async def receive(self, within_s: float) -> bytes | None:
        """See ``Datagrams``."""
        try:
            async with asyncio.timeout(within_s):
                return await asyncio.get_running_loop().sock_recv(self._handle, _LARGEST_BYTES)
        except TimeoutError:
            return None

    def close(self) -> None:
        """See ``Datagrams``."""
        self._handle.close()


class SystemAsker:
    """The kernel's UDP and TCP."""

    def datagrams(self, address: Address, port: int) -> SystemDatagrams:
        """See ``Asker``."""
        handle = open_socket(address, socket.SOCK_DGRAM)
        try:
            handle.connect(socket_name(address, port))
        except BaseException:
            handle.close()
            raise
        return SystemDatagrams(handle)

    async def ask_stream(self, address: Address, port: int, data: bytes) -> bytes:
        """See ``Asker``."""
        loop = asyncio.get_running_loop()
        with open_socket(address, socket.SOCK_STREAM) as handle:
            await loop.sock_connect(handle, socket_name(address, port))
            await loop.sock_sendall(handle, struct.pack("!H", len(data)) + data)
            (length,) = struct.unpack("!H", await _exactly(handle, 2))
            return await _exactly(handle, length)


async def _exactly(handle: socket.socket, length: int) -> bytes:
    found = bytearray()
    while len(found) < length:
        piece = await asyncio.get_running_loop().sock_recv(handle, length - len(found))
        if not piece:
            raise EOFError("the answer ends too early")
        found += piece
    return bytes(found)
