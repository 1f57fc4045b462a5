"""What a panel's settings make of one value: a text and a colour.

Lives here: value mappings, thresholds, overrides by field. Must not live here: units (``units``), rows and columns
(``frames``), any drawing.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from grafana.pictures.frames import Cell, Field, Frame, PictureError
from grafana.pictures.units import formatted

__all__ = [
    "NOTHING",
    "PALETTE",
    "TEXT",
    "Shown",
    "colour_of",
    "range_of",
    "readable_on",
    "settings",
    "shown",
    "steps_of",
]

TEXT = "#ccccdc"

#: Where a panel does not say it itself.
NOTHING = "Tidak ada data"

#: For series without a colour of their own, in their order. (Grafana chooses by the name, from another palette.)
PALETTE = ("#56B4E9", "#E69F00", "#009E73", "#CC79A7", "#F0E442", "#D55E00", "#0072B2", "#999999")

#: Grafana's names for colours, as its dark theme has them.
_NAMED = {
    "text": TEXT,
    "white": "#ffffff",
    "black": "#000000",
    "transparent": "none",
    "green": "#73BF69",
    "yellow": "#FADE2A",
    "red": "#F2495C",
    "blue": "#5794F2",
    "orange": "#FF9830",
    "purple": "#B877D9",
    "gray": "#999999",
    "grey": "#999999",
}

Settings = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Shown:
    """A value as people see it; no colour where the panel gives it none."""

    text: str
    colour: str | None


def colour_of(name: str) -> str:
    """``#rrggbb`` of a colour that Grafana knows by name; a shade of one ("dark-red") is that one."""
    return name if name.startswith(("#", "rgb")) else _NAMED.get(name.rpartition("-")[2], TEXT)


def readable_on(colour: str) -> str:
    """White or black, whichever Grafana writes on a ground of this colour: white while its contrast is 3 or more."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [each / 12.92 if each <= 0.03928 else ((each + 0.055) / 1.055) ** 2.4 for each in channels]
    luminance = sum(weight * each for weight, each in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
    return "#ffffff" if 1.05 / (luminance + 0.05) >= 3 else "#202226"


def settings(panel: Settings, frame: Frame, field: Field) -> dict[str, Any]:
    """The panel's defaults with the overrides that match the field, the last one winning.

    Raises PictureError for a way of matching that is not known here.
    """
    config = panel.get("fieldConfig") or {}
    found: dict[str, Any] = {**(config.get("defaults") or {})}
    found["custom"] = dict(found.get("custom") or {})
    for rule in config.get("overrides") or []:
        if _matches(panel, rule["matcher"], frame, field):
            for each in rule["properties"]:
                name = str(each["id"])
                into = found["custom"] if name.startswith("custom.") else found
                into[name.removeprefix("custom.")] = each.get("value")
    return found


def _matches(panel: Settings, matcher: Settings, frame: Frame, field: Field) -> bool:
    wanted = matcher.get("options")
    match matcher["id"]:
        case "byName":
            return bool(field.title == wanted)
        case "byRegexp":
            return re.search(str(wanted).strip("/"), field.title) is not None
        case "byType":
            return bool(field.kind == wanted)
        case "byFrameRefID":
            return bool(frame.ref == wanted)
    raise PictureError(f"panel {panel.get('title')!r}: fields matched {matcher['id']!r} cannot be drawn")


def shown(value: Cell, of: Settings, *, at_unix_s: float) -> Shown:
    """The text and colour of a value; ``of`` are the ``settings`` of its field."""
    mapped = _mapped(value, of.get("mappings") or [])
    own = _own_colour(value, of)
    if mapped and mapped.get("text"):
        return Shown(str(mapped["text"]), colour_of(mapped["color"]) if mapped.get("color") else own)
    if mapped and mapped.get("color"):
        own = colour_of(mapped["color"])
    if value is None or value == "":
        return Shown(str(of.get("noValue") or "") if value is None else "", None)
    if isinstance(value, str):
        return Shown(value, own)
    return Shown(formatted(value, str(of.get("unit") or ""), of.get("decimals"), at_unix_s=at_unix_s), own)


def _own_colour(value: Cell, of: Settings) -> str | None:
    colour = of.get("color") or {}
    if colour.get("mode") == "fixed":
        return colour_of(str(colour.get("fixedColor") or "text"))
    if colour.get("mode") != "thresholds":
        return None
    steps = steps_of(of)
    reached = [step for least, step in steps if isinstance(value, float) and value >= least] or [
        step for _, step in steps[:1]
    ]
    return reached[-1] if reached else None


def steps_of(of: Settings) -> list[tuple[float, str]]:
    """The thresholds, ascending: from which value on which colour. Those in percent are of min and max."""
    thresholds = of.get("thresholds") or {}
    least, most = range_of(of, most=100.0)
    scale = (most - least) / 100 if thresholds.get("mode") == "percentage" else 1.0
    base = least if thresholds.get("mode") == "percentage" else 0.0
    steps: Sequence[Settings] = thresholds.get("steps") or []
    found = [
        (-math.inf if step.get("value") is None else base + scale * float(step["value"]), colour_of(step["color"]))
        for step in steps
    ]
    return sorted(found, key=lambda step: step[0])


def range_of(of: Settings, *, most: float) -> tuple[float, float]:
    """The least and the largest value by the settings; 0 and ``most`` where they are silent."""
    largest = of.get("max")
    return float(of.get("min") or 0), most if largest is None else float(largest)


def _mapped(value: Cell, mappings: Sequence[Settings]) -> Settings | None:
    """The first mapping's result for a value."""
    for each in mappings:
        options = each.get("options") or {}
        match each.get("type"):
            case "value":
                found = options.get(_key(value))
            case "range":
                found = options.get("result") if _within(value, options) else None
            case "regex":
                found = _of_pattern(value, options)
            case "special":
                found = options.get("result") if _is_special(value, str(options.get("match"))) else None
            case _:
                found = None
        if found is not None:
            result: Settings = found
            return result
    return None


def _key(value: Cell) -> str:
    """A number as JavaScript writes it as a key."""
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def _within(value: Cell, options: Settings) -> bool:
    least, most = options.get("from"), options.get("to")
    return (
        isinstance(value, float) and (least is None or value >= float(least)) and (most is None or value <= float(most))
    )


def _of_pattern(value: Cell, options: Settings) -> Settings | None:
    pattern = re.compile(str(options.get("pattern") or "").strip("/"))
    if not isinstance(value, str) or not pattern.search(value):
        return None
    result = options.get("result") or {}
    text = re.sub(r"\$(\d)", r"\\\1", str(result.get("text") or ""))
    return {**result, "text": pattern.sub(text, value)}


def _is_special(value: Cell, wanted: str) -> bool:
    is_nan = isinstance(value, float) and math.isnan(value)
    return {
        "null": value is None,
        "nan": is_nan,
        "null+nan": value is None or is_nan,
        "empty": value == "",
        "true": value == "true",
        "false": value == "false",
    }.get(wanted, False)
