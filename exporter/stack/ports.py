"""The ports of one stack, whether they can be had, and others that can.

Lives here: the defaults that ``deploy/`` uses, and asking the kernel. Must not live here: who listens on them.
"""

from __future__ import annotations

import socket
from contextlib import ExitStack
from dataclasses import dataclass, fields

from exporter.errors import PantauError

__all__ = ["Ports", "check_free", "free_ports"]


@dataclass(frozen=True, slots=True)
class Ports:
    """The ports of one stack, all on 127.0.0.1; the defaults are those in ``deploy/``, but for the trial's mail."""

    exporter: int = 9715
    receiver: int = 9716  #: the gateway's webhook, and Telegram
    smtp: int = 9717
    prometheus: int = 9090
    alertmanager: int = 9093


def check_free(ports: Ports) -> None:
    """Return when all ports can be listened on; raises PantauError naming the flag of the first that cannot."""
    with ExitStack() as sockets:
        for field in fields(Ports):
            port = getattr(ports, field.name)
            listener = sockets.enter_context(socket.socket())
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                listener.bind(("127.0.0.1", port))
            except OSError as error:
                raise PantauError(
                    f"port {port} for the {field.name} cannot be had ({error.strerror}); "
                    f"choose another with --{field.name}-port"
                ) from error


def free_ports() -> Ports:
    """Different ports on 127.0.0.1 that nobody listened on a moment ago."""
    names = [field.name for field in fields(Ports)]
    with ExitStack() as sockets:
        opened = [sockets.enter_context(socket.socket()) for _ in names]
        for each in opened:
            each.bind(("127.0.0.1", 0))
        return Ports(**{name: each.getsockname()[1] for name, each in zip(names, opened, strict=True)})
