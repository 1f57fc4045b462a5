"""Pictures of dashboards: places, texts that fit, stretches, buckets, words."""

from __future__ import annotations

import math
from datetime import datetime
from itertools import combinations

import numpy as np
import pytest

from grafana.pictures.__main__ import main
from grafana.pictures.content import WIB, Content, Line, PictureError
from grafana.pictures.draw import Drawn, draw_dashboard, height_px, place_of
from grafana.pictures.panels import KINDS
from grafana.pictures.panels.geomap import mercator
from grafana.pictures.panels.heatmap import between, bound
from grafana.pictures.panels.stat import tiles
from grafana.pictures.panels.state_timeline import stretches
from grafana.pictures.panels.text import Block, blocks
from grafana.pictures.panels.timeseries import with_gaps
from grafana.pictures.sheet import Box, Sheet, readable_on
from grafana.reading import Panel, load_all
from grafana.shown import Column


def _panel(kind: str, left: int, top: int, width: int, height: int, **more: object) -> Panel:
    grid = {"x": left, "y": top, "w": width, "h": height}
    return Panel({"type": kind, "title": kind, "gridPos": grid, "targets": [{"refId": "A"}], **more})


def _line(times: list[float], values: list[float], *, name: str = "a") -> Line:
    return Line(name, tuple(times), tuple(values), tuple(f"{value:g}" for value in values), ("#0072B2",) * len(values))


def _content(panel: Panel, *columns: Column) -> Content:
    return Content(panel, [columns] if columns else [], 3600.0, 3600, 15, lambda ticks: [f"{tick:g}" for tick in ticks])


def _column(name: str, values: list[object], *, kind: str = "number") -> Column:
    texts = tuple(map(str, values))
    return Column(name, kind, False, None, None, tuple(values), texts, (None,) * len(values))


def test_a_wall_is_a_screen() -> None:
    """27 rows of the grid with the caption below are 1080 pixels, and 24 columns are 1920."""
    assert height_px([_panel("stat", 0, 0, 24, 27)]) == 1080
    box = place_of(_panel("stat", 0, 0, 24, 27))
    assert box.left == 1920 - box.right


def test_the_committed_wall_is_a_screen() -> None:
    """What hangs in the NOC is at most 1920x1080."""
    (wall,) = (each for each in load_all() if each.uid == "pantau-dinding")
    assert 1000 < height_px(wall.panels) <= 1080


def test_panels_do_not_touch() -> None:
    """Neighbours on the grid have a gap between them."""
    boxes = [place_of(_panel("stat", left, top, 8, 4)) for left in (0, 8, 16) for top in (0, 4)]
    for one, other in combinations(boxes, 2):
        assert (
            one.right + 7 < other.left
            or other.right + 7 < one.left
            or one.bottom + 7 < other.top
            or other.bottom + 7 < one.top
        )


def test_every_kind_that_ships_can_be_drawn() -> None:
    """No committed dashboard has a panel of a kind that would be left out."""
    kinds = {panel.kind for each in load_all() for panel in each.panels}
    assert kinds
    assert kinds - {"row"} <= KINDS.keys()


def test_an_unknown_kind_is_a_problem() -> None:
    """A panel that cannot be drawn is named, in words that say why."""
    content = _content(_panel("barchart", 0, 0, 6, 4), _column("Value", [1.0]))
    _, problems = draw_dashboard("x", [Drawn(content)], at_unix_s=0.0)
    assert problems == ["barchart: panel of type 'barchart' cannot be drawn"]


def test_a_problem_of_its_queries_is_told_with_the_panel() -> None:
    """Also when there are no answers to draw."""
    _, problems = draw_dashboard("x", [Drawn(_content(_panel("stat", 0, 0, 6, 4)), "parse error")], at_unix_s=0.0)
    assert problems == ["stat: parse error"]


def test_no_data_is_no_problem() -> None:
    """An empty answer says so in the panel's own words."""
    panel = _panel("stat", 0, 0, 6, 4, fieldConfig={"defaults": {"noValue": "Belum ada"}})
    content = _content(panel)
    assert content.nothing == "Belum ada"
    sheet, problems = draw_dashboard("x", [Drawn(content)], at_unix_s=0.0)
    assert problems == []
    assert "Belum ada" in [text.get_text() for text in sheet.ground.texts]


def test_the_picture_says_what_it_is() -> None:
    """The caption says that it is no screen of Grafana's, and when it was drawn, in WIB."""
    at = datetime(2026, 11, 23, 9, 14, tzinfo=WIB).timestamp()
    holding = "Prometheus berisi provinsi simulasi"
    sheet, _ = draw_dashboard("Dinding NOC", [], at_unix_s=at)
    texts = [text.get_text() for text in sheet.ground.texts]
    assert texts == [
        "Dinding NOC",
        f"Digambar dari kueri panel terhadap {holding}; bukan tangkapan layar Grafana. 23/11/2026 09.14 WIB",
    ]


