"""A pack as a folder: whole, or not there.

Lives here: the lock, the temporary folder beside the target, its files, and the rename. Must not live here: what is in
the files, the present time. Whatever ends a run (a kill, a full disk, a power cut), the target is either complete or
absent, and what was left half is removed by the next run (failures.md 4, cases 37, 41 and 42).
"""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path

from exporter.errors import PantauError
from exporter.evidence.chain import latest_of, place_of, shelf_of
from exporter.evidence.disk import entries_beneath, open_folder
from exporter.evidence.integrity import faults_of
from exporter.evidence.manifest import MANIFEST, Facts, Manifest, Place, Replaced, complete, manifest_of
from exporter.evidence.period import instant_ms
from exporter.recurrence import WIB

__all__ = ["Written", "locked", "put_file", "write_pack"]

_FILE_MODE, _FOLDER_MODE = 0o644, 0o755
_MINE, _HALF, _LOCK = ".pantau-", ".partial", ".pantau-lock"

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_LOCKING = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a pack."""

    path: Path
    manifest: Manifest
    new: bool  #: False: it was there already, with the same bytes


def _no_step(_: str) -> None:
    """Tell nobody."""


def write_pack(
    out: Path,
    facts: Facts,
    files: Mapping[str, bytes],
    *,
    revise: str = "",
    genesis: str = "",
    step: Callable[[str], None] = _no_step,
) -> Written:
    """The pack of these files, in a folder of ``out`` that is named after its month, selection and revision.

    A pack that is there with the same bytes stays as it is. One with others is never overwritten: PantauError, unless
    ``revise`` says why it is to be replaced; then the next revision is written beside it. ``genesis`` is the reason
    to begin a new chain. ``step`` is called with the path of each file before it is written. Raises PantauError, with
    the remedy, for whatever keeps the pack from being written; nothing half is left then.
    """
    try:
        out.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
        with locked(out) as folder:
            _remove_leftovers(folder)
            place = place_of(shelf_of(out), facts.month, facts.selection, genesis=genesis)
            manifest, new = _decide(out, facts, files, place, revise)
            if new:
                _write(folder, manifest, complete(files, manifest), step)
    except OSError as error:
        remedy = "check that this user may write there and that there is room, and run it again; nothing half was left"
        raise PantauError(f"--out {out}: cannot be written ({error.strerror}); {remedy}") from error
    return Written(out / manifest.name, manifest, new)


@contextmanager
def locked(out: Path) -> Iterator[int]:
    """A descriptor of the folder of packs, held by one run at a time; another one waits. Raises OSError."""
    with open_folder(out) as folder:
        lock = os.open(_LOCK, _LOCKING, _FILE_MODE, dir_fd=folder)  # a file: network folders lock nothing else
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield folder
        finally:
            os.close(lock)


def put_file(folder: int, name: str, raw: bytes, target: str, into: int) -> None:
    """A file that is there whole or not at all: written as a temporary ``name`` in ``folder``, then renamed.

    ``folder`` is one of packs, under its lock, so that what a killed run leaves is removed by the next; ``into`` holds
    the ``target``, which must not be there. Raises OSError.
    """
    half = f"{_MINE}{name}{_HALF}"
    _remove_leftovers(folder)
    if any(entry.path == target for entry in entries_beneath(into, deep=False)):
        raise FileExistsError(errno.EEXIST, f"{target} is there already")
    try:
        _write_file(folder, half, raw, None)
        os.rename(half, target, src_dir_fd=folder, dst_dir_fd=into)
        os.fsync(into)
    finally:
        with suppress(OSError):
            os.unlink(half, dir_fd=folder)


def _decide(out: Path, facts: Facts, files: Mapping[str, bytes], place: Place, revise: str) -> tuple[Manifest, bool]:
    """The manifest to write, or that of the pack that is there already and says the same."""
    latest = latest_of(shelf_of(out), facts.month, facts.selection)
    if latest is None:
        return manifest_of(files, facts, place), True
    was = latest.manifest.place
    same = manifest_of(files, facts, Place(place.previous, place.genesis, was.revision, was.replaces))
    faults = faults_of(latest.path)
    if same == latest.manifest and not faults:
        return same, False
    if not revise:
        what = (
            f"is broken ({faults[0]})"
            if faults
            else f"is there with other contents ({_differences(same, latest.manifest)})"
        )
        raise PantauError(
            f"{latest.path}: {what}, and a pack is never overwritten; "
            "--revise REASON makes a revision that names it as replaced"
        )
    replaces = Replaced(latest.path.name, latest.manifest.sha256, revise)
    return manifest_of(files, facts, Place(place.previous, place.genesis, was.revision + 1, replaces)), True


def _differences(new: Manifest, there: Manifest) -> str:
    """The first few paths and facts in which two manifests differ."""
    paths = sorted(new.files.keys() | there.files.keys())
    different = [path for path in paths if new.files.get(path) != there.files.get(path)]
    if new.facts != there.facts:
        different.append("facts of the manifest")
    return ", ".join(different[:4]) + (f" and {len(different) - 4} more" if len(different) > 4 else "")


def _remove_leftovers(folder: int) -> None:
    """Whatever a run that was killed left in the folder of packs; links are removed, never followed."""
    for name in os.listdir(folder):
        if name.startswith(_MINE) and name.endswith(_HALF):
            try:
                os.unlink(name, dir_fd=folder)
            except IsADirectoryError:
                shutil.rmtree(name, dir_fd=folder)


def _write(out: int, manifest: Manifest, files: Mapping[str, bytes], step: Callable[[str], None]) -> None:
    """The folder of a pack, complete, under its name."""
    half = f"{_MINE}{manifest.name}{_HALF}"
    dated_ns = _midnight_ns(manifest.facts.dated)
    try:
        os.mkdir(half, 0o700, dir_fd=out)
        with open_folder(half, out) as folder:
            for path, raw in files.items():
                step(path)
                _write_beneath(folder, path, raw, dated_ns)
            _finish_folders(folder, dated_ns)
        os.rename(half, manifest.name, src_dir_fd=out, dst_dir_fd=out)
        os.fsync(out)
    except BaseException:
        with suppress(OSError):
            _remove_leftovers(out)
        raise


def _write_beneath(folder: int, path: str, raw: bytes, dated_ns: int) -> None:
    first, _, rest = path.partition("/")
    if not rest:
        if first == MANIFEST:
            os.fsync(folder)  # the names of all others are on disk before the manifest is
        _write_file(folder, first, raw, dated_ns)
        return
    with suppress(FileExistsError):
        os.mkdir(first, 0o700, dir_fd=folder)
    with open_folder(first, folder) as inner:
        _write_beneath(inner, rest, raw, dated_ns)


def _write_file(folder: int, name: str, raw: bytes, dated_ns: int | None) -> None:
    descriptor = os.open(name, _NEW, 0o600, dir_fd=folder)
    try:
        left = memoryview(raw)
        while left:
            left = left[os.write(descriptor, left) :]
        os.fchmod(descriptor, _FILE_MODE)
        if dated_ns is not None:
            os.utime(descriptor, ns=(dated_ns, dated_ns))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _finish_folders(folder: int, dated_ns: int) -> None:
    """Mode and time of a folder and all in it, once nothing more is written into them."""
    for entry in entries_beneath(folder, deep=False):
        if entry.kind == "folder":
            with open_folder(entry.path, folder) as inner:
                _finish_folders(inner, dated_ns)
    os.fchmod(folder, _FOLDER_MODE)
    os.utime(folder, ns=(dated_ns, dated_ns))
    os.fsync(folder)


def _midnight_ns(day: date) -> int:
    """The first instant of a day in WIB, as times of files have it."""
    return instant_ms(datetime.combine(day, time(), WIB)) * 1_000_000
