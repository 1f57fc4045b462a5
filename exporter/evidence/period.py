"""A calendar month in WIB, and instants as people in West Java write them.

Lives here: where months begin and end. Must not live here: the present time, other time zones. WIB is UTC+7 and has no
summer time, so every day has 86,400 seconds and months partition time: November 2026 is 2026-10-31T17:00Z up to, not
including, 2026-11-30T17:00Z (failures.md 4, case 44).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from exporter.recurrence import WIB

__all__ = ["DAY_MS", "HOUR_MS", "Month", "instant_ms", "wib"]

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS

_WRITTEN = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")

_EPOCH = datetime(1970, 1, 1, 7, tzinfo=WIB)


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """One month."""

    year: int
    month: int

    @classmethod
    def parse(cls, text: str) -> Month:
        """``2026-10``; raises ValueError for anything else, and for years in which nothing was measured."""
        match = _WRITTEN.fullmatch(text)
        if match is None or not 2000 <= int(match[1]) < 9999:
            raise ValueError(f"{text!r} is no month; write it as 2026-10")
        return cls(int(match[1]), int(match[2]))

    def __str__(self) -> str:
        """``2026-10``."""
        return f"{self.year:04d}-{self.month:02d}"

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, self.month, 1)

    @property
    def days(self) -> tuple[date, ...]:
        """Its days, in order."""
        many = (self.next.first - self.first).days
        return tuple(self.first + timedelta(days=number) for number in range(many))

    @property
    def next(self) -> Month:
        """The month after it."""
        return Month(self.year + self.month // 12, self.month % 12 + 1)

    @property
    def previous(self) -> Month:
        """The month before it."""
        return Month(self.year, self.month - 1) if self.month > 1 else Month(self.year - 1, 12)

    @property
    def start_ms(self) -> int:
        """Unix time of its first midnight in WIB."""
        return instant_ms(datetime(self.year, self.month, 1, tzinfo=WIB))

    @property
    def end_ms(self) -> int:
        """Unix time of the midnight after its last day."""
        return self.next.start_ms


def instant_ms(at: datetime) -> int:
    """Unix time of an instant that has a zone, exactly."""
    return (at - _EPOCH) // timedelta(milliseconds=1)


def wib(unix_ms: int) -> datetime:
    """An instant in WIB, exactly."""
    return _EPOCH + timedelta(milliseconds=unix_ms)
