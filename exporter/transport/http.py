"""HTTP over a connection that is there, by aiohttp.

Lives here: a session for one request, and the library's errors in our words. Must not live here: connecting, TLS,
redirects, deadlines, what an answer is worth.

The library is given a connection, and cannot make one itself: it resolves nothing, follows nothing, knows no cookies,
no proxies and no .netrc. It unpacks nothing either: its decompression has no bound that is ours.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TYPE_CHECKING, Any, Protocol

import aiohttp
from aiohttp.http_exceptions import HttpProcessingError, LineTooLong
from yarl import URL

from exporter.probe_outcome import ProbeReason
from exporter.transport.dial import Connection, SystemConnection

if TYPE_CHECKING:
    from aiohttp.client_proto import ResponseHandler

__all__ = ["HttpError", "HttpPort", "Reply", "SystemHttp"]

#: Bytes of the status line and of each header, and headers; servers commonly send at most 8 kB altogether.
MOST_LINE_BYTES = 8_192
MOST_HEADERS = 100

#: Bytes from the wire until the headers have come, interim answers included; and after them: the largest body that is
#: read, and as much again for what frames it. A server that goes on beyond them would keep the processor busy.
MOST_HEAD_BYTES = 131_072
MOST_BODY_BYTES = 2 << 20

#: Bytes that the library reads ahead before it lets the kernel's buffer fill up.
_READ_AHEAD_BYTES = 16_384

_HEADERS = {"User-Agent": "pantau-opd", "Accept": "*/*", "Accept-Encoding": "gzip, deflate", "Connection": "close"}


class HttpError(Exception):
    """No answer in this protocol, or none within its bounds."""

    def __init__(self, reason: ProbeReason, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


class Reply(Protocol):
    """An answer whose headers have come."""

    status: int
    location: str | None
    encoding: str  #: Content-Encoding; empty without

    def chunks(self) -> AsyncIterator[bytes]:
        """The body as it comes, still compressed. Raises HttpError, OSError."""
        ...


class HttpPort(Protocol):
    """Who asks."""

    def get(self, connection: Connection, url: str) -> AbstractAsyncContextManager[Reply]:
        """One GET request over ``connection``, once. Raises HttpError, OSError."""
        ...


class _TooMuchError(aiohttp.ClientPayloadError):
    """More bytes came than are read."""


class _Counted(asyncio.Protocol):
    """What the library hears, up to a bound that moves once the headers have come."""

    def __init__(self, inner: ResponseHandler) -> None:
        self._inner = inner
        self._left = MOST_HEAD_BYTES

    def headers_came(self) -> None:
        self._left = MOST_BODY_BYTES

    def data_received(self, data: bytes) -> None:
        self._left -= len(data)
        if self._left >= 0:
            self._inner.data_received(data)
        elif self._inner.transport is not None:
            transport = self._inner.transport
            self._inner.set_exception(_TooMuchError("more bytes than are read"))
            transport.abort()

    def eof_received(self) -> None:
        self._inner.eof_received()

    def connection_lost(self, exc: BaseException | None) -> None:
        self._inner.connection_lost(exc)

    def pause_writing(self) -> None:
        self._inner.pause_writing()

    def resume_writing(self) -> None:
        self._inner.resume_writing()


class _Given(aiohttp.BaseConnector):
    """A connector with one connection."""

    def __init__(self, connection: SystemConnection) -> None:
        super().__init__(force_close=True, limit=1)
        self._connection: SystemConnection | None = connection
        self._counted: _Counted | None = None

    def headers_came(self) -> None:
        """From now on the bound is that of a body."""
        if self._counted is not None:
            self._counted.headers_came()

    async def _create_connection(self, *_: Any) -> ResponseHandler:
        """The library's place for connecting; the request is not looked at, for there is nothing to choose."""
        if self._connection is None:
            # The library tries again what ended without an answer; there is no second connection.
            raise aiohttp.ServerDisconnectedError
        connection, self._connection = self._connection, None
        transport = await connection.opened()
        protocol: ResponseHandler = self._factory()
        self._counted = _Counted(protocol)
        transport.set_protocol(self._counted)
        protocol.connection_made(transport)
        transport.resume_reading()
        return protocol


class _AiohttpReply:
    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self._response = response
        self.status = response.status
        self.location = response.headers.get("Location")
        self.encoding = response.headers.get("Content-Encoding", "")

    async def chunks(self) -> AsyncIterator[bytes]:
        try:
            async for chunk in self._response.content.iter_any():
                yield chunk
        except aiohttp.ClientError as error:
            raise _translated(error) from error


class SystemHttp:
    """aiohttp's client, with a session for each request: 0.2 ms, and nothing is left of the one before."""

    @asynccontextmanager
    async def get(self, connection: Connection, url: str) -> AsyncIterator[Reply]:
        """See ``HttpPort``."""
        assert isinstance(connection, SystemConnection)
        given = _Given(connection)
        session = aiohttp.ClientSession(
            connector=given,
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=None),
            trust_env=False,
            auto_decompress=False,
            read_bufsize=_READ_AHEAD_BYTES,
            max_line_size=MOST_LINE_BYTES,
            max_field_size=MOST_LINE_BYTES,
            max_headers=MOST_HEADERS,
        )
        try:
            response = await _headers_of(session, url)
            given.headers_came()
            try:
                yield _AiohttpReply(response)
            finally:
                response.close()
        finally:
            connection.close()
            await session.close()


async def _headers_of(session: aiohttp.ClientSession, url: str) -> aiohttp.ClientResponse:
    try:
        return await session.get(URL(url), allow_redirects=False, headers=_HEADERS)
    except aiohttp.ClientError as error:
        raise _translated(error) from error
    except ValueError as error:
        raise HttpError(ProbeReason.MALFORMED, "the URL cannot be asked for") from error


def _translated(error: aiohttp.ClientError) -> Exception:
    """What an error of the library means."""
    causes = list(_causes(error))
    system = next((each for each in causes if isinstance(each, OSError) and each.errno is not None), None)
    if system is not None:
        return OSError(system.errno, system.strerror)
    if any(isinstance(each, _TooMuchError) for each in causes):
        return HttpError(ProbeReason.HEADERS_TOO_LARGE, "headers, or what frames the body, are larger than is read")
    if isinstance(error, aiohttp.ServerDisconnectedError):
        return HttpError(ProbeReason.RESET, "the server closed the connection without an answer")
    if any(_is_too_large(each) for each in causes):
        return HttpError(ProbeReason.HEADERS_TOO_LARGE, "the headers are larger than is read")
    if isinstance(error, aiohttp.ClientPayloadError):
        return HttpError(ProbeReason.MALFORMED, "the body ends before its announced end")
    return HttpError(ProbeReason.MALFORMED, "what came is no HTTP answer")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__


def _is_too_large(error: BaseException) -> bool:
    """The library has a type for lines, and only a text for their number (a contract test holds it)."""
    if isinstance(error, LineTooLong):
        return True
    return isinstance(error, HttpProcessingError) and "Too many headers" in error.message
