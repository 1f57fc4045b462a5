"""A pack that fails, and is made after all, told by a real Alertmanager with the shipped configuration."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import Any

import pytest

from exporter.evidence.alarm import Alarm, parse_alertmanager
from exporter.evidence.period import Month
from tests.support.alertmanagers import Alertmanagers, alertmanagers

pytestmark = pytest.mark.timeout(300)

_GATEWAY, _GROUP = "/petugas", "-1001000000001"
_FAILED, _MENDED = "🟠 PERHATIAN: Paket bukti Oktober 2026", "🟢 NORMAL: Paket bukti Oktober 2026"


def _to(lines: list[dict[str, Any]], recipient: str) -> list[str]:
    """The messages of one recipient, in order."""
    return [line["text"] for line in lines if line["recipient"] == recipient]


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[dict[str, Any]]]:
    """Every delivery of the story: a success of which nothing was told, three failures, a success told twice."""
    month = Month(2026, 10)
    lines: list[str] = []
    with alertmanagers(tmp_path_factory.mktemp("alertmanager"), change=_sooner) as running:
        url = f"http://127.0.0.1:{running.stacks[0].ports.alertmanager}"
        alarm = Alarm([parse_alertmanager(url)], "", lambda: "http://192.0.2.1:9090", lines.append)
        alarm.ended(Month(2026, 9), _now_ms())
        for _ in range(3):
            alarm.failed(month, _now_ms())
        _wait_for(running, _FAILED)
        alarm.failed(month, _now_ms())
        for _ in range(2):
            alarm.ended(month, _now_ms())
        _wait_for(running, _MENDED)
        yield running.deliveries()
    assert not lines


def _sooner(text: str) -> str:
    """The shipped configuration with every wait of a second: what is told does not depend on them."""
    return re.sub(r"(group_wait|group_interval): \w+", r"\1: 1s", text)


def _wait_for(running: Alertmanagers, head: str) -> None:
    """Return once gateway, group and the officer on call, by Telegram and mail, have the message."""
    running.wait_for(head, lambda: running.counts(head).total() >= 4)


def test_one_failure_is_one_message_to_each(told: list[dict[str, Any]]) -> None:
    """However often it is posted: gateway, group, officer. Of a month without failure nobody hears."""
    for recipient in (_GATEWAY, _GROUP):
        assert [text.splitlines()[0] for text in _to(told, recipient)] == [_FAILED, _MENDED]
    assert len(told) == 8
    assert {line["channel"] for line in told} == {"webhook", "telegram", "email"}


def test_the_message_says_what_to_do(told: list[dict[str, Any]]) -> None:
    """In Indonesian, whole, with the address of the runbook's heading."""
    message = _to(told, _GROUP)[0].splitlines()
    assert message[1] == "Belum dapat dibuat; percobaan terakhir gagal. Pembuatannya dicoba lagi dengan sendirinya."
    assert message[2].startswith("Kemungkinan: Prometheus tidak terjangkau")
    assert message[2].endswith("perbaiki, lalu tunggu percobaan berikutnya.")
    assert message[3] == "Panduan: http://192.0.2.1:9090/user/alerts.md#evidencepackfailed"


def test_the_end_is_told_with_its_time(told: list[dict[str, Any]]) -> None:
    """What it was about, and when the pack was there, in WIB."""
    message = _to(told, _GROUP)[1].splitlines()
    assert message[1].startswith("Sebelumnya: Belum dapat dibuat")
    assert re.fullmatch(r"Dinyatakan normal \d{2}/\d{2}/\d{4} \d{2}\.\d{2} WIB\.", message[2])


def test_every_channel_has_the_same_words(told: list[dict[str, Any]]) -> None:
    """The gateway's program writes them by itself; Telegram and mail have the template's."""
    assert len({line["text"] for line in told}) == 2
