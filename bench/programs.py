"""Our exporter and its peers, as processes that are started, driven and ended.

Lives here: command lines and how each tool is driven. Must not live here: what is reported. Peers come from
PATH or from environment variables (FPING, BLACKBOX, SMOKEPING); a missing one is an error that names the
package, for a comparison without its peer would be no comparison.
"""

from __future__ import annotations

import asyncio
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import icmplib

from bench.setting import repository
from exporter.stack.ports import free_port

__all__ = [
    "Exporter",
    "blackbox",
    "drive_blackbox",
    "exporter",
    "fping_cpu_s",
    "icmplib_round",
    "smokeping",
    "wait_for",
]

_APART_S = 1.5  #: between scrapes, so that each is rendered anew

_BLACKBOX_MODULES = "modules: {icmp: {prober: icmp, timeout: 2s, icmp: {preferred_ip_protocol: ip4}}}\n"


def _program(variable: str, name: str, package: str) -> str:
    found = os.environ.get(variable) or shutil.which(name)
    if not found:
        raise SystemExit(f"bench: {name} is missing; install {package} or set {variable} to its path")
    return found


async def _get(url: str, headers: dict[str, str] | None = None) -> bytes:
    async with aiohttp.ClientSession(auto_decompress=False) as session, session.get(url, headers=headers) as response:
        response.raise_for_status()
        return await response.read()


def wait_for(url: str, process: subprocess.Popen[bytes], seconds: float = 60.0) -> None:
    """Return when ``url`` answers 200; the benchmark ends when ``process`` does before that."""
    give_up = time.monotonic() + seconds
    while True:
        try:
            asyncio.run(_get(url))
        except (aiohttp.ClientError, OSError) as error:
            if time.monotonic() > give_up or process.poll() is not None:
                raise SystemExit(f"bench: {process.args!r} does not serve {url}") from error
            time.sleep(0.2)
        else:
            return


async def _post(url: str) -> None:
    async with aiohttp.ClientSession() as session, session.post(url) as response:
        response.raise_for_status()


async def _timed_gets(url: str, headers: dict[str, str], times: int) -> tuple[list[float], bytes]:
    """Seconds of each of ``times`` requests on one connection, and the last body."""
    spent = []
    async with aiohttp.ClientSession(auto_decompress=False) as session:
        for _turn in range(times):
            start = time.monotonic()
            async with session.get(url, headers=headers) as response:
                body = await response.read()
            spent.append(time.monotonic() - start)
            await asyncio.sleep(_APART_S)
    return spent, body


