"""Sites: the list, and everything of one.

Lives here: these two documents. Must not live here: links one by one (``links``), text for an office (``pages``).
"""

from __future__ import annotations

from typing import Any

from exporter.api.asked import Asked
from exporter.api.briefs import (
    LINK,
    OUTAGE,
    SITE,
    WATCHED,
    link_brief,
    outage_brief,
    site_brief,
    watched_brief,
)
from exporter.api.outages import OPEN_OUTAGE, open_outages
from exporter.api.paging import page, page_schema
from exporter.api.planned import PLANNED, planned_of
from exporter.api.shapes import Named, flag, identifier, integer, listing, record, text, unix_time
from exporter.calendars import in_service_hours
from exporter.model import Site
from exporter.past import KEPT_DAYS

__all__ = ["SITES", "SITE_WHOLE", "site_document", "sites_document"]

SITES = page_schema("Sites", "sites", SITE)

_OUTAGE_OF_LINK = Named(
    "OutageOfLink",
    record("An outage of a named link", {"link": identifier("The link"), **OUTAGE.schema["properties"]}),
)

SITE_WHOLE = Named(
    "SiteWhole",
    record(
        "Everything of one site",
        {
            "taken_unix_s": unix_time("The moment of which it speaks"),
            "site": SITE,
            "hours": identifier("The calendar of its service hours"),
            "service_hours": flag("The office is open now"),
            "site_class": text("The class of the inventory that it is of; empty: none"),
            "links": listing("Its links", LINK),
            "open_outages": listing("Outages that last and reach it, the widest first, then the oldest", OPEN_OUTAGE),
            "kept_days": integer("Days that `outages` and `watched` reach back"),
            "outages": listing(
                "Outages of its links, the latest beginning first, the newest 200 of each; the site itself was cut off "
                "only while all of its links were down at once",
                _OUTAGE_OF_LINK,
            ),
            "watched": listing("When the exporter ran, the oldest first; nobody knows of other times", WATCHED),
            "maintenance": listing("Planned work on its links that runs or comes", PLANNED),
        },
    ),
)


def sites_document(asked: Asked) -> dict[str, Any]:
    """The document of ``SITES``. Raises ProblemError for a filter that names what is not there."""
    view, inventory = asked.view, asked.view.inventory
    opd, area = asked.chosen("opd", inventory.opd), asked.chosen("kabkota", inventory.kabkota)
    standing = asked.query.get("standing")

    def is_wanted(site: Site) -> bool:
        own = view.site_standings.get(site.id)
        return (
            opd in {None, site.opd}
            and area in {None, site.kabkota}
            and (standing is None or (own is not None and own.key == standing))
        )

    wanted = filter(is_wanted, inventory.sites.values())
    rows, after, whole = page(wanted, asked.query, lambda site: site_brief(view, site))
    return {"taken_unix_s": view.taken_unix_s, "all": whole, "next_cursor": after, "sites": rows}


def site_document(asked: Asked) -> dict[str, Any]:
    """The document of ``SITE_WHOLE``. Raises ProblemError for one that the inventory does not have."""
    view, inventory = asked.view, asked.view.inventory
    site = asked.found("site", inventory.sites)
    links = view.links_of_sites[site.id]
    ids = [link.id for link in links]
    outages = [each for link in ids for each in asked.past.outages(link)]
    calendar = inventory.calendars[site.hours]
    return {
        "taken_unix_s": view.taken_unix_s,
        "site": site_brief(view, site),
        "hours": site.hours,
        "service_hours": in_service_hours(calendar, view.snapshot.taken_unix_ns, inventory.holidays),
        "site_class": site.site_class,
        "links": [link_brief(view, link) for link in links],
        "open_outages": open_outages(view, ids),
        "kept_days": KEPT_DAYS,
        "outages": [
            {"link": each.link, **outage_brief(each)}
            for each in sorted(outages, key=lambda outage: (-outage.start_unix_ns, outage.link))
        ],
        "watched": [watched_brief(each) for each in asked.past.watched()],
        "maintenance": planned_of(view, ids),
    }
