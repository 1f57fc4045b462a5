"""``python -m bench.panels``: how long each panel's queries take, on 30 days of 500 links.

Lives here: the run and its table. Must not live here: invented past (``month``, ``history``), requests
(``grafana.asking``). A real Prometheus (``PANTAU_TOOLS`` names the folder of another version) reads a page of 500 links
and evaluates the shipped rules until all of them have answered; whatever panels look back on is then given a past, and
each query is asked five times as Grafana sends it, in the time range that its dashboard opens with: with everything
chosen, and with one of each. ``--keep FOLDER`` keeps the month of tiles, for writing it takes minutes.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import urlopen

from bench import history
from bench.blocks import fill, make_blocks
from bench.page import INSTANCE, page, prometheus
from bench.page_beside import all_probed
from bench.report import Row, table
from bench.setting import machine, repository
from exporter.loading import load_inventory
from exporter.model import Inventory
from exporter.stack.ports import free_port
from grafana.asking import Answer, Question, ask, choices, questions
from grafana.reading import load_all

__all__ = ["EVALUATED_S", "asked_now", "plans", "rows"]

_REACH_S = 0.3
_SHOWN = 15

#: Rules that look back on a day or more are evaluated every four minutes, those of tiles every five.
EVALUATED_S = 330.0


@contextmanager
def _watched(inventory: Inventory, folder: Path, month: Path) -> Iterator[tuple[int, list[str]]]:
    """The port of a Prometheus in which everything that dashboards ask has its past, and remarks about that."""
    port, exporter_port = free_port(), free_port()
    if not month.exists():
        fill(month, inventory, INSTANCE, days=30)
    shutil.copytree(month, folder / "data")
    with page(inventory, exporter_port):
        began_s = int(time.time())
        with prometheus(folder, exporter_port, port):
            time.sleep(EVALUATED_S)
            looked_back_on = list(plans(port, asked_now(port), began_s))
        text = folder / "history.txt"
        samples, thinned = history.write_history(text, looked_back_on, until_unix_s=began_s // 60 * 60)
        make_blocks(text, folder / "data")
        text.unlink()
        with prometheus(folder, exporter_port, port):
            time.sleep(30)  # a few scrapes and evaluations, so that the present is there
            yield port, [f"{samples / 1e6:.1f} million samples of the past beside the tiles", *thinned]


def asked_now(port: int) -> list[Question]:
    """Every query, with everything chosen and with one of each; the same text is asked once."""
    asked: dict[tuple[str, str, str, str], Question] = {}
    one_link = min(
        (each["metric"] for each in _result(port, "opd_link_info", time.time())), key=lambda each: each["link"]
    )
    for dashboard in load_all():
        for everything, chosen in ((True, "semua"), (False, "satu")):
            values = choices(port, dashboard, one_link, everything=everything)
            for question in questions(dashboard, values, chosen):
                asked.setdefault((question.uid, question.panel, question.ref, question.expr), question)
    return list(asked.values())


def plans(port: int, asked: Sequence[Question], began_s: int) -> Iterator[tuple[history.Wanted, int, list[Any]]]:
    """What is looked back on and has no past yet, how often it is recorded, and its series."""
    intervals = _intervals(port)
    for want in history.wanted(asked):
        earlier = _result(port, f"last_over_time({want.selector}[1h])", began_s - min(want.back_s, 86_400) // 2)
        known = {_key(each) for each in earlier}
        now = [each for each in _result(port, want.selector, time.time()) if _key(each) not in known]
        found = [history.Series(each["metric"], float(each["value"][1])) for each in now]
        if found:
            yield want, intervals.get(found[0].labels["__name__"], 5), found


def _key(series: Any) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(series["metric"].items()))


def _intervals(port: int) -> dict[str, int]:
    """How often each record is evaluated, seconds."""
    groups = _document(port, "rules")["groups"]
    return {rule["name"]: int(group["interval"]) for group in groups for rule in group["rules"]}


def _result(port: int, selector: str, at_unix_s: float) -> list[Any]:
    return list(_document(port, "query", query=selector, time=at_unix_s)["result"])


def _document(port: int, route: str, **words: str | float) -> Any:
    with urlopen(f"http://127.0.0.1:{port}/api/v1/{route}?{urlencode(words)}", timeout=120) as response:
        return json.load(response)["data"]


def rows(keep: Path | None = None, say: Callable[[str], None] = print) -> list[Row]:
    """The slowest panels, all that are too slow, and how many there are of each."""
    inventory = all_probed(load_inventory(repository / "inventory/jabar").inventory)
    with tempfile.TemporaryDirectory(prefix="pantau-bench-") as folder:
        month = (keep or Path(folder)) / "month"
        with _watched(inventory, Path(folder), month) as (prometheus_port, remarks):
            for remark in remarks:
                say(remark)
            measured = [(question, *_timed(prometheus_port, question)) for question in asked_now(prometheus_port)]
    return list(_rows(measured))


def _timed(port: int, question: Question) -> tuple[float, Answer]:
    """Median seconds of five, and the last answer. An error ends the benchmark."""
    answers = [ask(port, question, at_unix_s=time.time()) for _turn in range(5)]
    if answers[-1].problems:
        raise SystemExit(f"bench: {question.name}: {answers[-1].problems}")
    return statistics.median(answer.took_s for answer in answers), answers[-1]


def _rows(measured: Sequence[tuple[Question, float, Answer]]) -> Iterator[Row]:
    ordered = sorted(measured, key=lambda each: -each[1])
    slow = [each for each in ordered if each[1] > _REACH_S]
    for question, took_s, answer in ordered[: max(_SHOWN, len(slow))]:
        size = f"{len(answer.series)} series, {answer.samples / 1e6:.2f} million samples"
        what = f"{question.uid}: {question.panel}, {question.ref}, {question.chosen} ({size})"
        yield Row(what, f"{took_s:.3f} s", reach=f"{_REACH_S} s", reached=took_s <= _REACH_S)
    empty = sum(not answer.series for _, _, answer in measured)
    yield Row("queries in all", f"{len(measured)}, of which {empty} have nothing to show")
    yield Row("queries over the limit", f"{len(slow)}", reach="0", reached=not slow)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m bench.panels", description=__doc__)
    parser.add_argument("--keep", type=Path, metavar="FOLDER")
    arguments = parser.parse_args()
    print(f"Measured on: {machine()}\n")
    print(table("Queries of panels, 500 links, 30 days", rows(arguments.keep)))


if __name__ == "__main__":
    main()
