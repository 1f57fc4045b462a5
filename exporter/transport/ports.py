"""What the measuring engine needs of the network, as values and one Protocol.

Lives here: the shapes that cross between engine and socket. Must not live here: sockets.
Arrays are columns, one row per packet. Addresses are 16 bytes: IPv6 as it is, IPv4 in the last four.
Kernel stamps are CLOCK_REALTIME in nanoseconds, 0 where the kernel gave none.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

__all__ = ["Arrivals", "Bytes", "EchoPort", "PortLostError", "Quote", "TransmitStamps"]

Bytes = NDArray[np.uint8]


class PortLostError(Exception):
    """The socket is gone (device or namespace vanished) and must be opened again; carries the errno name."""


@dataclass(frozen=True, slots=True)
class Arrivals:
    """n ICMP messages, without their IP header, in the order of arrival."""

    data: Bytes  #: (n, width); bytes beyond ``length`` are zero or meaningless
    length: NDArray[np.int64]  #: (n,) bytes of ICMP message, more than ``width`` when it was cut
    stamp_ns: NDArray[np.int64]  #: (n,) kernel receive time
    source: Bytes  #: (n, 16)


@dataclass(frozen=True, slots=True)
class Quote:
    """An ICMP error that the kernel reported on its own channel (datagram sockets)."""

    destination: bytes  #: (16) the address that our echo was sent to
    reporter: bytes  #: (16) who said so
    kind: int
    code: int
    data: bytes  #: what is left of our own packet, from the ICMP header on; may be empty


@dataclass(frozen=True, slots=True)
class TransmitStamps:
    """Kernel transmit times of packets, by the count of packets since ``EchoPort.arm``."""

    count: NDArray[np.int64]  #: (n,) which packet, from 0, modulo 2**32
    stamp_ns: NDArray[np.int64]  #: (n,)
    quotes: list[Quote] = field(default_factory=list)


class EchoPort(Protocol):
    """One socket for every target of one family."""

    family: int  #: 4 or 6
    mode: str  #: "raw" or "datagram"
    fixed_identifier: int | None  #: the id that the kernel puts into every echo, if it does
    receive_buffer_bytes: int  #: as read back
    most_arrivals: int  #: what one ``receive`` returns at the most; fewer means that nothing more waited

    def send(self, packets: Bytes, addresses: Bytes) -> dict[int, int]:
        """Send n packets (n, width) to n socket addresses (n, 28) in order; the failures as row to errno.

        Raises PortLostError when the socket itself is gone.
        """
        ...

    def receive(self) -> Arrivals:
        """Everything that waits at this moment, up to a fixed number; empty when nothing does."""
        ...

    def transmit_stamps(self) -> TransmitStamps:
        """Everything on the error queue; empty where the kernel gives none."""
        ...

    def arm(self) -> bool:
        """Count packets from 0 again; False where the kernel cannot stamp transmissions."""
        ...

    def drops(self) -> int:
        """Packets that the kernel dropped at this socket since it was opened; may count one twice."""
        ...

    def close(self) -> None:
        """Release the socket; harmless when done twice."""
        ...
