"""YAML as plain text, lists and mappings with line numbers, and nothing else of YAML.

Lives here: the walk over PyYAML's event stream, and what of YAML is refused: anchors, aliases, merge
keys, tags, directives, several documents, duplicate keys, keys that are no text. Must not live here:
what a value means. Every scalar stays the text that was written, so ``NO``, ``012``, ``1:30`` and
``2026-01-01`` can turn into nothing else. Events are read one by one and counted, and nothing is
expanded, so a hostile file costs no more than its size.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
    StreamStartEvent,
)

from exporter.errors import Problem
from exporter.plain_text import MAX_PROBLEMS, decoded, hidden_character, shown

__all__ = ["MAX_DEPTH", "MAX_NODES", "Document", "Path", "parse_document"]

#: Lists and mappings within each other; an inventory needs six (``calendars`` to an interval).
MAX_DEPTH = 12

#: Keys, values, lists and mappings of one file. 5,000 links, ten times the province, have 95,000.
MAX_NODES = 200_000

#: Where a value stands: keys and list places from the top, as pydantic's ``loc``.
Path = tuple[str | int, ...]

#: libyaml's parser where PyYAML was built with it; the pure one is the same, and some 15 times slower.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_WRITE_OUT = "write the value out at each place"


@dataclass(frozen=True, slots=True)
class Document:
    """One file as plain values; ``None`` stands where a value was refused, for text is never ``None``."""

    file: str
    value: Any = None  #: str, list or dict with str keys, nested; None: nothing could be read
    lines: Mapping[Path, int] = field(default_factory=dict)  #: from 1; of the key, or of the list item
    problems: tuple[Problem, ...] = ()
    is_whole: bool = False  #: the end was reached, so that what is not here is not in the file

    def line_of(self, path: Path) -> int:
        """The line of the value at ``path``, or of what surrounds it if there is none."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def parse_document(raw: bytes, file: str) -> Document:
    """The plain values of one file and every problem up to the end, or to where parsing could not go on.

    ``file`` is only named in problems. Never raises for anything that ``raw`` can be.
    """
    text, problems = decoded(raw, file)
    if problems:
        return Document(file, problems=tuple(problems))
    return _Reader(text, file).document()


class _Stop(Exception):  # noqa: N818 - control flow, not an error of anybody
    """Nothing more can be learned from this file."""


class _Reader:
    """Reads one text; each method takes the events of the value it is about, and no more."""

    def __init__(self, text: str, file: str) -> None:
        self._file = file
        self._events: Iterator[Event] = yaml.parse(text, Loader=_LOADER)
        self._nodes = 0
        self._lines: dict[Path, int] = {}
        self._problems: list[Problem] = []

    def document(self) -> Document:
        """The whole stream."""
        value, is_whole = None, False
        try:
            value = self._stream()
            is_whole = True
        except _Stop:
            pass
        except yaml.YAMLError as error:
            self._problems.append(_syntax_problem(self._file, error))
        return Document(self._file, value, self._lines, tuple(self._problems), is_whole)

    def _stream(self) -> Any:
        self._expect(StreamStartEvent)
        start = next(self._events)
        if isinstance(start, StreamEndEvent):
            self._stop(1, "the file is empty", "begin with version: 1, or remove the file")
        assert isinstance(start, DocumentStartEvent)
        if start.version is not None or start.tags:
            self._add(start, "YAML directives are not used here", "remove the line that begins with %")
        first = next(self._events)
        self._lines[()] = _line(first)
        value = self._value(first, ())
        self._expect(DocumentEndEvent)
        end = next(self._events)
        if not isinstance(end, StreamEndEvent):
            self._add(end, "a second document begins here", "remove the line ---, or use a file for each document")
        return value

    def _expect(self, kind: type[Event]) -> None:
        event = next(self._events)
        assert isinstance(event, kind)

    def _value(self, event: Event, path: Path) -> Any:
        """The value that begins with ``event``; None if it is refused."""
        self._count(event, path)
        self._check_plain(event)
        if isinstance(event, MappingStartEvent):
            return self._mapping(path)
        if isinstance(event, SequenceStartEvent):
            return self._sequence(path)
        return self._text(event) if isinstance(event, ScalarEvent) else None

    def _text(self, event: ScalarEvent) -> str | None:
        """The scalar as it was written; only double quotes can hide a character behind an escape."""
        hidden = hidden_character(event.value) if event.style == '"' else None
        if hidden is None:
            return str(event.value)
        self._add(event, f"an escape stands for the character {hidden}, which is not allowed", "remove the escape")
        return None

    def _sequence(self, path: Path) -> list[Any]:
        items: list[Any] = []
        while not isinstance(event := next(self._events), SequenceEndEvent):
            place = (*path, len(items))
            self._lines.setdefault(place, _line(event))
            items.append(self._value(event, place))
        return items

    def _mapping(self, path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        key_lines: dict[str, int] = {}
        while not isinstance(event := next(self._events), MappingEndEvent):
            key = self._key(event, (*path, ""))
            if key in key_lines:
                self._add(event, f"the key {shown(key)} stands here again, first in line {key_lines[key]}", "keep one")
            place = (*path, key or "")
            self._lines.setdefault(place, _line(event))
            value = self._value(next(self._events), place)
            if key is not None and key not in found:
                found[key], key_lines[key] = value, _line(event)
        return found

    def _key(self, event: Event, path: Path) -> str | None:
        """The text of a key; None if it is refused."""
        key = self._value(event, path)
        if key == "<<":
            self._add(event, "merge keys (<<) are not used here", _WRITE_OUT)
        elif isinstance(key, str):
            return key
        elif key is not None:
            self._add(event, "a key is a list or a mapping", "write a word as the key")
        return None

    def _count(self, event: Event, path: Path) -> None:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            self._stop(_line(event), f"the file has more than {MAX_NODES} values", "split it into several files")
        if len(path) > MAX_DEPTH:
            self._stop(
                _line(event), f"more than {MAX_DEPTH} levels deep", "use the levels that docs/inventory.md shows"
            )

    def _check_plain(self, event: Event) -> None:
        """Refuse what is more than plain, without its name: a password may begin with one of these signs."""
        if isinstance(event, AliasEvent):
            self._add(event, "aliases (*) are not used here", _WRITE_OUT)
        elif isinstance(event, NodeEvent) and event.anchor is not None:
            self._add(event, "anchors (&) are not used here", "remove it, or put the text in quotes")
        tag = getattr(event, "tag", None)
        if tag is not None:
            self._add(event, "tags (!) are not used here", "remove it; text in quotes stays text")

    def _add(self, event: Event, message: str, remedy: str) -> None:
        if len(self._problems) == MAX_PROBLEMS:
            self._stop(_line(event), f"more than {MAX_PROBLEMS} problems; reading ends here", "mend those above first")
        self._problems.append(Problem(self._file, _line(event), message, remedy))

    def _stop(self, line: int, message: str, remedy: str) -> None:
        self._problems.append(Problem(self._file, line, message, remedy))
        raise _Stop


def _line(event: Event) -> int:
    assert event.start_mark is not None
    return event.start_mark.line + 1


def _syntax_problem(file: str, error: yaml.YAMLError) -> Problem:
    mark = getattr(error, "problem_mark", None)
    words = [getattr(error, "context", None), getattr(error, "problem", None) or str(error).splitlines()[0]]
    return Problem(
        file,
        mark.line + 1 if mark is not None else 1,
        "not YAML: " + ", ".join(word for word in words if word),
        "look at this line and the one above it: indentation by spaces, brackets and quotes closed, nothing cut off",
    )
