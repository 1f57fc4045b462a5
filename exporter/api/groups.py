"""The province by regency and city, by provider, by agency.

Lives here: how many sites and links of each stand how, and everything of one agency. Must not live here: single links.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from exporter.api.asked import Asked
from exporter.api.briefs import KABKOTA, SITE, STANDING, site_brief
from exporter.api.outages import OPEN_OUTAGE, open_outages
from exporter.api.planned import PLANNED, planned_of
from exporter.api.shapes import Named, Schema, identifier, listing, maybe, record, text, unix_time
from exporter.api.values import COUNTS, counts, worst
from exporter.api.view import View
from exporter.model import Link, Site

__all__ = [
    "AGENCIES",
    "AGENCY",
    "AREAS",
    "PROVIDERS",
    "agencies_document",
    "agency_document",
    "areas_document",
    "providers_document",
]

_WORST_OF_SITES = maybe({**STANDING, "description": "The worst of its sites; null: it has none"})
_WORST_OF_LINKS = maybe({**STANDING, "description": "The worst of its links; null: it has none"})
_TAKEN: Mapping[str, Schema] = {"taken_unix_s": unix_time("The moment of which it speaks")}

_OF_AREA = Named(
    "Kabkota",
    record(
        "A regency or city",
        {"code": KABKOTA, "name": text("Its name"), "worst": _WORST_OF_SITES, "sites": COUNTS, "links": COUNTS},
    ),
)
_OF_PROVIDER = Named(
    "Provider",
    record(
        "Who sells lines",
        {"id": identifier("The provider"), "name": text("Its name"), "worst": _WORST_OF_LINKS, "links": COUNTS},
    ),
)
_OF_AGENCY = Named(
    "Opd",
    record(
        "An agency of the province",
        {
            "id": identifier("The agency"),
            "name": text("Its name"),
            "worst": _WORST_OF_SITES,
            "sites": COUNTS,
            "links": COUNTS,
        },
    ),
)

AREAS = Named("Areas", record("By regency and city", {**_TAKEN, "kabkota": listing("By code", _OF_AREA)}))
PROVIDERS = Named("Providers", record("By provider", {**_TAKEN, "providers": listing("By id", _OF_PROVIDER)}))
AGENCIES = Named("Agencies", record("By agency", {**_TAKEN, "opd": listing("By id", _OF_AGENCY)}))
AGENCY = Named(
    "Agency",
    record(
        "Everything of one agency",
        {
            **_TAKEN,
            "opd": _OF_AGENCY,
            "sites": listing("Its sites, by id", SITE),
            "outages": listing("Outages that last and reach it, the widest first, then the oldest", OPEN_OUTAGE),
            "maintenance": listing("Planned work on its links that runs or comes", PLANNED),
        },
    ),
)


def areas_document(asked: Asked) -> dict[str, Any]:
    """The document of ``AREAS``."""
    view = asked.view
    sites: dict[str, list[Site]] = {code: [] for code in view.inventory.kabkota}
    for site in view.inventory.sites.values():
        sites[site.kabkota].append(site)
    found = [
        {"code": code, "name": area.name, **_of_sites(view, sites[code])}
        for code, area in sorted(view.inventory.kabkota.items())
    ]
    return {"taken_unix_s": view.taken_unix_s, "kabkota": found}


def providers_document(asked: Asked) -> dict[str, Any]:
    """The document of ``PROVIDERS``."""
    view = asked.view
    links: dict[str, list[Link]] = {provider: [] for provider in view.inventory.providers}
    for link in view.inventory.links.values():
        links[view.inventory.provider_of(link).id].append(link)
    found = []
    for key, provider in sorted(view.inventory.providers.items()):
        standings = view.standings_of_links(links[key])
        found.append({"id": key, "name": provider.name, "worst": worst(standings), "links": counts(standings)})
    return {"taken_unix_s": view.taken_unix_s, "providers": found}


def agencies_document(asked: Asked) -> dict[str, Any]:
    """The document of ``AGENCIES``."""
    view = asked.view
    sites = _sites_of_agencies(view)
    found = [
        {"id": key, "name": agency.name, **_of_sites(view, sites[key])}
        for key, agency in sorted(view.inventory.opd.items())
    ]
    return {"taken_unix_s": view.taken_unix_s, "opd": found}


def agency_document(asked: Asked) -> dict[str, Any]:
    """The document of ``AGENCY``. Raises ProblemError for one that the inventory does not have."""
    view, agency = asked.view, asked.found("opd", asked.view.inventory.opd)
    sites = sorted(_sites_of_agencies(view)[agency.id], key=lambda site: site.id)
    links = [link.id for site in sites for link in view.links_of_sites[site.id]]
    return {
        "taken_unix_s": view.taken_unix_s,
        "opd": {"id": agency.id, "name": agency.name, **_of_sites(view, sites)},
        "sites": [site_brief(view, site) for site in sites],
        "outages": open_outages(view, links),
        "maintenance": planned_of(view, links),
    }


def _sites_of_agencies(view: View) -> dict[str, list[Site]]:
    sites: dict[str, list[Site]] = {agency: [] for agency in view.inventory.opd}
    for site in view.inventory.sites.values():
        sites[site.opd].append(site)
    return sites


def _of_sites(view: View, sites: list[Site]) -> dict[str, Any]:
    standings = view.standings_of_sites(sites)
    links = [link for site in sites for link in view.links_of_sites[site.id]]
    return {
        "worst": worst(standings),
        "sites": counts(standings),
        "links": counts(view.standings_of_links(links)),
    }
