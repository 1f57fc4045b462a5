"""``pantau demo``: a simulated province, watched by the whole stack, with its messages on this terminal.

Lives here: flags, the order of starting and ending, what is told to the person who watches. Must not
live here: how a program is started (``exporter/stack``), what is simulated (``exporter/sim``).

Everything listens on 127.0.0.1 and lies in one temporary folder. Whatever ends the demo (Ctrl-C, SIGTERM,
--for, the death of a program), all programs are ended in the reverse order of their start.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, fields
from pathlib import Path

from exporter.clock import SystemClock
from exporter.listen import MAX_PORT
from exporter.loading import load_inventory
from exporter.model import Inventory
from exporter.sim.loopback import LOOPBACK_LIMITS
from exporter.sim.runtime import DEFAULT_NAME, checked_name, control_path
from exporter.stack.console import Console
from exporter.stack.loopback import write_loopback_inventory
from exporter.stack.ports import Ports, check_free
from exporter.stack.processes import ChildDiedError
from exporter.stack.session import Session
from exporter.stack.signals import ended_by_signals
from exporter.stack.stack import Stack, checkout

__all__ = ["SUMMARY", "add_arguments", "run"]

SUMMARY = "watch a simulated province with Prometheus and Alertmanager, and read the messages here"

_LOOK_EVERY_S = 0.2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags of the command."""
    parser.add_argument("--inventory", type=Path, metavar="PATH", help="default: inventory/jabar of the checkout")
    for field in fields(Ports):
        parser.add_argument(
            f"--{field.name}-port", type=_port, default=field.default, metavar="PORT", help="default %(default)s"
        )
    parser.add_argument("--netns", default=DEFAULT_NAME, metavar="NAME", help="name of the simulation (%(default)s)")
    parser.add_argument("--control", type=Path, metavar="SOCKET_PATH", help="its control socket")
    parser.add_argument("--folder", type=Path, metavar="DIR", help="keep data and logs here; default: a temporary one")
    parser.add_argument("--for", dest="for_s", type=_seconds, metavar="SECONDS", help="end by itself after this time")


def run(arguments: argparse.Namespace) -> int:
    """The exit code: 0 when it was ended, or its time was over. Raises PantauError when a program died."""
    with ended_by_signals(), ExitStack() as things:
        demo = _prepared(arguments, things)
        things.callback(_tell, "everything that was started has ended")
        session = Session(demo.stack, things, SystemClock(), lambda name: _tell(f"starting {name}"))
        _start(demo, session)
        _tell(_guide(demo))
        _watch(demo, session)
    return 0


@dataclass(frozen=True, slots=True)
class _Demo:
    stack: Stack
    inventory: Inventory
    console: Console
    for_s: float | None


def _prepared(arguments: argparse.Namespace, things: ExitStack) -> _Demo:
    """All that can be found wrong before anything is started."""
    checked_name(arguments.netns)
    root = checkout()
    path = (arguments.inventory or root / "inventory/jabar").resolve()
    inventory = load_inventory(path).inventory
    ports = Ports(**{field.name: getattr(arguments, f"{field.name}_port") for field in fields(Ports)})
    check_free(ports)
    stack = Stack(
        root=root,
        folder=_folder(arguments.folder, things),
        inventory=path,
        netns=arguments.netns,
        control=(arguments.control or control_path(arguments.netns)).absolute(),
        ports=ports,
        environment=os.environ,
    )
    stack.find_programs()
    return _Demo(stack, inventory, Console(_tell, stack.expected().chats), arguments.for_s)


def _start(demo: _Demo, session: Session) -> None:
    """Start everything, each when the one before it is ready."""
    _start_measuring(demo, session)
    session.receive(demo.console.say, demo.console.finish)
    session.start(demo.stack.alertmanager())
    session.start(demo.stack.prometheus())


def _start_measuring(demo: _Demo, session: Session) -> None:
    """The province and the exporter; for a user who cannot have a province, the exporter on the loopback."""
    stack = demo.stack
    try:
        session.start(stack.province())
    except ChildDiedError as error:
        if os.geteuid() == 0:
            raise
        _tell(f"{error}\nGoing on without a province: {LOOPBACK_LIMITS}.")
        inventory = write_loopback_inventory(demo.inventory, stack.inventory, stack.folder / "loopback")
        session.start(stack.exporter(inventory, alone=True))
        return
    session.start(stack.exporter())


def _watch(demo: _Demo, session: Session) -> None:
    """Return when the time is over. Raises ChildDiedError when a program has ended."""
    clock = session.clock
    begun_ns = clock.monotonic_ns()
    while demo.for_s is None or clock.monotonic_ns() - begun_ns < demo.for_s * 1e9:
        session.check()
        demo.console.watch(clock.wall_ns() / 1e9)
        clock.sleep_until_ns(clock.monotonic_ns() + int(_LOOK_EVERY_S * 1e9))


def _guide(demo: _Demo) -> str:
    """Where to look, and what to try."""
    ports, inventory = demo.stack.ports, demo.inventory
    sim = f"{_pantau()} sim"
    named = "" if demo.stack.control == control_path(DEFAULT_NAME) else f" --control {demo.stack.control}"
    return f"""
Watching {len(inventory.links)} links of {len(inventory.sites)} sites.

  exporter      {demo.stack.url(ports.exporter)}/
  Prometheus    {demo.stack.url(ports.prometheus)}/alerts
  Alertmanager  {demo.stack.url(ports.alertmanager)}/
  data, logs    {demo.stack.folder}

Cut something in a second terminal; its message appears here within a minute (a provider's: half of that),
its recovery within two minutes after the line is restored. The last line of a message says who got it: the
gateway, Telegram and mail are played by this program, nothing leaves this machine.

  {sim} cut{named} --provider {next(iter(inventory.providers))}
  {sim} cut{named} --link {next(iter(inventory.links))}
  {sim} restore{named} --all

Ctrl-C ends everything that was started.
"""


def _pantau() -> str:
    """The command as it can be typed here."""
    script = Path(sys.executable).parent / "pantau"
    return os.path.relpath(script) if script.exists() else f"{sys.executable} -m exporter"


def _folder(chosen: Path | None, things: ExitStack) -> Path:
    """The folder for data and logs: the chosen one, made when missing, or one that is removed at the end."""
    if chosen is None:
        return Path(things.enter_context(tempfile.TemporaryDirectory(prefix="pantau-demo-")))
    chosen.mkdir(parents=True, exist_ok=True)
    return chosen.resolve()


def _tell(text: str) -> None:
    print(text, flush=True)


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text) <= MAX_PORT):
        raise argparse.ArgumentTypeError(f"{text!r} is no port; write a number from 1 to {MAX_PORT}")
    return int(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is no time; write seconds, such as 120")
    return seconds
