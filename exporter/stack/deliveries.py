"""The record of deliveries, read again: what was sent, to whom and when.

Lives here: the reading of ``deliveries.jsonl``. Must not live here: writing it (``receiver.py``), judging it.

A line says its ``channel`` and ``recipient``; where it does not, it came to the webhook that its ``route`` names.
Only the webhook's document says which alerts a message is about. Another channel carries nothing but the text, so the
alert is found by what the webhooks told: the longest summary that the text repeats.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from exporter.stack.receiver import HEARTBEAT_ROUTE

__all__ = ["Message", "heartbeats", "read_messages"]


@dataclass(frozen=True, slots=True)
class Message:
    """One message as it was delivered to one recipient."""

    received_unix_s: float
    channel: str  #: webhook, telegram or email
    recipient: str  #: the webhook's path, the chat, the address
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
        return "🔴" in self.text

    @property
    def ends(self) -> bool:
        """Whether it tells of a recovery."""
        return "🟢" in self.text

    def links(self, status: str) -> frozenset[str]:
        """The links that it calls ``firing`` or ``resolved``; an empty text for an alert about no single link."""
        alerts = self.payload.get("alerts", [])
        return frozenset(alert["labels"].get("link", "") for alert in alerts if alert["status"] == status)


def read_messages(record: Path) -> list[Message]:
    """Every message so far, in the order of arrival; heartbeats are none."""
    lines = [line for line in _lines(record) if line["text"] is not None]
    names = _names_by_summary(lines)
    return [_message(line, names) for line in lines]


def heartbeats(record: Path) -> int:
    """How many heartbeats arrived so far."""
    return sum(line["route"] == HEARTBEAT_ROUTE for line in _lines(record))


def _lines(record: Path) -> list[dict[str, Any]]:
    """Every whole line: the last may be in the middle of being written."""
    text = record.read_text(encoding="utf-8") if record.exists() else ""
    return [json.loads(line) for line in text[: text.rfind("\n") + 1].splitlines()]


def _names_by_summary(lines: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """From the summary of each alert that a webhook told to the alert's name, longest first."""
    alerts = [alert for line in lines for alert in line["payload"].get("alerts", [])]
    found = {alert["annotations"].get("summary", ""): alert["labels"]["alertname"] for alert in alerts}
    return {summary: found[summary] for summary in sorted(found, key=len, reverse=True) if summary}


def _message(line: Mapping[str, Any], names: Mapping[str, str]) -> Message:
    payload, text = line["payload"], line["text"]
    alertname = payload.get("groupLabels", {}).get("alertname")
    return Message(
        received_unix_s=line["received_unix_s"],
        channel=line.get("channel") or "webhook",
        recipient=line.get("recipient") or line["route"],
        text=text,
        alertname=alertname or next((name for summary, name in names.items() if summary in text), ""),
        payload=payload,
    )
