"""A Telegram Bot API that answers as the real one does, for trials: only ``sendMessage``.

Lives here: what Telegram checks (token, chat, length, markup, rate) and how it refuses. Must not live here: the words
of a message, its record. Sources: Telegram Bot API, ``sendMessage`` and "Making requests"; Telegram's FAQ for bots
(about 20 messages a minute in a group).
"""

from __future__ import annotations

import hmac
from collections import deque
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Literal

from aiohttp import web
from pydantic import BaseModel, ValidationError

from exporter.clock import Clock
from exporter.stack.expected import Expected
from exporter.stack.telegram_html import MarkupError, text_of_html

__all__ = ["MAX_MESSAGE_UNITS", "SEND_MESSAGE", "Message", "TelegramApi"]

#: The longest message, in UTF-16 code units after the markup was read: an emoji is two.
MAX_MESSAGE_UNITS = 4_096

#: The address, under ``telegram_api_url``.
SEND_MESSAGE = "/bot{token}/sendMessage"

_WINDOW_NS = 60_000_000_000


class Message(BaseModel):
    """What is sent. Numbers may come as texts, and booleans too: Alertmanager's library writes them so."""

    chat_id: int
    text: str
    parse_mode: Literal["", "HTML", "MarkdownV2", "Markdown"] = ""
    disable_notification: bool = False


class _RefusalError(Exception):
    def __init__(self, status: HTTPStatus, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.status = status
        self.parameters = parameters


class TelegramApi:
    """Answers ``sendMessage``; what Telegram would deliver goes to ``deliver`` with the text that people see."""

    def __init__(self, expected: Expected, clock: Clock, deliver: Callable[[Message, str], None]) -> None:
        self._expected = expected
        self._clock = clock
        self._deliver = deliver
        self._sent: dict[int, deque[int]] = {}
        self._number = 0

    async def send_message(self, request: web.Request) -> web.Response:
        """The answer to one request."""
        try:
            message, seen = self._accepted(request.match_info["token"], await request.read())
        except _RefusalError as refusal:
            body: dict[str, Any] = {"ok": False, "error_code": int(refusal.status), "description": str(refusal)}
            if refusal.parameters:
                body["parameters"] = refusal.parameters
            return web.json_response(body, status=refusal.status)
        self._deliver(message, seen)
        self._number += 1
        chat = {"id": message.chat_id, "type": "supergroup" if message.chat_id < 0 else "private"}
        sent = {"message_id": self._number, "date": self._clock.wall_ns() // 10**9, "chat": chat, "text": seen}
        return web.json_response({"ok": True, "result": sent})

    def _accepted(self, token: str, body: bytes) -> tuple[Message, str]:
        """The message and the text that people see; raises _RefusalError."""
        if not hmac.compare_digest(token.encode(), self._expected.secrets.telegram_token.encode()):
            raise _RefusalError(HTTPStatus.UNAUTHORIZED, "Unauthorized")
        try:
            message = Message.model_validate_json(body)
        except ValidationError as error:
            raise _RefusalError(HTTPStatus.BAD_REQUEST, f"Bad Request: {error.errors()[0]['msg']}") from error
        if message.chat_id not in self._expected.chats:
            raise _RefusalError(HTTPStatus.BAD_REQUEST, "Bad Request: chat not found")
        seen = _seen(message)
        if not seen.strip():
            raise _RefusalError(HTTPStatus.BAD_REQUEST, "Bad Request: message text is empty")
        if len(seen.encode("utf-16-le")) // 2 > MAX_MESSAGE_UNITS:
            raise _RefusalError(HTTPStatus.BAD_REQUEST, "Bad Request: message is too long")
        self._count(message.chat_id)
        return message, seen

    def _count(self, chat_id: int) -> None:
        """Count a message to a group; raises _RefusalError for one too many within a minute."""
        most = self._expected.telegram_per_minute
        if most is None or chat_id > 0:
            return
        now_ns = self._clock.monotonic_ns()
        sent = self._sent.setdefault(chat_id, deque())
        while sent and now_ns - sent[0] >= _WINDOW_NS:
            sent.popleft()
        if len(sent) >= most:
            wait_s = -(-(sent[0] + _WINDOW_NS - now_ns) // 10**9)
            raise _RefusalError(
                HTTPStatus.TOO_MANY_REQUESTS, f"Too Many Requests: retry after {wait_s}", retry_after=wait_s
            )
        sent.append(now_ns)


def _seen(message: Message) -> str:
    if message.parse_mode == "":
        return message.text
    if message.parse_mode != "HTML":
        raise _RefusalError(HTTPStatus.NOT_IMPLEMENTED, f"this trial reads no {message.parse_mode}")
    try:
        return text_of_html(message.text)
    except MarkupError as error:
        raise _RefusalError(HTTPStatus.BAD_REQUEST, f"Bad Request: can't parse entities: {error}") from error
