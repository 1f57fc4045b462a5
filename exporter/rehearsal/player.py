"""Plays a scenario: the whole real chain around the simulated province, steered by the clock.

Lives here: the order of things from the first start to the last message. Must not live here: what a step means
(``timeline``), printing, judging.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from exporter.clock import Clock
from exporter.errors import PantauError
from exporter.rehearsal.additions import free_name, maintenance_text
from exporter.rehearsal.calm import Calm, is_calm
from exporter.rehearsal.report import event_line, message_line
from exporter.rehearsal.scenario import Scenario
from exporter.rehearsal.timeline import Event, program_words, timeline
from exporter.sim.control import send_order
from exporter.stack.asking import NoAnswerError, reload_exporter
from exporter.stack.deliveries import Message, heartbeats, open_alerts, read_messages
from exporter.stack.named_files import link_named_files
from exporter.stack.ports import free_ports
from exporter.stack.session import RECORD, Session, running_session
from exporter.stack.stack import Stack, checkout

__all__ = ["BrokenOffError", "Played", "play", "play_on", "trial_stack"]

_LOOK_EVERY_S = 0.5

#: How long the first heartbeat may take, seconds: a minute of Alertmanager's, and a slow machine.
_FIRST_HEARTBEAT_WITHIN_S = 180.0


@dataclass(frozen=True, slots=True)
class Played:
    """What came of it."""

    messages: tuple[Message, ...]  #: in the order of arrival
    begun_unix_s: float  #: when the first step was played
    order_unix_s: Mapping[int, float]  #: when each event, by its place, was ordered


class BrokenOffError(PantauError):
    """Something went wrong in mid-play, in the words of the first error; ``played`` is what had come of it by then."""

    def __init__(self, cause: PantauError, played: Played) -> None:
        """Keep what was played."""
        self.played = played
        super().__init__(str(cause))


def trial_stack(folder: Path, netns: str, environment: Mapping[str, str]) -> Stack:
    """A stack in ``folder``, on free ports, that disturbs no other. Raises PantauError without a checkout."""
    return Stack(
        root=checkout(),
        folder=folder,
        inventory=folder / "inventory",
        netns=netns,
        control=folder / "sim.sock",
        ports=free_ports(),
        environment=environment,
    )


def play(scenario: Scenario, stack: Stack, clock: Clock, tell: Callable[[str], None]) -> Played:
    """Everything is started, the scenario played, and everything ended; ``tell`` gets a line for whatever happens.

    ``stack`` is one of ``trial_stack``. Raises PantauError when a program could not be started, and of these
    BrokenOffError when one died or an order failed after that.
    """
    _copy_inventory(scenario, stack.inventory)
    accelerated = replace(stack, speed=scenario.speed)
    with running_session(accelerated, clock, lambda name: tell(f"menjalankan {program_words(name)}")) as session:
        return play_on(session, scenario, tell)


def play_on(session: Session, scenario: Scenario, tell: Callable[[str], None]) -> Played:
    """The scenario played on programs that run. Raises BrokenOffError when one died or an order failed."""
    return _Player(scenario, session, tell).play()


def _copy_inventory(scenario: Scenario, copy: Path) -> None:
    """The files of the scenario's inventory in a new folder, to which more can be added."""
    source = scenario.inventory_path
    copy.mkdir()
    files = [source] if source.is_file() else [file for file in source.iterdir() if file.suffix in {".yml", ".yaml"}]
    for file in files:
        if not file.name.startswith("."):
            shutil.copy(file, copy / file.name)
    link_named_files(scenario.inventory, (source.parent if source.is_file() else source).absolute(), copy)


