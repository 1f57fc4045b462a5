"""The real ICMP sockets: one for each address family, for all targets.

Lives here: opening, options, reading kernel time stamps and the error queue. Must not live here: what a
packet means, any waiting, any idea of links.

Two kinds exist. A *raw* socket (CAP_NET_RAW) sees every ICMP packet of its network namespace, hence the
filter. A *datagram* or "ping" socket (group listed in net.ipv4.ping_group_range) sees only replies with
its own identifier, which the kernel chooses; ICMP errors then come on the error queue. The kernel does
not compare source addresses in either, so the engine checks the same things on both.

Time: SO_TIMESTAMPNS stamps arrivals; SO_TIMESTAMPING with software transmit stamps puts the time at
which the driver took each packet on the error queue (kernel documentation, networking/timestamping).
"""

from __future__ import annotations

import contextlib
import errno
import os
import socket
import struct

import numpy as np
from numpy.typing import NDArray

from exporter.errors import PermissionMissingError
from exporter.protocols.icmp import MAX_ERROR_BYTES
from exporter.transport.control import (
    extended_error,
    is_transmit_stamp,
    receive_stamps,
    transmit_counts,
    transmit_times,
)
from exporter.transport.mmsg import MSG_ERRQUEUE, ReceiveBatch, SendBatch
from exporter.transport.names import NAME_LENGTH, source_addresses
from exporter.transport.ports import Arrivals, Bytes, PortLostError, Quote, TransmitStamps

__all__ = ["IcmpPort", "open_port"]

# Linux numbers that Python does not name (asm-generic/socket.h, linux/icmp.h, linux/icmpv6.h).
_SO_RCVBUFFORCE = 33
_SO_TIMESTAMPNS = 35
_SO_TIMESTAMPING = 37
_SO_RXQ_OVFL = 40
_SO_MEMINFO = 55
_MEMINFO_DROPS = 8
_SOL_RAW = 255
_ICMP_FILTER = 1
_ICMP6_FILTER = 1
_IP_RECVERR = 11
_IPV6_RECVERR = 25

#: Transmit stamps by software, reported, numbered, without a copy of the packet.
_STAMP_TRANSMISSIONS = (1 << 1) | (1 << 4) | (1 << 7) | (1 << 11)

#: 8 MiB hold ten thousand replies (failures.md 2.7); what the system grants is read back.
_WANTED_BUFFER_BYTES = 8 << 20

_ARRIVALS_PER_CALL = 256
_ARRIVALS_PER_DRAIN = 64 * _ARRIVALS_PER_CALL  #: bound of one ``receive``; a flood waits for the next
_SEND_AT_ONCE = 1024
_LOST = {errno.ENODEV, errno.EBADF, errno.ENOTSOCK}

_REMEDY = (
    "grant CAP_NET_RAW (systemd: AmbientCapabilities=CAP_NET_RAW; container: --cap-add NET_RAW; by hand: run as root), "
    'or allow unprivileged ping for this group: sysctl -w net.ipv4.ping_group_range="{gid} {gid}"'
)


def _open_socket(family: int) -> tuple[socket.socket, str]:
    """A raw socket, or a datagram one where raw is not permitted; raises PermissionMissingError or OSError."""
    domain = socket.AF_INET if family == 4 else socket.AF_INET6
    protocol = socket.IPPROTO_ICMP if family == 4 else socket.IPPROTO_ICMPV6
    with contextlib.suppress(PermissionError):
        return socket.socket(domain, socket.SOCK_RAW | socket.SOCK_NONBLOCK, protocol), "raw"
    try:
        return socket.socket(domain, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK, protocol), "datagram"
    except PermissionError:
        remedy = _REMEDY.format(gid=os.getegid())
        raise PermissionMissingError(f"no permission to open an ICMP socket for IPv{family}: {remedy}") from None


