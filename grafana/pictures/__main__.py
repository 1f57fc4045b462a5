"""``python -m grafana.pictures --prometheus URL``: a PNG of each dashboard, drawn from what its queries answer."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from grafana.pictures.album import draw_all
from grafana.pictures.frames import PictureError
from grafana.pictures.units import WIB
from grafana.reading import DASHBOARDS, load_all

__all__ = ["main"]

_OUT = Path(__file__).parents[2] / "docs/dashboards"


def main(words: Sequence[str] | None = None) -> int:
    """The exit code: 0 when everything was drawn, 1 when a panel or a picture could not be, 2 for wrong use."""
    arguments = _parser().parse_args(words)
    dashboards = [
        each for each in load_all(arguments.dashboards) if arguments.dashboard in {None, each.uid} and each.panels
    ]
    if not dashboards:
        print(f"no dashboard {arguments.dashboard or ''} in {arguments.dashboards}", file=sys.stderr)
        return 2
    at = time.time() if arguments.at is None else arguments.at
    wanted = dict(arguments.var)
    try:
        problems = draw_all(arguments.prometheus, arguments.out, at, dashboards=dashboards, wanted=wanted)
    except (PictureError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    for problem in problems:
        print(f"{problem.uid}: {problem.text}", file=sys.stderr)
    return 1 if problems else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m grafana.pictures", description=__doc__)
    parser.add_argument("--prometheus", metavar="URL", required=True, help="such as http://127.0.0.1:9090")
    parser.add_argument("--dashboard", metavar="UID", help="only this one")
    parser.add_argument(
        "--dashboards", metavar="DIR", type=Path, default=DASHBOARDS, help="default: the committed ones"
    )
    parser.add_argument("--out", metavar="DIR", type=Path, default=_OUT, help="default: docs/dashboards")
    parser.add_argument("--at", metavar="TIME", type=_time, help="ISO 8601 (WIB) or Unix seconds; default: now")
    parser.add_argument("--var", metavar="NAME=VALUE", type=_assignment, action="append", default=[])
    return parser


def _time(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        pass
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no time; write 2026-11-23T09:14 or Unix seconds") from error
    return (found if found.tzinfo else found.replace(tzinfo=WIB)).timestamp()


def _assignment(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not (name and equals):
        raise argparse.ArgumentTypeError(f"{text!r} is no choice; write NAME=VALUE")
    return name, value


if __name__ == "__main__":
    sys.exit(main())
