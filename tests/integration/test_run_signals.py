"""Signals that come faster than they are handled."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator

import pytest

from tests.support.exporters import running_exporter
from tests.support.inventories import many_links
from tests.support.province import unique_name


@pytest.fixture
def network() -> Iterator[str]:
    """A namespace with nothing in it: every echo is unmeasured, and nothing leaves."""
    name = unique_name()
    subprocess.run(["ip", "netns", "add", name], check=True, timeout=60)
    try:
        yield name
    finally:
        subprocess.run(["ip", "netns", "delete", name], check=True, timeout=60)


def test_signals_in_bursts_block_nothing(network: str) -> None:
    """A handler that interrupts itself waits for no lock: the exporter reloads, and ends when it is told."""
    with running_exporter(many_links(3), network) as exporter:
        exporter.until(lambda figures: figures.of("opd_exporter_links") == 3, "it serves")
        for _ in range(200):
            for _ in range(50):
                exporter.process.send_signal(signal.SIGHUP)
            assert exporter.process.poll() is None
        for _ in range(50):
            exporter.process.send_signal(signal.SIGTERM)
        assert exporter.process.wait(30) == 0
