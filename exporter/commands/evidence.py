"""``pantau evidence``: the evidence pack of a month, from what Prometheus kept of it.

Lives here: flags, which month, exit codes, progress. Must not live here: reading, accounting or writing
(``exporter/evidence``). Exit 0: the pack is there. 1: it is not, and why. 2: wrong use. 3: nothing was measured yet.
"""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path

from exporter.clock import Clock, SystemClock
from exporter.errors import UsageError
from exporter.evidence.chain import shelf_of
from exporter.evidence.making import Order, make_pack
from exporter.evidence.manifest import MAX_TEXT
from exporter.evidence.monthly import Monthly
from exporter.evidence.period import Month, wib
from exporter.evidence.scheduled import NOTHING_YET
from exporter.evidence.scraping import NothingMeasuredError
from exporter.evidence.seal import add_seal_arguments, seal, seal_key_of
from exporter.evidence.selection import Selection
from exporter.evidence.stamping import stamp
from exporter.evidence.timestamp import url_of
from exporter.plain_text import hidden_character
from exporter.stack.signals import ended_by_signals

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
    for level, noun in _LEVELS.items():
        parser.add_argument(f"--{level}", action="append", default=[], metavar="ID", help=f"only links of this {noun}")
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
    parser.add_argument("--timestamp-authority", default="", metavar="URL", help="asked for an RFC 3161 time stamp")
    _add_schedule(parser)
    add_seal_arguments(parser)


def _add_schedule(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("schedule", "with --month last: on the first working day after the month")
    when = group.add_mutually_exclusive_group()
    when.add_argument("--when-due", action="store_true", help="do nothing before that, or when the pack is there")
    when.add_argument("--keep-running", action="store_true", help="look every hour, and try again after a failure")
    group.add_argument("--alertmanager", action="append", default=[], metavar="URL", help="is told of failures")


def run(arguments: argparse.Namespace) -> int:
    """0: the pack is there, or is not due yet. Raises PantauError."""
    clock = SystemClock()
    order = order_of(arguments, clock)
    if not (arguments.when_due or arguments.keep_running):
        return _made(arguments, order, clock)
    if arguments.month != _LAST:
        raise UsageError("--when-due and --keep-running need --month last: they are for the month that has just ended")
    with ended_by_signals():
        schedule = _monthly(arguments, order).schedule(clock, _tell)
        return schedule.run_when_due() if arguments.when_due else schedule.keep_running()
    return 0


def _made(arguments: argparse.Namespace, order: Order, clock: Clock) -> int:
    """Make it now; then the stamp and the seal, which are not part of it."""
    key = seal_key_of(arguments)
    authority = url_of(arguments.timestamp_authority) if arguments.timestamp_authority else ""
    try:
        written = make_pack(order, clock, _tell)
    except NothingMeasuredError as error:
        if shelf_of(order.out).packs:
            raise
        _tell(str(error))
        return NOTHING_YET
    print(f"{written.path}: {'paket dibuat' if written.new else 'paket sudah ada dan sama'}")
    print(f"sidik manifes (SHA-256): {written.manifest.sha256}")
    if authority:
        print(stamp(written.path, authority, clock).text)
    if key is not None:
        print(f"salinan bersegel: {seal(written.path, key)}")
    return 0


def _monthly(arguments: argparse.Namespace, order: Order) -> Monthly:
    return Monthly(
        words=arguments.words,
        out=order.out,
        inventory=order.inventory,
        prometheus=order.prometheus,
        alertmanagers=arguments.alertmanager,
        selection=order.selection.words,
    )


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
        number=_line("--number", arguments.number),
        dated=arguments.dated,
        revise=_line("--revise", arguments.revise),
        genesis=_line("--genesis", arguments.genesis),
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


def _line(flag: str, text: str) -> str:
    """What the manifest takes as a line; told before a minute's work, not after it. Raises UsageError."""
    if text and (not text.strip() or len(text) > MAX_TEXT or hidden_character(text) is not None):
        raise UsageError(f"{flag}: write it on one line, of at most {MAX_TEXT} visible characters")
    return text


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day; write it as 2026-11-02") from None


def _selection(arguments: argparse.Namespace) -> Selection:
    ids = {level: tuple(sorted(set(getattr(arguments, level)))) for level in _LEVELS}
    named = [level for level, each in ids.items() if each]
    if len(named) > 1 or any(len(each) > 1 for each in ids.values()):
        raise UsageError("--opd, --provider, --contract: name one of them, once; a pack of its own each")
    return Selection(**ids)


def _tell(text: str) -> None:
    """Progress, apart from the result."""
    print(text, file=sys.stderr, flush=True)
