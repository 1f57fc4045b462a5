"""What the process asks of the system for itself.

Lives here: limits of the process. Must not live here: rights, sockets, what needs the limits.
"""

from __future__ import annotations

import resource
from contextlib import suppress

__all__ = ["WANTED_FILES", "raise_file_limit"]

#: 256 connections, 128 public ones, 512 streams, 96 probes, and what is open anyway, twice over.
WANTED_FILES = 4_096


def raise_file_limit() -> int:
    """Raise the limit of open files to what is wanted, or as far as the system allows; returns what holds now."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = WANTED_FILES if hard == resource.RLIM_INFINITY else min(WANTED_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]
