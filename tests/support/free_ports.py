"""Ports that were free a moment ago.

Lives here: asking the kernel. Must not live here: listening for longer.
"""

from __future__ import annotations

import socket
from contextlib import ExitStack

from exporter.stack.ports import Ports

__all__ = ["free_ports"]


def free_ports() -> Ports:
    """Four different ports on 127.0.0.1 that nobody listens on."""
    with ExitStack() as sockets:
        opened = [sockets.enter_context(socket.socket()) for _ in range(4)]
        for each in opened:
            each.bind(("127.0.0.1", 0))
        exporter, receiver, prometheus, alertmanager = (each.getsockname()[1] for each in opened)
    return Ports(exporter=exporter, receiver=receiver, prometheus=prometheus, alertmanager=alertmanager)
