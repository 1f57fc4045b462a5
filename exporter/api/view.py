"""One moment, made ready for the questions of the API.

Lives here: what several documents need of a snapshot, worked out once for a request. Must not live here: documents,
HTTP, the past.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from exporter import calendars
from exporter.beside import OutageRecord
from exporter.model import Link, Site
from exporter.outcome import State
from exporter.pages import standing
from exporter.pages.beginnings import Beginning, beginnings
from exporter.pages.standing import Standing
from exporter.past import Past
from exporter.scope import Scope
from exporter.sight import blindness
from exporter.snapshot import Snapshot

__all__ = ["View"]

_STATES, _SCOPES = tuple(State), tuple(Scope)


class View:
    """A snapshot and what follows from it; everything is by id, in the order of the inventory."""

    def __init__(self, snapshot: Snapshot, past: Past) -> None:
        """Nothing is worked out before it is asked for."""
        self._past = past
        self.snapshot = snapshot
        self.inventory = snapshot.inventory

    @property
    def taken_unix_s(self) -> float:
        """The moment of which everything speaks."""
        return self.snapshot.taken_unix_ns / 1e9

    @cached_property
    def rows(self) -> Mapping[str, int]:
        """Of each link, its row in the columns."""
        return {link: row for row, link in enumerate(self.snapshot.links.keys)}

    @cached_property
    def link_standings(self) -> Mapping[str, Standing]:
        """How each link stands."""
        found = standing.of_links(self.snapshot).tolist()
        return {link: Standing(code) for link, code in zip(self.snapshot.links.keys, found, strict=True)}

    @cached_property
    def links_of_sites(self) -> Mapping[str, tuple[Link, ...]]:
        """The links of each site; a site may have none."""
        found: dict[str, list[Link]] = {site: [] for site in self.inventory.sites}
        for link in self.inventory.links.values():
            found[link.site].append(link)
        return {site: tuple(links) for site, links in found.items()}

    @cached_property
    def site_standings(self) -> Mapping[str, Standing]:
        """How each site with links stands."""
        return {
            site: standing.of_site(self.link_standings[link.id] for link in links)
            for site, links in self.links_of_sites.items()
            if links
        }

    @cached_property
    def planned(self) -> NDArray[np.bool_]:
        """Of each row, whether planned work runs."""
        return calendars.maintenance(self.inventory, self.snapshot.taken_unix_ns)

    @cached_property
    def in_service_hours(self) -> NDArray[np.bool_]:
        """Of each row, whether the site's office is open."""
        return calendars.service_hours(self.inventory, self.snapshot.taken_unix_ns)

    @cached_property
    def open_records(self) -> Mapping[str, OutageRecord]:
        """The outage of each link that lasts."""
        return {each.link: each for each in self.snapshot.beside.outages if each.end_unix_ns is None}

    @cached_property
    def beginnings(self) -> Mapping[str, Beginning]:
        """Since when each link is out that is, also across restarts."""
        return beginnings(self.snapshot, self._past)

    def site_of(self, link: str) -> Site:
        """The site of a link."""
        return self.inventory.sites[self.inventory.links[link].site]

    def state_of(self, link: str) -> State:
        """What a link is; not known while the prober sees nothing, whatever was seen last."""
        if blindness(self.snapshot) is not None:
            return State.UNKNOWN
        return _STATES[int(self.snapshot.links.state[self.rows[link]])]

    def since_unix_ns(self, link: str) -> int:
        """When that began; 0 where nobody knows. Of a link that is down when its outage did, also before a restart."""
        if blindness(self.snapshot) is not None:
            return 0
        if self.state_of(link) is State.DOWN:
            return self.beginnings[link].unix_ns
        return int(self.snapshot.links.changed_unix_ns[self.rows[link]])

    def scope_of(self, link: str) -> Scope | None:
        """What explains that a link is down; None: it is not, or that is not decided yet."""
        code = int(self.snapshot.outages.scope[self.rows[link]])
        return _SCOPES[code] if code >= 0 else None

    def standings_of_links(self, links: Iterable[Link]) -> list[Standing]:
        """How these stand."""
        return [self.link_standings[link.id] for link in links]

    def standings_of_sites(self, sites: Iterable[Site]) -> list[Standing]:
        """How those of these stand that have links."""
        return [self.site_standings[site.id] for site in sites if site.id in self.site_standings]
