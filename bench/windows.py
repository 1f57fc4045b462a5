"""What the recording rules of windows cost Prometheus: the example province with a month behind it.

Lives here: a month of invented tiles, and the time that Prometheus takes for every rule of each group. Must not live
here: the queries (``alert_rules/windows``). The five-minute tiles of the last day and the hourly ones of 30 days are
written as blocks (27 million samples, 2.5 GB of text on the way); the real Prometheus then answers each rule's query
once, one after another, as a rule group does. Takes some minutes and no network.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import time
import urllib.parse
import urllib.request
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alert_rules.windows import INFO, LEVELS, LINK, Group, Level, groups
from bench.programs import free_port
from bench.report import Row
from bench.setting import repository
from exporter.clock import SystemClock
from exporter.loading import load_inventory
from exporter.model import Inventory
from exporter.stack.processes import ChildSpec, answers, running
from exporter.stack.programs import Program, find_program
from exporter.thresholds import RTT_BUCKETS_S

__all__ = ["rows"]

_JOB = 'job="pantau",instance="p"'
_HOUR_S, _TILE_S, _DAY_S = 3_600, 300, 86_400

#: What a healthy link counts in a second: the values do not change the cost, their being there does.
_SCALARS = {
    "opd_link_echo_replies": 0.999,
    "opd_link_echo_lost": 0.001,
    "opd_link_rtt_seconds_sum": 0.012,
    "opd_link_rtt_variation_seconds": 0.001,
}
_STATES = {"up": 0.999, "degraded": 0.0005, "down": 0.0005, "unknown": 0.0}


def rows(root: Path = repository) -> list[Row]:
    """One row a group: seconds for all its rules, as a share of its interval."""
    inventory = load_inventory(root / "inventory/jabar").inventory
    end_s = int(time.time()) // _HOUR_S * _HOUR_S
    with tempfile.TemporaryDirectory(prefix="pantau-bench-") as name:
        folder = Path(name)
        samples = _write_blocks(inventory, end_s, folder)
        with _prometheus(folder) as url:
            costs = [_row(group, url, end_s) for group in groups() if group.name.startswith("windows_4")]
        return [Row("samples behind it", f"{samples:,}"), *costs]


def _row(group: Group, url: str, end_s: int) -> Row:
    begun = time.perf_counter()
    for rule in group.rules:
        _ask(url, rule.expr, end_s)
    took_s = time.perf_counter() - begun
    interval_s = int(group.interval.removesuffix("m")) * 60
    what = f"{group.name}: {len(group.rules)} rules, every {interval_s} s"
    return Row(what, f"{took_s:.2f} s", "", f"{took_s / interval_s:.1%} of a core")


def _ask(url: str, expr: str, at_s: int) -> None:
    """One instant query; raises AssertionError when it has no result, for then nothing was measured."""
    data = urllib.parse.urlencode({"query": expr, "time": str(at_s)}).encode()
    with urllib.request.urlopen(f"{url}/api/v1/query", data, timeout=120) as response:
        assert json.load(response)["data"]["result"], expr


def _write_blocks(inventory: Inventory, end_s: int, folder: Path) -> int:
    """Blocks in ``folder/data``; the number of samples."""
    text, samples = folder / "tiles.om", 0
    with text.open("w", encoding="ascii") as file:
        for name, series in _families(inventory):
            file.write(f"# TYPE {name} unknown\n")
            step_s, span_s = (_TILE_S, _DAY_S) if name.endswith("5m") else (_HOUR_S, 30 * _DAY_S)
            instants = range(end_s - span_s + step_s, end_s + 1, step_s) if name != INFO.record else [end_s]
            for labels, value in series:
                head = f"{name}{{{_JOB}{labels}}} {value * (1 if name == INFO.record else step_s):.6g} "
                file.write("".join(f"{head}{at}\n" for at in instants))
                samples += len(instants)
        file.write("# EOF\n")
    promtool = find_program(Program.PROMTOOL, root=repository, environment=os.environ)
    # Few large blocks: promtool reads the whole text again for each block.
    words = [str(promtool), "tsdb", "create-blocks-from", "--max-block-duration=500h", "openmetrics"]
    words += [str(text), str(folder / "data")]
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
    text.unlink()
    return samples


def _families(inventory: Inventory) -> Iterator[tuple[str, list[tuple[str, float]]]]:
    """Each recorded name with its series: labels beside job and instance, and what is counted in a second."""
    yield INFO.record, [(f',link="{key}",{_described(inventory, key)}', 1.0) for key in inventory.links]
    for level in (LINK, *LEVELS):
        members = _members(inventory, level)
        for tile in ("5m", "1h"):
            for name, rate in _SCALARS.items():
                yield f"{level.name}:{name}:increase{tile}", [(labels, rate * n) for labels, n in members.items()]
            states = [(f'{labels},state="{s}"', r * n) for labels, n in members.items() for s, r in _STATES.items()]
            yield f"{level.name}:opd_link_state_seconds:increase{tile}", states
            edges = [*map(repr, RTT_BUCKETS_S), "+Inf"]
            buckets = [
                (f'{labels},le="{edge}"', n * (number + 1) / len(edges))
                for labels, n in members.items()
                for number, edge in enumerate(edges)
            ]
            yield f"{level.name}:opd_link_rtt_seconds_bucket:increase{tile}", buckets


def _members(inventory: Inventory, level: Level) -> dict[str, int]:
    """The labels of each member of a level, to its number of links."""
    found: dict[str, int] = defaultdict(int)
    for key in inventory.links:
        found["".join(f',{label}="{_labels(inventory, key)[label]}"' for label in level.labels)] += 1
    return found


def _labels(inventory: Inventory, key: str) -> dict[str, str]:
    link = inventory.links[key]
    site = inventory.sites[link.site]
    return {
        "link": key,
        "site": site.id,
        "opd": site.opd,
        "kabkota": site.kabkota,
        "contract": link.contract,
        "provider": inventory.provider_of(link).id,
    }


def _described(inventory: Inventory, key: str) -> str:
    labels = {**_labels(inventory, key), "role": "primary", "phase": "central", "name": f"Kantor {key}"}
    del labels["link"]
    return ",".join(f'{label}="{value}"' for label, value in labels.items())


@contextmanager
def _prometheus(folder: Path) -> Iterator[str]:
    """The address of a real Prometheus that serves ``folder/data`` within the block and scrapes nothing."""
    (folder / "prometheus.yml").write_text("global: {}\n", encoding="utf-8")
    port = free_port()
    argv = (
        str(find_program(Program.PROMETHEUS, root=repository, environment=os.environ)),
        f"--config.file={folder / 'prometheus.yml'}",
        f"--storage.tsdb.path={folder / 'data'}",
        "--storage.tsdb.retention.time=400d",
        f"--web.listen-address=127.0.0.1:{port}",
    )
    spec = ChildSpec("prometheus", argv, folder, lambda: answers(port, "/-/ready"))
    with running(spec, folder, SystemClock()):
        yield f"http://127.0.0.1:{port}"
