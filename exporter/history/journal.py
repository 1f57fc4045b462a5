"""The journal: a file of lines that is appended to, read at the start, and written anew when it has grown.

Lives here: the file, its lock, what is kept aside of it, and what failed. Must not live here: the form of a line
(``lines``), what is remembered. One thread.

A line is written with one call; a kill can tear the last one only. Lines that cannot be read are kept in a file beside
it, for the journal is written anew after reading. While writing fails the memory goes on, and the first success writes
everything.
"""

from __future__ import annotations

import fcntl
import logging
import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from exporter.errors import UsageError
from exporter.history.lines import FIRST_LINE, read_line, written
from exporter.past import PastOutage, Watched

__all__ = ["MAX_BYTES", "Journal", "JournalFigures", "Remembered"]

_log = logging.getLogger(__name__)

#: Size at which it is written anew, bytes; a month of a troubled province takes less once it is.
MAX_BYTES = 4 * 1024 * 1024

#: A larger file is not ours: nobody reads gigabytes at the start.
_MOST_READ_BYTES = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Remembered:
    """What a journal held."""

    outages: tuple[PastOutage, ...]  #: each beginning of a link once, as it was told last
    watched: tuple[Watched, ...]


@dataclass(frozen=True, slots=True)
class JournalFigures:
    """What is confessed of it."""

    written_unix_s: float  #: of the last line that reached the file; 0: none yet
    failures: int
    unreadable_lines: int
    size_bytes: int


class Journal:
    """One file, from ``open`` to ``close``."""

    def __init__(self, path: Path) -> None:
        """Nothing is opened yet. Where ``path`` is a symbolic link, the file that it leads to is the journal."""
        self._path = path.resolve()
        self._lock = -1
        self._file = -1
        self._whole = False  #: the file holds everything that is remembered
        self._written_unix_s = 0.0
        self._failures = 0
        self._unreadable = 0
        self._size = 0
        self._anew_beyond = MAX_BYTES

    def open(self) -> Remembered:
        """Take the file for this process alone, and read it. Raises UsageError, which names the flag and the remedy."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._lock = os.open(self._path.with_name(f"{self._path.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return self._read()
        except BlockingIOError:
            self.close()
            remedy = "another pantau run writes it; give each a file of its own"
            raise UsageError(f"--journal {self._path}: {remedy}") from None
        except OSError as error:
            self.close()
            remedy = "name a file in a folder that this user may write to"
            raise UsageError(f"--journal {self._path}: {error.strerror or error}; {remedy}") from error

    def _read(self) -> Remembered:
        if not self._path.exists():
            return Remembered((), ())
        if not self._path.is_file():
            raise UsageError(f"--journal {self._path}: no regular file; name a file")
        if self._path.stat().st_size > _MOST_READ_BYTES:
            raise UsageError(f"--journal {self._path}: over {_MOST_READ_BYTES} bytes, no journal; name another file")
        first, *lines = self._path.read_bytes().split(b"\n")
        if first and first.decode(errors="replace") != FIRST_LINE:
            raise UsageError(f"--journal {self._path}: line 1 is not that of a journal; name another file")
        outages: dict[tuple[str, int], PastOutage] = {}
        watched: list[Watched] = []
        bad: list[bytes] = []
        for number, line in enumerate(lines, 2):
            if not line:
                continue
            try:
                entry = read_line(line)
            except ValueError as error:
                _log.warning("%s:%d: not readable, kept aside in %s: %s", self._path, number, self._aside.name, error)
                bad.append(line)
                continue
            if isinstance(entry, Watched):
                watched.append(entry)
            else:
                outages[entry.link, entry.start_unix_ns] = entry
        self._keep_aside(bad)
        return Remembered(tuple(outages.values()), tuple(watched))

    @property
    def _aside(self) -> Path:
        return self._path.with_name(f"{self._path.name}.unreadable")

    def _keep_aside(self, lines: list[bytes]) -> None:
        self._unreadable += len(lines)
        if not lines:
            return
        try:
            with self._aside.open("ab") as file:
                file.write(b"".join(line + b"\n" for line in lines))
        except OSError as error:  # a full disk tears a line, and must not keep the next start from measuring
            _log.error("%s: %d lines are not kept: %s", self._aside, len(lines), error)
            self._failures += 1

    def append(
        self, now_unix_s: float, entries: Iterable[PastOutage | Watched], everything: Callable[[], Remembered]
    ) -> None:
        """Write lines; ``everything`` is asked for when the file is to be written anew. Counts what fails."""
        lines = "".join(f"{written(each)}\n" for each in entries).encode()
        try:
            if not self._whole or self._size > self._anew_beyond or not self._in_place():
                self._write_anew(everything())
            elif lines:
                self._write(self._file, lines)
        except OSError as error:
            self._failures += 1
            if self._whole or self._failures == 1:
                _log.error("%s: not written, what is remembered stays in memory: %s", self._path, error)
            self._whole = False
            return
        self._written_unix_s = now_unix_s

    def _in_place(self) -> bool:
        """Whether the file of that name is still the one that is written, and nobody else changed its size."""
        try:
            named, held = self._path.stat(), os.fstat(self._file)
        except FileNotFoundError:
            return False
        return (named.st_dev, named.st_ino, named.st_size) == (held.st_dev, held.st_ino, self._size)

    def _write(self, file: int, data: bytes) -> None:
        count = os.write(file, data)
        self._size += count
        if count != len(data):
            raise OSError(f"{count} of {len(data)} bytes fitted")
        os.fsync(file)

    def _write_anew(self, remembered: Remembered) -> None:
        """Everything into a new file, which takes the place of the former one in one step."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1
        entries: list[PastOutage | Watched] = [*remembered.watched, *remembered.outages]
        lines = (FIRST_LINE, *(written(each) for each in entries))
        fresh = self._path.with_name(f"{self._path.name}.new")
        file = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o640)
        try:
            self._size = 0
            self._write(file, "".join(f"{line}\n" for line in lines).encode())
            fresh.replace(self._path)
        except OSError:
            os.close(file)
            with suppress(OSError):
                fresh.unlink()
            raise
        self._file = file
        self._whole = True
        self._anew_beyond = max(MAX_BYTES, 2 * self._size)  # what is remembered may itself be more

    def figures(self) -> JournalFigures:
        """What is confessed now; may be asked by any thread."""
        return JournalFigures(self._written_unix_s, self._failures, self._unreadable, self._size)

    def close(self) -> None:
        """Let the file go; harmless when done twice."""
        for each in (self._file, self._lock):
            if each >= 0:
                os.close(each)
        self._file = self._lock = -1
