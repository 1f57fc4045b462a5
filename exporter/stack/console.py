"""What the demo prints while it runs: the messages with who gets them, and whether the chain that delivers them lives.

Lives here: the look of deliveries on a terminal, the watch over the heartbeat. Must not live here:
the words of a message (``message.py``), starting anything.

One message goes to many: it is printed once, when no further recipient joined for a moment, with all of them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from exporter.stack.message import wib_clock
from exporter.stack.record import Delivery

__all__ = ["Console"]

#: Silence after which the heartbeat has stopped: it comes every minute, and one may be lost.
_SILENCE_S = 180.0

#: How long after its first arrival a message waits for its other recipients: mail takes the longest, about a second.
_GATHER_S = 3.0


@dataclass(slots=True)
class _Gathered:
    """One text, and who got it so far."""

    first_unix_s: float
    recipients: dict[str, list[str]] = field(default_factory=dict)  #: by channel


class Console:
    """Prints deliveries through ``write``, one call a block of text; used by the receiver's thread and the demo's.

    ``names`` are those of Telegram's chats, by their number.
    """

    def __init__(self, write: Callable[[str], None], names: Mapping[int, str] | None = None) -> None:
        self._write = write
        self._names = {str(number): name for number, name in (names or {}).items()}
        self._last_heartbeat_unix_s: float | None = None
        self._is_silent = False
        self._gathered: dict[str, _Gathered] = {}
        self._lock = threading.Lock()

    def say(self, delivery: Delivery) -> None:
        """Take a message, which ``watch`` shows; of the heartbeats show the first, and the first after a silence."""
        if delivery.text is not None:
            with self._lock:
                gathered = self._gathered.setdefault(delivery.text, _Gathered(delivery.received_unix_s))
                gathered.recipients.setdefault(delivery.channel, []).append(self._named(delivery))
            return
        if self._last_heartbeat_unix_s is None or self._is_silent:
            self._write(f"{_stamp(delivery.received_unix_s)} Detak diterima: rantai peringatan bekerja.\n")
        self._is_silent = False
        self._last_heartbeat_unix_s = delivery.received_unix_s

    def watch(self, now_unix_s: float) -> None:
        """Show the messages whose recipients are complete, and say once when the heartbeat has stopped."""
        self._show(now_unix_s - _GATHER_S)
        last = self._last_heartbeat_unix_s
        if last is None or self._is_silent or now_unix_s - last < _SILENCE_S:
            return
        self._is_silent = True
        self._write(f"{_stamp(now_unix_s)} Detak berhenti sejak {_stamp(last)}: periksa Prometheus dan Alertmanager.\n")

    def finish(self) -> None:
        """Show what still waits: nobody else will get it."""
        self._show(float("inf"))

    def _show(self, until_unix_s: float) -> None:
        with self._lock:
            ready = {text: each for text, each in self._gathered.items() if each.first_unix_s <= until_unix_s}
            for text in ready:
                del self._gathered[text]
        for text, each in ready.items():
            self._write(f"──── {_stamp(each.first_unix_s)} ────\n{text}\n→ {_listed(each.recipients)}\n")

    def _named(self, delivery: Delivery) -> str:
        return self._names.get(delivery.recipient, delivery.recipient)


#: Each channel in the words of the person who watches, in the order in which they are listed.
_CHANNELS = {"webhook": "gerbang WhatsApp", "telegram": "Telegram", "email": "surel"}


def _listed(recipients: Mapping[str, list[str]]) -> str:
    parts = [
        f"{words} {', '.join(sorted(recipients[channel]))}" if channel != "webhook" else words
        for channel, words in _CHANNELS.items()
        if channel in recipients
    ]
    return "; ".join(parts)


def _stamp(unix_s: float) -> str:
    return wib_clock(datetime.fromtimestamp(unix_s, UTC))
