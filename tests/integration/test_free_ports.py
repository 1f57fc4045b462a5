"""Ports that stay free until their programs listen on them."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import astuple
from pathlib import Path
from random import SystemRandom

import pytest

from exporter.errors import PantauError
from exporter.stack import ports

#: Tried by both processes in this order, so that without claims they would choose the same.
_START = SystemRandom().randrange(10_000, 32_000)
_TRIED = range(_START, _START + 100)

_CHOOSE = f"""
import sys
from exporter.stack import ports
ports._candidates = lambda: iter(range({_TRIED.start}, {_TRIED.stop}))
print(*(ports.free_port() for _ in range(3)), flush=True)
sys.stdin.read()
"""


@contextmanager
def _other_process() -> Iterator[set[int]]:
    """The ports of another process, which ends with the block."""
    words = [sys.executable, "-c", _CHOOSE]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield set(map(int, process.stdout.readline().split()))


def test_two_processes_never_choose_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """A port belongs to the process that chose it, although nobody listens on it, and to nobody once that has ended."""
    monkeypatch.setattr(ports, "_candidates", lambda: iter(_TRIED))
    with _other_process() as theirs:
        ours = {ports.free_port() for _turn in range(3)}
        assert (len(ours), len(theirs), ours & theirs) == (3, 3, set())
    assert {ports.free_port() for _turn in range(3)} & theirs


def test_no_port_is_one_that_the_kernel_gives_to_others() -> None:
    """None is within the ephemeral range, from which outgoing connections have theirs."""
    low, high = map(int, Path("/proc/sys/net/ipv4/ip_local_port_range").read_text(encoding="ascii").split())
    chosen = [ports.free_port(), *astuple(ports.free_ports())]
    assert len(set(chosen)) == 6
    assert not [port for port in chosen if low <= port <= high]


def test_a_port_that_is_listened_on_is_not_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor is it claimed: once nobody listens on it any more it can be chosen."""
    port = next(ports._candidates())
    monkeypatch.setattr(ports, "_candidates", lambda: iter([port]))
    with (
        socket.create_server(("127.0.0.1", port)),
        pytest.raises(PantauError, match=re.escape("no port from 10000 up is free")),
    ):
        ports.free_port()
    assert ports.free_port() == port
