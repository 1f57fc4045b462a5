"""The parts that a document is made of: paragraphs, tables, charts, as JSON-able mappings with texts ready.

Lives here: the shape of each part, which ``exporter/data/evidence/blocks.typ`` lays out, and their numbering. Must not
live here: any sentence of a report, any length or colour. A text is a text: nothing in it is markup.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

__all__ = [
    "Block",
    "Column",
    "bullets",
    "chapter",
    "facts",
    "figure",
    "notice",
    "numbered",
    "paragraph",
    "section",
    "signature",
    "table",
]

Block = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table."""

    label: str
    width: int  #: its share of the page, beside the others
    right: bool = False  #: figures stand at the right


def chapter(title: str, blocks: Iterable[Block], *, new_page: bool = True) -> Block:
    """A chapter; it begins a page unless it is told not to."""
    return {"title": title, "new_page": new_page, "blocks": list(blocks)}


def section(title: str) -> Block:
    """A heading within a chapter."""
    return {"kind": "section", "text": title}


def paragraph(text: str, *, small: bool = False) -> Block:
    """Some sentences; small: a remark to what stands before."""
    return {"kind": "remark" if small else "paragraph", "text": text}


def bullets(items: Iterable[str]) -> Block:
    """A list whose order says nothing."""
    return {"kind": "bullets", "items": list(items)}


def facts(rows: Iterable[tuple[str, str]]) -> Block:
    """Names and what they are, side by side."""
    return {"kind": "facts", "rows": [list(row) for row in rows]}


def notice(title: str, lines: Iterable[str]) -> Block:
    """A box that must not be overlooked."""
    return {"kind": "notice", "title": title, "lines": list(lines)}


def table(
    title: str, columns: Sequence[Column], rows: Iterable[Sequence[str]], *, empty: str, last_bold: bool = False
) -> Block:
    """A table with its caption; where there is no row, the sentence ``empty`` stands in its place."""
    cells = [list(row) for row in rows]
    if not cells:
        return paragraph(empty)
    return {
        "kind": "table",
        "caption": title,
        "columns": [{"label": each.label, "width": each.width, "right": each.right} for each in columns],
        "rows": cells,
        "last_bold": last_bold,
    }


def figure(kind: str, title: str, words: str, content: Mapping[str, Any]) -> Block:
    """A chart: what it shows as a drawing, and in ``words`` for whoever cannot see it."""
    return {"kind": kind, "caption": title, "words": words, **content}


def signature(title: str, above: Iterable[str], below: Iterable[str]) -> Block:
    """An empty place for one who signs, with what stands above and below it; nothing is drawn into it."""
    return {"kind": "signature", "title": title, "above": list(above), "below": list(below)}


def numbered(chapters: Sequence[Block]) -> list[Block]:
    """The chapters with their numbers, and each caption with that of its table or chart, in the order of reading."""
    counts = {"Tabel": 0, "Gambar": 0}
    found = []
    for number, each in enumerate(chapters, 1):
        blocks, sections = [], 0
        for block in each["blocks"]:
            changed = dict(block)
            if block["kind"] == "section":
                sections += 1
                changed["text"] = f"{number}.{sections} {block['text']}"
            elif "caption" in block:
                name = "Tabel" if block["kind"] == "table" else "Gambar"
                counts[name] += 1
                changed["caption"] = f"{name} {counts[name]}. {block['caption']}"
            blocks.append(changed)
        found.append({**each, "title": f"{number}. {each['title']}", "blocks": blocks})
    return found
