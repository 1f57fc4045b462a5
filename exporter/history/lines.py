"""The lines of the journal: one JSON object each, to values and back.

Lives here: the form (docs/history.md). Must not live here: files, what is remembered. A line that is not exactly of
this form is refused, so that nothing is believed that was not written by us.
"""

from __future__ import annotations

import json
from typing import Any

from exporter.beside import Cause
from exporter.past import PastOutage, Watched
from exporter.scope import Scope

__all__ = ["FIRST_LINE", "read_line", "written"]

#: What every journal begins with; another number is another form.
FIRST_LINE = '{"pantau_journal": 1}'

#: No line of ours is longer; evidence is one line of text.
MAX_LINE_BYTES = 4_096

_OUTAGE = {
    "link": str,
    "start_unix_ns": int,
    "end_unix_ns": (int, type(None)),
    "start_seen": bool,
    "end_seen": bool,
    "scope": (str, type(None)),
    "cause": str,
    "evidence": str,
    "pending": bool,
}
_WATCHED = {"start_unix_ns": int, "end_unix_ns": int}


def written(entry: PastOutage | Watched) -> str:
    """The line, without its end."""
    names = _OUTAGE if isinstance(entry, PastOutage) else _WATCHED
    kind = "outage" if isinstance(entry, PastOutage) else "watched"
    return json.dumps({kind: {name: getattr(entry, name) for name in names}}, ensure_ascii=True)


def read_line(line: bytes) -> PastOutage | Watched:
    """What a line says. Raises ValueError, with the reason, for any that is not of the form."""
    if len(line) > MAX_LINE_BYTES:
        raise ValueError(f"longer than {MAX_LINE_BYTES} bytes")
    try:
        found = json.loads(line)
    except RecursionError:
        raise ValueError("nested too deep") from None
    if not isinstance(found, dict) or len(found) != 1:
        raise ValueError("not one object with one key")
    ((kind, values),) = found.items()
    if kind == "watched":
        return _watched(_checked(values, _WATCHED))
    if kind == "outage":
        return _outage(_checked(values, _OUTAGE))
    raise ValueError("neither an outage nor a watched span")


def _checked(values: Any, form: dict[str, Any]) -> dict[str, Any]:
    if not isinstance(values, dict) or values.keys() != form.keys():
        raise ValueError("other keys than " + ", ".join(form))
    for name, kinds in form.items():
        value = values[name]
        if not isinstance(value, kinds) or (isinstance(value, bool) and kinds is not bool):
            raise ValueError(f"{name} is of another type")
        if isinstance(value, int) and not 0 <= value < 2**63:
            raise ValueError(f"{name} is no time")
    return values


def _watched(values: dict[str, Any]) -> Watched:
    if values["start_unix_ns"] > values["end_unix_ns"]:
        raise ValueError("it ends before it begins")
    return Watched(**values)


def _outage(values: dict[str, Any]) -> PastOutage:
    end = values["end_unix_ns"]
    if end is not None and (end < values["start_unix_ns"] or not values["end_seen"]):
        raise ValueError("its end is before its beginning, or was not seen")
    scope = values["scope"]
    return PastOutage(**{**values, "scope": None if scope is None else Scope(scope), "cause": Cause(values["cause"])})
