"""What probes and diagnosis know, put together for the snapshot.

Lives here: asking each of them. Must not live here: what they do, what is made of it (``explain``, ``render_beside``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from exporter.beside import Beside, DeviceRecord, PathRecord
from exporter.diagnosis import Diagnosis
from exporter.diagnosis_view import PathFigures
from exporter.model import Inventory
from exporter.probe_runner import ProbeRunner

__all__ = ["Gathering"]


class Gathering:
    """A ``BesideSource`` over the running parts."""

    def __init__(self, runner: ProbeRunner, diagnosis: Diagnosis) -> None:
        self._runner, self._diagnosis = runner, diagnosis
        self._kept: dict[str, PathRecord] = {}

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
            paths=self._paths(figures.paths),
            loop=self._runner.figures(),
            opinions={str(answer): count for answer, count in figures.opinions.items()},
            traces={str(result): count for result, count in figures.traces.items()},
        )

    def _paths(self, figures: Mapping[str, PathFigures]) -> tuple[PathRecord, ...]:
        """Figures as records; one that did not change stays the same object."""
        kept = self._kept
        fresh = {
            link: PathRecord(link, each.usual_hops, each.last_hop_number, each.last_hop_address)
            for link, each in figures.items()
        }
        self._kept = {link: kept[link] if kept.get(link) == record else record for link, record in fresh.items()}
        return tuple(self._kept.values())
