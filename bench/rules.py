"""``python -m bench.rules``: what the recording rules cost a Prometheus that holds a month of the example province.

Lives here: the run and its table. Must not live here: the invented month (``month``). A real Prometheus
(``PANTAU_TOOLS`` names the folder of another version) reads the month from blocks, scrapes a page of
500 links whose counters go on, and evaluates the shipped rules for some minutes; then the queries of panels are timed.
``--keep FOLDER`` keeps the month for the next version, for writing it takes minutes.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import urlopen

from alert_rules.windows import groups
from bench.blocks import fill
from bench.page import INSTANCE, page, prometheus
from bench.page_beside import all_probed
from bench.report import Row, table
from bench.setting import machine, repository
from exporter.loading import load_inventory
from exporter.stack.ports import free_port

__all__: list[str] = []

#: What panels of dashboards ask for: a table of all links, graphs of a month, the worst ten.
_PANELS = {
    "table: availability of 500 links, 30 days": ("link:opd_link_availability:ratio30d", 0),
    "worst ten links by loss, 30 days": ("topk(10, link:opd_link_loss:ratio30d)", 0),
    "province by the hour, 30 days": ("province:opd_link_availability:ratio1h", 3600),
    "providers by the hour, 30 days": ("provider:opd_link_rtt_seconds:p95_1h", 3600),
    "27 areas by the hour, 30 days": ("kabkota:opd_link_loss:ratio1h", 3600),
    # 360 steps: a heat map of 450 rows has no room for more, and beyond them the answer's 11 MB of text cost the most.
    "450 sites every two hours, 30 days": ("site:opd_link_availability:ratio1h", 7200),
}
_REACH_S = 0.3


def _asked(url: str, route: str, **parameters: str | int) -> Any:
    with urlopen(f"{url}/api/v1/{route}?{urlencode(parameters)}", timeout=120) as response:
        return json.load(response)["data"]


def _timed(url: str, query: str, step_s: int) -> tuple[float, int]:
    """Median seconds of five queries, and how many series they find."""
    now, spent = int(time.time()), []
    for _turn in range(5):
        start = time.monotonic()
        if step_s:
            data = _asked(url, "query_range", query=query, start=now - 30 * 86_400, end=now, step=step_s)
        else:
            data = _asked(url, "query", query=query)
        spent.append(time.monotonic() - start)
    return statistics.median(spent), len(data["result"])


def _evaluations(url: str, seconds: float) -> dict[str, tuple[int, list[float]]]:
    """By group, its interval and the seconds that each evaluation took during so many seconds."""
    seen: dict[str, dict[str, float]] = {}
    intervals: dict[str, int] = {}
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        for group in _asked(url, "rules")["groups"]:
            intervals[group["name"]] = int(group["interval"])
            if failed := [f"{rule['name']}: {rule['lastError']}" for rule in group["rules"] if rule["health"] == "err"]:
                raise SystemExit(f"bench: {failed[0]}")
            if not group["lastEvaluation"].startswith("0001"):
                seen.setdefault(group["name"], {})[group["lastEvaluation"]] = group["evaluationTime"]
        time.sleep(2)
    return {name: (intervals[name], list(times.values())) for name, times in sorted(seen.items())}


def _rows(url: str, seconds: float) -> Iterator[Row]:
    for name, (interval_s, times) in _evaluations(url, seconds).items():
        share = f"{100 * statistics.mean(times) / interval_s:.2f} % of a core"
        text = f"{statistics.median(times):.3f} s, worst {max(times):.3f} s of {len(times)}"
        yield Row(f"group {name}, every {interval_s} s", text, ratio=share)
    for group in groups():
        if group.interval == "1h":
            spent = sum(_timed(url, rule.expr, 0)[0] for rule in group.rules)
            yield Row(f"group {group.name}, its queries one after another", f"{spent:.3f} s")
    for what, (query, step_s) in _PANELS.items():
        spent, series = _timed(url, query, step_s)
        yield Row(f"{what} ({series} series)", f"{spent:.3f} s", reach=f"{_REACH_S} s", reached=spent <= _REACH_S)
    (head,) = _asked(url, "query", query='prometheus_tsdb_head_series{job="prometheus"}')["result"]
    (memory,) = _asked(url, "query", query='process_resident_memory_bytes{job="prometheus"}')["result"]
    (cpu,) = _asked(url, "query", query='rate(process_cpu_seconds_total{job="prometheus"}[5m])')["result"]
    yield Row("series in the head", head["value"][1])
    yield Row("all of it: scraping, rules and the queries above", f"{100 * float(cpu['value'][1]):.1f} % of a core")
    yield Row("resident memory of Prometheus", f"{float(memory['value'][1]) / 2**20:.0f} MiB")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m bench.rules", description=__doc__)
    parser.add_argument("--keep", type=Path, metavar="FOLDER")
    parser.add_argument("--for", dest="seconds", type=float, default=660.0, metavar="SECONDS")
    arguments = parser.parse_args()
    inventory = all_probed(load_inventory(repository / "inventory/jabar").inventory)
    with tempfile.TemporaryDirectory(prefix="pantau-bench-") as folder:
        month, data = (arguments.keep or Path(folder)) / "month", Path(folder) / "data"
        if not month.exists():
            fill(month, inventory, INSTANCE, days=30)
        shutil.copytree(month, data)  # what one version wrote, another need not read
        port, exporter_port = free_port(), free_port()
        with page(inventory, exporter_port), prometheus(Path(folder), exporter_port, port):
            rows = list(_rows(f"http://127.0.0.1:{port}", arguments.seconds))
    print(f"Measured on: {machine()}, load {os.getloadavg()[0]:.1f}\n")
    print(table("Recording rules and panels, 500 links, 30 days of data", rows))


if __name__ == "__main__":
    main()
