"""From values as they were written to one record, or to problems with a line and a remedy.

Lives here: what is said about each thing that a schema refuses. Must not live here: which records there are (the
schemas of the inventory, of the ledger, of frameworks), and rules about several of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, TypeVar, get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from exporter.errors import Problem
from exporter.plain_text import shown
from exporter.schema_values import REFUSED, Record
from exporter.strict_yaml import Document, Path

__all__ = ["MAX_PROBLEMS_OF_RECORD", "Remedies", "meant", "record_of"]

_R = TypeVar("_R", bound=Record)

#: Problems of one record that are told, twice as many as an entry of an inventory has keys.
MAX_PROBLEMS_OF_RECORD = 25

#: For a kind of record and the place of an unknown key in it, what to do about it; None: nothing special.
Instead = Callable[[type[Record], Sequence[str | int]], str | None]


def _nothing_special(kind: type[Record], loc: Sequence[str | int]) -> str | None:  # noqa: ARG001 - the shape of all
    return None


@dataclass(frozen=True, slots=True)
class Remedies:
    """What is said beside every problem of one kind of file."""

    see: str  #: e.g. "see docs/inventory.md"
    instead: Instead = _nothing_special


def record_of(
    kind: type[_R], document: Document, path: Path, who: str, remedies: Remedies
) -> tuple[_R | None, list[Problem]]:
    """The record that stands at ``path``, which a person calls ``who``; None if it is refused, and every reason why.

    What was refused when the text was read is not told again.
    """
    value: Any = document.value
    for part in path:
        value = value[part]
    try:
        return kind.model_validate(value), []
    except ValidationError as error:
        errors = error.errors(include_url=False)
    problems = []
    for each in errors[:MAX_PROBLEMS_OF_RECORD]:
        if each["input"] is not None:  # None: refused before, and told
            line = document.line_of((*path, *each["loc"]))
            problems.append(Problem(document.file, line, *_words(kind, who, each, remedies)))
    if len(errors) > MAX_PROBLEMS_OF_RECORD:
        message = f"{who}: {len(errors)} problems in one entry"
        remedy = f"mend those above first; {remedies.see}"
        problems.append(Problem(document.file, document.line_of(path), message, remedy))
    return None, problems


def meant(word: str, known: Sequence[str]) -> str:
    """What to do about a word that is not among the known ones."""
    near = get_close_matches(word[:64], known, n=1)
    return f"did you mean {near[0]}?" if near else f"known here: {', '.join(known)}"


def _words(kind: type[Record], who: str, error: ErrorDetails, remedies: Remedies) -> tuple[str, str]:
    """What is wrong and how to mend it, of one error that pydantic found in a record of ``kind``."""
    loc = [str(part + 1) if isinstance(part, int) else part for part in error["loc"]]
    place = ", ".join([who, ".".join(loc)] if loc else [who])
    if error["type"] == REFUSED:
        return f"{place}: {error['ctx']['message']}", error["ctx"]["remedy"]
    if error["type"] == "missing":
        return f"{', '.join([who, *loc[:-1]])}: the key {loc[-1]} is missing", f"add it; {remedies.see}"
    if error["type"] == "extra_forbidden":
        remedy = remedies.instead(kind, error["loc"]) or meant(str(error["loc"][-1]), _keys(kind, error["loc"][:-1]))
        return f"{', '.join([who, *loc[:-1]])}: unknown key {shown(loc[-1])}", remedy
    if error["type"] == "too_long":
        return f"{place}: more than {error['ctx']['max_length']} entries", f"write fewer; {remedies.see}"
    if error["type"] == "tuple_type":
        return f"{place}: is not a list", "write it in brackets, with commas: [one, another]"
    return f"{place}: is not a mapping", f"write keys and values, such as id: a-name; {remedies.see}"


def _keys(kind: type[Record], loc: Sequence[str | int]) -> list[str]:
    """The keys, as they are written, of the record at ``loc`` within one of ``kind``."""
    for name in loc:
        if isinstance(name, str):  # a place in a list of records changes nothing
            inner = [part for part in _parts(kind.model_fields[name].annotation) if isinstance(part, type)]
            kind = next(part for part in inner if issubclass(part, Record))
    return [each.alias or name for name, each in kind.model_fields.items()]


def _parts(annotation: Any) -> tuple[Any, ...]:
    return get_args(annotation) or (annotation,)
