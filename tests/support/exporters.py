"""A running ``pantau run`` for a test, and its figures as a client reads them.

Lives here: starting, asking, waiting, ending. Must not live here: assertions about figures.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from exporter.model import Inventory
from tests.support.free_ports import free_port
from tests.support.inventory_files import write_inventory

__all__ = ["Figures", "RunningExporter", "running_exporter"]

PATIENCE_S = 40.0


class Figures(dict[tuple[str, frozenset[tuple[str, str]]], float]):
    """One scrape: sample name and labels to value."""

    def of(self, sample: str, /, **labels: str) -> float:
        """The sum of the samples ``sample`` that bear the labels; 0 where there are none."""
        return sum(
            value for (name, has), value in self.items() if name == sample and labels.items() <= dict(has).items()
        )

    def states(self) -> dict[str, str]:
        """Link to state."""
        return {
            dict(has)["link"]: dict(has)["state"]
            for (sample, has), value in self.items()
            if sample == "opd_link_state" and value == 1
        }

    def balance(self) -> float:
        """Attempts of links less replies, lost and unmeasured: what is open, never negative, never more than a few."""
        parts = sum(self.of(f"opd_link_echo_{part}_total") for part in ("replies", "lost", "unmeasured"))
        return self.of("opd_link_echo_attempts_total") - parts


@dataclass
class RunningExporter:
    """The process, its folder and its address."""

    process: subprocess.Popen[bytes]
    folder: Path
    port: int
    log: Path

    def figures(self) -> Figures:
        """A scrape that nobody shared: pages are kept for half a second."""
        time.sleep(0.6)
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=10) as answer:
            text = answer.read().decode()
        families = text_string_to_metric_families(text)
        return Figures(
            ((sample.name, frozenset(sample.labels.items())), sample.value)
            for each in families
            for sample in each.samples
        )

    def until(self, happened: Callable[[Figures], bool], what: str) -> Figures:
        """The first figures for which it has happened; fails with the log when that takes absurdly long."""
        give_up = time.monotonic() + PATIENCE_S
        figures = Figures()
        while time.monotonic() < give_up and self.process.poll() is None:
            with suppress(OSError):
                figures = self.figures()
                if happened(figures):
                    return figures
        raise AssertionError(f"never: {what}; {figures.states()}\n{self.log.read_text()[-3000:]}")

    def until_states(self, **wanted: str) -> Figures:
        """The first figures in which links (``_`` for ``-``) are in the states named; ``all_=`` names every link's."""
        everyone = wanted.pop("all_", "")
        named = {link.replace("_", "-"): state for link, state in wanted.items()}

        def there(figures: Figures) -> bool:
            states = figures.states()
            rest = all(state == everyone for link, state in states.items() if link not in named)
            return (
                bool(states) and all(states[link] == state for link, state in named.items()) and (rest or not everyone)
            )

        return self.until(there, f"{named or everyone}")

    def write(self, inventory: Inventory) -> None:
        """Replace the files of the inventory."""
        write_inventory(self.folder, inventory)

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the process."""
        os.kill(self.process.pid, number)


@contextmanager
def running_exporter(
    inventory: Inventory | Path, netns: str, *words: str, prefix: Sequence[str] = ()
) -> Iterator[RunningExporter]:
    """``pantau run`` on an inventory, or a folder of one; sockets in ``netns`` unless it is empty; SIGTERM ends it."""
    with tempfile.TemporaryDirectory(prefix="pantau-run-") as place:
        folder, log = Path(place) / "inventory", Path(place) / "log"
        if isinstance(inventory, Path):
            folder = inventory
        else:
            write_inventory(folder, inventory)
        port = free_port()
        command = [*prefix, sys.executable, "-m", "exporter", "run", "--inventory", str(folder)]
        command += ["--listen", f"127.0.0.1:{port}", *(["--netns", netns] if netns else []), *words]
        with log.open("wb") as output:
            process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
        try:
            yield RunningExporter(process, folder, port, log)
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGCONT)
                process.terminate()
            process.wait(30)
