"""The receiver in a thread of its own, for programs that otherwise wait.

Lives here: the event loop's life. Must not live here: what the receiver does.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager

from exporter.stack.receiver import Receiver, serving

__all__ = ["receiving"]


@contextmanager
def receiving(receiver: Receiver, port: int, smtp_port: int | None = None) -> Iterator[None]:
    """The receiver answers on 127.0.0.1 within the block. Raises OSError when it cannot listen there."""
    listening: Future[asyncio.AbstractEventLoop] = Future()
    stop = asyncio.Event()

    async def serve() -> None:
        try:
            async with serving(receiver, "127.0.0.1", port, smtp_port):
                listening.set_result(asyncio.get_running_loop())
                await stop.wait()
        except OSError as error:
            listening.set_exception(error)

    # asyncio.run ends what is still open, connections included that were accepted in the last moment.
    thread = threading.Thread(target=asyncio.run, args=(serve(),), name="receiver")
    thread.start()
    try:
        loop = listening.result()
        try:
            yield
        finally:
            loop.call_soon_threadsafe(stop.set)
    finally:
        thread.join()
