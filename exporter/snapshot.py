"""A copy of everything the prober knows at one instant: the only thing that rendering may read.

Lives here: the shape of the copy. Must not live here: the live columns, text, locks.

Arrays are columns, one row per target in the order of ``keys``; counts are int64, times are int64
nanoseconds. Nobody writes to them after the snapshot is taken.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from exporter.beside import NOTHING_BESIDE, Beside
from exporter.model import Inventory
from exporter.outcome import State
from exporter.scope import Outages

__all__ = ["EchoColumns", "Int64s", "ProberFigures", "Snapshot", "Suspect"]

Int64s = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class EchoColumns:
    """The figures of n targets."""

    keys: tuple[str, ...]  #: link ids, or reference target ids
    attempts: Int64s  #: (n,)
    replies: Int64s  #: (n,)
    lost: Int64s  #: (n,)
    unmeasured: Int64s  #: (n, reasons), columns in the order of ``outcome.Reason``
    late: Int64s  #: (n,)
    duplicates: Int64s  #: (n,)
    icmp_errors: Int64s  #: (n,) ICMP errors that quoted an echo of ours
    rtt_buckets: Int64s  #: (n, bounds + 1), *not* cumulative, the last is beyond the last bound
    rtt_sum_ns: Int64s  #: (n,)
    rtt_variation_ns: Int64s  #: (n,) sum of absolute differences of consecutive RTTs
    state: NDArray[np.int8]  #: (n,) index into ``outcome.State``
    state_ns: Int64s  #: (n, states) settled time in each state
    changed_unix_ns: Int64s  #: (n,) when the present state began
    last_probe_unix_ns: Int64s  #: (n,) when the last echo was sent; 0: none yet
    icmp_only: NDArray[np.bool_]  #: (n,) degraded in that echoes are lost while it answers by other means


@dataclass(frozen=True, slots=True)
class ProberFigures:
    """What the prober confesses about itself; counts since start."""

    socket_mode: dict[str, str]  #: family ("ipv4", "ipv6") to "raw", "datagram" or "closed"
    receive_buffer_bytes: dict[str, int]  #: as read back from the kernel, by family
    kernel_drops: int  #: packets the kernel dropped at our sockets (the kernel may count one twice)
    late_sends: int  #: echoes sent more than a quarter of a second after their due time
    stalls: int  #: times the schedule stood still longer than an echo may be late
    timestamp_fallbacks: int  #: RTTs for which a kernel stamp was missing or implausible
    socket_reopens: int
    clock_steps: int  #: steps of the wall clock over 10 ms seen between two readings
    foreign: dict[str, int] = field(default_factory=dict)  #: by ``outcome.Foreign``
    send_errors: dict[str, int] = field(default_factory=dict)  #: by errno name, a closed set
    uplink_up: bool | None = None  #: None: no reference targets, so nobody knows
    frame_seconds_max: float = 0.0  #: longest processing of one frame since start


@dataclass(frozen=True, slots=True)
class Suspect:
    """A link that loses echoes, about which another should be asked."""

    link: str
    since_mono_ns: int  #: when the first lost echo of the present run was sent
    state: State  #: what the link is held for now


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything at one instant."""

    taken_unix_ns: int
    inventory: Inventory
    links: EchoColumns
    references: EchoColumns
    prober: ProberFigures
    ready: bool  #: the first round is complete
    outages: Outages  #: what is down, explained; the engine alone explains nothing
    beside: Beside = NOTHING_BESIDE  #: what is known beside the echoes
    still_ns: int = 0  #: how long ago the engine went round last
