"""The deadline of a task, on the event loop's clock.

Lives here: one name for ``asyncio.timeout``, so that probes need no event loop of their own to be read or tested, and a
pause that lets others run. Must not live here: what it means when time is over.
"""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager

__all__ = ["breathe", "deadline"]


def deadline(seconds: float) -> AbstractAsyncContextManager[object]:
    """A block that is cancelled after ``seconds``; then TimeoutError is raised where it ends."""
    return asyncio.timeout(seconds)


async def breathe() -> None:
    """Let other tasks, and a deadline that has passed, have their turn."""
    await asyncio.sleep(0)
