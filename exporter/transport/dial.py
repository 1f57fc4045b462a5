"""Connections of probes: to one address that was judged before, never to a name.

Lives here: the Protocol that probes know, and sockets. Must not live here: resolving, deadlines, reasons.

A connection is ended in the ordinary way (FIN), not by a reset (SO_LINGER 0): a reset looks like an attack or a fault
in the office's logs. The price is TIME_WAIT, 60 s of one port here for each connection that we end first; the kernel
counts ports by destination, and a destination sees one probe in an interval, so two or so of its 28,000 are taken.
"""

from __future__ import annotations

import asyncio
import errno
import socket
from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address
from typing import Protocol

from exporter.probe_model import TlsRules
from exporter.transport.tls import Contexts, start

__all__ = ["Connection", "Dialer", "Quiet", "SystemDialer", "socket_name"]

Address = IPv4Address | IPv6Address


class Connection(Protocol):
    """A TCP connection, and TLS over it once that is asked for."""

    async def secure(self, rules: TlsRules, name: str) -> bytes | None:
        """Make it TLS: the server's certificate in DER. Raises TlsRefusedError, AuthoritiesError, OSError."""
        ...

    async def look(self, name: str) -> bytes | None:
        """Make it TLS whatever is shown: the certificate in DER. Raises as ``secure``."""
        ...

    def close(self) -> None:
        """End it."""
        ...


class Dialer(Protocol):
    """Who connects."""

    async def connect(self, address: Address, port: int) -> Connection:
        """A connection to exactly this address. Raises OSError."""
        ...

    def is_own(self, address: Address) -> bool:
        """Whether the address is one of this machine (of this thread's network namespace). Raises no OSError."""
        ...


def socket_name(address: Address, port: int) -> tuple[str, int] | tuple[str, int, int, int]:
    """What the socket module calls the place; the scope of a link-local address is looked up in this thread.

    Raises OSError (ENODEV) where there is no such interface.
    """
    if isinstance(address, IPv4Address):
        return str(address), port
    return str(IPv6Address(int(address))), port, 0, _interface_index(address.scope_id) if address.scope_id else 0


def _interface_index(name: str) -> int:
    try:
        return socket.if_nametoindex(name)
    except OSError as error:  # which has no number
        raise OSError(errno.ENODEV, f"there is no interface {name}") from error


def open_socket(address: Address, kind: int) -> socket.socket:
    """A socket of the address's family that never blocks."""
    handle = socket.socket(socket.AF_INET if address.version == 4 else socket.AF_INET6, kind)
    handle.setblocking(False)  # noqa: FBT003 - the socket module's way
    return handle


class Quiet(asyncio.Protocol):
    """Reads nothing: what comes before somebody takes the transport over stays where it is."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Before the first byte can come."""
        assert isinstance(transport, asyncio.Transport)
        transport.pause_reading()


class SystemConnection:
    """A connection of the kernel's."""

    def __init__(self, handle: socket.socket, contexts: Contexts) -> None:
        self._handle: socket.socket | None = handle
        self._contexts = contexts
        self.transport: asyncio.Transport | None = None

    async def secure(self, rules: TlsRules, name: str) -> bytes | None:
        """See ``Connection``."""
        context = self._contexts.context(rules)
        self.transport, certificate = await start(self._given(), Quiet(), context, name)
        return certificate

    async def look(self, name: str) -> bytes | None:
        """See ``Connection``."""
        context = self._contexts.context(TlsRules(), believe_all=True)
        self.transport, certificate = await start(self._given(), Quiet(), context, name)
        return certificate

    async def opened(self) -> asyncio.Transport:
        """The transport, plain where TLS was not asked for; paused."""
        if self.transport is None:
            loop = asyncio.get_running_loop()
            self.transport, _ = await loop.create_connection(Quiet, sock=self._given())
        return self.transport

    def close(self) -> None:
        """See ``Connection``; what is not sent yet is dropped, a TLS peer is not waited for."""
        if self.transport is not None:
            self.transport.abort()
        if self._handle is not None:
            self._handle.close()
            self._handle = None

    def _given(self) -> socket.socket:
        """The socket, which whoever gets it owns."""
        assert self._handle is not None
        handle, self._handle = self._handle, None
        return handle


class SystemDialer:
    """The kernel's TCP; sockets are born in the network namespace of the thread that runs the event loop."""

    def __init__(self) -> None:
        self._contexts = Contexts()

    async def connect(self, address: Address, port: int) -> SystemConnection:
        """See ``Dialer``."""
        handle = open_socket(address, socket.SOCK_STREAM)
        try:
            handle.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            await asyncio.get_running_loop().sock_connect(handle, socket_name(address, port))
        except BaseException:
            handle.close()
            raise
        return SystemConnection(handle, self._contexts)

    def is_own(self, address: Address) -> bool:
        """Whether the kernel would ask from the very address; connecting a datagram socket sends nothing."""
        with suppress(OSError), open_socket(address, socket.SOCK_DGRAM) as handle:
            handle.connect(socket_name(address, 9))
            return bool(handle.getsockname()[0] == handle.getpeername()[0])
        return False
