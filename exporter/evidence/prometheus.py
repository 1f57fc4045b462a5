"""Questions to Prometheus, or to whatever speaks its HTTP API: the one place where evidence comes over a socket.

Lives here: requests, connections, patience. Must not live here: what an answer says (``answers``), which questions
(``reading`` and its siblings). Samples have whole milliseconds. A range of Prometheus 3 is open on its left, one
of 2 is closed on both sides: whoever asks for one drops what lies at its left border (failures.md 4, case 44).
Source: prometheus.io/docs/prometheus/latest/querying/api.
"""

from __future__ import annotations

import base64
import http.client
import ssl
from collections.abc import Mapping
from typing import Any
from urllib.parse import SplitResult, unquote, urlencode, urlsplit

from exporter.clock import Clock, SystemClock
from exporter.errors import UsageError
from exporter.evidence.answers import PrometheusError, Series, TooMuchError, UnheardError, data_of, series_of

__all__ = ["Prometheus", "PrometheusError", "Series", "TooMuchError", "UnheardError"]

#: A month's grid in chunks takes a second or two of its processor; this is for one that is busy with something else.
_PATIENCE_S = 120.0

#: No answer is read that is longer, bytes: with its numbers it would take some hundred MiB. An hourly grid of three
#: days and 500 links has 6 MiB.
_LONGEST = 48 * 1024 * 1024
_PIECE = 256 * 1024

#: What a connection that does not work raises; the last for a host name that cannot be one.
_BROKEN = (http.client.HTTPException, OSError, UnicodeError)


class Prometheus:
    """One server; every method raises PrometheusError."""

    def __init__(self, url: str, *, patience_s: float = _PATIENCE_S, clock: Clock | None = None) -> None:
        """Nothing is asked yet; ``patience_s`` is for one whole answer.

        Raises UsageError for what is no URL of a server.
        """
        self._parts = _checked(url)
        self._clock = SystemClock() if clock is None else clock
        self._patience_s = patience_s
        self._connection: http.client.HTTPConnection | None = None

    @property
    def place(self) -> str:
        """The URL without user and password."""
        return f"{self._parts.scheme}://{self._parts.netloc.rpartition('@')[2]}{self._parts.path.rstrip('/')}"

    def instant(self, expression: str, at_ms: int) -> list[Series]:
        """The answer at one instant; each series has one sample, or those of its range where a range is asked for."""
        return self._series("query", {"query": expression, "time": _seconds(at_ms)})

    def grid(self, expression: str, start_ms: int, end_ms: int, step_ms: int) -> list[Series]:
        """The answer at ``start_ms`` and each step after it up to ``end_ms``, both included."""
        words = {"start": _seconds(start_ms), "end": _seconds(end_ms), "step": _seconds(step_ms)}
        return self._series("query_range", {"query": expression, **words})

    def status(self, what: str) -> dict[str, Any]:
        """``/api/v1/status/WHAT``; empty where the server has no such page."""
        try:
            answer = self._asked("GET", f"/api/v1/status/{what}", None)
        except PrometheusError:
            return {}
        return dict(answer) if isinstance(answer, dict) else {}

    def close(self) -> None:
        """Let the connection go."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _series(self, path: str, words: Mapping[str, str]) -> list[Series]:
        answer = self._asked("POST", f"/api/v1/{path}", urlencode(words).encode())
        return series_of(answer, f"{self.place}: the answer to {words['query'][:200]}")

    def _asked(self, method: str, path: str, body: bytes | None) -> Any:
        status, raw = self._exchanged(method, self._parts.path.rstrip("/") + path, body)
        return data_of(status, raw, self.place + path)

    def _exchanged(self, method: str, path: str, body: bytes | None) -> tuple[int, bytes]:
        """Status and body; a connection that was kept and is gone is opened once more."""
        is_kept = self._connection is not None
        try:
            return self._once(method, path, body)
        except _BROKEN as error:
            self.close()
            if not is_kept or isinstance(error, TimeoutError):
                raise self._unheard(error) from error
        try:
            return self._once(method, path, body)
        except _BROKEN as error:
            self.close()
            raise self._unheard(error) from error

    def _once(self, method: str, path: str, body: bytes | None) -> tuple[int, bytes]:
        if self._connection is None:
            self._connection = self._opened()
        headers = {"Accept": "application/json", **self._authorization()}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self._connection.request(method, path, body, headers)
        response = self._connection.getresponse()
        return response.status, self._read(response)

    def _read(self, response: http.client.HTTPResponse) -> bytes:
        """The body, within the patience for all of it, and no more than is bearable."""
        late_ns = self._clock.monotonic_ns() + round(self._patience_s * 1e9)
        pieces, length = [], 0
        while piece := response.read1(_PIECE):
            pieces.append(piece)
            length += len(piece)
            if length > _LONGEST:
                self.close()
                raise TooMuchError(f"{self.place}: an answer is longer than {_LONGEST} bytes")
            if self._clock.monotonic_ns() > late_ns:
                raise TimeoutError(f"its answer is not complete after {self._patience_s:g} s")
        if response.length:  # it said so many more
            raise http.client.IncompleteRead(b"", response.length)
        response.close()  # or the connection could not be used again
        return b"".join(pieces)

    def _opened(self) -> http.client.HTTPConnection:
        host, port = self._parts.hostname or "", self._parts.port
        if self._parts.scheme == "https":
            context = ssl.create_default_context()
            return http.client.HTTPSConnection(host, port, timeout=self._patience_s, context=context)
        return http.client.HTTPConnection(host, port, timeout=self._patience_s)

    def _authorization(self) -> dict[str, str]:
        if self._parts.username is None:
            return {}
        words = f"{unquote(self._parts.username)}:{unquote(self._parts.password or '')}"
        return {"Authorization": "Basic " + base64.b64encode(words.encode()).decode()}

    def _unheard(self, error: Exception) -> UnheardError:
        return UnheardError(f"--prometheus {self.place} does not answer ({error}): is it running, and is that its URL?")


def _checked(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        has_port = parts.port is None or parts.port > 0
    except ValueError:
        raise UsageError("--prometheus is no URL; write it as http://127.0.0.1:9090") from None
    if parts.scheme not in {"http", "https"} or not parts.hostname or not has_port or parts.query or parts.fragment:
        raise UsageError("--prometheus is no URL of a server; write it as http://127.0.0.1:9090")
    return parts


def _seconds(unix_ms: int) -> str:
    return f"{unix_ms // 1000}.{unix_ms % 1000:03d}"
