"""Five hundred open walls beside Prometheus, and people who mean no good beside both."""

from __future__ import annotations

import resource
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace

import numpy as np
import pytest
from aiohttp import web

from exporter import wall_routes
from exporter.answering import Worker
from exporter.outcome import State
from exporter.server import Limits, Server
from exporter.snapshot import Snapshot
from exporter.streaming import MAX_STREAMS
from tests.support.inventories import many_links
from tests.support.snapshots import make_snapshot
from tests.support.web import PATIENCE_S, ask, half_open, serving, wait_until

WALLS = 500
_AT_ONCE = 100

_ASK = b"GET /wall/events HTTP/1.1\r\nHost: x\r\n\r\n"

#: Both ends of every connection are in this process, and what it has open besides.
_DESCRIPTORS = 2 * MAX_STREAMS + 1_000


class Changing:
    """A snapshot that the test changes."""

    def __init__(self) -> None:
        self.now = make_snapshot(many_links(12))

        self.failures = 0  #: how often it cannot be had from now on
        self.failed = threading.Event()

    def __call__(self) -> Snapshot:
        if self.failures:
            self.failures -= 1
            self.failed.set()
            raise RuntimeError("no snapshot")
        return self.now

    def cut(self) -> None:
        """Every link is down from now on."""
        down = np.full(12, list(State).index(State.DOWN), np.int8)
        self.now = replace(self.now, links=replace(self.now.links, state=down))


@pytest.fixture(autouse=True)
def _descriptors() -> Iterator[None]:
    """As many as a service has; the usual 1024 of a shell are too few for both ends."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, _DESCRIPTORS)), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


class Wall:
    """A client that reads events."""

    def __init__(self, server: Server) -> None:
        self.client = half_open(server, _ASK)
        self.client.settimeout(PATIENCE_S)
        self.read = b""

    def until(self, part: bytes) -> None:
        """Read until ``part`` has come; what was read before it is forgotten."""
        while part not in self.read:
            more = self.client.recv(65_536)
            assert more, "the stream ended"
            self.read += more
        self.read = self.read.partition(part)[2]

    def ended(self) -> bool:
        """Whether the exporter has ended it; waits for that."""
        try:
            while self.client.recv(65_536):
                pass
        except ConnectionResetError:
            pass
        return True


@contextmanager
def walls(server: Server, count: int = WALLS) -> Iterator[list[Wall]]:
    """Open walls, each with everything on it; a hundred at a time, for 256 that wait for an answer are the most."""
    found: list[Wall] = []
    with ExitStack() as stack:
        for first in range(0, count, _AT_ONCE):
            fresh = [Wall(server) for _ in range(min(_AT_ONCE, count - first))]
            for each in fresh:
                stack.callback(each.client.close)
            for each in fresh:
                each.until(b"event: detak")
            found += fresh
        yield found


def test_five_hundred_walls_leave_room_for_a_scrape() -> None:
    """With 500 streams open a scrape and the page are answered, and a change reaches every one of them."""
    changing = Changing()
    with serving(snapshot=changing) as server, walls(server) as open_walls:
        assert ask(server, "/metrics").status == 200
        assert ask(server, "/").status == 200
        changing.cut()
        for each in open_walls:
            each.until(b"12 dari 12 lokasi terputus")
        assert ask(server, "/-/healthy").status == 200


def test_a_look_that_fails_is_not_the_last() -> None:
    """Walls that are open get news again once there is any, although nobody opens another one."""
    changing = Changing()
    with serving(snapshot=changing) as server, walls(server, 2) as open_walls:
        changing.failures = 2
        assert changing.failed.wait(PATIENCE_S)
        changing.cut()
        for each in open_walls:
            each.until(b"12 dari 12 lokasi terputus")


def test_slow_headers_beside_five_hundred_walls_end_none_of_them() -> None:
    """Half-open requests beyond every limit are ended; no wall is, and scrapes are answered meanwhile."""
    changing = Changing()
    limits = Limits(request_within_s=1.0)
    with serving(snapshot=changing, limits=limits) as server, walls(server) as open_walls:
        slow = [half_open(server, b"GET /metrics HTTP/1.1\r\nX: ") for _ in range(limits.connections + 20)]
        assert ask(server, "/metrics").status == 200
        for each in slow:
            each.settimeout(PATIENCE_S)
            assert _closed(each)
            each.close()
        changing.cut()
        for wall in open_walls:
            wall.until(b"12 dari 12 lokasi terputus")


def test_more_walls_than_have_room_are_told_when_to_ask_again() -> None:
    """The one too many gets 503 with a time, and a place as soon as another wall is closed."""
    with serving() as server, walls(server, MAX_STREAMS) as open_walls:
        refused = ask(server, "/wall/events")
        assert (refused.status, refused.headers["Retry-After"]) == (503, "10")
        open_walls[0].client.close()
        wait_until(lambda: _begins(server).startswith(b"HTTP/1.1 200"))


def test_closing_waits_for_no_wall() -> None:
    """With 500 streams open the server ends at once, and each of them with it; no thread of it is left."""
    with ExitStack() as stack:
        with serving() as server:
            open_walls = stack.enter_context(walls(server))
        assert all(each.ended() for each in open_walls)
        assert not server._thread.is_alive()
    assert not [each.name for each in threading.enumerate() if each.name == "http"]


def _closed(client: socket.socket) -> bool:
    try:
        return client.recv(1_000) == b""
    except ConnectionResetError:
        return True


def _begins(server: Server) -> bytes:
    with half_open(server, _ASK) as client:
        return client.recv(100)


def test_walls_go_on_after_a_rush_of_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """A look that finds no place is left out; the one after it is made, for those who watch already."""
    changing, full = Changing(), threading.Event()
    refused = threading.Event()
    run = Worker.run

    async def crowded(self: Worker, function: Callable[[], object]) -> object:
        if full.is_set():
            refused.set()
            raise web.HTTPServiceUnavailable
        return await run(self, function)

    monkeypatch.setattr(wall_routes, "LOOK_EVERY_S", 0.05)
    monkeypatch.setattr(Worker, "run", crowded)
    with serving(snapshot=changing) as server:
        wall = Wall(server)
        wall.until(b"detak")
        full.set()
        assert refused.wait(PATIENCE_S)
        full.clear()
        wall.until(b"detak")
        wall.client.close()
