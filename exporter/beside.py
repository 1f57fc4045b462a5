"""What is known of links beside their echoes, at one instant: the part of the snapshot that probes and diagnosis fill.

Lives here: frozen records. Must not live here: text, sockets, decisions. A record that did not change is the same
object from one snapshot to the next, so that whoever prepared something from it can keep it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from exporter.probe_model import ProbeKind
from exporter.probe_outcome import InterfaceStatus, Phase, ProbeReason
from exporter.scope import Scope

__all__ = [
    "NOTHING_BESIDE",
    "Beside",
    "Cause",
    "DeviceRecord",
    "LoopFigures",
    "OutageRecord",
    "PathRecord",
    "ProbeRecord",
]


class Cause(StrEnum):
    """Why a link was down."""

    POWER = "power"  #: the router at the office restarted: electricity, or somebody
    LINE = "line"  #: the router stayed up
    PROVIDER = "provider"
    AREA = "area"
    CORE = "core"
    PROBER = "prober"  #: our own connection failed at the same time
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class ProbeRecord:
    """One probe of one link: counts since the start, and its latest end."""

    link: str
    probe: str
    kind: ProbeKind
    successes: int = 0
    failures: int = 0
    unmeasured: int = 0
    phases_ns: Mapping[Phase, int] = field(default_factory=dict)  #: sums over successes
    reason: ProbeReason | None = None  #: of the latest end; None: success, or no end yet
    detail: str = ""
    ended_unix_ns: int = 0  #: 0: not yet
    last_success_unix_ns: int = 0  #: 0: not yet
    certificate_ends_unix_s: float | None = None


@dataclass(frozen=True, slots=True)
class DeviceRecord:
    """What the device at a link's office told last."""

    link: str
    answered_unix_ns: int  #: when it told
    boot_unix_s: float
    engine_id: str  #: which device it is; empty: it does not tell
    answers: bool  #: the latest poll was answered
    status: InterfaceStatus | None = None  #: None: no interface is asked for, or it is not there
    speed_bits_per_second: int | None = None
    epoch_unix_s: int | None = None  #: None: nothing is counted
    counters: Mapping[str, int] = field(default_factory=dict)  #: by the stem of the family in the catalogue


@dataclass(frozen=True, slots=True)
class OutageRecord:
    """One outage of one link, and why."""

    link: str
    start_unix_ns: int
    end_unix_ns: int | None  #: None: it lasts
    scope: Scope | None  #: the widest that explained it; None: none yet
    cause: Cause
    evidence: str  #: in Indonesian, one line; empty while there is none
    pending: bool  #: the cause may still change


@dataclass(frozen=True, slots=True)
class PathRecord:
    """Where the way to a link broke when it was last traced, beside its usual length."""

    link: str
    usual_hops: int | None = None  #: None: never traced whole
    last_hop_number: int | None = None  #: None: nothing broke since the start
    last_hop_address: int | None = None  #: IPv4 as a number; None: IPv6, or nobody answered


@dataclass(frozen=True, slots=True)
class LoopFigures:
    """What the loop that runs the probes confesses."""

    running: int = 0
    late: int = 0
    lag_s: float = 0.0  #: longest within the last minute


@dataclass(frozen=True, slots=True)
class Beside:
    """All of it; each tuple in the order of the inventory's links."""

    probes: tuple[ProbeRecord, ...] = ()
    devices: tuple[DeviceRecord, ...] = ()
    outages: tuple[OutageRecord, ...] = ()  #: the latest of each link that had one
    paths: tuple[PathRecord, ...] = ()
    loop: LoopFigures = LoopFigures()
    opinions: Mapping[str, int] = field(default_factory=dict)  #: by answer
    traces: Mapping[str, int] = field(default_factory=dict)  #: by result


NOTHING_BESIDE = Beside()
