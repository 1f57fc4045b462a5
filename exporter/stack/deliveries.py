"""The record of deliveries, read again: what was sent, to whom and when.

Lives here: the reading of ``deliveries.jsonl``. Must not live here: writing it (``receiver.py``), judging it.

Only the gateway's document says which alerts a message is about. Another channel carries nothing but the text, so the
alert is found by what the gateway was told: the description that the text repeats, or else the longest summary.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from exporter.stack.message import BEGINNINGS, ENDINGS
from exporter.stack.record import HEARTBEAT_ROUTE

__all__ = ["Message", "heartbeats", "open_alerts", "read_messages"]


@dataclass(frozen=True, slots=True)
class Message:
    """One message as it was delivered to one recipient."""

    received_unix_s: float
    channel: str  #: webhook, telegram or email
    recipient: str  #: the webhook's path, the name of the chat, the address
    text: str
    alertname: str  #: of the alerts that it is about; empty where that cannot be known
    payload: Mapping[str, Any] = field(repr=False)

    @property
    def to(self) -> str:
        """``channel:recipient``."""
        return f"{self.channel}:{self.recipient}"

    @property
    def begins(self) -> bool:
        """Whether it tells of something new."""
        return _has_line(self.text, BEGINNINGS)

    @property
    def ends(self) -> bool:
        """Whether it tells of a recovery."""
        return _has_line(self.text, ENDINGS)

    def links(self, status: str) -> frozenset[str]:
        """The links that it calls ``firing`` or ``resolved``; an empty text for an alert about no single link."""
        alerts = self.payload.get("alerts", [])
        return frozenset(alert["labels"].get("link", "") for alert in alerts if alert["status"] == status)


def _has_line(text: str, heads: tuple[str, ...]) -> bool:
    return any(line.startswith(heads) for line in text.splitlines())


def read_messages(record: Path, names: Mapping[int, str] | None = None) -> list[Message]:
    """Every message so far, in the order of arrival; heartbeats are none. ``names`` are those of Telegram's chats."""
    lines = [line for line in _lines(record) if line["text"] is not None]
    alertnames = _alertnames(lines)
    chats = {str(chat): name for chat, name in (names or {}).items()}
    return [_message(line, alertnames, chats) for line in lines]


def heartbeats(record: Path) -> int:
    """How many heartbeats arrived so far."""
    return sum(line["route"] == HEARTBEAT_ROUTE for line in _lines(record))


def open_alerts(messages: Sequence[Message]) -> frozenset[str]:
    """The fingerprints of the alerts that the gateway was told as firing last, and not as over."""
    last = {
        alert["fingerprint"]: alert["status"] for message in messages for alert in message.payload.get("alerts", [])
    }
    return frozenset(fingerprint for fingerprint, status in last.items() if status == "firing")


def _lines(record: Path) -> list[dict[str, Any]]:
    """Every whole line: the last may be in the middle of being written."""
    text = record.read_text(encoding="utf-8") if record.exists() else ""
    return [json.loads(line) for line in text[: text.rfind("\n") + 1].splitlines()]


def _alertnames(lines: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """From each description, then from each summary that the gateway was told, to the alert's name; longest first."""
    alerts = [alert for line in lines for alert in line["payload"].get("alerts", [])]
    found: dict[str, str] = {}
    for annotation in ("description", "summary"):
        texts = {alert["annotations"].get(annotation, ""): alert["labels"]["alertname"] for alert in alerts}
        found |= {text: texts[text] for text in sorted(texts, key=len, reverse=True) if text}
    return found


def _message(line: Mapping[str, Any], alertnames: Mapping[str, str], chats: Mapping[str, str]) -> Message:
    payload, text = line["payload"], line["text"]
    alertname = payload.get("groupLabels", {}).get("alertname")
    return Message(
        received_unix_s=line["received_unix_s"],
        channel=line["channel"],
        recipient=chats.get(line["recipient"], line["recipient"]),
        text=text,
        alertname=alertname or next((name for part, name in alertnames.items() if part in text), ""),
        payload=payload,
    )
