"""Everything that is known of one link, as plain values for JSON.

Lives here: the shape of ``GET /api/v1/links/ID`` (docs/api.md). Must not live here: HTTP, decisions, clocks. Times are
Unix seconds, durations seconds, as in the metrics; None where nobody knows. No credential and no fee is in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from exporter import calendars
from exporter.beside import ProbeRecord
from exporter.diagnosis_view import DiagnosisView
from exporter.opinion import Opinion
from exporter.outcome import State
from exporter.past import PastOutage
from exporter.path import Hop, Path
from exporter.scope import Scope
from exporter.snapshot import Snapshot

__all__ = ["link_document"]

_STATES, _SCOPES = tuple(State), tuple(Scope)


def link_document(snapshot: Snapshot, link: str, view: DiagnosisView, history: Sequence[PastOutage]) -> dict[str, Any]:
    """The document of ``link``. Raises KeyError for a link that the snapshot's inventory does not have."""
    inventory = snapshot.inventory
    found = inventory.links[link]
    site = inventory.sites[found.site]
    row = snapshot.links.keys.index(link)
    return {
        "taken_unix_s": _s(snapshot.taken_unix_ns),
        "link": {
            "id": found.id,
            "name": found.name,
            "site": found.site,
            "opd": site.opd,
            "kabkota": site.kabkota,
            "provider": inventory.provider_of(found).id,
            "contract": found.contract,
            "role": found.role,
            "phase": found.phase,
            "address": str(found.address),
        },
        "links_of_site": [each.id for each in inventory.links.values() if each.site == found.site],
        "state": _state(snapshot, row),
        "probes": [_probe(each) for each in snapshot.beside.probes if each.link == link],
        "device": _device(snapshot, link),
        "second_opinion": None if view.opinion is None else _opinion(view.opinion),
        "path": _paths(view),
        "outages": [_outage(each) for each in reversed(history)],
    }


def _s(unix_ns: int | None) -> float | None:
    """Nanoseconds as seconds; None for none, and for the 0 that columns have for it."""
    return unix_ns / 1e9 if unix_ns else None


def _state(snapshot: Snapshot, row: int) -> dict[str, Any]:
    links = snapshot.links
    scope = int(snapshot.outages.scope[row])
    return {
        "now": _STATES[links.state[row]],
        "since_unix_s": _s(int(links.changed_unix_ns[row])),
        "icmp_only": bool(links.icmp_only[row]),
        "scope": _SCOPES[scope] if scope >= 0 else None,
        "planned_work": bool(calendars.maintenance(snapshot.inventory, snapshot.taken_unix_ns)[row]),
        "echoes": {
            "attempts": int(links.attempts[row]),
            "replies": int(links.replies[row]),
            "lost": int(links.lost[row]),
            "unmeasured": int(links.unmeasured[row].sum()),
        },
    }


def _probe(record: ProbeRecord) -> dict[str, Any]:
    return {
        "id": record.probe,
        "kind": record.kind,
        "successes": record.successes,
        "failures": record.failures,
        "unmeasured": record.unmeasured,
        "reason": record.reason,
        "detail": record.detail,
        "ended_unix_s": _s(record.ended_unix_ns),
        "last_success_unix_s": _s(record.last_success_unix_ns),
        "certificate_ends_unix_s": record.certificate_ends_unix_s,
    }


def _device(snapshot: Snapshot, link: str) -> dict[str, Any] | None:
    device = next((each for each in snapshot.beside.devices if each.link == link), None)
    if device is None:
        return None
    return {
        "answers": device.answers,
        "answered_unix_s": _s(device.answered_unix_ns),
        "boot_unix_s": device.boot_unix_s,
        "engine_id": device.engine_id,
        "interface_status": device.status,
        "interface_speed_bits_per_second": device.speed_bits_per_second,
    }


def _opinion(opinion: Opinion) -> dict[str, Any]:
    return {
        "asked_unix_s": _s(opinion.asked_unix_ns),
        "answer": opinion.answer,
        "echo": {"end": opinion.echo.end, "seconds": opinion.echo.seconds},
        "tcp": {"end": opinion.tcp.end, "port": opinion.tcp.port, "seconds": opinion.tcp.seconds},
    }


def _paths(view: DiagnosisView) -> dict[str, Any]:
    found = view.path_break
    return {
        "latest": _path(view.path),
        "good": _path(view.good_path),
        "break": None
        if found is None
        else {
            "where": found.where,
            "last_hop": None if found.last_hop is None else _hop(found.last_hop),
            "usual_hops": found.usual_hops,
        },
    }


def _path(path: Path | None) -> dict[str, Any] | None:
    if path is None:
        return None
    return {"taken_unix_s": _s(path.taken_unix_ns), "whole": path.whole, "hops": [_hop(hop) for hop in path.hops]}


def _hop(hop: Hop) -> dict[str, Any]:
    return {"number": hop.number, "address": str(hop.address), "seconds": hop.seconds}


def _outage(record: PastOutage) -> dict[str, Any]:
    return {
        "start_unix_s": _s(record.start_unix_ns),
        "end_unix_s": _s(record.end_unix_ns),
        "scope": record.scope,
        "cause": record.cause,
        "evidence": record.evidence,
        "cause_pending": record.pending,
    }
