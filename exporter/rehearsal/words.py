"""What pydantic refused in a scenario, in words with a remedy.

Lives here: one error in, two texts out. Must not live here: files, lines, the schema itself.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from exporter.plain_text import shown
from exporter.schema import REFUSED

__all__ = ["words_of"]

_SEE = "see rehearsal/README.md"


def words_of(kind: type[BaseModel], error: ErrorDetails) -> tuple[str, str]:
    """What is wrong and how to mend it, of one error that pydantic found in a document of ``kind``."""
    place = ".".join(str(part + 1) if isinstance(part, int) else part for part in error["loc"]) or "the file"
    last = str(error["loc"][-1]) if error["loc"] else ""
    if error["type"] == REFUSED:
        return f"{place}: {error['ctx']['message']}", error["ctx"]["remedy"]
    if error["type"] == "missing":
        return f"{place}: the key is missing", f"add it; {_SEE}"
    if error["type"] == "extra_forbidden":
        known = _keys(kind, error["loc"][:-1])
        near = get_close_matches(last, known, n=1)
        remedy = f"did you mean {near[0]}?" if near else f"known here: {', '.join(known)}"
        return f"{place}: unknown key {shown(last)}", remedy
    if error["type"] == "too_long":
        return f"{place}: more than {error['ctx']['max_length']} entries", "write fewer"
    if error["type"] == "tuple_type":
        return f"{place}: is not a list", "write entries that each begin with -, or [one, another]"
    return f"{place}: is not a mapping", f"write keys and values; {_SEE}"


def _keys(kind: type[BaseModel], loc: tuple[int | str, ...]) -> list[str]:
    """The keys of the record at ``loc`` within a document of ``kind``."""
    for name in loc:
        if isinstance(name, str):
            kind = next(part for part in _parts(kind.model_fields[name].annotation))
    return list(kind.model_fields)


def _parts(annotation: Any) -> list[type[BaseModel]]:
    """The records that an annotation is made of."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [found for part in get_args(annotation) for found in _parts(part)]
