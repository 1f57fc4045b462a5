"""The smallest scope that explains what is down: one cause, found before any rule fires.

Lives here: grouping links that are down by site, area, provider, provider within an area, and core. Must not
live here: clocks, sockets, messages, measuring. It is fed once a second with the state of every link.

The question each time: which group of links, if it failed as a whole, explains most of what is down and not
yet explained? A group is a candidate when enough of its links, in number and in share, are down; what another
group already explains counts for nobody else. Of candidates that explain equally much the one with the fewest
links is taken, for it is the smallest.

Three rules keep messages steady:

1. A link that goes down waits: ``SETTLE_S`` before a group explains it, and longer while others still go down
   (``QUIET_S``); ``ALONE_S`` before it stands alone. A provider does not fail within one second, and the first of
   its links must not be announced alone.
2. What was announced stays: a link whose own outage was announced stays on its own until it answers again, even
   when a wider cause appears afterwards. Nothing that is still down is ever taken back.
3. An outage of a group ends when no more than ``LEAVE_SHARE`` of the links that it explained is silent, a site's when
   any link of the site answers. Links of it that are still down then wait anew, as if they had gone down at its end,
   for they too may be about to answer; what stays down is announced after that, with its true beginning. Planned work
   that begins meanwhile ends nothing.

A link that stands alone for long (``CASCADE_S``) is no sign of a cause beyond its site: it counts there neither as
failed nor as well.

A board forgets when the program ends. So it also says which groups *persist*: too few of their links answer for an
outage of them to be over. Whoever remembers that an outage was announced can tell from this that it goes on. Once a
group was seen well, or was announced by this board, the board knows better, and only an outage of it persists.

Unknown links are neither down nor known; what begins under planned work is no outage.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from exporter.model import Inventory, Link
from exporter.thresholds import (
    ALONE_S,
    AREA_LEAST_LINKS,
    AREA_LEAST_PROVIDERS,
    AREA_SHARE,
    CASCADE_S,
    CORE_LEAST_PROVIDERS,
    CORE_SHARE,
    LEAVE_SHARE,
    PROVIDER_LEAST_LINKS,
    PROVIDER_SHARE,
    QUIET_S,
    SETTLE_S,
    SITE_LEAVE_SHARE,
)

__all__ = ["GroupName", "GroupOutage", "Outages", "Scope", "ScopeBoard", "no_outages"]

Bools = NDArray[np.bool_]
Int64s = NDArray[np.int64]


class Scope(StrEnum):
    """How much one cause explains; the order is the column code, from the smallest."""

    LINK = "link"
    SITE = "site"
    PROVIDER = "provider"  #: everywhere, or within one area: then the outage names the area as well
    AREA = "area"
    CORE = "core"


@dataclass(frozen=True, slots=True)
class GroupName:
    """Links that can fail together, by what they have in common."""

    scope: Scope
    provider: str = ""  #: empty where it is not one provider's
    kabkota: str = ""  #: empty where it is not within one area
    site: str = ""  #: empty where it is not one site


@dataclass(frozen=True, slots=True)
class GroupOutage:
    """A cause that explains several links."""

    group: GroupName
    links: int  #: links of the group that are down, whoever explains them
    of: int  #: measured links of the group
    since_unix_ns: int  #: the earliest of their beginnings


@dataclass(frozen=True, slots=True)
class Outages:
    """What is down at one instant, explained."""

    scope: NDArray[np.int8]  #: (links,) index into ``Scope``; -1: not down, or not yet decided
    groups: tuple[GroupOutage, ...]  #: widest first
    persisting: tuple[GroupName, ...]  #: groups of which an outage, had it been announced, would not be over


def no_outages(links: int) -> Outages:
    """Nothing is known to be down, and nothing persists."""
    return Outages(np.full(links, -1, np.int8), (), ())


@dataclass(frozen=True, slots=True)
class _Group:
    """Links that can fail together, and what makes a failure of them."""

    name: GroupName
    members: Int64s
    least_links: int
    share: float
    least_providers: int


_CODES = {scope: code for code, scope in enumerate(Scope)}
_OWN = _CODES[Scope.LINK]


def _gathered(keys: Iterable[tuple[str, ...]]) -> dict[tuple[str, ...], Int64s]:
    """Row numbers by key."""
    rows: dict[tuple[str, ...], list[int]] = {}
    for row, key in enumerate(keys):
        rows.setdefault(key, []).append(row)
    return {key: np.array(numbers, np.int64) for key, numbers in rows.items()}


def _groups(inventory: Inventory) -> list[_Group]:
    """Every group that could fail as one: sites of two links or more, areas, providers, both together, all."""
    links: list[Link] = list(inventory.links.values())
    provider = [inventory.provider_of(link).id for link in links]
    area = [inventory.sites[link.site].kabkota for link in links]
    sites = _gathered((link.site,) for link in links)
    groups = [
        _Group(GroupName(Scope.SITE, "", area[rows[0]], site), rows, 2, 1.0, 1)
        for (site,), rows in sites.items()
        if len(rows) > 1
    ]
    for (name, code), rows in _gathered(zip(provider, area, strict=True)).items():
        groups.append(_Group(GroupName(Scope.PROVIDER, name, code), rows, PROVIDER_LEAST_LINKS, PROVIDER_SHARE, 1))
    for (name,), rows in _gathered((name,) for name in provider).items():
        groups.append(_Group(GroupName(Scope.PROVIDER, name), rows, PROVIDER_LEAST_LINKS, PROVIDER_SHARE, 1))
    for (code,), rows in _gathered((code,) for code in area).items():
        area_name = GroupName(Scope.AREA, kabkota=code)
        groups.append(_Group(area_name, rows, AREA_LEAST_LINKS, AREA_SHARE, AREA_LEAST_PROVIDERS))
    everything = np.arange(len(links))
    groups.append(_Group(GroupName(Scope.CORE), everything, AREA_LEAST_LINKS, CORE_SHARE, CORE_LEAST_PROVIDERS))
    return groups


class ScopeBoard:
    """Remembers what was announced, and explains what is down now; used by one thread."""

    def __init__(self, inventory: Inventory, former: ScopeBoard | None = None) -> None:
        """``former``: the board of the inventory before a reload; what it had announced stays announced."""
        self._links = tuple(inventory.links)
        self._groups = _groups(inventory)
        self._member = np.concatenate([group.members for group in self._groups])
        self._member_of = np.repeat(np.arange(len(self._groups)), [len(group.members) for group in self._groups])
        self._is_site = np.array([group.name.scope is Scope.SITE for group in self._groups])
        self._provider = np.array([inventory.provider_of(link).id for link in inventory.links.values()], dtype=object)
        self._own = np.zeros(len(self._links), bool)
        self._seen_mono_ns: Int64s = np.full(len(self._links), -1, np.int64)  #: since when it waits; -1: it is not down
        self._active: list[int] = []
        self._owner: Int64s = np.full(len(self._links), -1, np.int64)
        self._joined: Int64s = np.full(
            len(self._links), -1, np.int64
        )  #: the outage that explained the link, if it lasts
        self._long_alone = np.zeros(len(self._links), bool)
        self._forgotten = np.ones(len(self._groups), bool)  #: might have been announced before this program began
        if former is not None:
            self._take_over(former)

    def _take_over(self, former: ScopeBoard) -> None:
        """What the former board had announced, by link id and by what a group is."""
        index_of = {group.name: index for index, group in enumerate(self._groups)}
        moved = [index_of.get(group.name, -1) for group in former._groups]
        self._active = [moved[index] for index in former._active if moved[index] >= 0]
        for index, group in enumerate(former._groups):
            if group.name in index_of:
                self._forgotten[index_of[group.name]] = former._forgotten[index]
        rows = {link: row for row, link in enumerate(former._links)}
        for row, link in enumerate(self._links):
            if link in rows:
                self._own[row] = former._own[rows[link]]
                self._seen_mono_ns[row] = former._seen_mono_ns[rows[link]]
                owner, joined = int(former._owner[rows[link]]), int(former._joined[rows[link]])
                self._owner[row] = moved[owner] if owner >= 0 else -1
                self._joined[row] = moved[joined] if joined >= 0 else -1

    def update(
        self, now_mono_ns: int, *, down: Bools, answering: Bools, planned: Bools, since_unix_ns: Int64s
    ) -> Outages:
        """What is down at ``now_mono_ns``, explained; each array has one row a link, in inventory order.

        ``answering`` and ``down`` exclude each other; a link that is neither is unknown. ``planned``: under
        planned work. ``since_unix_ns``: when each link's present state began.
        """
        fresh = down & ~planned
        self._seen_mono_ns = np.where(fresh, np.where(self._seen_mono_ns < 0, now_mono_ns, self._seen_mono_ns), -1)
        self._own &= ~answering
        persisting = self._persisting(answering)
        self._active = [index for index in self._active if persisting[index]]
        over = (self._joined >= 0) & ~np.isin(self._joined, self._active)
        self._seen_mono_ns[over & fresh] = now_mono_ns
        self._joined[over] = -1
        owner = self._owners(fresh | self._own, answering)
        waiting = fresh & (owner < 0) & ~self._own
        waited_s = np.where(waiting, (now_mono_ns - self._seen_mono_ns) / 1e9, 0.0)
        if _settled(waited_s[waiting]):
            self._long_alone = self._own & (now_mono_ns - self._seen_mono_ns > CASCADE_S * 1e9)
            self._explain(owner, waiting & (waited_s >= SETTLE_S), fresh, (fresh | answering) & ~planned)
        self._own |= waiting & (owner < 0) & (waited_s >= ALONE_S)
        self._owner = owner
        self._joined = np.where(owner >= 0, owner, self._joined)
        persisting[self._active] = True
        self._forgotten &= persisting
        return self._outages(owner, since_unix_ns, down=fresh, measured=down | answering, persisting=persisting)

    def _persisting(self, answering: Bools) -> Bools:
        """For each group, whether too few of its links answer for an outage to be over; unknown ones do not.

        Of a group that is announced the links that it explained count, of one that may have been, all of its links.
        """
        size, is_active = len(self._groups), np.zeros(len(self._groups), bool)
        is_active[self._active] = True
        explained = self._joined[self._member] == self._member_of
        counted = explained | (~is_active | self._is_site)[self._member_of]
        silent = np.bincount(self._member_of, counted & ~answering[self._member], size)
        of = np.bincount(self._member_of, counted, size)
        lasts = np.where(self._is_site, silent >= SITE_LEAVE_SHARE * of, silent > LEAVE_SHARE * of)
        return np.asarray((silent > 0) & lasts & (is_active | self._forgotten))

    def _owners(self, down: Bools, answering: Bools) -> Int64s:
        """Which active group explains each link, -1 for none; a link on its own has none."""
        owner: Int64s = np.full(len(down), -1, np.int64)
        for index in self._active:
            members = self._groups[index].members
            held = down[members] | (self._owner[members] == index)  # what is unknown now has not recovered
            owner[members[held & ~answering[members] & ~self._own[members] & (owner[members] < 0)]] = index
        return owner

    def _explain(self, owner: Int64s, ripe: Bools, down: Bools, measured: Bools) -> None:
        """Announce groups until no ripe link can be explained by one."""
        while (best := self._best(owner, ripe, down, measured)) is not None:
            self._active.append(best)
            members = self._groups[best].members
            owner[members[down[members] & ~self._own[members] & (owner[members] < 0)]] = best
            ripe &= owner < 0

    def _best(self, owner: Int64s, ripe: Bools, down: Bools, measured: Bools) -> int | None:
        """The group that explains most of what nobody explains yet; the smallest of equals."""
        found = []
        for index, group in enumerate(self._groups):
            members = group.members[owner[group.members] < 0]
            if index in self._active or not ripe[members].any():
                continue
            if not self._is_site[index]:
                members = members[~self._long_alone[members]]
            failed = members[down[members]]
            of = int(measured[members].sum())
            enough = len(failed) >= group.least_links and len(failed) >= group.share * of
            if enough and len(set(self._provider[failed])) >= group.least_providers:
                found.append((-len(failed), len(group.members), index))
        return min(found)[2] if found else None

    def _outages(
        self, owner: Int64s, since_unix_ns: Int64s, *, down: Bools, measured: Bools, persisting: Bools
    ) -> Outages:
        scope = np.full(len(owner), -1, np.int8)
        scope[self._own] = _OWN
        groups = []
        for index in self._active:
            group = self._groups[index]
            mine = owner == index
            scope[mine] = _CODES[group.name.scope]
            if mine.any():
                of = int(measured[group.members].sum())
                links = int((mine | down)[group.members].sum())
                groups.append(GroupOutage(group.name, links, of, int(since_unix_ns[mine].min())))
        groups.sort(key=lambda outage: (-_CODES[outage.group.scope], -outage.links))
        names = tuple(self._groups[index].name for index in np.flatnonzero(persisting))
        return Outages(scope, tuple(groups), names)


def _settled(waited_s: NDArray[np.float64]) -> bool:
    """Whether links that have waited so long may be explained now: none is still joining, or one can wait no more."""
    return bool(len(waited_s)) and (float(waited_s.min()) >= QUIET_S or float(waited_s.max()) >= ALONE_S)
