"""Queries are sent as Grafana sends them, and an answer that should be otherwise is complained of."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from grafana.asking import Answer, Question, questions
from grafana.reading import Dashboard
from grafana.substitution import Span, filled, names_in, span_of
from tests.support.panels import Expectation, Phase, complaint, of_no_panel

RIGHT = Path(__file__).parents[1] / "data/grafana/right.json"


@pytest.mark.parametrize(
    ("begin", "points", "interval", "span"),
    [
        ("now-6h", None, None, Span(21_600, 20)),
        ("now-15m", None, None, Span(900, 5)),
        ("now-30d", 720, None, Span(2_592_000, 3600)),
        ("now-30d", None, "4h", Span(2_592_000, 14_400)),
        ("now/M", None, None, Span(2_678_400, 1800)),
        ("now-24h", 2, None, Span(86_400, 43_200)),
    ],
)
def test_the_step_is_range_over_points(begin: str, points: int | None, interval: str | None, span: Span) -> None:
    """Rounded to a step that Grafana has, and at least the scrape interval and the panel's own least."""
    assert span_of(begin, points=points, interval=interval) == span


@pytest.mark.parametrize(("step_s", "rate"), [(5, "20s"), (15, "20s"), (30, "35s")])
def test_a_rate_has_four_scrapes(step_s: int, rate: str) -> None:
    """The larger of four scrapes, and the step and a scrape."""
    assert filled("$__rate_interval", {}, Span(3600, step_s)) == rate


def test_variables_are_filled_in() -> None:
    """Plain, in braces, with a format; several as alternatives, their own signs escaped; ``$1`` stays."""
    values = {"a": ["x.y"], "b": ["p", "q"], "c": [".*"]}
    text = '{a=~"$a",b=~"${b}",c=~"${c:regex}"}[${__range_s}s] $1'
    assert filled(text, values, Span(60, 5)) == '{a=~"x\\\\.y",b=~"(p|q)",c=~".*"}[60s] $1'
    assert names_in(text) == {"a", "b", "c", "__range_s"}
    with pytest.raises(KeyError):
        filled("$d", values, Span(60, 5))


def test_every_query_is_asked() -> None:
    """Of panels and annotations, with the range of the dashboard, at once or over it."""
    board = Dashboard(json.loads(RIGHT.read_text(encoding="utf-8")), "right.json")
    values = {"datasource": ["x"], "provider": [".*"], "link": ["l-1"]}
    asked = questions(board, values, "all")
    assert [(each.panel, each.is_instant) for each in asked] == [
        ("Tautan putus", True),
        ("Waktu tempuh", False),
        ("Tautan", True),
        ("Putus", False),
    ]
    assert 'link="l-1"}[25s]' in asked[1].expr
    assert asked[2].expr == 'opd_link_info{provider=~".*"}'


QUESTION = Question("u", "P", "A", "all", "expr", Span(60, 5), is_instant=True)
NOTHING, SEVEN = Answer((), (), 0, 0.0), Answer((({"link": "l-1"}, 7.0),), (), 1, 0.0)


def test_data_is_expected_while_the_exporter_runs() -> None:
    """An empty answer is complained of, with panel and query; in a gap nothing is demanded."""
    assert complaint(QUESTION, SEVEN, Phase.NORMAL, ()) == ""
    assert "u: panel 'P', query A (all), normal: no data" in complaint(QUESTION, NOTHING, Phase.NORMAL, ())
    assert complaint(QUESTION, NOTHING, Phase.GAP, ()) == ""


def test_data_is_complained_of_where_none_should_be() -> None:
    """With the reason of the expectation, and what was seen."""
    empty = Expectation("u", "P", "nothing is out", empty=frozenset({Phase.NORMAL}))
    assert complaint(QUESTION, NOTHING, Phase.NORMAL, [empty]) == ""
    assert "'l-1'} 7, and there should be nothing: nothing is out" in complaint(QUESTION, SEVEN, Phase.NORMAL, [empty])
    assert "no data" in complaint(QUESTION, NOTHING, Phase.OUTAGE, [empty])


def test_numbers_are_compared() -> None:
    """A sum that is another one is complained of; so is none."""
    counted = Expectation("u", "*", "what was cut", sums={Phase.OUTAGE: 7, Phase.GAP: 0})
    assert complaint(QUESTION, SEVEN, Phase.OUTAGE, [counted]) == ""
    assert "come to 0: what was cut" in complaint(QUESTION, SEVEN, Phase.GAP, [counted])
    assert "come to 0" in complaint(QUESTION, NOTHING, Phase.GAP, [counted])


def test_errors_and_warnings_are_complained_of() -> None:
    """Whatever is expected."""
    failed = Answer((), ("many-to-many matching not allowed",), 0, 0.0)
    anything = Expectation("u", "P", "", full=frozenset())
    assert "many-to-many" in complaint(QUESTION, failed, Phase.GAP, [anything])


def test_an_expectation_of_no_panel_is_named() -> None:
    """A typing error in a title would else excuse nothing and be seen by nobody."""
    right, wrong = Expectation("u", "P", ""), Expectation("u", "Q", "")
    assert of_no_panel([right, wrong], [QUESTION]) == ["u: panel 'Q', query *"]
