"""From a path to a checked ledger of corrections, for the pack and for ``pantau check``.

Lives here: the one way to load it. Must not live here: opening files (``files``), judging entries (``ledger_entries``,
``ledger_checks``), what they change (``accounting``). A load is whole or not at all.
"""

from __future__ import annotations

import codecs
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from exporter.errors import LedgerError, Problem
from exporter.evidence.ledger_checks import problems_of, warnings_of
from exporter.evidence.ledger_entries import LedgerEntries, entries_of
from exporter.evidence.ledger_model import Ledger, MonthNote
from exporter.files import Configuration, Purpose, SourceFile, read_configuration
from exporter.model import Inventory
from exporter.strict_yaml import parse_document

__all__ = ["LoadedLedger", "load_ledger", "read_ledger"]

_PURPOSE = Purpose(
    "the corrections",
    "the path that --corrections names",
    "what contracts are charged with",
    "keep each year in a folder of its own, and name that of the month",
)


@dataclass(frozen=True, slots=True)
class LoadedLedger:
    """A ledger, and what its owner should look at all the same."""

    ledger: Ledger
    warnings: tuple[Problem, ...]


def load_ledger(path: Path | None) -> Ledger:
    """The ledger at ``path``, a file or a folder of ``.yml`` and ``.yaml`` files; None: there is none, and it is empty.

    Raises LedgerError with every problem of every file; never anything else for what ``path`` can be.
    """
    if path is None:
        return Ledger()
    read, entries = _read(path)
    return _ledger(read, entries)


def read_ledger(path: Path, inventory: Inventory) -> LoadedLedger:
    """As ``load_ledger``, with warnings of what does not go together with ``inventory``."""
    read, entries = _read(path)
    return LoadedLedger(_ledger(read, entries), (*read.warnings, *warnings_of(entries, inventory)))


def _read(path: Path) -> tuple[Configuration, LedgerEntries]:
    """What was read, if nothing is wrong with it. Raises LedgerError."""
    read = read_configuration(path, _PURPOSE)
    entries = entries_of([parse_document(each.raw, each.path) for each in read.files])
    problems = [*read.problems, *entries.problems, *problems_of(entries)]
    if problems:
        raise LedgerError(list(set(problems)))
    return read, entries


def _ledger(read: Configuration, entries: LedgerEntries) -> Ledger:
    corrections = [each.record.correction(each.place) for each in entries.records["corrections"]]
    notes = [each.record.note() for each in entries.records["notes"]]
    return Ledger(
        tuple(sorted(corrections, key=lambda each: (each.start_ms, each.link, each.id))),
        tuple(sorted(notes, key=_order)),
        read.digest,
        _joined(read.files),
    )


def _order(note: MonthNote) -> tuple[object, ...]:
    kinds = list(type(note.note.kind))
    return (note.month, kinds.index(note.note.kind), note.note.id)


def _joined(files: Sequence[SourceFile]) -> bytes:
    """One file as it is; several as documents of one stream, each begun with a line that names its file."""
    if len(files) == 1:
        return files[0].raw
    parts = []
    for each in files:
        text = each.raw.removeprefix(codecs.BOM_UTF8)  # within a stream it would be a character
        parts += [f"--- # {PurePath(each.path).name}\n".encode(), text, b"" if text.endswith(b"\n") else b"\n"]
    return b"".join(parts)
