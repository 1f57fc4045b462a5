"""Asking devices over SNMP through pysnmp, in Python alone.

Lives here: this backend, its faults as ours, and what keeps its tables small. Must not live here: what every backend
promises (``snmp``).

One engine serves all communities, and one each user with its keys: pysnmp keeps users by name, so that the same name
with another password would thrash. Engines are never recreated while they are used; making one takes some 90 ms.
All devices of a family share one socket, which therefore cannot be connected: datagrams from any other address and port
than those that are being asked are dropped before anything reads them.
"""

from __future__ import annotations

import asyncio
from collections import Counter, OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

from pysnmp.carrier.asyncio.dgram.udp import UdpAsyncioTransport
from pysnmp.carrier.asyncio.dgram.udp6 import Udp6AsyncioTransport
from pysnmp.entity import config
from pysnmp.error import PySnmpError
from pysnmp.hlapi.v3arch.asyncio import (
    CommunityData,
    ContextData,
    ObjectIdentity,
    ObjectType,
    SnmpEngine,
    Udp6TransportTarget,
    UdpTransportTarget,
    UsmUserData,
    bulk_cmd,
    get_cmd,
)
from pysnmp.proto import errind, rfc1905

from exporter.credentials import SnmpSecrets
from exporter.probe_model import AuthProtocol, PrivProtocol
from exporter.probe_outcome import ProbeReason
from exporter.protocols.snmp import Value
from exporter.protocols.snmp_memory import DeviceMemories
from exporter.protocols.snmp_walk import FIRST_REPETITIONS, ColumnWalk, WalkError
from exporter.transport.snmp import Device, SnmpFault, check_way

__all__ = ["PysnmpClient"]

_AUTH = {
    AuthProtocol.SHA1: config.USM_AUTH_HMAC96_SHA,
    AuthProtocol.SHA224: config.USM_AUTH_HMAC128_SHA224,
    AuthProtocol.SHA256: config.USM_AUTH_HMAC192_SHA256,
    AuthProtocol.SHA384: config.USM_AUTH_HMAC256_SHA384,
    AuthProtocol.SHA512: config.USM_AUTH_HMAC384_SHA512,
}
_PRIV = {
    PrivProtocol.AES128: config.USM_PRIV_CFB128_AES,
    PrivProtocol.AES192: config.USM_PRIV_CFB192_AES_BLUMENTHAL,
    PrivProtocol.AES256: config.USM_PRIV_CFB256_AES_BLUMENTHAL,
}

#: Engines at a time, some 2.5 MB each; the one unused for longest is closed. Offices share a user, or a few.
MOST_ENGINES = 16

#: Targets that an engine keeps; the ones unused for longest are taken out of its tables.
MOST_TARGETS = 10_000

_SILENT = (errind.RequestTimedOut,)
_TIME = (errind.NotInTimeWindow,)
_RIGHTS = (
    errind.UnknownUserName,
    errind.UnknownSecurityName,
    errind.WrongDigest,
    errind.AuthenticationError,
    errind.AuthenticationFailure,
    errind.DecryptionError,
    errind.UnsupportedSecurityLevel,
    errind.UnsupportedAuthProtocol,
    errind.UnsupportedPrivProtocol,
    errind.UnknownCommunityName,
)

#: The library's class whose private names begin with this.
_MODEL = "_SnmpV3MessageProcessingModel"

#: error-status (RFC 3416)
_TOO_BIG = 1

Peer = tuple[str, int]
T = TypeVar("T")


class _Gate:
    """Who is being asked now, and who sent something that is no answer."""

    def __init__(self) -> None:
        self.asked: Counter[Peer] = Counter()
        self.heard: Counter[Peer] = Counter()
        self.malformed: Counter[Peer] = Counter()
        self.parse_errors: Callable[[], int] = lambda: 0

    def pass_on(self, peer: Peer, deliver: Callable[[], Any]) -> None:
        """Deliver a datagram of somebody who is asked; drop that of anybody else."""
        if not self.asked[peer]:
            del self.asked[peer]
            return
        self.heard[peer] += 1
        before = self.parse_errors()
        try:
            deliver()
        except Exception:  # noqa: BLE001 - whatever a stranger's bytes do to the library ends here
            self.malformed[peer] += 1
        else:
            self.malformed[peer] += self.parse_errors() > before

    def begin(self, peer: Peer) -> None:
        """A request to ``peer`` begins."""
        self.asked[peer] += 1

    def end(self, peer: Peer) -> tuple[bool, bool]:
        """It ended: whether anything was heard, and whether any of it was malformed."""
        self.asked[peer] -= 1
        heard, malformed = bool(self.heard[peer]), bool(self.malformed[peer])
        if not self.asked[peer]:
            for each in (self.asked, self.heard, self.malformed):
                del each[peer]
        return heard, malformed


