"""What was delivered, by whichever way: said at once, and written down.

Lives here: one delivery, and the record file. Must not live here: how anything arrives (``receiver.py``,
``telegram.py``, ``mailbox.py``), how it is shown.

Each delivery is one JSON line in the record: ``received_unix_s``, ``channel``, ``recipient``, ``route`` (the path, or
the protocol), ``text`` (null for a heartbeat) and the ``payload`` as it came, so that tests and people can tell what
was delivered to whom and when. No line holds a token or a password.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from exporter.clock import Clock

__all__ = ["HEARTBEAT_ROUTE", "MESSAGE_ROUTE", "Channel", "Delivery", "Recorder"]

#: Where alertmanager.yml sends messages for the gateway, and the Watchdog.
MESSAGE_ROUTE = "/petugas"
HEARTBEAT_ROUTE = "/detak"

Channel = Literal["webhook", "telegram", "email"]


@dataclass(frozen=True, slots=True)
class Delivery:
    """One thing that arrived at one recipient."""

    received_unix_s: float
    text: str | None  #: the message; None for a heartbeat
    channel: Channel = "webhook"
    recipient: str = MESSAGE_ROUTE  #: the path of the webhook, Telegram's chat id, or the e-mail address


class Recorder:
    """Takes deliveries; each goes to ``say`` and, where one is named, into the record file."""

    def __init__(self, *, say: Callable[[Delivery], None], clock: Clock, record: Path | None = None) -> None:
        self._say = say
        self._clock = clock
        self._record = record

    def take(self, *, channel: Channel, recipient: str, route: str, text: str | None, payload: Any) -> None:
        """Write one delivery down, and say it."""
        delivery = Delivery(self._clock.wall_ns() / 1e9, text, channel, recipient)
        if self._record is not None:
            line = {
                "received_unix_s": delivery.received_unix_s,
                "channel": channel,
                "recipient": recipient,
                "route": route,
                "text": text,
                "payload": payload,
            }
            with self._record.open("a", encoding="utf-8") as file:
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
        self._say(delivery)
