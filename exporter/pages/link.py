"""The page of one link, for the NOC: everything that is known of it, and texts to copy.

Lives here: gathering from the snapshot, the past and the evidence. Must not live here: HTML, HTTP, drawing
(``link_timeline``), sentences of evidence (``link_evidence``).
"""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from typing import Any

from exporter import calendars
from exporter.indonesian import day_long, decimal, duration, percent
from exporter.model import Contract
from exporter.pages.beginnings import Beginning, fresh, remembered, was_seen
from exporter.pages.link_evidence import broken_at, evidence, path_rows
from exporter.pages.link_texts import NO_TEXTS, link_texts
from exporter.pages.link_timeline import timeline
from exporter.pages.office_planned import planned_at, planned_times, planned_words
from exporter.pages.outage_rows import gaps, outage_rows, watched_since
from exporter.pages.rendering import render
from exporter.pages.standing import Standing, of_links
from exporter.pages.unknown import looked_up
from exporter.pages.wall_outages import SCOPES
from exporter.recurrence import WIB
from exporter.scope import Scope
from exporter.sight import blindness
from exporter.snapshot import Snapshot
from exporter.sources import Sources

__all__ = ["link_page"]

_SECOND_NS = 1_000_000_000
_ROLES = {"primary": "Utama", "backup": "Cadangan"}
_PHASES = {"legacy": "Sewa sendiri (lama)", "transition": "Peralihan", "central": "Terpusat"}
_KINDS = {"dedicated": "dedicated", "broadband": "broadband"}


def link_page(sources: Sources, link: str) -> str:
    """The page. Raises UnknownIdError for a link that the inventory does not have."""
    snapshot = sources.snapshot()
    inventory = snapshot.inventory
    found = looked_up(inventory.links, link)
    site = inventory.sites[found.site]
    row = snapshot.links.keys.index(link)
    standings = of_links(snapshot)
    minutes, outages = sources.past.minutes(link), sources.past.outages(link)
    view = sources.diagnosis(link)
    now = snapshot.taken_unix_ns
    standing = Standing(int(standings[row]))
    values: dict[str, Any] = {
        "kini": now,
        "tautan": found,
        "lokasi": site,
        "opd": inventory.opd[site.opd],
        "kabkota": inventory.kabkota[site.kabkota].name,
        "penyedia": inventory.provider_of(found).name,
        "peran": _ROLES[found.role],
        "fase": _PHASES[found.phase],
        "keadaan_kini": standing,
        "buta": blindness(snapshot),
        "sejak": _since(snapshot, sources, row, standing),
        "hanya_icmp": bool(snapshot.links.icmp_only[row]),
        "cakupan": _scope(snapshot, row),
        "rencana": [planned_words(each) for each in planned_times(inventory, (link,), now)],
        "jam_layanan": bool(calendars.service_hours(inventory, now)[row]),
        "garis": timeline(minutes, now),
        "gangguan": outage_rows(outages, now, planned=lambda at: planned_at(inventory, (link,), at)),
        "diawasi_sejak": watched_since(sources.past.watched(), now),
        "celah": gaps(sources.past.watched(), now - 30 * 86_400 * _SECOND_NS),
        "kontrak": _contract(inventory.contracts[found.contract], now),
        "bukti": evidence(snapshot, link, view),
        "putus_di": broken_at(view.path_break),
        "jalur": path_rows(view),
        "lainnya": [
            (other, Standing(int(standings[place])))
            for place, other in enumerate(inventory.links.values())
            if other.site == found.site and other.id != link
        ],
    }
    texts = link_texts(snapshot, row, minutes, outages, view) if standing is Standing.DOWN else NO_TEXTS
    return render("tautan.html", gaya="tautan.css", sebaris=False, teks=texts, **values)


def _since(snapshot: Snapshot, sources: Sources, row: int, standing: Standing) -> Beginning:
    """When it began to stand so; an outage goes on over a restart of the exporter."""
    moment = int(snapshot.links.changed_unix_ns[row])
    if standing in {Standing.DOWN, Standing.PLANNED}:
        return remembered(sources.past, snapshot.links.keys[row]) or fresh(sources.past.watched(), moment)
    return Beginning(moment, was_seen(sources.past.watched(), moment))


def _scope(snapshot: Snapshot, row: int) -> str:
    code = int(snapshot.outages.scope[row])
    return SCOPES[tuple(Scope)[code]] if code >= 0 else ""


def _contract(contract: Contract, now_unix_ns: int) -> list[tuple[str, str]]:
    """Its terms; the fee is not among them, for nobody needs it at three in the morning."""
    today = datetime.fromtimestamp(now_unix_ns // _SECOND_NS, WIB).date()
    left = (contract.ends - today).days
    rest = f"{left} hari lagi" if left > 0 else "hari ini" if left == 0 else "sudah berakhir"
    terms = [
        ("Nomor", contract.id),
        ("Jenis", _KINDS[contract.kind]),
        ("Kapasitas", f"{decimal(Fraction(contract.bandwidth_bits_per_second, 1_000_000), 1)} Mbps"),
        ("Berlaku sampai", f"{day_long(contract.ends)} ({rest})"),
    ]
    if contract.sla is None:
        return [*terms, ("Janji ketersediaan", "tidak ada")]
    window = "24 jam setiap hari" if contract.sla.window == "24x7" else "jam layanan"
    return [
        *terms,
        ("Janji ketersediaan", f"{percent(Fraction(str(contract.sla.availability_ratio)))} ({window})"),
        ("Toleransi gangguan", duration(int(contract.sla.tolerance_s * 1000))),
    ]
