"""The outages of thirty days, as they are remembered across restarts of the exporter.

Lives here: which there are, when one goes on after a restart, how many are kept. Must not live here: deciding what an
outage is (``cause_board``), files, clocks. One thread at a time.

An outage that lasted when the exporter stopped has no end that anybody saw. When its link is down still at the next
start, and nobody looked away for longer than ``JOIN_WITHIN_S``, the two are one; otherwise the new one has a beginning
that nobody saw.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from exporter.cause_board import ChangedOutage
from exporter.past import KEPT_DAYS, PastOutage

__all__ = ["JOIN_WITHIN_S", "KEPT_OF_A_LINK", "OutageMemory"]

_SECOND_NS = 1_000_000_000
_KEPT_NS = KEPT_DAYS * 86_400 * _SECOND_NS

#: Longest time without anybody looking over which an outage is held to go on, seconds: a restart of the program or of
#: its server. Shorter than most repairs, so that a line that was repaired and failed again is seldom told as one.
JOIN_WITHIN_S = 900

#: The newest of one link; a line that falls more than six times a day is told by its minutes.
KEPT_OF_A_LINK = 200


class OutageMemory:
    """Outages by link and beginning; ``take`` is told what changed."""

    def __init__(self, remembered: Iterable[PastOutage] = (), *, looked_until_unix_ns: int = 0) -> None:
        """``remembered``: of former runs, the last of which looked until that moment."""
        self._of: dict[str, dict[int, PastOutage]] = {}
        self._begins: dict[tuple[str, int], int] = {}  #: beginning by the board's, where two are one
        self._looked_until_unix_ns = looked_until_unix_ns
        for each in remembered:
            stopped = replace(each, end_seen=each.end_unix_ns is not None, pending=False)
            self._of.setdefault(each.link, {})[each.start_unix_ns] = stopped
        for outages in self._of.values():
            self._bound(outages)

    def take(self, now_unix_ns: int, changed: Iterable[ChangedOutage]) -> list[PastOutage]:
        """Remember what changed; returns it as it is remembered."""
        return [self._taken(now_unix_ns, each) for each in changed]

    def _taken(self, now_unix_ns: int, told: ChangedOutage) -> PastOutage:
        record = told.record
        outages = self._of.setdefault(record.link, {})
        key = (record.link, record.start_unix_ns)
        if key not in self._begins:
            self._begins[key] = self._beginning(now_unix_ns, told, outages)
        start = self._begins[key]
        known = outages.get(start)
        taken = PastOutage(
            record.link,
            start,
            record.end_unix_ns,
            start_seen=told.start_seen if known is None else known.start_seen,
            end_seen=True,
            scope=record.scope,
            cause=record.cause,
            evidence=record.evidence,
            pending=record.pending,
        )
        outages[start] = taken
        self._bound(outages)
        if record.end_unix_ns is not None and not record.pending:
            del self._begins[key]
        return taken

    def _beginning(self, now_unix_ns: int, told: ChangedOutage, outages: dict[int, PastOutage]) -> int:
        """Where the outage began: earlier than the board knows, when it is one of a former run that goes on."""
        last = outages[max(outages)] if outages else None
        goes_on = last is not None and last.end_unix_ns is None and not last.end_seen and not told.start_seen
        away_ns = now_unix_ns - self._looked_until_unix_ns
        if goes_on and last is not None and 0 <= away_ns <= JOIN_WITHIN_S * _SECOND_NS:
            return last.start_unix_ns
        return told.record.start_unix_ns

    def forget(self, now_unix_ns: int, links: Iterable[str]) -> list[PastOutage]:
        """Drop what is older than is kept; what lasts of links that are no more has no end that is seen. These."""
        known = frozenset(links)
        unseen = []
        for link, outages in list(self._of.items()):
            for start, each in list(outages.items()):
                if _last_unix_ns(each, now_unix_ns) < now_unix_ns - _KEPT_NS:
                    del outages[start]
                elif _lasts(each) and link not in known:
                    outages[start] = replace(each, end_seen=False, pending=False)
                    unseen.append(outages[start])
            if not outages:
                del self._of[link]
        return unseen

    def of(self, link: str, now_unix_ns: int) -> Sequence[PastOutage]:
        """The outages of a link that touch the last days, oldest first."""
        since = now_unix_ns - _KEPT_NS
        outages = self._of.get(link, {})
        return [outages[start] for start in sorted(outages) if _last_unix_ns(outages[start], now_unix_ns) >= since]

    def all(self) -> list[PastOutage]:
        """Everything, by link and beginning."""
        return [self._of[link][start] for link in sorted(self._of) for start in sorted(self._of[link])]

    def _bound(self, outages: dict[int, PastOutage]) -> None:
        while len(outages) > KEPT_OF_A_LINK:
            del outages[min(outages)]


def _lasts(outage: PastOutage) -> bool:
    return outage.end_unix_ns is None and outage.end_seen


def _last_unix_ns(outage: PastOutage, now_unix_ns: int) -> int:
    """The last moment of an outage of which anybody knows."""
    if _lasts(outage):
        return now_unix_ns
    return outage.start_unix_ns if outage.end_unix_ns is None else outage.end_unix_ns
