"""Every metric of Pantau OPD, once: its name, type, unit, labels and meaning.

Lives here: the complete list. Must not live here: values, and how text is written. Rendering, the
direct instrumentation and ``docs/metrics.md`` all take a family's words from this list, so a name
that is not here cannot be exported. Help says what is counted, when it increases, what it excludes.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["FAMILIES", "Family", "Kind", "Subject", "family"]


class Kind(StrEnum):
    """The type of a family as OpenMetrics 1.0 spells it."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"
    INFO = "info"
    SUMMARY = "summary"


class Subject(StrEnum):
    """What a family speaks about."""

    LINK = "link"
    SITE = "site"
    CONTRACT = "contract"
    REFERENCE = "reference"
    EXPORTER = "exporter"


#: What a kind adds to the family's name in its samples.
SUFFIXES = {Kind.COUNTER: "_total", Kind.INFO: "_info"}


@dataclass(frozen=True, slots=True)
class Family:
    """One metric family."""

    stem: str  #: the name without prefix, subject and suffix: ``echo_attempts``
    subject: Subject
    kind: Kind
    help: str
    labels: tuple[str, ...] = ()
    unit: str = ""  #: base unit, the end of the name; empty for plain counts and flags

    @property
    def name(self) -> str:
        """The family's name in OpenMetrics, without ``_total`` or ``_info``."""
        return "_".join(part for part in ("opd", self.subject, self.stem) if part)

    @property
    def series(self) -> str:
        """The name by which queries know it: ``opd_link_echo_attempts_total``."""
        return self.name + SUFFIXES.get(self.kind, "")


def echo_families(subject: Subject, label: str, noun: str) -> list[Family]:
    """The families that a link and a reference target have in common."""

    def one(stem: str, kind: Kind, text: str, *, unit: str = "", more: tuple[str, ...] = ()) -> Family:
        return Family(stem, subject, kind, text.replace("the target", f"the {noun}"), (label, *more), unit)

    return [
        one(
            "echo_attempts",
            Kind.COUNTER,
            "Echo requests the prober decided to send to the target. Increases at the decision, before the send; "
            "always equals replies + lost + unmeasured + echoes whose deadline is still ahead.",
        ),
        one(
            "echo_replies",
            Kind.COUNTER,
            "Replies that matched address, identifier, sequence and cookie and came before the deadline. "
            "Increases when the reply is matched; excludes late and duplicate replies.",
        ),
        one(
            "echo_lost",
            Kind.COUNTER,
            "Echo requests that left the prober and had no valid reply by the deadline. "
            "Increases at the deadline; excludes echoes that were not measured.",
        ),
        one(
            "echo_unmeasured",
            Kind.COUNTER,
            "Echo requests without a verdict because of a fault on the prober's side, by reason. "
            "Increases when the fault is known; such an echo is neither lost nor answered.",
            more=("reason",),
        ),
        one(
            "echo_late",
            Kind.COUNTER,
            "Valid replies that came after the deadline. Increases on arrival; the echo stays lost.",
        ),
        one(
            "echo_duplicates",
            Kind.COUNTER,
            "Further valid replies to an echo already answered. Increases on arrival; never counted as replies.",
        ),
        one(
            "icmp_errors",
            Kind.COUNTER,
            "ICMP errors that quoted an echo request of ours to the target. Increases on arrival; "
            "an error never ends an echo, which may still be answered and is lost only at its deadline.",
        ),
        one(
            "rtt_seconds",
            Kind.HISTOGRAM,
            "Round-trip times of the counted replies. Increases with each reply; lost, late, duplicate and "
            "unmeasured echoes have no round-trip time and are not in it.",
            unit="seconds",
        ),
        one(
            "rtt_variation_seconds",
            Kind.COUNTER,
            "Sum of the absolute differences between consecutive round-trip times of the target. Increases with "
            "each reply that has a predecessor; its rate over the rate of replies is the mean variation (jitter).",
            unit="seconds",
        ),
        one(
            "state",
            Kind.GAUGE,
            "1 for the state of the target now, 0 for the others: up, degraded, down, or unknown when it could "
            "not be measured. Exactly one is 1.",
            more=("state",),
        ),
        one(
            "state_seconds",
            Kind.COUNTER,
            "Seconds the target spent in each state, by the monotonic clock. Increases only when time is settled, "
            "that is, when every echo sent in it has its verdict: up to timeout + interval of the present is not "
            "yet included.",
            unit="seconds",
            more=("state",),
        ),
        one(
            "state_changed_timestamp_seconds",
            Kind.GAUGE,
            "Unix time at which the present state of the target began. Absent while that is not known.",
            unit="seconds",
        ),
        one(
            "last_probe_timestamp_seconds",
            Kind.GAUGE,
            "Unix time at which the last echo request to the target was sent. Absent until the first; its age "
            "shows a prober that stands still.",
            unit="seconds",
        ),
    ]


