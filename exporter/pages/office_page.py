"""The pages for offices as text: of one office, and of one agency with all its offices.

Lives here: values to templates. Must not live here: HTTP, what is said (``office``, ``office_words``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from exporter.indonesian import duration
from exporter.model import Helpdesk, Inventory
from exporter.pages.office import Office, moment, office
from exporter.pages.office_outages import SiteOutage
from exporter.pages.office_planned import planned_at, planned_words
from exporter.pages.office_words import CAUSE_WORDS, extent, headline, steps
from exporter.pages.outage_rows import gaps, watched_since, wib, with_planned
from exporter.pages.rendering import render
from exporter.pages.standing import Standing
from exporter.pages.unknown import looked_up
from exporter.past import Past
from exporter.snapshot import Snapshot

__all__ = ["MAX_SITES", "not_found_page", "opd_page", "site_page"]

#: Offices that one agency's page names; the rest is counted. The largest agency of the province has 63.
MAX_SITES = 500


@dataclass(frozen=True, slots=True)
class _Row:
    """One past outage."""

    begin: str
    end: str
    length: str
    cause: str
    lasts: bool


def site_page(snapshot: Snapshot, past: Past, site: str, *, public: bool) -> str:
    """The page of one office. Raises UnknownIdError for one that there is none of."""
    found = office(moment(snapshot), past, site)
    now, links = snapshot.taken_unix_ns, [each.id for each in snapshot.inventory.links.values() if each.site == site]
    return render(
        "lokasi.html",
        **_common(snapshot, public=public),
        k=found,
        kalimat=headline(found),
        luas=extent(found),
        langkah=steps(found),
        sebab=CAUSE_WORDS[found.cause] if found.cause.value != "unknown" else "",
        gangguan=[_row(each, now, planned_at(snapshot.inventory, links, each.start_unix_ns)) for each in found.outages],
        rencana=[planned_words(each) for each in found.planned],
    )


def opd_page(snapshot: Snapshot, past: Past, opd: str, *, public: bool) -> str:
    """The page of one agency. Raises UnknownIdError for one that the inventory does not have."""
    inventory = snapshot.inventory
    agency = looked_up(inventory.opd, opd)
    sites = _sites(inventory, opd)
    now = moment(snapshot)
    found = sorted((office(now, past, site) for site in sites), key=_worst_first)
    counts = {standing: sum(each.standing is standing for each in found) for standing in Standing}
    ended = [each for one in found for each in one.outages if each.end_unix_ns is not None]
    length_ns = sum(max(0, (each.end_unix_ns or 0) - each.start_unix_ns) for each in ended)
    unseen = sum(each.end_unix_ns is None and not each.end_seen for one in found for each in one.outages)
    planned = sorted({each for one in found for each in one.planned}, key=lambda each: (each.starts, each.reason))
    return render(
        "opd.html",
        **_common(snapshot, public=public),
        nama=agency.name,
        kontak=agency.contact,
        kantor=found[:MAX_SITES],
        lebih=max(0, len(sites) - MAX_SITES),
        diawasi_sejak=watched_since(past.watched(), snapshot.taken_unix_ns),
        celah=gaps(past.watched(), snapshot.taken_unix_ns - 30 * 86_400 * 1_000_000_000),
        hitungan=counts,
        berakhir=len(ended),
        lamanya=duration(length_ns // 1_000_000),
        sedikitnya=not all(each.start_seen for each in ended),
        tak_terlihat=unseen,
        rencana=[planned_words(each) for each in planned],
    )


def not_found_page(*, public: bool) -> str:
    """The page for an address that leads nowhere; it repeats nothing of it."""
    return render("tidak_ada.html", gaya="kantor.css", sebaris=public)


def _common(snapshot: Snapshot, *, public: bool) -> dict[str, Any]:
    helpdesk: Helpdesk | None = snapshot.inventory.helpdesk
    return {
        "gaya": "kantor.css",
        "sebaris": public,
        "umum": public,
        "kini": snapshot.taken_unix_ns,
        "bantuan": helpdesk,
    }


def _sites(inventory: Inventory, opd: str) -> list[str]:
    """Its offices that have a line, in the inventory's order."""
    linked = {link.site for link in inventory.links.values()}
    return [site.id for site in inventory.sites.values() if site.opd == opd and site.id in linked]


def _worst_first(each: Office) -> tuple[int, str]:
    return (-each.standing, each.site.name)


def _row(outage: SiteOutage, now_unix_ns: int, planned: str) -> _Row:
    begin = wib(outage.start_unix_ns)
    end = "masih berlangsung" if outage.lasts else "tidak terlihat"
    length = "tidak diketahui"
    if outage.end_unix_ns is not None:
        end = wib(outage.end_unix_ns)
    if outage.end_unix_ns is not None or outage.lasts:
        until = now_unix_ns if outage.end_unix_ns is None else outage.end_unix_ns
        length = duration(max(0, until - outage.start_unix_ns) // 1_000_000)
        length = length if outage.start_seen else f"sedikitnya {length}"
    cause = "sedang diperiksa" if outage.pending and outage.cause.value == "unknown" else CAUSE_WORDS[outage.cause]
    begin = begin if outage.start_seen else f"sebelum {begin}"
    return _Row(begin, end, length, with_planned(cause, planned), outage.lasts)
