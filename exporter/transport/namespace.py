"""Network namespaces: how one thread of the process comes to measure inside another network.

Lives here: entering. Must not live here: making and removing namespaces. A namespace belongs to the
*thread*: sockets are born in the namespace of the thread that opens them and stay there, whoever uses
them later. So the measuring thread enters before it opens its sockets and every listener stays outside.
Source: setns(2), network_namespaces(7). Python 3.11 has no os.setns.
"""

from __future__ import annotations

import ctypes
import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from exporter.errors import PantauError, PermissionMissingError

__all__ = ["NAMESPACES", "NamespaceError", "enter_network_namespace", "entered", "namespace_path"]

#: Where iproute2 keeps named namespaces.
NAMESPACES = Path("/run/netns")

_CLONE_NEWNET = 0x40000000
_libc = ctypes.CDLL(None, use_errno=True)


class NamespaceError(PantauError):
    """There is no such network namespace, now."""


def namespace_path(name: str) -> Path:
    """The file that stands for the namespace ``name``; a name with a slash is such a file itself."""
    return Path(name) if "/" in name else NAMESPACES / name


def enter_network_namespace(name: str) -> None:
    """Move the calling thread, and no other, into the network namespace ``name`` (or the file it names).

    Raises NamespaceError when it does not exist, PermissionMissingError without CAP_SYS_ADMIN.
    """
    path = namespace_path(name)
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError as error:
        raise NamespaceError(
            f"--netns {name}: cannot open {path}: {error.strerror}; is the simulation running?"
        ) from error
    try:
        _set_namespace(descriptor, name)
    finally:
        os.close(descriptor)


def _set_namespace(descriptor: int, name: str) -> None:
    if _libc.setns(descriptor, _CLONE_NEWNET) == 0:
        return
    number = ctypes.get_errno()
    if number == errno.EPERM:
        raise PermissionMissingError(f"--netns {name}: entering a network namespace takes CAP_SYS_ADMIN; run as root")
    raise NamespaceError(f"--netns {name}: {os.strerror(number)}; it is no network namespace")


@contextmanager
def entered(name: str) -> Iterator[None]:
    """The calling thread is in ``name`` inside the block and back where it was after it; raises as entering does."""
    home = os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
    try:
        enter_network_namespace(name)
        try:
            yield
        finally:
            _set_namespace(home, "back")
    finally:
        os.close(home)
