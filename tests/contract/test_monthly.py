"""The schedule put together: real packs, a real inventory, servers that are played, and a process that dies."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from exporter.clock import FakeClock
from exporter.errors import UsageError
from exporter.evidence import own_process
from exporter.evidence.monthly import Monthly
from exporter.evidence.period import Month, instant_ms
from exporter.recurrence import WIB
from tests.support.evidence_packs import put_pack

_OCTOBER = Month(2026, 10)
_OUTSIDE = "https://prometheus.prov.example"


@contextmanager
def _servers() -> Iterator[tuple[str, list[Any]]]:
    """The address of what answers for Prometheus and for Alertmanager, and the alerts that it was sent."""
    alerts: list[Any] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            alerts.extend(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self._answer(b"")

        def do_GET(self) -> None:
            assert self.path == "/api/v1/status/flags"
            self._answer(json.dumps({"status": "success", "data": {"web.external-url": _OUTSIDE}}).encode())

        def _answer(self, body: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", alerts
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _monthly(out: Path, url: str, selection: str = "") -> Monthly:
    inventory = Path(__file__).parents[2] / "inventory/jabar"
    return Monthly(["--out", str(out)], out, inventory, url, [url], selection)


def _clock() -> FakeClock:
    return FakeClock(wall_ns=instant_ms(datetime(2026, 11, 2, 7, tzinfo=WIB)) * 1_000_000)


def test_a_failure_is_told_until_the_pack_lies_where_it_belongs(tmp_path: Path) -> None:
    """The alert leads to the address that Prometheus says of itself; a pack of another selection does not end it."""
    lines: list[str] = []
    with _servers() as (url, alerts):
        schedule = _monthly(tmp_path, url).schedule(_clock(), lines.append)
        schedule.make = lambda _: 1
        put_pack(tmp_path, selection="opd dinkes")
        assert schedule.run_when_due() == 1
        put_pack(tmp_path)
        assert schedule.run_when_due() == 0
    failed, ended = alerts
    assert failed["labels"] == ended["labels"]
    assert failed["annotations"]["runbook_url"] == f"{_OUTSIDE}/user/alerts.md#evidencepackfailed"
    assert ended["endsAt"] < failed["startsAt"] < failed["endsAt"]
    assert lines[-1] == "the pack of 2026-10 is there"


def test_a_broken_pack_is_a_failure(tmp_path: Path) -> None:
    """It is neither taken for one nor written over."""
    (put_pack(tmp_path).path / "MANIFEST.json").write_bytes(b"{")
    with _servers() as (url, alerts):
        schedule = _monthly(tmp_path, url).schedule(_clock(), lambda _: None)
        schedule.make = lambda _: pytest.fail("it was made")
        assert schedule.run_when_due() == 1
    assert len(alerts) == 1


def test_addresses_are_refused_at_once(tmp_path: Path) -> None:
    """Not first on the morning on which they are needed."""
    with pytest.raises(UsageError):
        _monthly(tmp_path, "no address").schedule(_clock(), lambda _: None)


@pytest.mark.parametrize(("script", "code"), [("exit 0", 0), ("exit 3", 3), ("kill -9 $$", 137)])
def test_a_process_that_dies_is_an_answer(
    script: str, code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever waits learns how it ended, also when it was killed for the memory that it took."""
    program = tmp_path / "python"
    program.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/words\n{script}\n', encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setattr("sys.executable", str(program))
    assert own_process.in_own_process(["--month=last", "--keep-running", "--out", "/evidence"])(_OCTOBER) == code
    words = (tmp_path / "words").read_text(encoding="utf-8")
    assert words == "-m exporter evidence --month=2026-10 --out /evidence\n"
