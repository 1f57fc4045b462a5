"""One HTTP request to each Alertmanager: what is sent, and that nothing which goes wrong there stops a pack."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from exporter.evidence.alarm import Alarm, parse_alertmanager
from exporter.evidence.period import Month
from exporter.stack.ports import free_port

_OCTOBER = Month(2026, 10)
_NOW_MS = 1_793_662_200_000


@dataclass
class Played:
    """An Alertmanager that is played, and what it was sent."""

    port: int
    status: int = 200
    requests: list[tuple[str, str | None, Any]] = field(default_factory=list)  #: path, authorization, document


@contextmanager
def _played(status: int = 200) -> Iterator[Played]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            document = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            played.requests.append((self.path, self.headers["Authorization"], document))
            self.send_response(played.status)
            self.end_headers()
            self.wfile.write(b'"bad alert\\n"')

        def log_message(self, *_: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Handler)
    played = Played(server.server_port, status)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield played
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _alarm(lines: list[str], *urls: str, userinfo: str = "") -> Alarm:
    return Alarm([parse_alertmanager(url) for url in urls], "", lambda: "http://p:9090", lines.append, userinfo)


def test_each_alertmanager_is_told() -> None:
    """One list with one alert, to version 2 of the API, behind a path too; nothing is said when all is well."""
    lines: list[str] = []
    with _played() as one, _played() as two:
        _alarm(lines, f"http://127.0.0.1:{one.port}", f"http://127.0.0.1:{two.port}/am/").failed(_OCTOBER, _NOW_MS)
    assert [path for path, *_ in one.requests + two.requests] == ["/api/v2/alerts", "/am/api/v2/alerts"]
    ((_, authorization, document),) = one.requests
    assert authorization is None
    assert [alert["labels"]["alertname"] for alert in document] == ["EvidencePackFailed"]
    assert not lines


@pytest.mark.parametrize("status", [301, 400, 401, 503])
def test_a_refusal_is_said_and_the_others_are_told(status: int) -> None:
    """Whatever is not 200 is no delivery; no redirection is followed; what the server says is one line."""
    lines: list[str] = []
    with _played(status) as one, _played() as two:
        nobody = free_port()
        urls = [f"http://127.0.0.1:{port}" for port in (one.port, nobody, two.port)]
        _alarm(lines, *urls).ended(_OCTOBER, _NOW_MS)
    assert len(one.requests) == len(two.requests) == 1
    refused, silent = lines
    assert refused.startswith(f"{urls[0]} was not told: it answers {status} ")
    assert silent.startswith(f"{urls[1]} was not told: ")
    assert not [line for line in lines if "\n" in line]


def test_a_password_goes_into_a_header_and_nowhere_else() -> None:
    """Basic authentication (RFC 7617); no complaint repeats it."""
    lines: list[str] = []
    with _played(401) as played:
        _alarm(lines, f"http://127.0.0.1:{played.port}", userinfo="pantau:kata-sandi").failed(_OCTOBER, _NOW_MS)
    assert played.requests[0][1] == "Basic cGFudGF1OmthdGEtc2FuZGk="
    assert "kata-sandi" not in str(lines) + json.dumps(played.requests[0][2])
