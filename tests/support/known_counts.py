"""What was counted in a known month: echoes, by what the page said where counting begins and ends.

Lives here: growth of counters over runs of the exporter. Must not live here: standings (``known_answer``). A reader
knows what grew between scrapes: from the last one up to where a link's span begins to the last one up to where it ends;
with every run counters begin at nought, and what a run counted after its last scrape is lost.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

import numpy as np

from exporter.thresholds import RTT_BUCKETS_S
from tests.support.known_answer import Known
from tests.support.known_link import LinkPage, link_page
from tests.support.known_story import PHASES, Story

__all__ = ["Counts", "counts_of"]

Counts = tuple[int, int, int, tuple[int, ...]]  #: replies, lost, unmeasured, and replies by bound


def counts_of(story: Story, known: Known, answered: Sequence[int]) -> Counts:
    """Within the span of one link; ``answered`` are the story's scrapes that were."""
    number = list(story.links).index(known.link)
    from_ms = answered[bisect_right(answered, known.from_ms) - 1]
    until_ms = answered[bisect_right(answered, known.until_ms) - 1]
    total = np.zeros(3 + len(RTT_BUCKETS_S) + 1)
    for place, life in enumerate(story.lives):
        last_ms = min(until_ms, answered[bisect_left(answered, life.end_ms) - 1])
        if last_ms < max(life.start_ms, from_ms):
            continue
        first_ms = max(from_ms, answered[bisect_left(answered, life.start_ms)])
        script = story.links[known.link]
        at_ms = np.array([first_ms, last_ms], np.int64)
        page = link_page(story, script, number % PHASES, at_ms, np.array([place, place]))
        first, last = _row(page, 0), _row(page, 1)
        total += last - (first if from_ms >= life.start_ms else 0)
    replies, lost, unmeasured, *faster = (int(each) for each in total)
    apart = tuple(b - a for a, b in zip([0, *faster], faster, strict=False))
    return replies, lost, unmeasured, apart


def _row(page: LinkPage, place: int) -> np.ndarray:
    bounds = [page.faster_than(bound)[place] if bound >= 0.01 else 0.0 for bound in RTT_BUCKETS_S]
    return np.array([*(each[place] for each in page.echoes), *bounds, page.faster_than(None)[place]])
