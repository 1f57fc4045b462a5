"""What people call the state of a link and of a site: five words, each with a shape beside its colour.

Lives here: the five, how they follow from what was measured, and their words and shapes, the same as on the dashboards
(``alert_rules.now``, ``grafana.theme``). Must not live here: HTML, colours (``data/pages/pantau.css``), decisions.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from exporter import calendars
from exporter.outcome import State
from exporter.sight import Blindness, blindness
from exporter.snapshot import Snapshot

__all__ = ["BLIND", "SHAPES", "WORDS", "Standing", "of_links", "of_site"]


class Standing(IntEnum):
    """How a link or a site stands; the worst is the highest."""

    UP = 0
    DEGRADED = 1
    UNKNOWN = 2
    PLANNED = 3  #: down while planned work runs
    DOWN = 4

    @property
    def key(self) -> str:
        """Its machine name: class names and JSON."""
        return self.name.lower()


WORDS = {
    Standing.UP: "Normal",
    Standing.DEGRADED: "Menurun",
    Standing.UNKNOWN: "Tanpa data",
    Standing.PLANNED: "Pekerjaan terencana",
    Standing.DOWN: "Putus",
}

#: Why nothing is known at all.
BLIND = {Blindness.STANDSTILL: "pengukuran terhenti", Blindness.CUT_OFF: "pengukur tidak terhubung"}

#: Told apart without colour, and in any font.
SHAPES = {
    Standing.UP: "●",
    Standing.DEGRADED: "▲",
    Standing.UNKNOWN: "?",
    Standing.PLANNED: "◆",
    Standing.DOWN: "✕",
}

_CODES = {
    State.UP: Standing.UP,
    State.DEGRADED: Standing.DEGRADED,
    State.DOWN: Standing.DOWN,
    State.UNKNOWN: Standing.UNKNOWN,
}
_BY_STATE = np.array([_CODES[state] for state in State], np.int8)


def of_links(snapshot: Snapshot) -> NDArray[np.int8]:
    """The standing of each link as its number, in the order of ``snapshot.links.keys``.

    While the prober itself sees nothing none is known, whatever was seen last.
    """
    if blindness(snapshot) is not None:
        return np.full(len(snapshot.links.keys), Standing.UNKNOWN, np.int8)
    codes = _BY_STATE[snapshot.links.state]
    planned = calendars.maintenance(snapshot.inventory, snapshot.taken_unix_ns)
    return np.where((codes == Standing.DOWN) & planned, np.int8(Standing.PLANNED), codes)


def of_site(links: Iterable[Standing]) -> Standing:
    """How a site stands by its links: down when none can be in use, not known when none is known to answer.

    A site with one line in order and another one not in order is degraded: it works, on what is left. Raises ValueError
    for a site without links.
    """
    standings = frozenset(links)
    if not standings:
        raise ValueError("a site without links has no standing")
    if len(standings) == 1:
        return next(iter(standings))
    if standings & {Standing.UP, Standing.DEGRADED}:
        return Standing.DEGRADED
    return Standing.UNKNOWN if Standing.UNKNOWN in standings else Standing.DOWN
