"""Socket addresses as bytes, in the layout of the kernel's sockaddr structures.

Lives here: struct sockaddr_in and sockaddr_in6 (ip(7), ipv6(7)) to and from columns. Must not live
here: sockets.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address

import numpy as np

from exporter.transport.mmsg import NAME_BYTES
from exporter.transport.ports import Bytes

__all__ = ["NAME_LENGTH", "address_bytes", "socket_names", "source_addresses", "text_of"]

NAME_LENGTH = {4: 16, 6: NAME_BYTES}


def address_bytes(address: IPv4Address | IPv6Address) -> bytes:
    """The 16 bytes by which an address is compared; IPv4 in the last four."""
    return address.packed.rjust(16, b"\0")


def text_of(address: bytes, family: int) -> str:
    """The usual text of 16 address bytes."""
    return str(IPv4Address(address[12:]) if family == 4 else IPv6Address(address))


def _interface_index(name: str) -> int:
    """The number of an interface in this thread's network namespace; 0, to which no route leads, if there is none."""
    try:
        return socket.if_nametoindex(name)
    except OSError:
        return 0


def _name(address: IPv4Address | IPv6Address) -> bytes:
    if isinstance(address, IPv4Address):
        name = struct.pack("=HH4s", socket.AF_INET, 0, address.packed)
    else:
        scope = _interface_index(address.scope_id) if address.scope_id else 0
        name = struct.pack("=HHI16sI", socket.AF_INET6, 0, 0, address.packed, scope)
    return name.ljust(NAME_BYTES, b"\0")


def socket_names(addresses: Sequence[IPv4Address | IPv6Address]) -> Bytes:
    """The socket addresses of n targets, (n, 28).

    The scope of a link-local address is looked up in the calling thread's network namespace. Without such an
    interface sending will fail for want of a route.
    """
    joined = b"".join(_name(address) for address in addresses)
    return np.frombuffer(joined, np.uint8).reshape(-1, NAME_BYTES).copy()


def source_addresses(family: int, names: Bytes) -> Bytes:
    """The addresses in n socket addresses as the kernel wrote them, (n, 16)."""
    if family == 6:
        return names[:, 8:24].copy()
    addresses = np.zeros((len(names), 16), np.uint8)
    addresses[:, 12:] = names[:, 4:8]
    return addresses
