"""What the page shows of one link at every scrape of a story.

Lives here: columns over the scrapes. Must not live here: names of series, chunks (``known_page``), judgement.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from tests.support.known_story import Change, Fall, Life, Script, Story, changes_of

__all__ = ["FASTEST_S", "LinkPage", "link_page"]

Int64s = NDArray[np.int64]
Float64s = NDArray[np.float64]

_STATES = ("up", "degraded", "down", "unknown")
_CAUSES = ("power", "line", "provider", "area", "core", "prober", "unknown")
_UNKNOWN = _CAUSES.index("unknown")

#: So long before a scrape everything is settled, unless a change is being proved.
_SETTLED_MS = 1_000

#: Of a hundred replies so many are faster than the bound of a bucket, in seconds.
_FASTER = {0.01: 50, 0.02: 90, 0.03: 99}

#: No reply is faster, in seconds.
FASTEST_S = min(_FASTER)


@dataclass
class LinkPage:
    """Columns; NaN where the page says nothing."""

    there: NDArray[np.bool_]  #: the link is on the page
    state: Int64s
    spent_ms: Float64s  #: (states, scrapes)
    changed_ms: Float64s
    announced: Float64s
    fell_ms: Float64s
    rose_ms: Float64s
    cause: Int64s
    pending: Float64s

    @cached_property
    def echoes(self) -> tuple[Float64s, Float64s, Float64s]:
        """Replies, lost and unmeasured ones: one a second of the time that is settled."""
        return (self.spent_ms[0] + self.spent_ms[1]) // 1000, self.spent_ms[2] // 1000, self.spent_ms[3] // 1000

    def faster_than(self, bound: float | None) -> Float64s:
        """Replies at most so slow, in seconds; None: all of them."""
        replies = self.echoes[0]
        if bound is None or bound > max(_FASTER):
            return replies
        return replies * _FASTER[bound] // 100


def link_page(story: Story, script: Script, phase: int, at_ms: Int64s, life: Int64s) -> LinkPage:
    """What each scrape shows of a link."""
    count, nothing = len(at_ms), np.full(len(at_ms), np.nan)
    there = (life >= 0) & (at_ms >= (script.appears_ms or 0))
    if script.leaves_ms is not None:
        there &= at_ms < script.leaves_ms
    announced = np.zeros(count)
    for start, end in script.announced:
        announced[(at_ms >= start) & (at_ms < end)] = 1
    page = LinkPage(
        there,
        np.full(count, _STATES.index("unknown")),
        np.zeros((len(_STATES), count)),
        nothing.copy(),
        announced,
        nothing.copy(),
        nothing.copy(),
        np.full(count, _UNKNOWN),
        nothing.copy(),
    )
    for number, run in enumerate(story.lives):
        here = np.flatnonzero(there & (life == number))
        if here.size:
            changes = changes_of(story, script, phase, run)
            _stand(page, here, at_ms[here], changes)
            _tell(page, here, at_ms[here], _records(changes, script, run))
    return page


def _stand(page: LinkPage, here: Int64s, at_ms: Int64s, changes: list[Change]) -> None:
    """State, its beginning, and the seconds of each state."""
    place = np.searchsorted([each.shown_ms for each in changes], at_ms, "right") - 1
    page.state[here] = np.array([_STATES.index(each.state) for each in changes])[place]
    began = np.array([float(each.at_ms) for each in changes])
    began[0] = np.nan  # nothing was known before the first verdict
    page.changed_ms[here] = began[place]
    next_ms = np.array([*(each.at_ms for each in changes[1:]), np.iinfo(np.int64).max])[place]
    settled = np.maximum(np.minimum(at_ms - _SETTLED_MS, next_ms), changes[0].at_ms)
    for code, state in enumerate(_STATES):
        for each, end in zip(changes, [*(each.at_ms for each in changes[1:]), None], strict=True):
            if each.state == state:
                until = settled if end is None else np.minimum(settled, end)
                page.spent_ms[code, here] += np.maximum(until - each.at_ms, 0)


def _records(changes: list[Change], script: Script, run: Life) -> list[tuple[Change, Change | None, str, int]]:
    """Each outage that this run of the exporter remembers: beginning, end, cause, and when that is final."""
    found: list[tuple[Change, Change | None, str, int]] = []
    begun: Change | None = None
    for each in changes:
        if each.state == "down" and begun is None:
            begun = each
        elif begun is not None and each.state in {"up", "degraded"}:
            found.append((begun, each, *_finding(begun, each, script)))
            begun = None
    if begun is not None:
        found.append((begun, None, "unknown", run.end_ms))
    return found


def _finding(begun: Change, ended: Change, script: Script) -> tuple[str, int]:
    fall: Fall = max((each for each in script.falls if each.start_ms <= begun.at_ms), key=lambda each: each.start_ms)
    early = fall.found_after_ms < 0
    return fall.cause, begun.shown_ms - fall.found_after_ms if early else ended.shown_ms + fall.found_after_ms


def _tell(page: LinkPage, here: Int64s, at_ms: Int64s, records: list[tuple[Change, Change | None, str, int]]) -> None:
    """The latest outage, at each scrape at which there was one."""
    for begun, ended, cause, found_ms in records:
        since = here[at_ms >= begun.shown_ms]
        page.fell_ms[since] = begun.at_ms
        page.rose_ms[since] = np.nan
        page.cause[since] = _UNKNOWN
        page.pending[since] = 1
        if ended is not None:
            page.rose_ms[here[at_ms >= ended.shown_ms]] = ended.at_ms
        final = here[at_ms >= found_ms]
        page.cause[final] = _CAUSES.index(cause)
        page.pending[final] = 0
