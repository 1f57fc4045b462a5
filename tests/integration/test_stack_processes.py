"""Programs started by us: ready, dead, stubborn, and gone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from exporter.clock import SystemClock
from exporter.stack import processes
from exporter.stack.processes import ChildDiedError, ChildSpec, answers, running

_SLEEPS = "import time; time.sleep(60)"


def _spec(folder: Path, program: str, is_ready: Callable[[], bool] = lambda: True) -> ChildSpec:
    return ChildSpec("thing", (sys.executable, "-c", program), folder, is_ready)


def _is_alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def test_running_from_ready_to_gone(tmp_path: Path) -> None:
    """The block begins when the program is ready, in its folder and its own session, and it is gone afterwards."""
    program = f"from pathlib import Path; Path('here').touch(); {_SLEEPS}"
    with running(_spec(tmp_path, program, (tmp_path / "here").exists), tmp_path, SystemClock()) as child:
        assert (tmp_path / "here").exists()
        assert os.getsid(child.pid) == child.pid
        child.check()
    assert not _is_alive(child.pid)


def test_running_when_it_dies_before_it_is_ready(tmp_path: Path) -> None:
    """The error names it, its exit code and the last lines of what it said, and no more than those."""
    program = "import sys; [print('line', n) for n in range(100)]; sys.exit('no such file')"
    with (
        pytest.raises(ChildDiedError, match=r"thing ended by itself \(exit code 1\)") as caught,
        running(_spec(tmp_path, program, lambda: False), tmp_path, SystemClock()),
    ):
        pytest.fail("it was never ready")
    assert "no such file" in str(caught.value)
    assert "line 99" in str(caught.value)
    assert "line 50\n" not in str(caught.value)


def test_check_when_it_was_killed(tmp_path: Path) -> None:
    """A program that is killed while it runs is noticed, with the signal."""
    with running(_spec(tmp_path, _SLEEPS), tmp_path, SystemClock()) as child:
        child.send_signal(signal.SIGKILL)
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        with pytest.raises(ChildDiedError, match=r"thing ended by itself \(signal 9\). It said nothing."):
            child.check()


def test_running_when_it_never_becomes_ready(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After the time allowed it is ended, and the error says so."""
    monkeypatch.setattr(processes, "_READY_WITHIN_S", 0.3)
    with (
        pytest.raises(ChildDiedError, match=r"thing was not ready after 0\.3 s"),
        running(_spec(tmp_path, _SLEEPS, lambda: False), tmp_path, SystemClock()),
    ):
        pytest.fail("it was never ready")


def test_running_when_it_does_not_exist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that cannot be started is an error for people, with or without setpriv before it."""
    spec = ChildSpec("thing", ("/nowhere/thing",), tmp_path, lambda: False)
    with pytest.raises(ChildDiedError, match="thing"), running(spec, tmp_path, SystemClock()):
        pytest.fail("it was never started")
    monkeypatch.setattr("shutil.which", lambda _: None)
    with (
        pytest.raises(ChildDiedError, match=r"thing did not start: .*No such file"),
        running(spec, tmp_path, SystemClock()),
    ):
        pytest.fail("it was never started")


def test_stop_when_it_ignores_sigterm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that will not end is killed."""
    monkeypatch.setattr(processes, "_END_WITHIN_S", 0.3)
    program = (
        "import signal, time; from pathlib import Path; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
        "Path('deaf').touch(); time.sleep(60)"
    )
    with running(_spec(tmp_path, program, (tmp_path / "deaf").exists), tmp_path, SystemClock()) as child:
        pass
    assert not _is_alive(child.pid)


def test_a_child_does_not_outlive_a_killed_parent(tmp_path: Path) -> None:
    """When the process that started it is killed, the program gets its SIGTERM; it has to run by then."""
    parent = f"""
import sys, time
from pathlib import Path
from exporter.clock import SystemClock
from exporter.stack.processes import ChildSpec, running
logs = Path({str(tmp_path)!r})
program = "print('up', flush=True);" + {_SLEEPS!r}
spec = ChildSpec("thing", (sys.executable, "-c", program), Path(), lambda: "up" in (logs / "thing.log").read_text())
with running(spec, logs, SystemClock()) as child:
    print(child.pid, flush=True)
    time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", parent], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        pid = int(process.stdout.readline())
        assert _is_alive(pid)
        process.kill()
    give_up = time.monotonic() + 20
    while _is_alive(pid):
        assert time.monotonic() < give_up
        time.sleep(0.05)


def test_answers_when_nobody_listens() -> None:
    """A closed port is no answer, and no error."""
    assert not answers(1, "/-/ready")
