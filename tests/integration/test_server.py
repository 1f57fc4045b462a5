"""The web server as clients meet it: formats, routes, failures."""

from __future__ import annotations

import gzip
import http.client
import json
import logging
import socket
import threading
from collections.abc import Callable
from functools import partial

import pytest

from exporter import routes
from exporter.errors import UsageError
from exporter.exposition import Exposition
from exporter.reloading import ReloadResult
from exporter.server import Server
from exporter.snapshot import Snapshot
from tests.support.expositions import parsed
from tests.support.inventories import many_links
from tests.support.snapshots import make_snapshot
from tests.support.web import PATIENCE_S, Answer, ask, half_open, in_threads, machine_routes, serving, wait_until

PROMETHEUS_2_42 = (
    "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
    "text/plain;version=0.0.4;q=0.5,*/*;q=0.1"
)


class HeldSnapshot:
    """A snapshot that is given only when the test lets it; counts its callers."""

    def __init__(self) -> None:
        self.release = threading.Event()
        self.calls = 0
        self.at_once = 0
        self.most_at_once = 0
        self._snapshot = make_snapshot(many_links(3))

    def __call__(self) -> Snapshot:
        self.calls += 1
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        assert self.release.wait(20)
        self.at_once -= 1
        return self._snapshot


def server_threads() -> list[str]:
    """The names of the threads that any web server runs now."""
    return [each.name for each in threading.enumerate() if each.name.startswith(("http", "render", "reload"))]


def waiting_scrapes(server: Server) -> int:
    """Scrapes that wait for a page now."""
    return routes.MAX_WAITING_SCRAPES - machine_routes(server)._pages._places


def test_metrics_when_prometheus_asks() -> None:
    """Prometheus gets OpenMetrics with the exact content type, gzipped, and it parses."""
    with serving() as server:
        answer = ask(server, "/metrics", Accept=PROMETHEUS_2_42, Accept_Encoding="gzip")
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "application/openmetrics-text; version=1.0.0; charset=utf-8"
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Vary"] == "Accept, Accept-Encoding"
    page = gzip.decompress(answer.body)
    assert page.endswith(b"\n# EOF\n")
    assert len(parsed(page, Exposition.OPENMETRICS)["opd_link"].samples) == 3


def test_metrics_when_a_plain_client_asks() -> None:
    """Who asks for nothing special gets text 0.0.4, not compressed, and it parses."""
    with serving() as server:
        answer = ask(server, "/metrics")
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert "Content-Encoding" not in answer.headers
    assert len(parsed(answer.body, Exposition.TEXT)["opd_link_info"].samples) == 3


def test_metrics_when_accept_comes_in_several_lines() -> None:
    """Several Accept lines count as one header."""
    with serving() as server:
        client = half_open(
            server,
            b"GET /metrics HTTP/1.1\r\nHost: x\r\nAccept: text/plain;q=0.5\r\n"
            b"Accept: application/openmetrics-text\r\nConnection: close\r\n\r\n",
        )
        with client, client.makefile("rb") as answer:
            assert b"application/openmetrics-text" in answer.read()


@pytest.mark.parametrize("path", ["/metrics", "/-/healthy", "/-/ready", "/"])
def test_route_when_asked_with_head(path: str) -> None:
    """HEAD answers what GET would, without a body."""
    with serving() as server:
        head, get = ask(server, path, "HEAD"), ask(server, path)
        words = f"HEAD {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        with half_open(server, words.encode()) as client, client.makefile("rb") as raw:
            assert raw.read().endswith(b"\r\n\r\n")
    assert head.status == 200
    assert head.headers["Content-Type"] == get.headers["Content-Type"]
    assert head.headers["Content-Length"] == str(len(get.body)) or path == "/metrics"


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/-/reload", "POST"),
        ("HEAD", "/-/reload", "POST"),
        ("POST", "/metrics", "GET,HEAD"),
        ("PUT", "/", "GET,HEAD"),
        ("DELETE", "/-/ready", "GET,HEAD"),
    ],
)
def test_route_when_the_method_is_wrong(method: str, path: str, allowed: str) -> None:
    """A wrong method is 405, names the right one, and nothing is done."""

    def must_not_run() -> ReloadResult:
        raise AssertionError

    with serving(reload=must_not_run) as server:
        answer = ask(server, path, method)
    assert (answer.status, answer.headers["Allow"]) == (405, allowed)


