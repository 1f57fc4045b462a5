"""Reading a folder that somebody else may have changed: no link is followed, nothing but regular files is read.

Lives here: opening, listing, reading and hashing beneath an open folder. Must not live here: writing packs
(``folder``), what the bytes mean. Every path is opened part by part under a descriptor (failures.md 4, case 37).
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from exporter.errors import PantauError

__all__ = ["Entry", "digest_beneath", "entries_beneath", "open_folder", "read_beneath", "read_whole"]

_CHUNK_BYTES = 1024 * 1024

#: More entries than any pack has; a folder with more is not listed to its end.
_MAX_ENTRIES = 10_000

#: Folders within folders; more than any pack has.
_MAX_DEPTH = 16

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing in a folder."""

    path: str  #: from the folder, with slashes
    kind: str  #: "file", "folder", "link" or "other"


@contextmanager
def open_folder(path: Path | str, within: int | None = None) -> Iterator[int]:
    """A descriptor of a folder; a link is followed only where ``within`` is None: there, a person named the path.

    Raises OSError.
    """
    flags = _FOLDER if within is None else _FOLDER | os.O_NOFOLLOW
    descriptor = os.open(path, flags, dir_fd=within)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def entries_beneath(folder: int, *, deep: bool = True) -> list[Entry]:
    """Everything in an open folder, and with ``deep`` in the folders in it, by path. Raises OSError."""
    found: list[Entry] = []
    _list(folder, "", found, deep=deep)
    return sorted(found, key=lambda entry: entry.path)


def read_beneath(folder: int, path: str, limit_bytes: int) -> bytes:
    """A regular file beneath an open folder, one byte more than the limit at most. Raises OSError."""
    with _regular(folder, path) as descriptor, os.fdopen(descriptor, "rb", closefd=False) as stream:
        return stream.read(limit_bytes + 1)


def digest_beneath(folder: int, path: str) -> tuple[int, str]:
    """Size and SHA-256 of a regular file beneath an open folder. Raises OSError."""
    digest, size = hashlib.sha256(), 0
    with _regular(folder, path) as descriptor:
        while chunk := os.read(descriptor, _CHUNK_BYTES):
            digest.update(chunk)
            size += len(chunk)
    return size, digest.hexdigest()


def read_whole(path: Path, flag: str, limit_bytes: int = 256 * 1024 * 1024) -> bytes:
    """The bytes of a regular file that a person named with a flag. Raises PantauError, with the flag in it."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as stream:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise PantauError(f"{flag} {path}: is not a regular file; name the file itself")
            raw = stream.read(limit_bytes + 1)
    except OSError as error:
        raise PantauError(f"{flag} {path}: cannot be read ({error.strerror}); check the path") from error
    if len(raw) > limit_bytes:
        raise PantauError(f"{flag} {path}: has more than {limit_bytes:,} bytes; name another file")
    return raw


def _list(folder: int, prefix: str, found: list[Entry], *, deep: bool) -> None:
    for name in sorted(os.listdir(folder)):
        mode = os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode
        path = f"{prefix}{name}"
        kind = {stat.S_IFREG: "file", stat.S_IFDIR: "folder", stat.S_IFLNK: "link"}.get(stat.S_IFMT(mode), "other")
        found.append(Entry(path, kind))
        if len(found) > _MAX_ENTRIES:
            raise OSError(errno.EFBIG, "too many entries")
        if kind == "folder" and deep:
            if path.count("/") >= _MAX_DEPTH:
                raise OSError(errno.ELOOP, "too many folders within folders")
            with open_folder(name, folder) as inner:
                _list(inner, f"{path}/", found, deep=True)


@contextmanager
def _regular(folder: int, path: str) -> Iterator[int]:
    first, _, rest = path.partition("/")
    if rest:
        with open_folder(first, folder) as inner, _regular(inner, rest) as descriptor:
            yield descriptor
        return
    descriptor = os.open(first, _FILE, dir_fd=folder)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "is not a regular file")
        yield descriptor
    finally:
        os.close(descriptor)
