"""Whether the figures are true: RTT against the wire, and losses that never happened.

Lives here: the run under hard conditions (both cores busy, scrapes, reloads, every router polled over SNMPv3 once a
minute) in the simulated province, and its comparison with what a packet capture saw. Must not live here: how the
province works.

The known delay is what passed on the wire: an AF_PACKET socket stamps request and reply in the kernel. The
province's own lateness under load is in both and therefore in neither.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.accounting import cpu_s
from bench.programs import Exporter, exporter
from bench.report import Row
from bench.setting import SECRETS, inventory_text
from bench.viewers import VIEWERS, looked_at
from exporter.loading import load_inventory
from exporter.sim.packet import parse_echo_request
from tests.support.province import simulated_province
from tests.support.wiretap import Passed, Wiretap

__all__ = ["rows"]

_LINKS = 500
_FIRST = ip_address("198.18.16.1")

#: How long walls are open, beside how long none is.
_LOOKED_SHARE = 0.5

_CONDITIONS = f"both cores busy, scrapes and reloads, {_LINKS} routers polled a minute"
_WITH_WALLS = f"the same with {VIEWERS} open walls"

Floats = NDArray[np.float64]
Times = dict[str, list[tuple[int, int]]]  #: address to (wall time of sending, RTT), nanoseconds


def _wire_times(passed: list[Passed]) -> Times:
    """Request and reply joined by address, identifier and sequence number."""
    asked: dict[tuple[bytes, bytes], int] = {}
    times: Times = defaultdict(list)
    for stamp_ns, outgoing, packet in passed:
        if outgoing:
            if (request := parse_echo_request(packet)) is not None:
                asked[request.destination, packet[24:28]] = stamp_ns
        elif packet[20] == 0 and (sent := asked.pop((packet[12:16], packet[24:28]), None)) is not None:
            times[str(ip_address(packet[12:16]))].append((sent, stamp_ns - sent))
    return times


def _errors_s(observed: NDArray[Any], wire: Times, address_of: dict[str, str]) -> Floats:
    """RTT less the wire's RTT in seconds, for each echo that both saw (sent within 100 ms of each other)."""
    errors = []
    for key in np.unique(observed["key"]):
        mine = observed[observed["key"] == key]
        theirs = np.array(wire.get(address_of.get(str(key), ""), []), np.int64).reshape(-1, 2)
        if not len(theirs):
            continue
        nearest = np.abs(theirs[:, 0][None, :] - mine["sent"][:, None]).argmin(axis=1)
        same = np.abs(theirs[nearest, 0] - mine["sent"]) < 100_000_000
        errors.append((mine["rtt"][same] - theirs[nearest[same], 1]) / 1e9)
    return np.concatenate(errors) if errors else np.zeros(0)


def _disturb(ours: Exporter, seconds: float, tap: Wiretap) -> list[Passed]:
    """Scrape every five seconds and reload every ten while the wire is read; what passed."""
    passed: list[Passed] = []
    end = time.monotonic() + seconds
    turn = 0
    while time.monotonic() < end:
        if turn % 5 == 0:
            ours.scrapes()
        if turn % 10 == 0:
            ours.reload()
        turn += 1
        passed.extend(tap.drain())
        time.sleep(1)
    return passed


@contextmanager
def _busy_cores() -> Iterator[None]:
    """Every core has a program that does nothing but run."""
    burners = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _core in range(os.cpu_count() or 1)]
    try:
        yield
    finally:
        for burner in burners:
            burner.kill()
            burner.wait()


