"""The parts that official documents are made of, as plain mappings for the template.

Lives here: one function for each kind of block of ``data/evidence/naskah.typ``. Must not live here: sentences, figures.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

__all__ = [
    "Block",
    "Column",
    "bullets",
    "figures",
    "heading",
    "note",
    "numbered",
    "page",
    "pairs",
    "table",
    "text",
    "warning",
]

Block = dict[str, Any]

#: Title, share of the width (0: as wide as its text), whether figures stand at its right.
Column = tuple[str, float, bool]


def heading(words: str, level: int = 1) -> Block:
    """A chapter or a section."""
    return {"kind": "heading", "level": level, "text": words}


def text(words: str) -> Block:
    """One paragraph."""
    return {"kind": "text", "text": words}


def note(words: str) -> Block:
    """A paragraph in small type."""
    return {"kind": "note", "text": words}


def bullets(items: Iterable[str]) -> Block:
    """A list without order."""
    return {"kind": "list", "items": list(items)}


def numbered(items: Iterable[str]) -> Block:
    """A list in order."""
    return {"kind": "numbered", "items": list(items)}


def pairs(rows: Iterable[tuple[str, str]], width_mm: float = 45) -> Block:
    """Names and what they are, side by side."""
    return {"kind": "pairs", "rows": [list(row) for row in rows], "width": width_mm}


def warning(title: str, items: Iterable[str]) -> Block:
    """A box that nobody overlooks."""
    return {"kind": "box", "title": title, "items": list(items)}


def figures(cells: Iterable[tuple[str, str, str]]) -> Block:
    """Large figures: title, value, a note below."""
    return {"kind": "figures", "cells": [{"title": each[0], "value": each[1], "note": each[2]} for each in cells]}


def page() -> Block:
    """What follows begins on a new page."""
    return {"kind": "pagebreak"}


def table(columns: Sequence[Column], rows: Iterable[Sequence[str]], empty: str, size_pt: float = 8) -> Block:
    """A table that goes on over pages with its head repeated; ``empty`` is said in place of one without rows."""
    found = [list(row) for row in rows]
    if not found:
        return note(empty)
    heads = [{"title": title, "width": width, "right": right} for title, width, right in columns]
    return {"kind": "table", "columns": heads, "rows": found, "size": size_pt}
