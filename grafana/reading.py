"""Dashboards as their JSON says them: panels, targets, variables.

Lives here: what is in the parsed JSON, by name, and the committed files. Must not live here: what is right
(``checks``), filling in variables (``substitution``), how dashboards are made (``layout``, ``boards``). Nothing here
imports the builders: what is checked is what Grafana will read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["DASHBOARDS", "Dashboard", "Panel", "Target", "Variable", "load", "load_all"]

#: Where the generated files are.
DASHBOARDS = Path(__file__).parent / "dashboards"

#: What a data source of Prometheus does for ``label_values(METRIC, LABEL)``, with or without a metric.
_LABEL_VALUES = re.compile(r"\s*label_values\((?:(?P<selector>.*),)?\s*(?P<label>\w+)\s*\)\s*", re.DOTALL)

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Target:
    """One query of a panel."""

    raw: Json

    @property
    def ref(self) -> str:
        """Its letter."""
        return str(self.raw.get("refId", ""))

    @property
    def expr(self) -> str:
        """What is asked, macros and variables as written."""
        return str(self.raw.get("expr", ""))

    @property
    def is_instant(self) -> bool:
        """Whether only the present is asked for."""
        return bool(self.raw.get("instant")) and not self.raw.get("range")


@dataclass(frozen=True, slots=True)
class Panel:
    """One panel, a heading (``row``) and a text included."""

    raw: Json

    @property
    def kind(self) -> str:
        """Its type: ``stat``, ``table`` and so on."""
        return str(self.raw.get("type", ""))

    @property
    def title(self) -> str:
        """Its title."""
        return str(self.raw.get("title") or "")

    @property
    def description(self) -> str:
        """What it says that it answers."""
        return str(self.raw.get("description") or "")

    @property
    def number(self) -> int | None:
        """Its id within the dashboard."""
        value = self.raw.get("id")
        return value if isinstance(value, int) else None

    @property
    def targets(self) -> list[Target]:
        """Its queries in their order."""
        return [Target(each) for each in self.raw.get("targets") or []]

    @property
    def place(self) -> tuple[int, int, int, int]:
        """Left, top, width and height in cells of the grid."""
        grid = self.raw.get("gridPos") or {}
        return int(grid.get("x", 0)), int(grid.get("y", 0)), int(grid.get("w", 0)), int(grid.get("h", 0))


@dataclass(frozen=True, slots=True)
class Variable:
    """One variable of a dashboard."""

    raw: Json

    @property
    def name(self) -> str:
        """By what queries name it."""
        return str(self.raw.get("name", ""))

    @property
    def kind(self) -> str:
        """Its type: ``query``, ``datasource`` and so on."""
        return str(self.raw.get("type", ""))

    @property
    def query(self) -> str:
        """What it asks for its values; empty for one that does not ask."""
        asked = self.raw.get("query", "")
        return str(asked.get("query", "")) if isinstance(asked, Mapping) else str(asked)

    @property
    def has_all(self) -> bool:
        """Whether all values can be chosen at once."""
        return bool(self.raw.get("includeAll"))

    def label_values(self) -> tuple[str, str] | None:
        """The selector, which may be empty, and the label of ``label_values``; nothing when it asks otherwise."""
        found = _LABEL_VALUES.fullmatch(self.query)
        return ((found["selector"] or "").strip(), found["label"]) if found else None


@dataclass(frozen=True, slots=True)
class Dashboard:
    """One dashboard."""

    raw: Json
    name: str  #: for people: its file, or its uid

    @property
    def uid(self) -> str:
        """By what links name it."""
        return str(self.raw.get("uid") or "")

    @property
    def panels(self) -> list[Panel]:
        """All panels, those within a collapsed row included, in their order."""
        return list(_flat(self.raw.get("panels") or []))

    @property
    def variables(self) -> list[Variable]:
        """Its variables in their order."""
        return [Variable(each) for each in (self.raw.get("templating") or {}).get("list") or []]

    @property
    def marks(self) -> list[Target]:
        """The queries of its annotations; the built-in one has none."""
        return [Target(each) for each in (self.raw.get("annotations") or {}).get("list") or [] if each.get("expr")]

    def asked(self) -> Iterator[tuple[str, Target]]:
        """Every query with the title of its panel, or the name of its annotation."""
        for panel in self.panels:
            yield from ((panel.title, target) for target in panel.targets)
        yield from ((str(mark.raw.get("name", "")), mark) for mark in self.marks)


def load(path: Path) -> Dashboard:
    """The dashboard in a file. Raises OSError and ValueError."""
    return Dashboard(json.loads(path.read_text(encoding="utf-8")), path.name)


def load_all(folder: Path = DASHBOARDS) -> list[Dashboard]:
    """Every dashboard in a folder and the folders in it, by name of file. Raises OSError and ValueError."""
    return [load(path) for path in sorted(folder.rglob("*.json"))]


def _flat(panels: list[Json]) -> Iterator[Panel]:
    for panel in panels:
        yield Panel(panel)
        yield from _flat(panel.get("panels") or [])
