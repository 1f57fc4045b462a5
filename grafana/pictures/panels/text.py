"""Words: a light Markdown of headings, lists, paragraphs and plain tables.

Lives here: lines of text. Must not live here: a full Markdown; marks within a line are left out.
"""

from __future__ import annotations

import re

from grafana.pictures.content import Content
from grafana.pictures.sheet import FAINT, Box, Sheet

__all__ = ["draw"]

_SIZE_PX, _LINE_PX = 14.0, 21.0


def draw(sheet: Sheet, box: Box, content: Content) -> None:
    """As many lines as fit."""
    top = box.top + _LINE_PX / 2
    for paragraph in _paragraphs(str(content.options.get("content") or "")):
        heading = re.match(r"#{1,6} +", paragraph)
        item = re.match(r"([-*]|\d+\.) +", paragraph)
        size = _SIZE_PX + (4 if heading else 0)
        begin = "• " if item and not item[1][0].isdigit() else f"{item[1]} " if item else ""
        words = _plain(paragraph[len((heading or item or [""])[0]) :])
        indent = 18.0 if item else 0.0
        for place, line in enumerate(sheet.wrapped(words, size, box.width - indent, bold=bool(heading))):
            if top > box.bottom:
                sheet.text(box.right, box.bottom, "… (digulir)", size_px=11.0, colour=FAINT, across="right")
                return
            if begin and not place:
                sheet.text(box.left, top, begin, size_px=size)
            sheet.text(box.left + indent, top, line, size_px=size, bold=bool(heading))
            top += _LINE_PX + (4 if heading else 0)
        top += 0 if item else 6


def _paragraphs(markdown: str) -> list[str]:
    """Headings, items and paragraphs, each in one line."""
    found: list[str] = []
    fresh = True
    for line in markdown.splitlines():
        bare = line.strip()
        if not bare or re.fullmatch(r"[|:\- ]+", bare):
            fresh = True
            continue
        starts = re.match(r"#{1,6} |[-*] |\d+\. |\|", bare)
        if fresh or starts:
            found.append(bare)
        else:
            found[-1] += f" {bare}"
        fresh = bare.startswith(("#", "|"))
    return found


def _plain(words: str) -> str:
    """The words without marks: links as their text, cells of a table apart."""
    bare = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", words)
    bare = re.sub(r"[*`]{1,3}|(?<!\w)_(?=\w)|(?<=\w)_(?!\w)|<[^>]+>", "", bare)
    return re.sub(r"\s*\|\s*", "   ", bare.strip("| "))
