"""Every committed dashboard through Grafana's own library: what it would show of invented answers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from grafana.asking import Curve
from grafana.shown import Column, show

_FOLDER = Path(__file__).parents[2] / "grafana/dashboards"
_NOW_S = 1_795_622_400.0


def _panels(*kinds: str) -> Iterator[tuple[str, Any]]:
    for path in sorted(_FOLDER.rglob("*.json")):
        for panel in json.loads(path.read_text(encoding="utf-8"))["panels"]:
            if panel["type"] in kinds:
                yield f"{path.stem}: {panel['title']}", panel


_TABLES = dict(_panels("table"))
_NUMBERS = dict(_panels("stat", "bargauge"))


def _included(panel: Any) -> list[str]:
    """The fields that a table keeps, in the order of its columns."""
    (names,) = (
        step["options"]["include"]["names"] for step in panel["transformations"] if step["id"] == "filterFieldsByName"
    )
    return [str(name) for name in names]


def _is_label(field: str) -> bool:
    return field != "Time" and not field.startswith("Value")


def _answers(panel: Any) -> list[list[Curve]]:
    """Two rows for each query, with every label that the table shows; the second is later and has larger values."""
    labels = [name for name in _included(panel) if _is_label(name)]
    return [
        [Curve({name: f"{name}-{row}" for name in labels}, ((_NOW_S + row, 10.0 * row + place),)) for row in (1, 2)]
        for place, _ in enumerate(panel["targets"])
    ]


@pytest.fixture(scope="module")
def tables() -> dict[str, list[list[Column]]]:
    """What Grafana makes of each table."""
    return dict(zip(_TABLES, show([(panel, _answers(panel)) for panel in _TABLES.values()]), strict=True))


@pytest.mark.parametrize("name", _TABLES)
def test_a_table_has_its_columns_and_a_row_for_each_thing(name: str, tables: dict[str, list[list[Column]]]) -> None:
    """The answers are joined to one frame of two rows, whose columns are those that were kept, in their order."""
    panel = _TABLES[name]
    (organize,) = (step["options"] for step in panel["transformations"] if step["id"] == "organize")
    (frame,) = tables[name]
    assert [column.name for column in frame] == [
        organize["renameByName"].get(field, field) for field in _included(panel)
    ]
    assert {len(column.texts) for column in frame} == {2}


@pytest.mark.parametrize("name", _TABLES)
def test_every_rule_of_a_table_is_about_a_column_that_it_has(name: str, tables: dict[str, list[list[Column]]]) -> None:
    """A rule for a name that no column bears does nothing, and nobody sees that it does nothing."""
    (frame,) = tables[name]
    ruled = {rule["matcher"]["options"] for rule in _TABLES[name]["fieldConfig"]["overrides"]}
    assert ruled <= {column.name for column in frame}


@pytest.mark.parametrize("name", _TABLES)
def test_a_column_that_is_there_for_links_only_is_hidden(name: str, tables: dict[str, list[list[Column]]]) -> None:
    """And no other: what is hidden has the name of a label, what is shown that of a column."""
    (frame,) = tables[name]
    (organize,) = (step["options"] for step in _TABLES[name]["transformations"] if step["id"] == "organize")
    unnamed = set(_included(_TABLES[name])) - set(organize["renameByName"])
    assert {column.name for column in frame if column.hidden} == unnamed


@pytest.mark.parametrize("name", _TABLES)
def test_the_worst_row_stands_first(name: str, tables: dict[str, list[list[Column]]]) -> None:
    """Rows are in the order of the column that the panel says it is sorted by."""
    (by,) = _TABLES[name]["options"]["sortBy"]
    (frame,) = tables[name]
    assert by["displayName"] in {column.name for column in frame}
    values = next(column for column, field in zip(frame, _included(_TABLES[name]), strict=True) if "Value" in field)
    rows = [int(value // 10) for value in values.values]
    assert rows == ([2, 1] if by["desc"] else [1, 2])


@pytest.fixture(scope="module")
def figures() -> dict[str, list[list[Column]]]:
    """What Grafana makes of 1 in each panel of figures."""
    asked = [(panel, [[Curve({}, ((_NOW_S, 1.0),))] for _ in panel["targets"]]) for panel in _NUMBERS.values()]
    return dict(zip(_NUMBERS, show(asked), strict=True))


@pytest.mark.parametrize("name", _NUMBERS)
def test_a_figure_has_a_text(name: str, figures: dict[str, list[list[Column]]]) -> None:
    """Of a unit that Grafana does not know the bare name would stand behind the number."""
    unit = _NUMBERS[name]["fieldConfig"]["defaults"]["unit"]
    for frame in figures[name]:
        (text,) = frame[-1].texts
        assert text
        assert len(unit) <= len("bps") or unit not in text, text
        assert not re.search("NaN|undefined|null", text)
