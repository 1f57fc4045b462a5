"""Why a link was down: judged from the outage, what else was down, and the router's own word.

Lives here: the judgement of one outage, and the words for its evidence. Must not live here: which outages there are
(``cause_board``), asking routers, clocks.

In this order:

1. Our own connection failed when the outage began: it is not the office's (``PROBER``). Later on it says nothing.
2. Something wider explains it: the core, a provider, an area.
3. The router was read after the outage began, and had started before it: it stayed up, so the line failed (``LINE``).
   While the outage lasts that comes by the site's other link; a restart afterwards changes nothing.
4. The router started within the outage, and the line was back soon after: electricity, or somebody restarted it
   (``POWER``).
5. Nobody knows. So it is where the evidence is doubtful: a router that had just started when the outage began, or that
   was restarted long before the line was back; an outage whose beginning nobody saw.

A router's start is known to a few seconds: it is our clock less an uptime that came with a delay. So a start within
``BOOT_MARGIN_S`` before the outage belongs to it: a router that is being restarted falls silent first.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from exporter.beside import Cause
from exporter.recurrence import WIB
from exporter.scope import Scope
from exporter.thresholds import BACK_AFTER_BOOT_S, BOOT_MARGIN_S, BOOT_SETTLES_S, BOOT_WAIT_S

__all__ = ["Boot", "Finding", "OutageFacts", "judge", "stayed_up"]


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
    uplink_failed: bool  #: our own connection was down when it began
    boot: Boot | None  #: the latest word of the router; None: it never gave one
    has_router: bool  #: somebody will ask it
    start_seen: bool = True  #: the link answered before; False: we began to look in the middle of it
    stayed: Boot | None = None  #: the latest word, after the outage began, of a router that had started before it


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
    told = _by_line(facts) or _by_restart(facts)
    if told is not None:
        return told
    is_late = facts.end_unix_s is not None and now_unix_s > facts.end_unix_s + BOOT_WAIT_S
    return Finding(Cause.UNKNOWN, "", ended and (is_late or not facts.has_router))


def stayed_up(facts: OutageFacts) -> bool:
    """Whether the latest word is that of a router that was up when the outage began, and after that."""
    boot = facts.boot
    return (
        boot is not None
        and facts.start_seen
        and boot.read_unix_s > facts.start_unix_s
        and boot.boot_unix_s < facts.start_unix_s - BOOT_SETTLES_S
    )


def _by_line(facts: OutageFacts) -> Finding | None:
    """The router stayed up; what it said of that is kept, whatever happens to it afterwards."""
    stayed = facts.boot if stayed_up(facts) else facts.stayed
    if stayed is None:
        return None
    words = f"router tetap menyala sejak {_wib(stayed.boot_unix_s)}, dibaca {_read(stayed, facts)}"
    boot = facts.boot
    if boot is not None and boot.boot_unix_s > stayed.read_unix_s - BOOT_MARGIN_S:
        words += f"; menyala ulang kemudian {_wib(boot.boot_unix_s)}"
    read_after = facts.end_unix_s is not None and boot is not None and boot.read_unix_s >= facts.end_unix_s
    return Finding(Cause.LINE, words, read_after)


def _by_restart(facts: OutageFacts) -> Finding | None:
    """What a router's start says that was not long before the outage; None while it says nothing about it."""
    boot, end = facts.boot, facts.end_unix_s
    if boot is None or boot.read_unix_s <= facts.start_unix_s:
        return None
    started = f"router menyala kembali {_wib(boot.boot_unix_s)}, dibaca {_read(boot, facts)}"
    if boot.boot_unix_s < facts.start_unix_s - BOOT_MARGIN_S:
        why = "sesaat sebelum gangguan" if facts.start_seen else "sebelum pengukur dimulai di tengah gangguan"
        return Finding(Cause.UNKNOWN, f"{started}, {why}", end is not None and boot.read_unix_s >= end)
    if end is None:
        return Finding(Cause.POWER, started, final=False)
    if boot.boot_unix_s > end + BOOT_MARGIN_S:
        return None  # it restarted once more afterwards, and what was before is forgotten
    if end - boot.boot_unix_s > BACK_AFTER_BOOT_S:
        return Finding(Cause.UNKNOWN, f"{started}, jauh sebelum jalur pulih", final=True)
    return Finding(Cause.POWER, started, final=True)


def _read(boot: Boot, facts: OutageFacts) -> str:
    over = facts.link if boot.by_link == facts.link else f"{boot.by_link}, jalur lain lokasi ini"
    return f"{_wib(boot.read_unix_s)} lewat {over}"


def _wib(unix_s: float) -> str:
    return datetime.fromtimestamp(unix_s, WIB).strftime("%d/%m/%Y %H.%M.%S WIB")
