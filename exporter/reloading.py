"""What came of an attempt to load the inventory anew.

Lives here: the result as a value. Must not live here: reading, checking or swapping an inventory.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["ReloadResult"]


@dataclass(frozen=True, slots=True)
class ReloadResult:
    """Whether the new inventory is in force; if not, the former one still is."""

    ok: bool
    message: str  #: one sentence for the person who asked
    problems: tuple[str, ...] = ()  #: ``file:line: …``; empty on success, and when the inventory is not at fault
