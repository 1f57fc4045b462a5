"""The trial's Telegram Bot API, met over HTTP as Alertmanager meets it."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from exporter.clock import FakeClock
from exporter.stack.expected import Expected, TrialSecrets
from exporter.stack.receiver import Receiver
from exporter.stack.receiver_thread import receiving
from exporter.stack.record import Delivery
from exporter.stack.telegram import MAX_MESSAGE_UNITS
from tests.support.free_ports import free_port

GROUP, PERSON = -100, 7


class Telegram:
    """A running API and what it delivered."""

    def __init__(self, port: int, secrets: TrialSecrets, clock: FakeClock) -> None:
        self.port = port
        self.secrets = secrets
        self.clock = clock
        self.said: list[Delivery] = []

    def send(self, *, token: str | None = None, **body: Any) -> tuple[int, dict[str, Any]]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            path = f"/bot{token or self.secrets.telegram_token}/sendMessage"
            connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
            response = connection.getresponse()
            return response.status, json.loads(response.read())
        finally:
            connection.close()


@contextmanager
def _telegram(record: Path | None = None, per_minute: int | None = None) -> Iterator[Telegram]:
    secrets, clock = TrialSecrets(), FakeClock()
    telegram = Telegram(free_port(), secrets, clock)
    expected = Expected(secrets, {GROUP: "grup", PERSON: "petugas"}, "user", per_minute)
    with receiving(Receiver(say=telegram.said.append, clock=clock, record=record, expected=expected), telegram.port):
        yield telegram


def test_a_message_is_delivered_and_written_down_without_the_token(tmp_path: Path) -> None:
    """The answer is Telegram's; the record has chat, text and what was asked for, and no secret."""
    with _telegram(tmp_path / "record") as telegram:
        status, answer = telegram.send(chat_id=str(GROUP), text="a <b> & _c_", disable_notification="true")
        token = telegram.secrets.telegram_token
    assert (status, answer["ok"], answer["result"]["chat"]["id"]) == (200, True, GROUP)
    assert [(each.channel, each.recipient, each.text) for each in telegram.said] == [
        ("telegram", "-100", "a <b> & _c_")
    ]
    written = (tmp_path / "record").read_text(encoding="utf-8")
    assert json.loads(written)["payload"]["disable_notification"] is True
    assert token not in written


@pytest.mark.parametrize(
    ("body", "status", "description"),
    [
        ({"token": "1:wrong"}, 401, "Unauthorized"),
        ({"chat_id": 8}, 400, "Bad Request: chat not found"),
        ({"text": " \n"}, 400, "Bad Request: message text is empty"),
        ({"text": "<b>a", "parse_mode": "HTML"}, 400, "Bad Request: can't parse entities: Can't find end tag"),
        ({"text": "x" * (MAX_MESSAGE_UNITS + 1)}, 400, "Bad Request: message is too long"),
        ({"text": "😀" * (MAX_MESSAGE_UNITS // 2 + 1)}, 400, "Bad Request: message is too long"),
        ({"parse_mode": "XML"}, 400, "Bad Request: Input should be"),
    ],
)
def test_a_message_is_refused_as_telegram_refuses(body: dict[str, Any], status: int, description: str) -> None:
    """Wrong token, unknown chat, no text, broken markup, too long: nothing is delivered."""
    with _telegram() as telegram:
        wanted: dict[str, Any] = {"chat_id": GROUP, "text": "a"} | body
        answer = telegram.send(**wanted)
    assert answer[0] == answer[1]["error_code"] == status
    assert answer[1]["description"].startswith(description)
    assert telegram.said == []


def test_the_longest_message_is_delivered() -> None:
    """Markup does not count, and neither does how long an entity is written."""
    text = "<b>" + "&amp;" * MAX_MESSAGE_UNITS + "</b>"
    with _telegram() as telegram:
        assert telegram.send(chat_id=PERSON, text=text, parse_mode="HTML")[0] == 200
    assert telegram.said[0].text == "&" * MAX_MESSAGE_UNITS


def test_a_group_takes_so_many_messages_a_minute() -> None:
    """The next is refused with the seconds to wait, and taken after them; a person's chat is not counted."""
    with _telegram(per_minute=2) as telegram:
        statuses = [telegram.send(chat_id=GROUP, text="a")[0] for _ in range(2)]
        status, answer = telegram.send(chat_id=GROUP, text="a")
        assert telegram.send(chat_id=PERSON, text="a")[0] == 200
        telegram.clock.advance_ns(answer["parameters"]["retry_after"] * 10**9)
        statuses.append(telegram.send(chat_id=GROUP, text="a")[0])
    assert statuses == [200, 200, 200]
    assert (status, answer["parameters"]) == (429, {"retry_after": 60})
