"""One rendering for everybody who asks at the same time.

Lives here: sharing a slow call between waiting clients, and the bound on how many may wait. Must not
live here: what is rendered. Fifty scrapes at once cost one rendering; a client that asks again and
again costs at most one in ``reuse_s``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

__all__ = ["Shared", "TooManyWaitingError"]

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class TooManyWaitingError(Exception):
    """The bound on waiting clients is reached; ask again later."""


class Shared(Generic[K, V]):
    """Results of ``make`` by key, each shared while it is made and for ``reuse_s`` seconds after."""

    def __init__(self, make: Callable[[K], Awaitable[V]], *, waiting: int, reuse_s: float) -> None:
        """At most ``waiting`` clients wait at any time."""
        self._make = make
        self._places = waiting
        self._reuse_s = reuse_s
        self._tasks: dict[K, asyncio.Future[V]] = {}

    async def get(self, key: K) -> V:
        """The value for ``key``; raises what ``make`` raises, and ``TooManyWaitingError`` when full.

        A failure is shared with those who already wait for it, and forgotten at once.
        """
        if self._places == 0:
            raise TooManyWaitingError
        self._places -= 1
        try:
            return await asyncio.shield(self._tasks.get(key) or self._begin(key))
        finally:
            self._places += 1

    def _begin(self, key: K) -> asyncio.Future[V]:
        task = asyncio.ensure_future(self._make(key))
        self._tasks[key] = task
        task.add_done_callback(lambda done: self._keep_for_a_while(key, done))
        return task

    def _keep_for_a_while(self, key: K, done: asyncio.Future[V]) -> None:
        failed = done.cancelled() or done.exception() is not None
        delay_s = 0.0 if failed else self._reuse_s
        asyncio.get_running_loop().call_later(delay_s, self._tasks.pop, key, None)
