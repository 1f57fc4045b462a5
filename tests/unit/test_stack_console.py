"""What the demo prints while it runs."""

from __future__ import annotations

from exporter.stack.console import Console
from exporter.stack.receiver import Delivery

_START = 1_795_400_040.0  # 23/11/2026 09.14.00 WIB


def _heartbeat(after_s: float) -> Delivery:
    return Delivery(received_unix_s=_START + after_s, text=None)


def test_say_a_message() -> None:
    """A message is shown whole under the time of its arrival."""
    written: list[str] = []
    Console(written.append).say(Delivery(received_unix_s=_START, text="🔴 GANGGUAN: Kantor 1"))
    assert written == ["──── 23/11/2026 09.14.00 WIB ────\n🔴 GANGGUAN: Kantor 1\n"]


def test_say_heartbeats() -> None:
    """Only the first heartbeat is worth a line."""
    written: list[str] = []
    console = Console(written.append)
    for minute in range(3):
        console.say(_heartbeat(60.0 * minute))
    assert written == ["23/11/2026 09.14.00 WIB Detak diterima: rantai peringatan bekerja.\n"]


def test_watch_when_heartbeats_stop() -> None:
    """Three minutes of silence are told once, and so is the first heartbeat after them."""
    written: list[str] = []
    console = Console(written.append)
    console.watch(_START + 1000)
    console.say(_heartbeat(0))
    for after_s in (179, 180, 181):
        console.watch(_START + after_s)
    console.say(_heartbeat(200))
    console.watch(_START + 201)
    assert written[1:] == [
        "23/11/2026 09.17.00 WIB Detak berhenti sejak 23/11/2026 09.14.00 WIB: periksa Prometheus dan Alertmanager.\n",
        "23/11/2026 09.17.20 WIB Detak diterima: rantai peringatan bekerja.\n",
    ]


def test_watch_when_heartbeats_stop_twice() -> None:
    """A second silence is told like the first."""
    written: list[str] = []
    console = Console(written.append)
    for start_s in (0, 1000):
        console.say(_heartbeat(start_s))
        console.watch(_START + start_s + 180)
    assert sum("Detak berhenti" in text for text in written) == 2
