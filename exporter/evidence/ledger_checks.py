"""Whether entries of the ledger that are right by themselves are right together, and beside the inventory.

Lives here: what takes two keys or entries to judge (problems), and what is legal but hardly meant (warnings). Must not
live here: whether a correction meets an outage, and what it changes (``accounting``). Every check looks at all entries,
so that all problems are told at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import chain, islice

from exporter.errors import Problem
from exporter.evidence.accounts import NoteKind
from exporter.evidence.ledger_entries import MAX_PROBLEMS_TOLD, LedgerEntries, LedgerEntry
from exporter.evidence.ledger_schema import CorrectionRecord
from exporter.evidence.period import Month
from exporter.model import Inventory
from exporter.recurrence import WIB

__all__ = ["problems_of", "warnings_of"]

Found = Iterator[Problem]

#: What two corrections of one outage cannot say differently; of tickets there may be several.
_AGREED = ("cause", "exclusion", "reported")


def problems_of(entries: LedgerEntries) -> list[Problem]:
    """Why ``entries`` are no ledger; empty if they are; at most ``MAX_PROBLEMS_TOLD``."""
    corrections, notes = entries.records["corrections"], entries.records["notes"]
    checks = [
        *(_correction_problems(each) for each in corrections),
        *(_note_problems(each) for each in notes),
        _repeated(corrections),
        _repeated(notes),
        _contradictions(corrections),
        _contradicting_follow_ups(notes),
    ]
    return list(islice(chain.from_iterable(checks), MAX_PROBLEMS_TOLD))


def warnings_of(entries: LedgerEntries, inventory: Inventory) -> list[Problem]:
    """What in consistent ``entries`` a person should look at."""
    found = [each for entry in entries.records["corrections"] for each in _beside_inventory(entry, inventory)]
    return sorted([*found, *_lost_references(entries.records["notes"])])


def _day(at: datetime) -> str:
    """The day of an instant in WIB, as dates are written, so that texts compare as days do."""
    return f"{at.astimezone(WIB):%Y-%m-%d}"


def _correction_problems(entry: LedgerEntry) -> Found:
    record = entry.record
    if record.cause is None and record.exclusion is None and record.note is None:
        yield entry.problem("id", "it adds nothing to the outage", "write at least one of cause, exclusion, note")
    decided = record.decided_on.isoformat()
    if decided < _day(record.outage):
        said = f"{decided} is before the day of the outage, {_day(record.outage)} in WIB"
        yield entry.problem("date", said, "write the day on which it was decided")
    if record.reported is not None and _day(record.reported) > decided:
        said = f"{_day(record.reported)} in WIB is after the day of the decision, {decided}"
        yield entry.problem("reported", said, "write when the provider was told")


def _note_problems(entry: LedgerEntry) -> Found:
    record = entry.record
    if record.kind is not NoteKind.FOLLOW_UP:
        for key in ("refers_to", "status"):
            if getattr(record, key) is not None:
                remedy = f"remove it, or write kind: {NoteKind.FOLLOW_UP}"
                yield entry.problem(key, f"it belongs to kind {NoteKind.FOLLOW_UP}", remedy)
        return
    for key, example in (("refers_to", "2026-09/r-2"), ("status", "berjalan")):
        if getattr(record, key) is None:
            said = f"kind {NoteKind.FOLLOW_UP} needs {key}"
            yield entry.problem("kind", said, f"add the recommendation that was followed, {key}: {example}")
    if record.refers_to is not None and _month_of(record.refers_to) >= record.month:
        said = f"{record.refers_to} is not of an earlier month than {record.month}"
        yield entry.problem("refers_to", said, "name a recommendation of an earlier month")


def _month_of(reference: str) -> Month:
    return Month.parse(reference.split("/", maxsplit=1)[0])


def _repeated(entries: list[LedgerEntry]) -> Found:
    """Ids that stand twice: of corrections in the ledger, of notes in their month."""
    first: dict[tuple[str, str], LedgerEntry] = {}
    for entry in entries:
        known = first.setdefault((str(getattr(entry.record, "month", "")), entry.record.id), entry)
        if known is not entry:
            yield entry.problem("id", f"stands in {known.place} already", "give each entry an id of its own")


def _contradictions(corrections: list[LedgerEntry]) -> Found:
    """Two words on one outage, whose beginning may be written with or without fractions of a second."""
    said_first: dict[tuple[str, datetime, str], LedgerEntry] = {}
    for entry in corrections:
        record: CorrectionRecord = entry.record
        for key in _AGREED:
            value = getattr(record, key)
            if value is None:
                continue
            outage = (record.link, record.outage.replace(microsecond=0), key)
            known = said_first.setdefault(outage, entry)
            if getattr(known.record, key) != value:
                said = f"correction {known.record.id} ({known.place}) says something else of the same outage"
                yield entry.problem(key, said, "keep the one that was approved last, and say so in its reason")


def _contradicting_follow_ups(notes: list[LedgerEntry]) -> Found:
    said_first: dict[tuple[Month, str], LedgerEntry] = {}
    for entry in notes:
        record = entry.record
        if record.refers_to is None or record.status is None:
            continue
        known = said_first.setdefault((record.month, record.refers_to), entry)
        if known.record.status is not record.status:
            said = f"note {known.record.id} ({known.place}) says something else of {record.refers_to} in the same month"
            yield entry.problem("status", said, "keep one of them")


def _beside_inventory(entry: LedgerEntry, inventory: Inventory) -> Found:
    record: CorrectionRecord = entry.record
    link = inventory.links.get(record.link)
    if link is None:
        said = f"{record.link} is not among the links of the inventory"
        yield entry.problem("link", said, "correct the id, unless the link has been removed since")
        return
    sla = inventory.contracts[link.contract].sla
    if record.exclusion is not None and (sla is None or record.exclusion not in sla.exclusions):
        promised = "promises nothing" if sla is None else f"does not exclude {record.exclusion}"
        said = f"contract {link.contract} {promised}, so that the exclusion changes nothing"
        yield entry.problem("exclusion", said, "write what was meant as a note, or correct the contract's exclusions")


def _lost_references(notes: list[LedgerEntry]) -> Found:
    """Recommendations that their own month, which is in the ledger, does not have."""
    known = {f"{each.record.month}/{each.record.id}": each.record.kind for each in notes}
    months = {each.record.month for each in notes}
    for entry in notes:
        reference = entry.record.refers_to
        if reference is None or _month_of(reference) not in months:
            continue
        if known.get(reference) is not NoteKind.RECOMMENDATION:
            yield entry.problem("refers_to", f"there is no recommendation {reference} here", "correct month or id")
