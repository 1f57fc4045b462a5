"""A running web server for a test, and plain clients that send exactly what they are told.

Lives here: starting, asking, waiting. Must not live here: assertions about answers.
"""

from __future__ import annotations

import http.client
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field

from exporter.diagnosis_view import DiagnosisView
from exporter.past import NoPast, Past
from exporter.reloading import ReloadResult
from exporter.routes import Routes
from exporter.self_metrics import SelfMetrics
from exporter.server import Limits, Server
from exporter.serving import Serving, Where
from exporter.snapshot import Snapshot
from exporter.sources import Sources
from tests.support.inventories import many_links
from tests.support.snapshots import make_snapshot

__all__ = ["Answer", "ask", "half_open", "in_threads", "machine_routes", "serving", "wait_until"]

#: How long any single step of a test may take, seconds; nothing is measured by it.
PATIENCE_S = 60.0


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


@contextmanager
def serving(
    *,
    snapshot: Callable[[], Snapshot] | None = None,
    reload: Callable[[], ReloadResult] = reloaded,
    limits: Limits | None = None,
    host: str = "127.0.0.1",
    past: Past | None = None,
) -> Iterator[Server]:
    """A server on a free port, closed afterwards."""
    ready = make_snapshot(many_links(3))
    listeners = Serving(
        Sources(snapshot or (lambda: ready), past or NoPast(), lambda _: DiagnosisView()),
        reload=reload,
        self_metrics=SelfMetrics(loaded_unix_s=1.0),
        where=Where(host, 0),
        limits=limits,
    )
    listeners.start()
    try:
        yield listeners.server
    finally:
        listeners.close()


def machine_routes(server: Server) -> Routes:
    """The routes for machines of a server that ``serving`` made."""
    return next(each for each in server._routes if isinstance(each, Routes))


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
