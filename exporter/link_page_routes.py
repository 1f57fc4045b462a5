"""The route of one link's page.

Lives here: a request to an answer. Must not live here: what the page says (``pages.link``), connections.
"""

from __future__ import annotations

from aiohttp import web

from exporter.answering import Worker, page_answer
from exporter.pages.link import link_page
from exporter.pages.rendering import render
from exporter.pages.unknown import UnknownIdError
from exporter.sources import Sources

__all__ = ["LinkPageRoutes"]


class LinkPageRoutes:
    """``/tautan/ID``, for the NOC."""

    def __init__(self, sources: Sources) -> None:
        """Nothing runs before the first request."""
        self._sources = sources
        self._worker = Worker("page")

    def add_to(self, app: web.Application) -> None:
        """Register the route with ``app``."""
        app.router.add_get("/tautan/{link}", self.page)

    def close(self) -> None:
        """Take no further work."""
        self._worker.close()

    async def page(self, request: web.Request) -> web.Response:
        """The page; 404 for an id that the inventory does not have, which is not repeated."""
        try:
            return page_answer(await self._worker.run(link_page, self._sources, request.match_info["link"]))
        except UnknownIdError:
            return page_answer(render("tidak_ada.html", gaya="tautan.css", sebaris=False), status=404)
