"""The connections of the web server: how many, how long they may take, and TLS on them.

Lives here: the two rules that aiohttp leaves to others. A connection must bring a complete request, TLS handshake
included, within a few seconds; and of too many connections the one whose last request is longest ago is closed, so that
a newcomer with a legal scrape always finds a place. Must not live here: HTTP, certificates.

TLS is begun here and not by the listener, for two reasons: a connection counts from its first packet, and not from the
end of its handshake; and each takes the certificate that is in force when it comes.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable

__all__ = ["Connections"]


def _no_tls() -> ssl.SSLContext | None:
    return None


class Connections:
    """A factory of protocols for ``loop.create_server`` that keeps both rules."""

    def __init__(
        self,
        inner: Callable[[], asyncio.Protocol],
        *,
        limit: int,
        request_within_s: float,
        tls: Callable[[], ssl.SSLContext | None] = _no_tls,
    ) -> None:
        """``inner`` makes the protocol that does the talking; ``tls``: asked for each connection, None: plain."""
        self._inner = inner
        self._limit = limit
        self.tls = tls
        self.request_within_s = request_within_s
        self._open: dict[asyncio.BaseProtocol, _Connection] = {}  # longest without a request first
        self._kept: dict[asyncio.BaseProtocol, _Connection] = {}

    def __call__(self) -> asyncio.Protocol:
        """A protocol for one new connection."""
        return _Connection(self._inner(), self)

    def __len__(self) -> int:
        """Connections open now, but for those that are kept."""
        return len(self._open)

    def request_begun(self, inner: asyncio.BaseProtocol) -> None:
        """The connection that ``inner`` talks on has brought a complete request."""
        connection = self._open.pop(inner, None)
        if connection is not None:
            connection.deadline.cancel()
            self._open[inner] = connection

    def keep(self, inner: asyncio.BaseProtocol) -> None:
        """The answer on this connection does not end: it is counted elsewhere, and closed for nobody else."""
        connection = self._open.pop(inner, None)
        if connection is not None:
            self._kept[inner] = connection

    def release(self, inner: asyncio.BaseProtocol) -> None:
        """The answer on this connection has ended; closing may take its reader a while, so it counts again."""
        connection = self._kept.pop(inner, None)
        if connection is not None:
            self._make_room()
            self._open[inner] = connection

    def abort_all(self) -> None:
        """Close every connection without waiting for anybody."""
        for connection in [*self._open.values(), *self._kept.values()]:
            connection.transport.abort()

    def opened(self, connection: _Connection) -> asyncio.TimerHandle:
        """Take ``connection`` in; returns the timer that will close it unless a request comes."""
        self._make_room()
        self._open[connection.inner] = connection
        return asyncio.get_running_loop().call_later(self.request_within_s, connection.transport.abort)

    def _make_room(self) -> None:
        if len(self._open) >= self._limit:
            longest = next(iter(self._open))
            self._open.pop(longest).transport.abort()

    def closed(self, connection: _Connection) -> None:
        """Forget ``connection``."""
        self._open.pop(connection.inner, None)
        self._kept.pop(connection.inner, None)


class _Connection(asyncio.Protocol):
    """Hands everything on to the inner protocol, and keeps the deadline."""

    transport: asyncio.Transport  #: of the wire, under TLS as well
    deadline: asyncio.TimerHandle

    def __init__(self, inner: asyncio.Protocol, connections: Connections) -> None:
        self.inner = inner
        self._connections = connections
        self._talks = False  #: the inner protocol has its transport
        self._early: list[bytes] = []  #: what came in the moment between the handshake's end and that
        self._shaking: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.deadline = self._connections.opened(self)
        context = self._connections.tls()
        if context is None:
            self._begin(transport)
        else:
            transport.pause_reading()  # the first byte belongs to the handshake
            self._shaking = asyncio.get_running_loop().create_task(self._shake(context))

    async def _shake(self, context: ssl.SSLContext) -> None:
        """The handshake; whoever does not finish it has come and gone."""
        loop = asyncio.get_running_loop()
        within_s = self._connections.request_within_s
        try:
            wrapped = await loop.start_tls(
                self.transport, self, context, server_side=True, ssl_handshake_timeout=within_s
            )
        except OSError as error:  # ssl.SSLError, ConnectionError and TimeoutError are
            error.__traceback__ = None  # it holds the frames that hold it, and with them a buffer of 256 KiB
            wrapped = None
        if wrapped is None:
            self.transport.abort()
            self.deadline.cancel()
            self._connections.closed(self)
            return
        self._begin(wrapped)
        for data in self._early:
            self.inner.data_received(data)

    def _begin(self, transport: asyncio.Transport) -> None:
        self._talks = True
        self.inner.connection_made(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self.deadline.cancel()
        self._connections.closed(self)
        if self._talks:
            self.inner.connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._talks:
            self.inner.data_received(data)
        else:
            self._early.append(data)

    def eof_received(self) -> bool | None:
        return self.inner.eof_received() if self._talks else None

    def pause_writing(self) -> None:
        if self._talks:
            self.inner.pause_writing()

    def resume_writing(self) -> None:
        if self._talks:
            self.inner.resume_writing()
