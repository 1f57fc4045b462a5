"""Control messages of the kernel, as columns: receive times, transmit times, drop counters.

Lives here: their layout (net/socket.c, sock_recv_timestamp and sock_recv_drops; linux/errqueue.h). Must
not live here: sockets. The kernel writes SCM_TIMESTAMPNS first, SCM_TIMESTAMPING next when transmit stamps
are on, then what is particular to the message: the drop counter (only after a drop) or the error.
"""

from __future__ import annotations

import socket
import struct

import numpy as np
from numpy.typing import NDArray

from exporter.transport.ports import Bytes

__all__ = ["extended_error", "is_transmit_stamp", "receive_stamps", "transmit_counts", "transmit_times"]

_SO_TIMESTAMPNS = 35
_SO_TIMESTAMPING = 37
_SO_RXQ_OVFL = 40
_RECVERR = {(0, 11), (41, 25)}  #: (SOL_IP, IP_RECVERR), (SOL_IPV6, IPV6_RECVERR)
_ORIGIN_ICMP = (2, 3)
_ORIGIN_TIMESTAMPING = 4


def _seconds_to_ns(timespec: Bytes) -> NDArray[np.int64]:
    """Nanoseconds of n struct timespec, (n, 16) bytes."""
    pair = np.ascontiguousarray(timespec).view(np.int64).reshape(-1, 2)
    return pair[:, 0] * 1_000_000_000 + pair[:, 1]


def _heads(control: Bytes, at: int) -> NDArray[np.uint32]:
    """Level and type of the control message at byte ``at`` of each row, (n, 2)."""
    return np.ascontiguousarray(control[:, at + 8 : at + 16]).view(np.uint32).reshape(-1, 2)


def receive_stamps(control: Bytes, control_length: NDArray[np.uint64]) -> tuple[NDArray[np.int64], int]:
    """Kernel receive times, and the largest drop counter among the control messages."""
    stamped = (_heads(control, 0) == (socket.SOL_SOCKET, _SO_TIMESTAMPNS)).all(axis=1) & (control_length >= 32)
    stamps = np.where(stamped, _seconds_to_ns(control[:, 16:32]), 0)
    overflow = 0
    for at in (32, 96):
        dropped = (_heads(control, at) == (socket.SOL_SOCKET, _SO_RXQ_OVFL)).all(axis=1) & (control_length >= at + 20)
        if dropped.any():
            counters = np.ascontiguousarray(control[dropped, at + 16 : at + 20]).view(np.uint32)
            overflow = max(overflow, int(counters.max()))
    return stamps, overflow


def is_transmit_stamp(control: Bytes) -> NDArray[np.bool_]:
    """Which messages of the error queue are transmit stamps in the usual layout: 32 + 64 bytes, then the error."""
    first = (_heads(control, 0) == (socket.SOL_SOCKET, _SO_TIMESTAMPNS)).all(axis=1)
    second = (_heads(control, 32) == (socket.SOL_SOCKET, _SO_TIMESTAMPING)).all(axis=1)
    third = np.isin(_heads(control, 96)[:, 1], [kind for _level, kind in _RECVERR])
    return np.asarray(first & second & third & (control[:, 112 + 4] == _ORIGIN_TIMESTAMPING))


def transmit_times(control: Bytes) -> NDArray[np.int64]:
    """When the driver took the packets, nanoseconds of CLOCK_REALTIME; rows must be transmit stamps."""
    return _seconds_to_ns(control[:, 16:32])


def transmit_counts(control: Bytes) -> NDArray[np.int64]:
    """Which packets the stamps belong to (``ee_data``), counted from 0; rows must be transmit stamps."""
    return np.ascontiguousarray(control[:, 124:128]).view(np.uint32).reshape(-1).astype(np.int64)


def extended_error(control: bytes) -> tuple[int, int, bytes] | None:
    """ICMP type, code and the reporter's socket address out of one message; None if it holds no ICMP error."""
    at = 0
    while at + 16 <= len(control):
        size, level, kind = struct.unpack_from("=QII", control, at)
        if (level, kind) in _RECVERR and at + 32 <= len(control):
            _number, origin, icmp_type, icmp_code = struct.unpack_from("=IBBB", control, at + 16)
            reporter = control[at + 32 : at + size].ljust(28, b"\0")[:28]
            return (icmp_type, icmp_code, reporter) if origin in _ORIGIN_ICMP else None
        at += (max(size, 16) + 7) & ~7
    return None
