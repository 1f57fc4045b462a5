"""How pages and the API are answered: off the event loop, with a bound on who waits.

Lives here: the worker thread that routes share, and two forms of an answer. Must not live here: what is said,
connections, headers of every answer (``server``).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from aiohttp import web

from exporter.page_headers import PAGE_HEADERS

__all__ = ["Worker", "busy", "page_answer"]

P = ParamSpec("P")
T = TypeVar("T")

#: Calls that may wait for the worker; more are refused with 503. Each takes milliseconds.
MAX_WAITING = 128


class Worker:
    """One thread that pages are made in: one at a time, so that many readers cost one core at most."""

    def __init__(self, name: str, *, waiting: int = MAX_WAITING) -> None:
        """Nothing runs before the first call."""
        self._pool = ThreadPoolExecutor(1, name)
        self._places = waiting

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What ``function`` returns or raises. Raises web.HTTPServiceUnavailable when too many wait already."""
        if self._places == 0:
            raise web.HTTPServiceUnavailable(text="Busy: too many requests are waiting; try again in a moment.")
        self._places -= 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, lambda: function(*args, **kwargs))
        finally:
            self._places += 1

    def close(self) -> None:
        """Take no further work; what runs is not waited for."""
        self._pool.shutdown(wait=False, cancel_futures=True)


def busy(why: str) -> web.Response:
    """503, and when to come again."""
    return web.Response(status=503, text=f"Busy: {why}; try again in a moment.\n", headers={"Retry-After": "1"})


def page_answer(text: str, *, status: int = 200, headers: Mapping[str, str] = PAGE_HEADERS) -> web.Response:
    """A page for people, of the moment."""
    return web.Response(status=status, text=text, content_type="text/html", headers=headers)
