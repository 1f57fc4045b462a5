"""One link's month from stretches between scrapes: its segments, and its outages.

Lives here: joining stretches, cutting them to a span, finding outages. Must not live here: what two scrapes tell of the
time between (``points``), queries. A stretch may begin before the one before it ended: the exporter learned later what
had been the case, and the later word holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from exporter.beside import Cause
from exporter.evidence.measured import MeasuredOutage, Segment, Standing

__all__ = ["Timeline", "clipped", "outages_of"]


class Timeline:
    """What is known of one link, in order and without a hole."""

    def __init__(self) -> None:
        """Nothing is known yet."""
        self._segments: list[Segment] = []

    def add(self, segments: Iterable[Segment]) -> None:
        """Go on with ``segments``, which join each other; they replace what was known of their time."""
        for segment in segments:
            if segment.start_ms >= segment.end_ms:
                continue
            self._cut(segment.start_ms)
            last = self._segments[-1] if self._segments else None
            if last is not None and last.standing is segment.standing and last.end_ms == segment.start_ms:
                self._segments[-1] = Segment(last.start_ms, segment.end_ms, segment.standing)
            else:
                self._segments.append(segment)

    def _cut(self, at_ms: int) -> None:
        """Forget everything from an instant on."""
        while self._segments and self._segments[-1].start_ms >= at_ms:
            self._segments.pop()
        if self._segments and self._segments[-1].end_ms > at_ms:
            last = self._segments[-1]
            self._segments[-1] = Segment(last.start_ms, at_ms, last.standing)

    def segments(self) -> tuple[Segment, ...]:
        """All of it."""
        return tuple(self._segments)


def clipped(segments: Iterable[Segment], start_ms: int, end_ms: int) -> tuple[Segment, ...]:
    """What lies within a span."""
    inside = (Segment(max(each.start_ms, start_ms), min(each.end_ms, end_ms), each.standing) for each in segments)
    return tuple(each for each in inside if each.start_ms < each.end_ms)


def outages_of(segments: Sequence[Segment], *, lasts: bool) -> Iterator[MeasuredOutage]:
    """Every outage in order, of yet unknown cause; ``lasts``: the link is measured on, so the last may be open.

    Where time down follows time that was not measured, and no outage was open, its start was not seen.
    """
    began: Segment | None = None
    down_ms, start_seen, before = 0, True, Standing.UP
    for each in segments:
        if each.standing is Standing.DOWN:
            if began is None:
                began, down_ms, start_seen = each, 0, before is Standing.UP
            down_ms += each.length_ms
        elif each.standing is Standing.UP and began is not None:
            end_seen = before is Standing.DOWN
            yield MeasuredOutage(began.start_ms, each.start_ms, down_ms, Cause.UNKNOWN, start_seen, end_seen)
            began = None
        before = each.standing
    if began is not None and lasts:
        yield MeasuredOutage(began.start_ms, None, down_ms, Cause.UNKNOWN, start_seen)
    elif began is not None:
        end_ms = max(each.end_ms for each in segments if each.standing is Standing.DOWN)
        yield MeasuredOutage(began.start_ms, end_ms, down_ms, Cause.UNKNOWN, start_seen, end_seen=False)
