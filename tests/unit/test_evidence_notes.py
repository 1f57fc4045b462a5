"""Texts of the evidence dashboard: one paragraph is one line, tables and lists stay as they are."""

from __future__ import annotations

from typing import Any

from grafana.boards.evidence_notes import method, pemdi, provisional, spbe
from grafana.panels import Panel


def _lines(panel: Panel) -> list[str]:
    options: Any = panel.build().options
    return [line for line in options.content.split("\n") if line]


def test_a_paragraph_is_one_line() -> None:
    """Grafana shows each line break of a text: every line begins as a paragraph, a list or a table does."""
    for panel in (provisional(), spbe(), pemdi(), method()):
        for line in _lines(panel):
            assert line[0].isupper() or line[0] in "*#|-", line


def test_a_row_of_a_table_has_its_four_cells() -> None:
    """A row that swallowed the next, or was broken, has another number of bars."""
    for panel, rows in ((spbe(), 11), (pemdi(), 7)):
        table = [line for line in _lines(panel) if line.startswith("|")]
        assert [line.count("|") for line in table] == [5] * rows


def test_points_of_a_list_stay_apart() -> None:
    """What is not final yet, and why: three reasons."""
    assert sum(line.startswith("- ") for line in _lines(provisional())) == 3
