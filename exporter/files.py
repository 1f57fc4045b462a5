"""The files of an inventory, and of what stands beside it: the only module that opens configuration.

Lives here: which files belong to an inventory, a ledger or a set of frameworks, reading them within caps, the digest
of what was read, a cheap fingerprint to see a change, and the files of secrets that an inventory names. Must not live
here: what is in them. Symbolic links are followed, for a mounted configuration is made of them; whatever is behind
must be a regular file.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from contextlib import suppress
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path

from exporter.errors import Problem
from exporter.plain_text import hidden_character, shown

__all__ = [
    "INVENTORY",
    "MAX_SECRET_BYTES",
    "Configuration",
    "Fingerprint",
    "Purpose",
    "SourceFile",
    "fault_of_file",
    "fingerprint",
    "package_bytes",
    "package_text",
    "placed",
    "read_configuration",
    "read_secret",
    "read_start",
]

#: One file; 5,000 links of one line each, ten times the province, take some 700 kB.
MAX_FILE_BYTES = 1024 * 1024

#: A secret is a community or a password; a file with more holds something else.
MAX_SECRET_BYTES = 1024

#: All files of a folder: as many sites and links as the packet budget allows take some 4 MB.
MAX_TOTAL_BYTES = 8 * 1024 * 1024

#: Files of a folder: one for each kabupaten and each agency, and room.
MAX_FILES = 200

#: How often reading starts anew when files change under it; whoever writes for longer is still writing.
MAX_ATTEMPTS = 3

_SUFFIXES = (".yml", ".yaml")

#: Name, inode, size, time of change of content and of inode of each file.
Fingerprint = tuple[tuple[str, int, int, int, int], ...]


@dataclass(frozen=True, slots=True)
class Purpose:
    """What files are read for, in the words of problems and warnings."""

    holds: str  #: what their folder holds
    named: str  #: what names their path
    decides: str  #: what whoever changes them changes with them
    fewer: str  #: what to do when they are too many


INVENTORY = Purpose(
    "the inventory", "the path that --inventory names", "where the prober sends", "watch fewer links with one prober"
)


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file that was read."""

    path: str  #: as problems name it
    raw: bytes


@dataclass(slots=True)
class Configuration:
    """What was read, and what could not be."""

    files: list[SourceFile] = field(default_factory=list)  #: in the order of their names
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    purpose: Purpose = INVENTORY

    @property
    def digest(self) -> str:
        """SHA-256, hexadecimal, of the text that ``sha256sum`` prints for the files, in the order of their names.

        In the folder, ``LC_ALL=C; sha256sum -- *.yml | sha256sum`` gives the same.
        """
        lines = (f"{hashlib.sha256(each.raw).hexdigest()}  {Path(each.path).name}\n" for each in self.files)
        return hashlib.sha256("".join(lines).encode()).hexdigest()


def read_configuration(path: Path, purpose: Purpose = INVENTORY) -> Configuration:
    """Every file at ``path``, a file or a folder, as they stood together at one time.

    Never raises for anything that ``path`` can be; what cannot be read is among the problems.
    """
    for _ in range(MAX_ATTEMPTS):
        before = fingerprint(path)
        found = _read_once(path, purpose)
        if fingerprint(path) == before:
            return found
    message = "the files changed each time they were read"
    return Configuration(problems=[Problem(str(path), 0, message, "wait until whoever writes them has finished")])


def fingerprint(path: Path) -> Fingerprint:
    """A value that differs after any change to the files of ``path``; reads names and times only, never raises."""
    found = []
    with suppress(OSError):
        for each in _members(path):
            with suppress(OSError):
                status = each.stat()
                found.append((each.name, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns))
    return tuple(found)


def placed(inventory: Path, name: str) -> str:
    """The absolute path of a file that the inventory at this path names, which begins at the inventory's folder."""
    folder = inventory if os.path.isdir(inventory) else inventory.parent  # noqa: PTH112 - as in _members
    return str(folder.absolute() / name)


def fault_of_file(path: str) -> str | None:
    """Why nothing can be read from the file, as a predicate; None if it is there. Opens nothing, never raises."""
    try:
        mode = os.stat(path).st_mode  # noqa: PTH116 - a text comes in
    except (OSError, ValueError) as error:
        return f"cannot be looked at: {getattr(error, 'strerror', None) or 'no such name'}"
    return None if stat.S_ISREG(mode) else "is not a regular file"


def package_text(name: str) -> str:
    """The text of a file that comes with the package, in ``exporter/data``."""
    return resources.files("exporter").joinpath("data", name).read_text(encoding="utf-8")


def package_bytes(name: str) -> bytes:
    """The bytes of a file that comes with the package, in ``exporter/data``."""
    return resources.files("exporter").joinpath("data", name).read_bytes()


