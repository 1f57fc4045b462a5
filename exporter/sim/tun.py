"""The wire of the simulated province: a TUN device, which hands us the IP packets that the kernel routes to it.

Lives here: the device's descriptor. Must not live here: addresses, routes, what packets mean. The
device is not persistent: it is gone when its descriptor is closed, even by SIGKILL.
Source: the kernel's networking/tuntap.rst.
"""

from __future__ import annotations

import errno
import fcntl
import os
import struct
from typing import Self

from exporter.sim.settings import SimulationError

__all__ = ["DEVICE", "Tun"]

#: The device's name inside the namespace.
DEVICE = "province"

_PATH = "/dev/net/tun"
_TUNSETIFF = 0x400454CA
_IFF_TUN = 0x0001
_IFF_NO_PI = 0x1000  #: packets without a header of the device's own

#: More than any packet that a device of MTU 1500 carries.
_PACKET_BYTES = 2048

_REMEDIES = {
    errno.ENOENT: "this system or container has no such device; in a container add --device /dev/net/tun",
    errno.EACCES: "run as root, or let users open it (mode 0666, as Debian has it)",
    errno.EPERM: "run as root; in a container add --cap-add NET_ADMIN",
}


class Tun:
    """An open TUN device in the calling thread's network namespace."""

    def __init__(self) -> None:
        """Make the device; SimulationError says what is missing."""
        try:
            self._descriptor = os.open(_PATH, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
            fcntl.ioctl(self._descriptor, _TUNSETIFF, struct.pack("16sH22x", DEVICE.encode(), _IFF_TUN | _IFF_NO_PI))
        except OSError as error:
            remedy = _REMEDIES.get(error.errno or 0, "see the kernel log")
            raise SimulationError(f"cannot make a TUN device with {_PATH}: {error.strerror}; {remedy}") from error

    def fileno(self) -> int:
        """The descriptor, for select."""
        return self._descriptor

    def read(self) -> bytes:
        """The next IP packet; empty when none waits."""
        try:
            return os.read(self._descriptor, _PACKET_BYTES)
        except BlockingIOError:
            return b""

    def write(self, packet: bytes) -> bool:
        """Give the kernel an IP packet as if it had arrived; False when it would not have it (device down)."""
        try:
            return os.write(self._descriptor, packet) == len(packet)
        except OSError:
            return False

    def close(self) -> None:
        """Remove the device."""
        os.close(self._descriptor)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
