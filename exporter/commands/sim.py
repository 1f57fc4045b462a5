"""``pantau sim``: start the simulated province, and steer it while it runs.

Lives here: the words of the command line. Must not live here: the simulation (exporter/sim).
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from exporter.errors import UsageError
from exporter.model import Inventory
from exporter.quantities import Refusal, duration_s
from exporter.sim.control import send_order
from exporter.sim.runtime import DEFAULT_NAME, checked_name, control_path
from exporter.sim.scope import Part
from exporter.sim.session import Plan, simulate
from exporter.sim.settings import MANNERS, SETTINGS, Manner, parse_setting

__all__ = ["SUMMARY", "add_arguments", "run"]

SUMMARY = "a simulated province for rehearsals and tests: start it, cut lines, restore them"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """One sub-command for each thing that can be done."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    for name, (summary, add, _) in _ACTIONS.items():
        action = actions.add_parser(name, help=summary, description=summary)
        action.add_argument("--netns", metavar="NAME", default=DEFAULT_NAME, help="its name (%(default)s)")
        action.add_argument("--control", metavar="SOCKET_PATH", type=Path, help="its control socket")
        add(action)


def run(arguments: argparse.Namespace) -> int:
    """The exit code: 0, for whatever fails raises PantauError."""
    checked_name(arguments.netns)
    _, _, act = _ACTIONS[arguments.action]
    act(arguments)
    return 0


def _add_start(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--inventory", metavar="PATH", type=Path, required=True, help="whose addresses answer")
    parser.add_argument("--seed", type=int, default=1, help="of all chance in the simulation (%(default)s)")
    parser.add_argument(
        "--here", action="store_true", help="in the present network, a container's own; takes CAP_NET_ADMIN, not root"
    )
    parser.add_argument(
        "--boot-delay", metavar="DURATION", default="5s", help="of a router whose power is back (%(default)s)"
    )
    parser.add_argument("--realtime", action="store_true", help="exact delays on a busy machine; takes root")


def _start(arguments: argparse.Namespace) -> None:
    simulate(
        Plan(
            name=arguments.netns,
            control=_control(arguments),
            load=lambda: _inventory(arguments.inventory),
            tell=lambda line: print(line, flush=True),
            seed=arguments.seed,
            realtime=arguments.realtime,
            here=arguments.here,
            boot_delay_s=_boot_delay_s(arguments.boot_delay),
        )
    )


def _boot_delay_s(text: str) -> float:
    try:
        return duration_s(text)
    except Refusal as refusal:
        raise UsageError(f"--boot-delay: {refusal.message}; {refusal.remedy}") from None


def _inventory(path: Path) -> Inventory:
    from exporter.loading import load_inventory  # noqa: PLC0415 - steering a simulation needs no loader

    return load_inventory(path).inventory


def _control(arguments: argparse.Namespace) -> Path:
    return arguments.control or control_path(arguments.netns)


def _add_scope(parser: argparse.ArgumentParser) -> argparse._MutuallyExclusiveGroup:
    scope = parser.add_mutually_exclusive_group(required=True)
    for part in Part:
        if part is Part.UPLINK:
            scope.add_argument("--uplink", action="store_const", const="", help="everything: the prober's own line")
        else:
            scope.add_argument(f"--{part}", metavar="CODE" if part is Part.AREA else "ID")
    return scope


def _scope(arguments: argparse.Namespace) -> dict[str, str]:
    """The part that was named, as words of an order."""
    named = {part: getattr(arguments, part.value) for part in Part}
    return next({"part": part.value, "id": identifier} for part, identifier in named.items() if identifier is not None)


def _add_cut(parser: argparse.ArgumentParser) -> None:
    _add_scope(parser)
    parser.add_argument(
        "--how",
        "--manner",
        dest="manner",
        choices=[manner.value for manner in Manner],
        default=Manner.SILENT.value,
        help=f"{'; '.join(f'{manner}: {meaning}' for manner, meaning in MANNERS.items())} (%(default)s)",
    )


def _cut(arguments: argparse.Namespace) -> None:
    answer = send_order(_control(arguments), order="cut", manner=arguments.manner, **_scope(arguments))
    print(f"cut: {answer['addresses']} addresses, {arguments.manner}")


def _add_restore(parser: argparse.ArgumentParser) -> None:
    _add_scope(parser).add_argument("--all", action="store_true", help="every cut and every setting")


def _restore(arguments: argparse.Namespace) -> None:
    words: dict[str, Any] = {"all": True} if arguments.all else _scope(arguments)
    answer = send_order(_control(arguments), order="restore", **words)
    print(f"restored: {answer['addresses']} addresses")


def _add_set(parser: argparse.ArgumentParser) -> None:
    _add_scope(parser)
    for setting in SETTINGS.values():
        parser.add_argument(setting.flag, dest=setting.name, metavar="VALUE", help=setting.meaning.replace("%", "%%"))


def _set(arguments: argparse.Namespace) -> None:
    texts = {name: getattr(arguments, name) for name in SETTINGS}
    values = {name: parse_setting(SETTINGS[name], text) for name, text in texts.items() if text is not None}
    if not values:
        raise UsageError("nothing to set; name a setting, such as --delay 20ms")
    answer = send_order(_control(arguments), order="set", values=values, **_scope(arguments))
    print(f"set: {answer['addresses']} addresses")


def _add_status(_: argparse.ArgumentParser) -> None:
    """Status has no words of its own."""


def _status(arguments: argparse.Namespace) -> None:
    for line in _status_lines(send_order(_control(arguments), order="status")):
        print(line)


def _status_lines(status: Mapping[str, Any]) -> list[str]:
    """The answer to the order ``status`` as a person reads it."""
    lines = [
        f"{status['name']}, process {status['pid']}: {status['links']} links, {status['references']} reference targets",
        *(f"cut: {entry['part']} {entry['id']}, {entry['manner']}" for entry in status["cuts"]),
    ]
    for entry in status["settings"]:
        values = ", ".join(SETTINGS[name].shown(value) for name, value in entry["values"].items())
        lines.append(f"set: {entry['part']} {entry['id']}, {values}")
    for state, sites in status["routers"].items():
        if sites:
            lines.append(f"routers {state.replace('_', ' ')}: {', '.join(sites)}")
    services = status["services"]
    failed = services["failed"]
    lines.append(f"no SNMP, DNS, HTTP: {failed}" if failed else f"certificates are of {services['authority']}")
    lines.append("packets: " + ", ".join(f"{word} {number}" for word, number in status["counts"].items()))
    responder = status["responder"]
    lateness = ", ".join(f"{bound} {number}" for bound, number in responder["lateness"].items())
    lines.append(f"replies later than due, by at most: {lateness}; the latest by {responder['latest_us']} us")
    return lines


_Add = Callable[[argparse.ArgumentParser], None]
_Act = Callable[[argparse.Namespace], None]

_ACTIONS: dict[str, tuple[str, _Add, _Act]] = {
    "start": ("answer for the inventory until stopped (foreground)", _add_start, _start),
    "cut": ("cut a part of the province off", _add_cut, _cut),
    "restore": ("undo the cut and the settings of a part", _add_restore, _restore),
    "set": ("change how a part answers", _add_set, _set),
    "status": ("what is cut and set, and what was answered", _add_status, _status),
}
