"""The entries of a ledger's documents: each one checked by itself, with the place where it stands.

Lives here: walking the two lists. Must not live here: rules about more than one entry (``ledger_checks``), files
(``ledger``). An entry that is refused does not stop the others, so that everything wrong is told at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from exporter.errors import Problem
from exporter.evidence.ledger_schema import SECTIONS
from exporter.plain_text import shown
from exporter.quantities import is_reference
from exporter.refusals import Remedies, meant, record_of
from exporter.strict_yaml import Document, Path

__all__ = ["MAX_PROBLEMS_TOLD", "LedgerEntries", "LedgerEntry", "entries_of"]

#: Problems after which no further entry is read, as of an inventory.
MAX_PROBLEMS_TOLD = 1_000

_SEE = "see docs/corrections.md"
_REMEDIES = Remedies(_SEE)
_NOUNS = {"corrections": "correction", "notes": "note"}
_TOP_KEYS = ("version", *SECTIONS)


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """A record that is right by itself, and where it stands."""

    section: str
    record: Any  #: the model of its section
    document: Document
    path: Path

    @property
    def place(self) -> str:
        """Its file's name, without the folder, and its line: the same wherever the ledger is read."""
        return f"{PurePath(self.document.file).name}:{self.document.line_of(self.path)}"

    def problem(self, key: str, message: str, remedy: str) -> Problem:
        """A problem of this entry, at the line of ``key``."""
        who = f"{_NOUNS[self.section]} {self.record.id}"
        line = self.document.line_of((*self.path, key))
        return Problem(self.document.file, line, f"{who}, {key}: {message}", remedy)


@dataclass(slots=True)
class LedgerEntries:
    """Everything the documents hold."""

    records: dict[str, list[LedgerEntry]] = field(default_factory=lambda: {section: [] for section in SECTIONS})
    problems: list[Problem] = field(default_factory=list)


def entries_of(documents: Sequence[Document]) -> LedgerEntries:
    """What ``documents`` hold, and everything wrong with a document or an entry by itself."""
    found = LedgerEntries()
    for document in documents:
        found.problems += document.problems
        if isinstance(document.value, dict):
            _read(document, found)
        elif document.value is not None:
            remedy = f"begin with version: 1; {_SEE}"
            found.problems.append(Problem(document.file, document.line_of(()), "the file holds no keys", remedy))
    return found


def _read(document: Document, found: LedgerEntries) -> None:
    def add(path: Path, message: str, remedy: str) -> None:
        found.problems.append(Problem(document.file, document.line_of(path), message, remedy))

    version = document.value.get("version", "")
    if version is not None and version != "1":
        message = "the version is missing" if version == "" else "the version is not 1"
        add(("version",), message, "write version: 1 at the top of each file")
    for key, items in document.value.items():
        if key not in _TOP_KEYS:
            add((key,), f"unknown key {shown(key)}", meant(key, _TOP_KEYS))
        elif key != "version" and isinstance(items, list):
            for place in range(len(items)):
                if len(found.problems) >= MAX_PROBLEMS_TOLD:
                    add((key, place), "too many problems; the rest was not looked at", "mend those above first")
                    return
                _read_item(document, (key, place), found)
        elif key != "version" and items is not None:
            message = f"{key} is empty" if items == "" else f"{key} is not a list"
            add((key,), message, f"write its entries below it, each begun with -, or remove the key; {_SEE}")


def _read_item(document: Document, path: tuple[str, int], found: LedgerEntries) -> None:
    section, place = path
    item = document.value[section][place]
    if item is None:  # refused before, and told
        return
    name = item.get("id") if isinstance(item, dict) else None
    known = isinstance(name, str) and is_reference(name)
    who = f"{_NOUNS[section]} {name}" if known else f"{section}, entry {place + 1}"
    record, problems = record_of(SECTIONS[section], document, path, who, _REMEDIES)
    found.problems += problems
    if record is not None:
        found.records[section].append(LedgerEntry(section, record, document, path))
