"""A simulated province for a test: the real command, in a namespace of its own, gone afterwards.

Lives here: starting, steering and stopping. Must not live here: assertions.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from exporter.model import Inventory
from exporter.sim.control import send_order
from exporter.sim.namespace import furniture
from exporter.sim.runtime import runtime_folder
from exporter.sim.settings import SETTINGS, SimulationError
from exporter.sim.tun import DEVICE
from exporter.transport.namespace import NAMESPACES
from tests.support.inventory_files import write_inventory

__all__ = ["Province", "simulated_province", "start", "stop", "unique_name"]

#: How long a simulation may take to come up or to go, seconds.
_PATIENCE_S = 20.0

_REPOSITORY = Path(__file__).parents[2]

#: Even when the test run is killed, the simulation gets its SIGTERM (util-linux).
_DIE_WITH_US = ("setpriv", "--pdeathsig", "TERM")


@dataclass(frozen=True, slots=True)
class Province:
    """A running simulation."""

    netns: str  #: the name of its network namespace
    control: Path
    inventory: Path  #: the folder that it was started with
    process: subprocess.Popen[str]

    def cut(self, *, manner: str = "silent", **scope: str) -> None:
        """Cut one part: ``cut(provider="penyedia-a")``, ``cut(uplink="")``."""
        self.order("cut", manner=manner, **_words(scope))

    def restore(self, **scope: str) -> None:
        """Restore one part, or everything when none is named."""
        self.order("restore", **(_words(scope) if scope else {"all": True}))

    def set(self, **words: str | float) -> None:
        """Change how a part answers: ``set(link="dinkes-1", delay_s=0.2)``; where no part is named, all of them."""
        values = {name: word for name, word in words.items() if name in SETTINGS}
        scope = {name: str(word) for name, word in words.items() if name not in SETTINGS}
        self.order("set", values=values, **_words(scope or {"uplink": ""}))

    def inject(self, packets: Sequence[bytes]) -> None:
        """Let whole IP packets arrive at the prober now, in their order."""
        self.order("inject", packets=[packet.hex() for packet in packets])

    def status(self) -> dict[str, Any]:
        """What ``pantau sim status`` is made of."""
        return self.order("status")

    def order(self, order: str, **words: Any) -> dict[str, Any]:
        """The answer to one order; raises SimulationError when it is refused."""
        return send_order(self.control, order=order, **words)

    def unplug(self) -> None:
        """Take the device down: the kernel drops its routes, so sending fails there and then."""
        self.run("ip", "link", "set", DEVICE, "down").check_returncode()

    def plug(self) -> None:
        """Bring the device up again, with its addresses and routes."""
        subprocess.run(
            ["ip", "-netns", self.netns, "-batch", "-"], input="\n".join(furniture()), text=True, check=True, timeout=60
        )

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a program inside the namespace to its end, its output kept."""
        return subprocess.run(
            ["ip", "netns", "exec", self.netns, *words], capture_output=True, text=True, check=False, timeout=60
        )


def unique_name() -> str:
    """A name for a namespace that no other test has."""
    return f"pantau-test-{os.getpid()}-{time.monotonic_ns() % 1_000_000_000}"


def _words(scope: dict[str, str]) -> dict[str, str]:
    """``{"provider": "penyedia-a"}`` as an order has it."""
    ((part, identifier),) = scope.items()
    return {"part": part, "id": identifier}


@contextmanager
def simulated_province(inventory: Inventory | Path, *options: str, netns: str = "") -> Iterator[Province]:
    """A province that answers for ``inventory``, or that of a folder; ``options`` are words of ``pantau sim start``."""
    with tempfile.TemporaryDirectory(prefix="pantau-sim-") as folder:
        province = start(netns or unique_name(), Path(folder), inventory, *options)
        try:
            _wait_until_it_answers(province)
            yield province
        finally:
            stop(province)
            _sweep(province)


def _sweep(province: Province) -> None:
    """Remove what a simulation leaves that the test killed."""
    if (NAMESPACES / province.netns).exists():
        subprocess.run(["ip", "netns", "delete", province.netns], check=True)
    (runtime_folder() / f"{province.netns}.lock").unlink(missing_ok=True)


def stop(province: Province) -> str:
    """End the simulation by SIGTERM; what it printed."""
    if province.process.poll() is None:
        province.process.terminate()
    output, _ = province.process.communicate(timeout=_PATIENCE_S)
    return output


def start(
    name: str, folder: Path, inventory: Inventory | Path, *options: str, inventory_path: Path | None = None
) -> Province:
    """``pantau sim start`` just started, its files in ``folder``; it may not answer yet, or never."""
    control, path = folder / "sim.sock", inventory_path or folder / "inventory"
    if isinstance(inventory, Path):
        path = inventory
    elif inventory_path is None:
        write_inventory(path, inventory)
    words = [sys.executable, "-m", "exporter", "sim", "start", "--netns", name, "--control", str(control)]
    process = subprocess.Popen(
        [*_DIE_WITH_US, *words, "--inventory", str(path), *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=_REPOSITORY,
    )
    return Province(name, control, path, process)


def _wait_until_it_answers(province: Province) -> None:
    give_up = time.monotonic() + _PATIENCE_S
    while time.monotonic() < give_up and province.process.poll() is None:
        try:
            province.status()
        except SimulationError:
            time.sleep(0.02)
        else:
            return
    raise AssertionError(f"the simulation did not come up: {stop(province)}")
