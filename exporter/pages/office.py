"""What an office's page says of it: how it stands, since when, how far that reaches, what was and what is planned.

Lives here: values of one site. Must not live here: HTML, sentences (``office_words``), a whole agency.
Nothing internal is in these values: no address, no fee, no contract, no provider, no equipment.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from exporter import calendars
from exporter.beside import Cause
from exporter.indonesian import percent
from exporter.model import Contact, Site
from exporter.outcome import State
from exporter.pages.beginnings import was_seen
from exporter.pages.office_outages import SiteOutage, site_outages
from exporter.pages.office_planned import PlannedTime, planned_times
from exporter.pages.outage_rows import gaps, watched_since
from exporter.pages.standing import Standing, of_links, of_site
from exporter.pages.unknown import looked_up
from exporter.past import Past, Watched
from exporter.scope import GroupName, Scope
from exporter.sight import Blindness, blindness
from exporter.snapshot import Snapshot

__all__ = ["Line", "Moment", "Office", "moment", "office"]

_DAY_NS = 86_400 * 1_000_000_000

_STATES = tuple(State)
_WIDE = (Scope.PROVIDER, Scope.AREA, Scope.CORE)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the office, in its own words."""

    name: str  #: Jalur utama, Jalur cadangan
    standing: Standing


@dataclass(frozen=True, slots=True)
class Office:
    """Everything of one office."""

    site: Site
    opd_name: str
    kabkota: str
    contact: Contact | None  #: of the office, or else of its agency
    standing: Standing
    since_unix_ns: int | None  #: when it began to stand so; None: nobody knows
    since_seen: bool  #: False: it was so already when the exporter began to look
    scope: Scope | None  #: what explains it, where it is down
    others: int  #: further offices that are down by the same outage; 0: none, or nobody knows
    cause: Cause
    blindness: Blindness | None  #: why nothing is known of any office; None: the prober sees
    lines: tuple[Line, ...]
    outages: tuple[SiteOutage, ...]  #: of thirty days, latest first
    gaps: tuple[tuple[str, str], ...]  #: times in which nobody watched
    watched_since: str  #: when watching began, if within the thirty days; empty: before
    planned: tuple[PlannedTime, ...]
    answered_day: str  #: share of the measured time of the last 24 hours in which a line answered; a dash: none
    coverage_day: str  #: share of the last 24 hours that was measured
    open_now: bool  #: within its service hours


@dataclass(frozen=True, slots=True)
class Moment:
    """What all offices of one snapshot need, found once."""

    snapshot: Snapshot
    rows: Mapping[str, list[int]]  #: of each site that has a link
    standings: Sequence[int]
    open_now: NDArray[np.bool_]
    others: Mapping[str, int]  #: further sites that the same wide outage takes, by site


def moment(snapshot: Snapshot) -> Moment:
    """Of one snapshot."""
    rows: dict[str, list[int]] = {}
    for row, key in enumerate(snapshot.links.keys):
        rows.setdefault(snapshot.inventory.links[key].site, []).append(row)
    hours = calendars.service_hours(snapshot.inventory, snapshot.taken_unix_ns)
    standings = of_links(snapshot).tolist()
    return Moment(snapshot, rows, standings, hours, _others(snapshot, rows, standings))


def office(of: Moment, past: Past, site_id: str) -> Office:
    """The office. Raises UnknownIdError for a site that the inventory does not have, or that has no link."""
    snapshot, inventory = of.snapshot, of.snapshot.inventory
    site, rows = looked_up(inventory.sites, site_id), looked_up(of.rows, site_id)
    links = {key: inventory.links[key] for key in (snapshot.links.keys[row] for row in rows)}
    standings = [Standing(of.standings[row]) for row in rows]
    standing = of_site(standings)
    now = snapshot.taken_unix_ns
    outages = site_outages([past.outages(snapshot.links.keys[row]) for row in rows])
    lasting = next((each for each in reversed(outages) if each.lasts), None)
    watched = past.watched()
    scope = _scope(snapshot, rows) if standing is Standing.DOWN else None
    answered, coverage = _day(past, [snapshot.links.keys[row] for row in rows])
    return Office(
        site,
        inventory.opd[site.opd].name,
        inventory.kabkota[site.kabkota].name,
        site.contact or inventory.opd[site.opd].contact,
        standing,
        *_since(snapshot, rows, standing, lasting, watched),
        scope,
        of.others.get(site_id, 0) if scope in _WIDE else 0,
        lasting.cause if lasting is not None and standing is Standing.DOWN else Cause.UNKNOWN,
        blindness(snapshot),
        tuple(_lines([links[snapshot.links.keys[row]].role for row in rows], standings)),
        tuple(reversed(outages)),
        tuple(gaps(watched, now - 30 * _DAY_NS)),
        watched_since(watched, now),
        tuple(planned_times(inventory, links, now)),
        answered,
        coverage,
        bool(of.open_now[rows[0]]),
    )


