"""What dashboards look back on is found in their queries, and gets an invented past that Prometheus can read."""

from __future__ import annotations

from pathlib import Path

from bench.history import Series, Wanted, wanted, write_history
from grafana.asking import Question
from grafana.substitution import Span


def _question(expr: str, *, is_instant: bool) -> Question:
    return Question("u", "P", "A", "all", expr, Span(3600, 5), is_instant=is_instant)


def test_selectors_are_found_with_how_far_they_reach() -> None:
    """The range shown, ranges, subqueries and offsets add up; of the present alone nothing is wanted."""
    asked = [
        _question('rate(a{b="c"}[5m] offset 1h) or max_over_time(d[10m:1m])', is_instant=False),
        _question("d + sum_over_time(e[1d])", is_instant=True),
    ]
    assert wanted(asked) == [Wanted('a{b="c"}', 7500), Wanted("d{}", 4200), Wanted("e{}", 86_400)]


def test_the_past_is_written_for_prometheus(tmp_path: Path) -> None:
    """Counters grow, whole numbers stay, names are quoted; a series that two selectors find is written once."""
    counter = Series({"__name__": "opd_a_total", "name": 'Kantor "A"'}, 1000.5)
    state = Series({"__name__": "site:opd_b:code"}, 4.0)
    plans = [(Wanted("x", 30), 10, [counter, state]), (Wanted("y", 30), 10, [state])]
    assert write_history(tmp_path / "h", plans, until_unix_s=100) == (6, [])
    lines = (tmp_path / "h").read_text(encoding="utf-8").splitlines()
    assert lines[3:] == [*(f"site:opd_b:code{{}} 4.0 {time}" for time in (70, 80, 90)), "# EOF"]
    values = [float(line.rsplit(" ", 2)[1]) for line in lines[:3]]
    assert values == sorted(set(values))
    assert lines[0].startswith('opd_a_total{name="Kantor \\"A\\""} ')
