"""What the harness of the dashboards calls wrong with a figure that depends on when it was asked."""

from __future__ import annotations

import pytest

from grafana.asking import Answer, Question
from grafana.substitution import Span
from tests.support.panels import Expectation, Phase, complaint

_QUESTION = Question("u", "P", "A", "all", "up", Span(3600, 5), is_instant=True)
_ABOUT = Expectation("u", "P", "so the router counted", about=lambda: 1000.0)


@pytest.mark.parametrize(("value", "is_wrong"), [(1000.0, False), (820.0, False), (700.0, True), (8000.0, True)])
def test_a_figure_is_about_what_it_should_be(value: float, is_wrong: bool) -> None:
    """A fifth more or less is right, bits in place of bytes are not; while all is cut nobody knows."""
    answer = Answer((({}, value),), (), 1, 0.0)
    assert ("should be about 1000" in complaint(_QUESTION, answer, Phase.NORMAL, [_ABOUT])) is is_wrong
    assert complaint(_QUESTION, answer, Phase.OUTAGE, [_ABOUT]) == ""
