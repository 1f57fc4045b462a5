"""Bytes of a file as text a person can trust: UTF-8, and nothing in it that the eye cannot see.

Lives here: decoding, and the characters that are refused everywhere in an inventory. Must not live
here: YAML, and what a name may look like. Control characters can steer a terminal, bidirectional ones
make a name read differently from what it is, invisible ones make two names look alike; none has a use.
"""

from __future__ import annotations

import codecs
import unicodedata
from collections.abc import Iterator
from itertools import islice

from exporter.errors import Problem

__all__ = ["MAX_PROBLEMS", "MAX_SHOWN", "decoded", "hidden_character", "shown"]

#: Other encodings give themselves away by their first bytes; the longer mark is tried first.
_FOREIGN_MARKS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)

#: Unicode categories without a place in an inventory: control, format, surrogate, private use, unassigned,
#: and the line and paragraph separators that some programs count as lines and others do not.
_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


#: Problems of one file that are told; a file with more is no inventory, or an attack.
MAX_PROBLEMS = 100

#: Longest piece of somebody's file that a message repeats.
MAX_SHOWN = 60

_SAVE_AS = "save the file as UTF-8 (in Windows Notepad: Save as, Encoding: UTF-8)"


def decoded(raw: bytes, file: str) -> tuple[str, list[Problem]]:
    """The text of ``raw`` and what is wrong with it; text is only fit for use without problems.

    A UTF-8 byte order mark at the start is dropped, for Windows editors write one. Line ends may be of Windows.
    """
    foreign = next((name for mark, name in _FOREIGN_MARKS if raw.startswith(mark)), None)
    if foreign is not None:
        return "", [Problem(file, 1, f"the file is {foreign}, not UTF-8", _SAVE_AS)]
    raw = raw.removeprefix(codecs.BOM_UTF8)
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        return "", [Problem(file, line, f"byte 0x{raw[error.start]:02x} is not UTF-8 text", _SAVE_AS)]
    return text, [
        Problem(file, line, f"the character {name} is not allowed", "delete it; retype the text around it if need be")
        for line, name in islice(hidden_characters(text), MAX_PROBLEMS)
    ]


def hidden_characters(text: str) -> Iterator[tuple[int, str]]:
    """Line (from 1) and description of the first refused character of each line that has one."""
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), start=1):
        name = hidden_character(line.replace("\t", " "))
        if name is not None:
            yield number, name


def hidden_character(text: str) -> str | None:
    """The first refused character of one line of text, as ``U+202E (RIGHT-TO-LEFT OVERRIDE)``; None without one."""
    if text.isascii() and text.isprintable():
        return None
    found = next((each for each in text if unicodedata.category(each) in _HIDDEN_CATEGORIES), None)
    if found is None:
        return None
    name = unicodedata.name(found, _CONTROL_NAMES.get(found, "no name"))
    return f"U+{ord(found):04X} ({name})"


def shown(text: str) -> str:
    """``text`` in quotes as a message may repeat it: on one line, all visible, and not long."""
    return repr(text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}…")


_CONTROL_NAMES = {"\0": "NUL", "\t": "tab", "\n": "line feed", "\r": "carriage return", "\x1b": "escape"}
