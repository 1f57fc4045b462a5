"""Why a link was down: judged from the outage, what else was down, and the router's own word.

Lives here: the judgement of one outage, and the words for its evidence. Must not live here: which outages there are
(``cause_board``), asking routers, clocks.

In this order:

1. Our own connection failed meanwhile: the outage is not the office's (``PROBER``).
2. Something wider explains it: the core, a provider, an area.
3. The router started within the outage: electricity, or somebody restarted it (``POWER``).
4. The router started before the outage and was read after the outage began: it stayed up, so the line failed
   (``LINE``). While the outage lasts this may still change, and comes by the site's other link.
5. Nobody knows.

A router's start is known to a few seconds: it is our clock less an uptime that came with a delay. So a start within
``BOOT_MARGIN_S`` before the outage belongs to it: a router that is being restarted falls silent first.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from exporter.beside import Cause
from exporter.recurrence import WIB
from exporter.scope import Scope
from exporter.thresholds import BOOT_MARGIN_S, BOOT_WAIT_S

__all__ = ["Boot", "Finding", "OutageFacts", "judge"]


@dataclass(frozen=True, slots=True)
class Boot:
    """What a router said of its start."""

    boot_unix_s: float
    read_unix_s: float
    by_link: str  #: the link over which it was read


@dataclass(frozen=True, slots=True)
class OutageFacts:
    """One outage of one link, as it is known now."""

    link: str
    start_unix_s: float
    end_unix_s: float | None  #: None: it lasts
    scope: Scope | None  #: the widest that explained it
    uplink_failed: bool  #: our own connection was down meanwhile
    boot: Boot | None  #: the latest word of the router; None: it never gave one
    has_router: bool  #: somebody will ask it


@dataclass(frozen=True, slots=True)
class Finding:
    """A judgement."""

    cause: Cause
    evidence: str  #: in Indonesian; empty when there is none
    final: bool  #: nothing that may still come would change it


_WIDER = {
    Scope.PROVIDER: (Cause.PROVIDER, "tautan lain milik penyedia yang sama putus pada saat yang sama"),
    Scope.AREA: (Cause.AREA, "tautan beberapa penyedia di wilayah yang sama putus pada saat yang sama"),
    Scope.CORE: (Cause.CORE, "sebagian besar tautan provinsi putus pada saat yang sama"),
}


def judge(facts: OutageFacts, now_unix_s: float) -> Finding:
    """The cause of an outage, by what is known at ``now_unix_s``."""
    ended = facts.end_unix_s is not None
    if facts.uplink_failed:
        return Finding(Cause.PROBER, "sambungan pemantau sendiri putus pada saat yang sama", ended)
    if facts.scope in _WIDER:
        return Finding(*_WIDER[facts.scope], ended)
    told = _by_router(facts)
    if told is not None:
        return told
    is_late = facts.end_unix_s is not None and now_unix_s > facts.end_unix_s + BOOT_WAIT_S
    return Finding(Cause.UNKNOWN, "", ended and (is_late or not facts.has_router))


def _by_router(facts: OutageFacts) -> Finding | None:
    """What the router's start says; None while it says nothing about this outage."""
    boot = facts.boot
    if boot is None or boot.read_unix_s <= facts.start_unix_s:
        return None
    over = facts.link if boot.by_link == facts.link else f"{boot.by_link}, jalur lain lokasi ini"
    if boot.boot_unix_s < facts.start_unix_s - BOOT_MARGIN_S:
        read_after = facts.end_unix_s is not None and boot.read_unix_s >= facts.end_unix_s
        words = f"router tetap menyala sejak {_wib(boot.boot_unix_s)}, dibaca {_wib(boot.read_unix_s)} lewat {over}"
        return Finding(Cause.LINE, words, read_after)
    if facts.end_unix_s is not None and boot.boot_unix_s > facts.end_unix_s + BOOT_MARGIN_S:
        return None  # it restarted once more afterwards, and what was before is forgotten
    words = f"router menyala kembali {_wib(boot.boot_unix_s)}, dibaca {_wib(boot.read_unix_s)} lewat {over}"
    return Finding(Cause.POWER, words, facts.end_unix_s is not None)


def _wib(unix_s: float) -> str:
    return datetime.fromtimestamp(unix_s, WIB).strftime("%d/%m/%Y %H.%M.%S WIB")
