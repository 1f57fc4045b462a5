"""What the demo prints while it runs."""

from __future__ import annotations

from exporter.stack.console import Console
from exporter.stack.record import Channel, Delivery

_START = 1_795_400_040.0  # 23/11/2026 09.14.00 WIB


def _heartbeat(after_s: float) -> Delivery:
    return Delivery(received_unix_s=_START + after_s, text=None)


def _message(after_s: float, channel: Channel, recipient: str, text: str = "🔴 GANGGUAN: Kantor 1") -> Delivery:
    return Delivery(_START + after_s, text, channel, recipient)


def test_say_a_message() -> None:
    """A message is shown whole, once, under the time of its first arrival, with everybody who got it."""
    written: list[str] = []
    console = Console(written.append, {-100: "grup-noc"})
    console.say(_message(0, "webhook", "/petugas"))
    console.say(_message(0.5, "email", "a@prov.example"))
    console.say(_message(0.6, "telegram", "-100"))
    console.say(_message(0.7, "telegram", "7"))
    console.watch(_START + 2.9)
    assert not written
    console.watch(_START + 3)
    console.watch(_START + 9)
    (text,) = written
    assert text.splitlines() == [
        "──── 23/11/2026 09.14.00 WIB ────",
        "🔴 GANGGUAN: Kantor 1",
        "→ gerbang WhatsApp; Telegram 7, grup-noc; surel a@prov.example",
    ]


def test_say_other_words_to_others() -> None:
    """Whoever got other words is shown with those."""
    written: list[str] = []
    console = Console(written.append)
    console.say(_message(0, "webhook", "/petugas", "a"))
    console.say(_message(0, "telegram", "7", "b"))
    console.watch(_START + 3)
    assert [text.splitlines()[1:] for text in written] == [["a", "→ gerbang WhatsApp"], ["b", "→ Telegram 7"]]


def test_finish_shows_what_waits() -> None:
    """The end of the demo swallows no message, and shows none twice."""
    written: list[str] = []
    console = Console(written.append)
    console.say(_message(0, "webhook", "/petugas"))
    console.finish()
    console.finish()
    assert len(written) == 1


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
