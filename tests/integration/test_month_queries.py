"""PromQL about the calendar month, answered by Prometheus' own engine.

``promtool test rules`` takes series and queries and needs no server. 0 is 01/01/1970 07.00 WIB: January ends at 737 h,
February at 1409 h.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from grafana import month
from grafana.queries import ERROR_BUDGET, MONTH_START, OPD_INFO

_P = 'job="pantau", instance="p"'

_CALENDAR = {f"{MONTH_START}": "-25200x736 2653200x671 5072400x100"}


def _check(promtool: str, folder: Path, series: dict[str, str], *cases: tuple[str, str, dict[str, float]]) -> None:
    """Each case: the query, when it is asked, and the values by their labels, rounded to a millionth."""
    test = {
        "interval": "1h",
        "input_series": [{"series": name, "values": values} for name, values in series.items()],
        "promql_expr_test": [
            {
                "expr": f"round(({expr}) * 1000000)",
                "eval_time": at,
                "exp_samples": [{"labels": labels, "value": round(value * 1e6)} for labels, value in values.items()],
            }
            for expr, at, values in cases
        ],
    }
    file = folder / "month.yml"
    file.write_text(json.dumps({"rule_files": [], "evaluation_interval": "1h", "tests": [test]}), encoding="utf-8")
    ran = subprocess.run(
        [promtool, "test", "rules", str(file)], capture_output=True, check=False, timeout=60, encoding="utf-8"
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_the_month_before_is_what_was_recorded_at_its_end(promtool: str, tmp_path: Path) -> None:
    """Not two months ago, not the sum of this month, and nothing where its last day was not recorded."""
    series = {
        f'province:opd_link_accountable_seconds:month{{{_P}, window="24x7"}}': "500x700 1000x35 _ 10x400",
        f'province:opd_link_accountable_down_seconds:month{{{_P}, window="24x7"}}': "100x700 9x35 _ 1x400",
        f'province:opd_link_accountable_seconds:month{{{_P}, window="service-hours"}}': "100x1400",
        f'province:opd_link_accountable_down_seconds:month{{{_P}, window="service-hours"}}': "50x1400",
        **_CALENDAR,
    }
    now, before = month.available("link", "24x7"), month.before("link", "24x7")
    _check(
        promtool,
        tmp_path,
        series,
        (now, "748h", {"{}": 0.9}),
        (before, "748h", {"{}": 0.991}),
        (before, "1400h", {"{}": 0.991}),
        (before, "1420h", {}),
        (month.before("link", "service-hours"), "1420h", {"{}": 0.5}),
        (month.before("link", "service-hours"), "748h", {"{}": 0.5}),
    )


def test_an_availability_is_cut_off_and_a_link_under_its_target_exceeds_it(promtool: str, tmp_path: Path) -> None:
    """99,496% is not 99,50%; a link that was down for exactly what its contract allows keeps it."""
    series = {}
    for link, down in {"a": 504, "b": 500, "c": 501, "d": 0}.items():
        series[f'link:opd_link_accountable_seconds:month{{{_P}, link="{link}"}}'] = "100000x2"
        series[f'link:opd_link_accountable_down_seconds:month{{{_P}, link="{link}"}}'] = f"{down}x2"
        series[f'{ERROR_BUDGET}{{{_P}, link="{link}"}}'] = "0.005x2"
    labels = {link: f'{{{_P}, link="{link}"}}' for link in "abcd"}
    _check(
        promtool,
        tmp_path,
        series,
        (
            month.LINK_AVAILABLE,
            "1h",
            {labels["a"]: 0.9949, labels["b"]: 0.995, labels["c"]: 0.9949, labels["d"]: 1},
        ),
        (month.LINK_UNDER, "1h", {labels["a"]: 504, labels["c"]: 501}),
        (f"sum({month.LINK_PROMISED})", "1h", {"{}": 2}),
    )


def test_a_level_divides_sums_and_leaves_out_links_that_are_gone(promtool: str, tmp_path: Path) -> None:
    """A link that was measured twice as long counts twice; of an office without measured time nothing is said."""
    links = {"a": ("dinkes", 1000, 100), "b": ("dinkes", 2000, 0), "c": ("disdik", 0, 0), "gone": ("", 1000, 1000)}
    series = {f'{OPD_INFO}{{{_P}, opd="{opd}", name="{opd.title()}"}}': "1x2" for opd in ("dinkes", "disdik")}
    for link, (opd, accountable, down) in links.items():
        series[f'link:opd_link_accountable_seconds:month{{{_P}, link="{link}"}}'] = f"{accountable}x2"
        series[f'link:opd_link_accountable_down_seconds:month{{{_P}, link="{link}"}}'] = f"{down}x2"
        series[f'link:opd_link_measured_seconds:month{{{_P}, link="{link}"}}'] = f"{accountable}x2"
        series[f'link:opd_link_elapsed_seconds:month{{{_P}, link="{link}"}}'] = "2000x2"
        if opd:
            series[f'link:opd_link_info:held{{{_P}, link="{link}", opd="{opd}", contract="k"}}'] = "1x2"
    dinkes, disdik = '{opd="dinkes", name="Dinkes"}', '{opd="disdik", name="Disdik"}'
    _check(
        promtool,
        tmp_path,
        series,
        (month.OPD.available(), "1h", {dinkes: 0.9666}),
        (month.OPD.covered(), "1h", {dinkes: 0.75, disdik: 0}),
    )
