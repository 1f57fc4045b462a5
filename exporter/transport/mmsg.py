"""Batches of messages for sendmmsg(2) and recvmmsg(2), prepared once and used for every call.

Lives here: the memory layout of the kernel's structures as numpy columns, and the two calls. Must not
live here: what the bytes mean. Layout: struct mmsghdr of 64-bit Linux (recvmmsg(2), bits/socket.h).
"""

from __future__ import annotations

import ctypes
import errno
import os

import numpy as np
from numpy.typing import NDArray

from exporter.transport.ports import Bytes

__all__ = ["CONTROL_BYTES", "MSG_DONTWAIT", "MSG_ERRQUEUE", "NAME_BYTES", "ReceiveBatch", "SendBatch"]

MSG_DONTWAIT = 0x40
MSG_ERRQUEUE = 0x2000

NAME_BYTES = 28  #: struct sockaddr_in6, the longer of the two
CONTROL_BYTES = 256  #: two time stamps (32 + 64), one extended error (64), one drop counter (24), and room

if ctypes.sizeof(ctypes.c_void_p) != 8:  # pragma: no cover - no 32-bit machine to test on
    raise ImportError("pantau needs a 64-bit system: the kernel structures in transport/mmsg.py are 64-bit")

_HEADER = np.dtype(
    {
        "names": ["name", "name_length", "iov", "iov_count", "control", "control_length", "flags", "length"],
        "formats": ["u8", "u4", "u8", "u8", "u8", "u8", "i4", "u4"],
        "offsets": [0, 8, 16, 24, 32, 40, 48, 56],
        "itemsize": 64,
    }
)
_IOVEC = np.dtype([("base", "u8"), ("length", "u8")])

_libc = ctypes.CDLL(None, use_errno=True)
_libc.sendmmsg.argtypes = [ctypes.c_int, ctypes.c_void_p, ctypes.c_uint, ctypes.c_int]
_libc.sendmmsg.restype = ctypes.c_int
_libc.recvmmsg.argtypes = [ctypes.c_int, ctypes.c_void_p, ctypes.c_uint, ctypes.c_int, ctypes.c_void_p]
_libc.recvmmsg.restype = ctypes.c_int


def _addresses(base: int, count: int, step: int) -> NDArray[np.uint64]:
    """``count`` addresses from ``base``, ``step`` bytes apart."""
    return np.arange(count, dtype=np.uint64) * np.uint64(step) + np.uint64(base)


class _Batch:
    """The headers and vectors of ``size`` messages of at most ``width`` bytes."""

    def __init__(self, size: int, width: int) -> None:
        self.size = size
        self.data: Bytes = np.zeros((size, width), np.uint8)
        self.names: Bytes = np.zeros((size, NAME_BYTES), np.uint8)
        self.vectors = np.zeros(size, _IOVEC)
        self.vectors["base"] = _addresses(self.data.ctypes.data, size, width)
        self.vectors["length"] = width
        self.headers = np.zeros(size, _HEADER)
        self.headers["name"] = _addresses(self.names.ctypes.data, size, NAME_BYTES)
        self.headers["iov"] = _addresses(self.vectors.ctypes.data, size, _IOVEC.itemsize)
        self.headers["iov_count"] = 1
        self.base = self.headers.ctypes.data


class SendBatch(_Batch):
    """Packets on their way out."""

    def send(self, descriptor: int, packets: Bytes, names: Bytes, name_length: int) -> dict[int, int]:
        """Send ``packets`` (n <= size, width) to ``names`` (n, 28) in order; failures as row to errno."""
        count = len(packets)
        self.data[:count] = packets
        self.names[:count] = names
        self.headers["name_length"] = name_length
        failures: dict[int, int] = {}
        done, tried = 0, -1
        while done < count:
            sent = _libc.sendmmsg(descriptor, self.base + done * _HEADER.itemsize, count - done, MSG_DONTWAIT)
            if sent < 0:
                error = ctypes.get_errno()
                if error == errno.EINTR:
                    continue
                if tried != done:
                    tried = (
                        done  # the error may be an earlier packet's, which a datagram socket keeps for the next call
                    )
                    continue
                failures[done] = error
                sent = 1
            done += sent
        return failures


class ReceiveBatch(_Batch):
    """Room for messages on their way in."""

    def __init__(self, size: int, width: int) -> None:
        """Add the control buffers, where the kernel puts time stamps and errors."""
        super().__init__(size, width)
        self.control: Bytes = np.zeros((size, CONTROL_BYTES), np.uint8)
        self.headers["control"] = _addresses(self.control.ctypes.data, size, CONTROL_BYTES)

    def receive(self, descriptor: int, flags: int = 0) -> int:
        """How many messages were taken, 0 when none waits; raises OSError otherwise.

        The kernel writes the lengths of name and control, so both are set anew before each call.
        """
        self.headers["name_length"] = NAME_BYTES
        self.headers["control_length"] = CONTROL_BYTES
        while True:
            taken = _libc.recvmmsg(descriptor, self.base, self.size, flags | MSG_DONTWAIT, None)
            if taken >= 0:
                return int(taken)
            error = ctypes.get_errno()
            if error in {errno.EAGAIN, errno.EWOULDBLOCK}:
                return 0
            if error != errno.EINTR:
                raise OSError(error, os.strerror(error))
