"""A running stack: its programs by name, started one after another, killed and started again while it runs.

Lives here: the order of starting and ending, and which program is alive on purpose. Must not live here: command lines
(``stack.py``), what is cut, printing.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from exporter.clock import Clock
from exporter.errors import PantauError
from exporter.stack.asking import query_values
from exporter.stack.processes import Child, ChildSpec, running
from exporter.stack.receiver import Receiver
from exporter.stack.receiver_thread import receiving
from exporter.stack.record import Delivery
from exporter.stack.stack import Stack

__all__ = ["RECORD", "Session", "running_session"]

#: The record of deliveries, in the stack's folder.
RECORD = "deliveries.jsonl"

_FIRST_SCRAPE_WITHIN_S = 60.0


class Session:
    """The programs of one stack; all are ended, in the reverse order of their start, when ``things`` is closed."""

    def __init__(
        self, stack: Stack, things: ExitStack, clock: Clock, starting: Callable[[str], None] = lambda _: None
    ) -> None:
        """``starting`` gets the name of each program before it is started."""
        self.stack = stack
        self.clock = clock
        self._things = things
        self._starting = starting
        self._children: dict[str, Child] = {}

    def start(self, spec: ChildSpec) -> None:
        """Start a program; returns when it is ready. Raises ChildDiedError, and PantauError for one that runs."""
        if spec.name in self._children:
            raise PantauError(f"{spec.name} is running already")
        self._starting(spec.name)
        self._children[spec.name] = self._things.enter_context(running(spec, self.stack.folder, self.clock))

    def start_prometheus(self) -> None:
        """Start Prometheus; where it is to be fast, its rules come only after the first scrape.

        Prometheus waits some 5 s before it scrapes anything, at any speed. Rules in a hurry would take that for a
        missing exporter, which no shipped rule does.
        """
        self.start(self.stack.prometheus())
        if self.stack.speed == 1:
            return
        give_up_ns = self.clock.monotonic_ns() + int(_FIRST_SCRAPE_WITHIN_S * 1e9)
        while not query_values(self.stack.ports.prometheus, 'up{job="pantau"} == 1'):
            if self.clock.monotonic_ns() > give_up_ns:
                raise PantauError(f"Prometheus did not read the exporter within {_FIRST_SCRAPE_WITHIN_S:g} s")
            self.clock.sleep_until_ns(self.clock.monotonic_ns() + 200_000_000)
        self.stack.write_rules()
        self._children["prometheus"].send_signal(signal.SIGHUP)

    def receive(
        self, say: Callable[[Delivery], None] = lambda _: None, finish: Callable[[], None] = lambda: None
    ) -> None:
        """Take deliveries from now on, and write them down in ``RECORD``; ``finish`` is called after the last one."""
        record, ports = self.stack.folder / RECORD, self.stack.ports
        receiver = Receiver(say=say, clock=self.clock, record=record, expected=self.stack.expected())
        self._things.callback(finish)
        self._things.enter_context(receiving(receiver, ports.receiver, ports.smtp))

    def start_again(self, name: str) -> None:
        """Start a program that was stopped or killed; returns when it is ready. Raises PantauError."""
        specs: dict[str, Callable[[], ChildSpec]] = {
            "exporter": self.stack.exporter,
            "alertmanager": self.stack.alertmanager,
            "prometheus": self.stack.prometheus,
        }
        self.start(specs[name]())

    def stop(self, name: str) -> None:
        """End a program, which may finish what it does."""
        self._taken(name).stop()

    def kill(self, name: str) -> None:
        """End a program without a chance to say goodbye."""
        child = self._taken(name)
        child.send_signal(signal.SIGKILL)
        child.stop()

    def check(self) -> None:
        """Raises ChildDiedError when a program has ended that nobody ended."""
        for child in self._children.values():
            child.check()

    def _taken(self, name: str) -> Child:
        if name not in self._children:
            raise PantauError(f"{name} is not running")
        return self._children.pop(name)


@contextmanager
def running_session(stack: Stack, clock: Clock, starting: Callable[[str], None] = lambda _: None) -> Iterator[Session]:
    """Everything runs and is ready within the block, and has ended after it. Raises PantauError."""
    with ExitStack() as things:
        session = Session(stack, things, clock, starting)
        session.start(stack.province())
        session.start(stack.exporter())
        session.receive()
        session.start(stack.alertmanager())
        session.start_prometheus()
        yield session
