"""Links: the list, and the outages of one.

Lives here: these two documents. Must not live here: everything else of one link (``link_document``, ``minutes``).
"""

from __future__ import annotations

from typing import Any

from exporter.api.asked import Asked
from exporter.api.briefs import LINK, OUTAGE, WATCHED, link_brief, outage_brief, watched_brief
from exporter.api.paging import page, page_schema
from exporter.api.shapes import Named, identifier, integer, listing, record, unix_time
from exporter.model import Link
from exporter.past import KEPT_DAYS

__all__ = ["LINKS", "OUTAGES_OF_LINK", "link_outages_document", "links_document"]

LINKS = page_schema("Links", "links", LINK)

OUTAGES_OF_LINK = Named(
    "OutagesOfLink",
    record(
        "What was seen of a link's outages",
        {
            "taken_unix_s": unix_time("The moment of which it speaks"),
            "link": identifier("The link"),
            "kept_days": integer("Days that it reaches back"),
            "outages": listing("The latest first, the newest 200", OUTAGE),
            "watched": listing("When the exporter ran, the oldest first; nobody knows of other times", WATCHED),
        },
    ),
)


def links_document(asked: Asked) -> dict[str, Any]:
    """The document of ``LINKS``. Raises ProblemError for a filter that names what is not there."""
    view, inventory = asked.view, asked.view.inventory
    site, opd = asked.chosen("site", inventory.sites), asked.chosen("opd", inventory.opd)
    area = asked.chosen("kabkota", inventory.kabkota)
    provider = asked.chosen("provider", inventory.providers)
    contract = asked.chosen("contract", inventory.contracts)
    role, phase, standing = (asked.query.get(name) for name in ("role", "phase", "standing"))

    def is_wanted(link: Link) -> bool:
        of = inventory.sites[link.site]
        return (
            site in {None, link.site}
            and opd in {None, of.opd}
            and area in {None, of.kabkota}
            and provider in {None, inventory.provider_of(link).id}
            and contract in {None, link.contract}
            and role in {None, link.role}
            and phase in {None, link.phase}
            and standing in {None, view.link_standings[link.id].key}
        )

    wanted = filter(is_wanted, inventory.links.values())
    rows, after, whole = page(wanted, asked.query, lambda link: link_brief(view, link))
    return {"taken_unix_s": view.taken_unix_s, "all": whole, "next_cursor": after, "links": rows}


def link_outages_document(asked: Asked) -> dict[str, Any]:
    """The document of ``OUTAGES_OF_LINK``. Raises ProblemError for a link that the inventory does not have."""
    link = asked.found("link", asked.view.inventory.links)
    return {
        "taken_unix_s": asked.view.taken_unix_s,
        "link": link.id,
        "kept_days": KEPT_DAYS,
        "outages": [outage_brief(each) for each in reversed(asked.past.outages(link.id))],
        "watched": [watched_brief(each) for each in asked.past.watched()],
    }