def _set_filter(handle: socket.socket, family: int) -> None:
    """Let only echo replies and the errors we know reach a raw socket; a set bit blocks."""
    if family == 4:
        passed = sum(1 << kind for kind in (0, 3, 11, 12))
        handle.setsockopt(_SOL_RAW, _ICMP_FILTER, struct.pack("=I", ~passed & 0xFFFFFFFF))
        return
    words = [0xFFFFFFFF] * 8
    for kind in (1, 2, 3, 4, 129):
        words[kind // 32] &= ~(1 << kind % 32)
    handle.setsockopt(socket.IPPROTO_ICMPV6, _ICMP6_FILTER, struct.pack("=8I", *words))


def _set_buffer(handle: socket.socket) -> int:
    """Ask for a large receive buffer, with force where permitted; the size as the kernel reports it."""
    try:
        handle.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, _WANTED_BUFFER_BYTES)
    except PermissionError:
        handle.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _WANTED_BUFFER_BYTES)
    return handle.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF)


def open_port(family: int) -> IcmpPort:
    """The port of one address family (4 or 6), in the network namespace of the calling thread.

    Raises PermissionMissingError with the remedy, or OSError when the system has no such family.
    """
    handle, mode = _open_socket(family)
    try:
        return IcmpPort(handle, family, mode)
    except BaseException:
        handle.close()
        raise


