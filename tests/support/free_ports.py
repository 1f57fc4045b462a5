"""Ports that were free a moment ago.

Lives here: asking the kernel. Must not live here: listening for longer.
"""

from __future__ import annotations

import socket
from contextlib import ExitStack
from dataclasses import fields

from exporter.stack.ports import Ports

__all__ = ["free_ports"]


def free_ports() -> Ports:
    """Different ports on 127.0.0.1 that nobody listens on."""
    with ExitStack() as sockets:
        opened = [sockets.enter_context(socket.socket()) for _ in fields(Ports)]
        for each in opened:
            each.bind(("127.0.0.1", 0))
        numbers = [each.getsockname()[1] for each in opened]
    return Ports(**{field.name: number for field, number in zip(fields(Ports), numbers, strict=True)})