@pytest.mark.parametrize("path", ["/nowhere", "/metrics/", "/probe?target=198.18.0.1", "/metrics/..%2f", "//"])
def test_route_when_there_is_none(path: str) -> None:
    """Everything else is 404."""
    with serving() as server:
        assert ask(server, path).status == 404


def test_metrics_when_the_address_has_parameters() -> None:
    """No parameter names a target or a family: the page is the same."""
    with serving() as server:
        plain = parsed(ask(server, "/metrics").body, Exposition.TEXT)
        with_parameters = ask(server, "/metrics?target=198.18.0.1&name[]=opd_link_state&module=icmp")
    assert parsed(with_parameters.body, Exposition.TEXT).keys() == plain.keys()


def test_healthy_and_ready_when_the_first_round_is_not_complete() -> None:
    """Readiness waits for the first round; health and metrics do not."""
    states = [make_snapshot(many_links(1), ready=False)]
    with serving(snapshot=lambda: states[-1]) as server:
        assert [ask(server, path).status for path in ("/-/healthy", "/-/ready", "/metrics")] == [200, 503, 200]
        states.append(make_snapshot(many_links(1)))
        assert ask(server, "/-/ready").status == 200


def test_wall_when_a_browser_asks() -> None:
    """The page for people is HTML that may load, frame and send nothing."""
    with serving() as server:
        answer = ask(server, "/", Accept="text/html")
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert "Keadaan provinsi" in answer.text


