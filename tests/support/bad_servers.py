"""Servers that do what no server should, on the loopback, for as long as a block lasts.

Lives here: listening, and the manners of bad servers. Must not live here: assertions.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import cast

__all__ = ["Talk", "answering", "black_hole", "datagrams", "rude", "serving", "silent", "with_reset"]

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def serving(talk: Talk, host: str = "127.0.0.1") -> AsyncIterator[int]:
    """Each connection is talked to by ``talk``; the port. A client that leaves ends the talk."""
    talks: set[asyncio.Task[None]] = set()

    async def guarded(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        talks.add(task)
        with suppress(ConnectionError, asyncio.CancelledError, asyncio.IncompleteReadError):
            await talk(reader, writer)
        writer.transport.abort()

    server = await asyncio.start_server(guarded, host, 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in talks:
            task.cancel()
        await asyncio.gather(*talks, return_exceptions=True)
        await server.wait_closed()


def answering(*pieces: bytes, then: Callable[[int], bytes] | None = None, pause_s: float = 0.0) -> Talk:
    """After a request's headers: ``pieces``, and without an end what ``then`` makes of 0, 1, 2…; else goodbye."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        for piece in pieces:
            writer.write(piece)
        number = 0
        while then is not None:
            writer.write(then(number))
            await writer.drain()
            await asyncio.sleep(pause_s)
            number += 1
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    return talk


async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Says nothing until the client leaves."""
    while await reader.read(65_536):
        pass


async def with_reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Resets the connection as soon as something was said."""
    await reader.read(1)
    handle = writer.get_extra_info("socket")
    handle.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


@contextmanager
def black_hole() -> Iterator[int]:
    """A port whose queue is full: the kernel drops every further SYN."""
    with socket.socket() as listener, socket.socket() as first, socket.socket() as second:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for each in (first, second):
            each.setblocking(False)
            each.connect_ex(listener.getsockname())
        yield listener.getsockname()[1]


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, answers: Callable[[bytes], list[bytes]], other: socket.socket | None) -> None:
        self._answers = answers
        self._other = other
        self.heard: list[bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)  # which it is, but not by its class in 3.11

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.heard.append(data)
        for answer in self._answers(data):
            if self._other is not None:
                self._other.sendto(answer, addr)
            else:
                self._transport.sendto(answer, addr)


@asynccontextmanager
async def datagrams(
    answers: Callable[[bytes], list[bytes]], *, from_elsewhere: bool = False, port: int = 0
) -> AsyncIterator[tuple[int, list[bytes]]]:
    """Each datagram is answered by ``answers``, if wished from another port; the port, and what was heard."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 0))
        protocol = _Datagrams(answers, other if from_elsewhere else None)
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(lambda: protocol, local_addr=("127.0.0.1", port))
        try:
            yield transport.get_extra_info("sockname")[1], protocol.heard
        finally:
            transport.close()
            await asyncio.sleep(0)


def rude(words: bytes) -> Talk:
    """Says its words without having been asked anything, and closes once something was said to it."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(words)
        await writer.drain()
        await reader.read(65_536)
        writer.close()
        await writer.wait_closed()

    return talk
