"""``python -m bench.pictures``: the pictures of ``docs/dashboards``, of a province that has a month behind it.

Lives here: the run. Must not live here: invented past (``month``, ``history``), drawing (``grafana.pictures``). The
example province is simulated and measured by the real exporter; its past of 30 days is invented, with an outage of a
provider and a gap in it. An office is without electricity for a while; then a provider and some lines are cut, and the
dashboards are drawn. Half an hour.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from bench import history
from bench.blocks import fill, make_blocks
from bench.month import Past
from bench.panels import EVALUATED_S, asked_now, plans
from bench.setting import repository
from exporter.clock import SystemClock
from exporter.loading import load_inventory
from exporter.rehearsal.player import trial_stack
from exporter.sim.control import send_order
from exporter.stack.session import Session, running_session
from grafana.pictures.album import draw_all

__all__: list[str] = []

_HOUR_S, _DAY_S = 3600, 86_400

#: What is cut for the picture, the link that is looked at as well; long enough ago that all is told.
_CUT = (("provider", "penyedia-b"), ("link", "rsud-jampangkulon-1"))
_TOLD_WITHIN_S = 150.0

#: How long the office that is looked at is without electricity before that.
_DARK_S = 90.0

#: Until groups of rules that are evaluated every four minutes, one upon the other, have said all that they know.
_SETTLED_S = 500.0


def main() -> int:
    """0 when all is drawn."""
    parser = argparse.ArgumentParser(prog="python -m bench.pictures", description=__doc__)
    parser.add_argument("--out", type=Path, default=repository / "docs/dashboards", metavar="FOLDER")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="pantau-pictures-") as folder:
        stack = replace(
            trial_stack(Path(folder), f"pictures-{os.getpid()}", os.environ), inventory=repository / "inventory/jabar"
        )
        now = int(time.time())
        past = Past(
            "penyedia-c",
            range(now - 6 * _DAY_S, now - 6 * _DAY_S + 5 * _HOUR_S),
            range(now - 50 * _HOUR_S, now - 47 * _HOUR_S),
        )
        instance = f"127.0.0.1:{stack.ports.exporter}"
        inventory = load_inventory(stack.inventory).inventory
        looked_at = min(inventory.links)  # it is the one whose past is invented (``asked_now``)
        fill(Path(folder) / "prometheus", inventory, instance, days=30, past=past)
        with running_session(stack, SystemClock()) as session:
            _remember(session, Path(folder), int(time.time()))
            send_order(stack.control, order="cut", part="link", id=looked_at, manner="power")
            time.sleep(_DARK_S)
            send_order(stack.control, order="restore", part="link", id=looked_at)
            time.sleep(_SETTLED_S)
            for part, name in (*_CUT, ("link", looked_at)):
                send_order(stack.control, order="cut", part=part, id=name)
            time.sleep(_TOLD_WITHIN_S)
            problems = draw_all(stack.ports.prometheus, arguments.out, time.time(), wanted={"link": looked_at})
    for problem in problems:
        print(f"pictures: {problem.uid}: {problem.text}", file=sys.stderr)
    return 1 if problems else 0


def _remember(session: Session, folder: Path, began_s: int) -> None:
    """Give whatever dashboards look back on, and has no past yet, a past like its present."""
    port = session.stack.ports.prometheus
    time.sleep(EVALUATED_S)
    text = folder / "history.txt"
    history.write_history(text, list(plans(port, asked_now(port), began_s)), until_unix_s=began_s // 60 * 60)
    session.stop("prometheus")
    make_blocks(text, folder / "prometheus")
    text.unlink()
    session.start_again("prometheus")


if __name__ == "__main__":
    sys.exit(main())
