"""What may be asked for in the query of an address, read strictly.

Lives here: the kinds of parameters, their schemas, and refusing. Must not live here: HTTP objects, documents. A
parameter that is unknown, empty, given twice or of a wrong form is refused, all of them at once: a filter that is
misspelt must not look like an empty province.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from exporter.api.problem import ProblemError, Status
from exporter.api.shapes import ID_PATTERN, KABKOTA_PATTERN

__all__ = ["CURSOR", "LIMIT", "MOST_OF_A_PAGE", "Parameter", "choice", "identifier_of", "kabkota_code", "read"]

#: Rows of one page, unless fewer are asked for, and at most. A thousand links are 0.4 MB, 20 kB gzipped.
ROWS_OF_A_PAGE, MOST_OF_A_PAGE = 200, 1_000


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter; what is read is text, or a whole number where the schema says so."""

    name: str
    says: str
    schema: Mapping[str, Any]

    def problem(self, value: str) -> str | None:
        """Why the value is refused, in words; None: it is fine."""
        if "enum" in self.schema:
            words = self.schema["enum"]
            return None if value in words else f"{self.name}: one of {', '.join(words)}"
        if self.schema["type"] == "integer":
            low, high = self.schema["minimum"], self.schema["maximum"]
            is_fine = re.fullmatch(r"[1-9][0-9]{0,8}", value) is not None and low <= int(value) <= high
            return None if is_fine else f"{self.name}: a whole number from {low} to {high}"
        is_fine = re.fullmatch(self.schema["pattern"].strip("^$"), value) is not None
        return None if is_fine else f"{self.name}: must look like {self.schema['pattern']}"

    def read(self, value: str) -> str | int:
        """The value, which has no problem."""
        return int(value) if self.schema["type"] == "integer" else value


def identifier_of(name: str, says: str) -> Parameter:
    """An id of the inventory."""
    return Parameter(name, says, {"type": "string", "pattern": ID_PATTERN})


def kabkota_code(says: str) -> Parameter:
    """The code of a regency or city."""
    return Parameter("kabkota", says, {"type": "string", "pattern": KABKOTA_PATTERN})


def choice(name: str, says: str, words: Iterable[str]) -> Parameter:
    """One of a closed set of words."""
    return Parameter(name, says, {"type": "string", "enum": [str(word) for word in words]})


LIMIT = Parameter(
    "limit",
    "Rows of one page",
    {"type": "integer", "minimum": 1, "maximum": MOST_OF_A_PAGE, "default": ROWS_OF_A_PAGE},
)
CURSOR = identifier_of("cursor", "Where the page begins: `next_cursor` of the page before")


def read(allowed: Sequence[Parameter], given: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """The values by name; a default where there is one. Raises ProblemError with every problem."""
    known = {parameter.name: parameter for parameter in allowed}
    names = [name for name, _ in given]
    problems = []
    if not known.keys() >= set(names):
        problems.append(f"unknown parameter; allowed: {', '.join(known) or 'none'}")
    problems += [f"{name}: given more than once" for name in known if names.count(name) > 1]
    problems += [found for name, value in given if name in known and (found := known[name].problem(value)) is not None]
    if problems:
        raise ProblemError(Status.BAD_REQUEST, "The query of the address is not understood.", problems)
    values = {name: parameter.schema["default"] for name, parameter in known.items() if "default" in parameter.schema}
    return values | {name: known[name].read(value) for name, value in given}