@pytest.mark.parametrize("path", ["/metrics", "/", "/-/healthy", "/nowhere", "/-/reload"])
def test_route_when_its_headers_are_read(path: str) -> None:
    """Every answer forbids guessing its type and keeping it, and tells no version of the server."""
    with serving() as server:
        headers = ask(server, path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    assert headers["Server"] == "pantau"


def test_metrics_when_fifty_scrape_at_once() -> None:
    """Scrapes that come together share one rendering, byte for byte."""
    held = HeldSnapshot()
    with serving(snapshot=held) as server:
        pool, results = in_threads([lambda: ask(server, "/metrics", Accept_Encoding="gzip")] * 50)
        wait_until(lambda: waiting_scrapes(server) == 50)
        held.release.set()
        answers = [result() for result in results]
        pool.shutdown()
    assert {answer.status for answer in answers} == {200}
    assert len({answer.body for answer in answers}) == 1
    assert held.calls == 1


def test_metrics_when_formats_differ() -> None:
    """Four formats are four renderings, one after another."""
    held = HeldSnapshot()
    with serving(snapshot=held) as server:
        asks: list[Callable[[], Answer]] = [
            partial(ask, server, "/metrics", Accept=accept, Accept_Encoding=coding)
            for accept in ("text/plain", "application/openmetrics-text")
            for coding in ("gzip", "identity")
        ]
        pool, results = in_threads(asks)
        wait_until(lambda: waiting_scrapes(server) == 4)
        held.release.set()
        assert (
            len({(a.headers["Content-Type"], a.headers.get("Content-Encoding")) for a in (r() for r in results)}) == 4
        )
        pool.shutdown()
    assert (held.calls, held.most_at_once) == (4, 1)


def test_metrics_when_too_many_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the bound a scrape is 503 at once, and counted; those who wait are served."""
    monkeypatch.setattr(routes, "MAX_WAITING_SCRAPES", 3)
    held = HeldSnapshot()
    with serving(snapshot=held) as server:
        pool, results = in_threads([lambda: ask(server, "/metrics")] * 3)
        wait_until(lambda: waiting_scrapes(server) == 3)
        refused = ask(server, "/metrics")
        assert (refused.status, refused.headers["Retry-After"]) == (503, "1")
        held.release.set()
        assert [result().status for result in results] == [200] * 3
        pool.shutdown()
        page = ask(server, "/metrics", Accept="application/openmetrics-text").text
    assert "\nopd_exporter_scrapes_rejected_total 1.0\n" in page


def test_metrics_when_the_snapshot_fails(caplog: pytest.LogCaptureFixture) -> None:
    """A failed rendering is 500, logged, and forgotten: the next scrape works."""
    good = make_snapshot(many_links(1))
    failures = [RuntimeError("secret inside")]

    def snapshot() -> Snapshot:
        if failures:
            raise failures.pop()
        return good

    with serving(snapshot=snapshot) as server:
        answer = ask(server, "/metrics")
        assert answer.status == 500
        assert "secret" not in answer.text
        wait_until(lambda: ask(server, "/metrics").status == 200)
    assert "secret inside" in caplog.text


def test_link_when_it_is_known() -> None:
    """One link as JSON that nobody keeps; what cannot be read from the path names nothing."""
    with serving() as server:
        answer = ask(server, "/api/v1/links/link-1")
        assert (answer.status, answer.headers["Content-Type"]) == (200, "application/json; charset=utf-8")
        assert answer.headers["Cache-Control"] == "no-store"
        assert json.loads(answer.text)["link"]["id"] == "link-1"
        assert ask(server, "/api/v1/links/").status == 404
        assert ask(server, "/api/v1/links/a/b").status == 404


def test_link_when_it_is_unknown() -> None:
    """404 with a reason, and nothing of what was asked comes back."""
    with serving() as server:
        answer = ask(server, "/api/v1/links/%3Cscript%3E")
        assert (answer.status, answer.headers["Content-Type"]) == (404, "application/problem+json")
        assert json.loads(answer.text)["detail"] == "the inventory has no such link"
        assert "script" not in answer.text


def test_start_when_the_port_is_taken() -> None:
    """A taken port is an error that names the flag and the remedy, and leaves no thread behind."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        server = Server((), host="127.0.0.1", port=port)
        with pytest.raises(UsageError, match=rf"--listen 127\.0\.0\.1:{port}: .*choose another port"):
            server.start()
        server.close()
    wait_until(lambda: not server_threads())


@pytest.mark.parametrize("host", ["192.0.2.1", "a..b"])
def test_start_when_the_host_is_not_ours(host: str) -> None:
    """An address this machine does not have is an error that names the flag."""
    with pytest.raises(UsageError, match=r"--listen .*this machine"), serving(host=host):
        pass


def test_close_when_it_has_served() -> None:
    """After closing, the port is free and its threads are gone, whoever was still connected."""
    with serving() as server:
        ask(server, "/metrics")
        clients = [half_open(server), half_open(server, b"GET /metrics HTTP/1.1\r\n")]
        wait_until(lambda: len(server._connections) == 2)
    with socket.create_server(("127.0.0.1", server.port)):
        pass
    for client in clients:
        client.close()
    wait_until(lambda: not server_threads())


def test_close_when_nothing_was_started() -> None:
    """Closing a server that never started does nothing."""
    Server((), host="127.0.0.1", port=0).close()


def test_start_when_the_address_is_ipv6() -> None:
    """IPv6 works like IPv4."""
    with serving(host="::1") as server:
        assert ask(server, "/-/healthy", host="::1").status == 200


def test_connection_when_it_is_kept() -> None:
    """Several requests go over one connection, as Prometheus sends them."""
    with serving() as server:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE_S)
        statuses = []
        for _ in range(3):
            connection.request("GET", "/metrics")
            response = connection.getresponse()
            statuses.append((response.status, len(response.read()) > 0))
        assert statuses == [(200, True)] * 3
        assert len(server._connections) == 1
        connection.close()


@pytest.mark.parametrize(
    "sent",
    [
        b"GET /metrics HTTP/1.1\r\nHost: x\r\nX-Long: " + b"x" * 20_000 + b"\r\n\r\n",
        b"GET /" + b"x" * 20_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        b"GET /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"GET /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"\r\n\r\nno http at all\r\n\r\n",
    ],
)
def test_connection_when_the_request_is_malformed(sent: bytes, caplog: pytest.LogCaptureFixture) -> None:
    """A malformed or oversized request is refused and closed, fills no log, and harms nobody else."""
    with caplog.at_level(logging.DEBUG), serving() as server:
        with half_open(server, sent) as client, client.makefile("rb") as answer:
            assert answer.read().startswith((b"HTTP/1.1 400 ", b"HTTP/1.0 400 "))
        assert ask(server, "/metrics").status == 200
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


def test_server_when_what_comes_is_no_request() -> None:
    """Its answer has the headers of all others, and names no program behind it."""
    with serving() as server, half_open(server, b"GET / HTTP/1.1\r\nno field\r\n\r\n") as client:
        answer = client.recv(4_096)
    assert answer.startswith(b"HTTP/1.0 400 ")
    assert b"\r\nServer: pantau\r\n" in answer
    assert b"\r\nX-Content-Type-Options: nosniff\r\n" in answer
    assert b"aiohttp" not in answer
