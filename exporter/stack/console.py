"""What the demo prints while it runs: the messages, and whether the chain that delivers them lives.

Lives here: the look of deliveries on a terminal, the watch over the heartbeat. Must not live here:
the words of a message (``message.py``), starting anything.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from exporter.stack.message import wib_clock
from exporter.stack.receiver import Delivery

__all__ = ["Console"]

#: Silence after which the heartbeat has stopped: it comes every minute, and one may be lost.
_SILENCE_S = 180.0


class Console:
    """Prints deliveries through ``write``, one call a block of text; used by the receiver's thread and the demo's."""

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write
        self._last_heartbeat_unix_s: float | None = None
        self._is_silent = False

    def say(self, delivery: Delivery) -> None:
        """Show a message; of the heartbeats only the first, and the first after a silence."""
        if delivery.text is not None:
            self._write(f"──── {_stamp(delivery.received_unix_s)} ────\n{delivery.text}\n")
            return
        if self._last_heartbeat_unix_s is None or self._is_silent:
            self._write(f"{_stamp(delivery.received_unix_s)} Detak diterima: rantai peringatan bekerja.\n")
        self._is_silent = False
        self._last_heartbeat_unix_s = delivery.received_unix_s

    def watch(self, now_unix_s: float) -> None:
        """Say once when the heartbeat has stopped."""
        last = self._last_heartbeat_unix_s
        if last is None or self._is_silent or now_unix_s - last < _SILENCE_S:
            return
        self._is_silent = True
        self._write(f"{_stamp(now_unix_s)} Detak berhenti sejak {_stamp(last)}: periksa Prometheus dan Alertmanager.\n")


def _stamp(unix_s: float) -> str:
    return wib_clock(datetime.fromtimestamp(unix_s, UTC))