def read_secret(path: Path) -> tuple[bytes, list[Problem]]:
    """The bytes of a file that holds one secret, and warnings about who else may read or change it.

    At most one byte more than ``MAX_SECRET_BYTES``. Raises OSError; no message repeats what the file holds.
    Being readable by everyone is no error: containers are often given their secrets so.
    """
    found = Configuration()
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise OSError(errno.EINVAL, "it is not a regular file")
        if status.st_mode & stat.S_IROTH:
            message = "everyone on this machine may read this secret"
            found.warnings.append(Problem(str(path), 0, message, f"chmod o-rwx {path}"))
        _check_permissions(path, status, found)
        return os.read(descriptor, MAX_SECRET_BYTES + 1), found.warnings
    finally:
        os.close(descriptor)


def read_start(path: Path, most_bytes: int) -> bytes:
    """The first bytes of a file that is no secret, such as a certificate. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as stream:
        return stream.read(most_bytes)


def _members(path: Path) -> list[Path]:
    """The files that make the inventory at ``path``, by name. Raises OSError when a folder cannot be listed."""
    if not os.path.isdir(path):  # noqa: PTH112 - Path.is_dir raises when a folder above is closed
        return [path]
    names = [name for name in os.listdir(path) if name.endswith(_SUFFIXES) and not name.startswith(".")]  # noqa: PTH208
    return [path / name for name in sorted(names)]


def _read_once(path: Path, purpose: Purpose) -> Configuration:
    found = Configuration(purpose=purpose)
    try:
        members = _members(path)
        if members != [path]:
            _check_folder(path, members, found)
    except OSError as error:
        members = []
        found.problems.append(_unreadable(path, error, purpose))
    rest = MAX_TOTAL_BYTES
    for each in members[:MAX_FILES]:
        rest -= _read_file(each, found)
        if rest < 0:
            message = f"the files have more than {MAX_TOTAL_BYTES:,} bytes together"
            found.problems.append(Problem(str(path), 0, message, purpose.fewer))
            break
    return found


def _check_folder(path: Path, members: list[Path], found: Configuration) -> None:
    if not members:
        message = "the folder holds no file whose name ends in .yml or .yaml"
        found.problems.append(Problem(str(path), 0, message, f"name the folder that holds {found.purpose.holds}"))
    if len(members) > MAX_FILES:
        message = f"the folder holds {len(members)} files, more than {MAX_FILES}"
        found.problems.append(Problem(str(path), 0, message, "put more entries into each file"))
    _check_permissions(path, path.stat(), found)


def _read_file(path: Path, found: Configuration) -> int:
    """The number of bytes that were read and added to ``found``."""
    hidden = hidden_character(path.name)
    if hidden is not None or "\\" in path.name:
        where = str(path.parent)
        found.problems.append(Problem(where, 0, f"the file name {shown(path.name)} is not plain", "rename the file"))
        return 0
    try:
        raw = _regular_bytes(path, found)
    except OSError as error:
        found.problems.append(_unreadable(path, error, found.purpose))
        return 0
    if len(raw) > MAX_FILE_BYTES:
        message = f"the file has more than {MAX_FILE_BYTES:,} bytes"
        found.problems.append(Problem(str(path), 0, message, "split it, and name the folder of the parts"))
        return len(raw)
    found.files.append(SourceFile(str(path), raw))
    return len(raw)


def _regular_bytes(path: Path, found: Configuration) -> bytes:
    """The start of a regular file, one byte more than is allowed at most. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)  # a pipe must not make us wait
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise OSError(errno.EINVAL, "it is not a regular file")
        _check_permissions(path, status, found)
        with os.fdopen(descriptor, "rb", closefd=False) as stream:
            return stream.read(MAX_FILE_BYTES + 1)
    finally:
        os.close(descriptor)


def _check_permissions(path: Path, status: os.stat_result, found: Configuration) -> None:
    """Warn when others than the owner may write (failures.md 4, case 10).

    A group of the same number as the owner is the owner's own, as Debian and Ubuntu make them.
    """
    by_group = status.st_mode & stat.S_IWGRP and status.st_gid != status.st_uid
    if by_group or status.st_mode & stat.S_IWOTH:
        who = "everyone" if status.st_mode & stat.S_IWOTH else f"group {status.st_gid}"
        message = f"{who} may change it, and with it {found.purpose.decides}"
        found.warnings.append(Problem(str(path), 0, message, f"chmod go-w {path}"))


def _unreadable(path: Path, error: OSError, purpose: Purpose) -> Problem:
    remedy = f"check {purpose.named}, and that this user may read it"
    return Problem(str(path), 0, f"cannot be read: {error.strerror}", remedy)
