"""``pantau run`` with a notebook: the same exporter, and every answered echo written down at its end.

Lives here: the observer. Must not live here: anything that would make this exporter another one.
"""

from __future__ import annotations

import argparse
import signal
import time
from pathlib import Path

import numpy as np

from exporter.app import App
from exporter.listen import parse_listen
from exporter.matching import Matched
from exporter.serving import Where

__all__: list[str] = []


class Notebook:
    """Answered echoes: the target's id, wall time of sending, RTT; nanoseconds."""

    def __init__(self) -> None:
        self._rows: list[tuple[tuple[str, ...], Matched, int]] = []

    def note(self, keys: tuple[str, ...], found: Matched) -> None:
        """Keep one batch; the offset between the clocks is read with it."""
        self._rows.append((keys, found, time.time_ns() - time.clock_gettime_ns(time.CLOCK_BOOTTIME)))

    def save(self, path: Path) -> None:
        """One structured array, ``key``, ``sent``, ``rtt``."""
        parts = []
        for keys, found, offset_ns in self._rows:
            part = np.zeros(len(found.row), [("key", "U63"), ("sent", "i8"), ("rtt", "i8")])
            part["key"] = np.array(keys)[found.row]
            part["sent"] = found.sent_mono_ns + offset_ns
            part["rtt"] = found.rtt_ns
            parts.append(part)
        np.save(path, np.concatenate(parts))


def main() -> None:
    """Run until SIGTERM, then save."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--inventory", type=Path, required=True)
    parser.add_argument("--listen", required=True)
    parser.add_argument("--netns", required=True)
    parser.add_argument("--record", type=Path, required=True)
    arguments = parser.parse_args()
    host, port = parse_listen(arguments.listen)
    notebook = Notebook()
    app = App(arguments.inventory, where=Where(host, port), netns=arguments.netns, observer=notebook.note)
    signal.signal(signal.SIGTERM, lambda *_: app.stop())
    try:
        app.start()
        app.wait()
    finally:
        app.close()
    notebook.save(arguments.record)


if __name__ == "__main__":
    main()
