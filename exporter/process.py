"""What the process asks of the system for itself.

Lives here: limits of the process, and its memory. Must not live here: rights, sockets, what needs the limits.
"""

from __future__ import annotations

import ctypes
import resource
from contextlib import suppress

__all__ = ["WANTED_FILES", "bound_arenas", "raise_file_limit"]

#: malloc.h of glibc.
_M_ARENA_MAX = -8

#: 256 connections, 128 public ones, 512 streams, 96 probes, and what is open anyway, twice over.
WANTED_FILES = 4_096


def bound_arenas(most: int = 2) -> bool:
    """Let glibc keep at most so many arenas (mallopt(3)), however many threads there are; False without glibc.

    Each thread otherwise gets one of its own, and what it freed is of no use to others: some 5 MiB of ten threads. Only
    before threads are started does it hold for all of them.
    """
    try:
        return bool(ctypes.CDLL(None).mallopt(_M_ARENA_MAX, most))
    except AttributeError:
        return False


def raise_file_limit() -> int:
    """Raise the limit of open files to what is wanted, or as far as the system allows; returns what holds now."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = WANTED_FILES if hard == resource.RLIM_INFINITY else min(WANTED_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]
