"""What a pack says of itself: MANIFEST.json, SHA256SUMS and PREV, as values and as bytes.

Lives here: the three forms, their one spelling, and reading a manifest back. Must not live here: files, folders, the
present time. One manifest has one sequence of bytes, so that whoever has its SHA-256 has all the files (failures.md
5.1). ``sha256sum -c SHA256SUMS`` checks the pack, and ``sha256sum -c PREV`` the pack before it, without this program.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from exporter.errors import PantauError
from exporter.evidence.period import Month
from exporter.plain_text import hidden_character

__all__ = [
    "MANIFEST",
    "MAX_MANIFEST_BYTES",
    "MAX_TEXT",
    "PREV",
    "STAMP",
    "SUMS",
    "Facts",
    "FileEntry",
    "Manifest",
    "Place",
    "Previous",
    "Replaced",
    "complete",
    "manifest_of",
    "manifest_read",
    "pack_name",
    "safe_path",
]

MANIFEST, SUMS, PREV = "MANIFEST.json", "SHA256SUMS", "PREV"

#: The time stamp over the manifest; it comes later, so nothing lists it.
STAMP = "MANIFEST.tsr"

#: 200 contracts and 40 tables are some 60 kB.
MAX_MANIFEST_BYTES = 4 * 1024 * 1024

#: Characters of a number or a reason.
MAX_TEXT = 1000

_SCHEMA = 1
_RESERVED = {name.casefold() for name in (MANIFEST, SUMS, PREV, STAMP)}
_PART = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,126}[A-Za-z0-9_-])?")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_SELECTION = re.compile(r"(?:[a-z]+ [a-z0-9][a-z0-9.-]{0,62})?")
_MAX_DEPTH = 4


@dataclass(frozen=True, slots=True)
class Facts:
    """What the pack is about, and what made it."""

    month: Month
    selection: str  #: e.g. "opd dinkes"; empty: the whole inventory
    number: str  #: of the letter; empty: it is a draft
    dated: date  #: the report's
    inventory_sha256: str
    ledger_sha256: str  #: empty: there is no ledger
    software: Mapping[str, str]  #: name to version
    lock_sha256: str = ""  #: of the lock file; empty: not known


@dataclass(frozen=True, slots=True)
class Previous:
    """The pack that the chain goes on from."""

    name: str
    manifest_sha256: str


@dataclass(frozen=True, slots=True)
class Replaced:
    """The revision that this one is made instead of."""

    name: str
    manifest_sha256: str
    reason: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where a pack stands among others: which revision it is, and what it goes on from."""

    previous: Previous | None
    genesis: str  #: why nothing is before it; empty: something is
    revision: int = 1
    replaces: Replaced | None = None