class IcmpPort:
    """An ``EchoPort`` on a kernel socket; made by ``open_port``, used by one thread."""

    def __init__(self, handle: socket.socket, family: int, mode: str) -> None:
        self.family = family
        self.mode = mode
        self.most_arrivals = _ARRIVALS_PER_DRAIN
        self._handle = handle
        self._send = SendBatch(_SEND_AT_ONCE, 64)
        self._receive = ReceiveBatch(_ARRIVALS_PER_CALL, 192)
        self._errors = ReceiveBatch(_ARRIVALS_PER_CALL, 64)
        self._overflow = 0
        self.receive_buffer_bytes = _set_buffer(handle)
        handle.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
        handle.setsockopt(socket.SOL_SOCKET, _SO_RXQ_OVFL, 1)
        self.fixed_identifier: int | None = None
        if mode == "raw":
            _set_filter(handle, family)
        else:
            self._prepare_datagram()

    def _prepare_datagram(self) -> None:
        """Have the kernel choose the identifier now, and report ICMP errors on the error queue."""
        self._handle.bind(("", 0) if self.family == 4 else ("::", 0))
        self.fixed_identifier = self._handle.getsockname()[1]
        if self.family == 4:
            self._handle.setsockopt(socket.IPPROTO_IP, _IP_RECVERR, 1)
        else:
            self._handle.setsockopt(socket.IPPROTO_IPV6, _IPV6_RECVERR, 1)

    def arm(self) -> bool:
        """Count transmissions from 0 again; False where the kernel knows no transmit stamps."""
        try:
            self._handle.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPING, 0)
            self._handle.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPING, _STAMP_TRANSMISSIONS)
        except OSError:
            return False
        return True

    def send(self, packets: Bytes, addresses: Bytes) -> dict[int, int]:
        """See ``EchoPort.send``."""
        failures: dict[int, int] = {}
        for start in range(0, len(packets), _SEND_AT_ONCE):
            part = slice(start, start + _SEND_AT_ONCE)
            failed = self._send.send(self._handle.fileno(), packets[part], addresses[part], NAME_LENGTH[self.family])
            failures |= {start + row: error for row, error in failed.items()}
        if failures and _LOST & set(failures.values()):
            raise PortLostError(errno.errorcode[next(iter(_LOST & set(failures.values())))])
        return failures

    def receive(self) -> Arrivals:
        """See ``EchoPort.receive``; at most 16,384 messages at a time."""
        parts = []
        total = 0
        while total < _ARRIVALS_PER_DRAIN:
            taken = self._take(self._receive, 0)
            if not taken:
                break
            parts.append(self._arrivals(taken))
            total += taken
            if taken < _ARRIVALS_PER_CALL:
                break
        return _joined(parts)

    def _take(self, batch: ReceiveBatch, flags: int) -> int:
        """Read a batch; a pending error of an earlier packet is taken off and forgotten."""
        for _attempt in range(3):
            try:
                return batch.receive(self._handle.fileno(), flags)
            except OSError as error:
                if error.errno in _LOST:
                    raise PortLostError(errno.errorcode[error.errno]) from error
        return 0

    def _arrivals(self, taken: int) -> Arrivals:
        batch = self._receive
        length = batch.headers["length"][:taken].astype(np.int64)
        data = batch.data[:taken].copy()
        batch.data[:taken] = 0  # so that a shorter message next time ends in zeros
        if self.family == 4 and self.mode == "raw":
            data, length = _without_ip_header(data, length)
        length = np.where(batch.headers["flags"][:taken] & socket.MSG_TRUNC, data.shape[1] + 1, length)
        stamps, overflow = receive_stamps(batch.control[:taken], batch.headers["control_length"][:taken])
        self._overflow = max(self._overflow, overflow)
        return Arrivals(data, length, stamps, source_addresses(self.family, batch.names[:taken]))

    def transmit_stamps(self) -> TransmitStamps:
        """See ``EchoPort.transmit_stamps``; at most 16,384 at a time."""
        counts, stamps, quotes = [], [], []
        for _round in range(_ARRIVALS_PER_DRAIN // _ARRIVALS_PER_CALL):
            taken = self._take(self._errors, MSG_ERRQUEUE)
            if not taken:
                break
            control = self._errors.control[:taken]
            is_stamp = is_transmit_stamp(control)
            counts.append(transmit_counts(control[is_stamp]))
            stamps.append(transmit_times(control[is_stamp]))
            quotes += [quote for row in np.flatnonzero(~is_stamp) if (quote := self._quote(int(row))) is not None]
            if taken < _ARRIVALS_PER_CALL:
                break
        none = [np.zeros(0, np.int64)]
        return TransmitStamps(np.concatenate(counts or none), np.concatenate(stamps or none), quotes)

    def _quote(self, row: int) -> Quote | None:
        """The ICMP error in row ``row`` of the error batch, if it is one."""
        control = self._errors.control[row].tobytes()[: int(self._errors.headers["control_length"][row])]
        data = self._errors.data[row].tobytes()[: int(self._errors.headers["length"][row])]
        error = extended_error(control)
        if error is None:
            return None
        kind, code, reporter = error
        source = source_addresses(self.family, np.frombuffer(reporter, np.uint8)[None, :])[0].tobytes()
        destination = source_addresses(self.family, self._errors.names[row : row + 1])[0].tobytes()
        return Quote(destination, source, kind, code, data)

    def drops(self) -> int:
        """See ``EchoPort.drops``: the kernel's own count, without waiting for the next packet."""
        try:
            figures = self._handle.getsockopt(socket.SOL_SOCKET, _SO_MEMINFO, 36)
        except OSError:
            return self._overflow
        (dropped,) = struct.unpack_from("=I", figures, 4 * _MEMINFO_DROPS)
        return max(self._overflow, int(dropped))

    def close(self) -> None:
        """See ``EchoPort.close``."""
        self._handle.close()


def _joined(parts: list[Arrivals]) -> Arrivals:
    """Several arrivals as one."""
    if len(parts) == 1:
        return parts[0]
    if not parts:
        width = max(MAX_ERROR_BYTES, 64)
        none = np.zeros(0, np.int64)
        return Arrivals(np.zeros((0, width), np.uint8), none, none, np.zeros((0, 16), np.uint8))
    return Arrivals(
        np.concatenate([part.data for part in parts]),
        np.concatenate([part.length for part in parts]),
        np.concatenate([part.stamp_ns for part in parts]),
        np.concatenate([part.source for part in parts]),
    )


def _without_ip_header(data: Bytes, length: NDArray[np.int64]) -> tuple[Bytes, NDArray[np.int64]]:
    """The ICMP messages behind IPv4 headers of any length (20 to 60 bytes, RFC 791 section 3.1)."""
    header = (data[:, 0] & 0x0F).astype(np.int64) * 4
    width = data.shape[1] - 60
    if (header == 20).all():
        return data[:, 20 : 20 + width], length - 20
    at = np.minimum(header, 60)[:, None] + np.arange(width)
    return np.take_along_axis(data, at, axis=1), np.maximum(length - header, 0)
