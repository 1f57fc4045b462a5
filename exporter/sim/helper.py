"""The responder's end of the process that runs the services (``services.py``).

Lives here: starting it, telling it of routers, ending it. Must not live here: what it does. Without it the province
answers echoes as ever, and says so.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Self

import exporter
from exporter.sim.routers import Line, Router

__all__ = ["Helper", "router_words"]

#: How long it may take to open its ports, and to end, seconds.
_PATIENCE_S = 30.0


def _line_words(line: Line) -> list[object]:
    """The fields of a line in their order."""
    return [
        *(line.link, line.address, line.interface, line.bandwidth_bits_per_second),
        *(line.is_backup, line.has_carrier, line.carries),
    ]


def router_words(router: Router) -> list[object]:
    """The fields of a router in their order, as ``services.router_from`` reads them."""
    lines = [_line_words(line) for line in router.lines]
    return [router.id, router.name, router.booted_ns, router.boots, list(router.servers), lines]


class Helper:
    """The process, from its start to its end."""

    def __init__(self, hosts: Sequence[str], authority: Path) -> None:
        """Start it, to serve at ``hosts`` and to write its authority's certificate to ``authority``."""
        self.authority = authority
        self.failed = ""
        self._told: dict[str, Router] = {}
        self._channel, theirs = socket.socketpair()
        paths = [str(Path(exporter.__file__).parents[1]), os.environ.get("PYTHONPATH", "")]
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own words
                [sys.executable, "-m", "exporter.sim.services", str(theirs.fileno()), str(authority), *hosts],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                start_new_session=True,  # a Ctrl-C is for us
                env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))},
            )

    def wait(self) -> None:
        """Until it serves, or cannot: then ``failed`` says why."""
        self._channel.settimeout(_PATIENCE_S)
        try:
            said = json.loads(self._channel.makefile("rb").readline() or b'{"failed": "its process ended"}')
            self.failed = said["failed"]
        except OSError as error:
            self.failed = f"its process says nothing: {error}"

    def tell(self, routers: Iterable[Router]) -> None:
        """Let it know of ``routers``, which are all; it hears of those that are not as they were."""
        now = {router.id: router for router in routers}
        told = ((self._told.get(site), each) for site, each in now.items())
        changed = [router_words(each) for before, each in told if before is not each and before != each]
        gone = [site for site in self._told if site not in now]
        self._told = now
        if not (changed or gone):
            return
        try:
            self._channel.sendall(json.dumps({"routers": changed, "gone": gone}).encode() + b"\n")
        except OSError as error:
            self.failed = self.failed or f"its process is gone: {error}"

    def status(self) -> dict[str, object]:
        """What became of it, as plain values."""
        return {"pid": self._process.pid, "authority": str(self.authority), "failed": self.failed}

    def close(self) -> None:
        """End it, and remove its file."""
        self._channel.close()
        try:
            self._process.wait(_PATIENCE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        with contextlib.suppress(OSError):
            self.authority.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
