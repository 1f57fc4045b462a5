"""``pantau receive``: print what Alertmanager sends to the gateway, as the gateway would show it.

Lives here: flags, and the loop that waits. Must not live here: the words of a message, the web server
(both ``exporter/stack``).
It plays the gateway for a demonstration, or for a first look at what an Alertmanager sends; it sends nothing on.
"""

from __future__ import annotations

import argparse
from contextlib import ExitStack

from exporter.clock import Clock, SystemClock
from exporter.errors import PantauError
from exporter.listen import MAX_PORT
from exporter.stack.console import Console
from exporter.stack.ports import Ports
from exporter.stack.receiver import Receiver
from exporter.stack.receiver_thread import receiving
from exporter.stack.signals import ended_by_signals

__all__ = ["SUMMARY", "add_arguments", "run"]

SUMMARY = "print the messages that Alertmanager sends to the gateway on 127.0.0.1"

_LOOK_EVERY_NS = 200_000_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags of the command."""
    parser.add_argument("--port", type=_port, default=Ports().receiver, help="on 127.0.0.1; default %(default)s")


def run(arguments: argparse.Namespace) -> int:
    """The exit code: 0 when it was ended. Raises PantauError when the port cannot be had."""
    console = Console(_tell)
    clock = SystemClock()
    receiver = Receiver(say=console.say, clock=clock)
    with ended_by_signals(), ExitStack() as things:
        things.callback(console.finish)
        try:
            things.enter_context(receiving(receiver, arguments.port))
        except OSError as error:
            raise PantauError(f"port {arguments.port} cannot be had ({error.strerror}); choose another") from error
        _tell(f"messages are taken on http://127.0.0.1:{arguments.port}")
        _watch(console, clock)
    return 0


def _watch(console: Console, clock: Clock) -> None:
    """Show messages until interrupted."""
    while True:
        console.watch(clock.wall_ns() / 1e9)
        clock.sleep_until_ns(clock.monotonic_ns() + _LOOK_EVERY_NS)


def _port(text: str) -> int:
    port = int(text)
    if not 0 < port <= MAX_PORT:
        raise argparse.ArgumentTypeError(f"{text}: a port is 1 to {MAX_PORT}")
    return port


def _tell(text: str) -> None:
    print(text, flush=True)
