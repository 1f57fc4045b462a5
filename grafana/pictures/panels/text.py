"""Words: a light Markdown of headings, lists, paragraphs and tables.

Lives here: lines of text. Must not live here: a full Markdown; marks within a line are left out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from grafana.pictures.content import Content
from grafana.pictures.sheet import FAINT, LINE, Box, Sheet

__all__ = ["Block", "blocks", "draw"]

_SIZE_PX, _LINE_PX, _GAP_PX = 14.0, 21.0, 16.0


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, an item, a paragraph or the row of a table."""

    cells: tuple[str, ...]  #: one, but for a table
    begin: str = ""  #: the mark of an item
    is_heading: bool = False


def blocks(markdown: str) -> list[Block]:
    """What a text is made of; lines that follow one another are one paragraph, as Markdown has it."""
    found: list[Block] = []
    fresh = True
    for line in map(str.strip, markdown.splitlines()):
        if not line or re.fullmatch(r"[|:\- ]*-[|:\- ]*", line):
            fresh = True
        elif heading := re.match(r"#{1,6} +", line):
            found.append(Block((_plain(line[heading.end() :]),), is_heading=True))
            fresh = True
        elif line.startswith("|"):
            found.append(Block(tuple(_plain(cell) for cell in line.strip("|").split("|"))))
            fresh = True
        elif item := re.match(r"(?:[-*]|(\d+\.)) +", line):
            found.append(Block((_plain(line[item.end() :]),), begin=item[1] or "•"))
            fresh = False
        elif fresh:
            found.append(Block((_plain(line),)))
            fresh = False
        else:
            last = found.pop()
            found.append(Block((f"{last.cells[0]} {_plain(line)}",), last.begin))
    return found


def _plain(words: str) -> str:
    """The words without marks; of a link its text."""
    linked = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", words.strip())
    return re.sub(r"\*\*|[*`]|<[^>]+>", "", linked)


def draw(sheet: Sheet, box: Box, content: Content) -> None:
    """As many lines as fit."""
    found = blocks(str(content.options.get("content") or ""))
    widths = _widths(sheet, [block.cells for block in found if len(block.cells) > 1], box.width)
    top = box.top
    for block in found:
        lines = [
            sheet.wrapped(cell, _size(block), width, bold=block.is_heading)
            for cell, width in zip(block.cells, widths if len(block.cells) > 1 else [box.width - 18], strict=False)
        ]
        height = max(map(len, lines)) * (_LINE_PX + (4 if block.is_heading else 0))
        if top + height > box.bottom:
            sheet.text(box.right, box.bottom - 4, "… (digulir)", size_px=11.0, colour=FAINT, across="right")
            return
        _block(sheet, Box(box.left, top, box.width, height), block, lines, widths)
        top += height + (0 if block.begin else 6)


def _size(block: Block) -> float:
    return _SIZE_PX + (4 if block.is_heading else 0)


def _block(sheet: Sheet, box: Box, block: Block, lines: Sequence[Sequence[str]], widths: Sequence[float]) -> None:
    left = box.left + (18 if block.begin else 0)
    sheet.text(box.left, box.top + _LINE_PX / 2, block.begin, size_px=_SIZE_PX)
    for column, cell in enumerate(lines):
        for place, line in enumerate(cell):
            middle = box.top + _LINE_PX * (place + 0.5)
            sheet.text(left, middle, line, size_px=_size(block), bold=block.is_heading)
        left += widths[column] + _GAP_PX if len(lines) > 1 else 0
    if len(lines) > 1:
        sheet.line((box.left, box.right), (box.bottom + 2,) * 2, LINE, 0.7)


def _widths(sheet: Sheet, rows: Sequence[Sequence[str]], most_px: float) -> list[float]:
    """Of the columns of all tables: as wide as their cells, the widest giving way where not all fit."""
    if not rows:
        return []
    count = max(map(len, rows))
    wanted = [
        max(sheet.text_width(row[column], _SIZE_PX) + 2 for row in rows if column < len(row)) for column in range(count)
    ]
    room = most_px - _GAP_PX * count
    cap = max(wanted)
    while sum(min(each, cap) for each in wanted) > room and cap > room / count:
        cap -= 8
    return [min(each, cap) for each in wanted]
