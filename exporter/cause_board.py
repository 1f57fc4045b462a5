"""The outages of every link, with their causes: which there are, and what is still to be learned of them.

Lives here: the beginning and the end of outages, the facts about each, the last few of every link. Must not live here:
the judgement (``cause``), asking routers, text for Prometheus. Fed once a second with what everybody knows; used by one
thread.

An outage begins when its link goes down and ends when the link answers; unknown in between is part of it. The word of a
router counts for every link of its site that is known to be the same router's (``engine_id``), so that a backup line
tells what became of the primary one's; a router that was exchanged during the outage says nothing of the one before. A
link that falls again keeps the outage before it open until that is decided.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from exporter.beside import Cause, DeviceRecord, OutageRecord
from exporter.cause import Boot, OutageFacts, judge, stayed_up
from exporter.model import Inventory
from exporter.outcome import State
from exporter.probe_model import SnmpProbe
from exporter.scope import Outages, Scope
from exporter.snapshot import EchoColumns
from exporter.thresholds import OUTAGES_KEPT, UPLINK_NEAR_S

__all__ = ["CauseBoard", "ChangedOutage"]

_DOWN = list(State).index(State.DOWN)
_ANSWERING = [list(State).index(state) for state in (State.UP, State.DEGRADED)]
_SCOPES = tuple(Scope)
_WIDER = {Scope.PROVIDER, Scope.AREA, Scope.CORE}


@dataclass(frozen=True, slots=True)
class ChangedOutage:
    """An outage that began, went on otherwise, or ended."""

    record: OutageRecord
    start_seen: bool  #: False: its link was down already when it was first looked at


@dataclass(slots=True)
class _Open:
    """What is remembered of an outage until its cause is decided."""

    record: OutageRecord
    start_seen: bool
    engine_id: str  #: of the link's router as it was last read before; empty: not known
    uplink_failed: bool
    stayed: Boot | None = None  #: the latest word that it was up when the outage began


class CauseBoard:
    """Remembers outages; ``update`` is called once a second."""

    def __init__(self, inventory: Inventory, former: CauseBoard | None = None) -> None:
        """``former``: the board before a reload; its outages go on."""
        self._inventory = inventory
        self._rows = {link: row for row, link in enumerate(inventory.links)}
        self._siblings = _siblings(inventory)
        self._polled = frozenset(
            link.id
            for link in inventory.links.values()
            if any(isinstance(inventory.probes[probe], SnmpProbe) for probe in link.probes)
        )
        self._open: dict[str, list[_Open]] = {}  #: oldest first; only the last may still last
        self._past: dict[str, deque[OutageRecord]] = {}
        self._told: list[OutageRecord] = []
        self._changed: dict[tuple[str, int], ChangedOutage] = {}
        self._wanted: frozenset[str] = frozenset()
        self._answered: set[str] = set()  #: links that answered since we look
        self._uplink_failed_unix_ns: int | None = None  #: when our own connection was last seen down
        if former is not None:
            self._take_over(former)

    def _take_over(self, former: CauseBoard) -> None:
        """The outages of links that stay."""
        self._open = {link: each for link, each in former._open.items() if link in self._rows}
        self._past = {link: past for link, past in former._past.items() if link in self._rows}
        self._told = former._told
        self._changed = former._changed
        self._answered = former._answered & self._rows.keys()
        self._uplink_failed_unix_ns = former._uplink_failed_unix_ns

    def update(
        self,
        unix_ns: int,
        links: EchoColumns,
        outages: Outages,
        *,
        uplink_up: bool | None,
        devices: Iterable[DeviceRecord],
    ) -> None:
        """See the present state of every link, what explains it, and what routers say."""
        told = {device.link: device for device in devices}
        if uplink_up is False:
            self._uplink_failed_unix_ns = unix_ns
        self._begin(links, told)
        for link, each in [(link, each) for link, several in self._open.items() for each in several]:
            former = each.record
            each.record = self._followed(each, links, self._rows[link], outages)
            each.uplink_failed |= self._failed_near(each.record.start_unix_ns)
            self._judge(link, each, unix_ns, told)
            if each.record != former:
                self._note(each)
        answering = np.flatnonzero(np.isin(links.state, _ANSWERING)).tolist()
        self._answered.update(links.keys[row] for row in answering)
        self._wanted = frozenset(self._unheard(links))

    def _failed_near(self, start_unix_ns: int) -> bool:
        """Whether our own connection was down near that moment, as far as that is known now."""
        failed = self._uplink_failed_unix_ns
        return failed is not None and abs(failed - start_unix_ns) <= UPLINK_NEAR_S * 1e9

    def _begin(self, links: EchoColumns, told: Mapping[str, DeviceRecord]) -> None:
        """Outages that are new."""
        for row in np.flatnonzero(links.state == _DOWN).tolist():
            link, start = links.keys[row], int(links.changed_unix_ns[row])
            several = self._open.get(link, [])
            if several and (several[-1].record.end_unix_ns is None or several[-1].record.start_unix_ns == start):
                continue
            record = OutageRecord(link, start, None, None, Cause.UNKNOWN, "", pending=True)
            engine = told[link].engine_id if link in told else ""
            fresh = _Open(record, link in self._answered, engine, self._failed_near(start))
            self._open.setdefault(link, []).append(fresh)
            self._note(fresh)

    def _note(self, each: _Open) -> None:
        """It is to be told by ``changed``; what changed twice meanwhile is told once."""
        self._changed[each.record.link, each.record.start_unix_ns] = ChangedOutage(each.record, each.start_seen)

    def _followed(self, each: _Open, links: EchoColumns, row: int, outages: Outages) -> OutageRecord:
        """The record with its end, if it has come, and the widest scope so far."""
        record = each.record
        if record.end_unix_ns is None and links.state[row] in _ANSWERING:
            return replace(record, end_unix_ns=int(links.changed_unix_ns[row]))
        code = int(outages.scope[row])
        if record.end_unix_ns is None and code >= 0:
            seen = _SCOPES[code]
            if record.scope is None or code > _SCOPES.index(record.scope):
                return replace(record, scope=seen)
        return record

    def _judge(self, link: str, each: _Open, unix_ns: int, told: Mapping[str, DeviceRecord]) -> None:
        record = each.record
        facts = OutageFacts(
            link,
            record.start_unix_ns / 1e9,
            None if record.end_unix_ns is None else record.end_unix_ns / 1e9,
            record.scope,
            each.uplink_failed,
            self._boot(link, each.engine_id, told),
            has_router=not self._polled.isdisjoint(self._siblings[link]),
            start_seen=each.start_seen,
            stayed=each.stayed,
        )
        if stayed_up(facts):
            each.stayed = facts.boot
        finding = judge(facts, unix_ns / 1e9)
        if (finding.cause, finding.evidence, not finding.final) != (record.cause, record.evidence, record.pending):
            each.record = replace(record, cause=finding.cause, evidence=finding.evidence, pending=not finding.final)
        if finding.final:
            self._close(link, each)

    def _boot(self, link: str, engine_id: str, told: Mapping[str, DeviceRecord]) -> Boot | None:
        """The latest word of the router that the link had before: by its own line, or another of the site.

        Where its identity was not known, only what the link's own line leads to is believed.
        """
        devices = (told[each] for each in self._siblings[link] if each in told)
        words = [each for each in devices if (each.engine_id == engine_id if engine_id else each.link == link)]
        if not words:
            return None
        latest = max(words, key=lambda device: (device.answered_unix_ns, device.link == link))
        return Boot(latest.boot_unix_s, latest.answered_unix_ns / 1e9, latest.link)

    def _close(self, link: str, each: _Open) -> None:
        self._open[link].remove(each)
        if not self._open[link]:
            del self._open[link]
        self._past.setdefault(link, deque(maxlen=OUTAGES_KEPT)).append(each.record)
        self._told.append(each.record)

    def decided(self) -> list[OutageRecord]:
        """Outages whose cause was decided since this was last asked; each once."""
        told, self._told = self._told, []
        return told

    def changed(self) -> list[ChangedOutage]:
        """Outages that began or changed since this was last asked, each as it is now."""
        found, self._changed = list(self._changed.values()), {}
        return found

    def _unheard(self, links: EchoColumns) -> Iterator[str]:
        """Polled links that answer, of sites of which a router's word is still missing."""
        for link, each in [(link, each) for link, several in self._open.items() for each in several]:
            is_told = each.record.end_unix_ns is None and each.record.cause is not Cause.UNKNOWN
            if each.uplink_failed or each.record.scope in _WIDER or is_told:
                continue
            near = self._siblings[link] & self._polled
            yield from (other for other in near if links.state[self._rows[other]] in _ANSWERING)

    def wanted(self) -> frozenset[str]:
        """Links whose router should be asked soon, for the cause of an outage depends on it."""
        return self._wanted

    def latest(self) -> tuple[OutageRecord, ...]:
        """The latest outage of each link that had one, in the order of the inventory."""
        found = ((link, self.history(link)) for link in self._inventory.links)
        return tuple(history[-1] for _, history in found if history)

    def history(self, link: str) -> tuple[OutageRecord, ...]:
        """The last few outages of a link, oldest first, the present one included."""
        records = [*self._past.get(link, ()), *(each.record for each in self._open.get(link, ()))]
        return tuple(sorted(records, key=lambda record: record.start_unix_ns))


def _siblings(inventory: Inventory) -> dict[str, frozenset[str]]:
    """For each link the links of its site, itself included."""
    of_site: dict[str, set[str]] = {}
    for link in inventory.links.values():
        of_site.setdefault(link.site, set()).add(link.id)
    return {link.id: frozenset(of_site[link.site]) for link in inventory.links.values()}
