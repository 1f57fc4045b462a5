"""``pantau evidence``: the evidence pack of a month, from what Prometheus kept of it.

Lives here: flags, which month, exit codes, progress. Must not live here: reading, accounting or writing
(``exporter/evidence``). Exit 0: the pack is there. 1: it is not, and why. 2: wrong use.
"""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path

from exporter.clock import Clock, SystemClock
from exporter.errors import UsageError
from exporter.evidence.making import Order, make_pack
from exporter.evidence.period import Month, wib
from exporter.evidence.selection import Selection

__all__ = ["SUMMARY", "add_arguments", "order_of", "run"]

SUMMARY = "make the evidence pack of a month from what Prometheus kept"

#: What may be chosen of the inventory, and how it is called.
_LEVELS = {"opd": "agency", "provider": "provider", "contract": "contract"}

#: The word for the month before the present one.
_LAST = "last"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags of the command."""
    parser.add_argument("--month", required=True, metavar="YYYY-MM", help="in WIB; 'last' is the one before this")
    parser.add_argument(
        "--inventory", required=True, type=Path, metavar="PATH", help="a YAML file, or a folder of them"
    )
    parser.add_argument("--prometheus", required=True, metavar="URL", help="of Prometheus, or of what speaks its API")
    parser.add_argument(
        "--out", required=True, type=Path, metavar="DIR", help="where packs lie; this one gets a folder"
    )
    which = parser.add_mutually_exclusive_group()
    for level, noun in _LEVELS.items():
        which.add_argument(f"--{level}", default="", metavar="ID", help=f"only the links of this {noun}")
    parser.add_argument("--corrections", type=Path, metavar="PATH", help="the ledger: a YAML file, or a folder of them")
    parser.add_argument("--frameworks", type=Path, metavar="DIR", help="default: 'frameworks' beside the inventory")
    parser.add_argument(
        "--allow-gaps", action="store_true", help="make it although it is not proved; the cover says so"
    )
    parser.add_argument("--number", default="", metavar="TEXT", help="of the letter; without it the pack is a draft")
    parser.add_argument("--dated", type=_day, metavar="DAY", help="of the report; default: the first working day after")
    parser.add_argument("--revise", default="", metavar="REASON", help="put a revision beside the pack that is there")
    parser.add_argument("--genesis", default="", metavar="REASON", help="begin the chain of packs here")
    parser.add_argument("--job", default="pantau", metavar="NAME", help="of the exporter in Prometheus; %(default)s")
    parser.add_argument("--instance", default="", metavar="HOST:PORT", help="where Prometheus knows several exporters")


def run(arguments: argparse.Namespace) -> int:
    """0: the pack is there. Raises PantauError."""
    clock = SystemClock()
    outcome = make_pack(order_of(arguments, clock), clock, _tell)
    print(outcome.words)
    return 0


def order_of(arguments: argparse.Namespace, clock: Clock) -> Order:
    """What the flags ask for. Raises UsageError."""
    return Order(
        month=_month(arguments.month, clock),
        inventory=arguments.inventory,
        prometheus=arguments.prometheus,
        out=arguments.out,
        corrections=arguments.corrections,
        frameworks=arguments.frameworks,
        selection=_selection(arguments),
        allow_gaps=arguments.allow_gaps,
        number=arguments.number,
        dated=arguments.dated,
        revise=arguments.revise,
        genesis=arguments.genesis,
        job=arguments.job,
        instance=arguments.instance,
    )


def _month(text: str, clock: Clock) -> Month:
    if text == _LAST:
        today = wib(clock.wall_ns() // 1_000_000).date()
        return Month(today.year, today.month).previous
    try:
        return Month.parse(text)
    except ValueError as error:
        raise UsageError(f"--month {error}") from None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day; write it as 2026-11-02") from None


def _selection(arguments: argparse.Namespace) -> Selection:
    for level in _LEVELS:
        if named := getattr(arguments, level):
            return Selection(level, named)
    return Selection()


def _tell(text: str) -> None:
    """Progress, apart from the result."""
    print(text, file=sys.stderr, flush=True)
