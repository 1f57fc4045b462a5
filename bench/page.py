"""A page of the example province whose counters go on, for a Prometheus that is measured.

Lives here: the page and the Prometheus that reads it, with the shipped rules. Must not live here: what is measured,
what the page says beside echoes (``page_beside``).
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import numpy as np

from bench.page_beside import beside_now
from bench.setting import repository
from exporter.clock import SystemClock
from exporter.exposition import Exposition
from exporter.model import Inventory
from exporter.outcome import Reason, State
from exporter.scope import Outages
from exporter.scrape import Scraper
from exporter.self_metrics import SelfMetrics
from exporter.snapshot import EchoColumns, ProberFigures, Snapshot
from exporter.stack.processes import ChildSpec, answers, running
from exporter.stack.programs import Program, find_program
from exporter.thresholds import RTT_BUCKETS_S

__all__ = ["INSTANCE", "page", "prometheus"]

#: The label of the page, wherever it listens: a month that is kept fits the next run.
INSTANCE = "127.0.0.1:9715"


def _columns(keys: tuple[str, ...], elapsed_s: float) -> EchoColumns:
    """Counters of links that answer 99 of 100 echoes, a month and ``elapsed_s`` after their exporter started."""
    n, seconds = len(keys), 2_592_000 + elapsed_s
    own = np.random.default_rng(1).uniform(0.98, 1.0, n)
    replies, nothing = (seconds * own).astype(np.int64), np.zeros(n, np.int64)
    lost = (seconds * (1.0 - own)).astype(np.int64)
    buckets = np.linspace(0.2, 1.0, len(RTT_BUCKETS_S) + 1)
    state_ns = np.zeros((n, len(State)), np.int64)
    state_ns[:, 0], state_ns[:, 2] = replies * 1_000_000_000, lost * 1_000_000_000
    return EchoColumns(
        keys=keys,
        attempts=replies + lost,
        replies=replies,
        lost=lost,
        unmeasured=np.zeros((n, len(Reason)), np.int64),
        late=nothing,
        duplicates=nothing,
        icmp_errors=nothing,
        rtt_buckets=(replies[:, None] * buckets / buckets.sum()).astype(np.int64),
        rtt_sum_ns=replies * 12_345_678,
        rtt_variation_ns=replies * 1_234_567,
        state=np.zeros(n, np.int8),
        state_ns=state_ns,
        changed_unix_ns=nothing + time.time_ns(),
        last_probe_unix_ns=nothing + time.time_ns(),
        icmp_only=np.zeros(n, bool),
    )


def _snapshot(inventory: Inventory, started_s: float) -> Snapshot:
    elapsed_s = time.time() - started_s
    return Snapshot(
        taken_unix_ns=time.time_ns(),
        inventory=replace(inventory, digest="9f" * 32),
        links=_columns(tuple(inventory.links), elapsed_s),
        references=_columns(tuple(inventory.reference_targets), elapsed_s),
        prober=ProberFigures({"ipv4": "raw"}, {"ipv4": 8_388_608}, 0, 0, 0, 0, 0, 0, uplink_up=True),
        ready=True,
        outages=Outages(np.full(len(inventory.links), -1, np.int8), (), ()),
        beside=beside_now(inventory, time.time(), started_s),
    )


@contextmanager
def page(inventory: Inventory, port: int) -> Iterator[None]:
    """``/metrics`` of the inventory on ``port``."""
    started_s = time.time()
    scraper = Scraper(lambda: _snapshot(inventory, started_s), SelfMetrics(loaded_unix_s=started_s))

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = scraper.body(Exposition.TEXT, gzip=False)
            self.send_response(200)
            self.send_header("Content-Type", "text/plain; version=0.0.4")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield
    server.shutdown()


@contextmanager
def prometheus(folder: Path, exporter_port: int, port: int) -> Iterator[None]:
    """A Prometheus on ``folder/data`` that reads the page on ``exporter_port``."""
    config = folder / "prometheus.yml"
    config.write_text(_configuration(exporter_port, port))
    argv = (
        str(find_program(Program.PROMETHEUS, root=repository, environment=os.environ)),
        f"--config.file={config}",
        f"--storage.tsdb.path={folder / 'data'}",
        "--storage.tsdb.retention.time=400d",
        f"--web.listen-address=127.0.0.1:{port}",
    )
    with running(ChildSpec("prometheus", argv, folder, lambda: answers(port, "/-/ready")), folder, SystemClock()):
        yield


def _configuration(exporter_port: int, port: int) -> str:
    """The shipped intervals and rules; Prometheus' own page is there for its memory and series."""
    return f"""\
global: {{scrape_interval: 5s, evaluation_interval: 5s, scrape_timeout: 4s}}
rule_files: ["{repository}/alert_rules/*.yml"]
scrape_configs:
  - job_name: pantau
    static_configs: [{{targets: ["127.0.0.1:{exporter_port}"], labels: {{instance: "{INSTANCE}"}}}}]
  - {{job_name: prometheus, static_configs: [{{targets: ["127.0.0.1:{port}"]}}]}}
"""
