"""Recording rules of windows: the committed file is what the code makes, and names can be asked for."""

from __future__ import annotations

import re

import pytest
import yaml

from alert_rules.generate import PATH, text
from alert_rules.windows import FIGURES, LEVELS, LINK, WINDOWS, Figure, Level, Window, groups, record


def test_the_committed_file_is_what_the_code_makes() -> None:
    """``make docs`` would change nothing."""
    assert PATH.read_text(encoding="utf-8") == text()


@pytest.mark.parametrize("level", [LINK, *LEVELS], ids=lambda level: level.name)
@pytest.mark.parametrize("window", WINDOWS, ids=lambda window: window.name)
def test_every_figure_of_every_level_and_window_is_recorded_once(level: Level, window: Window) -> None:
    """Seven figures, seven levels, four windows: none is left out and none is there twice."""
    recorded = [rule["record"] for group in yaml.safe_load(text())["groups"] for rule in group["rules"]]
    assert [recorded.count(record(level, figure, window)) for figure in FIGURES] == [1] * len(FIGURES)


@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: f"{figure.metric}:{figure.operation}")
def test_a_name_has_level_metric_and_operation(figure: Figure) -> None:
    """The form that Prometheus' page on recording rules asks for."""
    assert re.fullmatch(r"link:opd_link_[a-z_]+:[a-z0-9_]+5m", record(LINK, figure, WINDOWS[0]))


def test_a_range_of_tiles_is_a_second_shorter_than_its_window() -> None:
    """Otherwise tiles on both edges would be counted where both ends of a range are closed."""
    units = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}
    for window in WINDOWS[1:]:
        seconds = sum(int(count) * units[unit] for count, unit in re.findall(r"(\d+)([dhms])", window.range))
        assert seconds == window.seconds - 1


def test_groups_are_named_in_the_order_in_which_they_read_each_other() -> None:
    """A group reads nothing of a later one."""
    seen: set[str] = set()
    for group in groups():
        for rule in group.rules:
            seen.add(rule.record)
            read = set(re.findall(r"[a-z]+:opd_[a-z_]+:[a-z0-9_]+", rule.expr))
            assert read <= seen, rule.record
