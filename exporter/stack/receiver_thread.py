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
def receiving(receiver: Receiver, port: int) -> Iterator[None]:
    """The receiver answers on 127.0.0.1 within the block. Raises OSError when it cannot listen there."""
    listening: Future[None] = Future()
    stop = asyncio.Event()
    loop = asyncio.new_event_loop()

    async def serve() -> None:
        try:
            async with serving(receiver, "127.0.0.1", port):
                listening.set_result(None)
                await stop.wait()
        except OSError as error:
            listening.set_exception(error)

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),), name="receiver")
    thread.start()
    try:
        listening.result()
        yield
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.close()
