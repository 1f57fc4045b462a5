"""``python -m bench.evidence``: what the monthly evidence pack costs, for 500 links, 31 days and a scrape every 5 s.

Lives here: the run and its rows. Must not live here: the invented month (``tests/support/known_month.py``, of which a
test knows the expected answer). The whole command runs as a process of its own, from the question to the last file;
its time includes that of Prometheus (``PANTAU_TOOLS`` names the folder of another version), which answers beside it
on the same machine. ``--keep FOLDER`` keeps the blocks for the next version.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bench.report import Row, table
from bench.setting import machine, repository
from exporter.evidence.period import Month
from exporter.loading import load_inventory
from tests.support.kept_prometheus import Kept, kept_prometheus
from tests.support.known_month import known_month
from tests.support.known_page import write_story

__all__ = ["rows"]

_MONTH = Month(2026, 10)
_LINKS, _STEP_MS = 500, 5_000
_INVENTORY = repository / "inventory/jabar"

#: The contract that one link gets within the month.
_MOVED_TO = "k-2026-001"

_REACH_S, _REACH_MIB = 60.0, 512.0


@dataclass(frozen=True, slots=True)
class _Cost:
    """Of one run of the command."""

    elapsed_s: float
    processor_s: float
    peak_mib: float
    prometheus_s: float  #: processor time of Prometheus meanwhile


def _fill(data: Path) -> None:
    """The month of the example province as blocks, by a process of its own.

    A child's peak memory begins with that of the process that starts it (Linux keeps it over exec), so this one has to
    stay small.
    """
    subprocess.run([sys.executable, "-m", "bench.evidence", "--fill", str(data)], cwd=repository, check=True)


def _write(data: Path) -> None:
    known = known_month(_MONTH, links=_LINKS, step_ms=_STEP_MS)
    inventory = load_inventory(_INVENTORY).inventory
    scripts = {
        link: replace(script, moves=(script.moves[0], _MOVED_TO)) if script.moves else script
        for link, script in known.story.links.items()
    }
    write_story(data, replace(known.story, links=scripts), inventory, known.digests)


def _processor_s(pid: int) -> float:
    """Processor time of a process so far (proc(5): utime and stime are its fields 14 and 15)."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _run(kept: Kept, out: Path) -> _Cost:
    words = ["evidence", "--month", str(_MONTH), "--inventory", str(_INVENTORY), "--prometheus", kept.url]
    words += ["--out", str(out), "--allow-gaps", "--genesis", "percobaan"]
    before, start = _processor_s(kept.pid), time.monotonic()
    process = subprocess.Popen([sys.executable, "-m", "exporter", *words], cwd=repository, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    elapsed_s = time.monotonic() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"bench: pantau evidence ended with {process.returncode}")
    return _Cost(
        elapsed_s,
        used.ru_utime + used.ru_stime,
        used.ru_maxrss / 1024,
        _processor_s(kept.pid) - before,
    )


def rows(keep: Path | None = None) -> Sequence[Row]:
    """The figures of one pack."""
    with tempfile.TemporaryDirectory(prefix="pantau-bench-") as folder:
        month, data, out = (keep or Path(folder)) / "evidence", Path(folder) / "data", Path(folder) / "packs"
        if not month.exists():
            _fill(month)
        shutil.copytree(month, data)
        out.mkdir()
        with kept_prometheus(Path(folder)) as kept:
            cost = _run(kept, out)
        size = sum(file.stat().st_size for file in out.rglob("*") if file.is_file())
    what = f"evidence pack, {_LINKS} links, {len(_MONTH.days)} days, a scrape every {_STEP_MS // 1000} s"
    return [
        Row(what, f"{cost.elapsed_s:.1f} s", reach=f"{_REACH_S:g} s", reached=cost.elapsed_s <= _REACH_S),
        Row(
            "peak resident memory of it",
            f"{cost.peak_mib:.0f} MiB",
            reach=f"{_REACH_MIB:g} MiB",
            reached=cost.peak_mib <= _REACH_MIB,
        ),
        Row("its own processor time", f"{cost.processor_s:.1f} s"),
        Row("processor time of Prometheus meanwhile", f"{cost.prometheus_s:.1f} s"),
        Row("the pack", f"{size / 2**20:.1f} MiB"),
    ]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m bench.evidence", description=__doc__)
    parser.add_argument("--keep", type=Path, metavar="FOLDER")
    parser.add_argument("--fill", type=Path, metavar="FOLDER", help="only write the blocks")
    arguments = parser.parse_args()
    if arguments.fill is not None:
        _write(arguments.fill)
        return
    print(f"Measured on: {machine()}, load {os.getloadavg()[0]:.1f}\n")
    print(table("The monthly evidence pack", rows(arguments.keep)))


if __name__ == "__main__":
    main()
