"""Real Alertmanagers with the shipped configuration, and what they delivered.

Lives here: starting them around one set of receivers, posting alerts, reading the record. Must not live here:
assertions about messages.
"""

from __future__ import annotations

import http.client
import json
import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from exporter.clock import SystemClock
from exporter.stack.processes import Child, running
from exporter.stack.receiver import Receiver
from exporter.stack.receiver_thread import receiving
from exporter.stack.stack import Stack, checkout
from tests.support.free_ports import free_ports

__all__ = ["Alertmanagers", "alertmanagers", "make_alert"]

#: How long a delivery may take, seconds; several times what the timers add up to.
PATIENCE_S = 100.0

#: What Prometheus sends with each alert, so that it ends by itself some time after Prometheus is gone.
_LASTS = timedelta(minutes=30)


def make_alert(name: str, severity: str, scope: str, **labels: str) -> dict[str, Any]:
    """An alert of our exporter, as Prometheus posts it; ``summary`` and the like may be among the labels."""
    texts = {"summary": f"{name} {scope}", "description": "Uraian.", "action": "Langkah.", "runbook_url": "http://r/"}
    annotations = {key: labels.pop(key, text) for key, text in texts.items()}
    common = {"alertname": name, "severity": severity, "scope": scope, "job": "pantau", "instance": "p:9715"}
    return {
        "labels": common | labels,
        "annotations": annotations,
        "startsAt": datetime.now(UTC).isoformat(),
        "endsAt": (datetime.now(UTC) + _LASTS).isoformat(),
    }


@dataclass(slots=True)
class Alertmanagers:
    """Running Alertmanagers around one record of deliveries."""

    stacks: list[Stack]
    children: list[Child]
    record: Path

    def post(self, *alerts: Mapping[str, Any], to: Sequence[int] | None = None) -> None:
        """Post alerts to all, or to those of these places."""
        for place in range(len(self.stacks)) if to is None else to:
            self._post(self.stacks[place].ports.alertmanager, alerts)

    def resolve(self, *alerts: Mapping[str, Any], to: Sequence[int] | None = None) -> None:
        """Post the same alerts as ended."""
        self.post(*({**alert, "endsAt": datetime.now(UTC).isoformat()} for alert in alerts), to=to)

    def restart(self, things: ExitStack) -> None:
        """End the first one, and start it again with the same storage."""
        self.children[0].stop()
        self.children[0] = things.enter_context(running(self.children[0].spec, self.stacks[0].folder, SystemClock()))

    def kill(self, place: int) -> None:
        """End one without a chance to say goodbye."""
        self.children[place].send_signal(signal.SIGKILL)

    def deliveries(self) -> list[dict[str, Any]]:
        """Every line of the record so far, heartbeats aside."""
        lines = self.record.read_text(encoding="utf-8").splitlines() if self.record.exists() else []
        return [line for line in map(json.loads, lines) if line["text"] is not None]

    def counts(self, head: str = "") -> Counter[tuple[str, str]]:
        """How many messages that begin with ``head`` each channel's recipient got."""
        return Counter(
            (line["channel"], line["recipient"]) for line in self.deliveries() if line["text"].startswith(head)
        )

    def wait_for(self, what: str, holds: Callable[[], bool]) -> None:
        """Return once ``holds``; AssertionError with deliveries and logs when it never does."""
        give_up = time.monotonic() + PATIENCE_S
        while not holds():
            assert time.monotonic() < give_up, f"waited in vain for {what}\n{self.deliveries()}\n{self.logs()}"
            time.sleep(0.2)

    def logs(self) -> str:
        """What the Alertmanagers said."""
        return "\n".join(child.log.read_text(errors="replace")[-4000:] for child in self.children)

    def _post(self, port: int, alerts: Sequence[Mapping[str, Any]]) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        try:
            headers = {"Content-Type": "application/json"}
            connection.request("POST", "/api/v2/alerts", json.dumps(alerts), headers)
            response = connection.getresponse()
            assert response.status == http.client.OK, response.read()
        finally:
            connection.close()


@contextmanager
def alertmanagers(
    folder: Path,
    *,
    clusters: Sequence[Sequence[str]] = (("--cluster.listen-address=",),),
    telegram_per_minute: int | None = None,
    change: Callable[[str], str] = lambda text: text,
) -> Iterator[Alertmanagers]:
    """As many Alertmanagers as there are sets of cluster flags; ``change`` may alter the rendered configuration."""
    first = _stack(folder / "0")
    stacks = [first, *(_peer(first, folder / str(number)) for number in range(1, len(clusters)))]
    clock = SystemClock()
    record = folder / "deliveries.jsonl"
    expected = first.expected(telegram_per_minute=telegram_per_minute)
    receiver = Receiver(say=lambda _: None, clock=clock, record=record, expected=expected)
    with ExitStack() as things:
        things.enter_context(receiving(receiver, first.ports.receiver, first.ports.smtp))
        children = []
        for stack, flags in zip(stacks, clusters, strict=True):
            spec = stack.alertmanager(flags)
            config = stack.folder / "alertmanager.yml"
            config.write_text(change(config.read_text(encoding="utf-8")), encoding="utf-8")
            children.append(things.enter_context(running(spec, stack.folder, clock)))
        yield Alertmanagers(stacks, children, record)


def _stack(folder: Path) -> Stack:
    folder.mkdir()
    return Stack(
        root=checkout(),
        folder=folder,
        inventory=folder,
        netns="unused",
        control=folder / "unused",
        ports=free_ports(),
        environment=os.environ,
    )


def _peer(first: Stack, folder: Path) -> Stack:
    folder.mkdir()
    ports = replace(free_ports(), receiver=first.ports.receiver, smtp=first.ports.smtp)
    return replace(first, folder=folder, ports=ports)
