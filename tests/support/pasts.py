"""A past made by hand: minutes, outages and watched times that a test chooses.

Lives here: the making. Must not live here: assertions, the real memory (``exporter.history``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from exporter.beside import Cause
from exporter.outcome import State
from exporter.past import Minutes, PastOutage, Watched, no_minutes
from exporter.scope import Scope

__all__ = ["FakePast", "make_minutes", "make_outage"]

_STATES = tuple(State)


@dataclass
class FakePast:
    """Remembers what it is given."""

    of_minutes: Mapping[str, Minutes] = field(default_factory=dict)
    of_outages: Mapping[str, Sequence[PastOutage]] = field(default_factory=dict)
    spans: Sequence[Watched] = ()

    def minutes(self, link: str) -> Minutes:
        """As given; none for another link."""
        return self.of_minutes.get(link) or no_minutes()

    def outages(self, link: str) -> Sequence[PastOutage]:
        """As given; none for another link."""
        return self.of_outages.get(link, ())

    def watched(self) -> Sequence[Watched]:
        """As given."""
        return self.spans


def make_minutes(states: Sequence[State | None], *, first_unix_s: int = 1_795_400_040, rtt_ms: float = 20.0) -> Minutes:
    """One minute for each state, in it all the time, an echo a second; None: nobody watched."""
    n = len(states)
    state_s = np.zeros((n, len(_STATES)), np.uint8)
    replies, lost, unmeasured = (np.zeros(n, np.uint16) for _ in range(3))
    for row, state in enumerate(states):
        if state is None:
            continue
        state_s[row, _STATES.index(state)] = 60
        counted = {State.DOWN: lost, State.UNKNOWN: unmeasured}.get(state, replies)
        counted[row] = 60
    rtt_sum_us = (replies * np.uint32(rtt_ms * 1000)).astype(np.uint32)
    return Minutes(first_unix_s, state_s, replies, lost, unmeasured, rtt_sum_us)


def make_outage(link: str, start_unix_ns: int, end_unix_ns: int | None, **changes: object) -> PastOutage:
    """An outage of one line whose beginning, and end if it has one, were seen."""
    words: dict[str, object] = {
        "start_seen": True,
        "end_seen": end_unix_ns is not None,
        "scope": Scope.LINK,
        "cause": Cause.UNKNOWN,
        "evidence": "",
        "pending": False,
    }
    return PastOutage(link, start_unix_ns, end_unix_ns, **(words | changes))  # type: ignore[arg-type]
