"""What one link truly did under one exporter, and what each scrape of that exporter showed of it.

Lives here: lives of an exporter, changes of state, the page's figures at an instant. Must not live here: reading,
judgement. It lags as the real one does: a change is shown some seconds after it took effect, time waits meanwhile, and
the latest outage is told up to a second after the state.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from exporter.evidence.measured import Segment, Standing
from exporter.evidence.points import Point

__all__ = ["STANDINGS", "Change", "Life"]

STANDINGS = {"up": Standing.UP, "degraded": Standing.UP, "down": Standing.DOWN, "unknown": Standing.UNMEASURED}


@dataclass(frozen=True, slots=True)
class Change:
    """From ``at_ms`` on the link stands so, and from ``shown_ms`` on the page says it."""

    at_ms: int
    shown_ms: int
    state: str


@dataclass(frozen=True, slots=True)
class Life:
    """One run of the exporter; its first change is to unknown, at its start."""

    start_ms: int
    end_ms: int
    changes: tuple[Change, ...]
    lag_ms: int = 800  #: of what is told of outages, after the state

    def shown(self, at_ms: int) -> tuple[Change, ...]:
        """The changes that a scrape knows of."""
        return tuple(each for each in self.changes if each.shown_ms <= at_ms)

    def point(self, at_ms: int) -> Point:
        """What a scrape shows."""
        shown, spent = self.shown(at_ms), self.spent_ms(at_ms)
        last_start_ms, last_end_ms = self._outage(at_ms - self.lag_ms)
        return Point(
            at_ms,
            STANDINGS[shown[-1].state],
            shown[-1].at_ms,
            spent["down"],
            spent["unknown"],
            last_start_ms,
            last_end_ms,
            spent["up"] + spent["degraded"],
        )

    def spent_ms(self, at_ms: int) -> dict[str, int]:
        """Time in each state, up to where that is settled."""
        shown = self.shown(at_ms)
        waiting = [each.at_ms for each in self.changes if each.shown_ms > at_ms]
        settled_ms = max(shown[-1].at_ms, min([at_ms - 300, *waiting]))
        spent = dict.fromkeys(STANDINGS, 0)
        for each, end_ms in zip(shown, [*(each.at_ms for each in shown[1:]), settled_ms], strict=True):
            spent[each.state] += end_ms - each.at_ms
        return spent

    def _outage(self, at_ms: int) -> tuple[int | None, int | None]:
        """The latest: down until it answers; unknown in between is part of it."""
        start_ms: int | None = None
        end_ms: int | None = None
        is_open = False
        for each in self.shown(at_ms):
            if each.state == "down" and not is_open:
                start_ms, end_ms, is_open = each.at_ms, None, True
            elif each.state in {"up", "degraded"} and is_open:
                end_ms, is_open = each.at_ms, False
        return start_ms, end_ms

    def truth(self, until_ms: int) -> tuple[Segment, ...]:
        """How the link stood up to an instant, by all that the page shows at it."""
        shown = self.shown(until_ms)
        ends = [*(each.at_ms for each in shown[1:]), until_ms]
        found = [Segment(each.at_ms, end, STANDINGS[each.state]) for each, end in zip(shown, ends, strict=True)]
        return _joined(each for each in found if each.start_ms < each.end_ms)


def _joined(segments: Iterable[Segment]) -> tuple[Segment, ...]:
    """Neighbours of one standing as one."""
    found: list[Segment] = []
    for each in segments:
        if found and found[-1].standing is each.standing and found[-1].end_ms == each.start_ms:
            found[-1] = Segment(found[-1].start_ms, each.end_ms, each.standing)
        else:
            found.append(each)
    return tuple(found)
