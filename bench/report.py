"""Figures as a table that people compare with DESIGN section 5.

Lives here: rows and their text. Must not live here: measuring.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

__all__ = ["Row", "row_from", "row_to", "table"]


@dataclass(frozen=True, slots=True)
class Row:
    """One figure: ours, the peer's, what was to be reached."""

    what: str
    ours: str
    peer: str = ""
    ratio: str = ""
    reach: str = ""
    reached: bool | None = None  #: None: for information only


def row_to(row: Row) -> dict[str, str | bool | None]:
    """A row as JSON has it."""
    return asdict(row)


def row_from(fields: dict[str, str | bool | None]) -> Row:
    """A row out of JSON."""
    return Row(**fields)  # type: ignore[arg-type]


def table(title: str, rows: Sequence[Row]) -> str:
    """A Markdown table."""
    marks = {True: "yes", False: "NO", None: ""}
    lines = [f"### {title}", "", "| what | ours | peer | ratio | reach | reached |", "|---|---|---|---|---|---|"]
    lines += [
        f"| {row.what} | {row.ours} | {row.peer} | {row.ratio} | {row.reach} | {marks[row.reached]} |" for row in rows
    ]
    return "\n".join([*lines, ""])