def rows(seconds: float) -> list[Row]:
    """RTT error and false loss over ``seconds``, in the simulated province, both cores busy; then with open walls."""
    targets = [str(_FIRST + number) for number in range(_LINKS)]
    text = inventory_text(_LINKS, targets, polled=True)
    os.environ.update(SECRETS)
    with tempfile.TemporaryDirectory(prefix="pantau-bench-") as folder:
        path = Path(folder) / "inventory.yml"
        path.write_text(text)
        path.chmod(0o644)
        record = Path(folder) / "observed.npy"
        with simulated_province(load_inventory(path).inventory, "--realtime") as province:
            flags = ("--netns", province.netns, "--record", str(record))
            measuring = exporter(text, *flags, module=("bench.observed",))
            with measuring as ours, _busy_cores(), Wiretap(province.netns) as tap:
                spent_s = cpu_s(ours.process.pid)
                passed = _disturb(ours, seconds, tap)
                spent_s = cpu_s(ours.process.pid) - spent_s
                sums = ours.sums()
                looked_unix_ns = time.time_ns()
                with looked_at(ours.url):
                    passed += _disturb(ours, seconds * _LOOKED_SHARE, tap)
                seen = ours.sums()
        wire = _wire_times(passed)
        address_of = dict(zip([f"l-{n}" for n in range(_LINKS)], targets, strict=True))
        observed = np.load(record)
        before, after = observed[observed["sent"] < looked_unix_ns], observed[observed["sent"] >= looked_unix_ns]
        errors, with_walls = _errors_s(before, wire, address_of), _errors_s(after, wire, address_of)
    return [
        *_accuracy(errors, _CONDITIONS),
        _false_loss(sums, _CONDITIONS, seconds),
        *_beside(sums, spent_s / seconds),
        *_accuracy(with_walls, _WITH_WALLS),
        _false_loss({key: seen[key] - sums[key] for key in sums}, _WITH_WALLS, seconds * _LOOKED_SHARE),
    ]


def _accuracy(errors_s: Floats, conditions: str) -> list[Row]:
    size = np.abs(errors_s) * 1e3
    p50, p99 = np.percentile(size, [50, 99])
    conditions = f"{len(size):,} echoes, {conditions}"
    return [
        Row(
            f"RTT error against the wire, p50, {conditions}", f"{p50:.4f} ms", reach="0.1 ms", reached=bool(p50 <= 0.1)
        ),
        Row(
            f"RTT error against the wire, p99 (largest), {conditions}",
            f"{p99:.4f} ms ({size.max():.3f})",
            reach="1 ms",
            reached=bool(p99 <= 1.0),
        ),
    ]


def _false_loss(sums: dict[str, float], conditions: str, seconds: float) -> Row:
    lost, unmeasured = sums["opd_link_echo_lost_total"], sums["opd_link_echo_unmeasured_total"]
    attempts = sums["opd_link_echo_attempts_total"]
    return Row(
        f"false loss and unmeasured, {_LINKS} links, {seconds / 60:.1f} minutes, {conditions}",
        f"{lost:.0f} lost, {unmeasured:.0f} unmeasured of {attempts:,.0f}",
        reach="0",
        reached=lost + unmeasured == 0,
    )


def _beside(sums: dict[str, float], cpu: float) -> list[Row]:
    """What polling took beside the echoes, and whether it kept up."""
    ends = {result: sums[f"opd_link_probe_results_total {result}"] for result in ("success", "failure", "unmeasured")}
    late, stalls = sums["opd_exporter_late_sends_total"], sums["opd_exporter_stalls_total"]
    return [
        Row(
            f"polls over SNMPv3, {_LINKS} routers, same conditions",
            f"{ends['success']:.0f} right, {ends['failure']:.0f} failed, {ends['unmeasured']:.0f} unmeasured",
            reach="0 wrong",
            reached=ends["success"] > 0 and ends["failure"] + ends["unmeasured"] == 0,
        ),
        Row("the loop of probes: begun late; longest lag of the last minute", _loop(sums)),
        Row("the measuring thread meanwhile", f"{late:.0f} late sends, {stalls:.0f} stalls"),
        Row("the whole exporter meanwhile", f"{cpu:.1%} of a core"),
    ]


def _loop(sums: dict[str, float]) -> str:
    return f"{sums['opd_exporter_probes_late_total']:.0f}; {sums['opd_exporter_probe_loop_lag_seconds'] * 1e3:.0f} ms"
