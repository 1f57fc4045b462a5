"""The schedule of one selection's packs, put together: who makes them, where they lie, who is told.

Lives here: which function does what. Must not live here: flags (``commands/evidence``), any step itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from exporter.calendars import Decreed
from exporter.clock import Clock
from exporter.evidence.alarm import Alarm, parse_alertmanager
from exporter.evidence.chain import latest_of, shelf_of
from exporter.evidence.failure_alert import pages_of
from exporter.evidence.own_process import in_own_process
from exporter.evidence.period import Month
from exporter.evidence.prometheus import Prometheus
from exporter.evidence.scheduled import Schedule
from exporter.loading import load_inventory

__all__ = ["Monthly"]

#: For the one question where people reach Prometheus; where it is away, the pack has failed for just that.
_PATIENCE_S = 10.0


@dataclass(frozen=True, slots=True)
class Monthly:
    """What a schedule is made from, as the command line has it."""

    words: Sequence[str]  #: all that follow ``pantau evidence``
    out: Path
    inventory: Path
    prometheus: str
    alertmanagers: Sequence[str]
    selection: str  #: as manifests have it; empty: the whole inventory

    def schedule(self, clock: Clock, say: Callable[[str], None]) -> Schedule:
        """Ready to run; each pack is made in a process of its own. Raises UsageError for what is no address."""
        Prometheus(self.prometheus)  # refuses what is no address now, and not on the first working day
        alarm = Alarm([parse_alertmanager(each) for each in self.alertmanagers], self.selection, self._pages, say)
        return Schedule(in_own_process(self.words), self._is_made, self._holidays, alarm, say, clock)

    def _is_made(self, month: Month) -> bool:
        return latest_of(shelf_of(self.out), month, self.selection) is not None

    def _holidays(self) -> Decreed:
        return load_inventory(self.inventory).inventory.holidays

    def _pages(self) -> str:
        client = Prometheus(self.prometheus, patience_s=_PATIENCE_S)
        try:
            return pages_of(client.status("flags"), client.place)
        finally:
            client.close()
