"""Tells Alertmanagers that a pack failed, or that it was made after all.

Lives here: addresses as people write them, one HTTP request to each. Must not live here: what is said
(``failure_alert``), when (``scheduled``). All Alertmanagers are told, as Prometheus does: a pair agrees on who sends.
What cannot be delivered is said and raises nothing, for it must not keep a pack from being made; the next try says it
again.
"""

from __future__ import annotations

import base64
import http.client
import json
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from exporter.errors import UsageError
from exporter.evidence.failure_alert import AlertDocument, ended_alert, failed_alert
from exporter.evidence.period import Month

__all__ = ["Address", "Alarm", "parse_alertmanager"]

#: Of each step of the exchange.
_TIMEOUT_S = 20.0

#: Of what a server says against us; it is one line for a log.
_MOST_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class Address:
    """Where one Alertmanager answers."""

    url: str  #: as people wrote it
    secure: bool
    host: str
    port: int
    path: str  #: before ``/api``


def parse_alertmanager(text: str) -> Address:
    """An address such as ``http://127.0.0.1:9093``; raises UsageError for anything else, and for a password in it."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise UsageError(f"--alertmanager {text}: {error}; write http://HOST:9093") from error
    if parts.username is not None or parts.password is not None:
        raise UsageError("--alertmanager: an address holds no password, for others see it; write it into a file")
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise UsageError(f"--alertmanager {text}: this is no address of a server; write http://HOST:9093")
    secure = parts.scheme == "https"
    return Address(text, secure, parts.hostname, port or (443 if secure else 80), parts.path.rstrip("/"))


@dataclass(frozen=True, slots=True)
class Alarm:
    """Whom to tell about the packs of one selection."""

    alertmanagers: Sequence[Address]
    selection: str  #: what the packs are limited to; empty: nothing
    pages: Callable[[], str]  #: at which address people reach Prometheus, which serves the runbook
    say: Callable[[str], None]
    userinfo: str = ""  #: ``user:password`` for all of them; empty: none is asked for

    def failed(self, month: Month, now_ms: int) -> None:
        """The pack could not be made."""
        self._tell(failed_alert(month, self.selection, self.pages(), now_ms))

    def ended(self, month: Month, now_ms: int) -> None:
        """The pack is there."""
        self._tell(ended_alert(month, self.selection, self.pages(), now_ms))

    def _tell(self, alert: AlertDocument) -> None:
        for address in self.alertmanagers:
            complaint = _posted(address, alert, self.userinfo)
            if complaint:
                self.say(f"{address.url} was not told: {complaint}")


def _posted(address: Address, alert: AlertDocument, userinfo: str) -> str:
    """What went wrong, as a sentence without a full stop; empty when Alertmanager took it."""
    headers = {"Content-Type": "application/json"}
    if userinfo:
        headers["Authorization"] = f"Basic {base64.b64encode(userinfo.encode()).decode()}"
    connection = _connection(address)
    try:
        connection.request("POST", f"{address.path}/api/v2/alerts", json.dumps([alert]), headers)
        answer = connection.getresponse()
        text = answer.read(_MOST_CHARACTERS).decode(errors="replace").strip()
    except (OSError, http.client.HTTPException) as error:
        return str(error) or type(error).__name__
    finally:
        connection.close()
    return "" if answer.status == http.client.OK else f"it answers {answer.status} {text!r}"


def _connection(address: Address) -> http.client.HTTPConnection:
    if address.secure:
        context = ssl.create_default_context()
        return http.client.HTTPSConnection(address.host, address.port, timeout=_TIMEOUT_S, context=context)
    return http.client.HTTPConnection(address.host, address.port, timeout=_TIMEOUT_S)
