"""What a rehearsal prints, in Indonesian: what is played, each message with its recipients, the verdict.

Lives here: text. Must not live here: judging (``verdict``), the words of a message.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from exporter.rehearsal.scenario import Scenario
from exporter.stack.deliveries import Message
from exporter.stack.message import wib_clock
from exporter.thresholds import ALONE_S, DOWN_AFTER_LOSSES, SETTLE_S

__all__ = ["broken_off_text", "event_line", "heading", "message_blocks", "message_line", "verdict_text"]

#: The same text that reaches several recipients within so many seconds is one message.
_TOGETHER_S = 15.0


def heading(scenario: Scenario) -> str:
    """What is played, on what, how fast, and what the speed means."""
    lines = [
        f"Gladi: {scenario.name}",
        scenario.description,
        f"Inventaris: {len(scenario.inventory.links)} tautan dari {len(scenario.inventory.sites)} lokasi (simulasi).",
        speed_note(scenario.speed),
    ]
    return "\n".join(lines) + "\n"


def speed_note(speed: float) -> str:
    """What is faster and what is not."""
    if speed == 1:
        return "Kecepatan: waktu nyata; semua jeda seperti yang dipakai sehari-hari."
    waits = f"{DOWN_AFTER_LOSSES} gema hilang, {SETTLE_S:g} dan {ALONE_S:g} detik"
    return (
        f"Kecepatan: {speed:g} kali. Jeda skenario serta setiap jeda dalam aturan, Prometheus dan Alertmanager dibagi "
        f"{speed:g}; waktu tunggu pengukur sendiri ({waits}) tidak. Waktu di bawah bukan waktu nyata."
    )


def event_line(words: str, offset_s: float) -> str:
    """One thing that happened, as it happens."""
    return f"[{_offset(offset_s)}] {words}"


def message_line(message: Message, offset_s: float) -> str:
    """One delivery, as it arrives."""
    return f"[{_offset(offset_s)}] → {message.to}: {message.text.splitlines()[0]}"


def message_blocks(messages: Sequence[Message], begun_unix_s: float) -> list[str]:
    """One block for each message; ``begun_unix_s``: when the first step was played.

    The same text to several recipients stands once, with all of them.
    """
    blocks = []
    for together in _gathered(messages):
        first = together[0]
        stamp = wib_clock(datetime.fromtimestamp(first.received_unix_s, UTC))
        recipients = "\n".join(
            f"  {message.to} ({_offset(message.received_unix_s - begun_unix_s)})" for message in together
        )
        blocks.append(
            f"──── {stamp}, {_offset(first.received_unix_s - begun_unix_s)} sejak awal ────\nKepada:\n{recipients}\n"
            f"\n{first.text}\n"
        )
    return blocks


def verdict_text(problems: Sequence[str] | None, messages: Sequence[Message]) -> str:
    """The last lines; ``problems``: None where nothing was expected."""
    told = _told(messages)
    if problems is None:
        return f"{told} Skenario ini tidak menyebut harapan, jadi tidak dinilai."
    if not problems:
        return f"{told} SESUAI: tepat pesan yang diharapkan."
    return "\n".join([f"{told} TIDAK SESUAI:", *(f"  - {problem}" for problem in problems)])


def broken_off_text(messages: Sequence[Message]) -> str:
    """The last lines of a rehearsal that could not go on."""
    return f"{_told(messages)} Gladi terhenti sebelum selesai, jadi tidak dinilai."


def _told(messages: Sequence[Message]) -> str:
    recipients = {message.to for message in messages}
    return f"{len(_gathered(messages))} pesan, {len(messages)} kiriman kepada {len(recipients)} penerima."


def _gathered(messages: Iterable[Message]) -> list[list[Message]]:
    """Messages of the same text, each to somebody else, within a short time; in the order of the first."""
    found: list[list[Message]] = []
    for message in messages:
        for together in reversed(found):
            if _belongs(message, together):
                together.append(message)
                break
        else:
            found.append([message])
    return found


def _belongs(message: Message, together: Sequence[Message]) -> bool:
    first = together[0]
    return (
        message.text == first.text
        and message.received_unix_s - first.received_unix_s <= _TOGETHER_S
        and message.to not in {other.to for other in together}
    )


def _offset(seconds: float) -> str:
    """``+01.23``: minutes and seconds."""
    sign, whole = ("-", -seconds) if seconds < 0 else ("+", seconds)
    minutes, rest = divmod(int(whole), 60)
    return f"{sign}{minutes:02}.{rest:02}"
