"""What an office's router tells by SNMP: each object's name and value.

Lives here: the system and snmpEngine groups, hrSystemUptime, and the columns of ifTable and ifXTable. Must not live
here: messages, credentials. The interfaces are the lines of the office, a bridge for its own network, and the loopback.
Source: RFC 3418, RFC 3411 (snmpEngine), RFC 2863, RFC 2790 (hrSystemUptime), RFC 5612 (the enterprise number).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

from exporter.sim.ber import Oid, Tag, encode, integer, oid
from exporter.sim.routers import Router
from exporter.sim.traffic import Meter

__all__ = ["ENTERPRISE", "Facts", "engine_id", "facts", "name_after", "value_of"]

#: For documentation (RFC 5612).
ENTERPRISE = 32473

_UP, _DOWN = 1, 2
_ETHERNET, _LOOPBACK, _BRIDGE = 6, 24, 209  # IANAifType
_GIGABIT = 1_000
_COUNTER32 = 1 << 32
_FRAME_OCTETS = 800  #: in the mean


@dataclass(frozen=True, slots=True)
class _Interface:
    index: int
    name: str
    alias: str
    kind: int
    megabits: int
    status: int
    received: int
    sent: int
    physical: bytes


@dataclass(frozen=True, slots=True)
class Facts:
    """What one router would say at one moment."""

    router: Router
    engine: bytes
    uptime_s: float
    interfaces: tuple[_Interface, ...]


def engine_id(site: str) -> bytes:
    """The router's snmpEngineID: always the same for a site (RFC 3411, SnmpEngineID, format 5)."""
    return (0x80000000 | ENTERPRISE).to_bytes(4) + b"\x05" + blake2b(site.encode(), digest_size=12).digest()


def facts(meter: Meter, now_ns: int) -> Facts:
    """What the router of ``meter`` says at ``now_ns``."""
    router, octets = meter.router, meter.octets(now_ns)
    engine = engine_id(router.id)
    physical = b"\x02" + engine[-4:]
    lines = [
        _Interface(
            *(number, line.interface, line.link, _ETHERNET, _GIGABIT, _UP if line.has_carrier else _DOWN),
            *(*octets[number - 1], physical + bytes([number])),
        )
        for number, line in enumerate(router.lines, 1)
    ]
    received, sent = (sum(column) for column in zip(*octets, strict=True))
    more = len(lines) + 1
    bridge = _Interface(more, "bridge-lan", "LAN", _BRIDGE, _GIGABIT, _UP, sent, received, physical + b"\0")
    loopback = _Interface(more + 1, "lo", "", _LOOPBACK, 0, _UP, 0, 0, b"")
    uptime_s = max(0.0, (now_ns - router.booted_ns) / 1e9)
    return Facts(router, engine, uptime_s, (*lines, bridge, loopback))


def _text(value: str) -> bytes:
    return encode(Tag.OCTETS, value.encode())


def _ticks(said: Facts) -> bytes:
    return integer(int(said.uptime_s * 100) % _COUNTER32, Tag.TIME_TICKS)


def _counter(number: int) -> bytes:
    return integer(number % _COUNTER32, Tag.COUNTER32)


def _high(number: int) -> bytes:
    return integer(number, Tag.COUNTER64)


def _gauge(number: int) -> bytes:
    return integer(number, Tag.GAUGE32)


_SYSTEM: Oid = (1, 3, 6, 1, 2, 1, 1)
_ENGINE: Oid = (1, 3, 6, 1, 6, 3, 10, 2, 1)

