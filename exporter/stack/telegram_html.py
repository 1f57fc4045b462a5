"""Telegram's HTML, as strictly as Telegram reads it.

Lives here: what may stand in a text with ``parse_mode: HTML``, and what is left of it. Must not live here: HTTP.
Source: Telegram Bot API, "Formatting options": a closed list of tags, all of them closed and nested; ``<``, ``>`` and
``&`` that are no markup must be written as entities; of named entities only four are known.
"""

from __future__ import annotations

import re

__all__ = ["MarkupError", "text_of_html"]

_TAGS = frozenset(
    "a b blockquote code del em i ins pre s span strike strong tg-emoji tg-spoiler u".split()  # noqa: SIM905 - a list of words
)
_TOKEN = re.compile(
    r"<(?P<end>/?)(?P<tag>[a-z0-9-]*)(?P<rest>[^>]*)>?|&(?:#(?P<number>\d+|x[0-9a-f]+)|(?P<name>\w+));", re.IGNORECASE
)
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}


class MarkupError(ValueError):
    """The text is refused; in Telegram's words."""


def text_of_html(html: str) -> str:
    """What a reader sees of ``html``. Raises MarkupError where Telegram answers 400."""
    open_tags: list[str] = []

    def read(match: re.Match[str]) -> str:
        if match["tag"] is None:
            return _character(match)
        _apply(match, open_tags)
        return ""

    text = _TOKEN.sub(read, html)
    if open_tags:
        raise MarkupError(f'Can\'t find end tag corresponding to start tag "{open_tags[-1]}"')
    return text


def _character(match: re.Match[str]) -> str:
    """An entity as its character; an unknown name stays as it is."""
    if match["number"] is None:
        return _NAMED.get(match["name"], match[0])
    digits = match["number"]
    return chr(int(digits[1:], 16) if digits[0] in "xX" else int(digits))


def _apply(match: re.Match[str], open_tags: list[str]) -> None:
    tag, place = match["tag"].lower(), match.start()
    if not match[0].endswith(">"):
        raise MarkupError(f"Unclosed start tag at byte offset {place}")
    if tag not in _TAGS:
        raise MarkupError(f'Unsupported start tag "{tag}" at byte offset {place}')
    if not match["end"]:
        open_tags.append(tag)
    elif not open_tags or open_tags.pop() != tag:
        raise MarkupError(f"Unexpected end tag at byte offset {place}")
