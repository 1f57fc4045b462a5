"""What is down, explained, beside what was measured: the snapshot that everybody but the engine reads.

Lives here: when the board of scopes looks, and which board belongs to which inventory. Must not live here: the
decision itself (``scope``), measuring, text.
"""

from __future__ import annotations

import threading
from dataclasses import replace

import numpy as np

from exporter import calendars
from exporter.clock import Clock
from exporter.measure import Engine
from exporter.model import Inventory
from exporter.outcome import State
from exporter.scope import Outages, ScopeBoard, no_outages
from exporter.snapshot import Snapshot

__all__ = ["Explainer"]

#: How often the board looks: as often as an ordinary link is probed, for nothing changes faster.
_LOOK_EVERY_S = 1.0

_DOWN = list(State).index(State.DOWN)
_ANSWERING = [list(State).index(state) for state in (State.UP, State.DEGRADED)]


class Explainer:
    """Looks once a second, in a thread of its own; ``explained`` may be asked by any thread."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock
        self._lock = threading.Lock()
        self._inventory: Inventory | None = None
        self._board: ScopeBoard | None = None
        self._outages: Outages = no_outages(0)

    def run(self, stop: threading.Event) -> None:
        """Look every second until ``stop`` is set."""
        while not stop.wait(_LOOK_EVERY_S):
            self.look()

    def look(self) -> None:
        """Let the board see the present state of every link."""
        with self._lock:
            self._see(self._engine.snapshot())

    def explained(self) -> Snapshot:
        """Everything now, with the outages as of the last look; a new inventory is looked at on the spot."""
        with self._lock:
            snapshot = self._engine.snapshot()
            if snapshot.inventory is not self._inventory:
                self._see(snapshot)
            return replace(snapshot, outages=self._outages)

    def _see(self, snapshot: Snapshot) -> None:
        if self._board is None or snapshot.inventory is not self._inventory:
            self._board = ScopeBoard(snapshot.inventory, self._board)
            self._inventory = snapshot.inventory
        state = snapshot.links.state
        self._outages = self._board.update(
            self._clock.monotonic_ns(),
            down=state == _DOWN,
            answering=np.isin(state, _ANSWERING),
            planned=calendars.maintenance(snapshot.inventory, snapshot.taken_unix_ns),
            since_unix_ns=snapshot.links.changed_unix_ns,
        )
