"""Ctrl-C and SIGTERM as the ordinary end of a command that runs programs.

Lives here: the signal handlers of such a command. Must not live here: what is ended.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["ended_by_signals"]


@contextmanager
def ended_by_signals() -> Iterator[None]:
    """The first SIGINT or SIGTERM ends the block as if it were done; further ones disturb no clean-up."""

    def interrupt(*_: object) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, interrupt)
    try:
        yield
    except KeyboardInterrupt:
        return
