"""What each route answers.

Lives here: requests to answers, and the two worker threads behind them. Must not live here: the text
of pages, sockets and connection limits (``server``, ``connections``).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

from aiohttp import web

from exporter.answering import busy
from exporter.exposition import Exposition
from exporter.negotiation import accepts_gzip, negotiate
from exporter.reloading import ReloadResult
from exporter.scrape import Scraper
from exporter.self_metrics import SelfMetrics
from exporter.sharing import Shared, TooManyWaitingError
from exporter.snapshot import Snapshot

__all__ = ["Routes"]

#: Scrapes that may wait for a rendering; more are refused. Waiting costs little, so the bound is wide.
MAX_WAITING_SCRAPES = 128

#: Reloads that may wait for the one that runs; each reads the whole inventory.
MAX_WAITING_RELOADS = 4

#: A page so young is given again: far below any scrape interval, and the echoes come once a second.
REUSE_S = 0.5

#: Bytes handed to the connection before waiting for the client to read them.
WRITE_BYTES = 65_536

_log = logging.getLogger(__name__)


class Routes:
    """The routes over one snapshot source."""

    def __init__(
        self,
        *,
        snapshot: Callable[[], Snapshot],
        reload: Callable[[], ReloadResult],
        self_metrics: SelfMetrics,
    ) -> None:
        """Nothing runs before the first request."""
        self._snapshot, self._reload, self._self_metrics = snapshot, reload, self_metrics
        self._scraper = Scraper(snapshot, self_metrics)
        self._renderer = ThreadPoolExecutor(1, "render")
        self._reloader = ThreadPoolExecutor(1, "reload")
        self._pages = Shared(self._render, waiting=MAX_WAITING_SCRAPES, reuse_s=REUSE_S)
        self._reloads_waiting = 0

    def add_to(self, app: web.Application) -> None:
        """Register every route with ``app``; GET routes answer HEAD, too."""
        app.router.add_get("/metrics", self.metrics)
        app.router.add_get("/-/healthy", self.healthy)
        app.router.add_get("/-/ready", self.ready)
        app.router.add_post("/-/reload", self.reload)

    def close(self) -> None:
        """Take no further work; what runs is not waited for."""
        self._renderer.shutdown(wait=False, cancel_futures=True)
        self._reloader.shutdown(wait=False, cancel_futures=True)

    async def metrics(self, request: web.Request) -> web.StreamResponse:
        """The page in the format and compression the client asks for; 503 when too many wait."""
        chosen = negotiate(_field(request, "Accept"))
        gzip = accepts_gzip(_field(request, "Accept-Encoding"))
        try:
            body = await self._pages.get((chosen.exposition, gzip))
        except TooManyWaitingError:
            self._self_metrics.scrape_rejected()
            return busy("too many scrapes are waiting")
        headers = {"Content-Type": chosen.content_type, "Vary": "Accept, Accept-Encoding"}
        if gzip:
            headers["Content-Encoding"] = "gzip"
        return await _send(request, web.StreamResponse(headers=headers), body)

    async def healthy(self, request: web.Request) -> web.Response:  # noqa: ARG002 - a handler's signature
        """200 while the process serves at all."""
        return web.Response(text="Pantau OPD is healthy.\n")

    async def ready(self, request: web.Request) -> web.Response:  # noqa: ARG002 - a handler's signature
        """200 once the first round of echoes is complete, 503 before."""
        if self._snapshot().ready:
            return web.Response(text="Pantau OPD is ready.\n")
        return web.Response(status=503, text="Pantau OPD is not ready: the first round of echoes is not complete.\n")

    async def reload(self, request: web.Request) -> web.Response:
        """200 when the inventory on disk is in force, 400 with its problems when it was refused, 500 otherwise."""
        _refuse_other_origins(request)
        if self._reloads_waiting > MAX_WAITING_RELOADS:
            return busy("too many reloads are waiting")
        self._reloads_waiting += 1
        try:
            result = await asyncio.get_running_loop().run_in_executor(self._reloader, self._reload)
        finally:
            self._reloads_waiting -= 1
        status = 200 if result.ok else 400 if result.problems else 500
        return web.Response(status=status, text="\n".join((result.message, *result.problems)) + "\n")

    async def _render(self, key: tuple[Exposition, bool]) -> bytes:
        exposition, gzip = key
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._renderer, lambda: self._scraper.body(exposition, gzip=gzip))


def _field(request: web.Request, name: str) -> str:
    """All lines of a header as one, as RFC 9110, section 5.3, allows."""
    return ",".join(request.headers.getall(name, []))


def _refuse_other_origins(request: web.Request) -> None:
    """Refuse a POST that another site's page makes a browser send; programs send no Origin."""
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        raise web.HTTPForbidden(text="Refused: the request comes from a page of another site.\n")


async def _send(request: web.Request, response: web.StreamResponse, body: bytes) -> web.StreamResponse:
    """Send a large body piece by piece, so that a slow reader holds one piece and not the page."""
    response.content_length = len(body)
    await response.prepare(request)
    if request.method != "HEAD":
        view = memoryview(body)
        for start in range(0, len(body), WRITE_BYTES):
            await response.write(view[start : start + WRITE_BYTES])
    await response.write_eof()
    return response
