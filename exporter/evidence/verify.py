"""Whether a pack is valid: by itself, in its chain, signed and stamped.

Lives here: the order of the checks, and those that look at neighbours. Must not live here: printing, the network,
writing. All findings are told, and nothing in the folder can make this raise. Only the standard library is needed; what
the optional packages would check is told as not checked when they are missing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from exporter.errors import PantauError
from exporter.evidence.chain import Shelf, shelf_of
from exporter.evidence.disk import open_folder, read_beneath
from exporter.evidence.finding import Finding, Weight, bad, good, note
from exporter.evidence.integrity import integrity_of
from exporter.evidence.manifest import MANIFEST, MAX_MANIFEST_BYTES, STAMP, Manifest, manifest_read
from exporter.evidence.signed import signed_findings
from exporter.indonesian import day_short, month_name, number

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

__all__ = ["Verified", "verify"]

_MAX_STAMP_BYTES = 256 * 1024
_MAX_PDF_BYTES = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Verified:
    """The answer."""

    findings: tuple[Finding, ...]

    @property
    def valid(self) -> bool:
        """Whether nothing is wrong; notes are no fault."""
        return all(each.weight is not Weight.BAD for each in self.findings)


def verify(
    folder: Path,
    signed: tuple[str, bytes] | None = None,
    *,
    previous: Path | None = None,
    authority: list[Certificate] | None = None,
) -> Verified:
    """Everything that is to be said of the pack in a folder, offline; never raises for what the folder holds.

    ``signed``: name and bytes of a PDF that somebody signed. ``previous``: the pack before this one, where it does not
    lie beside it. ``authority``: certificates by which a time stamp is believed.
    """
    return Verified(tuple(_findings(folder, signed, previous, authority or [])))


def _findings(
    folder: Path, signed: tuple[str, bytes] | None, previous: Path | None, authority: list[Certificate]
) -> Iterator[Finding]:
    found = integrity_of(folder)
    yield from (bad(fault) for fault in found.faults)
    manifest = found.manifest
    if manifest is None:
        if signed is not None:
            yield note(f"{signed[0]}: tidak diperiksa, karena {MANIFEST} tidak dapat dipercaya")
        return
    if not found.faults:
        yield good(f"isi: {number(len(manifest.files) + 2)} berkas, semuanya cocok dengan {MANIFEST}")
    yield note(_title(manifest))
    yield note(f"SHA-256 {MANIFEST}: {manifest.sha256}")
    if folder.resolve().name != manifest.name:
        yield note(f"nama folder bukan {manifest.name}")
    yield from _neighbours(folder, manifest, previous)
    yield from _stamp(folder, manifest, authority)
    if signed is not None:
        yield from signed_findings(_pdfs(folder, manifest), signed[1], signed[0])


def _title(manifest: Manifest) -> str:
    facts = manifest.facts
    status = f"nomor {facts.number}" if facts.number else "DRAF, belum bernomor"
    revision = f", revisi {manifest.place.revision}" if manifest.place.revision > 1 else ""
    return (
        f"paket {month_name(facts.month.first)}, {facts.selection or 'seluruh inventaris'}{revision}, {status}, "
        f"tertanggal {day_short(facts.dated)}"
    )


def _neighbours(folder: Path, manifest: Manifest, previous: Path | None) -> Iterator[Finding]:
    try:
        shelf = shelf_of(folder.resolve().parent)
    except PantauError as error:
        yield note(f"paket lain tidak dapat dilihat: {error}")
        shelf = Shelf((), ())
    yield from _chain(shelf, manifest, previous)
    yield from _replaced(shelf, manifest)
    yield from _named_by_others(shelf, manifest)


def _chain(shelf: Shelf, manifest: Manifest, previous: Path | None) -> Iterator[Finding]:
    """Back from pack to pack, each manifest compared with what the next one says of it."""
    beside = _beside(shelf)
    steps, here = [manifest.name], manifest
    while here.place.previous is not None:
        before = here.place.previous
        path = previous if previous is not None and here is manifest else beside.get(before.name)
        if path is None:
            where = "; sebutkan foldernya dengan --previous" if here is manifest else ""
            yield note(f"rantai: paket {before.name} tidak ada di sebelahnya, tidak diperiksa{where}")
            break
        raw = _manifest_bytes(path)
        if raw is None or hashlib.sha256(raw).hexdigest() != before.manifest_sha256:
            yield bad(f"rantai: {MANIFEST} paket {before.name} bukan yang dicatat oleh paket {here.name}")
            break
        try:
            earlier = manifest_read(raw)
        except ValueError as error:
            yield bad(f"rantai: {MANIFEST} paket {before.name}: {error}")
            break
        if not (earlier.facts.month < here.facts.month and earlier.facts.selection == here.facts.selection):
            yield bad(f"rantai: paket {before.name} bukan paket sebelum {here.name}")
            break
        if earlier.facts.month != here.facts.month.previous:
            yield note(f"rantai: antara paket {before.name} dan {here.name} ada bulan tanpa paket")
        steps.append(earlier.name)
        here = earlier
    else:
        yield note(f"rantai: bermula pada paket {here.name}, karena: {here.place.genesis}")
    if len(steps) > 1:
        yield good(f"rantai: {' ← '.join(steps[:13])}" + (f" dan {len(steps) - 13} lainnya" if len(steps) > 13 else ""))


def _beside(shelf: Shelf) -> dict[str, Path]:
    """The folders on a shelf, by name, broken ones too."""
    return {pack.path.name: pack.path for pack in shelf.packs} | {each.path.name: each.path for each in shelf.broken}


def _replaced(shelf: Shelf, manifest: Manifest) -> Iterator[Finding]:
    replaces = manifest.place.replaces
    if replaces is None:
        return
    path = _beside(shelf).get(replaces.name)
    if path is None:
        yield note(f"revisi: menggantikan {replaces.name} yang tidak ada di sebelahnya, karena: {replaces.reason}")
        return
    raw = _manifest_bytes(path)
    if raw is None or hashlib.sha256(raw).hexdigest() != replaces.manifest_sha256:
        yield bad(f"revisi: {MANIFEST} paket {replaces.name} bukan yang digantikan oleh {manifest.name}")
    else:
        yield good(f"revisi: menggantikan {replaces.name}, karena: {replaces.reason}")


def _named_by_others(shelf: Shelf, manifest: Manifest) -> Iterator[Finding]:
    """What later packs and revisions say of this one: whoever changes a pack would have to change them too."""
    for pack in shelf.packs:
        replaces, before = pack.manifest.place.replaces, pack.manifest.place.previous
        for named in (each for each in (replaces, before) if each is not None and each.name == manifest.name):
            if named.manifest_sha256 != manifest.sha256:
                yield bad(f"rantai: paket {pack.path.name} mencatat {MANIFEST} yang lain untuk {manifest.name}")
            elif named is replaces:
                yield note(f"revisi: paket ini digantikan oleh {pack.path.name}, karena: {replaces.reason}")
            else:
                yield good(f"rantai: dicatat oleh paket {pack.path.name}")


def _stamp(folder: Path, manifest: Manifest, authority: list[Certificate]) -> Iterator[Finding]:
    try:
        with open_folder(folder) as descriptor:
            raw = read_beneath(descriptor, STAMP, _MAX_STAMP_BYTES)
    except FileNotFoundError:
        missing = f"{STAMP}: tidak ada, paket belum diberi stempel waktu"
        yield bad(f"{missing}, padahal --authority memintanya") if authority else note(missing)
        return
    except OSError as error:
        yield bad(f"{STAMP}: tidak dapat dibaca ({error.strerror})")
        return
    try:
        from exporter.evidence.timestamp import stamp_findings  # noqa: PLC0415 - checks need no other package but this
    except ImportError:
        yield note(f"{STAMP}: tidak diperiksa; untuk memeriksanya: pip install 'pantau-opd[evidence]'")
        return
    yield from stamp_findings(manifest.raw, raw, authority)


def _pdfs(folder: Path, manifest: Manifest) -> dict[str, bytes]:
    """The PDF files of a pack that are what the manifest says."""
    found = {}
    for path, entry in manifest.files.items():
        if path.endswith(".pdf"):
            try:
                with open_folder(folder) as descriptor:
                    raw = read_beneath(descriptor, path, min(entry.size_bytes, _MAX_PDF_BYTES))
            except OSError:
                continue
            if hashlib.sha256(raw).hexdigest() == entry.sha256:
                found[path] = raw
    return found


def _manifest_bytes(path: Path) -> bytes | None:
    try:
        with open_folder(path) as folder:
            return read_beneath(folder, MANIFEST, MAX_MANIFEST_BYTES)
    except OSError:
        return None
