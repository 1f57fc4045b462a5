"""How an echo can end, and what a link can be: the closed sets every other module counts by.

Lives here: the sets and their integer codes for columns. Must not live here: any decision.

Every echo ends as a reply, a loss, or *unmeasured* with a reason that is a fault of ours. Codes are
laid out so that ``code >= UNMEASURED`` is the whole test for "not measured".
"""

from __future__ import annotations

from enum import StrEnum

__all__ = [
    "LOST",
    "OUTSTANDING",
    "REPLY",
    "UNMEASURED",
    "Foreign",
    "Reason",
    "State",
    "unmeasured_code",
]


class Reason(StrEnum):
    """Why an echo was not measured; each one is ours, never the office's."""

    NO_ROUTE = "no_route"  #: the kernel had no way, device or source address
    SEND_FAILED = "send_failed"  #: a firewall of ours, a full queue, a packet too big
    KERNEL_DROP = "kernel_drop"  #: our receive buffer overflowed while the answer could come
    STALL = "stall"  #: the prober did not run when it should have
    UPLINK = "uplink"  #: no reference target answered either
    INTERRUPTED = "interrupted"  #: our socket, or the address to probe, changed while the answer could come


class State(StrEnum):
    """What a link is; the order is the column code."""

    UP = "up"
    DEGRADED = "degraded"
    DOWN = "down"
    UNKNOWN = "unknown"


class Foreign(StrEnum):
    """Why an arriving packet was not believed."""

    UNKNOWN = "unknown"  #: no echo of ours has this sequence number
    IDENTIFIER = "identifier"
    SOURCE = "source"
    COOKIE = "cookie"
    PAYLOAD = "payload"  #: wrong length, wrong filling or a bad checksum
    TYPE = "type"  #: not an echo reply and not an error we know
    QUOTE = "quote"  #: an ICMP error that does not quote an echo of ours


OUTSTANDING = 0
REPLY = 1
LOST = 2
UNMEASURED = 3

_REASON_CODES = {reason: UNMEASURED + index for index, reason in enumerate(Reason)}


def unmeasured_code(reason: Reason) -> int:
    """The column code of ``reason``; ``UNMEASURED`` plus its place in the enumeration."""
    return _REASON_CODES[reason]
