"""Where a benchmark runs: the machine's name, a namespace whose kernel answers, an inventory of n links.

Lives here: surroundings. Must not live here: anything that is measured. Addresses of 198.18.16.0/20 are made
local to the namespace, so that its kernel answers every echo itself: the peers and we have the same targets,
and nobody's network is in the figures. What the kernel does for the reply is charged to the sender, so the
figures compare tools; they are not what a real interface costs.
"""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from pathlib import Path

__all__ = ["SECRETS", "addresses", "answering_namespace", "inventory_text", "machine", "repository"]

repository = Path(__file__).resolve().parent.parent

_FIRST = ip_address("198.18.16.1")
_MOST = 14 * 256  #: the rest of the range is for reference targets
_REFERENCES = ("198.18.31.1", "198.18.31.2", "198.18.31.3")
_RANGE = "198.18.16.0/20"


def machine() -> str:
    """One line that names this machine: processor, cores, memory, kernel, Python."""
    model = next(
        (
            line.split(":", 1)[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if "model name" in line
        ),
        platform.machine(),
    )
    gib = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    cores = os.cpu_count()
    return f"{model}, {cores} cores, {gib:.0f} GiB, Linux {platform.release()}, Python {platform.python_version()}"


def addresses(count: int) -> list[str]:
    """``count`` addresses that the namespace answers for; they repeat when there are more links than addresses."""
    return [str(_FIRST + number % _MOST) for number in range(count)]


#: Where the passwords of the simulated routers are found by an inventory whose links are polled.
SECRETS = {"PANTAU_BENCH_AUTH": "pantau-sim-auth", "PANTAU_BENCH_PRIV": "pantau-sim-priv"}

_POLLED = """credentials:
  - {id: v3, user: pantau, auth: SHA-256, auth_password: {environment: PANTAU_BENCH_AUTH},
     priv: AES-128, priv_password: {environment: PANTAU_BENCH_PRIV}}
probes:
  - {id: router, kind: snmp, credentials: v3, interface: ether1, interval: 60s, timeout: 5s}"""


def inventory_text(count: int, targets: list[str] | None = None, *, polled: bool = False) -> str:
    """An inventory of ``count`` links, one a site, and three reference targets.

    ``polled``: each link's router is polled over SNMPv3 every 60 s, with ``SECRETS`` in the environment.
    """
    sites, links = [], []
    probes = ", probes: [router]" if polled else ""
    for number, address in enumerate(targets or addresses(count)):
        sites.append(f'  - {{id: s-{number}, name: Lokasi {number}, opd: o, kabkota: "32.73", lat: -6.9, lon: 107.6}}')
        links.append(
            f"  - {{id: l-{number}, site: s-{number}, contract: k, role: primary, phase: central, address: {address}"
            f"{probes}}}"
        )
    references = [f"  - {{id: r-{n}, address: {address}, meaning: core}}" for n, address in enumerate(_REFERENCES)]
    return "\n".join(
        [
            "version: 1",
            "opd: [{id: o, name: Dinas Contoh}]",
            "providers: [{id: penyedia-a, name: Penyedia A}]",
            "contracts:",
            "  - {id: k, provider: penyedia-a, kind: dedicated, bandwidth: 50Mbps, fee_rupiah_per_month: 6175000,",
            "     starts: 2026-01-01, ends: 2026-12-31}",
            *([_POLLED] if polled else []),
            "sites:",
            *sites,
            "links:",
            *links,
            "reference_targets:",
            *references,
            "",
        ]
    )


@contextmanager
def answering_namespace() -> Iterator[str]:
    """The name of a network namespace whose kernel answers for the addresses above."""
    name = f"pantau-bench-{os.getpid()}"
    subprocess.run(["ip", "netns", "add", name], check=True)
    try:
        subprocess.run(["ip", "-n", name, "link", "set", "lo", "up"], check=True)
        subprocess.run(["ip", "-n", name, "route", "add", "local", _RANGE, "dev", "lo"], check=True)
        yield name
    finally:
        subprocess.run(["ip", "netns", "delete", name], check=True)
