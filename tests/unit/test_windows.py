"""Recording rules of windows: the committed file is what the code makes, and names can be asked for."""

from __future__ import annotations

import re

import pytest
import yaml

from alert_rules.generate import FOLDER, texts
from alert_rules.windows import (
    FIGURES,
    LEVELS,
    LINK,
    TILE_RANGE,
    TILE_S,
    WINDOWS,
    Figure,
    Level,
    Window,
    groups,
    record,
)
from docs.generate import RECORDING_PAGE
from docs.recording import recording_page
from docs.recording_more import CAUSE, NOW, TRAFFIC, TRANSITION, Record


@pytest.mark.parametrize("name", ["windows.yml", "now.yml"])
def test_a_committed_file_is_what_the_code_makes(name: str) -> None:
    """``make docs`` would change nothing."""
    assert (FOLDER / name).read_text(encoding="utf-8") == texts()[name]


def test_the_page_of_recorded_figures_is_what_the_code_makes() -> None:
    """``docs/recording.md`` as well, and it names every level, figure and window."""
    page = recording_page()
    assert RECORDING_PAGE.read_text(encoding="utf-8") == page
    assert all(f"| `{level.name}` |" in page for level in (LINK, *LEVELS))
    assert all(f"| `{figure.metric}:{figure.operation}WINDOW` |" in page for figure in FIGURES)
    assert all(f"| `{window.name}` |" in page for window in WINDOWS)


@pytest.mark.parametrize(
    ("file", "records"),
    [("now.yml", NOW), ("transition.yml", TRANSITION), ("traffic.yml", TRAFFIC), ("cause.yml", CAUSE)],
)
def test_the_page_has_every_record_of_a_file_and_no_other(file: str, records: tuple[Record, ...]) -> None:
    """What a file of rules records has its row, once."""
    document = yaml.safe_load((FOLDER / file).read_text(encoding="utf-8"))
    recorded = [rule["record"] for group in document["groups"] for rule in group["rules"]]
    assert sorted(each.name for each in records) == sorted(recorded)
    assert all(f"| `{each.name}` |" in recording_page() for each in records)


@pytest.mark.parametrize("level", [LINK, *LEVELS], ids=lambda level: level.name)
@pytest.mark.parametrize("window", WINDOWS, ids=lambda window: window.name)
def test_every_figure_of_every_level_and_window_is_recorded_once(level: Level, window: Window) -> None:
    """Seven figures, seven levels, four windows: none is left out and none is there twice."""
    recorded = [rule["record"] for group in yaml.safe_load(texts()["windows.yml"])["groups"] for rule in group["rules"]]
    assert [recorded.count(record(level, figure, window)) for figure in FIGURES] == [1] * len(FIGURES)


@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: f"{figure.metric}:{figure.operation}")
def test_a_name_has_level_metric_and_operation(figure: Figure) -> None:
    """The form that Prometheus' page on recording rules asks for."""
    assert re.fullmatch(r"link:opd_link_[a-z_]+:[a-z0-9_]+5m", record(LINK, figure, WINDOWS[0]))


def _seconds(duration: str) -> float:
    """A duration as PromQL writes it."""
    units = {"d": 86_400, "h": 3_600, "m": 60, "s": 1, "ms": 0.001}
    return sum(int(count) * units[unit] for count, unit in re.findall(r"(\d+)(ms|[dhms])", duration))


def test_a_range_of_tiles_is_a_millisecond_shorter_than_its_window() -> None:
    """Otherwise tiles on both edges would be counted where both ends of a range are closed."""
    for window in WINDOWS[1:]:
        assert round(window.seconds - _seconds(window.range), 6) == 0.001


def test_a_tile_looks_back_one_scrape_further_than_it_is_long() -> None:
    """With the interval that ships, 61 scrapes: the first is the last of the tile before."""
    shipped = yaml.safe_load((FOLDER.parent / "deploy/prometheus/prometheus.yml").read_text(encoding="utf-8"))
    scrape_s = _seconds(shipped["global"]["scrape_interval"])
    assert round(TILE_S + scrape_s - _seconds(TILE_RANGE), 6) == 0.001
    (tile,) = (
        rule for group in groups() for rule in group.rules if rule.record == "link:opd_link_echo_lost:increase5m"
    )
    assert tile.expr == f"increase(opd_link_echo_lost_total[{TILE_RANGE}]) * {TILE_S} / {_seconds(TILE_RANGE)}"


def test_groups_stand_in_the_order_in_which_they_read_each_other() -> None:
    """A group reads nothing of a later one, and promtool is told that order by every test of records."""
    seen: set[str] = set()
    for group in groups():
        for rule in group.rules:
            seen.add(rule.record)
            read = set(re.findall(r"[a-z]+:opd_[a-z_]+:[a-z0-9_]+", rule.expr))
            assert read <= seen, rule.record
    for file in sorted(FOLDER.glob("tests/records/windows*.yml")):
        told = yaml.safe_load(file.read_text(encoding="utf-8"))["group_eval_order"]
        assert told == [group.name for group in groups()], file.name
