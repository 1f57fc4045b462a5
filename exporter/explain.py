"""What is down, explained, beside what was measured: the snapshot that everybody but the engine reads.

Lives here: when the boards of scopes and causes look, and which board belongs to which inventory. Must not live here:
the decisions themselves (``scope``, ``cause``), measuring, probing, text.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np

from exporter import calendars
from exporter.beside import NOTHING_BESIDE, Beside, DeviceRecord
from exporter.cause_board import CauseBoard, ChangedOutage
from exporter.clock import Clock
from exporter.clones import Clones
from exporter.measure import Engine
from exporter.model import Inventory
from exporter.outcome import State
from exporter.scope import Outages, ScopeBoard, no_outages
from exporter.snapshot import Snapshot

__all__ = ["Explainer", "Seen"]

#: How often the board looks: as often as an ordinary link is probed, for nothing changes faster.
_LOOK_EVERY_S = 1.0

_DOWN = list(State).index(State.DOWN)
_ANSWERING = [list(State).index(state) for state in (State.UP, State.DEGRADED)]


_log = logging.getLogger(__name__)

#: Called with each look's snapshot and the outages that changed since the one before.
Seen = Callable[[Snapshot, Sequence[ChangedOutage]], None]


class BesideSource(Protocol):
    """Who knows of links beside their echoes."""

    def replace(self, inventory: Inventory) -> None:
        """Go on with another inventory."""
        ...

    def devices(self) -> tuple[DeviceRecord, ...]:
        """What the devices of links told last."""
        ...

    def want(self, links: Iterable[str]) -> None:
        """The routers of these links, and no others, are to be asked soon."""
        ...

    def gathered(self) -> Beside:
        """All that is known, but for outages."""
        ...


class NoSource:
    """Nobody knows anything beside the echoes."""

    def replace(self, inventory: Inventory) -> None:
        """Nothing to do."""

    def devices(self) -> tuple[DeviceRecord, ...]:
        """None."""
        return ()

    def want(self, links: Iterable[str]) -> None:
        """Nobody is asked."""

    def gathered(self) -> Beside:
        """Nothing."""
        return NOTHING_BESIDE


class Explainer:
    """Looks once a second, in a thread of its own; ``explained`` may be asked by any thread."""

    def __init__(
        self, engine: Engine, clock: Clock, source: BesideSource | None = None, *, seen: Seen | None = None
    ) -> None:
        """``source``: who knows more than the echoes tell; ``seen``: who is to be told of each look; None: nobody."""
        self._seen = seen
        self._engine = engine
        self._clock = clock
        self._source: BesideSource = NoSource() if source is None else source
        self._lock = threading.Lock()
        self._inventory: Inventory | None = None
        self._scopes: ScopeBoard | None = None
        self._causes: CauseBoard | None = None
        self._clones = Clones()
        self._outages: Outages = no_outages(0)
        self.uplink_up: bool | None = None  #: as of the last look

    def run(self, stop: threading.Event) -> None:
        """Look every second until ``stop`` is set."""
        while not stop.wait(_LOOK_EVERY_S):
            self.look()

    def look(self) -> None:
        """Let the boards see the present state of every link."""
        with self._lock:
            snapshot = self._engine.snapshot()
            self._see(snapshot)
            assert self._causes is not None
            changed = self._causes.changed()
        if self._seen is not None:
            self._seen(snapshot, changed)

    def explained(self) -> Snapshot:
        """Everything now, with the outages as of the last look; a new inventory is looked at on the spot."""
        with self._lock:
            snapshot = self._engine.snapshot()
            if snapshot.inventory is not self._inventory:
                self._see(snapshot)
            assert self._causes is not None
            beside = replace(self._source.gathered(), outages=self._causes.latest())
            return replace(snapshot, outages=self._outages, beside=beside)

    def _see(self, snapshot: Snapshot) -> None:
        if self._scopes is None or self._causes is None or snapshot.inventory is not self._inventory:
            self._scopes = ScopeBoard(snapshot.inventory, self._scopes)
            self._causes = CauseBoard(snapshot.inventory, self._causes)
            self._inventory = snapshot.inventory
            self._source.replace(snapshot.inventory)
        state = snapshot.links.state
        self._outages = self._scopes.update(
            self._clock.monotonic_ns(),
            down=state == _DOWN,
            answering=np.isin(state, _ANSWERING),
            planned=calendars.maintenance(snapshot.inventory, snapshot.taken_unix_ns),
            since_unix_ns=snapshot.links.changed_unix_ns,
        )
        self.uplink_up = snapshot.prober.uplink_up
        self._seek_causes(self._causes, snapshot)

    def _seek_causes(self, causes: CauseBoard, snapshot: Snapshot) -> None:
        """Let the board of causes see it, too, and say what it decided and what it still wants to know."""
        devices = self._source.devices()
        causes.update(
            snapshot.taken_unix_ns,
            snapshot.links,
            self._outages,
            uplink_up=snapshot.prober.uplink_up,
            devices=devices,
        )
        self._source.want(causes.wanted())
        for one, other in self._clones.fresh(snapshot.inventory, devices):
            _log.warning("%s and %s: two routers tell one SNMP engine id; give each its own (docs/snmp.md)", one, other)
        for record in causes.decided():
            _log.info("outage of %s: %s (%s)", record.link, record.cause, record.evidence or "no evidence")
