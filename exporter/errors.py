"""The errors people see, and whose fault each one is.

Lives here: the error types that cross module borders. Must not live here: texts of particular
problems (they belong beside the check that finds them).
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "FrameworkError",
    "InventoryError",
    "LedgerError",
    "PantauError",
    "PermissionMissingError",
    "Problem",
    "RefusedError",
    "UsageError",
]


class PantauError(Exception):
    """The root; its text is meant for a person and names the remedy."""


class UsageError(PantauError):
    """The command's words are wrong: exit 2."""


class PermissionMissingError(PantauError):
    """The system does not let us open an ICMP socket: exit 1 with the exact remedy."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One fault in a file that people write: where it stands, what it is, how to mend it."""

    file: str
    line: int  #: from 1; 0 where the file as a whole is meant
    message: str
    remedy: str

    def __str__(self) -> str:
        """``file:line: message. remedy``, the form that editors can jump to."""
        return f"{self.file}:{self.line}: {self.message} — {self.remedy}"


class RefusedError(PantauError):
    """Files were refused; carries every problem that was found, in file order."""

    def __init__(self, problems: list[Problem]) -> None:
        """Keep the problems sorted by file and line."""
        self.problems = sorted(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class InventoryError(RefusedError):
    """An inventory was refused."""


class LedgerError(RefusedError):
    """A ledger of corrections was refused."""


class FrameworkError(RefusedError):
    """A description of a framework of assessment was refused."""
