"""Who looks for all viewers of the wall at once: one look a second, drawn only when something changed.

Lives here: the latest wall, which pieces changed at which look, and their text as events. Must not live here: threads
and sockets (``wall_routes``), what the wall says (``pages.wall``). Used by one thread at a time.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

from exporter.pages.wall import Wall, fingerprint, render_wall
from exporter.snapshot import Snapshot

__all__ = ["Live", "Moved", "Shown"]

#: Counts of a province grow every second.
_STILL_MS = 10_000


@dataclass(frozen=True, slots=True)
class Moved:
    """When the measuring was last seen to go on."""

    taken_unix_ns: int  #: of the latest look
    unix_ns: int  #: the last look at which more echoes were counted than before
    still_ms: int  #: after so long without, the figures stand still


@dataclass(frozen=True, slots=True)
class Shown:
    """The wall as of a look."""

    wall: Wall
    looked: int  #: number of this look
    changed: dict[str, int]  #: by piece: the look at which it became what it is
    events: dict[str, bytes]  #: by piece: the event that brings it

    def since(self, looked: int) -> bytes:
        """Events of all pieces that changed after that look."""
        return b"".join(event for piece, event in self.events.items() if self.changed[piece] > looked)

    def heartbeat(self, moved: Moved) -> bytes:
        """The event that says of which moment the wall is, and that somebody is there."""
        still_ms = (moved.taken_unix_ns - moved.unix_ns) // 1_000_000
        return _event("detak", {"kini": moved.taken_unix_ns // 1_000_000, "diam": still_ms, "batas": moved.still_ms})


class Live:
    """Looks when it is asked to."""

    def __init__(self, snapshot: Callable[[], Snapshot]) -> None:
        """Nothing is drawn yet."""
        self._snapshot = snapshot
        self._shown: Shown | None = None
        self._attempts = -1
        self._moved_unix_ns = 0

    def look(self) -> tuple[Shown, Moved]:
        """The wall now, and whether the measuring goes on; drawn anew only where it would differ.

        A snapshot can be taken of an engine that stands still, and bears the present time all the same. So it is
        told when its counts were last seen to grow.
        """
        snapshot = self._snapshot()
        attempts = int(snapshot.links.attempts.sum())
        if attempts != self._attempts or not snapshot.links.keys:
            self._attempts, self._moved_unix_ns = attempts, snapshot.taken_unix_ns
        mark = fingerprint(snapshot)
        if self._shown is None or self._shown.wall.mark != mark:
            self._shown = _next(self._shown, render_wall(snapshot))
        return self._shown, Moved(snapshot.taken_unix_ns, self._moved_unix_ns, _still_ms(snapshot))


def _still_ms(snapshot: Snapshot) -> int:
    """Two and a half of the shortest interval, and ten seconds at least: no stall of an engine that works is longer."""
    shortest_s = min((link.interval_s for link in snapshot.inventory.links.values()), default=1.0)
    return max(_STILL_MS, int(2_500 * shortest_s))


def _next(former: Shown | None, wall: Wall) -> Shown:
    looked = 1 if former is None else former.looked + 1
    changed, events = {}, {}
    for piece, html in wall.pieces.items():
        same = former is not None and former.wall.pieces[piece] == html
        if same and former is not None:
            changed[piece], events[piece] = former.changed[piece], former.events[piece]
        else:
            changed[piece], events[piece] = looked, _event("potongan", {"id": piece, "isi": html})
    return Shown(wall, looked, changed, events)


def _event(name: str, value: dict[str, object]) -> bytes:
    """One event (HTML Standard, 9.2); JSON has no line ends, so it is one line of data."""
    return f"event: {name}\ndata: {json.dumps(value, ensure_ascii=False)}\n\n".encode()
