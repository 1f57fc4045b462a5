"""What is asked of a device over SNMP, and what its answers mean.

Lives here: object identifiers, answers as readings, whose uptime counts, and when 32 bits are too few. Must not live
here: messages on the wire (``transport``), the order of requests (``probes``), anything kept between polls.

Values are those of the wire: integers, bytes, None where a device has no such object. A value of another type than its
object has is taken for none: agents lie.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from exporter.probe_model import InterfaceKey
from exporter.probe_outcome import InterfaceReading, InterfaceStatus, ProbeReason

__all__ = [
    "DEVICE_OIDS",
    "IF_DESCR",
    "TICKS_WRAP_S",
    "Found",
    "Uptimes",
    "Value",
    "Values",
    "can_wrap",
    "column",
    "engine_id",
    "find_interface",
    "interface_oids",
    "interface_reading",
    "text",
    "uptime_s",
    "uptimes",
]

Value = int | bytes | None
Values = Mapping[str, Value]

SYS_UPTIME = "1.3.6.1.2.1.1.3.0"  # TimeTicks (RFC 3418): of the agent
HR_UPTIME = "1.3.6.1.2.1.25.1.1.0"  # hrSystemUptime, TimeTicks (RFC 2790): of the machine
ENGINE_ID = "1.3.6.1.6.3.10.2.1.1.0"  # snmpEngineID (RFC 3411)
ENGINE_TIME = "1.3.6.1.6.3.10.2.1.3.0"  # snmpEngineTime, seconds (RFC 3411): of the agent

#: Asked of the device itself, in every poll.
DEVICE_OIDS = (SYS_UPTIME, HR_UPTIME, ENGINE_ID, ENGINE_TIME)

_TABLE = "1.3.6.1.2.1.2.2.1"  # ifEntry (RFC 2863)
_MORE = "1.3.6.1.2.1.31.1.1.1"  # ifXEntry
IF_DESCR = f"{_TABLE}.2"
IF_SPEED = f"{_TABLE}.5"
IF_STATUS = f"{_TABLE}.8"
IF_IN_OCTETS = f"{_TABLE}.10"
IF_IN_DISCARDS = f"{_TABLE}.13"
IF_IN_ERRORS = f"{_TABLE}.14"
IF_OUT_OCTETS = f"{_TABLE}.16"
IF_OUT_DISCARDS = f"{_TABLE}.19"
IF_OUT_ERRORS = f"{_TABLE}.20"
IF_NAME = f"{_MORE}.1"
IF_HC_IN = f"{_MORE}.6"
IF_HC_OUT = f"{_MORE}.10"
IF_HIGH_SPEED = f"{_MORE}.15"
IF_ALIAS = f"{_MORE}.18"
IF_DISCONTINUITY = f"{_MORE}.19"

_INTERFACE = (
    IF_NAME,
    IF_STATUS,
    IF_HC_IN,
    IF_HC_OUT,
    IF_DISCONTINUITY,
    IF_SPEED,
    IF_HIGH_SPEED,
    IF_IN_ERRORS,
    IF_OUT_ERRORS,
    IF_IN_DISCARDS,
    IF_OUT_DISCARDS,
    IF_IN_OCTETS,
    IF_OUT_OCTETS,
)

_STATUS = dict(enumerate(InterfaceStatus, start=1))  # the numbers of ifOperStatus, in the order of RFC 2863

#: TimeTicks have 32 bits of hundredths: 497.1 days.
TICKS_WRAP_S = 2**32 / 100

#: Two witnesses of the same start differ by no more: the second agrees after a wrap or it does not.
_AGREE_S = 120.0

#: Between two polls may lie one that failed.
_POLLS_BETWEEN = 2

#: Longest name or description that is looked at; ifAlias has 64, ifName and ifDescr 255 at most (RFC 2863).
_MOST_TEXT = 255


@dataclass(frozen=True, slots=True)
class Uptimes:
    """Seconds since three starts, as the device tells them; None: it does not."""

    host_s: float | None  #: of the machine; wraps
    agent_s: float | None  #: sysUpTime: on Linux that of the agent, on most routers that of the device; wraps
    engine_s: float | None  #: of the agent, in whole seconds; does not wrap within 68 years


@dataclass(frozen=True, slots=True)
class Found:
    """Where an interface was found; or why not."""

    index: int = 0
    reason: ProbeReason | None = None
    detail: str = ""


def _number(values: Values, oid: str, most: int) -> int | None:
    value = values.get(oid)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most else None


def text(value: Value) -> str:
    """A name as it is compared: UTF-8, without spaces around it; empty for anything that is no text."""
    return value[:_MOST_TEXT].decode("utf-8", "replace").strip(" \t\r\n\0") if isinstance(value, bytes) else ""


def engine_id(values: Values) -> str:
    """The device's engine id in hexadecimal; empty when it does not tell one, or one longer than RFC 3411 allows."""
    value = values.get(ENGINE_ID)
    return value.hex() if isinstance(value, bytes) and len(value) <= 32 else ""


