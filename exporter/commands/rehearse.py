"""``pantau rehearse``: an outage played through the real chain of alerting, with every message it would have sent.

Lives here: flags, the folder, exit codes. Must not live here: playing and judging (``exporter/rehearsal``).

Everything listens on free ports of 127.0.0.1 and lies in one temporary folder; a Pantau that works on the same machine
is not disturbed, and nobody gets a message.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from exporter.clock import SystemClock
from exporter.errors import UsageError
from exporter.rehearsal.player import BrokenOffError, Played, play, trial_stack
from exporter.rehearsal.report import broken_off_text, heading, message_blocks, verdict_text
from exporter.rehearsal.scenario import Scenario, load_scenario
from exporter.rehearsal.verdict import differences
from exporter.sim.runtime import checked_name
from exporter.stack.signals import ended_by_signals
from exporter.stack.speed import MAX_SPEED
from exporter.stack.stack import Stack

__all__ = ["SUMMARY", "add_arguments", "run"]

SUMMARY = "play an outage through rules and Alertmanager, and read every message it would have sent"

#: The exit code of a rehearsal that was interrupted, as a shell has it.
_INTERRUPTED = 130


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags of the command."""
    parser.add_argument("scenario", type=Path, metavar="SCENARIO.yml", help="what happens; examples are in rehearsal/")
    parser.add_argument("--inventory", type=Path, metavar="PATH", help="in place of the one that the scenario names")
    parser.add_argument(
        "--speed", type=_speed, metavar="N", help="divide every waiting time of rules by N (1: real time)"
    )
    parser.add_argument("--folder", type=Path, metavar="DIR", help="keep data and logs here; default: a temporary one")
    parser.add_argument("--netns", default=f"pantau-gladi-{os.getpid()}", metavar="NAME", help="of the simulation")


def run(arguments: argparse.Namespace) -> int:
    """0: the expected messages came, or none were expected; 1: others came. Raises PantauError."""
    with ended_by_signals(), ExitStack() as things:
        checked_name(arguments.netns)
        stack = trial_stack(_folder(arguments.folder, things), arguments.netns, os.environ)
        scenario = _scenario(arguments, stack)
        stack.find_programs()
        _tell(heading(scenario))
        return _judged(scenario, _played(scenario, stack))
    return _INTERRUPTED


def _scenario(arguments: argparse.Namespace, stack: Stack) -> Scenario:
    scenario = load_scenario(
        arguments.scenario,
        default_inventory=stack.root / "inventory/jabar",
        alerts=stack.alert_names(),
        inventory=arguments.inventory,
    )
    return scenario if arguments.speed is None else replace(scenario, speed=arguments.speed)


def _played(scenario: Scenario, stack: Stack) -> Played:
    """What came of it; when it broke off, the messages until then are printed all the same."""
    try:
        return play(scenario, stack, SystemClock(), _tell)
    except BrokenOffError as error:
        _show(error.played)
        _tell(broken_off_text(error.played.messages))
        raise


def _show(played: Played) -> None:
    _tell(f"\n{'═' * 20} Pesan {'═' * 20}\n")
    for block in message_blocks(played.messages, played.begun_unix_s):
        _tell(block)


def _judged(scenario: Scenario, played: Played) -> int:
    """Print the messages and the verdict; the exit code."""
    _show(played)
    problems = None
    if scenario.expect is not None:
        problems = differences(scenario.expect, played.messages, ignore=scenario.ignore)
    _tell(verdict_text(problems, played.messages))
    return 1 if problems else 0


def _folder(chosen: Path | None, things: ExitStack) -> Path:
    """The folder for data and logs: the chosen one, which must be new or empty, or one that is removed at the end."""
    if chosen is None:
        return Path(things.enter_context(tempfile.TemporaryDirectory(prefix="pantau-rehearse-")))
    chosen.mkdir(parents=True, exist_ok=True)
    if any(chosen.iterdir()):
        raise UsageError(f"--folder {chosen}: it is not empty, and old messages would be taken for new; name another")
    return chosen.resolve()


def _tell(text: str) -> None:
    print(text, flush=True)


def _speed(text: str) -> float:
    try:
        speed = float(text)
    except ValueError:
        speed = 0.0
    if not 1 <= speed <= MAX_SPEED:
        raise argparse.ArgumentTypeError(f"{text!r} is no speed; write a number from 1 (real time) to {MAX_SPEED:g}")
    return speed
