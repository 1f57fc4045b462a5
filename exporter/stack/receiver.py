"""The receivers of a trial: the gateway's webhook, a Telegram Bot API and a mailbox, all in one record.

Lives here: the addresses of ``deploy/alertmanager/alertmanager.yml`` on our port, the memory of what the gateway
was told. Must not live here: the words of a message (``message.py``), the rules of Telegram (``telegram.py``) and of
mail (``mailbox.py``), the record (``record.py``), where it is shown.
"""

from __future__ import annotations

import hmac
import json
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from pathlib import Path

from aiohttp import web

from exporter.clock import Clock
from exporter.stack.expected import Expected
from exporter.stack.mailbox import Mail, Mailbox, serving_mail
from exporter.stack.message import News, dashboard_url, message_text, news
from exporter.stack.notification import Notification, NotificationError, notification_from
from exporter.stack.record import HEARTBEAT_ROUTE, MESSAGE_ROUTE, Delivery, Recorder
from exporter.stack.telegram import SEND_MESSAGE, Message, TelegramApi

__all__ = ["HEARTBEAT_ROUTE", "MESSAGE_ROUTE", "Delivery", "Receiver", "serving"]

_log = logging.getLogger(__name__)

#: Connections that may wait to be accepted. Alertmanager opens one per group at once; a backlog of 5
#: was measured to cost a burst 3.5 s in repeated handshakes.
_BACKLOG = 128

#: The largest delivery: 5,000 alerts of about 1.5 kB each, twice.
_MAX_BODY_BYTES = 16 * 1024 * 1024


class Receiver:
    """Answers Alertmanager; every delivery goes to ``say`` and, where one is named, into the record file.

    Without ``expected`` there is only the gateway, and anybody may send to it.
    """

    def __init__(
        self,
        *,
        say: Callable[[Delivery], None],
        clock: Clock,
        record: Path | None = None,
        expected: Expected | None = None,
    ) -> None:
        self._recorder = Recorder(say=say, clock=clock, record=record)
        self._clock = clock
        self._expected = expected
        self._told: dict[str, datetime] = {}

    def application(self) -> web.Application:
        """The aiohttp application: the gateway and Telegram."""
        application = web.Application(client_max_size=_MAX_BODY_BYTES)
        application.router.add_post(MESSAGE_ROUTE, self._take)
        application.router.add_post(HEARTBEAT_ROUTE, self._take)
        if self._expected is not None:
            telegram = TelegramApi(self._expected, self._clock, self._take_telegram)
            application.router.add_post(SEND_MESSAGE, telegram.send_message)
        return application

    def mailbox(self) -> Mailbox | None:
        """The mailbox, where mail is expected."""
        return Mailbox(self._expected, self._take_mail) if self._expected else None

    async def _take(self, request: web.Request) -> web.Response:
        if not self._may_send(request):
            _log.warning("refused a delivery to %s: not its token", request.path)
            return web.Response(status=401, text="not the token of this address\n")
        body = await request.read()
        try:
            notification = notification_from(body)
        except NotificationError as error:
            _log.warning("refused a delivery to %s: %s", request.path, error)
            return web.Response(status=400, text=f"{error}\n")
        text = None if request.path == HEARTBEAT_ROUTE else self._text(notification)
        self._recorder.take(
            channel="webhook", recipient=request.path, route=request.path, text=text, payload=json.loads(body)
        )
        return web.Response(text="ok\n")

    def _may_send(self, request: web.Request) -> bool:
        if self._expected is None:
            return True
        secrets = self._expected.secrets
        right = f"Bearer {secrets.heartbeat_token if request.path == HEARTBEAT_ROUTE else secrets.gateway_token}"
        return hmac.compare_digest(request.headers.get("Authorization", "").encode(), right.encode())

    def _take_telegram(self, message: Message, seen: str) -> None:
        payload = message.model_dump()
        self._recorder.take(
            channel="telegram", recipient=str(message.chat_id), route="/sendMessage", text=seen, payload=payload
        )

    def _take_mail(self, mail: Mail) -> None:
        payload = {"from": mail.sender, "to": list(mail.recipients), "subject": mail.subject}
        for recipient in mail.recipients:
            self._recorder.take(channel="email", recipient=recipient, route="smtp", text=mail.text, payload=payload)

    def _text(self, notification: Notification) -> str:
        parts = news(notification, self._told)
        self._remember(parts)
        return message_text(notification.group_labels, parts, dashboard_url(notification.external_url))

    def _remember(self, parts: News) -> None:
        self._told |= {alert.fingerprint: alert.starts_at for alert in parts.begun}
        for alert in parts.ended:
            self._told.pop(alert.fingerprint, None)


@asynccontextmanager
async def serving(receiver: Receiver, host: str, port: int, smtp_port: int | None = None) -> AsyncIterator[None]:
    """The receiver answers on ``host:port`` within the block, and takes mail on ``smtp_port`` where it expects some.

    Raises OSError when it cannot listen there.
    """
    runner = web.AppRunner(receiver.application(), access_log=None)
    await runner.setup()
    async with AsyncExitStack() as things:
        things.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, host, port, backlog=_BACKLOG).start()
        mailbox = receiver.mailbox()
        if mailbox is not None and smtp_port is not None:
            await things.enter_async_context(serving_mail(mailbox, smtp_port))
        yield
