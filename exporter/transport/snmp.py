"""Asking devices over SNMP: what every backend promises, and which one is used.

Lives here: the Protocol, its values and faults, the choice of a backend. Must not live here: the backends (siblings of
this module), what is asked, and what answers mean.
"""

from __future__ import annotations

import errno
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from typing import Protocol

from exporter.credentials import SnmpSecrets
from exporter.probe_outcome import ProbeReason
from exporter.protocols.snmp import Value
from exporter.protocols.snmp_memory import DeviceMemories

__all__ = ["PREFERENCES", "Device", "SnmpClient", "SnmpFault", "check_way", "local_fault", "open_client"]

#: What ``open_client`` can be asked for.
PREFERENCES = ("pysnmp", "gufo", "fastest")

#: Errors of the local kernel that say that something of ours is used up.
_USED_UP = {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM, errno.EADDRNOTAVAIL}


class SnmpFault(Exception):  # noqa: N818 - mostly the device's
    """A request that brought no values; its text is one line without secrets."""

    def __init__(self, reason: ProbeReason, detail: str, *, answered: bool = False, too_big: bool = False) -> None:
        """Say why; ``answered``: the device, or its network, sent something; ``too_big``: ask for less."""
        super().__init__(detail)
        self.reason = reason
        self.answered = answered
        self.too_big = too_big


@dataclass(frozen=True, slots=True)
class Device:
    """Whom to ask, and how long to wait."""

    address: IPv4Address | IPv6Address
    port: int
    secrets: SnmpSecrets
    timeout_s: float  #: for one request, before it is repeated or given up
    retries: int = 1  #: repetitions of a request that was not answered


class SnmpClient(Protocol):
    """Devices can be asked; bound to the event loop, and to the network namespace, of its first request.

    Only datagrams from the address and port that were asked count. Both methods raise SnmpFault, or OSError for what
    the local kernel refuses.
    """

    memories: DeviceMemories  #: what probes remember of devices between polls

    async def get(self, device: Device, oids: Sequence[str]) -> dict[str, Value]:
        """The values of all ``oids``, in one request; None for those that the device does not have."""
        ...

    async def walk(self, device: Device, root: str, most: int) -> list[tuple[str, Value]]:
        """All rows below ``root``, in their order, by bulk requests; a fault when there are more than ``most``."""
        ...

    async def close(self) -> None:
        """Release every socket; harmless when done twice."""
        ...


def check_way(device: Device) -> None:
    """Raise OSError where the local kernel has no route, right or descriptor for asking; sends nothing.

    Connecting a datagram socket looks the way up. Backends do not tell such faults from silence.
    """
    family = socket.AF_INET if device.address.version == 4 else socket.AF_INET6
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        probe.connect((str(device.address), device.port))


def local_fault(error: OSError) -> ProbeReason:
    """The reason for what the local kernel refused."""
    if error.errno in _USED_UP:
        return ProbeReason.RESOURCES
    return ProbeReason.UNREACHABLE if error.errno == errno.EHOSTUNREACH else ProbeReason.NO_ROUTE


def open_client(prefer: str = "pysnmp") -> SnmpClient:
    """A client; ``fastest`` takes gufo-snmp where it is installed, and pysnmp elsewhere.

    Raises ValueError for an unknown preference, ModuleNotFoundError for ``gufo`` without its package.
    """
    if prefer not in PREFERENCES:
        raise ValueError(f"unknown SNMP backend {prefer!r}; known: {', '.join(PREFERENCES)}")
    if prefer != "pysnmp":
        try:
            from exporter.transport.snmp_gufo import GufoClient  # noqa: PLC0415 - an extra, and its import costs memory

            return GufoClient()
        except ModuleNotFoundError:
            if prefer == "gufo":
                raise
    from exporter.transport.snmp_pysnmp import PysnmpClient  # noqa: PLC0415 - takes 0.3 s, which not every command has

    return PysnmpClient()