def _exporter(stem: str, kind: Kind, text: str, *, unit: str = "", labels: tuple[str, ...] = ()) -> Family:
    return Family(stem, Subject.EXPORTER, kind, text, labels, unit)


_LINK_ONLY = [
    Family(
        "maintenance",
        Subject.LINK,
        Kind.GAUGE,
        "1 while the inventory announces planned work on the link, otherwise 0. The link is measured all the same.",
        ("link",),
    ),
    Family(
        "service_hours",
        Subject.LINK,
        Kind.GAUGE,
        "1 within the service hours of the link's site, otherwise 0. The link is measured all the same.",
        ("link",),
    ),
]

_INVENTORY = [
    Family(
        "",
        Subject.LINK,
        Kind.INFO,
        "1 for each link of the inventory; joined on link it says the site, the office (opd), the regency "
        "(kabkota), the provider, the contract, the role, the phase of consolidation and the name.",
        ("link", "site", "opd", "kabkota", "provider", "contract", "role", "phase", "name"),
    ),
    Family(
        "",
        Subject.SITE,
        Kind.INFO,
        "1 for each site of the inventory; lat and lon are degrees (WGS 84).",
        ("site", "name", "opd", "kabkota", "kabkota_name", "lat", "lon"),
    ),
    Family(
        "",
        Subject.CONTRACT,
        Kind.INFO,
        "1 for each contract of the inventory; kind is dedicated or broadband.",
        ("contract", "provider", "kind"),
    ),
    Family(
        "bandwidth_bits_per_second",
        Subject.CONTRACT,
        Kind.GAUGE,
        "Bandwidth the contract buys for each of its links, in bits per second.",
        ("contract",),
        "bits_per_second",
    ),
    Family(
        "fee_rupiah",
        Subject.CONTRACT,
        Kind.GAUGE,
        "Fee for each link under the contract and month, in rupiah.",
        ("contract",),
        "rupiah",
    ),
    Family(
        "availability_target_ratio",
        Subject.CONTRACT,
        Kind.GAUGE,
        "Availability the contract promises, 0 to 1. Absent where the contract promises none.",
        ("contract",),
        "ratio",
    ),
    Family(
        "end_timestamp_seconds",
        Subject.CONTRACT,
        Kind.GAUGE,
        "Unix time at which the contract ends: midnight in WIB after its last day.",
        ("contract",),
        "seconds",
    ),
    Family(
        "",
        Subject.REFERENCE,
        Kind.INFO,
        "1 for each reference target; meaning says what its answer proves: uplink, core or internet.",
        ("target", "meaning"),
    ),
]

