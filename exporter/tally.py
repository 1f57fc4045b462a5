"""What the prober counts about itself while it measures.

Lives here: plain integers and their names. Must not live here: metric text, decisions.
"""

from __future__ import annotations

import errno
from dataclasses import dataclass, field

from exporter.outcome import Foreign, Reason

__all__ = ["SEND_ERRORS", "Tally", "reason_of", "send_error_name"]

#: Send errors that are counted by name; anything else is "other", so that the label stays a closed set.
SEND_ERRORS = (
    "ENETUNREACH",
    "EHOSTUNREACH",
    "ENETDOWN",
    "EADDRNOTAVAIL",
    "EPERM",
    "EACCES",
    "ENOBUFS",
    "EAGAIN",
    "EMSGSIZE",
    "EINVAL",
    "other",
)

_NO_ROUTE = {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EADDRNOTAVAIL, errno.ENODEV}


def send_error_name(number: int) -> str:
    """The label for an errno: one of ``SEND_ERRORS``."""
    name = errno.errorcode.get(number, "other")
    return name if name in SEND_ERRORS else "other"


def reason_of(number: int) -> Reason:
    """Why an echo was not measured when sending it failed with errno ``number``: no way, or something of ours."""
    return Reason.NO_ROUTE if number in _NO_ROUTE else Reason.SEND_FAILED


@dataclass(slots=True)
class Tally:
    """Counts since start; written by the measuring thread only."""

    kernel_drops: int = 0
    late_sends: int = 0
    stalls: int = 0
    timestamp_fallbacks: int = 0
    socket_reopens: int = 0
    clock_steps: int = 0
    frame_ns_max: int = 0
    foreign: dict[Foreign, int] = field(default_factory=lambda: dict.fromkeys(Foreign, 0))
    send_errors: dict[str, int] = field(default_factory=lambda: dict.fromkeys(SEND_ERRORS, 0))
