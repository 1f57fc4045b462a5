"""Who looks for all viewers of the wall at once: one look a second, drawn only when something changed.

Lives here: the latest wall, which pieces changed at which look, and their text as events. Must not live here: threads
and sockets (``wall_routes``), what the wall says (``pages.wall``). Used by one thread at a time.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

from exporter.pages.wall import Wall, fingerprint, render_wall
from exporter.past import Past
from exporter.sight import STILL_AFTER_NS
from exporter.snapshot import Snapshot

__all__ = ["Live", "Moved", "Shown"]


@dataclass(frozen=True, slots=True)
class Moved:
    """Whether the measuring goes on: a snapshot of an engine that stands still bears the present time all the same."""

    taken_unix_ns: int  #: of the latest look
    still_ns: int  #: how long before it the engine went round last


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
        taken_ms, still_ms = moved.taken_unix_ns // 1_000_000, moved.still_ns // 1_000_000
        return _event("detak", {"kini": taken_ms, "diam": still_ms, "batas": STILL_AFTER_NS // 1_000_000})


class Live:
    """Looks when it is asked to."""

    def __init__(self, snapshot: Callable[[], Snapshot], past: Past) -> None:
        """Nothing is drawn yet."""
        self._past = past
        self._snapshot = snapshot
        self._shown: Shown | None = None

    def look(self) -> tuple[Shown, Moved]:
        """The wall now, and whether the measuring goes on; drawn anew only where it would differ."""
        snapshot = self._snapshot()
        mark = fingerprint(snapshot, self._past)
        if self._shown is None or self._shown.wall.mark != mark:
            self._shown = _next(self._shown, render_wall(snapshot, self._past, mark))
        return self._shown, Moved(snapshot.taken_unix_ns, snapshot.still_ns)


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
