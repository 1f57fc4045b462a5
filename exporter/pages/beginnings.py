"""When what is out now began, as far as anybody saw it, also across restarts of the exporter.

Lives here: one beginning for each link that is out. Must not live here: order, words, HTML. After a restart the state
of a link begins anew; its outage does not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from exporter.outcome import State
from exporter.past import Past, Watched
from exporter.snapshot import Snapshot

__all__ = ["Beginning", "beginnings", "earliest", "fresh", "remembered", "was_seen"]

_DOWN = tuple(State).index(State.DOWN)

#: Within the first minute of the exporter a state is found, and does not begin.
_SETTLED_NS = 60 * 1_000_000_000


@dataclass(frozen=True, slots=True)
class Beginning:
    """A moment; not ``seen``: it was so already then, so it began earlier."""

    unix_ns: int
    seen: bool


def beginnings(snapshot: Snapshot, past: Past) -> Mapping[str, Beginning]:
    """Of each link that is down, or that an outage explains, in the order of the inventory."""
    out = (snapshot.links.state == _DOWN) | (snapshot.outages.scope >= 0)
    of_records = {each.link: each.start_unix_ns for each in snapshot.beside.outages if each.end_unix_ns is None}
    found, watched = {}, past.watched()
    for row in np.flatnonzero(out).tolist():
        link = snapshot.links.keys[row]
        otherwise = of_records.get(link, int(snapshot.links.changed_unix_ns[row]))
        found[link] = remembered(past, link) or fresh(watched, otherwise)
    return found


def fresh(watched: Sequence[Watched], unix_ns: int) -> Beginning:
    """Of what began then and is not remembered yet: seen, unless the exporter itself had just begun."""
    return Beginning(unix_ns, seen=not watched or was_seen(watched, unix_ns))


def remembered(past: Past, link: str) -> Beginning | None:
    """Of the outage of a link that lasts; None where none is remembered, as in its first second."""
    for each in reversed(past.outages(link)):
        if each.end_unix_ns is None and each.end_seen:
            return Beginning(each.start_unix_ns, each.start_seen)
    return None


def was_seen(watched: Iterable[Watched], unix_ns: int) -> bool:
    """Whether what began then was seen to begin: right after the exporter starts, every state is found, not begun."""
    before = unix_ns - _SETTLED_NS
    return any(each.start_unix_ns <= before <= each.end_unix_ns for each in watched)


def earliest(several: Iterable[Beginning], otherwise_unix_ns: int) -> Beginning:
    """The first of them; of equals one that nobody saw."""
    found = min(several, key=lambda each: (each.unix_ns, each.seen), default=None)
    return Beginning(otherwise_unix_ns, seen=True) if found is None else found