#: Values that there are once, by their names.
_SCALARS: dict[Oid, Callable[[Facts], bytes]] = {
    (*_SYSTEM, 1, 0): lambda _: _text("Pantau simulated router"),
    (*_SYSTEM, 2, 0): lambda _: oid((1, 3, 6, 1, 4, 1, ENTERPRISE, 1)),
    (*_SYSTEM, 3, 0): _ticks,
    (*_SYSTEM, 4, 0): lambda _: _text(""),
    (*_SYSTEM, 5, 0): lambda said: _text(said.router.id),
    (*_SYSTEM, 6, 0): lambda said: _text(said.router.name),
    (*_SYSTEM, 7, 0): lambda _: integer(78),
    (1, 3, 6, 1, 2, 1, 2, 1, 0): lambda said: integer(len(said.interfaces)),
    (1, 3, 6, 1, 2, 1, 25, 1, 1, 0): _ticks,
    (*_ENGINE, 1, 0): lambda said: encode(Tag.OCTETS, said.engine),
    (*_ENGINE, 2, 0): lambda said: integer(said.router.boots),
    (*_ENGINE, 3, 0): lambda said: integer(int(said.uptime_s)),
    (*_ENGINE, 4, 0): lambda _: integer(1472),
}

_IF: Oid = (1, 3, 6, 1, 2, 1, 2, 2, 1)
_IFX: Oid = (1, 3, 6, 1, 2, 1, 31, 1, 1, 1)

#: Values that each interface has, by the names of their columns.
_COLUMNS: dict[Oid, Callable[[_Interface], bytes]] = {
    (*_IF, 1): lambda each: integer(each.index),
    (*_IF, 2): lambda each: _text(each.name),
    (*_IF, 3): lambda each: integer(each.kind),
    (*_IF, 4): lambda _: integer(1500),
    (*_IF, 5): lambda each: _gauge(each.megabits * 1_000_000),
    (*_IF, 6): lambda each: encode(Tag.OCTETS, each.physical),
    (*_IF, 7): lambda _: integer(_UP),
    (*_IF, 8): lambda each: integer(each.status),
    (*_IF, 9): lambda _: integer(0, Tag.TIME_TICKS),
    (*_IF, 10): lambda each: _counter(each.received),
    (*_IF, 11): lambda each: _counter(each.received // _FRAME_OCTETS),
    (*_IF, 13): lambda _: _counter(0),
    (*_IF, 14): lambda _: _counter(0),
    (*_IF, 16): lambda each: _counter(each.sent),
    (*_IF, 17): lambda each: _counter(each.sent // _FRAME_OCTETS),
    (*_IF, 19): lambda _: _counter(0),
    (*_IF, 20): lambda _: _counter(0),
    (*_IFX, 1): lambda each: _text(each.name),
    (*_IFX, 6): lambda each: _high(each.received),
    (*_IFX, 7): lambda each: _high(each.received // _FRAME_OCTETS),
    (*_IFX, 10): lambda each: _high(each.sent),
    (*_IFX, 11): lambda each: _high(each.sent // _FRAME_OCTETS),
    (*_IFX, 15): lambda each: _gauge(each.megabits),
    (*_IFX, 18): lambda each: _text(each.alias),
    (*_IFX, 19): lambda _: integer(0, Tag.TIME_TICKS),
}

_NO_OBJECT, _NO_INSTANCE = encode(Tag.NO_SUCH_OBJECT), encode(Tag.NO_SUCH_INSTANCE)


@lru_cache(maxsize=64)
def _names(interfaces: int) -> tuple[Oid, ...]:
    """Every name in its order."""
    cells = [(*column, index) for column in _COLUMNS for index in range(1, interfaces + 1)]
    return tuple(sorted([*_SCALARS, *cells]))


def value_of(said: Facts, name: Oid) -> bytes:
    """The encoded value of ``name``, or the exception that there is none (RFC 3416, 4.2.1)."""
    if name in _SCALARS:
        return _SCALARS[name](said)
    column = _COLUMNS.get(name[:-1])
    if column is not None and 1 <= name[-1] <= len(said.interfaces):
        return column(said.interfaces[name[-1] - 1])
    known = column is not None or any(scalar[:-1] == name[: len(scalar) - 1] for scalar in _SCALARS)
    return _NO_INSTANCE if known else _NO_OBJECT


def name_after(said: Facts, name: Oid) -> Oid | None:
    """The name that follows ``name``, or None at the end."""
    names = _names(len(said.interfaces))
    place = bisect_right(names, name)
    return names[place] if place < len(names) else None
