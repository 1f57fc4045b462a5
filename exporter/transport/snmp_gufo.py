"""Asking devices over SNMP through gufo-snmp, a library in Rust: a tenth of the processor time of pysnmp.

Lives here: this backend, its faults as ours. Must not live here: what every backend promises (``snmp``).

A socket lives for one request: nothing that came late is read by the next, and open descriptors are as many as polls
that run. With SNMPv3 each request therefore first asks the device for its boots and time, one short round trip more,
and a device that was restarted or replaced is never out of step with what we remember.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from gufo.snmp import SnmpVersion
from gufo.snmp._fast import SnmpAuthError, SnmpDecodeError, SnmpError
from gufo.snmp.aio import SnmpSession
from gufo.snmp.user import (
    Aes128Key,
    Aes192Key,
    Aes256Key,
    BaseAuthKey,
    BasePrivKey,
    KeyType,
    Sha1Key,
    Sha224Key,
    Sha256Key,
    Sha384Key,
    Sha512Key,
    User,
)

from exporter.credentials import Secret, SnmpSecrets
from exporter.probe_model import AuthProtocol, PrivProtocol
from exporter.probe_outcome import ProbeReason
from exporter.protocols.snmp import Value
from exporter.protocols.snmp_memory import DeviceMemories
from exporter.protocols.snmp_walk import FIRST_REPETITIONS, ColumnWalk, WalkError
from exporter.transport.snmp import Device, SnmpFault, check_way

__all__ = ["GufoClient"]

_AUTH: dict[AuthProtocol, type[BaseAuthKey]] = {
    AuthProtocol.SHA1: Sha1Key,
    AuthProtocol.SHA224: Sha224Key,
    AuthProtocol.SHA256: Sha256Key,
    AuthProtocol.SHA384: Sha384Key,
    AuthProtocol.SHA512: Sha512Key,
}
_PRIV: dict[PrivProtocol, type[BasePrivKey]] = {
    PrivProtocol.AES128: Aes128Key,
    PrivProtocol.AES192: Aes192Key,
    PrivProtocol.AES256: Aes256Key,
}

#: Passwords whose keys are kept: deriving one hashes a mebibyte (RFC 3414 A.2), which takes a few milliseconds.
_MOST_KEYS = 2_000

#: SNMPv3 agents say nothing to what they cannot decipher.
_DEAF = "it tells its boots and time, but does not answer: the password for privacy may be wrong"

T = TypeVar("T")


class GufoClient:
    """Devices through gufo-snmp."""

    def __init__(self) -> None:
        """Nothing is open; nothing stays open between requests."""
        self.memories = DeviceMemories()
        self._keys: OrderedDict[tuple[AuthProtocol, Secret], bytes] = OrderedDict()

    async def get(self, device: Device, oids: Sequence[str]) -> dict[str, Value]:
        """See ``SnmpClient.get``.

        The library hides the error status of an answer: one that brings none of several objects is taken for an error,
        because every device has sysUpTime, which the caller asks for in each request.
        """

        async def once(session: SnmpSession) -> dict[str, Value]:
            found = await session.get_many(oids)
            return {oid: _value(found.get(oid)) for oid in oids}

        values = await self._repeated(device, once)
        if all(value is None for value in values.values()):
            detail = f"it answers none of {len(oids)} objects"
            raise SnmpFault(ProbeReason.ERROR_STATUS, detail, answered=True, too_big=len(oids) > 1)
        return values

    async def walk(self, device: Device, root: str, most: int) -> list[tuple[str, Value]]:
        """See ``SnmpClient.walk``; a repetition begins anew."""
        repetitions = FIRST_REPETITIONS

        async def once(session: SnmpSession) -> list[tuple[str, Value]]:
            walk = ColumnWalk(root, most)
            async for oid, value in session.getbulk(root, repetitions):
                walk.take([(oid, _value(value))])
            return walk.rows

        rows = await self._repeated(device, once)
        if not rows:
            repetitions = 1  # nothing there, or an answer that was too big
            rows = await self._repeated(device, once)
        return rows

    async def close(self) -> None:
        """See ``SnmpClient.close``: forgets the keys."""
        self._keys.clear()

    async def _repeated(self, device: Device, request: Callable[[SnmpSession], Awaitable[T]]) -> T:
        """What ``request`` brings, repeated as often as the device's settings say. Raises SnmpFault and OSError."""
        fault = SnmpFault(ProbeReason.SILENT, "no answer")
        for _ in range(1 + device.retries):
            check_way(device)
            session = self._session(device)
            try:
                async with asyncio.timeout(device.timeout_s):
                    await session.refresh()
                    if device.secrets.community is None:
                        fault = SnmpFault(ProbeReason.SILENT, _DEAF, answered=True)
                    return await request(session)
            except TimeoutError as error:
                fault = _unanswered(error, fault)
            except SnmpAuthError:
                raise _refused(device) from None
            except SnmpDecodeError as error:
                fault = SnmpFault(ProbeReason.MALFORMED, f"what came is no SNMP: {error}", answered=True)
            except WalkError as error:
                raise SnmpFault(ProbeReason.MALFORMED, f"the walk was given up: {error}", answered=True) from None
            except SnmpError as error:
                raise SnmpFault(ProbeReason.ERROR_STATUS, f"it answers an error: {error}", answered=True) from None
            except (KeyboardInterrupt, SystemExit, asyncio.CancelledError, OSError):
                raise
            except BaseException as error:  # noqa: BLE001 - a panic of the library is no Exception
                fault = SnmpFault(ProbeReason.MALFORMED, f"the library gave up: {type(error).__name__}", answered=True)
            finally:
                del session  # its socket is closed now, whatever still holds this frame
        raise fault

    def _session(self, device: Device) -> SnmpSession:
        secrets, address = device.secrets, str(device.address)
        if secrets.community is not None:
            return SnmpSession(
                address,
                device.port,
                community=secrets.community.reveal(),
                version=SnmpVersion.v2c,
                timeout=device.timeout_s,
            )
        return SnmpSession(
            address, device.port, user=self._user(secrets), version=SnmpVersion.v3, timeout=device.timeout_s
        )

    def _user(self, secrets: SnmpSecrets) -> User:
        """The user with keys derived from its passwords, but not yet bound to a device."""
        auth: BaseAuthKey | None = None
        priv: BasePrivKey | None = None
        if secrets.auth_protocol is not None and secrets.auth_password is not None:
            auth_type = _AUTH[secrets.auth_protocol]
            auth = auth_type(self._master(secrets.auth_protocol, secrets.auth_password), key_type=KeyType.Master)
            if secrets.priv_protocol is not None and secrets.priv_password is not None:
                master = self._master(secrets.auth_protocol, secrets.priv_password)
                priv = _PRIV[secrets.priv_protocol](master, key_type=KeyType.Master)
        return User(secrets.user or "", auth_key=auth, priv_key=priv)

    def _master(self, protocol: AuthProtocol, password: Secret) -> bytes:
        """The key of a password that is the same for all devices (RFC 3414 A.2)."""
        known = self._keys.get((protocol, password))
        if known is None:
            known = _AUTH[protocol].get_master_key(password.reveal().encode())
            self._keys[protocol, password] = known
            while len(self._keys) > _MOST_KEYS:
                self._keys.popitem(last=False)
        return known


def _refused(device: Device) -> SnmpFault:
    """The fault for what the library calls an authentication error: with v2c it is an error status."""
    if device.secrets.community is not None:
        return SnmpFault(ProbeReason.ERROR_STATUS, "it refuses access to what was asked", answered=True)
    detail = "it does not accept the user, a password or their protocols"
    return SnmpFault(ProbeReason.AUTHENTICATION, detail, answered=True)


def _unanswered(error: TimeoutError, before: SnmpFault) -> SnmpFault:
    """Silence; or the refusal that the library hides in it; or what an earlier attempt heard."""
    if "refused" in str(error.__cause__ or ""):
        return SnmpFault(ProbeReason.REFUSED, "no agent at that port, or a firewall says so")
    return before


def _value(value: object) -> Value:
    """A value as it is on the wire; None for types that nothing we ask for has."""
    if isinstance(value, bool):
        return int(value)
    return value if isinstance(value, int | bytes) else None
