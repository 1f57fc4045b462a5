"""What the wall says of a few sites, as promtool evaluates its queries: what is not known is never told as well."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from alert_rules.now import LINK_CODE, OPEN_LINKS, OPEN_SINCE, SITE_CODE, Code
from grafana.boards import providers, wall
from grafana.layout import Board
from tests.support.promql import Answers, asked

_UP = {'up{job="pantau", instance="p"}': "1x10", "opd_exporter_uplink_up": "1x10"}
_FRESH = "{}x10"
_STILL = "_ {} _x9"  # recorded once, four minutes ago


def _codes(codes: Mapping[str, int], values: str = _FRESH, instance: str = "p") -> dict[str, str]:
    """A site and its only link for each name, with its code."""
    found = {}
    for name, code in codes.items():
        about = f'job="pantau", instance="{instance}", site="{name}"'
        area = 'kabkota="32.05", kabkota_name="Kabupaten Garut"'
        found[f"{SITE_CODE.record}{{{about}, {area}}}"] = values.format(code)
        found[f'{LINK_CODE.record}{{{about}, link="{name}-1", provider="penyedia-a"}}'] = values.format(code)
    return found


def _many(*worst: int, of: int = 40) -> dict[str, int]:
    """So many sites, the first with these codes and the others well."""
    return {f"s{number}": code for number, code in enumerate([*worst, *[Code.UP] * (of - len(worst))])}


def _open(scope: str, rank: int) -> dict[str, str]:
    labels = f'job="pantau", instance="p", scope="{scope}", rank="{rank}"'
    return {f"{OPEN_SINCE}{{{labels}}}": "1x10", f"{OPEN_LINKS}{{{labels}}}": "20x10"}


@pytest.mark.parametrize(
    ("series", "verdict"),
    [
        (_UP | _codes(_many()), 0),
        (_UP | _codes(_many(Code.PLANNED)), 0),
        (_UP | _codes(_many(Code.DOWN)), 2),
        (_UP | _codes(_many(Code.DOWN)) | _open("provider", 3), 3),
        (_UP | _codes(_many(Code.DOWN)) | _open("provider", 3) | _open("core", 1), 4),
        (_UP | _codes(_many(Code.UNKNOWN)), 6),
        (_UP | _codes(_many(*[Code.UNKNOWN] * 21)), 5),
        (_UP | _codes(_many(*[Code.DEGRADED] * 2)), 0),
        (_UP | _codes(_many(*[Code.DEGRADED] * 3)), 7),
        (_UP | _codes(_many(), _STILL), 5),
        (_UP, 5),
        ({}, 5),
        (_UP | _codes(_many()) | {"opd_exporter_uplink_up": "0x10"}, 5),
        (_UP | _codes(_many()) | {'up{job="pantau", instance="p"}': "0x10"}, 5),
    ],
    ids=lambda value: str(value) if isinstance(value, int) else "",
)
def test_the_word_for_the_province(answers: Answers, series: dict[str, str], verdict: int) -> None:
    """Blind comes before broken, broken before bad, and NORMAL is said only of what was recorded just now."""
    answers(series, (asked(wall.board(), "Keadaan provinsi"), {"{}": verdict}))


def test_what_two_exporters_measure_is_counted_once(answers: Answers) -> None:
    """Of two opinions the worse."""
    both = _codes({"a": Code.DOWN, "b": Code.UP}) | _codes({"a": Code.UP, "b": Code.UP}, instance="q")
    down = (asked(wall.board(), title) for title in ("Lokasi putus", "Tautan putus"))
    area = asked(wall.board(), "Lokasi putus menurut kabupaten/kota")
    tile = '{kabkota="32.05", kabkota_name="Kab. Garut"}'
    answers(_UP | both, *((query, {"{}": 1}) for query in down), (area, {tile: 1}))


def test_of_what_nobody_knows_nothing_is_counted(answers: Answers) -> None:
    """While all is unknown, 0 down would look well; the number of unknown sites is told."""
    unknown = _UP | _codes(_many(*[Code.UNKNOWN] * 40))
    counts = (asked(wall.board(), title) for title in ("Lokasi putus", "Tautan putus", "Menurun", "Pekerjaan"))
    area = asked(wall.board(), "Lokasi putus menurut kabupaten/kota")
    answers(
        unknown,
        *((query, {}) for query in counts),
        (asked(wall.board(), "Tanpa data"), {"{}": 40}),
        (area, {'{kabkota="32.05", kabkota_name="Kab. Garut"}': -1}),
    )


@pytest.mark.parametrize(
    ("board", "title"), [(wall.board(), "Penyedia"), (providers.board(), "Perbandingan")], ids=["wall", "providers"]
)
def test_a_provider_of_whose_links_nobody_knows_has_none_counted(answers: Answers, board: Board, title: str) -> None:
    """0 down would look well; one link that is known is enough for a count."""
    named = {'provider:opd_provider_info:held{job="pantau", instance="p", provider="penyedia-a", name="A"}': "1x10"}
    known = {'{provider="penyedia-a", name="A"}': 0}
    answers(named | _codes({"a": Code.UNKNOWN, "b": Code.UNKNOWN}), (asked(board, title, "B"), {}))
    answers(named | _codes({"a": Code.UNKNOWN, "b": Code.UP}), (asked(board, title, "B"), known))


def test_the_clock_stops_with_whichever_stops_first(answers: Answers) -> None:
    """The exporter's own time goes on while rules stand still, and the other way round."""
    clock = asked(wall.board(), "Jam data (WIB)")
    name = "opd_exporter_snapshot_timestamp_seconds"
    answers(_codes(_many()) | {name: "299x10"}, (clock, {"{}": 299_000}))
    answers(_codes(_many(), _STILL) | {name: "299x10"}, (clock, {"{}": 60_000}))
    answers(_codes(_many()), (clock, {}))


def test_outages_are_in_the_order_of_what_is_worst(answers: Answers) -> None:
    """By scope first, then by the links that are down: the hidden column that rows are sorted by."""
    order = asked(wall.board(), "Gangguan terbuka", "D")
    series = _open("provider", 3) | _open("link", 5)
    answers(series, (order, {'{scope="provider"}': 3_000_020, '{scope="link"}': 1_000_020}))
