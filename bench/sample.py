"""``make sample``: the pack in docs/sample, made anew from an invented month of the simulated province.

Lives here: the month, the command, and where its pack goes. Must not live here: the month's events
(``tests/support/known_month``). A real Prometheus holds the month, and the shipped command reads it.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.setting import repository
from exporter.evidence.inventory_copy import inventory_copy
from exporter.evidence.period import Month
from tests.support.kept_prometheus import kept_prometheus
from tests.support.known_month import known_month
from tests.support.known_page import write_story

__all__: list[str] = []

#: As few links as the events of the month take.
_MONTH, _LINKS, _STEP_MS = "2026-10", 120, 15_000


def main() -> None:
    """Write docs/sample/2026-10."""
    target = repository / "docs" / "sample"
    with tempfile.TemporaryDirectory(prefix="pantau-sample-") as name:
        folder = Path(name)
        known = known_month(Month.parse(_MONTH), links=_LINKS, step_ms=_STEP_MS)
        write_story(folder / "data", known.story, known.at_first, known.digests)
        inventory = folder / "inventory.yml"
        inventory.write_bytes(inventory_copy(known.inventory))
        inventory.chmod(0o644)
        words = [sys.executable, "-m", "exporter", "evidence", "--month", _MONTH, "--inventory", str(inventory)]
        words += ["--frameworks", str(repository / "inventory" / "frameworks"), "--out", str(folder / "out")]
        with kept_prometheus(folder) as kept:
            subprocess.run([*words, "--prometheus", kept.url], cwd=repository, check=True)
        shutil.rmtree(target / _MONTH, ignore_errors=True)
        shutil.copytree(folder / "out" / _MONTH, target / _MONTH)


if __name__ == "__main__":
    main()
