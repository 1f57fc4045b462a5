"""A running web server for a test, and plain clients that send exactly what they are told.

Lives here: starting, asking, waiting. Must not live here: assertions about answers.
"""

from __future__ import annotations

import http.client
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from exporter.reloading import ReloadResult
from exporter.self_metrics import SelfMetrics
from exporter.server import Limits, Server
from exporter.snapshot import Snapshot
from tests.support.inventories import many_links
from tests.support.snapshots import make_snapshot

__all__ = ["Answer", "ask", "half_open", "in_threads", "nobody_known", "serving", "wait_until"]

#: How long any single step of a test may take, seconds; nothing is measured by it.
PATIENCE_S = 20.0


@dataclass(frozen=True)
class Answer:
    """What a client got."""

    status: int
    headers: dict[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode()


def reloaded() -> ReloadResult:
    """A reload that succeeds."""
    return ReloadResult(ok=True, message="reloaded")


def nobody_known(link: str) -> Mapping[str, Any]:
    """No link is known."""
    raise KeyError(link)


@contextmanager
def serving(
    *,
    snapshot: Callable[[], Snapshot] | None = None,
    reload: Callable[[], ReloadResult] = reloaded,
    limits: Limits | None = None,
    host: str = "127.0.0.1",
    about_link: Callable[[str], Mapping[str, Any]] | None = None,
) -> Iterator[Server]:
    """A server on a free port, closed afterwards."""
    ready = make_snapshot(many_links(3))
    server = Server(
        snapshot=snapshot or (lambda: ready),
        about_link=about_link or nobody_known,
        reload=reload,
        self_metrics=SelfMetrics(loaded_unix_s=1.0),
        host=host,
        port=0,
        limits=limits,
    )
    server.start()
    try:
        yield server
    finally:
        server.close()


def ask(server: Server, path: str, method: str = "GET", *, host: str = "127.0.0.1", **headers: str) -> Answer:
    """One request on a connection of its own; ``Accept_Encoding="gzip"`` is a header."""
    connection = http.client.HTTPConnection(host, server.port, timeout=PATIENCE_S)
    try:
        connection.putrequest(method, path, skip_accept_encoding=True)
        for name, value in headers.items():
            connection.putheader(name.replace("_", "-"), value)
        connection.endheaders()
        response = connection.getresponse()
        return Answer(response.status, dict(response.getheaders()), response.read())
    finally:
        connection.close()


def half_open(server: Server, sent: bytes = b"") -> socket.socket:
    """A connection on which only ``sent`` was said."""
    client = socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE_S)
    client.sendall(sent)
    return client


def wait_until(happened: Callable[[], bool]) -> None:
    """Return once ``happened``; fails when that takes absurdly long."""
    give_up = time.monotonic() + PATIENCE_S
    while not happened():
        assert time.monotonic() < give_up, "it never happened"
        time.sleep(0.005)


def in_threads(asks: list[Callable[[], Answer]]) -> tuple[ThreadPoolExecutor, list[Callable[[], Answer]]]:
    """The calls, begun at once each in a thread of its own, and how to wait for their results."""
    pool = ThreadPoolExecutor(len(asks))
    return pool, [pool.submit(each).result for each in asks]
