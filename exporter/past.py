"""What was seen of links before now, as values: minutes of one day, outages of thirty days, and when anybody looked.

Lives here: the shapes, and what may be asked. Must not live here: keeping them (``history``), files, clocks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from exporter.beside import Cause
from exporter.outcome import State
from exporter.scope import Scope

__all__ = ["KEPT_DAYS", "KEPT_MINUTES", "Minutes", "NoPast", "Past", "PastOutage", "Watched", "no_minutes"]

#: Minutes of one day, and days of outages.
KEPT_MINUTES, KEPT_DAYS = 1_440, 30


@dataclass(frozen=True, slots=True)
class Minutes:
    """The last minutes of one link, oldest first, the running one last; n is at most ``KEPT_MINUTES``.

    Where the four states do not add up to a minute, the exporter did not run, or did not know the link, for the rest.
    """

    first_unix_s: int  #: when the first of them began; a multiple of 60
    state_s: NDArray[np.uint8]  #: (n, states) whole seconds in each state, columns in the order of ``outcome.State``
    replies: NDArray[np.uint16]  #: (n,)
    lost: NDArray[np.uint16]  #: (n,)
    unmeasured: NDArray[np.uint16]  #: (n,)
    rtt_sum_us: NDArray[np.uint32]  #: (n,) of the replies


@dataclass(frozen=True, slots=True)
class PastOutage:
    """One outage of one link, as it is remembered across restarts of the exporter."""

    link: str
    start_unix_ns: int
    end_unix_ns: int | None  #: None: it lasts, or nobody saw its end (``end_seen``)
    start_seen: bool  #: False: it was down already when the exporter began to look, so it began earlier
    end_seen: bool  #: False together with an end of None: the exporter stopped meanwhile; True and None: it lasts
    scope: Scope | None  #: the widest that explained it; None: none yet
    cause: Cause
    evidence: str  #: in Indonesian, one line; empty while there is none
    pending: bool  #: the cause may still change


@dataclass(frozen=True, slots=True)
class Watched:
    """A span of time in which the exporter ran; half-open."""

    start_unix_ns: int
    end_unix_ns: int


def no_minutes() -> Minutes:
    """The day of a link of which nothing is remembered."""
    few = np.zeros(0, np.uint16)
    return Minutes(0, np.zeros((0, len(State)), np.uint8), few, few, few, np.zeros(0, np.uint32))


class Past(Protocol):
    """Who remembers; every method may be called by any thread, and waits for no file."""

    def minutes(self, link: str) -> Minutes:
        """The last day of a link; none of one that is not remembered, such as one that a reload has just brought."""
        ...

    def outages(self, link: str) -> Sequence[PastOutage]:
        """The outages of a link that touch the last ``KEPT_DAYS`` days, oldest first; none for an unknown link."""
        ...

    def watched(self) -> Sequence[Watched]:
        """When the exporter ran within the last ``KEPT_DAYS`` days, oldest first; the last span ends now."""
        ...


class NoPast:
    """Nobody remembers anything."""

    def minutes(self, link: str) -> Minutes:
        """None."""
        del link
        return no_minutes()

    def outages(self, link: str) -> Sequence[PastOutage]:
        """None."""
        del link
        return ()

    def watched(self) -> Sequence[Watched]:
        """Never."""
        return ()
