"""The ledger of corrections as a value: what people add beside the measured record.

Lives here: the frozen record of all entries. Must not live here: reading (``ledger``), what an entry changes
(``accounting``); single corrections and notes stand with the other shapes (``accounts``).
"""

from __future__ import annotations

from dataclasses import dataclass

from exporter.evidence.accounts import Correction, Note
from exporter.evidence.period import Month

__all__ = ["Ledger", "MonthNote"]


@dataclass(frozen=True, slots=True)
class MonthNote:
    """A note and the month whose report it stands in."""

    month: Month
    note: Note


@dataclass(frozen=True, slots=True)
class Ledger:
    """Every entry, right by itself and beside the others."""

    corrections: tuple[Correction, ...] = ()  #: by the outage's beginning, then by link, then by id
    notes: tuple[MonthNote, ...] = ()  #: by month, then by kind, then by id
    digest: str = ""  #: SHA-256 of the files that were read, hexadecimal; empty: there is no ledger
    raw: bytes = b""  #: the files as they were read, one document after the other in the order of their names

    def notes_of(self, month: Month) -> tuple[Note, ...]:
        """The notes of one month's report."""
        return tuple(each.note for each in self.notes if each.month == month)
