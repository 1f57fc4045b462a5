"""Questions to the running programs over HTTP: what fires, what is open, read the inventory again.

Lives here: the three questions, each answered with plain values. Must not live here: deciding anything by them.
"""

from __future__ import annotations

import http.client
import json
from typing import Any
from urllib.parse import quote

__all__ = ["NoAnswerError", "active_alerts", "query_values", "reload_exporter"]

_PATIENCE_S = 10.0


class NoAnswerError(Exception):
    """The program did not answer, or not with what was asked for."""


def active_alerts(alertmanager_port: int) -> list[dict[str, str]]:
    """The labels of every alert that Alertmanager holds for active. Raises NoAnswerError."""
    return [alert["labels"] for alert in _document(alertmanager_port, "GET", "/api/v2/alerts")]


def query_values(prometheus_port: int, query: str) -> list[tuple[dict[str, str], float]]:
    """Labels and value of each series of an instant query, now. Raises NoAnswerError."""
    answer = _document(prometheus_port, "GET", f"/api/v1/query?query={quote(query)}")
    return [(series["metric"], float(series["value"][1])) for series in answer["data"]["result"]]


def reload_exporter(exporter_port: int) -> None:
    """The exporter has read its inventory again. Raises NoAnswerError, with its words, when it refused it."""
    _answer(exporter_port, "POST", "/-/reload")


def _document(port: int, method: str, path: str) -> Any:
    try:
        return json.loads(_answer(port, method, path))
    except ValueError as error:
        raise NoAnswerError(f"127.0.0.1:{port}{path}: {error}") from error


def _answer(port: int, method: str, path: str) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_PATIENCE_S)
    try:
        connection.request(method, path)
        response = connection.getresponse()
        body = response.read()
    except (OSError, http.client.HTTPException) as error:
        raise NoAnswerError(f"127.0.0.1:{port}{path}: {error}") from error
    finally:
        connection.close()
    if response.status != http.client.OK:
        raise NoAnswerError(f"127.0.0.1:{port}{path}: {response.status} {body.decode(errors='replace').strip()}")
    return body