class _Guarded:
    """A socket of the library whose datagrams pass the gate."""

    gate: _Gate

    def datagram_received(self, datagram: bytes, address: Any) -> None:
        """Called by the event loop."""
        this: Any = self
        callback = this._callback_function  # noqa: SLF001 - of the class that this is mixed into
        self.gate.pass_on((str(address[0]), int(address[1])), lambda: callback(self, address, datagram))


class _Socket4(_Guarded, UdpAsyncioTransport):  # type: ignore[misc]
    """IPv4."""


class _Socket6(_Guarded, Udp6AsyncioTransport):  # type: ignore[misc]
    """IPv6."""


def _target(device: Device, gate: _Gate) -> Any:
    """The library's description of a device, made without its resolver, which would take a thread of the executor."""
    four = device.address.version == 4
    kind: Any = UdpTransportTarget if four else Udp6TransportTarget
    target = kind.__new__(kind)
    target.transport_address = (str(device.address), device.port)
    target.__init__(timeout=device.timeout_s, retries=0)

    def opened() -> Any:
        socket: Any = (_Socket4 if four else _Socket6)()
        socket.gate = gate
        target.transport = socket.open_client_mode(None)
        return target.transport

    target.open_client_mode = opened
    return target


class _Engine:
    """One engine of the library, and the targets in its tables."""

    def __init__(self, secrets: SnmpSecrets) -> None:
        self.engine = SnmpEngine()
        self.auth = _auth(secrets)
        self.gate = _Gate()
        (errors,) = self.engine.get_mib_builder().import_symbols("__SNMPv2-MIB", "snmpInASNParseErrs")
        self.gate.parse_errors = lambda: int(errors.syntax)
        self._targets: OrderedDict[tuple[Peer, float], Any] = OrderedDict()

    def target(self, device: Device) -> Any:
        """The target for a device, in use from now on."""
        key = ((str(device.address), device.port), device.timeout_s)
        target = self._targets.get(key)
        if target is None:
            target = self._targets[key] = _target(device, self.gate)
        self._targets.move_to_end(key)
        while len(self._targets) > MOST_TARGETS:
            self._forget(*self._targets.popitem(last=False))
        return target

    def _forget(self, key: tuple[Peer, float], _target: Any) -> None:
        """Take a target out of the engine's tables, which the library never does by itself."""
        cache = self.engine.get_user_context("CommandGeneratorLcdConfigurator") or {}
        rows = cache.get("addr", {})
        for row in [row for row in rows if row[2] == key[0] and row[3] == key[1]]:
            name, _ = rows.pop(row)
            config.delete_target_address(self.engine, name)

    def discover_again(self, peer: Peer) -> None:
        """Forget which engine answers at ``peer``: a device that was replaced is known by its new one next time.

        The library keeps it for some minutes and offers no way to take it back, so two of its private tables are
        touched; without them the old engine is asked until it is forgotten by itself.
        """
        model: Any = self.engine.message_processing_subsystems[3]
        known = getattr(model, f"{_MODEL}__engineIdCache", {})
        expiring = getattr(model, f"{_MODEL}__engineIdCacheExpQueue", {})
        for key in [key for key in known if tuple(key[1][:2]) == peer]:
            del known[key]
            for keys in expiring.values():
                if key in keys:
                    keys.remove(key)

    def close(self) -> None:
        """Close its sockets and timers."""
        self.engine.close_dispatcher()


def _auth(secrets: SnmpSecrets) -> Any:
    if secrets.community is not None:
        return None  # each community has its own, in the one engine of all
    auth_protocol = _AUTH[secrets.auth_protocol] if secrets.auth_protocol else config.USM_AUTH_NONE
    priv_protocol = _PRIV[secrets.priv_protocol] if secrets.priv_protocol else config.USM_PRIV_NONE
    return UsmUserData(
        secrets.user,
        secrets.auth_password.reveal() if secrets.auth_password else None,
        secrets.priv_password.reveal() if secrets.priv_password else None,
        authProtocol=auth_protocol,
        privProtocol=priv_protocol,
    )


