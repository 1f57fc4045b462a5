"""A link, a site and an outage in short, as lists have them.

Lives here: these three, each with its schema. Must not live here: lists, filters, everything else that is known of one.
"""

from __future__ import annotations

from typing import Any

from exporter.api.shapes import Named, flag, identifier, maybe, number, one_of, record, text, unix_time
from exporter.api.values import COUNTS, STANDINGS, counts, unix_s
from exporter.api.view import View
from exporter.beside import Cause
from exporter.model import Link, Phase, Role, Site
from exporter.outcome import State
from exporter.past import PastOutage, Watched
from exporter.scope import Scope

__all__ = [
    "KABKOTA",
    "LINK",
    "OUTAGE",
    "SITE",
    "STANDING",
    "WATCHED",
    "link_brief",
    "outage_brief",
    "site_brief",
    "watched_brief",
]

STANDING = one_of("How it stands, in one word", STANDINGS)
KABKOTA = text("Code of the regency or city", pattern=r"^[0-9]{2}\.[0-9]{2}$")

LINK = Named(
    "Link",
    record(
        "A link now",
        {
            "id": identifier("The link"),
            "name": text("Its name"),
            "site": identifier("Its site"),
            "opd": identifier("The agency of the site"),
            "kabkota": KABKOTA,
            "provider": identifier("Who sells it"),
            "contract": identifier("Under which contract"),
            "role": one_of("What the site uses it for", Role),
            "phase": one_of("Where it stands in the consolidation", Phase),
            "address": text("The address that is probed"),
            "standing": STANDING,
            "state": one_of("What was measured", State),
            "since_unix_s": maybe(
                unix_time("When it began; of a link that is down, its outage, also before a restart")
            ),
            "scope": maybe(one_of("The widest cause that explains an outage of it now", Scope)),
            "planned_work": flag("Planned work runs now"),
            "service_hours": flag("The office is open now"),
            "last_probe_unix_s": maybe(unix_time("When the last echo was sent")),
        },
    ),
)

SITE = Named(
    "Site",
    record(
        "A site now",
        {
            "id": identifier("The site"),
            "name": text("Its name"),
            "opd": identifier("The agency"),
            "kabkota": KABKOTA,
            "lat": number("Latitude, degrees"),
            "lon": number("Longitude, degrees"),
            "standing": maybe(STANDING),
            "links": COUNTS,
        },
    ),
)

OUTAGE = Named(
    "Outage",
    record(
        "An outage of one link",
        {
            "start_unix_s": maybe(unix_time("When it began")),
            "end_unix_s": maybe(unix_time("When it ended; null: it lasts, or nobody saw its end (`end_seen`)")),
            "start_seen": flag("False: the link was down already when the exporter began to look, so it began earlier"),
            "end_seen": flag("False, with an end of null: the exporter stopped meanwhile"),
            "scope": maybe(one_of("The widest cause that explained it", Scope)),
            "cause": one_of("Why", Cause),
            "evidence": text("Of the cause, in Indonesian; empty while there is none"),
            "cause_pending": flag("The cause may still change"),
        },
    ),
)

WATCHED = Named(
    "Watched",
    record(
        "A time in which the exporter ran; half-open",
        {"start_unix_s": maybe(unix_time("From")), "end_unix_s": maybe(unix_time("To"))},
    ),
)


def link_brief(view: View, link: Link) -> dict[str, Any]:
    """The document of ``LINK``."""
    columns, row = view.snapshot.links, view.rows[link.id]
    site = view.inventory.sites[link.site]
    return {
        "id": link.id,
        "name": link.name,
        "site": link.site,
        "opd": site.opd,
        "kabkota": site.kabkota,
        "provider": view.inventory.provider_of(link).id,
        "contract": link.contract,
        "role": link.role,
        "phase": link.phase,
        "address": str(link.address),
        "standing": view.link_standings[link.id].key,
        "state": view.state_of(link.id),
        "since_unix_s": unix_s(view.since_unix_ns(link.id)),
        "scope": view.scope_of(link.id),
        "planned_work": bool(view.planned[row]),
        "service_hours": bool(view.in_service_hours[row]),
        "last_probe_unix_s": unix_s(int(columns.last_probe_unix_ns[row])),
    }


def site_brief(view: View, site: Site) -> dict[str, Any]:
    """The document of ``SITE``."""
    standing = view.site_standings.get(site.id)
    return {
        "id": site.id,
        "name": site.name,
        "opd": site.opd,
        "kabkota": site.kabkota,
        "lat": site.lat,
        "lon": site.lon,
        "standing": None if standing is None else standing.key,
        "links": counts(view.standings_of_links(view.links_of_sites[site.id])),
    }


def outage_brief(outage: PastOutage) -> dict[str, Any]:
    """The document of ``OUTAGE``."""
    return {
        "start_unix_s": unix_s(outage.start_unix_ns),
        "end_unix_s": unix_s(outage.end_unix_ns),
        "start_seen": outage.start_seen,
        "end_seen": outage.end_seen,
        "scope": outage.scope,
        "cause": outage.cause,
        "evidence": outage.evidence,
        "cause_pending": outage.pending,
    }


def watched_brief(watched: Watched) -> dict[str, Any]:
    """The document of ``WATCHED``."""
    return {"start_unix_s": unix_s(watched.start_unix_ns), "end_unix_s": unix_s(watched.end_unix_ns)}
