"""The files of running simulations: where the control socket lies, and who holds which name.

Lives here: the runtime folder, the control socket's place, the record that one run leaves for the next. Must not
live here: namespaces, the socket itself. The record is a locked file: its lock says whether the run is
alive (the kernel drops it with the process), its content which namespace the run had made.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import stat
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

from exporter.errors import UsageError
from exporter.sim.settings import SimulationError

__all__ = ["DEFAULT_NAME", "Record", "checked_name", "control_path", "runtime_folder"]

#: The simulation's name where none is given; also its namespace's.
DEFAULT_NAME = "pantau-sim"


def checked_name(name: str) -> str:
    """``name``, when it can name a namespace and files; UsageError otherwise."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,62}", name):
        raise UsageError(f"--netns {name}: 1 to 63 of a-z, 0-9 and '-'")
    return name


def runtime_folder() -> Path:
    """The folder for this user's sockets, made when missing, mode 0700; SimulationError when it is not safely ours."""
    session = os.environ.get("XDG_RUNTIME_DIR", "")
    folder = Path(session) / "pantau" if session and Path(session).is_dir() else Path(f"/tmp/pantau-{os.geteuid()}")  # noqa: S108 - checked below
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o077:
        raise SimulationError(f"{folder} must be a folder of this user alone (mode 0700); remove it and try again")
    return folder


def control_path(name: str) -> Path:
    """Where the simulation ``name`` listens unless told otherwise."""
    return runtime_folder() / f"{name}.sock"


class Record:
    """The claim of this process on a simulation's name; held until released or until the process ends."""

    def __init__(self, name: str) -> None:
        """Take the name; SimulationError when another live run has it."""
        self._path = runtime_folder() / f"{name}.lock"
        self._descriptor = self._locked(name)

    def _locked(self, name: str) -> int:
        """The descriptor of the locked file that the path leads to: not of one removed while we waited."""
        while True:
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if self._path.exists() and os.fstat(descriptor).st_ino == self._path.stat().st_ino:
                    return descriptor
            except BlockingIOError:
                os.close(descriptor)
                raise SimulationError(
                    f"a simulation named {name} is running already; stop it, or choose another --netns"
                ) from None
            os.close(descriptor)

    def read(self) -> dict[str, Any]:
        """What the run before us left when it was killed; empty after a clean end."""
        try:
            content = json.loads(os.pread(self._descriptor, 4096, 0) or b"{}")
        except ValueError:
            return {}
        return content if isinstance(content, dict) else {}

    def write(self, **content: object) -> None:
        """Leave ``content`` for a run after us."""
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, json.dumps(content).encode(), 0)

    def release(self) -> None:
        """Give the name back: a clean end leaves nothing."""
        self._path.unlink(missing_ok=True)
        os.close(self._descriptor)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()
