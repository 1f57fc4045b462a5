"""Who may ask the public listener, how often, and what every other address leads to.

Lives here: the rate limit as a guard, and the route that is all others. Must not live here: pages, sockets, buckets
(``access.rate_limit``).
"""

from __future__ import annotations

from aiohttp import web

from exporter.access.rate_limit import RateLimit, reader_of
from exporter.clock import Clock
from exporter.office_routes import OfficeRoutes

__all__ = ["PUBLIC_BURST", "PUBLIC_PER_S", "PublicGate"]

#: One address may open so many pages at once, and one more in two seconds: a whole office behind one address looks, and
#: nobody walks through 450 offices in a minute.
PUBLIC_BURST, PUBLIC_PER_S = 40, 0.5

_READING = {"GET", "HEAD"}


class PublicGate:
    """A set of routes: the pages for offices, and nothing else."""

    def __init__(self, pages: OfficeRoutes, clock: Clock) -> None:
        """``pages`` are closed with it."""
        self._pages, self._clock = pages, clock
        self._limit = RateLimit(burst=PUBLIC_BURST, per_s=PUBLIC_PER_S)

    def add_to(self, app: web.Application) -> None:
        """Register the pages, and what answers everything else."""
        self._pages.add_to(app)
        app.router.add_route("*", "/{rest:.*}", self._nothing)

    def close(self) -> None:
        """Take no further work."""
        self._pages.close()

    async def guard(self, request: web.Request) -> web.StreamResponse | None:
        """A refusal, or None for who may go on."""
        if request.method not in _READING:
            return web.Response(status=405, text="Halaman ini hanya dapat dibaca.\n", headers={"Allow": "GET, HEAD"})
        wait_s = self._limit.wait_s(reader_of(request.remote or ""), self._clock.monotonic_ns() / 1e9)
        if wait_s:
            text = f"Terlalu sering dibuka dari alamat ini; coba lagi dalam {wait_s} detik.\n"
            return web.Response(status=429, text=text, headers={"Retry-After": str(wait_s)})
        return None

    async def _nothing(self, request: web.Request) -> web.Response:
        del request
        return self._pages.not_found()
