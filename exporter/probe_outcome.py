"""How a probe beside the echo can end: the closed sets, and the value that every probe returns.

Lives here: results, reasons, phases, and what SNMP read. Must not live here: any decision, sockets, clocks.

As with echoes there are three ends: the answer was right, it was not, or nobody can know because of a fault of ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

__all__ = [
    "FAILURES",
    "OURS",
    "InterfaceReading",
    "InterfaceStatus",
    "Phase",
    "ProbeOutcome",
    "ProbeReason",
    "ProbeResult",
    "SnmpReading",
]


class ProbeResult(StrEnum):
    """The three ends of a probe."""

    SUCCESS = "success"
    FAILURE = "failure"
    UNMEASURED = "unmeasured"


class ProbeReason(StrEnum):
    """Why a probe did not succeed; those in ``OURS`` are faults of ours."""

    # A name
    NAME_NOT_FOUND = "name_not_found"
    NAME_FAILED = "name_failed"  #: SERVFAIL, REFUSED, a loop of aliases, a malformed answer
    NAME_TIMEOUT = "name_timeout"
    ADDRESS_REFUSED = "address_refused"  #: the name leads to an address that must not be asked
    # A connection
    REFUSED = "refused"
    RESET = "reset"
    UNREACHABLE = "unreachable"  #: a router says that there is no way
    CONNECT_TIMEOUT = "connect_timeout"
    SILENT = "silent"  #: connected or asked, and no answer in time
    # TLS
    TLS_EXPIRED = "tls_expired"
    TLS_UNTRUSTED = "tls_untrusted"
    TLS_WRONG_NAME = "tls_wrong_name"
    TLS_FAILED = "tls_failed"
    # HTTP
    WRONG_STATUS = "wrong_status"
    WRONG_BODY = "wrong_body"
    BODY_TOO_LARGE = "body_too_large"
    BODY_TIMEOUT = "body_timeout"
    HEADERS_TOO_LARGE = "headers_too_large"
    REDIRECT_REFUSED = "redirect_refused"
    TOO_MANY_REDIRECTS = "too_many_redirects"
    # DNS
    WRONG_ANSWER = "wrong_answer"  #: answered, but not what was expected
    # SNMP
    AUTHENTICATION = "authentication"  #: unknown user, wrong password or digest
    TIME_WINDOW = (
        "time_window"  #: the device's clock of boots and seconds does not agree even after a resynchronisation
    )
    ERROR_STATUS = "error_status"
    INTERFACE_MISSING = "interface_missing"
    INTERFACE_AMBIGUOUS = "interface_ambiguous"
    COUNTERS_NARROW = "counters_narrow"  #: only 32-bit counters, which can wrap between two polls
    # Any
    MALFORMED = "malformed"  #: what came is no answer in this protocol
    # Ours
    NO_ROUTE = "no_route"
    RESOURCES = "resources"  #: no descriptors, ports or memory
    UPLINK = "uplink"  #: our own connection is down
    BUSY = "busy"  #: the turn before still waits or runs, or too many wait
    CREDENTIALS = "credentials"  #: the secret could not be read
    INTERNAL = "internal"  #: an error in this program; the log says which


#: Reasons that are faults of ours: the probe is unmeasured.
OURS = frozenset(
    {
        ProbeReason.NO_ROUTE,
        ProbeReason.RESOURCES,
        ProbeReason.UPLINK,
        ProbeReason.BUSY,
        ProbeReason.CREDENTIALS,
        ProbeReason.INTERNAL,
    }
)

#: All others: the probe failed.
FAILURES = frozenset(ProbeReason) - OURS


class Phase(StrEnum):
    """The parts of a probe's time, in their order."""

    RESOLVE = "resolve"
    CONNECT = "connect"
    TLS = "tls"
    WAIT = "wait"  #: from the request to the first byte of its answer
    TRANSFER = "transfer"  #: the rest of the answer


class InterfaceStatus(StrEnum):
    """ifOperStatus (RFC 2863)."""

    UP = "up"
    DOWN = "down"
    TESTING = "testing"
    UNKNOWN = "unknown"
    DORMANT = "dormant"
    NOT_PRESENT = "not_present"
    LOWER_LAYER_DOWN = "lower_layer_down"


@dataclass(frozen=True, slots=True)
class InterfaceReading:
    """One interface as its device describes it; None: the device does not say, or says it too narrowly."""

    index: int  #: ifIndex, for this poll only
    name: str
    status: InterfaceStatus
    speed_bits_per_second: int | None
    received_bytes: int | None
    sent_bytes: int | None
    receive_errors: int | None
    send_errors: int | None
    receive_discards: int | None
    send_discards: int | None
    discontinuity_s: float  #: ifCounterDiscontinuityTime, seconds since the device's start; 0: none
    wide: bool = True  #: the bytes are counted with 64 bits, which do not wrap; False: 32, which do


@dataclass(frozen=True, slots=True)
class SnmpReading:
    """What one poll of a device brought."""

    taken_unix_ns: int  #: when the answer with the uptime came
    boot_unix_s: float  #: when the device, or its SNMP agent, started
    engine_id: str  #: snmpEngineID, hexadecimal; empty where the device does not tell: tells devices apart
    interface: InterfaceReading | None
    narrow: bool = False  #: bytes were withheld: 32-bit counters that can wrap between two polls


@dataclass(frozen=True, slots=True)
class ProbeOutcome:
    """The end of one probe."""

    reason: ProbeReason | None = None  #: None: success
    detail: str = ""  #: one line for people, at most 200 characters, never with a secret
    phases: Mapping[Phase, float] = field(default_factory=dict)  #: seconds; those that were completed
    certificate_ends_unix_s: float | None = None  #: of the server's certificate, also when it was refused
    reading: SnmpReading | None = None  #: of SNMP; also beside a reason about the interface alone
    answered: bool = False  #: the other side said something, right or wrong: the line carries packets

    @property
    def result(self) -> ProbeResult:
        """Which of the three ends it is."""
        if self.reason is None:
            return ProbeResult.SUCCESS
        return ProbeResult.UNMEASURED if self.reason in OURS else ProbeResult.FAILURE
