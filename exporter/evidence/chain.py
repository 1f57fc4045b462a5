"""The packs that stand beside each other in one folder: which there are, and what a new one goes on from.

Lives here: finding packs and choosing the place of a new one. Must not live here: writing (``folder``), the sums of
files (``verify``). A pack is what its manifest says, not what its folder is called; one that contradicts itself, or
that cannot be read, is never passed over in silence.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from exporter.errors import PantauError
from exporter.evidence.disk import entries_beneath, open_folder, read_beneath
from exporter.evidence.integrity import faults_of
from exporter.evidence.manifest import MANIFEST, MAX_MANIFEST_BYTES, Manifest, Place, Previous, manifest_read
from exporter.evidence.period import Month

__all__ = ["FIRST", "Broken", "Pack", "Shelf", "file_of", "latest_of", "place_of", "shelf_of"]

_AWAY = "put it back from a copy, or move it away"
_ANEW = f"{_AWAY}, or begin a new chain with --genesis REASON"

#: How packs are called; copies that somebody put beside them under other names are not looked at.
_NAME = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])(?:-r[1-9][0-9]*)?(?:_[a-z][a-z0-9.-]*)?")

#: Why a pack has none before it, where nobody gave a reason.
FIRST = "paket pertama dalam folder ini"


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack whose manifest could be read."""

    path: Path
    manifest: Manifest


@dataclass(frozen=True, slots=True)
class Broken:
    """A folder that is named like a pack, and is none."""

    path: Path
    why: str  #: in Indonesian


@dataclass(frozen=True, slots=True)
class Shelf:
    """What is in a folder of packs."""

    packs: tuple[Pack, ...]  #: by month, selection and revision
    broken: tuple[Broken, ...]


def shelf_of(out: Path) -> Shelf:
    """All packs in a folder; none where it is not there. Raises PantauError when it cannot be listed."""
    packs, broken = [], []
    try:
        with open_folder(out) as folder:
            for name in sorted(_candidates(folder)):
                try:
                    packs.append(Pack(out / name, _manifest_in(folder, name)))
                except (OSError, ValueError) as error:
                    broken.append(Broken(out / name, getattr(error, "strerror", None) or str(error)))
    except FileNotFoundError:
        return Shelf((), ())
    except OSError as error:
        raise PantauError(f"--out {out}: cannot be listed ({error.strerror}); check the path") from error
    return Shelf(tuple(sorted(packs, key=_order)), tuple(broken))


def latest_of(shelf: Shelf, month: Month, selection: str) -> Pack | None:
    """The last revision of a month's pack, None without one.

    Raises PantauError where a folder of that month and selection is broken: it may be the last revision.
    """
    _refuse_broken(shelf.broken, month, selection, _AWAY)
    packs = [p for p in shelf.packs if (p.manifest.facts.month, p.manifest.facts.selection) == (month, selection)]
    return packs[-1] if packs else None


def place_of(shelf: Shelf, month: Month, selection: str, *, genesis: str = "") -> Place:
    """What the pack of a month goes on from: the last revision of the latest earlier month of the same selection.

    ``genesis`` is a person's reason to begin a new chain. Raises PantauError, with that remedy, where an earlier pack
    is broken.
    """
    if genesis:
        return Place(None, genesis)
    months = {pack.manifest.facts.month for pack in shelf.packs if pack.manifest.facts.selection == selection}
    earlier = [each for each in months if each < month]
    floor = max(earlier, default=Month(2000, 1))
    for each in shelf.broken:
        found = _month_of(each.path.name)
        if found is not None and floor <= found < month:
            _refuse_broken((each,), found, selection, _ANEW)
    if not earlier:
        return Place(None, FIRST)
    before = latest_of(shelf, floor, selection)
    assert before is not None
    faults = faults_of(before.path)
    if faults:
        raise PantauError(_refusal(before.path, faults[0], _ANEW))
    return Place(Previous(before.path.name, before.manifest.sha256), "")


def file_of(pack: Pack, path: str) -> bytes:
    """One file of a pack, as its manifest has it. Raises PantauError when it is another one by now."""
    entry = pack.manifest.files.get(path)
    try:
        with open_folder(pack.path) as folder:
            raw = read_beneath(folder, path, entry.size_bytes) if entry is not None else b""
    except OSError as error:
        raise PantauError(_refusal(pack.path, f"{path}: {error.strerror}", _AWAY)) from error
    if entry is None or hashlib.sha256(raw).hexdigest() != entry.sha256:
        raise PantauError(_refusal(pack.path, f"{path} tidak seperti dalam {MANIFEST}", _AWAY))
    return raw


def _refuse_broken(broken: Iterable[Broken], month: Month, selection: str, remedy: str) -> None:
    for each in broken:
        stem, _, selected = each.path.name.partition("_")
        if selected == selection.replace(" ", "-") and _month_of(stem) == month:
            raise PantauError(_refusal(each.path, each.why, remedy))


def _refusal(path: Path, why: str, remedy: str) -> str:
    return f"{path}: this pack is broken ({why}); {remedy}"


def _month_of(name: str) -> Month | None:
    """The month that a name begins with, None if it does with none."""
    try:
        return Month.parse(name[:7])
    except ValueError:
        return None


def _candidates(folder: int) -> list[str]:
    """What in an open folder is named like a pack, and is no single file."""
    entries = entries_beneath(folder, deep=False)
    return [each.path for each in entries if each.kind != "file" and _NAME.fullmatch(each.path)]


def _manifest_in(out: int, name: str) -> Manifest:
    with open_folder(name, out) as folder:
        manifest = manifest_read(read_beneath(folder, MANIFEST, MAX_MANIFEST_BYTES))
    if manifest.name != name:
        raise ValueError(f"isinya paket {manifest.name}")
    return manifest


def _order(pack: Pack) -> tuple[Month, str, int]:
    return pack.manifest.facts.month, pack.manifest.facts.selection, pack.manifest.place.revision
