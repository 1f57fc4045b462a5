"""The control socket: orders as lines of JSON over a Unix socket that only its owner can open.

Lives here: the two ends of the socket. Must not live here: what orders mean (order.py).
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

from exporter.sim.order import Answer, Order
from exporter.sim.settings import SimulationError

__all__ = ["ControlServer", "send_order"]

#: The longest line that is read: an injection of a few thousand packets.
_LINE_BYTES = 4 << 20

#: How long a client waits for its answer, seconds: a busy simulation answers within milliseconds.
_PATIENCE_S = 10.0


class ControlServer:
    """The end that listens; its descriptors are waited for by the responder's loop."""

    def __init__(self, path: Path, answer: Callable[[Order], Answer]) -> None:
        """Listen at ``path``, replacing the socket of a killed run; SimulationError when something else is there."""
        self._path = path
        self._answer = answer
        self._clients: dict[int, tuple[socket.socket, bytearray]] = {}
        _clear(path)
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
        before = os.umask(0o177)
        try:
            self._listener.bind(str(path))
        except OSError as error:
            raise SimulationError(f"--control {path}: {error.strerror or error}") from error
        finally:
            os.umask(before)
        self._listener.listen()

    def descriptors(self) -> list[int]:
        """What to wait for."""
        return [self._listener.fileno(), *self._clients]

    def serve(self, descriptor: int) -> None:
        """Do what waits at ``descriptor``, one of ``descriptors``; a client that misbehaves loses its connection."""
        if descriptor == self._listener.fileno():
            self._welcome()
            return
        client, pending = self._clients[descriptor]
        try:
            piece = client.recv(1 << 16)
            pending += piece
            self._answer_lines(client, pending)
        except OSError:
            piece = b""
        if not piece or len(pending) > _LINE_BYTES:
            del self._clients[descriptor]
            client.close()

    def _welcome(self) -> None:
        try:
            client, _ = self._listener.accept()
        except OSError:
            return
        client.settimeout(0)
        self._clients[client.fileno()] = (client, bytearray())

    def _answer_lines(self, client: socket.socket, pending: bytearray) -> None:
        """Answer every whole line of ``pending`` and take it out."""
        *lines, rest = bytes(pending).split(b"\n")
        pending[:] = rest
        for line in lines:
            client.sendall(json.dumps(self._answer_line(line)).encode() + b"\n")

    def _answer_line(self, line: bytes) -> Answer:
        try:
            order = json.loads(line)
        except ValueError:
            return {"ok": False, "error": "not a line of JSON"}
        return self._answer(order) if isinstance(order, dict) else {"ok": False, "error": "not an order"}

    def close(self) -> None:
        """Hang up and remove the socket's file."""
        for client, _ in self._clients.values():
            client.close()
        self._listener.close()
        self._path.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _clear(path: Path) -> None:
    """Remove a socket that nobody listens at any more."""
    if not path.exists():
        return
    if not path.is_socket():
        raise SimulationError(f"--control {path}: something else is there; choose another path")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as trial:
        if trial.connect_ex(str(path)) == 0:
            raise SimulationError(f"--control {path}: a simulation listens there; choose another path")
    path.unlink()


def send_order(path: Path, **order: Any) -> Answer:
    """The answer to ``order`` of the simulation that listens at ``path``.

    Raises SimulationError when it refuses (its own words) or when none listens there.
    """
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(_PATIENCE_S)
        try:
            connection.connect(str(path))
            connection.sendall(json.dumps(order).encode() + b"\n")
            line = connection.makefile("rb").readline()
        except OSError as error:
            raise SimulationError(
                f"no simulation listens at {path} ({error.strerror or error}); "
                "start one with: pantau sim start --inventory PATH"
            ) from error
    answer: Answer = json.loads(line or b'{"ok": false, "error": "the simulation ended without an answer"}')
    if not answer.pop("ok", False):
        raise SimulationError(str(answer.get("error")))
    return answer
