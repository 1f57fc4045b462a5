"""``grafana/put_playlist.py`` against a small Grafana that answers as its documentation says."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from base64 import b64encode
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

_SCRIPT = Path(__file__).parents[2] / "grafana/put_playlist.py"
_PASSWORD = "rahasia: dengan spasi"


class _Grafana(ThreadingHTTPServer):
    """Playlists by uid, and the calls that changed something."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.playlists: dict[str, dict[str, Any]] = {}
        self.changes: list[str] = []


class _Handler(BaseHTTPRequestHandler):
    server: _Grafana

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path == "/api/playlists":
            self._answer([{key: each[key] for key in ("uid", "name", "interval")} for each in self._all()])
        else:
            self._answer(self.server.playlists[path.rpartition("/")[2]])

    def do_POST(self) -> None:
        assert self.path == "/api/playlists"
        self._take(f"p{len(self.server.playlists) + 1}")

    def do_PUT(self) -> None:
        self._take(self.path.removeprefix("/api/playlists/"))

    def _all(self) -> list[dict[str, Any]]:
        return list(self.server.playlists.values())

    def _take(self, uid: str) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if not self._is_administrator():
            self._answer({"message": "Invalid username or password"}, 401)
            return
        items = [item | {"id": number, "playlistUid": uid} for number, item in enumerate(body["items"], 1)]
        self.server.playlists[uid] = body | {"uid": uid, "items": items}
        self.server.changes.append(self.command)
        self._answer({"uid": uid, "name": body["name"], "interval": body["interval"]})

    def _is_administrator(self) -> bool:
        return self.headers["Authorization"] == "Basic " + b64encode(f"admin:{_PASSWORD}".encode()).decode()

    def _answer(self, document: Any, status: int = 200) -> None:
        if status == 200 and not self._is_administrator():
            document, status = {"message": "Invalid username or password"}, 401
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def grafana() -> Iterator[_Grafana]:
    """A running fake."""
    server = _Grafana()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def _put(grafana: _Grafana, folder: Path, *words: str, password: str = _PASSWORD) -> subprocess.CompletedProcess[str]:
    """The script, as the image runs it: with Python alone."""
    (folder / "password").write_text(f"{password}\n", encoding="utf-8")
    argv = [sys.executable, "-I", str(_SCRIPT), f"--grafana=http://127.0.0.1:{grafana.server_port}"]
    return subprocess.run(
        [*argv, f"--password-file={folder / 'password'}", *words],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_it_is_made_once(grafana: _Grafana, tmp_path: Path) -> None:
    """The first run creates it and says where it plays; the second finds it and changes nothing."""
    first, second = (_put(grafana, tmp_path, "--shown-as=http://192.0.2.1:3000/") for _ in range(2))
    assert first.stdout == "Rotasi NOC: created\nhttp://192.0.2.1:3000/playlists/play/p1?kiosk\n"
    assert second.stdout == "Rotasi NOC: unchanged\nhttp://192.0.2.1:3000/playlists/play/p1?kiosk\n"
    assert grafana.changes == ["POST"]
    (playlist,) = grafana.playlists.values()
    assert [(item["order"], item["value"]) for item in playlist["items"]] == [
        (1, "pantau-dinding"),
        (2, "pantau-penyedia"),
    ]


@pytest.mark.parametrize(
    "change", [{"interval": "1m"}, {"items": []}, {"items": [{"type": "dashboard_by_uid", "value": "pantau-dinding"}]}]
)
def test_what_differs_is_put_right(change: dict[str, Any], grafana: _Grafana, tmp_path: Path) -> None:
    """A playlist of that name that shows something else is updated in its place; others are left alone."""
    _put(grafana, tmp_path)
    grafana.playlists["p1"] |= change
    grafana.playlists["milik-orang"] = {"uid": "milik-orang", "name": "Lain", "interval": "5m", "items": []}
    assert _put(grafana, tmp_path).stdout.startswith("Rotasi NOC: updated\n")
    assert grafana.changes == ["POST", "PUT"]
    assert _put(grafana, tmp_path).stdout.startswith("Rotasi NOC: unchanged\n")
    assert grafana.playlists.keys() == {"p1", "milik-orang"}


def test_two_of_the_name_are_for_a_person_to_decide(grafana: _Grafana, tmp_path: Path) -> None:
    """Which of the two is shown nobody can know: exit code 1, and neither is touched."""
    for uid in ("a", "b"):
        grafana.playlists[uid] = {"uid": uid, "name": "Rotasi NOC", "interval": "5m", "items": []}
    ran = _put(grafana, tmp_path)
    assert ran.returncode == 1
    assert "2 playlists named 'Rotasi NOC'" in ran.stderr
    assert grafana.changes == []


def test_a_wrong_password_is_said(grafana: _Grafana, tmp_path: Path) -> None:
    """Exit code 1, the remedy, and the password nowhere."""
    ran = _put(grafana, tmp_path, password="salah-sekali")
    assert ran.returncode == 1
    assert "401" in ran.stderr
    assert "administrator's password" in ran.stderr
    assert "salah-sekali" not in ran.stderr + ran.stdout


def test_without_a_grafana_it_says_so(grafana: _Grafana, tmp_path: Path) -> None:
    """Exit code 1 and one line, no traceback."""
    ran = _put(grafana, tmp_path, "--grafana=http://127.0.0.1:1")
    assert ran.returncode == 1
    assert ran.stderr.count("\n") == 1
    assert "is Grafana running" in ran.stderr
