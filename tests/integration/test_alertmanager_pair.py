"""Two Alertmanagers as docs/operations.md describes them: one message, also when one of them dies."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.support.alertmanagers import Alertmanagers, alertmanagers, make_alert
from tests.support.free_ports import free_ports

pytestmark = pytest.mark.timeout(400)

#: The one that comes second waits 15 s (--cluster.peer-timeout) whether the first has told; and a little more.
_SECONDS_TURN_S = 20.0

FIRST = make_alert("SiteDown", "warning", "site", summary="Kantor satu", site="s-1", kabkota="32.05")
SECOND = make_alert("LinkDown", "warning", "link", summary="Kantor dua", link="l-2", provider="penyedia-c")


def _flags(own: int, other: int) -> Sequence[str]:
    return (f"--cluster.listen-address=127.0.0.1:{own}", f"--cluster.peer=127.0.0.1:{other}")


def _messages(running: Alertmanagers, text: str) -> Counter[str]:
    """How many of such messages arrived by each channel."""
    return Counter(line["channel"] for line in running.deliveries() if line["text"].startswith(text))


def _told(running: Alertmanagers, alert: dict[str, Any], head: str, expected: Counter[str]) -> None:
    """Wait until it was told, and until the other's turn has passed; then it was told as often as expected."""
    text = f"{head}: {alert['annotations']['summary']}"
    running.wait_for(text, lambda: _messages(running, text) >= expected)
    time.sleep(_SECONDS_TURN_S)
    assert _messages(running, text) == expected


def test_a_pair_tells_once_and_so_does_the_one_that_is_left(tmp_path: Path) -> None:
    """An alert posted to both is told once; after a kill the other repeats nothing, tells what is new, and the end."""
    ports = free_ports()
    clusters = [_flags(ports.exporter, ports.prometheus), _flags(ports.prometheus, ports.exporter)]
    to_site = Counter(webhook=1, telegram=2, email=2)
    with alertmanagers(tmp_path, clusters=clusters) as running:
        running.post(FIRST)
        _told(running, FIRST, "🔴 GANGGUAN", to_site)
        running.kill(0)
        running.post(FIRST, SECOND, to=[1])
        running.resolve(FIRST, to=[1])
        _told(running, SECOND, "🔴 GANGGUAN", Counter(webhook=1, telegram=2, email=1))
        _told(running, FIRST, "🟢 PULIH", to_site)
        assert _messages(running, "🔴 GANGGUAN: Kantor satu") == to_site
