"""``python -m grafana.pictures --prometheus PORT``: each dashboard as a picture, drawn from its queries' answers."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from grafana.pictures.album import draw_all
from grafana.pictures.content import WIB
from grafana.reading import DASHBOARDS, load_all

__all__ = ["main"]

_OUT = Path(__file__).parents[2] / "docs/dashboards"


def main(words: Sequence[str] | None = None) -> int:
    """The exit code: 0 when everything was drawn, 1 when a panel or a picture could not be, 2 for wrong use."""
    arguments = _parser().parse_args(words)
    dashboards = [each for each in load_all(arguments.dashboards) if arguments.dashboard in {None, each.uid}]
    if not dashboards:
        print(f"pictures: no dashboard {arguments.dashboard or ''} in {arguments.dashboards}", file=sys.stderr)
        return 2
    at_unix_s = time.time() if arguments.at is None else arguments.at
    try:
        problems = draw_all(
            arguments.prometheus, arguments.out, at_unix_s, dashboards=dashboards, wanted=dict(arguments.var)
        )
    except OSError as error:
        print(f"pictures: {error}", file=sys.stderr)
        return 1
    for problem in problems:
        print(f"pictures: {problem.uid}: {problem.text}", file=sys.stderr)
    return 1 if problems else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m grafana.pictures", description=__doc__)
    parser.add_argument("--prometheus", type=int, required=True, metavar="PORT", help="on 127.0.0.1")
    parser.add_argument("--dashboard", metavar="UID", help="only this one")
    parser.add_argument("--dashboards", type=Path, default=DASHBOARDS, metavar="FOLDER", help="default: the committed")
    parser.add_argument("--out", type=Path, default=_OUT, metavar="FOLDER", help="default: docs/dashboards")
    parser.add_argument("--at", type=_time, metavar="TIME", help="2026-11-23T09:14 (WIB) or Unix seconds; default: now")
    parser.add_argument("--var", type=_choice, action="append", default=[], metavar="NAME=VALUE")
    return parser


def _time(text: str) -> float:
    if text.replace(".", "", 1).isdecimal():
        return float(text)
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no time; write 2026-11-23T09:14 or Unix seconds") from error
    return (found if found.tzinfo else found.replace(tzinfo=WIB)).timestamp()


def _choice(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not (name and equals):
        raise argparse.ArgumentTypeError(f"{text!r} is no choice; write NAME=VALUE")
    return name, value


if __name__ == "__main__":
    sys.exit(main())
