"""Walls on many screens, as load.

Lives here: opening them, reading what they are sent, closing them. Must not live here: figures, the exporter.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import aiohttp

__all__ = ["VIEWERS", "Viewers", "looked_at"]

#: Screens: each office of the team, the wall itself, and some telephones.
VIEWERS = 20


class Viewers:
    """Walls on as many screens, in a thread of their own: each loads the page, and then reads its events."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._thread = threading.Thread(target=lambda: asyncio.run(self._all()), name="viewers")
        self._watching, self._opened = 0, threading.Event()
        self.received = 0  #: bytes of events, of all of them
        self.ended = 0  #: streams that the exporter ended

    def start(self) -> None:
        """Open the walls; returns once all of them have got something."""
        self._thread.start()
        if not self._opened.wait(60):
            raise SystemExit("bench: the walls do not open")

    def close(self) -> None:
        """Close them all."""
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join()

    async def _all(self) -> None:
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        timeout = aiohttp.ClientTimeout(total=None)
        async with aiohttp.ClientSession(timeout=timeout, connector=aiohttp.TCPConnector(limit=0)) as session:
            walls = [asyncio.create_task(self._one(session)) for _ in range(VIEWERS)]
            await self._over.wait()
            for each in walls:
                each.cancel()
            await asyncio.gather(*walls, return_exceptions=True)

    async def _one(self, session: aiohttp.ClientSession) -> None:
        async with session.get(self._url + "/") as page:
            page.raise_for_status()
            await page.read()
        async with session.get(self._url + "/wall/events") as stream:
            stream.raise_for_status()
            self.received += len(await stream.content.readany())
            self._watching += 1
            if self._watching == VIEWERS:
                self._opened.set()
            async for part in stream.content.iter_any():
                self.received += len(part)
        self.ended += 1


@contextmanager
def looked_at(url: str) -> Iterator[Viewers]:
    """The viewers, while the context lasts."""
    viewers = Viewers(url)
    viewers.start()
    try:
        yield viewers
    finally:
        viewers.close()
