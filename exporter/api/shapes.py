"""The words in which schemas of the API are written (JSON Schema 2020-12, as OpenAPI 3.1 takes it).

Lives here: one function for each kind of value. Must not live here: any schema of a document, which stands beside the
code that makes the document. Every field of a record is always there; what nobody knows is null.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

__all__ = [
    "ID_PATTERN",
    "Named",
    "Schema",
    "flag",
    "identifier",
    "integer",
    "listing",
    "maybe",
    "number",
    "one_of",
    "ratio",
    "record",
    "resolved",
    "seconds",
    "text",
    "unix_time",
]

#: What ids of the inventory look like (``schema_values``); codes of regencies are two numbers.
ID_PATTERN, KABKOTA_PATTERN = r"^[a-z0-9-]{1,63}$", r"^[0-9]{2}\.[0-9]{2}$"


@dataclass(frozen=True, slots=True)
class Named:
    """A schema that the document keeps under a name, for others to refer to."""

    name: str
    schema: Mapping[str, Any]


Schema = Mapping[str, Any] | Named


def text(says: str, **more: Any) -> dict[str, Any]:
    """A string."""
    return {"type": "string", "description": says, **more}


def identifier(says: str) -> dict[str, Any]:
    """An id of the inventory."""
    return text(says, pattern=ID_PATTERN)


def number(says: str, **more: Any) -> dict[str, Any]:
    """A number; it may have decimals."""
    return {"type": "number", "description": says, **more}


def integer(says: str, **more: Any) -> dict[str, Any]:
    """A whole number that is not negative."""
    return {"type": "integer", "minimum": 0, "description": says, **more}


def unix_time(says: str) -> dict[str, Any]:
    """A moment."""
    return number(f"{says}; Unix seconds")


def seconds(says: str) -> dict[str, Any]:
    """A length of time."""
    return number(f"{says}; seconds", minimum=0)


def ratio(says: str) -> dict[str, Any]:
    """A share, or null where there is nothing that it could be a share of."""
    return {"type": ["number", "null"], "minimum": 0, "maximum": 1, "description": says}


def flag(says: str) -> dict[str, Any]:
    """True or false."""
    return {"type": "boolean", "description": says}


def one_of(says: str, values: Iterable[str]) -> dict[str, Any]:
    """One of a closed set of words."""
    return {"type": "string", "enum": [str(value) for value in values], "description": says}


def listing(says: str, of: Schema, **more: Any) -> dict[str, Any]:
    """A list."""
    return {"type": "array", "items": of, "description": says, **more}


def record(says: str, fields: Mapping[str, Schema]) -> dict[str, Any]:
    """An object of exactly these fields."""
    return {
        "type": "object",
        "description": says,
        "properties": dict(fields),
        "required": list(fields),
        "additionalProperties": False,
    }


def maybe(schema: Schema) -> dict[str, Any]:
    """The same, or null where nobody knows or where there is none."""
    if isinstance(schema, Named):
        return {"anyOf": [schema, {"type": "null"}]}
    found = {**schema, "type": [schema["type"], "null"]}
    if "enum" in found:
        found["enum"] = [*found["enum"], None]
    return found


def resolved(schema: Any, found: dict[str, Any]) -> Any:
    """The schema as JSON: what has a name is put into ``found`` and referred to."""
    if isinstance(schema, Named):
        found[schema.name] = resolved(schema.schema, found)
        return {"$ref": f"#/components/schemas/{schema.name}"}
    if isinstance(schema, Mapping):
        return {key: resolved(value, found) for key, value in schema.items()}
    if isinstance(schema, list | tuple):
        return [resolved(value, found) for value in schema]
    return schema
