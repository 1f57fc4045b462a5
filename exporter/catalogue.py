"""Every metric of Pantau OPD, once: its name, type, unit, labels and meaning.

Lives here: the complete list. Must not live here: values, and how text is written. Rendering, the
direct instrumentation and ``docs/metrics.md`` all take a family's words from this list, so a name
that is not here cannot be exported. Help says what is counted, when it increases, what it excludes.
"""

from __future__ import annotations

from dataclasses import replace

from exporter.catalogue_probe import PROBE_FAMILIES
from exporter.catalogue_prober import PROBER_FAMILIES
from exporter.metric_family import Family, Kind, Subject

__all__ = ["FAMILIES", "family"]


def _measured(stem: str, kind: Kind, text: str, *, unit: str = "", more: tuple[str, ...] = ()) -> Family:
    return Family(stem, Subject.LINK, kind, text, ("link", *more), unit)


#: What is measured of every link.
_LINK_MEASURED = [
    _measured(
        "echo_attempts",
        Kind.COUNTER,
        "Echo requests the prober decided to send to the link. Increases at the decision, before the send; "
        "always equals replies + lost + unmeasured + echoes whose deadline is still ahead.",
    ),
    _measured(
        "echo_replies",
        Kind.COUNTER,
        "Replies that matched address, identifier, sequence and cookie and came before the deadline. "
        "Increases when the reply is matched; excludes late and duplicate replies.",
    ),
    _measured(
        "echo_lost",
        Kind.COUNTER,
        "Echo requests that left the prober and had no valid reply by the deadline. "
        "Increases at the deadline; excludes echoes that were not measured.",
    ),
    _measured(
        "echo_unmeasured",
        Kind.COUNTER,
        "Echo requests without a verdict because of a fault on the prober's side, by reason. "
        "Increases when the fault is known; such an echo is neither lost nor answered.",
        more=("reason",),
    ),
    _measured(
        "echo_late",
        Kind.COUNTER,
        "Valid replies that came after the deadline. Increases on arrival; the echo stays lost.",
    ),
    _measured(
        "echo_duplicates",
        Kind.COUNTER,
        "Further valid replies to an echo already answered. Increases on arrival; never counted as replies.",
    ),
    _measured(
        "icmp_errors",
        Kind.COUNTER,
        "ICMP errors that quoted an echo request of ours to the link. Increases on arrival; "
        "an error never ends an echo, which may still be answered and is lost only at its deadline.",
    ),
    _measured(
        "rtt_seconds",
        Kind.HISTOGRAM,
        "Round-trip times of the counted replies. Increases with each reply; lost, late, duplicate and "
        "unmeasured echoes have no round-trip time and are not in it.",
        unit="seconds",
    ),
    _measured(
        "rtt_variation_seconds",
        Kind.COUNTER,
        "Sum of the absolute differences between consecutive round-trip times of the link. Increases with "
        "each reply that has a predecessor; its rate over the rate of replies is the mean variation (jitter).",
        unit="seconds",
    ),
    _measured(
        "state",
        Kind.GAUGE,
        "1 for the state of the link now, 0 for the others: up, degraded, down, or unknown when it could "
        "not be measured. Exactly one is 1.",
        more=("state",),
    ),
    _measured(
        "state_seconds",
        Kind.COUNTER,
        "Seconds the link spent in each state, by the monotonic clock. Increases only when time is settled, "
        "that is, when every echo sent in it has its verdict: up to timeout + interval of the present is not "
        "yet included.",
        unit="seconds",
        more=("state",),
    ),
    _measured(
        "state_changed_timestamp_seconds",
        Kind.GAUGE,
        "Unix time at which the present state of the link began. Absent while that is not known.",
        unit="seconds",
    ),
    _measured(
        "last_probe_timestamp_seconds",
        Kind.GAUGE,
        "Unix time at which the last echo request to the link was sent. Absent until the first; its age "
        "shows a prober that stands still.",
        unit="seconds",
    ),
]


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
    Family(
        "threshold",
        Subject.LINK,
        Kind.GAUGE,
        "Limit that the inventory sets for the link or its contract, by quantity, in the unit that its name ends with; "
        "flaps are a plain count. Absent where the inventory sets none: then what holds for all links holds.",
        ("link", "quantity"),
    ),
    Family(
        "outage",
        Subject.LINK,
        Kind.GAUGE,
        "1 for the smallest scope that explains why the link is down, 0 for the others. All are 0 while the link "
        "is not down, planned work covers it, or nothing is decided yet. A link stays where "
        "it was put until it answers, or until the outage that explained it is over: then it is decided anew.",
        ("link", "scope"),
    ),
]

