"""When the exporter ran: spans of the wall clock.

Lives here: making one span of looks that follow each other. Must not live here: clocks, files.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from exporter.past import KEPT_DAYS, Watched

__all__ = ["WatchMemory", "united"]

_SECOND_NS = 1_000_000_000
_KEPT_NS = KEPT_DAYS * 86_400 * _SECOND_NS

#: Two looks so far apart leave time between them that nobody watched; looks come every second.
_APART_NS = 15 * _SECOND_NS


class WatchMemory:
    """Spans of the last days; ``look`` is called every second."""

    def __init__(self, remembered: Iterable[Watched] = ()) -> None:
        """``remembered``: of former runs."""
        self._former = united(remembered)
        self._present: list[Watched] = []

    def look(self, now_unix_ns: int) -> None:
        """Somebody looks now. A clock that steps, either way, begins another span."""
        last = self._present[-1] if self._present else None
        if last is not None and 0 <= now_unix_ns - last.end_unix_ns <= _APART_NS:
            self._present[-1] = Watched(last.start_unix_ns, now_unix_ns)
        else:
            self._present.append(Watched(now_unix_ns, now_unix_ns))

    def latest(self) -> Watched | None:
        """The span that goes on; None before the first look."""
        return self._present[-1] if self._present else None

    def spans(self, now_unix_ns: int) -> Sequence[Watched]:
        """Spans within the last days, oldest first, none touching another; nothing that lies ahead of the clock."""
        first = now_unix_ns - _KEPT_NS
        clipped = (
            Watched(max(each.start_unix_ns, first), min(each.end_unix_ns, now_unix_ns))
            for each in united((*self._former, *self._present))
        )
        return [each for each in clipped if each.start_unix_ns < each.end_unix_ns]


def united(spans: Iterable[Watched]) -> list[Watched]:
    """The same time as spans in order that do not touch."""
    found: list[Watched] = []
    for each in sorted(spans, key=lambda span: (span.start_unix_ns, span.end_unix_ns)):
        if found and each.start_unix_ns <= found[-1].end_unix_ns:
            found[-1] = Watched(found[-1].start_unix_ns, max(found[-1].end_unix_ns, each.end_unix_ns))
        else:
            found.append(each)
    return found
