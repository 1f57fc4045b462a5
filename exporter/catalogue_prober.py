"""The families in which the exporter speaks about itself.

Lives here: their part of the catalogue. Must not live here: values, and families of what is measured.
"""

from __future__ import annotations

from exporter.metric_family import Family, Kind, Subject

__all__ = ["PROBER_FAMILIES"]


def _exporter(stem: str, kind: Kind, text: str, *, unit: str = "", labels: tuple[str, ...] = ()) -> Family:
    return Family(stem, Subject.EXPORTER, kind, text, labels, unit)


#: From a snapshot: the inventory in force and what the measuring thread confesses.
_CONFESSED = [
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

#: From the process itself (``self_metrics``).
_PROCESS = [
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
    _exporter(
        "web_config_last_reload_successful",
        Kind.GAUGE,
        "1 if the last attempt to load the web configuration succeeded, 0 if it was refused and the former one is in "
        "force. Absent without --web-config.",
    ),
    _exporter(
        "web_config_last_reload_success_timestamp_seconds",
        Kind.GAUGE,
        "Unix time at which the web configuration in force was loaded.",
        unit="seconds",
    ),
    _exporter(
        "web_certificate_expiry_timestamp_seconds",
        Kind.GAUGE,
        "Unix time at which the certificate that is served ends. Absent without TLS.",
        unit="seconds",
    ),
    _exporter(
        "journal_written_timestamp_seconds",
        Kind.GAUGE,
        "Unix time at which the journal of outages was last written, which happens every minute; 0 before. Absent, "
        "as are the other series of the journal, without --journal.",
        unit="seconds",
    ),
    _exporter(
        "journal_write_failures",
        Kind.COUNTER,
        "Times the journal could not be written; what it lacks stays in memory and is written later.",
    ),
    _exporter(
        "journal_unreadable_lines",
        Kind.COUNTER,
        "Lines of the journal that could not be read at the start and were kept aside.",
    ),
    _exporter("journal_size_bytes", Kind.GAUGE, "Size of the journal.", unit="bytes"),
]

PROBER_FAMILIES = (*_CONFESSED, *_PROCESS)
