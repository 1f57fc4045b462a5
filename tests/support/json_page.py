"""``docs/evidence-data.md`` as a schema: what the page says of a file, compared with the file.

Lives here: the page's small language of types. Must not live here: expectations of figures.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from math import gcd
from pathlib import Path
from typing import Any

from exporter.evidence.period import Month

__all__ = ["differences"]

_PAGE = Path(__file__).parents[2] / "docs/evidence-data.md"


def _is_count(value: Any) -> bool:
    return type(value) is int and value >= 0


def _is_ratio(value: Any) -> bool:
    if not isinstance(value, dict) or value.keys() != {"numerator", "denominator"}:
        return False
    above, below = value["numerator"], value["denominator"]
    return _is_count(above) and _is_count(below) and above <= below and gcd(above, below) == 1


def _parses(parse: Callable[[str], object], value: Any) -> bool:
    try:
        parse(value)
    except (TypeError, ValueError):
        return False
    return True


_SINGLE: dict[str, Callable[[Any], bool]] = {
    "text": lambda value: isinstance(value, str),
    "bool": lambda value: isinstance(value, bool),
    "count": _is_count,
    "ms": _is_count,
    "rupiah": _is_count,
    "ratio": _is_ratio,
    "day": lambda value: _parses(date.fromisoformat, value),
    "month": lambda value: _parses(Month.parse, value),
}


@cache
def _records() -> dict[str, dict[str, str]]:
    """For each record of the page, the type of each key."""
    records: dict[str, dict[str, str]] = {}
    for section in _PAGE.read_text(encoding="utf-8").split("\n## ")[1:]:
        name, body = section.split("\n", 1)
        rows = [[cell.strip() for cell in line.split("|")[1:3]] for line in body.splitlines() if line.startswith("| `")]
        records[name] = {key: kind for keys, kind in rows for key in re.findall(r"`([^`]+)`", keys)}
    return records


def differences(value: Any, kind: str, where: str = "") -> Iterator[str]:
    """Where ``value`` is not what the page says of a ``kind``."""
    if kind.endswith("?"):
        if value is not None:
            yield from differences(value, kind[:-1], where)
    elif kind.startswith("list of "):
        yield from _members(value, list, kind.removeprefix("list of "), where)
    elif kind.startswith("map of "):
        yield from _members(value, dict, kind.removeprefix("map of "), where)
    elif kind in _SINGLE:
        if not _SINGLE[kind](value):
            yield f"{where}: {value!r} is no {kind}"
    else:
        known = _records()[kind]
        yield from (f"{where}.{key}: on one side only" for key in sorted(known.keys() ^ value.keys()))
        for key in sorted(known.keys() & value.keys()):
            yield from differences(value[key], known[key], f"{where}.{key}")


def _members(value: Any, whole: type[Any], kind: str, where: str) -> Iterator[str]:
    if not isinstance(value, whole):
        yield f"{where}: is no {whole.__name__}"
        return
    members = value.items() if whole is dict else enumerate(value)
    for key, each in members:
        yield from differences(each, kind, f"{where}[{key}]")
