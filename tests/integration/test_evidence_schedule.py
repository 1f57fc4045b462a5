"""The command that waits for a month, as a process: it ends when it is told to, and leaves an existing pack alone."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from exporter.clock import SystemClock
from exporter.evidence.due import last_month
from exporter.stack.ports import free_port
from tests.support.evidence_packs import put_pack

_INVENTORY = Path(__file__).parents[2] / "inventory/jabar"


def _words(out: Path, *flags: str) -> list[str]:
    """The words of the schedule; nobody answers for Prometheus and Alertmanager."""
    nobody = f"http://127.0.0.1:{free_port()}"
    servers = [f"--prometheus={nobody}", f"--alertmanager={nobody}", f"--inventory={_INVENTORY}", f"--out={out}"]
    return [sys.executable, "-m", "exporter", "evidence", *servers, *flags]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it(number: signal.Signals, tmp_path: Path) -> None:
    """Whether it waits for a day or for an hour, whatever month the machine is in: exit code 0, and nothing is left."""
    process = subprocess.Popen(_words(tmp_path, "--month=last", "--keep-running"), stderr=subprocess.PIPE, text=True)
    with process:
        assert process.stderr is not None
        first = process.stderr.readline()
        assert first.startswith(f"the pack of {last_month(SystemClock().wall_ns() // 1_000_000)} is due ")
        process.send_signal(number)
        rest = process.stderr.read()
    assert process.returncode == 0, first + rest
    assert "Traceback" not in rest
    assert not list(tmp_path.iterdir())


def test_a_timer_leaves_a_pack_alone(tmp_path: Path) -> None:
    """It says that the pack is there, and that an Alertmanager could not be told; neither is a failure."""
    month = last_month(SystemClock().wall_ns() // 1_000_000)
    put_pack(tmp_path, str(month))
    words = _words(tmp_path, "--month=last", "--when-due")
    ran = subprocess.run(words, capture_output=True, text=True, check=False, timeout=60)
    said, told = ran.stderr.splitlines()
    assert (ran.returncode, said) == (0, f"the pack of {month} is there")
    assert "was not told: " in told


def test_only_the_last_month_is_waited_for(tmp_path: Path) -> None:
    """A month that is named is made now, or not at all."""
    words = _words(tmp_path, "--month=2026-10", "--when-due")
    ran = subprocess.run(words, capture_output=True, text=True, check=False, timeout=60)
    assert ran.returncode == 2
    assert "--month last" in ran.stderr
