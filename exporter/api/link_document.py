"""Everything that is known of one link, as plain values for JSON.

Lives here: the document of ``GET /api/v1/links/ID`` (docs/api.md). Must not live here: its schema (``link_schema``),
HTTP, decisions, clocks. Times are Unix seconds, durations seconds, as in the metrics; None where nobody knows. No
credential and no fee is in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from exporter.api.briefs import outage_brief
from exporter.api.values import unix_s as _s
from exporter.api.view import View
from exporter.beside import ProbeRecord
from exporter.diagnosis_view import DiagnosisView
from exporter.opinion import Opinion
from exporter.past import PastOutage
from exporter.path import Hop, Path
from exporter.snapshot import Snapshot

__all__ = ["link_document"]


def link_document(moment: View, link: str, view: DiagnosisView, history: Sequence[PastOutage]) -> dict[str, Any]:
    """The document of ``link``. Raises KeyError for a link that the inventory does not have."""
    snapshot, inventory = moment.snapshot, moment.inventory
    found = inventory.links[link]
    site = inventory.sites[found.site]
    return {
        "taken_unix_s": moment.taken_unix_s,
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
        "links_of_site": [each.id for each in moment.links_of_sites[found.site]],
        "state": _state(moment, link),
        "probes": [_probe(each) for each in snapshot.beside.probes if each.link == link],
        "device": _device(snapshot, link),
        "second_opinion": None if view.opinion is None else _opinion(view.opinion),
        "path": _paths(view),
        "outages": [outage_brief(each) for each in reversed(history)],
    }


def _state(moment: View, link: str) -> dict[str, Any]:
    links, row = moment.snapshot.links, moment.rows[link]
    return {
        "now": moment.state_of(link),
        "standing": moment.link_standings[link].key,
        "since_unix_s": _s(moment.since_unix_ns(link)),
        "icmp_only": bool(links.icmp_only[row]),
        "scope": moment.scope_of(link),
        "planned_work": bool(moment.planned[row]),
        "service_hours": bool(moment.in_service_hours[row]),
        "last_probe_unix_s": _s(int(links.last_probe_unix_ns[row])),
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
