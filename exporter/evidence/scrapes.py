"""When the exporter was scraped, where that failed, and when it began anew.

Lives here: pure figures about scrape times. Must not live here: queries, links. Everything that is known of a link was
said at a scrape, so gaps between scrapes are where knowledge ends.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from exporter.evidence.measured import Gap, GapReason
from exporter.thresholds import EVIDENCE_GAP_S

__all__ = ["Border", "Scrapes"]

Int64s = NDArray[np.int64]

#: So many usual intervals without a scrape are a gap.
_INTERVALS = 3


@dataclass(frozen=True, slots=True)
class Border:
    """Two scrapes with a gap or a start of the exporter between them."""

    before_ms: int
    after_ms: int
    is_start: bool  #: the exporter began anew between
    reason: GapReason


@dataclass(frozen=True)
class Scrapes:
    """All scrapes of a span, in order."""

    good_ms: Int64s  #: those that were answered
    failed_ms: Int64s
    starts: tuple[tuple[int, int], ...]  #: first scrape of each run of the exporter but the first; its start, Unix ms

    @cached_property
    def limit_ms(self) -> int:
        """Longer between two scrapes is a gap: the program's limit, or three usual intervals if that is more."""
        if len(self.good_ms) < 2:
            return round(EVIDENCE_GAP_S * 1000)
        usual_ms = int(np.median(np.diff(self.good_ms)))
        return max(round(EVIDENCE_GAP_S * 1000), _INTERVALS * usual_ms)

    def latest_ms(self, at_ms: int) -> int | None:
        """The last answered scrape up to an instant, if it is not longer ago than a gap."""
        place = int(np.searchsorted(self.good_ms, at_ms, side="right"))
        if place == 0:
            return None
        found = int(self.good_ms[place - 1])
        return found if at_ms - found <= self.limit_ms else None

    def within(self, after_ms: int, until_ms: int) -> Int64s:
        """Answered scrapes later than one instant, up to another."""
        first, last = np.searchsorted(self.good_ms, [after_ms, until_ms], side="right")
        return self.good_ms[first:last]

    def borders(self) -> tuple[Border, ...]:
        """Every gap and every start, in order."""
        return tuple(self._borders())

    def _borders(self) -> Iterator[Border]:
        first_of_run = {scrape for scrape, _ in self.starts}
        lengths = np.diff(self.good_ms)
        is_border = (lengths > self.limit_ms) | np.isin(self.good_ms[1:], list(first_of_run))
        for place in np.flatnonzero(is_border).tolist():
            before, after = int(self.good_ms[place]), int(self.good_ms[place + 1])
            yield Border(before, after, after in first_of_run, self._reason(before, after))

    def _reason(self, before_ms: int, after_ms: int) -> GapReason:
        if after_ms - before_ms <= self.limit_ms:
            return GapReason.RESTARTED
        failed = np.count_nonzero((self.failed_ms > before_ms) & (self.failed_ms < after_ms))
        return GapReason.SCRAPE_FAILED if failed else GapReason.NO_SAMPLES

    def gaps(self, start_ms: int, end_ms: int) -> tuple[Gap, ...]:
        """Every border that touches a span, and what lies before the first scrape and after the last of it."""
        found = [Gap(each.before_ms, each.after_ms, each.reason) for each in self._borders()]
        if not len(self.good_ms) or self.good_ms[0] > start_ms + self.limit_ms:
            end = int(self.good_ms[0]) if len(self.good_ms) else end_ms
            found.insert(0, Gap(start_ms, end, GapReason.NO_SAMPLES))
        if len(self.good_ms) and self.good_ms[-1] < end_ms - self.limit_ms:
            found.append(Gap(int(self.good_ms[-1]), end_ms, GapReason.NO_SAMPLES))
        return tuple(each for each in found if each.end_ms > start_ms and each.start_ms < end_ms)