class PysnmpClient:
    """Devices through pysnmp."""

    def __init__(self) -> None:
        """No engine yet: each is made in the event loop that asks first."""
        self.memories = DeviceMemories()
        self._engines: OrderedDict[SnmpSecrets | None, _Engine] = OrderedDict()
        self._objects: dict[str, Any] = {}
        self._context = ContextData()

    async def get(self, device: Device, oids: Sequence[str]) -> dict[str, Value]:
        """See ``SnmpClient.get``."""
        objects = [self._object(oid) for oid in oids]
        rows = await self._request(
            device, lambda *whom: get_cmd(*whom, self._context, *objects, lookupMib=False), len(oids) > 1
        )
        found = dict(rows)
        if not found.keys() & set(oids):
            raise SnmpFault(ProbeReason.MALFORMED, "it answers objects that nobody asked for", answered=True)
        return {oid: found.get(oid) for oid in oids}

    async def walk(self, device: Device, root: str, most: int) -> list[tuple[str, Value]]:
        """See ``SnmpClient.walk``; an answer that is too big is asked for with half the rows."""
        walk, repetitions = ColumnWalk(root, most), FIRST_REPETITIONS
        while not walk.done:
            try:
                walk.take(await self._rows(device, walk.next_from, repetitions))
            except SnmpFault as fault:
                if not fault.too_big:
                    raise
                repetitions //= 2
            except WalkError as error:
                raise SnmpFault(ProbeReason.MALFORMED, f"the walk was given up: {error}", answered=True) from None
        return walk.rows

    async def close(self) -> None:
        """See ``SnmpClient.close``."""
        while self._engines:
            self._engines.popitem()[1].close()
        await asyncio.sleep(0)  # timers and sockets are released by callbacks

    async def _rows(self, device: Device, after: str, repetitions: int) -> list[tuple[str, Value]]:
        start = ObjectType(ObjectIdentity(after))
        return await self._request(
            device,
            lambda *whom: bulk_cmd(*whom, self._context, 0, repetitions, start, lookupMib=False),
            repetitions > 1,
        )

    async def _request(
        self,
        device: Device,
        ask: Callable[..., Awaitable[Any]],
        divisible: bool,  # noqa: FBT001 - says it in one word
    ) -> list[tuple[str, Value]]:
        """The rows of one answer, after at most ``device.retries`` repetitions. Raises SnmpFault and OSError."""
        heard = malformed = False
        for _ in range(1 + device.retries):
            indication, status, index, rows, news = await self._once(device, ask)
            heard, malformed = heard or news[0], malformed or news[1]
            if indication is None and not status:
                return [(str(oid), _value(value)) for oid, value in rows]
            if indication is None:
                detail = (
                    "the answer would be too big" if status == _TOO_BIG else f"error status {status}, object {index}"
                )
                too_big = status == _TOO_BIG and divisible
                raise SnmpFault(ProbeReason.ERROR_STATUS, detail, answered=True, too_big=too_big)
            if not isinstance(indication, _SILENT):
                raise _fault(indication)
        if malformed:
            raise SnmpFault(ProbeReason.MALFORMED, "what came is no SNMP", answered=True)
        raise SnmpFault(ProbeReason.SILENT, "no answer", answered=heard)

    async def _once(
        self, device: Device, ask: Callable[..., Awaitable[Any]]
    ) -> tuple[Any, int, int, Any, tuple[bool, bool]]:
        """One attempt: error indication, error status and index, rows, and what the gate saw."""
        check_way(device)
        engine = self._engine(device.secrets)
        peer = (str(device.address), device.port)
        community = device.secrets.community
        auth = CommunityData(community.reveal(), mpModel=1) if community is not None else engine.auth  # noqa: S508 - as the inventory says
        indication: Any
        status, index, rows = 0, 0, ()
        engine.gate.begin(peer)
        try:
            async with asyncio.timeout(device.timeout_s):
                indication, status, index, rows = await ask(engine.engine, auth, engine.target(device))
        except TimeoutError:
            indication = errind.RequestTimedOut()
        except PySnmpError as error:
            indication = getattr(error, "get", lambda _: None)("errorIndication") or error
        finally:
            news = engine.gate.end(peer)
        if indication and community is None:
            engine.discover_again(peer)
        return indication or None, int(status or 0), int(index or 0), rows, news

    def _engine(self, secrets: SnmpSecrets) -> _Engine:
        """The engine for these credentials, made now if there is none."""
        key = None if secrets.community is not None else secrets
        engine = self._engines.get(key)
        if engine is None:
            engine = self._engines[key] = _Engine(secrets)
        self._engines.move_to_end(key)
        idle = [each for each, known in self._engines.items() if not known.gate.asked]
        for old in idle[:-MOST_ENGINES]:
            self._engines.pop(old).close()
        return engine

    def _object(self, oid: str) -> Any:
        """The library's form of an identifier; making one takes a search in its tables."""
        known = self._objects.get(oid)
        if known is None:
            if len(self._objects) > MOST_TARGETS:
                self._objects.clear()
            known = self._objects[oid] = ObjectType(ObjectIdentity(oid))
        return known


def _fault(indication: Any) -> SnmpFault:
    """What the library says of an answer that it does not accept."""
    said = str(indication)[:80] if isinstance(indication, errind.ErrorIndication) else type(indication).__name__
    if isinstance(indication, _RIGHTS):
        return SnmpFault(ProbeReason.AUTHENTICATION, f"it does not accept who asks: {said}", answered=True)
    if isinstance(indication, _TIME):
        return SnmpFault(ProbeReason.TIME_WINDOW, "its boots and time do not agree with what it said", answered=True)
    return SnmpFault(ProbeReason.MALFORMED, f"its answer does not fit: {said}", answered=True)


def _value(value: Any) -> Value:
    """A value as it is on the wire; None for types that nothing we ask for has."""
    if isinstance(value, rfc1905.NoSuchObject | rfc1905.NoSuchInstance | rfc1905.EndOfMibView | rfc1905.UnSpecified):
        return None
    try:
        return bytes(value) if hasattr(value, "asOctets") else int(value)
    except (TypeError, ValueError):
        return None
