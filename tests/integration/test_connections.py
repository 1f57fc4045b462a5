"""Clients that are slow, many or silent hold up nobody else."""

from __future__ import annotations

import socket
import time

from exporter.server import Limits, Server
from tests.support.inventories import many_links
from tests.support.snapshots import make_snapshot
from tests.support.web import ask, half_open, serving, wait_until

REQUEST = b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n"

#: About 8 MB of text: far more than the kernel buffers between two sockets of one machine.
LARGE = make_snapshot(many_links(3_000))


def is_closed(client: socket.socket) -> bool:
    """True once the server has ended the connection; waits for that."""
    try:
        return client.recv(1) == b""
    except ConnectionResetError:
        return True


def test_connections_when_two_hundred_say_nothing() -> None:
    """Two hundred half-open requests do not keep a legal scrape out, and are closed after their time."""
    with serving(limits=Limits(request_within_s=0.5)) as server:
        silent = [half_open(server, b"GET /metrics HTTP/1.1\r\nHost:") for _ in range(200)]
        wait_until(lambda: len(server._connections) > 0)
        assert ask(server, "/metrics").status == 200
        assert all(is_closed(client) for client in silent)
        wait_until(lambda: len(server._connections) == 0)
        for client in silent:
            client.close()


def test_connections_when_a_header_trickles_in() -> None:
    """Bytes of a header do not extend its time; only a complete request does."""
    with serving(limits=Limits(request_within_s=0.3)) as server, half_open(server, b"GET / HTTP/1.1\r\n") as client:
        client.settimeout(0.02)
        give_up = time.monotonic() + 20
        closed = False
        while not closed and time.monotonic() < give_up:
            try:
                client.sendall(b"X: y\r\n")
                closed = client.recv(1) == b""
            except TimeoutError:
                continue
            except (ConnectionResetError, BrokenPipeError):
                closed = True
        assert closed


def test_connections_when_one_is_idle_between_requests() -> None:
    """The time for a first request does not run between two requests of one connection."""
    with serving(limits=Limits(request_within_s=0.1)) as server, half_open(server, REQUEST) as client:
        client.recv(1_000_000)
        time.sleep(0.3)
        client.sendall(b"GET /-/healthy HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        with client.makefile("rb") as rest:
            assert rest.read().endswith(b"Pantau OPD is healthy.\n")


def test_connections_when_there_are_too_many() -> None:
    """At the limit, the connection longest without a request makes room for the newcomer."""
    with serving(limits=Limits(connections=3, request_within_s=3600.0)) as server:
        oldest = half_open(server)
        wait_until(lambda: len(server._connections) == 1)
        scraping = half_open(server)
        wait_until(lambda: len(server._connections) == 2)
        third = half_open(server)
        wait_until(lambda: len(server._connections) == 3)
        oldest.sendall(b"GET /-/healthy HTTP/1.1\r\nHost: x\r\n\r\n")
        assert oldest.recv(1_000).startswith(b"HTTP/1.1 200")
        assert ask(server, "/metrics").status == 200
        assert is_closed(scraping)
        third.sendall(b"GET /-/healthy HTTP/1.1\r\nHost: x\r\n\r\n")
        assert third.recv(1_000).startswith(b"HTTP/1.1 200")
        for client in (oldest, scraping, third):
            client.close()


def hold_page(server: Server) -> socket.socket:
    """A client that asks for the page and reads none of it."""
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    client.settimeout(20)
    client.connect(("127.0.0.1", server.port))
    client.sendall(REQUEST)
    return client


def test_metrics_when_a_reader_is_slow() -> None:
    """Readers that do not read hold up no other scrape, and the server keeps little for them."""
    with serving(snapshot=lambda: LARGE) as server:
        slow = [hold_page(server) for _ in range(5)]
        assert len(ask(server, "/metrics").body) > 5_000_000
        kept = [each.transport.get_write_buffer_size() for each in server._connections._open.values()]
        assert max(kept, default=0) < 1_000_000
        for client in slow:
            client.close()


def test_metrics_when_a_reader_never_ends() -> None:
    """A reader that takes too long is cut off, before the end of the page; a busy machine may render for seconds."""
    with serving(snapshot=lambda: LARGE, limits=Limits(answer_within_s=5.0)) as server:
        with hold_page(server) as slow:
            wait_until(lambda: len(server._connections) == 1)
            wait_until(lambda: len(server._connections) == 0)
            with slow.makefile("rb") as rest:
                received = len(rest.read())
        assert 0 < received < 5_000_000
        assert ask(server, "/-/healthy").status == 200


def test_close_when_a_reader_is_slow() -> None:
    """Closing does not wait for a slow reader, whose connection ends."""
    with serving(snapshot=lambda: LARGE) as server:
        slow = hold_page(server)
        wait_until(lambda: any(each.transport.get_write_buffer_size() for each in server._connections._open.values()))
        connection = next(iter(server._connections._open.values()))
    assert connection.transport.get_write_buffer_size() == 0
    with slow, slow.makefile("rb") as rest:
        assert len(rest.read()) < 5_000_000
