"""The page of one link, for the NOC: everything that is known of it, and texts to copy.

Lives here: gathering from the snapshot, the past and the evidence. Must not live here: HTML, HTTP, drawing
(``link_timeline``), sentences of evidence (``link_evidence``).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any

from exporter import calendars
from exporter.beside import Cause
from exporter.indonesian import day_long, decimal, duration, instant, percent
from exporter.model import Contract
from exporter.pages.link_evidence import broken_at, evidence, path_rows
from exporter.pages.link_timeline import timeline
from exporter.pages.outage_rows import gaps, outage_rows
from exporter.pages.rendering import render
from exporter.pages.standing import Standing, of_links
from exporter.pages.ticket import TicketFacts, office_message, provider_ticket
from exporter.pages.wall_outages import CAUSES, SCOPES
from exporter.past import Minutes, PastOutage
from exporter.recurrence import WIB
from exporter.scope import Scope
from exporter.snapshot import Snapshot
from exporter.sources import Sources

__all__ = ["link_page"]

_SECOND_NS = 1_000_000_000
_ROLES = {"primary": "Utama", "backup": "Cadangan"}
_PHASES = {"legacy": "Sewa sendiri (lama)", "transition": "Peralihan", "central": "Terpusat"}
_KINDS = {"dedicated": "dedicated", "broadband": "broadband"}
_WIDE = (Scope.PROVIDER, Scope.AREA, Scope.CORE)


def link_page(sources: Sources, link: str) -> str:
    """The page. Raises KeyError for a link that the inventory does not have."""
    snapshot = sources.snapshot()
    inventory = snapshot.inventory
    found = inventory.links[link]
    site = inventory.sites[found.site]
    row = snapshot.links.keys.index(link)
    standings = of_links(snapshot)
    minutes, outages = sources.past.minutes(link), sources.past.outages(link)
    view = sources.diagnosis(link)
    now = snapshot.taken_unix_ns
    standing = Standing(int(standings[row]))
    sentences = evidence(snapshot, link, view)
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
        "sejak_ns": int(snapshot.links.changed_unix_ns[row]),
        "hanya_icmp": bool(snapshot.links.icmp_only[row]),
        "cakupan": _scope(snapshot, row),
        "jam_layanan": bool(calendars.service_hours(inventory, now)[row]),
        "garis": timeline(minutes, now),
        "gangguan": outage_rows(outages, now),
        "celah": gaps(sources.past.watched(), now - 30 * 86_400 * _SECOND_NS),
        "kontrak": _contract(inventory.contracts[found.contract], now),
        "bukti": sentences,
        "putus_di": broken_at(view.path_break),
        "jalur": path_rows(view),
        "lainnya": [
            (other, Standing(int(standings[place])))
            for place, other in enumerate(inventory.links.values())
            if other.site == found.site and other.id != link
        ],
    }
    texts = _texts(snapshot, row, standing, minutes, outages, (*sentences, broken_at(view.path_break)))
    return render("tautan.html", gaya="tautan.css", sebaris=False, **values, **texts)


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


def _texts(
    snapshot: Snapshot,
    row: int,
    standing: Standing,
    minutes: Minutes,
    outages: Sequence[PastOutage],
    sentences: tuple[str, ...],
) -> dict[str, str]:
    """What can be copied; empty while the link is not known to be down."""
    if standing is not Standing.DOWN:
        return {"tiket": "", "pesan": ""}
    inventory, now = snapshot.inventory, snapshot.taken_unix_ns
    link = inventory.links[snapshot.links.keys[row]]
    site = inventory.sites[link.site]
    latest = max(outages, key=lambda each: each.start_unix_ns, default=None)
    known = latest is not None and latest.end_unix_ns is None and latest.cause is not Cause.UNKNOWN
    since = int(snapshot.links.changed_unix_ns[row])
    if latest is not None and latest.end_unix_ns is None and latest.end_seen:
        since = latest.start_unix_ns
    code = int(snapshot.outages.scope[row])
    wide = code >= 0 and tuple(Scope)[code] in _WIDE
    facts = TicketFacts(
        link=link.id,
        name=link.name,
        site=site.name,
        opd=inventory.opd[site.opd].name,
        kabkota=inventory.kabkota[site.kabkota].name,
        provider=inventory.provider_of(link).name,
        contract=link.contract,
        address=str(link.address),
        since=_wib(since),
        length=duration(max(0, now - since) // 1_000_000),
        scope=SCOPES[tuple(Scope)[code]].lower() if wide else "",
        lost=_lost(minutes),
        cause=CAUSES[latest.cause] if known and latest is not None else "",
        evidence=tuple(each for each in sentences if each),
        taken=_wib(now),
    )
    return {"tiket": provider_ticket(facts), "pesan": office_message(facts)}


def _wib(unix_ns: int) -> str:
    return f"{instant(datetime.fromtimestamp(unix_ns // _SECOND_NS, WIB))} WIB"


def _lost(minutes: Minutes) -> str:
    """Of the last ten minutes; empty where nothing was sent."""
    lost, replies = int(minutes.lost[-10:].sum()), int(minutes.replies[-10:].sum())
    return f"{lost} dari {lost + replies} ping dalam 10 menit terakhir tidak dijawab" if lost + replies else ""
