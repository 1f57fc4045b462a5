"""The entries of a document: each one checked by itself, with the place where it stands.

Lives here: walking the sections, and turning what the schema refuses into problems with a line and a
remedy. Must not live here: rules about more than one entry (``consistency``), files. An entry that is
refused does not stop the others, so that everything wrong is told at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from exporter.errors import Problem
from exporter.plain_text import MAX_SHOWN, shown
from exporter.quantities import is_reference
from exporter.refusals import Remedies, meant, record_of
from exporter.schema import SECTIONS, DefaultsRecord, EvidenceRecord, Record
from exporter.schema_contacts import HelpdeskRecord
from exporter.schema_probes import PROBE_RECORDS, probe_record
from exporter.strict_yaml import Document, Path

__all__ = ["MAX_PROBLEMS_TOLD", "NAMING_KEYS", "Claim", "Entries", "Entry", "entries_of"]

_R = TypeVar("_R", bound=Record)

#: What one entry of a section is called.
_NOUNS = {
    "opd": "opd",
    "providers": "provider",
    "contracts": "contract",
    "sites": "site",
    "links": "link",
    "reference_targets": "reference target",
    "calendars": "calendar",
    "holidays": "holiday",
    "maintenance": "maintenance",
    "kabkota": "kabkota",
    "credentials": "credentials",
    "probes": "probe",
    "site_classes": "site class",
}

#: The key by which an entry is known, where that is not its id.
NAMING_KEYS = {"kabkota": "code", "holidays": "date"}

#: Problems after which no further entry is read. Two of each link of the province still fit; what has more
#: is another kind of file, or made to keep us busy.
MAX_PROBLEMS_TOLD = 1_000

_TOP_KEYS = {"version": None, "defaults": None, "evidence": None, "helpdesk": None, **SECTIONS}.keys()

_SEE = "see docs/inventory.md"


@dataclass(frozen=True, slots=True)
class Claim:
    """An id as it was written, whether or not the rest of its entry is right."""

    section: str
    id: str
    document: Document
    path: Path

    @property
    def who(self) -> str:
        """What a person calls it: ``link dinkes-1``."""
        plain = self.id.isascii() and self.id.isprintable() and len(self.id) <= MAX_SHOWN
        return f"{_NOUNS[self.section]} {self.id if plain else shown(self.id)}"

    def names(self, key: str) -> list[str]:
        """The ids or codes that stand under ``key``; without those that the schema refuses."""
        value = self.document.value[self.path[0]][self.path[1]].get(key, [])
        written = value if isinstance(value, list) else [value]
        return [name for name in written if isinstance(name, str) and is_reference(name)]

    def problem(self, key: str, message: str, remedy: str) -> Problem:
        """A problem of this entry, at the line of ``key``, which may lie deeper: ``periods.1.to``, counted from 1."""
        parts = (int(part) - 1 if part.isdigit() else part for part in key.split("."))
        line = self.document.line_of((*self.path, *parts))
        return Problem(self.document.file, line, f"{self.who}, {key}: {message}", remedy)

    def __str__(self) -> str:
        """Where it stands: ``links.yml:12``."""
        return f"{self.document.file}:{self.document.line_of(self.path)}"


@dataclass(frozen=True, slots=True)
class Entry:
    """A record that is right by itself, and whose it is."""

    claim: Claim
    record: Any  #: the model of its section


@dataclass(slots=True)
class Entries:
    """Everything the documents hold."""

    records: dict[str, list[Entry]] = field(default_factory=lambda: {section: [] for section in SECTIONS})
    claims: list[Claim] = field(default_factory=list)
    defaults: DefaultsRecord = field(default_factory=DefaultsRecord)
    evidence: EvidenceRecord = field(default_factory=EvidenceRecord)
    helpdesk: HelpdeskRecord | None = None
    settled_at: dict[str, str] = field(default_factory=dict)  #: where the keys stand that only one file may have
    problems: list[Problem] = field(default_factory=list)
    is_complete: bool = True  #: an id that is not among the claims is nowhere in the documents


def entries_of(documents: Sequence[Document]) -> Entries:
    """What ``documents`` hold, and everything wrong with a document or an entry by itself."""
    found = Entries()
    for document in documents:
        found.problems += document.problems
        found.is_complete &= document.is_whole
        if isinstance(document.value, dict):
            _Reader(document, found).read()
        elif document.value is not None:
            remedy = f"begin with version: 1; {_SEE}"
            found.problems.append(Problem(document.file, document.line_of(()), "the file holds no keys", remedy))
            found.is_complete = False
    return found


class _Reader:
    """Reads one document into what was found so far."""

    def __init__(self, document: Document, found: Entries) -> None:
        self._document = document
        self._value: dict[str, Any] = document.value
        self._found = found

    def read(self) -> None:
        if not _TOP_KEYS & self._value.keys():
            self._add((), "none of the keys is one of an inventory", f"name a file that begins with version: 1; {_SEE}")
            self._found.is_complete = False
            return
        self._check_version()
        for key in self._value:
            if self._is_enough((key,)):
                return
            if key == "defaults":
                self._found.defaults = self._single(key, DefaultsRecord) or self._found.defaults
            elif key == "evidence":
                self._found.evidence = self._single(key, EvidenceRecord) or self._found.evidence
            elif key == "helpdesk":
                self._found.helpdesk = self._single(key, HelpdeskRecord) or self._found.helpdesk
            elif key in SECTIONS:
                self._read_section(key)
            elif key != "version":
                self._add((key,), f"unknown key {shown(key)}", meant(key, list(_TOP_KEYS)))
                self._found.is_complete = False

    def _add(self, path: Path, message: str, remedy: str) -> None:
        self._found.problems.append(Problem(self._document.file, self._document.line_of(path), message, remedy))

    def _check_version(self) -> None:
        version = self._value.get("version", "")
        if version is not None and version != "1":
            message = "the version is missing" if version == "" else "the version is not 1"
            self._add(("version",), message, "write version: 1 at the top of each file")

    def _single(self, key: str, kind: type[_R]) -> _R | None:
        """The record of a key that only one file may have; None if it is refused, and then it is said why."""
        record = self._record(kind, (key,), key)
        if key in self._found.settled_at:
            self._add((key,), f"the key {key} stands in {self._found.settled_at[key]} too", "keep it in one place")
            return None
        self._found.settled_at[key] = f"{self._document.file}:{self._document.line_of((key,))}"
        return record

    def _read_section(self, section: str) -> None:
        items = self._value[section]
        if isinstance(items, list):
            for place in range(len(items)):
                if self._is_enough((section, place)):
                    return
                self._read_item(section, place)
        elif items is not None:
            message = f"{section} is empty" if items == "" else f"{section} is not a list"
            self._add((section,), message, f"write its entries below it, each begun with -, or remove the key; {_SEE}")
            self._found.is_complete = False

    def _is_enough(self, path: Path) -> bool:
        """Whether there are so many problems that the rest need not be read; says so once."""
        if len(self._found.problems) < MAX_PROBLEMS_TOLD:
            return False
        if self._found.is_complete:
            self._add(path, "too many problems; the rest was not looked at", "mend those above first")
            self._found.is_complete = False
        return True

    def _read_item(self, section: str, place: int) -> None:
        item = self._value[section][place]
        key = NAMING_KEYS.get(section, "id")
        name = item.get(key) if isinstance(item, dict) else None
        path = (section, place)
        if not isinstance(name, str) or not name:
            self._record(_kind(section, item), path, f"{section}, entry {place + 1}")
            return
        claim = Claim(section, name, self._document, path)
        self._found.claims.append(claim)
        record = self._record(_kind(section, item), path, claim.who)
        if record is not None:
            self._found.records[section].append(Entry(claim, record))

    def _record(self, kind: type[_R], path: Path, who: str) -> _R | None:
        """The record at ``path``; None if it is refused, and then it is said why."""
        record, problems = record_of(kind, self._document, path, who, Remedies(_SEE, _of_another_kind))
        self._found.problems += problems
        return record


def _kind(section: str, item: Any) -> type[Record]:
    """The record that an entry of a section is meant to be."""
    return probe_record(item) if section == "probes" else SECTIONS[section]


def _of_another_kind(kind: type[Record], loc: Sequence[str | int]) -> str | None:
    """What to do about a key of a probe that is one of another kind's; None if it is no such key."""
    key = str(loc[-1])
    others = [name for name, record in PROBE_RECORDS.items() if len(loc) == 1 and key in record.model_fields]
    if kind not in PROBE_RECORDS.values() or not others:
        return None
    own = next(name for name, record in PROBE_RECORDS.items() if record is kind)
    return f"it belongs to kind {' and '.join(others)}; kind {own} knows: {', '.join(kind.model_fields)}"