@contextmanager
def _running(words: Sequence[str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as output:
        process = subprocess.Popen(words, stdout=output, stderr=subprocess.STDOUT, cwd=repository)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(30)


@dataclass(frozen=True, slots=True)
class Exporter:
    """Our exporter while it runs."""

    process: subprocess.Popen[bytes]
    url: str
    inventory: Path

    def scrapes(self, times: int = 1, *, gzip: bool = True) -> tuple[list[float], bytes]:
        """Seconds of each scrape on one connection, as Prometheus keeps it, and the last body."""
        headers = {"Accept-Encoding": "gzip" if gzip else "identity"}
        return asyncio.run(_timed_gets(self.url + "/metrics", headers, times))

    def reload(self) -> None:
        """Have the inventory read anew."""
        asyncio.run(_post(self.url + "/-/reload"))

    def sums(self) -> dict[str, float]:
        """The sum over all links of each ``opd_link_echo_*`` counter, and single exporter figures by name."""
        sums: dict[str, float] = {}
        for line in self.scrapes(gzip=False)[1].decode().splitlines():
            if matched := re.match(r"(opd_link_echo_\w+|opd_exporter_\w+)(?:\{[^}]*\})? (\S+)", line):
                sums[matched[1]] = sums.get(matched[1], 0.0) + float(matched[2])
        return sums


@contextmanager
def exporter(inventory_text: str, *words: str, module: tuple[str, ...] = ("exporter", "run")) -> Iterator[Exporter]:
    """``pantau run`` (or another module of the same flags) on an inventory, once its first round is complete."""
    with tempfile.TemporaryDirectory(prefix="pantau-bench-") as folder:
        inventory = Path(folder) / "inventory.yml"
        inventory.write_text(inventory_text)
        inventory.chmod(0o644)
        port = free_port()
        command = [sys.executable, "-m", *module, "--inventory", str(inventory)]
        with _running([*command, "--listen", f"127.0.0.1:{port}", *words], Path(folder) / "log") as process:
            url = f"http://127.0.0.1:{port}"
            wait_for(url + "/-/ready", process)
            yield Exporter(process, url, inventory)


def fping_cpu_s(targets: Sequence[str], rounds: int) -> float:
    """CPU seconds of fping probing ``targets`` once a second for ``rounds`` rounds."""
    gap_ms = max(0.02, 0.9 * 1000 / len(targets))
    words = [_program("FPING", "fping", "fping"), "-q", "-C", str(rounds), "-p", "1000", "-i", f"{gap_ms:.3f}"]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(words, input="\n".join(targets), text=True, capture_output=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


@contextmanager
def blackbox() -> Iterator[tuple[int, str]]:
    """Process id and address of a running blackbox_exporter."""
    program = _program("BLACKBOX", "prometheus-blackbox-exporter", "prometheus-blackbox-exporter")
    with tempfile.TemporaryDirectory(prefix="pantau-bench-") as folder:
        modules = Path(folder) / "blackbox.yml"
        modules.write_text(_BLACKBOX_MODULES)
        port = free_port()
        words = [program, f"--config.file={modules}", f"--web.listen-address=127.0.0.1:{port}"]
        with _running(words, Path(folder) / "log") as process:
            url = f"http://127.0.0.1:{port}"
            wait_for(url + "/-/healthy", process)
            yield process.pid, url


async def _probe_all(url: str, targets: Sequence[str], period_s: float, rounds: int) -> None:
    """Each target once in every period, evenly spread, as Prometheus does with many targets."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=50)) as session:

        async def probe(target: str, at: float) -> None:
            await asyncio.sleep(max(0.0, at - time.monotonic()))
            async with session.get(f"{url}/probe", params={"module": "icmp", "target": target}) as response:
                if b"probe_success 1" not in await response.read():
                    raise SystemExit(f"bench: blackbox_exporter could not probe {target}")

        start = time.monotonic()
        gap_s = period_s / len(targets)
        await asyncio.gather(
            *(
                probe(target, start + turn * period_s + place * gap_s)
                for turn in range(rounds)
                for place, target in enumerate(targets)
            )
        )
        await asyncio.sleep(max(0.0, start + rounds * period_s - time.monotonic()))


def drive_blackbox(url: str, targets: Sequence[str], period_s: float, rounds: int) -> None:
    """Have blackbox_exporter probe every target once a period."""
    asyncio.run(_probe_all(url, targets, period_s, rounds))


@contextmanager
def smokeping(targets: Sequence[str]) -> Iterator[int]:
    """Process id of a smokeping_prober that pings ``targets`` once a second."""
    program = _program("SMOKEPING", "prometheus-smokeping-prober", "prometheus-smokeping-prober")
    with tempfile.TemporaryDirectory(prefix="pantau-bench-") as folder:
        port = free_port()
        configuration = Path(folder) / "smokeping.yml"
        configuration.write_text("targets: []\n")
        listen = f"--web.listen-address=127.0.0.1:{port}"
        words = [program, "--privileged", listen, f"--config.file={configuration}", *targets]
        with _running(words, Path(folder) / "log") as process:
            wait_for(f"http://127.0.0.1:{port}/metrics", process)
            yield process.pid


def icmplib_round(targets: Sequence[str]) -> tuple[float, float]:
    """CPU seconds and median RTT in seconds of one round of icmplib's asynchronous pings, 50 at a time."""
    before = time.process_time()
    hosts = asyncio.run(icmplib.async_multiping(list(targets), count=1, concurrent_tasks=50, privileged=True))
    spent = time.process_time() - before
    rtts = sorted(host.avg_rtt for host in hosts if host.is_alive)
    return spent, rtts[len(rtts) // 2] / 1000
