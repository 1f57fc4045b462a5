"""The wall as text: the page, and its pieces, each of which can be sent alone when it changes.

Lives here: which piece shows what, and how many lines have room. Must not live here: counting (``wall_values``), order
(``wall_outages``), HTTP, when to look (``live``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from exporter import calendars
from exporter.pages.beginnings import beginnings
from exporter.pages.rendering import render
from exporter.pages.wall_map import draw
from exporter.pages.wall_outages import open_outages
from exporter.pages.wall_values import province
from exporter.past import Past
from exporter.sight import blindness
from exporter.snapshot import Snapshot

__all__ = ["PIECES", "Wall", "fingerprint", "render_wall"]

#: Ids of the pieces; each has a template of its own.
PIECES = ("ringkas", "gangguan", "peta", "wilayah", "opd", "penyedia", "pengukur")

#: Outages that have a line; the rest is counted. A screen has room for some twelve, and the list can be scrolled.
MAX_LINES = 60


@dataclass(frozen=True, slots=True)
class Wall:
    """One moment of the wall."""

    taken_unix_ns: int
    mark: int  #: the same for two moments that look alike
    pieces: Mapping[str, str]  #: HTML by id

    def page(self) -> str:
        """The whole page."""
        pieces = {name: Markup(text) for name, text in self.pieces.items()}  # noqa: S704 - of our own templates
        return render("dinding.html", gaya="dinding.css", sebaris=False, potongan=pieces, kini=self.taken_unix_ns)


def fingerprint(snapshot: Snapshot, past: Past) -> int:
    """Equal for two moments of which the wall says the same; cheap beside drawing it."""
    links, prober = snapshot.links, snapshot.prober
    causes = tuple((each.link, each.cause) for each in snapshot.beside.outages if each.end_unix_ns is None)
    return hash(
        (
            links.state.tobytes(),
            links.changed_unix_ns.tobytes(),
            calendars.maintenance(snapshot.inventory, snapshot.taken_unix_ns).tobytes(),
            snapshot.outages.scope.tobytes(),
            snapshot.outages.groups,
            causes,
            tuple(beginnings(snapshot, past).items()),
            snapshot.inventory.digest,
            links.keys,
            snapshot.ready,
            blindness(snapshot),
            prober.uplink_up,
            (prober.kernel_drops, prober.late_sends, prober.stalls),
        )
    )


def render_wall(snapshot: Snapshot, past: Past, mark: int | None = None) -> Wall:
    """Everything, of one moment; ``mark``: its fingerprint, if it is known."""
    now = snapshot.taken_unix_ns
    counted = province(snapshot)
    outages = open_outages(snapshot, past)
    values = {
        "p": counted,
        "kini": now,
        "gangguan": [each for each in outages if not each.planned][:MAX_LINES],
        "lebih": max(0, sum(not each.planned for each in outages) - MAX_LINES),
        "terencana": [each for each in outages if each.planned],
        "peta": draw(snapshot.inventory, counted.by_site),
    }
    pieces = {name: render(f"dinding_{name}.html", **values) for name in PIECES}
    return Wall(now, fingerprint(snapshot, past) if mark is None else mark, pieces)