def uptimes(values: Values) -> Uptimes:
    """What a device said of its starts."""
    host, agent = _number(values, HR_UPTIME, 2**32 - 1), _number(values, SYS_UPTIME, 2**32 - 1)
    engine = _number(values, ENGINE_TIME, 2**31 - 1)
    return Uptimes(None if host is None else host / 100, None if agent is None else agent / 100, engine or None)


def uptime_s(told: Uptimes) -> float | None:
    """Seconds since the device started, as well as one poll can know; None when the device tells no uptime.

    What matters is whether the machine lost its power, so the machine's own uptime goes before that of its agent, whose
    restart is none. Hundredths that wrapped are made whole by the engine's seconds where these agree but for wraps.
    """
    ticks = told.agent_s if told.host_s is None else told.host_s
    if ticks is None:
        return told.engine_s
    if told.engine_s is None:
        return ticks
    wraps = max(0, round((told.engine_s - ticks) / TICKS_WRAP_S))
    whole = ticks + wraps * TICKS_WRAP_S
    if abs(told.engine_s - whole) <= _AGREE_S:
        return whole
    return ticks if told.host_s is not None else told.engine_s


def column(key: InterfaceKey) -> str:
    """The column in which an interface is looked for."""
    return IF_NAME if key is InterfaceKey.NAME else IF_ALIAS


def interface_oids(index: int, name_column: str) -> tuple[str, ...]:
    """All that is asked of one interface; what it is called comes first, so that the answer says whose it is."""
    columns = dict.fromkeys((name_column, *_INTERFACE))
    return tuple(f"{each}.{index}" for each in columns)


def find_interface(rows: Iterable[tuple[str, Value]], name_column: str, wanted: str) -> Found:
    """The index of the one interface whose row in ``name_column`` says ``wanted``."""
    prefix = f"{name_column}."
    indices = {
        int(tail)
        for oid, value in rows
        if oid.startswith(prefix) and (tail := oid.removeprefix(prefix)).isdigit() and text(value) == wanted
    }
    if len(indices) == 1:
        return Found(indices.pop())
    if not indices:
        return Found(reason=ProbeReason.INTERFACE_MISSING, detail=f"no interface is called {wanted!r}")
    some = ", ".join(map(str, sorted(indices)[:5]))
    return Found(reason=ProbeReason.INTERFACE_AMBIGUOUS, detail=f"{wanted!r} is the name of interfaces {some}")


def can_wrap(speed_bits_per_second: int | None, interval_s: float) -> bool:
    """Whether a 32-bit counter of bytes can pass its own start between two polls, one failed poll between allowed.

    speed / 8 * interval * 2 >= 2**32: at 60 s from 286 Mb/s on. An unknown speed can.
    """
    return not speed_bits_per_second or speed_bits_per_second / 8 * interval_s * _POLLS_BETWEEN >= 2**32


def interface_reading(values: Values, index: int, interval_s: float) -> tuple[InterfaceReading, bool]:
    """One interface as its device describes it, and whether bytes were withheld because 32 bits are too few."""

    def number(stem: str, most: int = 2**32 - 1) -> int | None:
        return _number(values, f"{stem}.{index}", most)

    low, high = number(IF_SPEED), number(IF_HIGH_SPEED)
    speed = low if low and low < 2**32 - 1 else high * 1_000_000 if high else None
    received, sent = number(IF_HC_IN, 2**64 - 1), number(IF_HC_OUT, 2**64 - 1)
    wide = received is not None and sent is not None
    narrow = False
    if not wide:
        received, sent = number(IF_IN_OCTETS), number(IF_OUT_OCTETS)
        narrow = (received is not None or sent is not None) and can_wrap(speed, interval_s)
    name = values.get(f"{IF_NAME}.{index}")
    discontinuity = number(IF_DISCONTINUITY) or 0
    reading = InterfaceReading(
        index=index,
        name=text(name if name is not None else values.get(f"{IF_DESCR}.{index}")),
        status=_STATUS.get(number(IF_STATUS) or 0, InterfaceStatus.UNKNOWN),
        speed_bits_per_second=speed,
        received_bytes=None if narrow else received,
        sent_bytes=None if narrow else sent,
        receive_errors=number(IF_IN_ERRORS),
        send_errors=number(IF_OUT_ERRORS),
        receive_discards=number(IF_IN_DISCARDS),
        send_discards=number(IF_OUT_DISCARDS),
        discontinuity_s=discontinuity / 100,
        wide=wide,
    )
    return reading, narrow
