"""What the texts to copy are made of, for a link that is down.

Lives here: which facts, and when no provider is to be asked. Must not live here: the words (``ticket``), HTML. What was
not seen is not stated to a provider: a beginning that nobody saw is said to be earlier, and a second opinion of another
outage is left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from exporter.beside import Cause
from exporter.diagnosis_view import DiagnosisView
from exporter.indonesian import duration, instant
from exporter.pages.link_evidence import broken_at, evidence
from exporter.pages.ticket import TicketFacts, office_message, provider_ticket
from exporter.pages.wall_outages import CAUSES, SCOPES
from exporter.past import Minutes, PastOutage
from exporter.path import Where
from exporter.recurrence import WIB
from exporter.scope import Scope
from exporter.snapshot import Snapshot

__all__ = ["NO_TEXTS", "LinkTexts", "link_texts"]

_SECOND_NS = 1_000_000_000
_WIDE = (Scope.PROVIDER, Scope.AREA, Scope.CORE)

#: Minutes of which the loss is told.
_LOST_OF = 10


@dataclass(frozen=True, slots=True)
class LinkTexts:
    """Texts, or why there is none."""

    ticket: str
    message: str
    ours: str = ""  #: why no provider is to be asked; empty: one is


NO_TEXTS = LinkTexts("", "")


def link_texts(
    snapshot: Snapshot, row: int, minutes: Minutes, outages: Sequence[PastOutage], view: DiagnosisView
) -> LinkTexts:
    """The texts of a link that is down; no ticket while the fault is held to be on our side."""
    inventory, now = snapshot.inventory, snapshot.taken_unix_ns
    link = inventory.links[snapshot.links.keys[row]]
    site = inventory.sites[link.site]
    lasting = next((each for each in reversed(outages) if each.end_unix_ns is None and each.end_seen), None)
    start, seen = int(snapshot.links.changed_unix_ns[row]), True
    if lasting is not None:
        start, seen = lasting.start_unix_ns, lasting.start_seen
    code = int(snapshot.outages.scope[row])
    scope = tuple(Scope)[code] if code >= 0 else None
    fresh = view if view.opinion is None or view.opinion.asked_unix_ns >= start else replace(view, opinion=None)
    sentences = (*evidence(snapshot, link.id, fresh), broken_at(fresh.path_break))
    length = duration(max(0, now - start) // 1_000_000)
    facts = TicketFacts(
        link=link.id,
        name=link.name,
        site=site.name,
        opd=inventory.opd[site.opd].name,
        kabkota=inventory.kabkota[site.kabkota].name,
        provider=inventory.provider_of(link).name,
        contract=link.contract,
        address=str(link.address),
        since=_wib(start) if seen else f"sebelum {_wib(start)}",
        length=length if seen else f"sedikitnya {length}",
        scope=SCOPES[scope].lower() if scope in _WIDE and scope is not None else "",
        lost=_lost(minutes),
        cause=CAUSES[lasting.cause] if lasting is not None and lasting.cause is not Cause.UNKNOWN else "",
        evidence=tuple(each for each in sentences if each),
        taken=_wib(now),
    )
    ours = _ours(scope, view)
    return LinkTexts("" if ours else provider_ticket(facts), office_message(facts), ours)


def _ours(scope: Scope | None, view: DiagnosisView) -> str:
    if scope is Scope.CORE:
        return "Gangguan ini diduga pada jaringan inti; tidak ada yang perlu dilaporkan kepada penyedia."
    if view.path_break is not None and view.path_break.where is Where.OURS:
        return "Jalur terputus pada jaringan kita sendiri; tidak ada yang perlu dilaporkan kepada penyedia."
    return ""


def _wib(unix_ns: int) -> str:
    return f"{instant(datetime.fromtimestamp(unix_ns // _SECOND_NS, WIB))} WIB"


def _lost(minutes: Minutes) -> str:
    """Of the last minutes that are remembered; empty where nothing was sent."""
    lost, replies = minutes.lost[-_LOST_OF:], minutes.replies[-_LOST_OF:]
    sent = int(lost.sum()) + int(replies.sum())
    return f"{int(lost.sum())} dari {sent} ping dalam {len(lost)} menit terakhir tidak dijawab" if sent else ""
