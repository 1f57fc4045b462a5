"""Answers that do not end by themselves: server-sent events.

Lives here: what sets them apart from other answers, which the server must know (no deadline, a place of their own), and
the two rules for readers: only so many, and none that does not read. Must not live here: what is sent.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass

from aiohttp import web

__all__ = ["AS_STREAM", "MAX_STREAMS", "Ordinary", "Streams"]

#: Open at once: every wall and every browser of the NOC many times over. More are refused, and ask again.
MAX_STREAMS = 512

#: A reader that takes nothing for so long is gone, seconds; a heartbeat comes more often.
_READ_WITHIN_S = 15.0


@dataclass(frozen=True, slots=True)
class Ordinary:
    """What the server holds an ordinary answer to."""

    free: Callable[[], None]  #: from now on the answer lasts as long as its reader


#: Where a request has it; set by ``server``.
AS_STREAM = web.RequestKey("as_stream", Ordinary)

_HEADERS = {"Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-store", "X-Accel-Buffering": "no"}


class Streams:
    """Counts the streams of one route."""

    def __init__(self, most: int = MAX_STREAMS) -> None:
        """At most ``most`` at any time."""
        self._most = most
        self._open: set[asyncio.Task[object]] = set()

    def __len__(self) -> int:
        """Streams open now."""
        return len(self._open)

    def add_to(self, app: web.Application) -> None:
        """End with ``app``: a stream that waits for news would wait for ever."""
        app.on_shutdown.append(self._end)

    async def _end(self, app: web.Application) -> None:
        del app
        for task in self._open:
            task.cancel()

    async def serve(
        self, request: web.Request, source: AsyncGenerator[bytes, None], headers: Mapping[str, str] | None = None
    ) -> web.StreamResponse:
        """Send what ``source`` gives until it ends or the reader is gone; 503 when there are too many."""
        if len(self._open) >= self._most:
            again = {"Retry-After": "10"}
            return web.Response(status=503, text="Busy: too many streams are open; try again later.\n", headers=again)
        request[AS_STREAM].free()
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        try:
            async with aclosing(source):
                return await _send(request, source, {**_HEADERS, **(headers or {})})
        finally:
            self._open.discard(task)


async def _send(request: web.Request, source: AsyncIterator[bytes], headers: Mapping[str, str]) -> web.StreamResponse:
    response = web.StreamResponse(headers=headers)
    response.force_close()
    await response.prepare(request)
    if request.method == "HEAD":
        return response
    try:
        async for piece in source:
            async with asyncio.timeout(_READ_WITHIN_S):
                await response.write(piece)
    except TimeoutError:
        if request.transport is not None:
            request.transport.abort()
        raise ConnectionResetError from None
    return response
