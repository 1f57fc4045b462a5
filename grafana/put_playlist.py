"""Puts ``playlist.json`` into a Grafana: ``docker compose run --rm playlist``, or ``python3 grafana/put_playlist.py``.

Lives here: three calls of Grafana's playlist API (``/api/playlists``, which 12.4 serves beside the newer ``/apis``).
Must not live here: what is rotated (``playlist.json``). Grafana provisions dashboards from files, but not playlists. A
playlist is known by its name, for Grafana gives it its uid; running this again changes nothing, and a second playlist
of the name is never made. Only the standard library, for it runs in an image that has nothing else. Exit codes: 0 done,
1 not done, 2 wrong use.
"""

from __future__ import annotations

import argparse
import base64
import json
import sys
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

__all__ = ["Grafana", "NotDoneError", "main", "put"]

_TIMEOUT_S = 15.0
_PLAYLIST = Path(__file__).with_name("playlist.json")


class NotDoneError(Exception):
    """Grafana refused or could not be reached; the text names the remedy."""


@dataclass(frozen=True, slots=True)
class Grafana:
    """A Grafana and the administrator's right to it."""

    url: str
    user: str
    password: str

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """The JSON that it answers; raises NotDoneError."""
        right = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
        request = urllib.request.Request(  # noqa: S310 - main accepts http and https only
            self.url.rstrip("/") + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Basic {right}", "Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=_TIMEOUT_S) as answer:  # noqa: S310 - likewise
                return json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                raise NotDoneError(f"{method} {path}: {error.code} {error.reason}; {_remedy(error.code)}") from error
        except (OSError, ValueError) as error:
            raise NotDoneError(f"{self.url}: {error}; is Grafana running, and is this its address?") from error


def _remedy(status: int) -> str:
    if status in {401, 403}:
        return "this is not the administrator's password: the file counts at the first start only"
    return "see Grafana's log"


def put(grafana: Grafana, wanted: dict[str, Any]) -> tuple[str, str]:
    """What was done ("created", "updated" or "unchanged") and the playlist's uid; raises NotDoneError."""
    body = wanted | {"items": [item | {"order": number} for number, item in enumerate(wanted["items"], 1)]}
    named = [each for each in grafana.ask("GET", "/api/playlists?limit=1000") if each["name"] == wanted["name"]]
    if len(named) > 1:
        raise NotDoneError(f"there are {len(named)} playlists named {wanted['name']!r}: remove all but one in Grafana")
    if not named:
        return "created", str(grafana.ask("POST", "/api/playlists", body)["uid"])
    uid = str(named[0]["uid"])
    path = f"/api/playlists/{quote(uid, safe='')}"
    if _essence(grafana.ask("GET", path)) == _essence(wanted):
        return "unchanged", uid
    grafana.ask("PUT", path, body)
    return "updated", uid


def _essence(playlist: dict[str, Any]) -> tuple[str, str, list[tuple[str, str]]]:
    """What makes a playlist what it is; Grafana adds the rest."""
    items = [(str(item["type"]), str(item["value"])) for item in playlist.get("items") or []]
    return str(playlist["name"]), str(playlist["interval"]), items


def main(argv: Sequence[str]) -> int:
    """The exit code; prints what was done, and the address for the screen."""
    parser = argparse.ArgumentParser(prog="put_playlist.py", description="puts playlist.json into a Grafana")
    parser.add_argument("--grafana", type=_url, default="http://127.0.0.1:3000", help="address (%(default)s)")
    parser.add_argument("--shown-as", type=_url, help="the address that people use; default: the same")
    parser.add_argument("--user", default="admin", help="(%(default)s)")
    parser.add_argument("--password-file", type=Path, required=True, help="file with the password and nothing else")
    parser.add_argument("--playlist", type=Path, default=_PLAYLIST, help="(%(default)s)")
    arguments = parser.parse_args(argv)
    try:
        password = arguments.password_file.read_text(encoding="utf-8").rstrip("\n")
        wanted = json.loads(arguments.playlist.read_text(encoding="utf-8"))
        done, uid = put(Grafana(arguments.grafana, arguments.user, password), wanted)
    except (NotDoneError, OSError, ValueError, KeyError, TypeError) as error:
        print(f"put_playlist: {error}", file=sys.stderr)
        return 1
    print(f"{wanted['name']}: {done}")
    print(f"{(arguments.shown_as or arguments.grafana).rstrip('/')}/playlists/play/{uid}?kiosk")
    return 0


def _url(text: str) -> str:
    if not text.startswith(("http://", "https://")):
        raise argparse.ArgumentTypeError(f"{text}: an address begins with http:// or https://")
    return text


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
