"""The web servers at the simulated addresses: plain on port 80, with TLS on port 443.

Lives here: connections, and the little of HTTP that a page takes. Must not live here: certificates, what the page says.
Each server listens at the prober's address; whom it answers for is the address that a connection seems to come from.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

from exporter.sim.authority import Authority

__all__ = ["HTTPS_PORT", "HTTP_PORT", "open_web_servers", "respond"]

HTTP_PORT, HTTPS_PORT = 80, 443

#: How long a client may be silent, seconds, and how long its request may be.
_PATIENCE_S = 30.0
_MOST_BYTES = 16_384

_HEAD = (
    "HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\n"
    "Content-Length: {length}\r\nConnection: close\r\n\r\n"
)
_NOT_FOUND = b"<!DOCTYPE html><title>404</title>\n"

Page = Callable[[str], bytes]


def respond(head: bytes, page: bytes) -> bytes:
    """The whole response to the request that begins with ``head``: ``page`` at ``/``, and nowhere else."""
    method, _, rest = head.partition(b"\r\n")[0].partition(b" ")
    path = rest.partition(b" ")[0].partition(b"?")[0]
    if method not in (b"GET", b"HEAD"):
        status, body = "405 Method Not Allowed", b""
    elif path == b"/":
        status, body = "200 OK", page
    else:
        status, body = "404 Not Found", _NOT_FOUND
    return _HEAD.format(status=status, length=len(body)).encode() + (b"" if method == b"HEAD" else body)


async def open_web_servers(host: str, authority: Authority, page: Page) -> list[asyncio.Server]:
    """The two servers at ``host``; OSError where a port is not to be had."""

    async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await _attended(_serve(reader, writer, page), writer)

    async def secure(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await _attended(_serve_secure(reader, writer, page, authority), writer)

    return [
        await asyncio.start_server(plain, host, HTTP_PORT, limit=_MOST_BYTES, backlog=512),
        await asyncio.start_server(secure, host, HTTPS_PORT, limit=_MOST_BYTES, backlog=512),
    ]


async def _attended(conversation: Awaitable[None], writer: asyncio.StreamWriter) -> None:
    """The conversation to its end or to the end of our patience; then the connection is closed."""
    failures = (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError)
    with contextlib.suppress(*failures):
        async with asyncio.timeout(_PATIENCE_S):
            await conversation
    with contextlib.suppress(*failures):
        writer.close()
        async with asyncio.timeout(_PATIENCE_S):
            await writer.wait_closed()


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, page: Page) -> None:
    head = await reader.readuntil(b"\r\n\r\n")
    writer.write(respond(head, page(_simulated(writer))))
    await writer.drain()


async def _serve_secure(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, page: Page, authority: Authority
) -> None:
    await writer.start_tls(authority.context_for(_simulated(writer)))
    await _serve(reader, writer, page)


def _simulated(writer: asyncio.StreamWriter) -> str:
    """The simulated address that was asked."""
    return str(writer.get_extra_info("peername")[0])
