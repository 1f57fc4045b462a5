"""The ports of one stack, whether they can be had, and others that can.

Lives here: the defaults that ``deploy/`` uses, asking the kernel, claiming. Must not live here: who listens on them.

A port is chosen long before its program listens on it, so it must stay free meanwhile. From the kernel's ephemeral
range it would not: any outgoing connection may be given it. And a second process of ours must not choose it too.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, fields
from pathlib import Path
from random import SystemRandom

from exporter.errors import PantauError

__all__ = ["Ports", "check_free", "free_port", "free_ports"]

_EPHEMERAL = Path("/proc/sys/net/ipv4/ip_local_port_range")
_LOWEST = 10_000  #: well above the ports that programs have by default
_HIGHEST = 65_535


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


def free_port() -> int:
    """A port on 127.0.0.1 that nobody listens on, and that no later call returns while this process lives.

    The kernel gives it to no outgoing connection, unless all ports from 10000 up are ephemeral. Raises PantauError
    when none is left.
    """
    for port in _candidates():
        if (claim := _claimed(port)) is None:
            continue
        if _can_be_bound(port):
            claim.detach()  # stays open, and so claimed, until the process ends, however it does
            return port
        claim.close()
    raise PantauError(f"no port from {_LOWEST} up is free")


def free_ports() -> Ports:
    """Different ports for one stack, each as ``free_port`` chooses it. Raises PantauError when too few are left."""
    return Ports(**{field.name: free_port() for field in fields(Ports)})


def _candidates() -> Iterator[int]:
    """Ports below the ephemeral range, then those above, and those within it last; each part in random order."""
    low, high = map(int, _EPHEMERAL.read_text(encoding="ascii").split())
    above, within = range(max(_LOWEST, high + 1), _HIGHEST + 1), range(max(_LOWEST, low), high + 1)
    for part in (range(_LOWEST, low), above, within):
        yield from SystemRandom().sample(part, len(part))


def _claimed(port: int) -> socket.socket | None:
    """The claim on ``port``, a name in the network namespace; None when a process has it, this one or another."""
    claim = socket.socket(socket.AF_UNIX)
    try:
        claim.bind(f"\0pantau-port-{port}")
    except OSError:
        claim.close()
        return None
    return claim


def _can_be_bound(port: int) -> bool:
    with socket.socket() as listener:
        try:
            listener.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