@dataclass(frozen=True, slots=True)
class FileEntry:
    """One file."""

    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """The whole manifest; ``raw`` is the only way to write it."""

    facts: Facts
    place: Place
    files: Mapping[str, FileEntry] = field(default_factory=dict)  #: PREV included

    @property
    def name(self) -> str:
        """The name of its folder."""
        return pack_name(self.facts.month, self.facts.selection, self.place.revision)

    @property
    def raw(self) -> bytes:
        """MANIFEST.json: UTF-8, keys sorted, two spaces, one line feed at the end."""
        return (json.dumps(_document(self), ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()

    @property
    def sha256(self) -> str:
        """What others quote."""
        return hashlib.sha256(self.raw).hexdigest()

    @property
    def sums(self) -> bytes:
        """SHA256SUMS: every file and the manifest, by name, as ``sha256sum`` prints them."""
        lines = {path: each.sha256 for path, each in self.files.items()} | {MANIFEST: self.sha256}
        return "".join(f"{digest}  {path}\n" for path, digest in sorted(lines.items())).encode()

    @property
    def prev(self) -> bytes:
        """PREV: the line of ``sha256sum`` for the manifest of the pack before; or why there is none."""
        return _prev(self.place)


def pack_name(month: Month, selection: str, revision: int) -> str:
    """``2026-10``, ``2026-10-r2``, ``2026-10_opd-dinkes``, ``2026-10-r2_opd-dinkes``.

    The revision stands before the selection: an id may itself end in ``-r2``.
    """
    revised = f"-r{revision}" if revision > 1 else ""
    selected = f"_{selection.replace(' ', '-')}" if selection else ""
    return f"{month}{revised}{selected}"


def safe_path(path: str) -> bool:
    """Whether a path is one for a pack: plain ASCII parts that no system and no shell takes for something else."""
    parts = path.split("/")
    return len(parts) <= _MAX_DEPTH and all(_PART.fullmatch(part) for part in parts)


def manifest_of(files: Mapping[str, bytes], facts: Facts, place: Place) -> Manifest:
    """The manifest of a pack with these files, to which PREV is added.

    Raises PantauError for a path that is not safe or is ours, for two that differ in case only, and for facts that
    cannot be written.
    """
    _check_paths(files)
    every = {**files, PREV: _prev(place)}
    entries = {path: FileEntry(len(raw), hashlib.sha256(raw).hexdigest()) for path, raw in sorted(every.items())}
    manifest = Manifest(facts, place, entries)
    try:
        manifest_read(manifest.raw)
    except ValueError as error:
        raise PantauError(f"the manifest cannot be written: {error}") from error
    return manifest


def complete(files: Mapping[str, bytes], manifest: Manifest) -> dict[str, bytes]:
    """All files of a pack, in the order in which they are written: the sums and the manifest last."""
    every = {**dict(sorted(files.items())), PREV: manifest.prev}
    return every | {SUMS: manifest.sums, MANIFEST: manifest.raw}


def manifest_read(raw: bytes) -> Manifest:
    """The manifest in these bytes. Raises ValueError unless they are the one spelling of a manifest of this schema."""
    if len(raw) > MAX_MANIFEST_BYTES:
        raise ValueError(f"lebih dari {MAX_MANIFEST_BYTES} bita")
    try:
        document = json.loads(raw)
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise ValueError("bukan JSON UTF-8") from error
    if not isinstance(document, dict) or document.get("schema") != _SCHEMA:
        raise ValueError(f"bukan manifes dengan skema {_SCHEMA}")
    manifest = Manifest(_facts(document), _place(document), _files(document))
    if manifest.raw != raw:
        raise ValueError("tidak dalam bentuk baku")
    if not {PREV} <= manifest.files.keys():
        raise ValueError(f"{PREV} tidak tercantum")
    return manifest


def _prev(place: Place) -> bytes:
    if place.previous is None:
        return f"genesis: {place.genesis}\n".encode()
    return f"{place.previous.manifest_sha256}  ../{place.previous.name}/{MANIFEST}\n".encode()


def _check_paths(files: Mapping[str, bytes]) -> None:
    seen: dict[str, tuple[str, bool]] = {}  # as systems that ignore case have it, to its spelling and whether a folder
    for path in sorted(files):
        if not safe_path(path):
            raise PantauError(f"{path!r} is no name for a file of a pack; use letters, digits, '.', '_' and '-'")
        if path.casefold() in _RESERVED:
            raise PantauError(f"{path!r} is written by the pack itself; choose another name")
        folders = ["/".join(path.split("/")[:depth]) for depth in range(1, path.count("/") + 1)]
        for each in ((path, False), *((folder, True) for folder in folders)):
            if seen.setdefault(each[0].casefold(), each) != each:
                raise PantauError(f"{path!r} and another name differ in case only, or are file and folder; rename one")


def _document(manifest: Manifest) -> dict[str, Any]:
    facts, place = manifest.facts, manifest.place
    replaces = place.replaces
    return {
        "schema": _SCHEMA,
        "month": str(facts.month),
        "selection": facts.selection,
        "revision": place.revision,
        "replaces": None
        if replaces is None
        else {"name": replaces.name, "manifest_sha256": replaces.manifest_sha256, "reason": replaces.reason},
        "status": "numbered" if facts.number else "draft",
        "number": facts.number,
        "dated": facts.dated.isoformat(),
        "prev_name": place.previous.name if place.previous else None,
        "prev_manifest_sha256": place.previous.manifest_sha256 if place.previous else None,
        "genesis": None if place.previous else place.genesis,
        "inventory_sha256": facts.inventory_sha256,
        "ledger_sha256": facts.ledger_sha256,
        "lock_sha256": facts.lock_sha256,
        "software": dict(facts.software),
        "files": {path: {"size": each.size_bytes, "sha256": each.sha256} for path, each in manifest.files.items()},
    }


def _facts(document: dict[str, Any]) -> Facts:
    selection = _text(document, "selection")
    if not _SELECTION.fullmatch(selection):
        raise ValueError(f"selection {selection!r} tidak dikenal")
    software = document.get("software")
    if not isinstance(software, dict):
        raise ValueError("software tidak ada")  # noqa: TRY004 - one kind of error for a reader
    try:
        month, dated = Month.parse(_text(document, "month")), date.fromisoformat(_text(document, "dated"))
    except ValueError as error:
        raise ValueError("month atau dated salah") from error
    return Facts(
        month=month,
        selection=selection,
        number=_text(document, "number"),
        dated=dated,
        inventory_sha256=_digest(document, "inventory_sha256", empty=True),
        ledger_sha256=_digest(document, "ledger_sha256", empty=True),
        software={name: _text(software, name) for name in software},
        lock_sha256=_digest(document, "lock_sha256", empty=True),
    )


def _place(document: dict[str, Any]) -> Place:
    previous, replaces, genesis = None, None, ""
    if document.get("prev_name") is not None:
        previous = Previous(_name(document, "prev_name"), _digest(document, "prev_manifest_sha256"))
    else:
        genesis = _text(document, "genesis")
        if not genesis.strip():
            raise ValueError("tanpa paket sebelumnya dan tanpa alasan (genesis)")
    revision, replaced = document.get("revision"), document.get("replaces")
    if type(revision) is not int or revision < 1 or (revision > 1) != isinstance(replaced, dict):
        raise ValueError("revision dan replaces tidak cocok")
    if isinstance(replaced, dict):
        reason = _text(replaced, "reason")
        if not reason.strip():
            raise ValueError("revisi tanpa alasan")
        replaces = Replaced(_name(replaced, "name"), _digest(replaced, "manifest_sha256"), reason)
    return Place(previous, genesis, revision, replaces)


def _files(document: dict[str, Any]) -> dict[str, FileEntry]:
    files = document.get("files")
    if not isinstance(files, dict):
        raise ValueError("files tidak ada")  # noqa: TRY004 - one kind of error for a reader
    found: dict[str, FileEntry] = {}
    for path, entry in files.items():
        if not safe_path(path) or (path.casefold() in _RESERVED and path != PREV):
            raise ValueError(f"nama berkas {path!r} tidak aman")
        if not isinstance(entry, dict) or type(entry.get("size")) is not int or entry["size"] < 0:
            raise ValueError(f"ukuran {path} tidak ada")
        found[path] = FileEntry(entry["size"], _digest(entry, "sha256"))
    return found


def _text(document: dict[str, Any], key: str) -> str:
    value = document.get(key)
    if not isinstance(value, str) or len(value) > MAX_TEXT or hidden_character(value) is not None:
        raise ValueError(f"{key} bukan teks satu baris")
    return value


def _digest(document: dict[str, Any], key: str, *, empty: bool = False) -> str:
    value = _text(document, key)
    if not (_SHA256.fullmatch(value) or (empty and not value)):
        raise ValueError(f"{key} bukan SHA-256")
    return value


def _name(document: dict[str, Any], key: str) -> str:
    value = _text(document, key)
    if not _PART.fullmatch(value):
        raise ValueError(f"{key} bukan nama paket")
    return value
