"""What the comments in ``alertmanager.yml`` promise about time: the end of a shift, and Telegram's limit."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.support.alertmanagers import Alertmanagers, alertmanagers, make_alert

pytestmark = pytest.mark.timeout(400)

GROUP, DAY, NIGHT = "-1001000000001", "1000000001", "1000000002"

LINK = make_alert("LinkDown", "warning", "link", summary="Kantor satu", link="l-1", provider="penyedia-c")
OTHER = make_alert("LinkDown", "warning", "link", summary="Kantor dua", link="l-2", provider="penyedia-d")


def _chat(running: Alertmanagers, chat: str) -> list[str]:
    """The first lines of a chat's messages."""
    lines = [line for line in running.deliveries() if (line["channel"], line["recipient"]) == ("telegram", chat)]
    return [line["text"].splitlines()[0] for line in lines]


def _next_shift() -> datetime:
    """The beginning of a minute that leaves time to tell the first officer; not the one at which the day begins."""
    while True:
        now = datetime.now(UTC) + timedelta(hours=7)
        boundary = (now + timedelta(seconds=85)).replace(second=0, microsecond=0)
        if boundary.date() == now.date() and (boundary.hour, boundary.minute) != (0, 0):
            return boundary
        time.sleep(5)


def _shifts_change_at(boundary: datetime, text: str) -> str:
    """The configuration with the day shift until ``boundary`` and the night shift after it, and a quicker tick."""
    at = boundary.strftime("%H:%M")
    for old, new in (
        ('{start_time: "07:00", end_time: "19:00"}', f'{{start_time: "00:00", end_time: "{at}"}}'),
        (
            '{start_time: "19:00", end_time: "24:00"}, {start_time: "00:00", end_time: "07:00"}',
            f'{{start_time: "{at}", end_time: "24:00"}}',
        ),
        ("group_interval: 30s", "group_interval: 10s"),
    ):
        assert old in text
        text = text.replace(old, new)
    return text


def test_a_shift_hands_over_what_lasts(tmp_path: Path) -> None:
    """The officer who begins is told what lasts and its recovery; the one who went home hears no more of it."""
    boundary = _next_shift()
    with alertmanagers(tmp_path, change=lambda text: _shifts_change_at(boundary, text)) as running:
        running.post(LINK)
        running.wait_for("the first officer's message", lambda: bool(_chat(running, DAY)))
        assert _chat(running, NIGHT) == []
        running.wait_for("the handover", lambda: bool(_chat(running, NIGHT)))
        running.resolve(LINK)
        running.wait_for("the recovery", lambda: len(_chat(running, NIGHT)) > 1 and len(_chat(running, GROUP)) > 1)
        begun, ended = "🔴 GANGGUAN: Kantor satu", "🟢 PULIH: Kantor satu"
        assert _chat(running, DAY) == [begun]
        assert _chat(running, NIGHT) == [begun, ended]
        assert _chat(running, GROUP) == [begun, ended]


def test_a_message_that_telegram_refuses_is_late_and_not_lost(tmp_path: Path) -> None:
    """One message a minute is allowed: the second is refused (429), and arrives once, later; others do not wait."""
    with alertmanagers(tmp_path, telegram_per_minute=1) as running:
        running.post(LINK, OTHER)

        def told(recipient: str) -> set[Any]:
            lines = [line for line in running.deliveries() if line["recipient"] == recipient]
            return {line["text"].splitlines()[0] for line in lines}

        both = {"🔴 GANGGUAN: Kantor satu", "🔴 GANGGUAN: Kantor dua"}
        running.wait_for("the gateway's messages", lambda: told("/petugas") == both)
        assert told(GROUP) < both
        running.wait_for("the group's second message", lambda: told(GROUP) == both)
        assert sorted(_chat(running, GROUP)) == sorted(both)
