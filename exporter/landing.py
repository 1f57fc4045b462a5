"""The page at ``/``: how the lines are, and where the machine-readable routes are. In Indonesian.

Lives here: the HTML as a pure function of a snapshot, and the headers that fence it in. Must not
live here: HTTP, scripts, style. Every name is escaped; the page loads nothing.
"""

from __future__ import annotations

from datetime import datetime
from html import escape

import numpy as np

from exporter import __version__
from exporter.outcome import State
from exporter.recurrence import WIB
from exporter.snapshot import Snapshot

__all__ = ["HTML_HEADERS", "landing_page", "wib"]

#: Nothing may be loaded, framed or sent from this page.
HTML_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
}

#: Lines that are down are named up to this number; the rest are counted. A page at three in the
#: morning is read, not scrolled.
MAX_NAMED = 20

WORDS = {
    State.UP: "normal",
    State.DEGRADED: "terganggu",
    State.DOWN: "putus",
    State.UNKNOWN: "tidak terukur",
}

PAGE = """<!DOCTYPE html>
<html lang="id">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Pantau OPD</title></head>
<body>
<h1>Pantau OPD</h1>
<p>Versi {version}. Data per {taken}.{not_ready}</p>
<h2>Keadaan {total} tautan</h2>
<table>
{counts}
</table>
{down}
<h2>Untuk mesin</h2>
<ul>
<li><a href="/metrics">/metrics</a>: angka untuk Prometheus</li>
<li><a href="/-/healthy">/-/healthy</a>: proses berjalan</li>
<li><a href="/-/ready">/-/ready</a>: putaran pertama selesai</li>
<li>POST /-/reload: muat ulang inventaris</li>
</ul>
</body>
</html>
"""


def wib(unix_ns: int) -> str:
    """``23/11/2026 09.14 WIB``."""
    return datetime.fromtimestamp(unix_ns // 1_000_000_000, WIB).strftime("%d/%m/%Y %H.%M WIB")


def landing_page(snapshot: Snapshot) -> str:
    """The whole page."""
    return PAGE.format(
        version=escape(__version__),
        taken=wib(snapshot.taken_unix_ns),
        not_ready="" if snapshot.ready else " Putaran pertama belum selesai.",
        total=len(snapshot.links.keys),
        counts="\n".join(_count_rows(snapshot)),
        down=_down(snapshot),
    )


def _count_rows(snapshot: Snapshot) -> list[str]:
    counts = np.bincount(snapshot.links.state, minlength=len(State)).tolist()
    return [f"<tr><th>{WORDS[state]}</th><td>{count}</td></tr>" for state, count in zip(State, counts, strict=True)]


def _item(snapshot: Snapshot, row: int) -> str:
    name = snapshot.inventory.links[snapshot.links.keys[row]].name
    changed_unix_ns = int(snapshot.links.changed_unix_ns[row])
    since = f", sejak {wib(changed_unix_ns)}" if changed_unix_ns else ""
    return f"<li>{escape(name)}{since}</li>"


def _down(snapshot: Snapshot) -> str:
    """The lines that are down, longest first; nothing when there are none."""
    columns = snapshot.links
    rows = np.flatnonzero(columns.state == list(State).index(State.DOWN))
    if rows.size == 0:
        return ""
    longest_first = rows[np.argsort(columns.changed_unix_ns[rows], kind="stable")]
    items = [_item(snapshot, row) for row in longest_first[:MAX_NAMED].tolist()]
    more = f"<p>dan {rows.size - MAX_NAMED} lainnya</p>" if rows.size > MAX_NAMED else ""
    return "\n".join(["<h2>Tautan putus</h2>", "<ul>", *items, "</ul>", more])
