"""The routes of one link.

Lives here: requests to answers. Must not live here: what is said of a link (``link_document``), connections.
"""

from __future__ import annotations

from typing import Any

from aiohttp import web

from exporter.answering import Worker, json_answer
from exporter.link_document import link_document
from exporter.sources import Sources

__all__ = ["LinkRoutes"]


class LinkRoutes:
    """What is known of one link."""

    def __init__(self, sources: Sources) -> None:
        """Nothing runs before the first request."""
        self._sources = sources
        self._worker = Worker("link")

    def add_to(self, app: web.Application) -> None:
        """Register every route with ``app``."""
        app.router.add_get("/api/v1/links/{link}", self.document)

    def close(self) -> None:
        """Take no further work."""
        self._worker.close()

    async def document(self, request: web.Request) -> web.Response:
        """Everything that is known of one link; 404 for an id that the inventory does not have."""
        try:
            return json_answer(await self._worker.run(self._document, request.match_info["link"]))
        except KeyError:
            return json_answer({"error": "the inventory has no such link"}, status=404)

    def _document(self, link: str) -> dict[str, Any]:
        sources = self._sources
        snapshot = sources.snapshot()
        return link_document(snapshot, link, sources.diagnosis(link), sources.past.outages(link))
