"""Metrics of what is learned of a link beside its echoes: probes, devices, second opinions, paths, causes.

Lives here: these entries of the catalogue. Must not live here: values, text.
"""

from __future__ import annotations

from exporter.metric_family import Family, Kind, Subject

__all__ = ["PROBE_FAMILIES"]


def _link(stem: str, kind: Kind, text: str, *more: str, unit: str = "") -> Family:
    return Family(stem, Subject.LINK, kind, text, ("link", *more), unit)


_PROBES = [
    _link(
        "probe_results",
        Kind.COUNTER,
        "Ends of a probe of the link's office over TCP, HTTP, DNS or SNMP, by result: success, failure, or unmeasured "
        "for a fault of ours. Increases when a probe ends.",
        "probe",
        "kind",
        "result",
    ),
    _link(
        "probe_failure",
        Kind.GAUGE,
        "1 for the reason for which the latest end of a probe was no success. Absent after a success.",
        "probe",
        "reason",
    ),
    _link(
        "probe_phase_seconds",
        Kind.COUNTER,
        "Seconds that successful probes spent in each phase: resolve, connect, tls, wait for the first byte, transfer. "
        "Increases with each success; its rate over the rate of successes is the mean.",
        "probe",
        "phase",
        unit="seconds",
    ),
    _link(
        "probe_last_success_timestamp_seconds",
        Kind.GAUGE,
        "Unix time of the latest success of a probe. Absent until the first.",
        "probe",
        unit="seconds",
    ),
    _link(
        "probe_certificate_end_timestamp_seconds",
        Kind.GAUGE,
        "Unix time until which the certificate is valid that the server showed last, whether or not it was believed. "
        "Absent until one was seen.",
        "probe",
        unit="seconds",
    ),
]

_DEVICE = [
    _link(
        "router_boot_timestamp_seconds",
        Kind.GAUGE,
        "Unix time at which the device at the office, or its SNMP agent, started, as it told last. Moves by more than "
        "a few seconds only when the device restarts. Absent until it was read.",
        unit="seconds",
    ),
    _link(
        "snmp_last_success_timestamp_seconds",
        Kind.GAUGE,
        "Unix time of the latest poll that the device answered. Absent until the first; its age shows a silent device.",
        unit="seconds",
    ),
    _link(
        "interface_status",
        Kind.GAUGE,
        "1 for the status of the link's interface at the latest poll (ifOperStatus of RFC 2863), 0 for the others. "
        "Absent while the device does not answer or does not have the interface.",
        "status",
    ),
    _link(
        "interface_speed_bits_per_second",
        Kind.GAUGE,
        "Speed that the device gives for the link's interface, which is not what the contract buys. Absent where the "
        "device gives none.",
        unit="bits_per_second",
    ),
    *(
        _link(
            stem,
            Kind.COUNTER,
            f"{what} of the link's interface, as its device counts them. Increases with each poll. Epoch is the Unix "
            "time at which the device began to count: a new one is a new series, so that nothing is added across a "
            "restart. Absent while the device does not answer, and where its counter could wrap between two polls.",
            "epoch",
            unit=unit,
        )
        for stem, what, unit in (
            ("interface_received_bytes", "Bytes received from the line", "bytes"),
            ("interface_sent_bytes", "Bytes sent to the line", "bytes"),
            ("interface_receive_errors", "Packets received with errors", ""),
            ("interface_send_errors", "Packets not sent because of errors", ""),
            ("interface_receive_discards", "Packets received whole and discarded", ""),
            ("interface_send_discards", "Packets discarded before sending", ""),
        )
    ),
]

_DIAGNOSIS = [
    _link(
        "icmp_only",
        Kind.GAUGE,
        "1 while the link's echoes stay unanswered and it answers by other means: it is degraded, not down. "
        "Otherwise 0.",
    ),
    _link(
        "path_last_hop_number",
        Kind.GAUGE,
        "Place of the last router that answered on the way to the link when its path was last found broken during "
        "its latest outage; 0: none answered. Absent until then, and again from the beginning of the next outage.",
    ),
    _link(
        "path_usual_hops",
        Kind.GAUGE,
        "Hops of the way to the link, its own included, when it was last traced whole. Absent until then.",
    ),
    _link(
        "path_last_hop_address",
        Kind.GAUGE,
        "Address of that last router as a number (198.18.0.1 is 198 * 2^24 + 18 * 2^16 + 1): a value, because a label "
        "of it would know no bounds. Absent for IPv6 and where no router is known.",
    ),
    _link(
        "outage_cause",
        Kind.GAUGE,
        "1 for the cause of the link's latest outage, 0 for the others: power, line, provider, area, core, prober or "
        "unknown. Decided during the outage where possible, else after recovery. Absent until there was an outage.",
        "cause",
    ),
    _link(
        "outage_cause_pending",
        Kind.GAUGE,
        "1 from the beginning of the link's latest outage until its cause is decided for good, then 0. Absent until "
        "there was an outage.",
    ),
    _link(
        "last_outage_start_timestamp_seconds",
        Kind.GAUGE,
        "Unix time at which the link's latest outage began. Absent until there was one.",
        unit="seconds",
    ),
    _link(
        "last_outage_end_timestamp_seconds",
        Kind.GAUGE,
        "Unix time at which the link's latest outage ended. Absent until there was one, and while it lasts.",
        unit="seconds",
    ),
]


def _exporter(stem: str, kind: Kind, text: str, *labels: str, unit: str = "") -> Family:
    return Family(stem, Subject.EXPORTER, kind, text, labels, unit)


_PROBER = [
    _exporter(
        "second_opinions",
        Kind.COUNTER,
        "Second opinions before a link is called down, by who answered: echo (another identifier and size), tcp, both, "
        "none, or not_asked where the budget was spent. Increases when the answer is known.",
        "answer",
    ),
    _exporter(
        "path_traces",
        Kind.COUNTER,
        "Paths that were wanted, by result: whole, broken, or not_asked where the budget was spent or the right to "
        "trace is missing. Increases when the result is known.",
        "result",
    ),
    _exporter(
        "probes_running",
        Kind.GAUGE,
        "Probes over TCP, HTTP, DNS and SNMP that run now. Those that wait for their device or for room are not "
        "counted.",
    ),
    _exporter(
        "probes_late",
        Kind.COUNTER,
        "Such probes that began more than a tenth of their interval after they were due. Increases when one begins.",
    ),
    _exporter(
        "probe_loop_lag_seconds",
        Kind.GAUGE,
        "Longest time by which the loop that runs such probes woke up late, within the last minute.",
        unit="seconds",
    ),
]

PROBE_FAMILIES = [*_PROBES, *_DEVICE, *_DIAGNOSIS, *_PROBER]
