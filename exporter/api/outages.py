"""What is down now, by what explains it.

Lives here: open outages in order, with the links of each; what is not explained yet; what is under planned work. Must
not live here: the explaining (``scope``), outages that are over.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from exporter.api.asked import Asked
from exporter.api.briefs import KABKOTA, STANDING
from exporter.api.shapes import Named, flag, identifier, integer, listing, maybe, one_of, record, text, unix_time
from exporter.api.values import unix_s
from exporter.api.view import View
from exporter.beside import Cause
from exporter.outcome import State
from exporter.pages.beginnings import Beginning, earliest
from exporter.pages.standing import Standing
from exporter.scope import GroupName, GroupOutage, Scope

__all__ = ["OPEN_OUTAGE", "OPEN_OUTAGES", "open_outages", "outages_document"]

AFFECTED = Named(
    "AffectedLink",
    record(
        "A link that is down, or was when it was last measured",
        {
            "link": identifier("The link"),
            "site": identifier("Its site"),
            "opd": identifier("The agency"),
            "standing": STANDING,
            "state": one_of("What is measured now", State),
            "since_unix_s": maybe(unix_time("When its outage began, or else its present state")),
            "since_seen": flag("False: it was out already then, when the exporter began to look, so it began earlier"),
            "cause": maybe(one_of("Why; null: nobody has looked yet", Cause)),
            "cause_pending": flag("The cause may still change"),
            "evidence": text("Of the cause, in Indonesian; empty while there is none"),
        },
    ),
)

OPEN_OUTAGE = Named(
    "OpenOutage",
    record(
        "One cause that lasts, and what it explains",
        {
            "scope": one_of("How wide", Scope),
            "provider": maybe(identifier("The provider, where it is one provider's")),
            "kabkota": maybe(KABKOTA),
            "site": maybe(identifier("The site, where it is within one")),
            "link": maybe(identifier("The link, where it is one link's own")),
            "since_unix_s": maybe(unix_time("The earliest beginning of a link that it explains")),
            "since_seen": flag("False: it was out already then, when the exporter began to look, so it began earlier"),
            "links_down": integer("Links of the group that are down, whoever explains them"),
            "links_measured": integer("Links of the group that are measured"),
            "affected": listing("The links that it explains", AFFECTED),
        },
    ),
)

OPEN_OUTAGES = Named(
    "OpenOutages",
    record(
        "Everything that is down: each link stands in one of the three lists",
        {
            "taken_unix_s": unix_time("The moment of which it speaks"),
            "links_unknown": integer("Links that are not measured, of which nobody can say that they are up"),
            "outages": listing("What is explained: the widest first, then the oldest", OPEN_OUTAGE),
            "undecided": listing("Down since a moment ago, not explained yet; the oldest first", AFFECTED),
            "planned": listing("Down while planned work runs, which is no outage; the oldest first", AFFECTED),
        },
    ),
)

_WIDTH = {scope: width for width, scope in enumerate(Scope)}


def outages_document(asked: Asked) -> dict[str, Any]:
    """The document of ``OPEN_OUTAGES``."""
    view = asked.view
    standings = view.link_standings
    unexplained = [_affected(view, link) for link in standings if view.scope_of(link) is None]
    unexplained.sort(key=lambda each: each["since_unix_s"] or 0.0)
    return {
        "taken_unix_s": view.taken_unix_s,
        "links_unknown": sum(standing is Standing.UNKNOWN for standing in standings.values()),
        "outages": open_outages(view),
        "undecided": [each for each in unexplained if each["standing"] == Standing.DOWN.key],
        "planned": [each for each in unexplained if each["standing"] == Standing.PLANNED.key],
    }


def open_outages(view: View, among: Iterable[str] | None = None) -> list[dict[str, Any]]:
    """Outages that last, the widest first, then the oldest; with ``among`` those of any of these links, whole."""
    found = [_of_group(view, outage, links) for outage, links in _grouped(view)]
    found += [_of_link(view, link) for link in view.rows if view.scope_of(link) is Scope.LINK]
    if among is not None:
        wanted = frozenset(among)
        found = [each for each in found if any(affected["link"] in wanted for affected in each["affected"])]
    return sorted(found, key=_order)


def _order(outage: dict[str, Any]) -> tuple[Any, ...]:
    names = (outage["provider"], outage["kabkota"], outage["site"], outage["link"])
    return -_WIDTH[outage["scope"]], outage["since_unix_s"] or 0.0, *(name or "" for name in names)


def _grouped(view: View) -> Iterator[tuple[GroupOutage, list[str]]]:
    """Each outage of a group with the links that it explains: where two could, the narrower one does."""
    groups = view.snapshot.outages.groups
    narrowest = sorted(range(len(groups)), key=lambda index: -_names_given(groups[index].group))
    links: dict[int, list[str]] = {index: [] for index in range(len(groups))}
    for link in view.rows:
        scope = view.scope_of(link)
        index = next((each for each in narrowest if _holds(view, groups[each].group, link, scope)), None)
        if index is not None:
            links[index].append(link)
    for index, outage in enumerate(groups):
        yield outage, links[index]


def _names_given(group: GroupName) -> int:
    return sum(map(bool, (group.provider, group.kabkota, group.site)))


def _holds(view: View, group: GroupName, link: str, scope: Scope | None) -> bool:
    """Whether a link that is explained by ``scope`` is of this group."""
    if scope is not group.scope:
        return False
    site, provider = view.site_of(link), view.inventory.provider_of(view.inventory.links[link]).id
    of = ((group.provider, provider), (group.kabkota, site.kabkota), (group.site, site.id))
    return all(wanted in {"", own} for wanted, own in of)


def _of_group(view: View, outage: GroupOutage, links: Iterable[str]) -> dict[str, Any]:
    group = outage.group
    affected = list(links)
    since = earliest((view.beginnings[link] for link in affected), outage.since_unix_ns)
    return {
        "scope": group.scope,
        "provider": group.provider or None,
        "kabkota": group.kabkota or None,
        "site": group.site or None,
        "link": None,
        "since_unix_s": unix_s(since.unix_ns),
        "since_seen": since.seen,
        "links_down": outage.links,
        "links_measured": outage.of,
        "affected": [_affected(view, link) for link in affected],
    }


def _of_link(view: View, link: str) -> dict[str, Any]:
    site, affected = view.site_of(link), _affected(view, link)
    return {
        "scope": Scope.LINK,
        "provider": view.inventory.provider_of(view.inventory.links[link]).id,
        "kabkota": site.kabkota,
        "site": site.id,
        "link": link,
        "since_unix_s": affected["since_unix_s"],
        "since_seen": affected["since_seen"],
        "links_down": int(view.state_of(link) is State.DOWN),
        "links_measured": int(view.state_of(link) is not State.UNKNOWN),
        "affected": [affected],
    }


def _affected(view: View, link: str) -> dict[str, Any]:
    record_of, row = view.open_records.get(link), view.rows[link]
    site = view.site_of(link)
    changed = Beginning(int(view.snapshot.links.changed_unix_ns[row]), seen=True)
    since = view.beginnings.get(link, changed)
    return {
        "link": link,
        "site": site.id,
        "opd": site.opd,
        "standing": view.link_standings[link].key,
        "state": view.state_of(link),
        "since_unix_s": unix_s(since.unix_ns),
        "since_seen": since.seen,
        "cause": None if record_of is None else record_of.cause,
        "cause_pending": True if record_of is None else record_of.pending,
        "evidence": "" if record_of is None else record_of.evidence,
    }