class _Player:
    """One rehearsal on a running session."""

    def __init__(self, scenario: Scenario, session: Session, tell: Callable[[str], None]) -> None:
        self._scenario = scenario
        self._session = session
        self._tell = tell
        self._record = session.stack.folder / RECORD
        self._chats = session.stack.expected().chats
        self._ordered: dict[int, float] = {}
        self._begun_s = 0.0
        self._seen = 0

    def play(self) -> Played:
        try:
            self._play()
        except PantauError as error:
            raise BrokenOffError(error, self._played()) from error
        return self._played()

    def _play(self) -> None:
        self._wait_for_heartbeat()
        self._add_maintenance()
        self._begun_s = self._now_s()
        for place, event in enumerate(timeline(self._scenario)):
            self._wait_until(self._begun_s + event.at_s)
            self._ordered[place] = self._session.clock.wall_ns() / 1e9
            self._do(event)
        self._wait_for_the_end()

    def _played(self) -> Played:
        begun = min(self._ordered.values(), default=self._session.clock.wall_ns() / 1e9)
        return Played(tuple(self._messages()), begun, dict(self._ordered))

    def _messages(self) -> list[Message]:
        return read_messages(self._record, self._chats)

    def _now_s(self) -> float:
        return self._session.clock.monotonic_ns() / 1e9

    def _wait_for_heartbeat(self) -> None:
        """The chain works from the rules to the receiver, so whatever does not come was not sent."""
        self._tell("menunggu detak pertama dari rantai peringatan")
        give_up_s = self._now_s() + _FIRST_HEARTBEAT_WITHIN_S
        while not heartbeats(self._record):
            if self._now_s() > give_up_s:
                raise PantauError(f"no heartbeat came within {_FIRST_HEARTBEAT_WITHIN_S:g} s: the chain does not work")
            self._pause()

    def _add_maintenance(self) -> None:
        """Planned work with times of its own, and an exporter that knows of it."""
        if not self._scenario.maintenance:
            return
        start = datetime.fromtimestamp(self._session.clock.wall_ns() / 1e9, UTC)
        text = maintenance_text(self._scenario.maintenance, start, self._scenario.speed)
        folder = self._session.stack.inventory
        (folder / free_name({file.name for file in folder.iterdir()})).write_text(text, encoding="utf-8")
        try:
            reload_exporter(self._session.stack.ports.exporter)
        except NoAnswerError as error:
            raise PantauError(f"the planned work was refused: {error}") from error

    def _do(self, event: Event) -> None:
        self._tell(event_line(event.words, self._now_s() - self._begun_s))
        for order in event.orders:
            send_order(self._session.stack.control, **order)
        if event.stop is not None:
            self._session.stop(event.stop)
        if event.kill is not None:
            self._session.kill(event.kill)
        if event.start is not None:
            self._session.start_again(event.start)

    def _wait_until(self, moment_s: float) -> None:
        while (rest_s := moment_s - self._now_s()) > 0:
            self._look()
            self._pause(min(rest_s, _LOOK_EVERY_S))

    def _wait_for_the_end(self) -> None:
        if self._scenario.until_s is not None:
            self._wait_until(self._begun_s + self._scenario.until_s / self._scenario.speed)
            return
        now_s = self._now_s()
        calm = Calm(self._scenario.speed, since_s=now_s, message_s=now_s, begun_s=now_s)
        ports = self._session.stack.ports
        while True:
            has_news = self._look()
            is_over = not open_alerts(self._messages()) and is_calm(ports)
            if calm.look(self._now_s(), calm=is_over, has_news=has_news):
                return
            self._pause()

    def _look(self) -> bool:
        """Tell of what arrived; whether anything did. Raises ChildDiedError when a program has ended by itself."""
        self._session.check()
        messages = self._messages()
        for message in messages[self._seen :]:
            self._tell(message_line(message, self._now_s() - self._begun_s))
        has_news = len(messages) > self._seen
        self._seen = len(messages)
        return has_news

    def _pause(self, seconds: float = _LOOK_EVERY_S) -> None:
        clock = self._session.clock
        clock.sleep_until_ns(clock.monotonic_ns() + int(seconds * 1e9))
        self._session.check()
