"""What really passes between prober and province, as the kernel saw it: packets with their time stamps.

Lives here: an AF_PACKET socket on the province's device. Must not live here: forging, assertions.
"""

from __future__ import annotations

import select
import socket
import struct
import time
from ipaddress import ip_address
from typing import NamedTuple, Self

from exporter.protocols.icmp import DIAGNOSIS_IDENTIFIERS
from exporter.sim.packet import EchoRequest, parse_echo_request
from exporter.sim.tun import DEVICE
from exporter.transport.namespace import entered

__all__ = ["Passed", "Wiretap"]

_ETH_P_ALL = 3
_PACKET_OUTGOING = 4
_SO_TIMESTAMPNS = 35
_SO_RCVBUFFORCE = 33


class Passed(NamedTuple):
    """One IP packet on the wire."""

    stamp_ns: int  #: CLOCK_REALTIME, by the kernel
    outgoing: bool  #: from the prober to the province
    packet: bytes


class Wiretap:
    """Everything that passes from now on, in order."""

    def __init__(self, netns: str) -> None:
        """Listen in the namespace; whatever thread calls stays where it is."""
        with entered(netns):
            self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(_ETH_P_ALL))
            self._socket.bind((DEVICE, _ETH_P_ALL))
        self._socket.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, 32 << 20)
        self._socket.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
        self._socket.settimeout(0)

    def read(self, timeout_s: float) -> Passed | None:
        """The next packet; None when ``timeout_s`` pass without one."""
        if not select.select([self._socket], [], [], max(0.0, timeout_s))[0]:
            return None
        packet, control, _, address = self._socket.recvmsg(65535, 256)
        stamps = [struct.unpack("qq", data) for _, kind, data in control if kind == _SO_TIMESTAMPNS]
        return Passed(stamps[0][0] * 1_000_000_000 + stamps[0][1], address[2] == _PACKET_OUTGOING, packet)

    def next_request(self, destination: str = "", *, timeout_s: float = 10.0) -> EchoRequest:
        """The next echo request of the measurement, to ``destination`` if that is given; fails when none comes.

        Those of diagnosis (second opinions, paths) pass by.
        """
        give_up = time.monotonic() + timeout_s
        wanted = ip_address(destination).packed if destination else b""
        while (passed := self.read(give_up - time.monotonic())) is not None:
            request = parse_echo_request(passed.packet) if passed.outgoing else None
            if request is None or request.identifier in DIAGNOSIS_IDENTIFIERS:
                continue
            if wanted in {b"", request.destination}:
                return request
        raise AssertionError(f"no echo request to {destination or 'anybody'} within {timeout_s} s")

    def drain(self) -> list[Passed]:
        """Everything that has passed and was not read yet."""
        return list(iter(lambda: self.read(0), None))

    def close(self) -> None:
        """Stop listening."""
        self._socket.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
