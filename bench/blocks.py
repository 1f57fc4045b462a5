"""Invented history as blocks of a Prometheus.

Lives here: calling promtool. Must not live here: what is invented (``month``), running a Prometheus on it (``rules``).
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from pathlib import Path

from bench.month import Past, write_month
from bench.setting import repository
from exporter.model import Inventory
from exporter.stack.programs import Program, find_program

__all__ = ["fill", "make_blocks"]

#: Prometheus takes nothing older than its last block, and what it scrapes begins about now.
_NOT_LATER_S = 120


def fill(data: Path, inventory: Inventory, instance: str, *, days: int, past: Past | None = None) -> None:
    """So many days of recorded series, up to two minutes ago, as blocks in ``data``."""
    until_s = int(time.time()) // 60 * 60 - _NOT_LATER_S
    with tempfile.TemporaryDirectory(prefix="pantau-bench-") as folder:
        text = Path(folder) / "month.txt"
        write_month(text, inventory, instance, until_unix_s=until_s, days=days, past=past)
        make_blocks(text, data)


def make_blocks(text: Path, data: Path) -> None:
    """The samples of an OpenMetrics file as blocks in ``data``."""
    tool = str(find_program(Program.PROMTOOL, root=repository, environment=os.environ))
    # The widest blocks: Prometheus merges them in time anyway, and each block means reading the text once more.
    words = ["tsdb", "create-blocks-from", "openmetrics", "--max-block-duration=744h", "--quiet"]
    subprocess.run([tool, *words, str(text), str(data)], check=True)
