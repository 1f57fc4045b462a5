"""The routes of the pages for offices, for the NOC's listener and for the public one.

Lives here: requests to answers, and how long they may be kept. Must not live here: what the pages say
(``pages.office_page``), connections, who may ask how often.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import partial

from aiohttp import web

from exporter.answering import Worker
from exporter.page_headers import PAGE_HEADERS, page_headers
from exporter.pages.office_page import not_found_page, opd_page, site_page
from exporter.pages.rendering import style_source
from exporter.pages.unknown import UnknownIdError
from exporter.sharing import Shared, TooManyWaitingError
from exporter.sources import Sources

__all__ = ["KEPT_S", "OfficeRoutes"]

#: How long anybody may keep a public page, seconds: half a minute old is not too old for an office.
KEPT_S = 30

#: How long a page that was made is given to others who ask, seconds: a rush of an agency's people costs one making.
_REUSE_S = 5.0

_WAITING = 128


class OfficeRoutes:
    """``/opd/ID`` and ``/lokasi/ID``."""

    def __init__(self, sources: Sources, *, public: bool) -> None:
        """``public``: the page stands alone, may be kept, and loads nothing."""
        self._sources, self._public = sources, public
        self._worker = Worker("office")
        self._pages = Shared(self._make, waiting=_WAITING, reuse_s=_REUSE_S)
        styles = (style_source("pantau.css"), style_source("kantor.css"))
        self._headers = page_headers(styles, script=False) if public else PAGE_HEADERS

    def add_to(self, app: web.Application) -> None:
        """Register every route with ``app``."""
        app.router.add_get("/opd/{id}", partial(self._answer, "opd"))
        app.router.add_get("/lokasi/{id}", partial(self._answer, "lokasi"))

    def close(self) -> None:
        """Take no further work."""
        self._worker.close()

    def not_found(self) -> web.Response:
        """What an address that leads nowhere is answered with."""
        text = not_found_page(public=self._public)
        return web.Response(status=404, text=text, content_type="text/html", headers=self._headers)

    async def _answer(self, kind: str, request: web.Request) -> web.StreamResponse:
        try:
            text = await self._pages.get((kind, request.match_info["id"]))
        except UnknownIdError:
            return self.not_found()
        except TooManyWaitingError:
            raise web.HTTPServiceUnavailable(text="Halaman sedang banyak dibuka; coba lagi sebentar lagi.") from None
        headers = dict(self._headers)
        if self._public:
            headers["Cache-Control"] = f"public, max-age={KEPT_S}"
            headers["ETag"] = f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'
            if request.headers.get("If-None-Match") == headers["ETag"]:
                return web.Response(status=304, headers=headers)
        return web.Response(text=text, content_type="text/html", headers=headers)

    async def _make(self, key: tuple[str, str]) -> str:
        kind, each = key
        page: Callable[..., str] = opd_page if kind == "opd" else site_page
        return await self._worker.run(self._page, page, each)

    def _page(self, page: Callable[..., str], each: str) -> str:
        return page(self._sources.snapshot(), self._sources.past, each, public=self._public)
