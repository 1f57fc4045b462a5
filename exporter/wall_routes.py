"""The routes of the wall: the page, its events, and the static files of all pages.

Lives here: requests to answers, and the one task that looks while anybody watches. Must not live here: what the wall
says (``pages.wall``), when it differs (``live``), connections.
"""

from __future__ import annotations

import asyncio
import gzip
import logging
from collections.abc import AsyncGenerator

from aiohttp import web

from exporter.answering import Worker, busy
from exporter.live import Live, Moved, Shown
from exporter.negotiation import accepts_gzip
from exporter.page_headers import PAGE_HEADERS
from exporter.pages.rendering import ASSETS, asset, asset_digest
from exporter.pages.wall import render_wall
from exporter.sharing import Shared, TooManyWaitingError
from exporter.sources import Sources
from exporter.streaming import Streams

__all__ = ["WallRoutes"]

_log = logging.getLogger(__name__)

#: How often the wall is looked at while somebody watches, seconds: a change is on the screen within two.
LOOK_EVERY_S = 1.0

#: Pages that may wait for one to be made, and how long that is given to others, seconds.
MAX_WAITING_PAGES, REUSE_S = 128, 0.5

#: How often a viewer is told that we are here, in looks; the page waits for two of them before it says we are not.
_HEARTBEAT_EVERY = 5

#: What a browser that lost us waits before it asks again, milliseconds.
_RETRY = b"retry: 2000\n\n"

_FOR_A_YEAR = "public, max-age=31536000, immutable"


class WallRoutes:
    """The wall."""

    def __init__(self, sources: Sources) -> None:
        """Nothing runs before the first request."""
        self._snapshot = sources.snapshot
        self._live = Live(sources.snapshot)
        self._pages = Shared(self._make, waiting=MAX_WAITING_PAGES, reuse_s=REUSE_S)
        self._worker = Worker("wall")
        self._streams = Streams()
        self._looking: asyncio.Task[None] | None = None
        self._shown: tuple[Shown, Moved] | None = None
        self._looked = asyncio.Event()

    def add_to(self, app: web.Application) -> None:
        """Register every route with ``app``."""
        self._streams.add_to(app)
        app.router.add_get("/", self.page)
        app.router.add_get("/wall/events", self.events)
        app.router.add_get("/aset/{name}", self.asset)

    def close(self) -> None:
        """Take no further work."""
        self._worker.close()

    async def page(self, request: web.Request) -> web.Response:
        """The page as of now, compressed for who takes that."""
        packed = accepts_gzip(",".join(request.headers.getall("Accept-Encoding", [])))
        try:
            body = await self._pages.get(packed)
        except TooManyWaitingError:
            return busy("too many pages are waiting")
        headers = {**PAGE_HEADERS, "Vary": "Accept-Encoding"}
        if packed:
            headers["Content-Encoding"] = "gzip"
        return web.Response(body=body, content_type="text/html", charset="utf-8", headers=headers)

    async def _make(self, packed: bool) -> bytes:  # noqa: FBT001 - the key of a page
        return await self._worker.run(self._page, packed=packed)

    def _page(self, *, packed: bool) -> bytes:
        """The page of this moment: a reader without script sees no other until it is asked for again."""
        text = render_wall(self._snapshot()).page().encode()
        return gzip.compress(text, 5) if packed else text

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

    async def _watch(self) -> AsyncGenerator[bytes, None]:
        """What one viewer is sent; one that reads slowly gets the latest, and not all that was between."""
        if self._looking is None or self._looking.done():
            self._shown, self._looking = None, asyncio.create_task(self._look())
        yield _RETRY
        seen, beats = 0, 0
        while True:
            while self._shown is None:
                await self._looked.wait()
            shown, moved = self._shown
            fresh = shown.since(seen)
            if fresh or beats % _HEARTBEAT_EVERY == 0:
                yield fresh + shown.heartbeat(moved)
            seen, beats = shown.looked, beats + 1
            await self._looked.wait()

    async def _look(self) -> None:
        """Look every second for as long as anybody watches; while that fails nothing is sent, and viewers say so."""
        while len(self._streams):
            try:
                self._shown = await self._worker.run(self._live.look)
            except Exception:  # noqa: BLE001 - whatever it is, the next look may be well
                _log.exception("the wall could not be looked at")
            else:
                self._looked.set()
                self._looked = asyncio.Event()
            await asyncio.sleep(LOOK_EVERY_S)
