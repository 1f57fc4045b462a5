"""What the document of one link looks like.

Lives here: the schema of ``GET /api/v1/links/ID``. Must not live here: the making of it (``link_document``).
"""

from __future__ import annotations

from exporter.api.briefs import KABKOTA, OUTAGE, STANDING
from exporter.api.shapes import (
    Named,
    flag,
    identifier,
    integer,
    listing,
    maybe,
    one_of,
    record,
    seconds,
    text,
    unix_time,
)
from exporter.model import Phase, Role
from exporter.opinion import Answer, EchoEnd, TcpEnd
from exporter.outcome import State
from exporter.path import Where
from exporter.probe_model import ProbeKind
from exporter.probe_outcome import InterfaceStatus, ProbeReason
from exporter.scope import Scope

__all__ = ["LINK_WHOLE"]

_DESCRIPTION = record(
    "What the inventory says of it",
    {
        "id": identifier("The link"),
        "name": text("Its name"),
        "site": identifier("Its site"),
        "opd": identifier("The agency of the site"),
        "kabkota": KABKOTA,
        "provider": identifier("Who sells it"),
        "contract": identifier("Under which contract"),
        "role": one_of("What the site uses it for", Role),
        "phase": one_of("Where it stands in the consolidation", Phase),
        "address": text("The address that is probed"),
    },
)

_ECHOES = record(
    "Echoes since the exporter knows the link",
    {
        "attempts": integer("Decided to send: replies, lost, unmeasured, and those that are under way"),
        "replies": integer("Answered in time"),
        "lost": integer("Sent, no answer in time"),
        "unmeasured": integer("Not measured for a fault of ours"),
    },
)

_STATE = record(
    "What it is now",
    {
        "now": one_of("What was measured", State),
        "standing": STANDING,
        "since_unix_s": maybe(unix_time("When it began; of a link that is down, its outage, also before a restart")),
        "icmp_only": flag("Degraded in that echoes are lost while it answers by other means"),
        "scope": maybe(one_of("The widest cause that explains an outage of it now", Scope)),
        "planned_work": flag("Planned work runs now"),
        "service_hours": flag("The office is open now"),
        "last_probe_unix_s": maybe(unix_time("When the last echo was sent")),
        "echoes": _ECHOES,
    },
)

_PROBE = Named(
    "Probe",
    record(
        "A probe beside the echo; counts since the exporter started",
        {
            "id": identifier("The probe"),
            "kind": one_of("Over what", ProbeKind),
            "successes": integer("Ended well"),
            "failures": integer("Ended not well, by no fault of ours"),
            "unmeasured": integer("Not measured for a fault of ours"),
            "reason": maybe(one_of("Why the latest did not succeed; null: it did, or none has ended", ProbeReason)),
            "detail": text("More of the same, in English"),
            "ended_unix_s": maybe(unix_time("When the latest ended")),
            "last_success_unix_s": maybe(unix_time("When one last succeeded")),
            "certificate_ends_unix_s": maybe(unix_time("When the certificate ends that it was shown")),
        },
    ),
)

_DEVICE = Named(
    "Device",
    record(
        "The router, as it told last over SNMP",
        {
            "answers": flag("The latest poll was answered"),
            "answered_unix_s": maybe(unix_time("When it told")),
            "boot_unix_s": unix_time("When it started"),
            "engine_id": text("Which device it is; empty: it does not tell"),
            "interface_status": maybe(one_of("ifOperStatus of the link's interface", InterfaceStatus)),
            "interface_speed_bits_per_second": maybe(integer("Speed of the link's interface")),
        },
    ),
)

_OPINION = Named(
    "SecondOpinion",
    record(
        "What two other questions brought when echoes were lost",
        {
            "asked_unix_s": maybe(unix_time("When it was asked")),
            "answer": one_of("Who answered", Answer),
            "echo": record(
                "An echo with a fresh identifier and another size",
                {"end": one_of("What became of it", EchoEnd), "seconds": maybe(seconds("Until the answer"))},
            ),
            "tcp": record(
                "A connection",
                {
                    "end": one_of("What became of it", TcpEnd),
                    "port": maybe(integer("To which port")),
                    "seconds": maybe(seconds("Until the answer")),
                },
            ),
        },
    ),
)

_HOP = Named(
    "Hop",
    record(
        "A router that answered, or the office itself",
        {
            "number": integer("Its place on the way, from 1"),
            "address": text("Its address"),
            "seconds": seconds("Until it answered: good enough to show, not to measure"),
        },
    ),
)

_PATH = Named(
    "Path",
    record(
        "One trace",
        {
            "taken_unix_s": maybe(unix_time("When")),
            "whole": flag("The last hop is the office itself"),
            "hops": listing("Those that answered", _HOP),
        },
    ),
)

_BREAK = Named(
    "Break",
    record(
        "Where the latest path ends, beside the last good one",
        {
            "where": one_of("In whose hands", Where),
            "last_hop": maybe(_HOP),
            "usual_hops": maybe(integer("Hops of the last good path, the office included")),
        },
    ),
)

LINK_WHOLE = Named(
    "LinkWhole",
    record(
        "Everything of one link",
        {
            "taken_unix_s": unix_time("The moment of which it speaks"),
            "link": _DESCRIPTION,
            "links_of_site": listing("All links of the same site", identifier("A link")),
            "state": _STATE,
            "probes": listing("Probes over TCP, HTTP, DNS and SNMP", _PROBE),
            "device": maybe(_DEVICE),
            "second_opinion": maybe(_OPINION),
            "path": record(
                "The way to it",
                {"latest": maybe(_PATH), "good": maybe(_PATH), "break": maybe(_BREAK)},
            ),
            "outages": listing("Outages of the last 30 days, the latest first, the newest 200", OUTAGE),
        },
    ),
)
