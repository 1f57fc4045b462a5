"""What a process used: CPU time and memory, as the kernel accounts for them.

Lives here: reading /proc. Must not live here: starting programs.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

__all__ = ["cpu_s", "over", "peak_resident_mib", "resident_mib"]

_TICKS = os.sysconf("SC_CLK_TCK")


def cpu_s(pid: int) -> float:
    """User and system time of ``pid`` and its threads, in seconds, to a hundredth."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _status_kib(pid: int, name: str) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(name + ":")).split()[1])


def resident_mib(pid: int) -> float:
    """Resident memory now."""
    return _status_kib(pid, "VmRSS") / 1024


def peak_resident_mib(pid: int) -> float:
    """Most resident memory so far."""
    return _status_kib(pid, "VmHWM") / 1024


def over(pid: int, seconds: float, meanwhile: Callable[[float], None] = time.sleep) -> float:
    """CPU seconds a second of ``pid`` while ``meanwhile(seconds)`` runs."""
    before, start = cpu_s(pid), time.monotonic()
    meanwhile(seconds)
    return (cpu_s(pid) - before) / (time.monotonic() - start)