def test_a_text_is_cut_where_its_room_ends() -> None:
    """With an ellipsis, and not at all when it fits; nothing is left where there is no room."""
    sheet = Sheet(400, 100)
    words = "Badan Pendapatan Daerah Provinsi"
    assert sheet.cut(words, 13.0, 400.0) == words
    cut = sheet.cut(words, 13.0, 120.0)
    assert cut.endswith("…")
    assert sheet.text_width(cut, 13.0) <= 120.0
    assert sheet.cut(words, 13.0, 2.0) == ""


def test_a_text_in_lines_loses_no_word() -> None:
    """Each line fits, and together they are the text."""
    sheet = Sheet(400, 100)
    words = "Tautan putus bila tidak menjawab selama batas yang disepakati dalam kontrak"
    lines = sheet.wrapped(words, 13.0, 150.0)
    assert " ".join(lines) == words
    assert len(lines) > 2
    assert all(sheet.text_width(line, 13.0) <= 150.0 for line in lines)


def test_a_dollar_is_a_dollar() -> None:
    """Nothing between two of them is taken for a formula."""
    sheet = Sheet(400, 100)
    sheet.text(0, 50, "$a_b$", size_px=13.0)
    assert not sheet.ground.texts[0].get_parse_math()


@pytest.mark.parametrize(("ground", "ink"), [("#0072B2", "#ffffff"), ("#D55E00", "#ffffff"), ("#E69F00", "#202226")])
def test_ink_is_read_on_its_ground(ground: str, ink: str) -> None:
    """White on blue and vermilion, dark on orange."""
    assert readable_on(ground) == ink


@pytest.mark.parametrize("count", [1, 4, 27])
def test_tiles_stand_within_their_panel(count: int) -> None:
    """As many as there are figures, none over the edge."""
    box = Box(10, 20, 600, 300)
    found = tiles(box, count, "auto")
    assert len(found) == count
    assert all(tile.right <= box.right + 0.01 and tile.bottom <= box.bottom + 0.01 for tile in found)
    assert len({(tile.left, tile.top) for tile in found}) == count


def test_a_gap_stays_a_gap() -> None:
    """Nothing is drawn between two points that are further apart than the step."""
    times, values = with_gaps(_line([0.0, 15.0, 60.0], [1.0, 1.0, 2.0]), 15)
    assert times == [0.0, 15.0, 30.0, 60.0]
    assert [math.isnan(value) for value in values] == [False, False, True, False]


def test_equal_states_are_one_stretch_but_not_over_a_gap() -> None:
    """Each lasts until the next begins, the last one a step; what was not measured has none."""
    line = _line([0.0, 15.0, 30.0, 45.0, 120.0], [0.0, 0.0, 4.0, 4.0, 4.0])
    found = [(each.begin_s, each.end_s, each.words) for each in stretches(line, 15)]
    assert found == [(0.0, 30.0, "0"), (30.0, 60.0, "4"), (120.0, 135.0, "4")]


def test_buckets_are_taken_apart() -> None:
    """Counts up to each bound become counts between the bounds, never below 0; a missing time counts nothing."""
    lines = [_line([0.0, 1.0], [2.0, 4.0], name="0.1"), _line([0.0, 1.0], [5.0, 3.0], name="1")]
    times, cells = between(lines)
    assert times == [0.0, 1.0]
    np.testing.assert_array_equal(cells, [[2.0, 4.0], [3.0, 0.0]])


def test_a_bucket_is_called_by_its_bound() -> None:
    """The last one is infinite; anything else is refused."""
    assert bound(_line([], [], name="+Inf")) == math.inf
    with pytest.raises(PictureError, match="'x' is no bound"):
        bound(_line([], [], name="x"))


def test_the_map_is_mercator_s() -> None:
    """A degree of latitude is as long as one of longitude at the equator, and longer further south."""
    assert mercator(0.0) == pytest.approx(0.0)
    assert mercator(-60.0) - mercator(-59.0) == pytest.approx(-1.97, abs=0.02)


def test_markdown_becomes_blocks() -> None:
    """Headings, items, paragraphs of several lines and the rows of a table, without their marks."""
    text = "# Judul\nsatu *dua*\ntiga\n\n- butir [pranala](/d/x)\n1. kedua\n\n| a | b |\n|---|---|\n| `1` | 2 |\n"
    assert blocks(text) == [
        Block(("Judul",), is_heading=True),
        Block(("satu dua tiga",)),
        Block(("butir pranala",), begin="•"),
        Block(("kedua",), begin="1."),
        Block(("a", "b")),
        Block(("1", "2")),
    ]


@pytest.mark.parametrize("words", ["--at besok", "--var link", "--var =x", "--dashboard tidak-ada"])
def test_wrong_use_is_refused(words: str) -> None:
    """Exit code 2 before anything is asked."""
    try:
        code = main(f"--prometheus 1 {words}".split())
    except SystemExit as ended:
        code = int(ended.code or 0)
    assert code == 2
