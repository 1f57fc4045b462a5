"""What a valid entry of the ledger is: the keys of a correction and of a note, and the language of each value.

Lives here: pydantic models, one for each kind of entry; nothing is coerced, and a text is plain as in an inventory.
Must not live here: anything that takes two keys or entries to judge (``ledger_checks``), reading. What each key means
stands in ``docs/corrections.md``.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from exporter import quantities
from exporter.beside import Cause
from exporter.evidence.accounts import Correction, Note, NoteKind
from exporter.evidence.ledger_model import MonthNote
from exporter.evidence.period import Month, instant_ms
from exporter.model import Exclusion
from exporter.plain_text import shown
from exporter.quantities import Refusal
from exporter.schema_values import Id, Name, OptionalName, Record, of, one_of

__all__ = ["SECTIONS", "CorrectionRecord", "NoteRecord", "Status"]

_REFERENCE = re.compile(r"([0-9]{4}-[0-9]{2})/([a-z0-9-]{1,63})")


class Status(StrEnum):
    """How far a recommendation has been followed; the word is printed."""

    DONE = "selesai"
    RUNNING = "berjalan"
    NOT_YET = "belum"


def _month(text: str) -> Month:
    try:
        month = Month.parse(text)
    except ValueError:
        month = None
    if month is None or month.year not in quantities.YEARS:
        raise Refusal(f"{shown(text)} is no month", "write year and month: 2026-10")
    return month


def _reference(text: str) -> str:
    found = _REFERENCE.fullmatch(text)
    if found is None:
        raise Refusal(f"{shown(text)} names no note", "write its month, a slash and its id: 2026-09/r-2")
    _month(found[1])
    return text


_Moment = Annotated[datetime, of(quantities.moment)]
_OptionalMoment = Annotated[datetime | None, of(quantities.moment)]
_Passage = Annotated[str, of(quantities.passage)]
_OptionalPassage = Annotated[str | None, of(quantities.passage)]


class CorrectionRecord(Record):
    """What a person adds beside one outage."""

    id: Id
    link: Id
    outage: _Moment  #: its beginning, as the pack shows it
    cause: Annotated[Cause | None, one_of(Cause)] = None
    exclusion: Annotated[Exclusion | None, one_of(Exclusion)] = None
    note: _OptionalPassage = None
    ticket: OptionalName = None
    reported: _OptionalMoment = None
    author: Name
    decided_on: Annotated[date, of(quantities.day), Field(alias="date")]
    reason: _Passage
    approval: Name

    def correction(self, place: str) -> Correction:
        """The correction that this describes, which stands at ``place``."""
        return Correction(
            id=self.id,
            link=self.link,
            start_ms=instant_ms(self.outage),
            cause=self.cause,
            exclusion=self.exclusion,
            note=self.note or "",
            ticket=self.ticket or "",
            reported_ms=instant_ms(self.reported) if self.reported is not None else None,
            author=self.author,
            decided_on=self.decided_on,
            reason=self.reason,
            approval=self.approval,
            place=place,
        )


class NoteRecord(Record):
    """A sentence that a person adds to a month's report."""

    id: Id
    month: Annotated[Month, of(_month)]
    kind: Annotated[NoteKind, one_of(NoteKind)]
    text: _Passage
    author: Name
    refers_to: Annotated[str | None, of(_reference)] = None
    status: Annotated[Status | None, one_of(Status)] = None

    def note(self) -> MonthNote:
        """The note that this describes."""
        note = Note(
            self.kind, self.id, self.text, self.author, self.refers_to or "", self.status.value if self.status else ""
        )
        return MonthNote(self.month, note)


#: The lists of a document, and the record that each entry is.
SECTIONS: dict[str, type[Record]] = {"corrections": CorrectionRecord, "notes": NoteRecord}
