"""Whether a pack is what its manifest says: names, sizes, sums, nothing missing, nothing added.

Lives here: the checks that need one folder and nothing else. Must not live here: neighbours, signatures, time stamps
(``verify``). All that is wrong is told, in Indonesian, for each is a place to look at.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from exporter.evidence.disk import Entry, digest_beneath, entries_beneath, open_folder, read_beneath
from exporter.evidence.manifest import (
    MANIFEST,
    MAX_MANIFEST_BYTES,
    PREV,
    STAMP,
    SUMS,
    FileEntry,
    Manifest,
    manifest_read,
    safe_path,
)
from exporter.plain_text import hidden_character, shown

__all__ = ["Integrity", "faults_of", "integrity_of"]


@dataclass(frozen=True, slots=True)
class Integrity:
    """What one folder is in itself."""

    manifest: Manifest | None  #: None: it cannot be read
    faults: tuple[str, ...]  #: in Indonesian; empty: it is what its manifest says


def faults_of(path: Path) -> tuple[str, ...]:
    """What is wrong with the pack in a folder, in Indonesian, empty if nothing is; never raises for what is there."""
    return integrity_of(path).faults


def integrity_of(path: Path) -> Integrity:
    """The pack in a folder, compared with its own manifest; never raises for what is there."""
    try:
        with open_folder(path) as folder:
            entries = entries_beneath(folder)
            try:
                manifest = manifest_read(read_beneath(folder, MANIFEST, MAX_MANIFEST_BYTES))
            except (OSError, ValueError) as error:
                reason = getattr(error, "strerror", None) or str(error)
                return Integrity(None, (f"{MANIFEST}: {reason}", *_faults_of_names(entries)))
            return Integrity(manifest, tuple(_faults(folder, entries, manifest)))
    except OSError as error:
        return Integrity(None, (f"{path}: {error.strerror}",))


def _faults(folder: int, entries: list[Entry], manifest: Manifest) -> Iterator[str]:
    yield from _faults_of_names(entries)
    files = {entry.path for entry in entries if entry.kind == "file"}
    expected = {*manifest.files, MANIFEST, SUMS}
    folders = {"/".join(path.split("/")[:depth]) for path in expected for depth in range(1, path.count("/") + 1)}
    yield from (f"{path}: tidak ada" for path in sorted(expected - files))
    yield from (f"{_plain(path)}: tidak tercantum dalam {MANIFEST}" for path in sorted(files - expected - {STAMP}))
    yield from (
        f"{_plain(entry.path)}/: tidak tercantum dalam {MANIFEST}"
        for entry in entries
        if entry.kind == "folder" and entry.path not in folders
    )
    for path, entry in sorted(manifest.files.items()):
        if path in files:
            yield from _fault_of_file(folder, path, entry)
    if SUMS in files and not _holds(folder, SUMS, manifest.sums):
        yield f"{SUMS}: tidak sama dengan {MANIFEST}"
    if PREV in files and not _holds(folder, PREV, manifest.prev):
        yield f"{PREV}: tidak sama dengan {MANIFEST}"


def _faults_of_names(entries: list[Entry]) -> Iterator[str]:
    for entry in entries:
        if not safe_path(entry.path):
            yield f"{_plain(entry.path)}: nama tidak aman"
        if entry.kind == "link":
            yield f"{_plain(entry.path)}: tautan simbolik, bukan berkas"
        if entry.kind == "other":
            yield f"{_plain(entry.path)}: bukan berkas biasa"


def _fault_of_file(folder: int, path: str, entry: FileEntry) -> Iterator[str]:
    try:
        size, digest = digest_beneath(folder, path)
    except OSError as error:
        yield f"{path}: tidak dapat dibaca ({error.strerror})"
        return
    if size != entry.size_bytes:
        yield f"{path}: ukuran {size} bita, seharusnya {entry.size_bytes}"
    elif digest != entry.sha256:
        yield f"{path}: isi berubah (SHA-256 tidak cocok)"


def _holds(folder: int, path: str, expected: bytes) -> bool:
    try:
        return read_beneath(folder, path, len(expected)) == expected
    except OSError:
        return False


def _plain(path: str) -> str:
    """A name as a terminal may show it."""
    return shown(path) if hidden_character(path) is not None else path
