"""Dashboards as code: the committed files, and what all dashboards have alike."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from grafana import theme
from grafana.boards import transition
from grafana.generate import FOLDER, boards, texts
from grafana.layout import BOARDS, Board, Row, dashboard, href
from grafana.panels import NOTHING, Query, number
from grafana.tables import Column, table
from grafana.theme import MUTED, UP, mapped


def _board(*rows: Row) -> Board:
    return Board(uid="pantau-dinding", folder="NOC", description="Uji", rows=rows)


def _panel(title: str = "Judul") -> Any:
    return number(title, "Apa?", Query("up"), unit="none")


@pytest.mark.parametrize("path", texts(), ids=lambda path: path.name)
def test_a_committed_dashboard_is_what_the_code_makes(path: Path) -> None:
    """``make docs`` would change nothing."""
    assert path.read_text(encoding="utf-8") == texts()[path]


def test_no_dashboard_is_left_from_former_code() -> None:
    """Grafana shows every file of the folder."""
    assert set(FOLDER.rglob("*.json")) == set(texts())


def test_every_dashboard_that_others_link_to_is_made() -> None:
    """In the order of the links."""
    assert [board.uid for board in boards()] == list(BOARDS)


def test_panels_are_numbered_and_stand_side_by_side() -> None:
    """Headings have a line of their own, and the next row begins below the one before."""
    rows = (Row(4, ((6, _panel()), (18, _panel()))), Row(3, ((24, _panel()),), heading="Bagian"))
    made = dashboard(_board(*rows)).panels
    assert made is not None
    places = [(panel.id_val, *_place(panel)) for panel in made]
    assert places == [(1, 0, 0, 6, 4), (2, 6, 0, 18, 4), (3, 0, 4, 24, 1), (4, 0, 5, 24, 3)]


def _place(panel: Any) -> tuple[int, int, int, int]:
    place = panel.grid_pos
    return place.x, place.y, place.w, place.h


def test_a_row_wider_than_the_grid_is_refused() -> None:
    """Grafana would push the panel elsewhere."""
    with pytest.raises(ValueError, match="a row of 25 columns"):
        dashboard(_board(Row(4, ((13, _panel()), (12, _panel())))))


def test_an_address_names_each_variable() -> None:
    """In Grafana's form."""
    assert href("pantau-tautan", "link=a-1", "opd=b") == "/d/pantau-tautan?var-link=a-1&var-opd=b"


def _table(*queries: Query, columns: tuple[Column, ...]) -> Any:
    made = table("Judul", "Apa?", *queries, columns=columns, sort="Nilai").build()
    return json.loads(json.dumps(made, default=lambda value: value.to_json()))


@pytest.mark.parametrize(("queries", "value"), [(1, "Value"), (2, "Value #A")])
def test_a_column_of_values_is_named_as_the_data_source_names_it(queries: int, value: str) -> None:
    """With one query it is called Value, with several each has its letter."""
    made = _table(*[Query("up")] * queries, columns=(Column("job", "Tugas"), Column("A", "Nilai", unit="none")))
    by_id = {step["id"]: step["options"] for step in made["transformations"]}
    assert by_id["filterFieldsByName"] == {"include": {"names": ["job", value]}}
    assert by_id["organize"]["renameByName"] == {"job": "Tugas", value: "Nilai"}


def test_a_column_without_a_title_is_there_but_hidden() -> None:
    """Links of a row read it."""
    made = _table(Query("up"), columns=(Column("link"), Column("A", "Nilai", unit="none")))
    (hidden,) = (each for each in made["fieldConfig"]["overrides"] if each["matcher"]["options"] == "link")
    assert {"id": "custom.hidden", "value": True} in hidden["properties"]


def test_an_empty_cell_does_not_say_what_an_empty_table_says() -> None:
    """Its words in the cell of a row that is there would be a lie."""
    made = _table(Query("up"), columns=(Column("A", "Nilai"),))["fieldConfig"]
    (column,) = made["overrides"]
    assert made["defaults"]["noValue"] == NOTHING
    assert {"id": "noValue", "value": "-"} in column["properties"]


def test_a_map_of_phases_has_its_own_words_colours_and_one_size() -> None:
    """Phases are neither good nor bad: none is larger, and none has the colour of a state."""
    phases = transition.board()
    (panel,) = (each for row in phases.rows for _, each in row.panels if "geomap" in type(each).__module__)
    made = json.loads(json.dumps(panel.build(), default=lambda value: value.to_json()))
    steps = [each["color"] for each in made["fieldConfig"]["defaults"]["thresholds"]["steps"]]
    points = made["options"]["layers"][1]["config"]["style"]
    assert steps == [colour for _, colour in theme.PHASES.values()]
    assert not set(steps) & set(theme.COLOURS.values())
    assert points["color"]["field"] == "Fase"
    assert "field" not in points["size"]


@pytest.mark.parametrize(("filled", "colour"), [(True, UP), (False, MUTED)])
def test_blue_words_are_light(filled: bool, colour: str) -> None:
    """The blue of the ground under white words is too dark for words on the dark ground."""
    panel = number(
        "Judul", "Apa?", Query("up"), unit="none", of=((None, UP),), mappings=mapped({"1": ("BAIK", UP)}), filled=filled
    )
    made = json.dumps(panel.build(), default=lambda value: value.to_json())
    assert {UP, MUTED} & set(re.findall("#[0-9A-F]{6}", made)) == {colour}
