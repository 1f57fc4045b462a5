"""The transformations that our panels use, as Grafana does them.

Lives here: frames in, frames out. Must not live here: how answers become frames (``frames``), drawing. One that is not
known here is refused by its name: a picture that leaves out a step would show what Grafana does not.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from grafana.pictures.frames import Cell, Field, Frame, PictureError

__all__ = ["transformed"]

Options = Mapping[str, Any]


def transformed(frames: Sequence[Frame], panel: Mapping[str, Any]) -> list[Frame]:
    """The frames after all transformations of the panel. Raises PictureError for one that is not known."""
    found = list(frames)
    for step in panel.get("transformations") or []:
        if step.get("disabled"):
            continue
        known = _KNOWN.get(step["id"])
        if known is None:
            raise PictureError(f"panel {panel.get('title')!r}: transformation {step['id']!r} cannot be drawn")
        found = known(found, step.get("options") or {})
    return found


def _merge(frames: list[Frame], _: Options) -> list[Frame]:
    """One frame: rows that agree in all columns common to all frames are one, as long as nothing contradicts."""
    if len(frames) < 2:
        return frames
    common = set.intersection(*({each.title for each in frame.fields} for frame in frames))
    columns: dict[str, Field] = {}
    rows: list[dict[str, Cell]] = []
    by_key: dict[tuple[Cell, ...], list[dict[str, Cell]]] = {}
    for frame in frames:
        for each in frame.fields:
            columns.setdefault(each.title, each)
        for row in _rows(frame):
            key = tuple(value for name, value in row.items() if name in common)
            alike = by_key.setdefault(key, [])
            fitting = next((old for old in alike if all(old.get(name, row[name]) == row[name] for name in row)), None)
            if fitting is None:
                alike.append(row)
                rows.append(row)
            else:
                fitting.update(row)
    return [_of_rows(frames[0].ref, columns, rows)]


def _join_by_field(frames: list[Frame], options: Options) -> list[Frame]:
    """One frame: rows with the same value in one column are one."""
    wanted = str(options.get("byField") or "Time")
    having = [frame for frame in frames if frame.named(wanted)]
    if len(having) < 2:
        return having or frames
    columns: dict[str, Field] = {}
    rows: dict[Cell, dict[str, Cell]] = {}
    seen: dict[Cell, int] = {}
    for place, frame in enumerate(having):
        names = {}
        for each in frame.fields:
            name = each.title
            while name != wanted and name in columns:
                name = f"{each.title} {place + 1}" if name == each.title else name + "'"
            names[each.title] = name
            columns.setdefault(name, each if name == each.title else replace(each, name=name, called=""))
        for row in _rows(frame):
            seen[row[wanted]] = seen.get(row[wanted], 0) + 1
            rows.setdefault(row[wanted], {}).update({names[name]: value for name, value in row.items()})
    inner = options.get("mode") == "inner"
    kept = [row for key, row in rows.items() if not inner or seen[key] >= len(having)]
    return [_of_rows(having[0].ref, columns, kept)]


def _filter_by_name(frames: list[Frame], options: Options) -> list[Frame]:
    def kept(name: str) -> bool:
        for word, wanted in (("include", True), ("exclude", False)):
            rule = options.get(word) or {}
            if rule.get("names") is not None or rule.get("pattern"):
                found = name in (rule.get("names") or []) or bool(
                    rule.get("pattern") and re.search(str(rule["pattern"]).strip("/"), name)
                )
                if found != wanted:
                    return False
        return True

    return [replace(frame, fields=tuple(each for each in frame.fields if kept(each.title))) for frame in frames]


def _organize(frames: list[Frame], options: Options) -> list[Frame]:
    hidden, order, named = (options.get(word) or {} for word in ("excludeByName", "indexByName", "renameByName"))

    def one(frame: Frame) -> Frame:
        kept = [each for each in frame.fields if not hidden.get(each.title)]
        kept.sort(key=lambda each: order.get(each.title, math.inf))
        return replace(
            frame,
            fields=tuple(replace(each, called=named[each.title]) if named.get(each.title) else each for each in kept),
        )

    return [one(frame) for frame in frames]


def _rename_by_regex(frames: list[Frame], options: Options) -> list[Frame]:
    pattern = re.compile(str(options.get("regex") or "(.*)").strip("/"))
    by = re.sub(r"\$(\d)", r"\\\1", str(options.get("renamePattern") or "$1"))
    return [
        replace(
            frame,
            fields=tuple(
                each if each.kind == "time" else replace(each, called=pattern.sub(by, each.title, count=1))
                for each in frame.fields
            ),
        )
        for frame in frames
    ]


def _sort_by(frames: list[Frame], options: Options) -> list[Frame]:
    def one(frame: Frame) -> Frame:
        found = frame
        for rule in reversed(options.get("sort") or []):
            by = found.named(str(rule.get("field")))
            if by is not None:
                found = _taken(found, _order(by.values, descending=bool(rule.get("desc"))))
        return found

    return [one(frame) for frame in frames]


def _order(values: Sequence[Cell], *, descending: bool) -> list[int]:
    """Places in the order of their values; nothing is less than anything, as in Grafana."""

    def key(place: int) -> tuple[bool, float, str]:
        value = values[place]
        if value is None or (isinstance(value, float) and math.isnan(value)):
            return (False, 0.0, "")
        return (True, 0.0, value.casefold()) if isinstance(value, str) else (True, value, "")

    return sorted(range(len(values)), key=key, reverse=descending)


def _limit(frames: list[Frame], options: Options) -> list[Frame]:
    most = int(options.get("limitField") or 10)
    return [_taken(frame, list(range(min(most, frame.rows)))) for frame in frames]


def _convert(frames: list[Frame], options: Options) -> list[Frame]:
    wanted = {each["targetField"]: each["destinationType"] for each in options.get("conversions") or []}

    def one(each: Field) -> Field:
        if each.title not in wanted:
            return each
        kind = wanted[each.title]
        if kind not in {"number", "string"}:
            raise PictureError(f"transformation 'convertFieldType' to {kind!r} cannot be drawn")
        convert = _number if kind == "number" else _text
        return replace(each, kind=kind, values=tuple(convert(value) for value in each.values))

    return [replace(frame, fields=tuple(one(each) for each in frame.fields)) for frame in frames]


def _number(value: Cell) -> Cell:
    try:
        return None if value is None else float(value)
    except ValueError:
        return None


def _text(value: Cell) -> Cell:
    return f"{value:.15g}" if isinstance(value, float) else value


def _rows(frame: Frame) -> list[dict[str, Cell]]:
    names = [each.title for each in frame.fields]
    return [dict(zip(names, row, strict=True)) for row in zip(*(each.values for each in frame.fields), strict=True)]


def _of_rows(ref: str, columns: Mapping[str, Field], rows: Sequence[Mapping[str, Cell]]) -> Frame:
    fields = (replace(each, values=tuple(row.get(name) for row in rows)) for name, each in columns.items())
    return Frame(ref, tuple(fields))


def _taken(frame: Frame, places: Sequence[int]) -> Frame:
    return replace(
        frame,
        fields=tuple(replace(each, values=tuple(each.values[place] for place in places)) for each in frame.fields),
    )


_KNOWN: dict[str, Callable[[list[Frame], Options], list[Frame]]] = {
    "merge": _merge,
    "joinByField": _join_by_field,
    "filterFieldsByName": _filter_by_name,
    "organize": _organize,
    "renameByRegex": _rename_by_regex,
    "sortBy": _sort_by,
    "limit": _limit,
    "convertFieldType": _convert,
}
