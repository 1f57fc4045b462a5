"""Real servers of the distribution, on ports of their own: nginx and unbound.

Lives here: starting, waiting until they answer, ending. Must not live here: their configuration, assertions.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

__all__ = ["program", "running", "tcp_ports"]

_PATIENCE_S = 60.0


def program(name: str) -> str:
    """Its path; without it the test is skipped, but never where a build server decides."""
    found = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
    if found is None:
        assert os.environ.get("CI") != "true", f"{name} is missing: scripts/need installs it"
        pytest.skip(f"{name} is not installed")
    return found


def tcp_ports(count: int) -> list[int]:
    """Ports on 127.0.0.1 that nobody listened on a moment ago, for TCP and UDP."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()


@contextmanager
def running(words: Sequence[str], port: int, log: Path) -> Iterator[None]:
    """The program runs in the foreground and listens on ``port``; its log is shown when it does not."""
    with log.open("wb") as output, subprocess.Popen(words, stdout=output, stderr=output) as process:
        try:
            end = time.monotonic() + _PATIENCE_S
            while True:
                with socket.socket() as handle:
                    if handle.connect_ex(("127.0.0.1", port)) == 0:
                        break
                assert process.poll() is None, log.read_text()
                assert time.monotonic() < end, log.read_text()
                time.sleep(0.02)
            yield
        finally:
            process.terminate()
            process.wait(timeout=_PATIENCE_S)
