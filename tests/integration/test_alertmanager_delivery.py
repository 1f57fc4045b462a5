"""The shipped configuration in a real Alertmanager: who is told, how often, and with which words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.alertmanagers import Alertmanagers, alertmanagers, make_alert

pytestmark = pytest.mark.timeout(400)

GROUP, DAY, NIGHT = "-1001000000001", "1000000001", "1000000002"
GATEWAY = ("webhook", "/petugas")

#: A name that means something in HTML, Markdown, YAML, mail headers and templates.
NAME = """Kantor <b>A</b> & "B" 'C' _d_ *e* [f](g) {{ .X }} `h` \\ : # =?utf-8?q?i?= 😀"""


def _link(**more: str) -> dict[str, Any]:
    labels = {"link": "kantor-1", "provider": "penyedia-c", "kabkota": "32.05", "site": "kantor"} | more
    return make_alert("LinkDown", "warning", "link", **labels)


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Alertmanagers]:
    """One Alertmanager."""
    with alertmanagers(tmp_path) as started:
        yield started


def _by_officer(counts: Counter[tuple[str, str]]) -> Counter[tuple[str, str]]:
    """Counts in which the officers of both shifts are one: which of them is on call depends on the hour."""
    same = {DAY: "officer", NIGHT: "officer", "petugas-siang@prov.example": "officer@"}
    same["petugas-malam@prov.example"] = "officer@"
    merged: Counter[tuple[str, str]] = Counter()
    for (channel, recipient), number in counts.items():
        merged[channel, same.get(recipient, recipient)] += number
    return merged


def test_each_recipient_is_told_once(running: Alertmanagers) -> None:
    """A cut link reaches gateway, group, the officer on call and the area's team, once each; so does its recovery.

    A name full of markup arrives as it is, by every way, in the subject of the mail too.
    """
    alert = _link(summary=NAME)
    running.post(alert)
    wanted = {
        GATEWAY: 1,
        ("telegram", GROUP): 1,
        ("telegram", "officer"): 1,
        ("email", "officer@"): 1,
        ("email", "tim-priangan@prov.example"): 1,
    }
    running.wait_for("the message", lambda: _by_officer(running.counts("🔴")) >= Counter(wanted))
    running.resolve(alert)
    running.wait_for("the recovery", lambda: _by_officer(running.counts("🟢")) >= Counter(wanted))
    assert _by_officer(running.counts("🔴 GANGGUAN: ")) == wanted
    assert _by_officer(running.counts("🟢 PULIH: ")) == wanted
    assert sum(running.counts().values()) == 2 * sum(wanted.values())
    assert {line["text"].splitlines()[0] for line in running.deliveries()} == {
        f"🔴 GANGGUAN: {NAME}",
        f"🟢 PULIH: {NAME}",
    }
    subjects = {line["payload"]["subject"] for line in running.deliveries() if line["channel"] == "email"}
    assert subjects == {f"🔴 GANGGUAN: {NAME}", f"🟢 PULIH: {NAME}"}
