"""The command ``pantau``: words in, exit code out.

Lives here: the list of commands and the mapping from errors to exit codes. Must not live here: what
a command does; each has its own module in ``exporter/commands`` with ``SUMMARY``, ``add_arguments``
and ``run``. Exit 0: done. 1: the answer is no. 2: wrong use.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module

from exporter import __version__
from exporter.errors import PantauError, UsageError

__all__ = ["COMMANDS", "main"]

#: Every command and the module that does it; a module is imported only when its command is used.
COMMANDS = {
    "run": "exporter.commands.run",
    "check": "exporter.commands.check",
    "probe": "exporter.commands.probe",
    "demo": "exporter.commands.demo",
    "sim": "exporter.commands.sim",
    "rehearse": "exporter.commands.rehearse",
    "evidence": "exporter.commands.evidence",
    "receive": "exporter.commands.receive",
    "verify": "exporter.commands.verify",
}


def parser_for(command: str) -> argparse.ArgumentParser:
    """The argument parser of one command."""
    module = import_module(COMMANDS[command])
    parser = argparse.ArgumentParser(prog=f"pantau {command}", description=module.SUMMARY)
    module.add_arguments(parser)
    parser.set_defaults(run=module.run)
    return parser


def usage() -> str:
    """The text of ``pantau --help``."""
    lines = [f"pantau {__version__}: watches the internet lines of provincial offices.", "", "commands:"]
    lines += [f"  {name:10} {import_module(path).SUMMARY}" for name, path in COMMANDS.items()]
    return "\n".join([*lines, "", "pantau COMMAND --help tells the rest."])


def main(argv: Sequence[str] | None = None) -> int:
    """The exit code of the command line ``argv``; never raises for a user's mistake."""
    words = list(sys.argv[1:] if argv is None else argv)
    if not words or words[0] in {"-h", "--help", "help"}:
        print(usage())
        return 0 if words else 2
    if words[0] in {"-V", "--version"}:
        print(__version__)
        return 0
    if words[0] not in COMMANDS:
        print(f"pantau: unknown command {words[0]!r}; known: {', '.join(COMMANDS)}", file=sys.stderr)
        return 2
    # A command that starts itself anew needs the words as they were given.
    given = argparse.Namespace(words=words[1:])
    return _done(words[0], parser_for(words[0]).parse_args(words[1:], given))


def _done(command: str, arguments: argparse.Namespace) -> int:
    """The exit code of one command; what it raises for a person is printed."""
    try:
        return int(arguments.run(arguments))
    except PantauError as error:
        print(f"pantau {command}: {error}", file=sys.stderr)
        return 2 if isinstance(error, UsageError) else 1
    except KeyboardInterrupt:
        return 130
