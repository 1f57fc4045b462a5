"""The routes of the wall: the page, its events, and the static files of all pages.

Lives here: requests to answers, and the one task that looks while anybody watches. Must not live here: what the wall
says (``pages.wall``), when it differs (``live``), connections.
"""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator
from contextlib import suppress

from aiohttp import web

from exporter.answering import Worker
from exporter.live import Live, Shown
from exporter.negotiation import accepts_gzip
from exporter.page_headers import PAGE_HEADERS
from exporter.pages.rendering import ASSETS, asset, asset_digest
from exporter.sources import Sources
from exporter.streaming import Streams

__all__ = ["WallRoutes"]

#: How often the wall is looked at while somebody watches, seconds: a change is on the screen within two.
LOOK_EVERY_S = 1.0

#: How often a viewer is told that we are here, in looks; the page waits for two of them before it says we are not.
_HEARTBEAT_EVERY = 5

#: What a browser that lost us waits before it asks again, milliseconds.
_RETRY = b"retry: 2000\n\n"

_FOR_A_YEAR = "public, max-age=31536000, immutable"


class WallRoutes:
    """The wall."""

    def __init__(self, sources: Sources) -> None:
        """Nothing runs before the first request."""
        self._live = Live(sources.snapshot)
        self._worker = Worker("wall")
        self._streams = Streams()
        self._looking: asyncio.Task[None] | None = None
        self._shown: tuple[Shown, int] | None = None
        self._looked = asyncio.Event()

    def add_to(self, app: web.Application) -> None:
        """Register every route with ``app``."""
        app.router.add_get("/", self.page)
        app.router.add_get("/wall/events", self.events)
        app.router.add_get("/aset/{name}", self.asset)

    def close(self) -> None:
        """Take no further work."""
        self._worker.close()

    async def page(self, request: web.Request) -> web.Response:
        """The page as of now, compressed for who takes that."""
        body = await self._worker.run(self._page)
        headers = {**PAGE_HEADERS, "Vary": "Accept-Encoding"}
        if accepts_gzip(",".join(request.headers.getall("Accept-Encoding", []))):
            body = await self._worker.run(gzip.compress, body, 5)
            headers["Content-Encoding"] = "gzip"
        return web.Response(body=body, content_type="text/html", charset="utf-8", headers=headers)

    def _page(self) -> bytes:
        shown, _ = self._live.look()
        return shown.wall.page().encode()

    async def asset(self, request: web.Request) -> web.Response:
        """A static file; whoever asks with its digest may keep it."""
        name = request.match_info["name"]
        if name not in ASSETS:
            raise web.HTTPNotFound(text="There is no such file.")
        kept = request.query.get("v") == asset_digest(name)
        headers = {"Cache-Control": _FOR_A_YEAR if kept else "no-cache", "ETag": f'"{asset_digest(name)}"'}
        if request.headers.get("If-None-Match") == headers["ETag"]:
            return web.Response(status=304, headers=headers)
        return web.Response(text=asset(name), content_type=ASSETS[name], charset="utf-8", headers=headers)

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Every piece at first, then what changes; see docs/wall.md."""
        return await self._streams.serve(request, self._watch())

    async def _watch(self) -> AsyncIterator[bytes]:
        """What one viewer is sent; one that reads slowly gets the latest, and not all that was between."""
        if self._looking is None or self._looking.done():
            self._shown, self._looking = None, asyncio.create_task(self._look())
        yield _RETRY
        seen, beats = 0, 0
        while True:
            while self._shown is None:
                await self._looked.wait()
            shown, taken = self._shown
            fresh = shown.since(seen)
            if fresh or beats % _HEARTBEAT_EVERY == 0:
                yield fresh + shown.heartbeat(taken)
            seen, beats = shown.looked, beats + 1
            await self._looked.wait()

    async def _look(self) -> None:
        """Look every second for as long as anybody watches; while it cannot, viewers hear nothing and say so."""
        while len(self._streams):
            with suppress(web.HTTPServiceUnavailable):  # too many pages are being made: the next look may have a place
                self._shown = await self._worker.run(self._live.look)
                self._looked.set()
                self._looked = asyncio.Event()
            await asyncio.sleep(LOOK_EVERY_S)
