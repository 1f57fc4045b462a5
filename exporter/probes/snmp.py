"""One poll of the router or switch at an office, over SNMP.

Lives here: the order of requests, and every end as an outcome. Must not live here: sockets (``transport``), what values
mean (``protocols``), and series of polls (``interface_series``).

A poll is one request: the device's uptimes, and the interface where it was found last, with its name in the same
answer. Only when nothing is remembered, the name is another, or an hour has passed, the interface is looked for first.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address

from exporter.clock import Clock
from exporter.credentials import SnmpSecrets
from exporter.probe_model import InterfaceKey, SnmpProbe
from exporter.probe_outcome import Phase, ProbeOutcome, ProbeReason, SnmpReading
from exporter.protocols.snmp import (
    DEVICE_OIDS,
    IF_DESCR,
    Found,
    Value,
    column,
    engine_id,
    find_interface,
    interface_oids,
    interface_reading,
    text,
    uptime_s,
    uptimes,
)
from exporter.protocols.snmp_memory import DeviceMemory, Place
from exporter.transport.snmp import Device, SnmpClient, SnmpFault, local_fault

__all__ = ["MOST_INTERFACES", "probe_snmp"]

_log = logging.getLogger(__name__)

#: Rows of a walk; a chassis switch has a few hundred, a concentrator of tunnels more.
MOST_INTERFACES = 4_000

#: The interface is looked for anew after this long, so that a second one of the same name is noticed.
_LOOK_AGAIN_NS = 3600 * 1_000_000_000

#: A request may be repeated once within the probe's deadline; the device must answer within half of it, less what it
#: takes to say why nothing came.
_ATTEMPTS = 2
_ATTEMPT_SHARE = 0.48

#: Fewest objects in a request when answers are too big: the agent's uptime, the interface's name, and one more.
_LEAST_CHUNK = 3

_MOST_DETAIL = 200


@dataclass(slots=True)
class _Poll:
    """One poll under way."""

    spec: SnmpProbe
    wanted: str | None
    device: Device
    client: SnmpClient
    clock: Clock
    memory: DeviceMemory
    answered: bool = False

    async def outcome(self) -> ProbeOutcome:
        """The end of the poll. Raises SnmpFault and OSError."""
        began_ns = self.clock.monotonic_ns()
        found, place, values = Found(), None, None
        if self.wanted:
            place = self._remembered(self.wanted)
            if place is not None:
                values = await self._asked(place)
                if not self._is_called(values, place, self.wanted):
                    place, values = None, None
            if place is None:
                found, place = await self._looked_for(self.wanted)
        if values is None:
            values = await self._asked(place)
            if place is not None and not self._is_called(values, place, self.wanted or ""):
                place = None
                found = Found(reason=ProbeReason.INTERFACE_MISSING, detail="the interface changed while it was asked")
        return self._read(values, place, found, began_ns)

    def _remembered(self, wanted: str) -> Place | None:
        place = self.memory.places.get((self.spec.interface_key, wanted))
        if place is None or self.clock.monotonic_ns() - place.found_mono_ns > _LOOK_AGAIN_NS:
            return None
        return place

    @staticmethod
    def _is_called(values: Mapping[str, Value], place: Place, wanted: str) -> bool:
        return text(values.get(f"{place.column}.{place.index}")) == wanted

    async def _looked_for(self, wanted: str) -> tuple[Found, Place | None]:
        """Where the interface is, by a walk over the names alone; devices without names are asked for descriptions."""
        names = column(self.spec.interface_key)
        rows = await self.client.walk(self.device, names, MOST_INTERFACES)
        self.answered = True
        if not rows and self.spec.interface_key is InterfaceKey.NAME:
            names = IF_DESCR
            rows = await self.client.walk(self.device, names, MOST_INTERFACES)
        found = find_interface(rows, names, wanted)
        key = (self.spec.interface_key, wanted)
        self.memory.places.pop(key, None)
        if found.reason is not None:
            return found, None
        place = Place(found.index, names, self.clock.monotonic_ns())
        self.memory.remember(key, place)
        return found, place

    async def _asked(self, place: Place | None) -> dict[str, Value]:
        """The device's values and those of the interface at ``place``, in as few requests as its answers allow."""
        oids = [*DEVICE_OIDS, *(interface_oids(place.index, place.column) if place else ())]
        name = f"{place.column}.{place.index}" if place else None
        size = self.memory.chunk or len(oids)
        while True:
            try:
                values = await self._in_chunks(oids, name, size)
            except SnmpFault as fault:
                self.answered |= fault.answered
                if not fault.too_big or size <= _LEAST_CHUNK:
                    raise
                size = max(_LEAST_CHUNK, (size + 1) // 2)
                self.memory.chunk = size
            else:
                self.answered = True
                return values

    async def _in_chunks(self, oids: Sequence[str], name: str | None, size: int) -> dict[str, Value]:
        """All values; every request has the agent's uptime and the interface's name in it, which must not change."""
        if len(oids) <= size:
            return await self.client.get(self.device, oids)
        always = [each for each in (DEVICE_OIDS[0], name) if each]
        rest = [oid for oid in oids if oid not in always]
        step = size - len(always)
        values: dict[str, Value] = {}
        for start in range(0, len(rest), step):
            more = await self.client.get(self.device, [*always, *rest[start : start + step]])
            renamed = name is not None and name in values and more[name] != values[name]
            values = more | values
            if renamed and name is not None:
                values[name] = None
        return values

    def _read(self, values: Mapping[str, Value], place: Place | None, found: Found, began_ns: int) -> ProbeOutcome:
        mono_ns, wall_ns = self.clock.pair_ns()
        seconds = uptime_s(uptimes(values))
        if seconds is None:
            raise SnmpFault(
                ProbeReason.ERROR_STATUS, "it does not tell how long it has run: check the view", answered=True
            )
        engine = engine_id(values)
        boot = self.memory.boot_unix_s(seconds, engine, mono_ns, wall_ns)
        interface, narrow = (
            (None, False) if place is None else interface_reading(values, place.index, self.spec.interval_s)
        )
        reason, detail = found.reason, found.detail
        if narrow:
            reason, detail = (
                ProbeReason.COUNTERS_NARROW,
                "it counts bytes with 32 bits only, too few for this interface",
            )
        return ProbeOutcome(
            reason=reason,
            detail=detail[:_MOST_DETAIL],
            phases={} if reason else {Phase.WAIT: (mono_ns - began_ns) / 1e9},
            reading=SnmpReading(wall_ns, boot, engine, interface, narrow),
            answered=True,
        )


async def probe_snmp(
    spec: SnmpProbe,
    address: IPv4Address | IPv6Address,
    interface: str | None,
    secrets: Mapping[str, SnmpSecrets],
    client: SnmpClient,
    clock: Clock,
) -> ProbeOutcome:
    """Poll the device at ``spec.server``, or at ``address``; ``interface`` is the link's own, before the probe's.

    ``secrets`` are those that could be read, by the id of their credentials. Ends within ``spec.timeout_s``; raises
    nothing but CancelledError. A device that answers without the interface still gives a reading, beside the reason.
    """
    known = secrets.get(spec.credentials)
    if known is None:
        return ProbeOutcome(ProbeReason.CREDENTIALS, f"the secrets of {spec.credentials} could not be read")
    host = spec.server or address
    device = Device(host, spec.port, known, spec.timeout_s * _ATTEMPT_SHARE, _ATTEMPTS - 1)
    poll = _Poll(spec, interface or spec.interface, device, client, clock, client.memories.of(str(host), spec.port))
    try:
        async with asyncio.timeout(spec.timeout_s):
            return await poll.outcome()
    except SnmpFault as fault:
        return ProbeOutcome(fault.reason, str(fault)[:_MOST_DETAIL], answered=poll.answered or fault.answered)
    except TimeoutError:
        detail = f"no answer within {spec.timeout_s:g} s" + (", only to some requests" if poll.answered else "")
        return ProbeOutcome(ProbeReason.SILENT, detail, answered=poll.answered)
    except OSError as error:
        return ProbeOutcome(local_fault(error), f"the kernel refused to ask: {error.strerror}", answered=poll.answered)
    except Exception as error:  # noqa: BLE001 - one probe's fault must not end the others; the log has it whole
        _log.exception("probe %s of %s: an error in this program", spec.id, host)
        return ProbeOutcome(ProbeReason.INTERNAL, type(error).__name__, answered=poll.answered)
