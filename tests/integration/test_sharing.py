"""One slow call for everybody who asks at the same time."""

from __future__ import annotations

import asyncio

import pytest

from exporter.sharing import Shared, TooManyWaitingError


class Slow:
    """A call that ends when it is told to, and counts."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.go = asyncio.Event()
        self.error: Exception | None = None

    async def __call__(self, key: str) -> str:
        self.calls.append(key)
        await self.go.wait()
        if self.error is not None:
            raise self.error
        return f"{key}{len(self.calls)}"


async def settle() -> None:
    """Let every task run until it waits."""
    for _ in range(5):
        await asyncio.sleep(0)


def test_get_when_many_ask_at_once() -> None:
    """Those who ask for the same key while it is made share one call; another key is another call."""

    async def scenario() -> None:
        slow = Slow()
        shared = Shared(slow, waiting=9, reuse_s=0.0)
        asking = [asyncio.ensure_future(shared.get(key)) for key in "aaab"]
        await settle()
        slow.go.set()
        assert await asyncio.gather(*asking) == ["a2", "a2", "a2", "b2"]
        assert slow.calls == ["a", "b"]

    asyncio.run(scenario())


def test_get_when_the_value_is_young_or_old() -> None:
    """A finished value is given again for a while, and then made anew."""

    async def scenario() -> None:
        slow = Slow()
        slow.go.set()
        keeping, forgetting = Shared(slow, waiting=1, reuse_s=3600.0), Shared(slow, waiting=1, reuse_s=0.0)
        assert [await keeping.get("a"), await keeping.get("a")] == ["a1", "a1"]
        first = await forgetting.get("a")
        await asyncio.sleep(0.01)
        assert [first, await forgetting.get("a")] == ["a2", "a3"]

    asyncio.run(scenario())


def test_get_when_too_many_wait() -> None:
    """Beyond the bound a client is refused at once; a place that becomes free is given again."""

    async def scenario() -> None:
        slow = Slow()
        shared = Shared(slow, waiting=2, reuse_s=0.0)
        asking = [asyncio.ensure_future(shared.get("a")) for _ in range(2)]
        await settle()
        with pytest.raises(TooManyWaitingError):
            await shared.get("b")
        slow.go.set()
        await asyncio.gather(*asking)
        assert await shared.get("b") == "b2"

    asyncio.run(scenario())


def test_get_when_the_call_fails() -> None:
    """A failure reaches everyone who waits for it, and nobody who asks later."""

    async def scenario() -> None:
        slow = Slow()
        slow.error = OSError("broken")
        shared = Shared(slow, waiting=9, reuse_s=3600.0)
        asking = [asyncio.ensure_future(shared.get("a")) for _ in range(2)]
        await settle()
        slow.go.set()
        assert [type(each) for each in await asyncio.gather(*asking, return_exceptions=True)] == [OSError, OSError]
        await asyncio.sleep(0.01)
        slow.error = None
        assert await shared.get("a") == "a2"

    asyncio.run(scenario())


def test_get_when_a_client_goes_away() -> None:
    """A client that gives up takes neither the call nor the others' answer with it, and frees its place."""

    async def scenario() -> None:
        slow = Slow()
        shared = Shared(slow, waiting=2, reuse_s=0.0)
        leaving, staying = (asyncio.ensure_future(shared.get("a")) for _ in range(2))
        await settle()
        leaving.cancel()
        await settle()
        third = asyncio.ensure_future(shared.get("a"))
        await settle()
        slow.go.set()
        assert [await staying, await third] == ["a1", "a1"]

    asyncio.run(scenario())
