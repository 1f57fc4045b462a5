"""Everything that may be asked: one table, from which routes and the OpenAPI document are made.

Lives here: addresses, parameters, and which document answers. Must not live here: documents, HTTP.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from exporter.api import groups, links, minutes, outages, planned, sites, summary
from exporter.api.asked import Asked
from exporter.api.link_document import link_document
from exporter.api.link_schema import LINK_WHOLE
from exporter.api.parameters import CURSOR, LIMIT, Parameter, choice, identifier_of, kabkota_code
from exporter.api.shapes import Named, listing, record, text
from exporter.api.values import STANDINGS
from exporter.model import Phase, Role

__all__ = ["INDEX_PATH", "OPENAPI_PATH", "OPERATIONS", "ROOT", "Operation", "index_document"]

ROOT = "/api/v1"
INDEX_PATH, OPENAPI_PATH = f"{ROOT}/", f"{ROOT}/openapi.json"


@dataclass(frozen=True, slots=True)
class Operation:
    """One question; braces in its address hold an id of the inventory."""

    path: str
    name: str  #: for programs that are generated from the document
    says: str
    answer: Named
    make: Callable[[Asked], Mapping[str, Any]]  #: raises ProblemError
    parameters: tuple[Parameter, ...] = ()

    @property
    def ids(self) -> tuple[str, ...]:
        """What the braces hold."""
        return tuple(re.findall(r"{(\w+)}", self.path))


INDEX = Named(
    "Index",
    record(
        "What may be asked",
        {
            "documentation": text("Where the OpenAPI document is"),
            "routes": listing(
                "Everything that may be asked, by GET and HEAD",
                record(
                    "One question",
                    {
                        "path": text("Its address; braces hold an id of the inventory"),
                        "says": text("What is answered"),
                        "parameters": listing("What the query may have", text("A name")),
                    },
                ),
            ),
        },
    ),
)


def index_document() -> dict[str, Any]:
    """The document of ``INDEX``."""
    routes = [
        {"path": each.path, "says": each.says, "parameters": [parameter.name for parameter in each.parameters]}
        for each in OPERATIONS
    ]
    return {"documentation": OPENAPI_PATH, "routes": routes}


def _link(asked: Asked) -> dict[str, Any]:
    link = asked.found("link", asked.view.inventory.links).id
    return link_document(asked.view, link, asked.diagnosis(link), asked.past.outages(link))


_OPD = identifier_of("opd", "Only of this agency")
_KABKOTA = kabkota_code("Only within this regency or city")
_STANDING = choice("standing", "Only what stands so", STANDINGS)

OPERATIONS = (
    Operation(INDEX_PATH, "index", "What may be asked", INDEX, lambda _: index_document()),
    Operation(
        f"{ROOT}/summary", "summary", "The province and the prober now", summary.SUMMARY, summary.summary_document
    ),
    Operation(f"{ROOT}/outages", "outages", "What is down now", outages.OPEN_OUTAGES, outages.outages_document),
    Operation(f"{ROOT}/kabkota", "kabkota", "By regency and city", groups.AREAS, groups.areas_document),
    Operation(f"{ROOT}/providers", "providers", "By provider", groups.PROVIDERS, groups.providers_document),
    Operation(f"{ROOT}/opd", "agencies", "By agency", groups.AGENCIES, groups.agencies_document),
    Operation(f"{ROOT}/opd/{{opd}}", "agency", "Everything of one agency", groups.AGENCY, groups.agency_document),
    Operation(
        f"{ROOT}/sites",
        "sites",
        "Sites, by pages",
        sites.SITES,
        sites.sites_document,
        (_OPD, _KABKOTA, _STANDING, LIMIT, CURSOR),
    ),
    Operation(f"{ROOT}/sites/{{site}}", "site", "Everything of one site", sites.SITE_WHOLE, sites.site_document),
    Operation(
        f"{ROOT}/links",
        "links",
        "Links, by pages",
        links.LINKS,
        links.links_document,
        (
            identifier_of("site", "Only of this site"),
            _OPD,
            _KABKOTA,
            identifier_of("provider", "Only of this provider"),
            identifier_of("contract", "Only under this contract"),
            choice("role", "Only with this role", Role),
            choice("phase", "Only in this phase", Phase),
            _STANDING,
            LIMIT,
            CURSOR,
        ),
    ),
    Operation(f"{ROOT}/links/{{link}}", "link", "Everything of one link", LINK_WHOLE, _link),
    Operation(
        f"{ROOT}/links/{{link}}/minutes",
        "link_minutes",
        "The last day of one link by minutes",
        minutes.MINUTES,
        minutes.minutes_document,
    ),
    Operation(
        f"{ROOT}/links/{{link}}/outages",
        "link_outages",
        "Outages of one link in the last 30 days",
        links.OUTAGES_OF_LINK,
        links.link_outages_document,
    ),
    Operation(
        f"{ROOT}/maintenance",
        "maintenance",
        "Planned work that runs or comes",
        planned.MAINTENANCE,
        planned.maintenance_document,
    ),
)
