"""The whole stack around a small province: everything real, as shipped but for addresses.

Lives here: starting, steering, waiting for deliveries. Must not live here: assertions about messages.
"""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from exporter.clock import SystemClock
from exporter.model import Inventory
from exporter.sim.control import send_order
from exporter.stack.processes import Child, running, wait_until_ready
from exporter.stack.receiver import Receiver
from exporter.stack.receiver_thread import receiving
from exporter.stack.record import MESSAGE_ROUTE
from exporter.stack.stack import Stack, checkout
from tests.support.free_ports import free_ports
from tests.support.inventory_files import write_inventory

__all__ = ["Told", "WatchedProvince", "watched_province"]

#: How long a message may take, seconds. Twice and more what the timers add up to, for slow machines: no
#: test asserts how long it took.
PATIENCE_S = 240.0


@dataclass(frozen=True, slots=True)
class Told:
    """One message as it was delivered."""

    text: str
    alertname: str
    firing: frozenset[str]  #: links in it that were cut; "" where the alert is not about a link
    resolved: frozenset[str]
    payload: dict[str, Any] = field(repr=False)


@dataclass(slots=True)
class WatchedProvince:
    """A running stack."""

    stack: Stack
    children: dict[str, Child]
    clock: SystemClock

    def cut(self, part: str, identifier: str = "") -> None:
        """Cut a link, a provider, or with ``uplink`` everything."""
        send_order(self.stack.control, order="cut", manner="silent", part=part, id=identifier)

    def restore_all(self) -> None:
        """Undo every cut."""
        send_order(self.stack.control, order="restore", all=True)

    def kill_exporter(self) -> None:
        """End the exporter without a chance to say goodbye."""
        self.children["exporter"].send_signal(signal.SIGKILL)

    def restart_exporter(self, things: ExitStack) -> None:
        """Start it again; returns when its first round is done."""
        self.children["exporter"].stop()
        child = Child(self.stack.exporter(), self.stack.folder / "exporter-again.log")
        things.callback(child.stop)
        wait_until_ready(child, self.clock)
        self.children["exporter"] = child

    def told(self) -> list[Told]:
        """Every message so far, in the order of arrival."""
        record = self.stack.folder / "deliveries.jsonl"
        lines = record.read_text(encoding="utf-8").splitlines() if record.exists() else []
        return [_told(line) for line in map(json.loads, lines) if line["route"] == MESSAGE_ROUTE]

    def wait_for(self, what: str, holds: Callable[[list[Told]], bool]) -> list[Told]:
        """All messages, once ``holds`` is true of them; AssertionError with messages and logs when it stays false."""
        give_up = time.monotonic() + PATIENCE_S
        while not holds(told := self.told()):
            assert time.monotonic() < give_up, f"waited in vain for {what}\n{self._witness(told)}"
            time.sleep(0.5)
        return told

    def _witness(self, told: list[Told]) -> str:
        texts = [message.text for message in told]
        logs = [f"== {log.name}\n{log.read_text(errors='replace')[-3000:]}" for log in self.stack.folder.glob("*.log")]
        return "\n\n".join([*texts, *logs])


@contextmanager
def watched_province(inventory: Inventory, folder: Path) -> Iterator[WatchedProvince]:
    """The stack around ``inventory``, all of it ready, and gone after the block."""
    write_inventory(folder / "inventory", inventory)
    name = f"pantau-e2e-{os.getpid()}-{time.monotonic_ns() % 1_000_000}"
    stack = Stack(
        root=checkout(),
        folder=folder,
        inventory=folder / "inventory",
        netns=name,
        control=folder / "sim.sock",
        ports=free_ports(),
        environment=os.environ,
    )
    clock = SystemClock()
    record = folder / "deliveries.jsonl"
    receiver = Receiver(say=lambda _: None, clock=clock, record=record, expected=stack.expected())
    with ExitStack() as things:
        things.enter_context(receiving(receiver, stack.ports.receiver, stack.ports.smtp))
        children = {}
        for make in (stack.province, stack.exporter, stack.alertmanager, stack.prometheus):
            child = things.enter_context(running(make(), folder, clock))
            children[child.spec.name] = child
        yield WatchedProvince(stack, children, clock)


def _told(line: dict[str, Any]) -> Told:
    alerts = line["payload"]["alerts"]

    def links(status: str) -> frozenset[str]:
        return frozenset(alert["labels"].get("link", "") for alert in alerts if alert["status"] == status)

    return Told(
        text=line["text"],
        alertname=line["payload"]["groupLabels"]["alertname"],
        firing=links("firing"),
        resolved=links("resolved"),
        payload=line["payload"],
    )
