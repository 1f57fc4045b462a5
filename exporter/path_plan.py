"""Whose path is to be traced now: broken ones at once and within a budget, good ones slowly and in the background.

Lives here: budgets, order, spreading. Must not live here: tracing, threads, clocks: the time is handed in.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from zlib import crc32

from exporter.sampling import spread

__all__ = ["BrokenOrders", "PathPlanner", "Silent"]

_SECOND_NS = 1_000_000_000

#: How often the path of a link that stays down is traced again.
_AGAIN_NS = 300 * _SECOND_NS

#: Traces of broken paths within any minute: altogether, and to links of one provider. Three show where a provider's
#: outage is; more would say the same, and routers answer only so often.
_MINUTE_NS = 60 * _SECOND_NS
_MOST_A_MINUTE = 10
_MOST_A_PROVIDER = 3

#: How often the good path of a link is learned, give or take a tenth, so that they stay spread.
_LEARN_EVERY_NS = 6 * 3600 * _SECOND_NS
_SPREAD = 0.1

#: Seconds between two such traces, and in the first round, when nothing is known: 500 links take eight minutes.
_GAP_NS = 4 * _SECOND_NS
_FIRST_GAP_NS = _SECOND_NS

#: Such traces at a time: a way with silent hops takes ten seconds, and workers must be left for the broken ones.
_MOST_LEARNING = 2

#: Until learning is tried again when tracing is not permitted.
_PAUSE_NS = 300 * _SECOND_NS


@dataclass(frozen=True, slots=True)
class Silent:
    """A link that is down, or about to be: nobody answered a second opinion."""

    link: str
    provider: str
    since_mono_ns: int  #: when its run of losses began


@dataclass(frozen=True, slots=True)
class BrokenOrders:
    """What to do now."""

    trace: tuple[str, ...]
    refused: tuple[str, ...]  #: wanted, not afforded; wanted again in five minutes


@dataclass(slots=True)
class _Outage:
    since_mono_ns: int
    wanted_mono_ns: int  #: when the next trace is wanted
    traced_mono_ns: int = 0  #: the latest trace; 0: none


class PathPlanner:
    """Keeps a few words for each link."""

    def __init__(self) -> None:
        self._outages: dict[str, _Outage] = {}
        self._recent: deque[tuple[int, str]] = deque()  #: the latest traces of broken paths: when, which provider
        self._learn_mono_ns: dict[str, int] = {}  #: when a link's good path is due again
        self._next_learning_mono_ns = 0
        self._learning: set[str] = set()
        self._tracing: set[str] = set()  #: broken ones

    def broken(self, now_mono_ns: int, silent: Iterable[Silent]) -> BrokenOrders:
        """Whose broken path to trace; ``silent`` are all links that are silent now."""
        present = {each.link: each for each in silent}
        self._outages = {
            link: self._outages[link]
            if link in self._outages and self._outages[link].since_mono_ns == each.since_mono_ns
            else _Outage(each.since_mono_ns, now_mono_ns)
            for link, each in present.items()
        }
        while self._recent and self._recent[0][0] <= now_mono_ns - _MINUTE_NS:
            self._recent.popleft()
        due = [
            (outage.traced_mono_ns, outage.since_mono_ns, link)
            for link, outage in self._outages.items()
            if outage.wanted_mono_ns <= now_mono_ns and link not in self._tracing
        ]
        trace, refused = [], []
        for each in spread((present[link] for *_, link in sorted(due)), lambda one: one.provider):
            outage = self._outages[each.link]
            outage.wanted_mono_ns = now_mono_ns + _AGAIN_NS
            of_provider = sum(provider == each.provider for _, provider in self._recent)
            if len(self._recent) >= _MOST_A_MINUTE or of_provider >= _MOST_A_PROVIDER:
                refused.append(each.link)
                continue
            outage.traced_mono_ns = now_mono_ns
            self._recent.append((now_mono_ns, each.provider))
            self._tracing.add(each.link)
            trace.append(each.link)
        return BrokenOrders(tuple(trace), tuple(refused))

    def learn(self, now_mono_ns: int, answering: Iterable[str]) -> str | None:
        """The link whose good path is to be traced now, of those that answer; None: nobody's."""
        if now_mono_ns < self._next_learning_mono_ns or len(self._learning) >= _MOST_LEARNING:
            return None
        self._next_learning_mono_ns = now_mono_ns + _FIRST_GAP_NS
        due = [
            (self._learn_mono_ns.get(link, 0), crc32(link.encode()), link)
            for link in answering
            if self._learn_mono_ns.get(link, 0) <= now_mono_ns and link not in self._learning | self._tracing
        ]
        if not due:
            return None
        _, number, link = min(due)
        if link in self._learn_mono_ns:
            self._next_learning_mono_ns = now_mono_ns + _GAP_NS
        share = 1 + _SPREAD * (2 * number / 0xFFFFFFFF - 1)
        self._learn_mono_ns[link] = now_mono_ns + round(_LEARN_EVERY_NS * share)
        self._learning.add(link)
        return link

    def pause_learning(self, now_mono_ns: int) -> None:
        """Tracing is not permitted: nobody's good path for a while."""
        self._next_learning_mono_ns = now_mono_ns + _PAUSE_NS

    def finished(self, link: str) -> None:
        """No trace to ``link`` runs any more."""
        self._learning.discard(link)
        self._tracing.discard(link)

    def forget(self, link: str) -> None:
        """The link is gone, or is another one under its old id."""
        self._outages.pop(link, None)
        self._learn_mono_ns.pop(link, None)
