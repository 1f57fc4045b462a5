"""The stream behind the wall: what it sends, when, and to whom."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from exporter import wall_routes
from exporter.outcome import State
from exporter.pages.rendering import ASSETS, asset, asset_address
from exporter.pages.wall import PIECES
from exporter.server import Server
from exporter.snapshot import Snapshot
from tests.support.inventories import many_links
from tests.support.office_page import province_with
from tests.support.web import PATIENCE_S, ask, serving, wait_until

FIVE = many_links(5)


@pytest.fixture(autouse=True)
def _looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twenty looks a second instead of one."""
    monkeypatch.setattr(wall_routes, "LOOK_EVERY_S", 0.05)


class Viewer:
    """One open stream."""

    def __init__(self, server: Server) -> None:
        """Ask for the events."""
        self._client = socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE_S)
        self._client.sendall(b"GET /wall/events HTTP/1.1\r\nHost: a\r\n\r\n")
        self._lines = self._client.makefile("rb")
        self.status = int(self._lines.readline().split()[1])
        while self._lines.readline().strip():
            pass

    def events(self) -> Iterator[tuple[str, dict[str, object]]]:
        """Name and data of each event, as they come."""
        name = ""
        for line in self._lines:
            text = line.decode().strip()
            if text.startswith("event: "):
                name = text[7:]
            elif text.startswith("data: "):
                yield name, json.loads(text[6:])

    def until(self, wanted: str) -> list[tuple[str, dict[str, object]]]:
        """All events up to the first of that name."""
        found = []
        for each in self.events():
            found.append(each)
            if each[0] == wanted:
                return found
        raise AssertionError("the stream ended")

    def close(self) -> None:
        """Go away."""
        self._lines.close()
        self._client.close()


@contextmanager
def wall() -> Iterator[tuple[Server, list[Snapshot]]]:
    """A server whose snapshot a test may exchange."""
    now = [province_with(FIVE)]
    with serving(snapshot=lambda: now[-1]) as server:
        yield server, now


def test_every_piece_comes_first_and_then_what_changes() -> None:
    """A change of one link is sent to all who watch, the same bytes to each."""
    with wall() as (server, now):
        viewers = [Viewer(server) for _ in range(3)]
        for viewer in viewers:
            first = viewer.until("detak")
            assert [data["id"] for name, data in first if name == "potongan"] == list(PIECES)
        now.append(province_with(FIVE, {"link-0": State.DOWN}))
        changes = [[each for each in viewer.until("detak") if each[0] == "potongan"] for viewer in viewers]
        while not changes[0]:
            changes = [[each for each in viewer.until("detak") if each[0] == "potongan"] for viewer in viewers]
        assert {data["id"] for _, data in changes[0]} == {"ringkas", "gangguan", "peta", "wilayah", "opd", "penyedia"}
        assert "1 dari 5 lokasi terputus" in str(changes[0])
        for viewer in viewers:
            viewer.close()


def test_a_look_that_fails_is_silence_and_not_the_end(caplog: pytest.LogCaptureFixture) -> None:
    """Nothing is sent while it fails; the same stream goes on once it is well."""
    broken = [False]

    def snapshot() -> Snapshot:
        if broken[0]:
            raise RuntimeError("secret inside")
        return province_with(FIVE, {"link-0": State.DOWN} if len(broken) > 1 else {})

    with serving(snapshot=snapshot) as server:
        viewer = Viewer(server)
        viewer.until("detak")
        broken[0] = True
        wait_until(lambda: "the wall could not be looked at" in caplog.text)
        broken.append(True)
        broken[0] = False
        sent = viewer.until("potongan")
        assert "secret" not in str(sent)
        viewer.close()


def test_nobody_looks_when_nobody_watches() -> None:
    """The last who goes ends the looking."""
    looks = [0]

    def snapshot() -> Snapshot:
        looks[0] += 1
        return province_with(FIVE)

    with serving(snapshot=snapshot) as server:
        viewer = Viewer(server)
        viewer.until("detak")
        viewer.close()
        tasks = next(each for each in server._routes if type(each).__name__ == "WallRoutes")
        wait_until(lambda: tasks._looking is None or tasks._looking.done())  # type: ignore[attr-defined]
        before = looks[0]
        assert ask(server, "/-/healthy").status == 200
        assert looks[0] == before


def test_closing_ends_every_stream() -> None:
    """At once, and no thread is left behind that waits for news."""
    with wall() as (server, _):
        viewer = Viewer(server)
        viewer.until("detak")
    assert not server._thread.is_alive()
    with pytest.raises((AssertionError, ConnectionError)):
        viewer.until("never")
    viewer.close()


@pytest.mark.parametrize("name", ASSETS)
def test_static_files_may_be_kept_by_their_digest(name: str) -> None:
    """For a year under the address that pages use, and asked for again under any other."""
    with wall() as (server, _):
        kept = ask(server, asset_address(name))
        assert (kept.status, kept.text) == (200, asset(name))
        assert kept.headers["Content-Type"] == f"{ASSETS[name]}; charset=utf-8"
        assert kept.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        other = ask(server, f"/aset/{name}?v=1")
        assert other.headers["Cache-Control"] == "no-cache"
        assert ask(server, f"/aset/{name}", If_None_Match=other.headers["ETag"]).status == 304
        for wrong in ("/aset/base.html", "/aset/..%2fpantau.css", "/aset/"):
            assert ask(server, wrong).status == 404


def test_the_page_is_small_for_who_takes_it_so() -> None:
    """gzip, and the same page without."""
    with wall() as (server, _):
        plain, packed = ask(server, "/"), ask(server, "/", Accept_Encoding="gzip")
        assert packed.headers["Content-Encoding"] == "gzip"
        assert len(packed.body) < len(plain.body) / 2
        assert plain.headers["Vary"] == packed.headers["Vary"] == "Accept-Encoding"
        for source in ("script-src 'self'", "style-src 'self'", "connect-src 'self'", "default-src 'none'"):
            assert source in plain.headers["Content-Security-Policy"]
        assert "unsafe" not in plain.headers["Content-Security-Policy"]
