"""What dashboards look back on is found in their queries, and gets an invented past that Prometheus can read."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

from bench.history import Series, Wanted, wanted, write_history
from bench.month import Past, write_month
from bench.month_beside import Samples, beside, polled
from bench.page_beside import all_probed, beside_now
from exporter.loading import load_inventory
from exporter.stack.stack import checkout
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
    (kept,) = wanted([_question(r'a{b=~"32\\.73|\"x\"", c!~"d"}', is_instant=False)])
    assert kept.selector == r'a{b=~"32\\.73|\"x\"",c!~"d"}'
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


def test_the_invented_month_has_an_outage_and_a_gap(tmp_path: Path) -> None:
    """In the outage the provider's links answer nothing, and others do; in the gap nothing was recorded of anything."""
    until, hour = 1_795_000_000, 3600
    past = Past("penyedia-b", range(until - 6 * hour, until - 4 * hour), range(until - 3 * hour, until - hour))
    whole = load_inventory(checkout() / "rehearsal/provinsi-kecil").inventory
    inventory = replace(
        whole,
        links={
            link.id: link
            for link in whole.links.values()
            if link.site.startswith(("uptd-kab-bogor", "balai-kab-bogor"))
        },
    )
    write_month(tmp_path / "m", inventory, "127.0.0.1:9715", until_unix_s=until, days=1, past=past)
    seen: dict[str, dict[int, float]] = {}
    for line in (tmp_path / "m").read_text(encoding="utf-8").splitlines():
        if line.startswith("provider:opd_link_echo_replies:increase5m"):
            series, value, time = line.rsplit(" ", 2)
            seen.setdefault(series.split("provider=")[1], {})[int(time)] = float(value)
    out, other = seen['"penyedia-b"}'], seen['"penyedia-c"}']
    assert {value for time, value in out.items() if time in past.out} == {0.0}
    assert min(value for time, value in out.items() if time not in past.out) > 0
    assert min(other.values()) > 0
    assert not [time for time in (*out, *other) if time in past.gap]


def test_the_invented_month_has_traffic_of_links_that_are_polled() -> None:
    """Tiles, utilisation and causes of these alone; none while a provider was out, and the cause of that at its end."""
    until, hour = 1_795_000_000, 3600
    past = Past("penyedia-a", range(until - 6 * hour, until - 4 * hour), range(until - 3 * hour, until - hour))
    inventory = load_inventory(checkout() / "rehearsal/provinsi-kecil").inventory
    asked = {link.id for link in polled(inventory)}
    assert 0 < len(asked) < len(inventory.links)
    common = 'job="pantau",instance="p"'
    month = range(until - 30 * 86_400, until)
    found: dict[str, dict[str, Samples]] = {}
    for each in beside(inventory, common, month, past.gap, {past.provider: past.out}):
        name, labels = each.selector.split("{", 1)
        link = labels.split('link="')[1].split('"')[0]
        found.setdefault(name, {})[link] = each
        out = past.out if inventory.provider_of(inventory.links[link]).id == past.provider else range(0)
        assert not [time for time in each.times if time in past.gap or time in out]
        assert len(each.times) == len(each.values)
    tiles, ratios = found["link:opd_link_traffic_bytes:increase1h"], found["link:opd_link_utilisation:ratio5m"]
    assert set(tiles) == set(ratios) == asked
    for link, each in ratios.items():
        assert 0 < max(each.values) < 1
        mean_bits = 50e6 * sum(each.values) / len(each.values)
        carried_bits = 8 * sum(tiles[link].values) / len(tiles[link].values) / hour
        assert math.isclose(carried_bits, (mean_bits - 2000) * 1.15 + 4000, rel_tol=0.01)
    assert any(past.out.stop + 60 in each.times for each in found["link:opd_link_outage_cause:decided"].values())


def test_the_page_of_the_benchmark_probes_every_link() -> None:
    """Each has a device and every probe, and records stay the same objects until the next poll."""
    inventory = all_probed(load_inventory(checkout() / "rehearsal/provinsi-kecil").inventory)
    minute = 1_795_000_020
    first, same, later = (beside_now(inventory, minute + after, minute - 600.0) for after in (1, 59, 60))
    assert len(first.devices) == len(inventory.links)
    assert len(first.probes) == len(inventory.links) * len(inventory.probes)
    assert first is same
    (before, *_), (after, *_) = first.devices, later.devices
    assert before.counters["interface_received_bytes"] < after.counters["interface_received_bytes"]
    assert before.epoch_unix_s == after.epoch_unix_s
