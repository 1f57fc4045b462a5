"""One line of what checking a pack found.

Lives here: the three weights and how a line is written. Must not live here: any check.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from exporter.plain_text import hidden_character

__all__ = ["Finding", "Weight", "bad", "good", "note"]


class Weight(StrEnum):
    """What a finding does to the answer; the words are for people."""

    GOOD = "BAIK"
    NOTE = "CATATAN"  #: somebody should know it, and it is no fault
    BAD = "SALAH"


@dataclass(frozen=True, slots=True)
class Finding:
    """One of them, in Indonesian."""

    weight: Weight
    text: str

    def __str__(self) -> str:
        """``SALAH    data.json: …``; what a terminal would obey, or not show, is spelled out."""
        return f"{self.weight:8} " + "".join(
            each if hidden_character(each) is None else repr(each)[1:-1] for each in self.text
        )


def good(text: str) -> Finding:
    """What was checked and is as it should be."""
    return Finding(Weight.GOOD, text)


def note(text: str) -> Finding:
    """What could not be checked, or should be known."""
    return Finding(Weight.NOTE, text)


def bad(text: str) -> Finding:
    """What makes the pack not valid."""
    return Finding(Weight.BAD, text)