def _since(
    snapshot: Snapshot, rows: list[int], standing: Standing, lasting: SiteOutage | None, watched: Sequence[Watched]
) -> tuple[int | None, bool]:
    """When the office began to stand so, and whether that was seen."""
    if standing in {Standing.DOWN, Standing.PLANNED} and lasting is not None:
        return lasting.start_unix_ns, lasting.start_seen
    changed = int(snapshot.links.changed_unix_ns[rows].max())
    return (changed or None), was_seen(watched, changed)


def _scope(snapshot: Snapshot, rows: list[int]) -> Scope | None:
    code = int(snapshot.outages.scope[rows].max())
    return tuple(Scope)[code] if code >= 0 else None


def _others(snapshot: Snapshot, rows: Mapping[str, list[int]], standings: Sequence[int]) -> dict[str, int]:
    """By site that a wide outage takes: how many further sites that are down the same one takes."""
    inventory, codes = snapshot.inventory, [tuple(Scope).index(scope) for scope in _WIDE]
    groups = sorted((each.group for each in snapshot.outages.groups), key=lambda each: not each.kabkota)
    taken: dict[GroupName, set[str]] = {}
    for row in np.flatnonzero(np.isin(snapshot.outages.scope, codes)).tolist():
        link, scope = inventory.links[snapshot.links.keys[row]], tuple(Scope)[int(snapshot.outages.scope[row])]
        provider, kabkota = inventory.provider_of(link).id, inventory.sites[link.site].kabkota
        named = (
            each
            for each in groups
            if each.scope is scope and each.provider in {"", provider} and each.kabkota in {"", kabkota}
        )
        whole = GroupName(scope, provider if scope is Scope.PROVIDER else "", kabkota if scope is Scope.AREA else "")
        taken.setdefault(next(named, whole), set()).add(link.site)
    found: dict[str, int] = {}
    for sites in taken.values():
        down = {site for site in sites if of_site(Standing(standings[row]) for row in rows[site]) is Standing.DOWN}
        found.update({site: max(found.get(site, 0), len(down - {site})) for site in sites})
    return found


def _lines(roles: list[str], standings: list[Standing]) -> list[Line]:
    """By their roles; several of one role are numbered."""
    names = {"primary": "Jalur utama", "backup": "Jalur cadangan"}
    found = []
    for place, (role, standing) in enumerate(zip(roles, standings, strict=True)):
        number = f" {roles[: place + 1].count(role)}" if roles.count(role) > 1 else ""
        found.append(Line(f"{names[role]}{number}", standing))
    return found


def _day(past: Past, links: list[str]) -> tuple[str, str]:
    """Of the last 24 hours: in how much of the measured time a line answered, and how much was measured.

    Minute by minute: the office had internet for as long as the line that answered longest, and none for as long as all
    its lines were known to be down, which is no longer than the line that was down shortest. The rest is not known: one
    line that is down says nothing of an office whose other line nobody measured.
    """
    down, unknown = _STATES.index(State.DOWN), _STATES.index(State.UNKNOWN)
    answered: dict[int, int] = {}
    silent: dict[int, list[int]] = {}
    for link in links:
        minutes = past.minutes(link)
        seconds = minutes.state_s.astype(int)
        good = seconds.sum(axis=1) - seconds[:, unknown] - seconds[:, down]
        for place, (well, out) in enumerate(zip(good.tolist(), seconds[:, down].tolist(), strict=True)):
            minute = minutes.first_unix_s // 60 + place
            answered[minute] = max(answered.get(minute, 0), min(well, 60))
            silent.setdefault(minute, []).append(min(out, 60))
    with_internet = sum(answered.values())
    without = sum(min(*each, 60 - answered[minute]) for minute, each in silent.items() if len(each) == len(links))
    measured = with_internet + without
    share = Fraction(with_internet, measured) if measured else None
    return percent(share), percent(Fraction(min(measured, 86_400), 86_400))
