"""What is known of links beside their echoes, made by hand.

Lives here: records of every kind, with and without what may be absent. Must not live here: assertions, the live boards.
"""

from __future__ import annotations

from dataclasses import replace

from exporter.beside import (
    Beside,
    Cause,
    DeviceRecord,
    LoopFigures,
    OutageRecord,
    PathRecord,
    ProbeRecord,
)
from exporter.probe_model import ProbeKind
from exporter.probe_outcome import InterfaceStatus, Phase, ProbeReason
from exporter.scope import Scope
from exporter.snapshot import Snapshot

__all__ = ["make_beside", "with_beside"]

UNIX_NS = 1_795_400_000_987_654_321


def make_beside(links: tuple[str, ...]) -> Beside:
    """Something about every link; what each lacks goes round by its place."""
    return Beside(
        tuple(record for place, link in enumerate(links) for record in _probes(link, place)),
        tuple(_device(link, place) for place, link in enumerate(links)),
        tuple(_outage(link, place) for place, link in enumerate(links) if place % 3 != 2),
        tuple(_path(link, place) for place, link in enumerate(links) if place % 3 != 1),
        LoopFigures(running=3, late=4, lag_s=0.0125),
        {"echo": 1, "tcp": 2, "both": 3, "none": 4, "not_asked": 5},
        {"whole": 7, "broken": 2, "not_asked": 0},
    )


def with_beside(snapshot: Snapshot) -> Snapshot:
    """The snapshot with something known of each of its links."""
    return replace(snapshot, beside=make_beside(snapshot.links.keys))


def _probes(link: str, place: int) -> tuple[ProbeRecord, ...]:
    waiting = ProbeRecord(link, "laman", ProbeKind.HTTP)
    ended = ProbeRecord(
        link,
        "router",
        ProbeKind.SNMP,
        successes=10 + place,
        failures=place,
        unmeasured=1,
        phases_ns={Phase.WAIT: 1_234_567_890_123 + place, Phase.TRANSFER: 5},
        reason=None if place % 2 else ProbeReason.SILENT,
        detail="no answer within 5 s",
        ended_unix_ns=UNIX_NS,
        last_success_unix_ns=UNIX_NS - place,
        certificate_ends_unix_s=1_800_000_000.0 if place % 2 else None,
    )
    return waiting, ended


def _device(link: str, place: int) -> DeviceRecord:
    bare = DeviceRecord(link, UNIX_NS + place, 1_795_000_000.25, "80001f88", answers=True)
    if place % 4 == 3:
        return bare
    return replace(
        bare,
        status=list(InterfaceStatus)[place % 7],
        speed_bits_per_second=1_000_000_000 if place % 2 == 0 else None,
        epoch_unix_s=1_795_000_000,
        counters={"interface_received_bytes": 2**60 + place, "interface_send_errors": 0},
    )


def _outage(link: str, place: int) -> OutageRecord:
    end = UNIX_NS + 10**10 if place % 2 else None
    cause = list(Cause)[place % len(Cause)]
    return OutageRecord(link, UNIX_NS - place, end, Scope.LINK, cause, "router menyala kembali", pending=end is None)


def _path(link: str, place: int) -> PathRecord:
    if place % 2:
        return PathRecord(link, usual_hops=6)
    return PathRecord(link, 6, 3, 198 * 2**24 + 18 * 2**16 + 1)
