"""The webhook receiver: takes Alertmanager's deliveries, says them, and writes them down.

Lives here: the two addresses of ``deploy/alertmanager/alertmanager.yml`` (messages and the heartbeat),
the memory of what was told, the record of deliveries. Must not live here: the words of a message
(``message.py``), where they are shown.

Each delivery is one JSON line in the record: ``received_unix_s``, ``route``, ``text`` (null for a
heartbeat) and the ``payload`` as it came, so that tests and people can tell what was delivered when.
"""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from aiohttp import web

from exporter.clock import Clock
from exporter.stack.message import News, message_text, news
from exporter.stack.notification import Notification, NotificationError, notification_from

__all__ = ["HEARTBEAT_ROUTE", "MESSAGE_ROUTE", "Delivery", "Receiver", "serving"]

_log = logging.getLogger(__name__)

#: Where alertmanager.yml sends messages, and the Watchdog.
MESSAGE_ROUTE = "/petugas"
HEARTBEAT_ROUTE = "/detak"

#: Connections that may wait to be accepted. Alertmanager opens one per group at once; a backlog of 5
#: was measured to cost a burst 3.5 s in repeated handshakes.
_BACKLOG = 128

#: The largest delivery: 5,000 alerts of about 1.5 kB each, twice.
_MAX_BODY_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Delivery:
    """One thing that arrived."""

    received_unix_s: float
    text: str | None  #: the message; None for a heartbeat


class Receiver:
    """Answers Alertmanager; every delivery goes to ``say`` and, where one is named, into the record file."""

    def __init__(self, *, say: Callable[[Delivery], None], clock: Clock, record: Path | None = None) -> None:
        self._say = say
        self._clock = clock
        self._record = record
        self._told: dict[str, datetime] = {}

    def application(self) -> web.Application:
        """The aiohttp application."""
        application = web.Application(client_max_size=_MAX_BODY_BYTES)
        application.router.add_post(MESSAGE_ROUTE, self._take)
        application.router.add_post(HEARTBEAT_ROUTE, self._take)
        return application

    async def _take(self, request: web.Request) -> web.Response:
        body = await request.read()
        try:
            notification = notification_from(body)
        except NotificationError as error:
            _log.warning("refused a delivery to %s: %s", request.path, error)
            return web.Response(status=400, text=f"{error}\n")
        text = None if request.path == HEARTBEAT_ROUTE else self._text(notification)
        delivery = Delivery(received_unix_s=self._clock.wall_ns() / 1e9, text=text)
        self._write_down(request.path, delivery, body)
        self._say(delivery)
        return web.Response(text="ok\n")

    def _text(self, notification: Notification) -> str:
        parts = news(notification, self._told)
        self._remember(parts)
        return message_text(notification.group_labels, parts)

    def _remember(self, parts: News) -> None:
        self._told |= {alert.fingerprint: alert.starts_at for alert in parts.begun}
        for alert in parts.ended:
            self._told.pop(alert.fingerprint, None)

    def _write_down(self, route: str, delivery: Delivery, body: bytes) -> None:
        if self._record is None:
            return
        line = {
            "received_unix_s": delivery.received_unix_s,
            "route": route,
            "text": delivery.text,
            "payload": json.loads(body),
        }
        with self._record.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")


@asynccontextmanager
async def serving(receiver: Receiver, host: str, port: int) -> AsyncIterator[None]:
    """The receiver answers on ``host:port`` within the block. Raises OSError when it cannot listen there."""
    runner = web.AppRunner(receiver.application(), access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port, backlog=_BACKLOG).start()
        yield
    finally:
        await runner.cleanup()
