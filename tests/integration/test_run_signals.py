"""Signals that come faster than they are handled."""

from __future__ import annotations

import signal

from tests.support.exporters import running_exporter
from tests.support.inventories import many_links


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