_PROBER = [
    _exporter("links", Kind.GAUGE, "Links in the inventory in force."),
    _exporter(
        "inventory",
        Kind.INFO,
        "1 for the inventory in force; digest is the SHA-256 of its files.",
        labels=("digest",),
    ),
    _exporter("ready", Kind.GAUGE, "1 once the first round of echoes is complete, otherwise 0."),
    _exporter(
        "snapshot_timestamp_seconds",
        Kind.GAUGE,
        "Unix time at which the figures on this page were copied. Scrapes that come together share one copy.",
        unit="seconds",
    ),
    _exporter(
        "socket",
        Kind.INFO,
        "1 for each address family; mode is raw, datagram or closed.",
        labels=("family", "mode"),
    ),
    _exporter(
        "receive_buffer_bytes",
        Kind.GAUGE,
        "Receive buffer of the ICMP socket as read back from the kernel.",
        unit="bytes",
        labels=("family",),
    ),
    _exporter(
        "kernel_drops",
        Kind.COUNTER,
        "Packets the kernel dropped because the receive buffer was full. Increases when the kernel reports it, "
        "which it may do twice for one packet.",
    ),
    _exporter(
        "late_sends",
        Kind.COUNTER,
        "Echo requests sent more than 250 ms after they were due. They are measured like any other.",
    ),
    _exporter(
        "stalls",
        Kind.COUNTER,
        "Times the schedule stood still for longer than an echo may be late. Increases when it runs again; the "
        "echoes due meanwhile are unmeasured, not sent in a burst.",
    ),
    _exporter(
        "timestamp_fallbacks",
        Kind.COUNTER,
        "Round-trip times taken without a plausible kernel receive stamp, hence less exact.",
    ),
    _exporter("socket_reopens", Kind.COUNTER, "Times an ICMP socket was lost and opened again."),
    _exporter(
        "clock_steps",
        Kind.COUNTER,
        "Steps of the wall clock by more than 10 ms. No round-trip time depends on them.",
    ),
    _exporter(
        "foreign_replies",
        Kind.COUNTER,
        "ICMP packets that were not believed, by the check that failed. Never counted for any link.",
        labels=("reason",),
    ),
    _exporter(
        "send_errors",
        Kind.COUNTER,
        "Echo requests the kernel refused to send, by error name. Each is also unmeasured for its link.",
        labels=("errno",),
    ),
    _exporter(
        "uplink_up",
        Kind.GAUGE,
        "1 while a reference target answers, 0 while none does and every link is therefore unknown. "
        "Absent without reference targets.",
    ),
    _exporter(
        "frame_max_seconds",
        Kind.GAUGE,
        "Longest processing of one frame of the measuring loop since start.",
        unit="seconds",
    ),
]

_SELF = [
    _exporter("build", Kind.INFO, "1 for the running program.", labels=("version", "python")),
    _exporter(
        "config_last_reload_successful",
        Kind.GAUGE,
        "1 if the last attempt to load the inventory succeeded, 0 if it was refused and the former one is in force.",
    ),
    _exporter(
        "config_last_reload_success_timestamp_seconds",
        Kind.GAUGE,
        "Unix time at which the inventory in force was loaded.",
        unit="seconds",
    ),
    _exporter(
        "render_seconds",
        Kind.SUMMARY,
        "Time taken to render this page, compression included, off the measuring thread. Increases after each "
        "render; a page shared by several scrapes counts once.",
        unit="seconds",
    ),
    _exporter(
        "scrapes_rejected",
        Kind.COUNTER,
        "Requests for this page refused with 503 because too many were waiting.",
    ),
]

#: Every family, in the order in which ``/metrics`` shows them.
FAMILIES: tuple[Family, ...] = (
    *_INVENTORY,
    *echo_families(Subject.LINK, "link", "link"),
    *_LINK_ONLY,
    *echo_families(Subject.REFERENCE, "target", "reference target"),
    *_PROBER,
    *_SELF,
)

_BY_SERIES = {each.series: each for each in FAMILIES}


def family(series: str) -> Family:
    """The family that queries know as ``series``; raises ``KeyError`` for a name not in the list."""
    return _BY_SERIES[series]
