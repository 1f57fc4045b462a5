"""What the board of the consolidation says about a few sites, as promtool evaluates its queries."""

from __future__ import annotations

from grafana.boards import transition
from grafana.queries import PHASE_SINCE
from tests.support.promql import Answers, asked

_SCRAPED = 'job="pantau", instance="p"'

#: a and b have moved and can be compared, c and d have moved and cannot, e is moving, f has not begun.
_PHASES = {
    "a": "central",
    "b": "central",
    "c": "central",
    "d": "central",
    "e": "transition",
    "f": "legacy",
}

#: By site, before and after: hours measured, availability, loss, mean RTT. c had no line before that was measured.
_QUALITY = {
    "a": ((100, 0.99, 0.02, 0.040), (300, 1.0, 0.0, 0.010)),
    "b": ((300, 1.0, 0.0, 0.020), (100, 0.96, 0.04, 0.030)),
    "c": (None, (200, 1.0, 0.0, 0.010)),
    "d": ((3, 1.0, 0.0, 0.010), (200, 1.0, 0.0, 0.010)),
}

_RECORDS = ("opd_link_measured_seconds", "opd_link_availability", "opd_link_loss", "opd_link_rtt_seconds")


def _sites() -> dict[str, str]:
    series = {f'opd:opd_opd_info:held{{{_SCRAPED}, opd="dinas", name="Dinas"}}': "1x10"}
    for site, phase in _PHASES.items():
        about = f'{_SCRAPED}, site="{site}", name="Kantor {site}", opd="dinas", kabkota="32.73"'
        about = f'{about}, kabkota_name="Kota Bandung"'
        series[f'site:opd_site_info:held{{{about}, lat="-6", lon="107"}}'] = "1x10"
        series[f'site:opd_site_phase:now{{{about}, phase="{phase}"}}'] = "1x10"
    return series


def _quality() -> dict[str, str]:
    series = {}
    for site, sides in _QUALITY.items():
        on = f'{_SCRAPED}, site="{site}"'
        for side, figures in zip(("before", "after"), sides, strict=True):
            if figures is not None:
                hours, *others = figures
                for record, value in zip(_RECORDS, (hours * 3600, *others), strict=True):
                    series[f"site:{record}:{side}_move{{{on}}}"] = f"{value}x10"
    for site in "ab":
        series[f'site:opd_site_quality:comparable{{{_SCRAPED}, site="{site}"}}'] = "1x10"
    series[f'site:opd_site_quality:worse_after_move{{{_SCRAPED}, site="b"}}'] = "1x10"
    return series


def _asked(title: str, query: str = "A", **variables: str) -> str:
    return asked(transition.board(), title, query, **variables)


def _row(site: str, reason: str = "") -> str:
    about = f'kabkota_name="Kota Bandung", name="Kantor {site}", opd="dinas", opd_name="Dinas", site="{site}"'
    return f'{{{about}, reason="{reason}"}}' if reason else f"{{{about}}}"


def test_sites_are_counted_by_phase_with_their_share(answers: Answers) -> None:
    """A phase that no site is in has none, unless there is no site at all: then nothing is said."""
    by_area = '{kabkota="32.73", kabkota_name="Kota Bandung"}'
    only_moved = {name: values for name, values in _sites().items() if 'phase="legacy"' not in name}
    answers(
        _sites(),
        (_asked("Lokasi menurut fase", "A"), {"{}": 1}),
        (_asked("Lokasi menurut fase", "C"), {"{}": 4}),
        (_asked("Lokasi menurut fase", "C", opd="lain"), {}),
        (_asked("Bagian lokasi", "A"), {"{}": 1 / 6}),
        (_asked("Menurut kabupaten/kota", "C"), {by_area: 1}),
        (_asked("Menurut OPD", "D"), {'{opd="dinas", opd_name="Dinas"}': 4}),
    )
    answers(
        only_moved,
        (_asked("Lokasi menurut fase", "A"), {"{}": 0}),
        (_asked("Lokasi menurut fase", "D"), {"{}": 1}),
        (_asked("Menurut kabupaten/kota", "B"), {by_area: 0}),
    )


def test_the_map_has_a_code_for_each_phase(answers: Answers) -> None:
    """In the order in which a site passes through them."""
    point = '{{kabkota_name="Kota Bandung", lat="-6", lon="107", name="Kantor {0}", site="{0}"}}'
    codes = {"legacy": 0, "transition": 1, "central": 2}
    answers(_sites(), (_asked("Peta fase"), {point.format(site): codes[phase] for site, phase in _PHASES.items()}))


def test_quality_is_weighed_by_measured_time_of_comparable_sites(answers: Answers) -> None:
    """Neither c nor d moves a figure; a site measured three times as long counts three times."""
    title = "Mutu layanan sebelum dan sesudah pindah"
    before, after = '{side="before"}', '{side="after"}'
    answers(
        {**_sites(), **_quality()},
        (_asked(title, "A"), {before: 2, after: 2}),
        (_asked(title, "B"), {before: 0.9975, after: 0.99}),
        (_asked(title, "C"), {before: 0.005, after: 0.01}),
        (_asked(title, "D"), {before: 0.025, after: 0.015}),
        (_asked(title, "E"), {before: 400, after: 400}),
    )


def test_who_is_worse_off_has_both_sides_and_their_hours(answers: Answers) -> None:
    """Four points less for b."""
    title = "Lokasi yang lebih buruk sejak pindah"
    answers(
        {**_sites(), **_quality()},
        (_asked(title, "A"), {_row("b"): 1}),
        (_asked(title, "C"), {_row("b"): (0.96 - 1.0) * 100}),
        (_asked(title, "E"), {_row("b"): 0.04}),
        (_asked(title, "F"), {_row("b"): 300}),
        (_asked(title, "G"), {_row("b"): 100}),
    )


def test_who_cannot_be_compared_is_counted_apart_and_named_with_the_reason(answers: Answers) -> None:
    """c had no measured line before, d too short a time of it, and without any comparison nobody is "not worse"."""
    title, counted = "Belum dapat dibandingkan", "Lokasi yang sudah terpusat"
    answers(
        {**_sites(), **_quality()},
        (_asked(title, "A"), {_row("c", "before"): 1, _row("d", "short"): 1}),
        (_asked(title, "B"), {_row("d", "short"): 3}),
        (_asked(title, "C"), {_row("c", "before"): 200, _row("d", "short"): 200}),
        (_asked(counted, "A"), {"{}": 1}),
        (_asked(counted, "B"), {"{}": 1}),
        (_asked(counted, "C"), {"{}": 2}),
    )
    answers(_sites(), (_asked(counted, "A"), {}), (_asked(counted, "B"), {}), (_asked(counted, "C"), {"{}": 4}))


def test_a_site_in_transition_has_the_time_since_it_is(answers: Answers) -> None:
    """The time of another phase is none of it."""
    title = "Paling lama dalam peralihan"
    times = {"transition": "-86100x9", "legacy": "-999999x9"}
    known = {
        f'{PHASE_SINCE}{{job="pantau", instance="p", site="e", phase="{phase}"}}': at for phase, at in times.items()
    }
    answers({**_sites(), **known}, (_asked(title), {_row("e"): -86_100_000}), (_asked(title, "B"), {_row("e"): 1}))
