"""What probes and diagnosis know, put together for the snapshot.

Lives here: asking each of them. Must not live here: what they do, what is made of it (``explain``, ``render_beside``).
"""

from __future__ import annotations

from collections.abc import Iterable

from exporter.beside import Beside, DeviceRecord
from exporter.diagnosis import Diagnosis
from exporter.model import Inventory
from exporter.probe_runner import ProbeRunner

__all__ = ["Gathering"]


class Gathering:
    """A ``BesideSource`` over the running parts."""

    def __init__(self, runner: ProbeRunner, diagnosis: Diagnosis) -> None:
        self._runner, self._diagnosis = runner, diagnosis

    def replace(self, inventory: Inventory) -> None:
        """Go on with another inventory; the diagnosis sees it by itself."""
        self._runner.replace(inventory)

    def devices(self) -> tuple[DeviceRecord, ...]:
        """What the devices of links told last."""
        return self._runner.board.devices()

    def want(self, links: Iterable[str]) -> None:
        """The routers of these links, and no others, are to be asked soon."""
        self._runner.want(links)

    def gathered(self) -> Beside:
        """All that is known, but for outages."""
        figures = self._diagnosis.figures()
        return Beside(
            probes=self._runner.board.probes(),
            devices=self._runner.board.devices(),
            paths=figures.paths,
            loop=self._runner.figures(),
            opinions=figures.opinions,
            traces=figures.traces,
        )
