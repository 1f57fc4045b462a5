"""Whether the prober sees anything at all: while it does not, what was measured last says nothing of now.

Lives here: the two ways of not seeing, and which of them is so. Must not live here: measuring, words, what follows for
a link (``pages.standing``).
"""

from __future__ import annotations

from enum import StrEnum

from exporter.snapshot import Snapshot

__all__ = ["STILL_AFTER_NS", "Blindness", "blindness"]

#: The engine goes round ten times a second, and no stall of one that works is as long as this.
STILL_AFTER_NS = 10_000_000_000


class Blindness(StrEnum):
    """Why nothing is known of any office."""

    STANDSTILL = "standstill"  #: the engine does not go round: nothing is sent, nothing is read
    CUT_OFF = "cut_off"  #: our own way out is down


def blindness(snapshot: Snapshot) -> Blindness | None:
    """Why nothing is known at that moment; None: the prober sees. Without reference targets nobody knows of CUT_OFF."""
    if snapshot.still_ns > STILL_AFTER_NS:
        return Blindness.STANDSTILL
    return Blindness.CUT_OFF if snapshot.prober.uplink_up is False else None