_GROUP = ("scope", "provider", "kabkota", "site")

#: Of groups of links that fail together; a label that does not apply is empty.
_OUTAGES = [
    Family(
        "links",
        Subject.OUTAGE,
        Kind.GAUGE,
        "Links of the group that are down, those told alone before included. Exists only while the outage lasts.",
        _GROUP,
    ),
    Family(
        "measured_links",
        Subject.OUTAGE,
        Kind.GAUGE,
        "Links of the group that are up, degraded or down now. Exists only while the outage lasts.",
        _GROUP,
    ),
    Family(
        "started_timestamp_seconds",
        Subject.OUTAGE,
        Kind.GAUGE,
        "Unix time from which the first of the links it explains is down. Exists only while the outage lasts.",
        _GROUP,
        "seconds",
    ),
    Family(
        "persisting",
        Subject.OUTAGE,
        Kind.GAUGE,
        "1 for each group of which so few links answer that an outage of it, if one was announced before, is not "
        "over; it does not say that there is one. Absent for all other groups.",
        _GROUP,
    ),
]

#: Of planned work, by the id of its window; nothing is shown of work that is over.
_MAINTENANCE = [
    Family(
        "",
        Subject.MAINTENANCE,
        Kind.INFO,
        "1 for each planned work of the inventory that is not over: who planned it, why, and the paper that allows it.",
        ("window", "author", "reason", "approval"),
    ),
    Family(
        "active",
        Subject.MAINTENANCE,
        Kind.GAUGE,
        "1 while the planned work runs; 0 before it, and between the times at which it recurs. Absent once it is over.",
        ("window",),
    ),
    Family(
        "start_timestamp_seconds",
        Subject.MAINTENANCE,
        Kind.GAUGE,
        "Unix time at which the planned work began if it runs, and begins next if not. Absent once it is over.",
        ("window",),
        "seconds",
    ),
    Family(
        "end_timestamp_seconds",
        Subject.MAINTENANCE,
        Kind.GAUGE,
        "Unix time at which the running or else the next time of the planned work ends. Absent once it is over.",
        ("window",),
        "seconds",
    ),
    Family(
        "links",
        Subject.MAINTENANCE,
        Kind.GAUGE,
        "Links of the inventory that the planned work is about. Absent once it is over.",
        ("window",),
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
        Subject.OPD,
        Kind.INFO,
        "1 for each agency (opd) of the inventory, also one without a site; joined on opd it says the agency's name.",
        ("opd", "name"),
    ),
    Family(
        "",
        Subject.PROVIDER,
        Kind.INFO,
        "1 for each provider of the inventory, also one without a contract; joined on provider it says the "
        "provider's name.",
        ("provider", "name"),
    ),
    Family(
        "",
        Subject.CONTRACT,
        Kind.INFO,
        "1 for each contract of the inventory; kind is dedicated or broadband; window says in which hours its promise "
        "counts: 24x7, also where it promises nothing, or service-hours, those of each site.",
        ("contract", "provider", "kind", "window"),
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
        "tolerance_seconds",
        Subject.CONTRACT,
        Kind.GAUGE,
        "Length up to which an outage does not count by the contract. Absent where the contract promises nothing.",
        ("contract",),
        "seconds",
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


def _for_reference(measured: Family) -> Family:
    """The same family of reference targets."""
    return replace(
        measured,
        subject=Subject.REFERENCE,
        labels=("target", *measured.labels[1:]),
        help=measured.help.replace("the link", "the reference target"),
    )


#: Every family, in the order in which ``/metrics`` shows them.
FAMILIES: tuple[Family, ...] = (
    *_INVENTORY,
    *_LINK_MEASURED,
    *_LINK_ONLY,
    *_OUTAGES,
    *_MAINTENANCE,
    *map(_for_reference, _LINK_MEASURED),
    *PROBE_FAMILIES,
    *PROBER_FAMILIES,
)

_BY_SERIES = {each.series: each for each in FAMILIES}


def family(series: str) -> Family:
    """The family that queries know as ``series``; raises ``KeyError`` for a name not in the list."""
    return _BY_SERIES[series]
