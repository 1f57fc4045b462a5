"""Values as canonical JSON: one value has one text.

Lives here: the form of each kind of value, and of the whole file. Must not live here: what a file says (``data``,
``quality``). Keys are sorted, sets too; a ratio is ``{"numerator", "denominator"}`` in lowest terms, a day is ISO 8601,
an absent value is null. There is no number with a fraction in such a file.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from fractions import Fraction
from typing import Any

from exporter.evidence.period import Month

__all__ = ["Forms", "json_bytes", "plain_value"]

#: For types that a file writes otherwise: the value that stands in their place.
Forms = Mapping[type, Callable[[Any], Any]]

_AS_THEY_ARE: Forms = {}


def json_bytes(value: Any, forms: Forms = _AS_THEY_ARE) -> bytes:
    """RFC 8259, UTF-8, two blanks a level, a line end at the end. Raises TypeError for a value with no form here."""
    plain = plain_value(value, forms)
    return (json.dumps(plain, ensure_ascii=False, allow_nan=False, indent=2, sort_keys=True) + "\n").encode()


def plain_value(value: Any, forms: Forms = _AS_THEY_ARE) -> Any:
    """The value as dictionaries, lists, texts and whole numbers. Raises TypeError for one with no form here."""
    form = forms.get(type(value))
    if form is not None:
        return plain_value(form(value), forms)
    if isinstance(value, Mapping):
        return {_key(key): plain_value(each, forms) for key, each in value.items()}
    if isinstance(value, frozenset):
        return sorted(plain_value(each, forms) for each in value)
    if isinstance(value, tuple | list):
        return [plain_value(each, forms) for each in value]
    if is_dataclass(value) and not isinstance(value, Month):
        return {each.name: plain_value(getattr(value, each.name), forms) for each in fields(value)}
    return _single(value)


def _single(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, Fraction):
        return {"numerator": value.numerator, "denominator": value.denominator}
    if isinstance(value, date | Month):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no canonical form")


def _key(key: Any) -> str:
    text = _single(key)
    if not isinstance(text, str):
        raise TypeError(f"{key!r} is no key of an object")
    return text
