"""Questions in pieces, their record, answers in columns, causes by outage, and what is lacking in words."""

from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np
import pytest

from exporter.beside import Cause
from exporter.evidence.answers import PrometheusError, Series, TooMuchError, UnheardError, data_of, series_of
from exporter.evidence.asking import Asker, Failure
from exporter.evidence.causes import Causes
from exporter.evidence.grid import Grid, selector
from exporter.evidence.lacks import lacks_of
from exporter.evidence.measured import (
    Gap,
    GapReason,
    Identity,
    MeasuredLink,
    MeasuredOutage,
    Query,
    Segment,
    Standing,
)
from exporter.evidence.period import DAY_MS, HOUR_MS, Month
from exporter.evidence.points import Point
from exporter.evidence.scrapes import Scrapes
from exporter.evidence.scraping import Chosen, read_scrapes
from tests.support.fake_prometheus import FakePrometheus, Stored

_SOURCE = 'job="pantau"'
_UP = f"up{{{_SOURCE}}}"


def _asker(refuses: Callable[[str, int], PrometheusError | None] = lambda _query, _at_ms: None) -> Asker:
    times = np.arange(0, 100_001, 1_000, dtype=np.int64)
    up = Stored({"__name__": "up", "job": "pantau"}, times, np.ones(len(times)))
    return Asker(FakePrometheus([up], closed_ranges=True, refuses=refuses), _SOURCE)


def _times(answers: list[list[Series]]) -> list[int]:
    return [int(each) for found in answers for series in found for each in series.times_ms]


def test_a_grid_is_asked_in_chunks_that_leave_no_step_out() -> None:
    """Each step once, the last one included, and one line in the record."""
    asker = _asker()
    answers = list(asker.grid("uji", _UP, 0, 100_000, 1_000, chunk=30, shown="up{…}"))
    assert _times(answers) == list(range(0, 100_001, 1_000))
    how = "query_range, step 1 s, 1970-01-01T00:00:00Z to 1970-01-01T00:01:40Z"
    assert asker.queries() == (Query("uji", "up{…}", how, 4, 1, 101),)


def test_what_is_too_much_is_asked_in_smaller_pieces() -> None:
    """Down to single steps; those that fail even so are told, and nothing else is lost."""
    asker = _asker(lambda _, at_ms: TooMuchError("too many samples") if at_ms in {13_000, 14_000} else None)
    answers = list(asker.grid("uji", _UP, 0, 100_000, 1_000, chunk=200))
    assert _times(answers) == [at for at in range(0, 100_001, 1_000) if at not in {13_000, 14_000}]
    assert asker.failures == [
        Failure("uji", 13_000, 13_000, "too many samples"),
        Failure("uji", 14_000, 14_000, "too many samples"),
    ]


def test_raw_samples_that_cannot_be_read_are_told() -> None:
    """The pieces beside them are there."""
    asker = _asker(lambda _, at_ms: PrometheusError("internal: block") if at_ms == 60_000 else None)
    answers = list(asker.ranges("uji", _UP, 0, 90_000, 30_000))
    assert sorted(set(_times(answers))) == [*range(0, 30_001, 1_000), *range(60_000, 90_001, 1_000)]
    assert asker.failures == [Failure("uji", 30_000, 60_000, "internal: block")]


@pytest.mark.parametrize("kind", ["grid", "ranges"])
def test_a_server_that_is_gone_is_not_asked_again(kind: str) -> None:
    """Smaller pieces would not be answered, either."""
    asked: list[int] = []

    def refuses(_query: str, at_ms: int) -> PrometheusError:
        asked.append(at_ms)
        return UnheardError("gone")

    asker = _asker(refuses)
    answers = (
        asker.grid("uji", _UP, 0, 9_000, 1_000, chunk=5)
        if kind == "grid"
        else asker.ranges("uji", _UP, 0, 9_000, 3_000)
    )
    with pytest.raises(UnheardError):
        list(answers)
    assert len(asked) == 1


def test_names_of_the_caller_are_strings_and_nothing_more() -> None:
    """A job that looks like PromQL stays within its quotes."""
    assert Chosen('a"} or up{x="\\', "b\n").matchers == 'job="a\\"} or up{x=\\"\\\\",instance="b\\n"'


def test_selectors_name_everything_that_is_needed_and_links_in_order() -> None:
    """The short one leaves out what is only needed between neighbours."""
    assert selector(_SOURCE, ["b-1", "a-1"]).endswith(',job="pantau",link=~"a-1|b-1"}')
    assert selector(_SOURCE, ['x"|.*']).endswith(r',link=~"x\"\\|\\.\\*"}')
    assert selector(_SOURCE, whole=False).endswith(',job="pantau",state=~"|down|unknown"}')


def test_scrapes_at_the_border_of_two_pieces_are_one() -> None:
    """Ranges of 2.x are closed on both sides: both pieces have it."""
    start, until = 10 * DAY_MS, 13 * DAY_MS
    times = np.arange(0, 20 * DAY_MS, HOUR_MS, dtype=np.int64)
    began = np.where(times < 11 * DAY_MS, 5.0, 11 * DAY_MS / 1000 - 1)
    values = {"up": np.where(times == start + HOUR_MS, 0.0, 1.0), "process_start_time_seconds": began}
    stored = [Stored({"__name__": name, "job": "pantau"}, times, each) for name, each in values.items()]
    scrapes = read_scrapes(Asker(FakePrometheus(stored, closed_ranges=True), _SOURCE), start, until)
    expected = [at for at in range(start - 2 * HOUR_MS, until + 1, HOUR_MS) if at != start + HOUR_MS]
    assert scrapes.good_ms.tolist() == expected
    assert scrapes.failed_ms.tolist() == [start + HOUR_MS]
    assert scrapes.starts == ((11 * DAY_MS, 11 * DAY_MS - 1_000),)


_AT = 1_790_787_600_000
_TOLD = {
    ("opd_link_state", "down"): 1.0,
    ("opd_link_state", "unknown"): 0.0,
    ("opd_link_state", "up"): 0.0,
    ("opd_link_state_changed_timestamp_seconds", ""): 1_790_787_500.123,
    ("opd_link_state_seconds_total", "down"): 99.5,
    ("opd_link_state_seconds_total", "unknown"): 2.25,
    ("opd_link_last_outage_start_timestamp_seconds", ""): 1_790_787_500.123,
}


def _series(told: dict[tuple[str, str], float]) -> list[Series]:
    return [
        Series({"__name__": name, "state": state, "link": "a-1"}, np.array([_AT], np.int64), np.array([value]))
        for (name, state), value in told.items()
    ]


def _point(told: dict[tuple[str, str], float]) -> Point | None:
    grid = Grid([_AT], ["a-1", "b-1"])
    grid.fill(_series(told), lambda at_ms: 0 if at_ms == _AT else None)
    assert grid.points("b-1") == [None]
    return grid.points("a-1")[0]


def test_an_answer_becomes_what_was_said_of_a_link() -> None:
    """In whole milliseconds; what was not said stays unsaid."""
    began = 1_790_787_500_123
    assert _point(_TOLD) == Point(_AT, Standing.DOWN, began, 99_500, 2_250, began, None, None)
    seconds = {("opd_link_state_seconds_total", "up"): 1.0, ("opd_link_state_seconds_total", "degraded"): 0.5}
    assert _point(_TOLD | seconds) == Point(_AT, Standing.DOWN, began, 99_500, 2_250, began, None, 1_500)


def test_a_state_without_a_beginning_is_not_known() -> None:
    """The link is there all the same; without counters it is not."""
    told = {key: value for key, value in _TOLD.items() if "changed" not in key[0]}
    point = _point(told)
    assert point is not None
    assert (point.standing, point.changed_ms) == (Standing.UNMEASURED, _AT)
    assert _point({key: value for key, value in _TOLD.items() if "seconds_total" not in key[0]}) is None


def test_scrapes_that_could_not_be_read_are_left_out() -> None:
    """Where no link at all was there; but not those that must stay."""
    grid = Grid([1, _AT, 3], ["a-1", "b-1"])
    grid.fill(_series(_TOLD), lambda _: 1)
    assert list(grid.without_blank_rows().scrapes_ms) == [_AT]
    smaller = grid.without_blank_rows({3})
    assert list(smaller.scrapes_ms) == [_AT, 3]
    assert [each is not None for each in smaller.points("a-1")] == [True, False]


def test_a_cause_belongs_to_the_outage_in_which_its_start_lies() -> None:
    """The very start first; a later one where the exporter began anew within the outage; unknown says nothing."""
    outage = MeasuredOutage(1_000, 9_000, 8_000, Cause.UNKNOWN)
    lasting = MeasuredOutage(20_000, None, 5, Cause.UNKNOWN)
    causes = Causes(
        {
            "exact": {1_001: Cause.LINE, 9_000: Cause.POWER},
            "later": {1_000: Cause.UNKNOWN, 5_000: Cause.AREA, 21_000: Cause.CORE},
            "before": {900: Cause.LINE},
        }
    )
    told = {
        link: [each.cause for each in causes.of(link, (outage, lasting))] for link in ("exact", "later", "before", "x")
    }
    unknown = Cause.UNKNOWN
    assert told == {
        "exact": [Cause.LINE, unknown],
        "later": [Cause.AREA, Cause.CORE],
        "before": [unknown, unknown],
        "x": [unknown, unknown],
    }


def test_answers_are_read_and_errors_told_apart() -> None:
    """Words of several servers that mean too much; everything else is an error like any other."""
    for words in ("query timed out in query execution", "cannot select more than 30000000 samples"):
        with pytest.raises(TooMuchError, match=r"^http://h/q: timeout: "):
            data_of(503, json.dumps({"status": "error", "errorType": "timeout", "error": words}).encode(), "http://h/q")
    with pytest.raises(PrometheusError, match="internal: broken") as caught:
        data_of(500, b'{"status":"error","errorType":"internal","error":"broken"}', "http://h/q")
    assert not isinstance(caught.value, TooMuchError)
    (series,) = series_of(
        {"resultType": "matrix", "result": [{"metric": {}, "values": [[1.5, "NaN"], [2, "1e3"]]}]}, "x"
    )
    assert series.times_ms.tolist() == [1_500, 2_000]
    assert np.isnan(series.values[0])
    assert series_of({"resultType": "scalar", "result": [1, "7"]}, "x") == []


def _hardly_known(name: str, start_ms: int, length_ms: int) -> MeasuredLink:
    """A link of which the first ten hours are not known."""
    known_ms, end_ms = start_ms + 10 * HOUR_MS, start_ms + length_ms
    segments = Segment(start_ms, known_ms, Standing.UNMEASURED), Segment(known_ms, end_ms, Standing.UP)
    return MeasuredLink(Identity(name, *[""] * 8), start_ms, end_ms, segments, ())


def test_what_is_lacking_is_said_in_a_fixed_order() -> None:
    """What could not be read, where data begin and end, starts, gaps, failed scrapes, links that are hardly known."""
    month = Month(2026, 10)
    start, end = month.start_ms, month.end_ms
    scrapes = Scrapes(np.array([start + HOUR_MS], np.int64), np.array([start, start + 5, end], np.int64), ())
    gaps = (
        Gap(start, start + HOUR_MS, GapReason.NO_SAMPLES),
        Gap(start + 5 * HOUR_MS, start + 5 * HOUR_MS + 5_000, GapReason.RESTARTED),
        Gap(end - 2 * HOUR_MS, end + HOUR_MS, GapReason.NO_SAMPLES),
    )
    lengths = {"a-1": 40 * HOUR_MS, "b-1": 30 * HOUR_MS, "c-1": 200 * HOUR_MS}
    links = [_hardly_known(name, start, length) for name, length in lengths.items()]
    failures = [Failure("keadaan tiap jam", start, start + HOUR_MS, "internal: block")]
    assert lacks_of(failures, scrapes, gaps, links, (start, end)) == (
        "Tidak terbaca dari 01/10/2026 00.00 sampai 01/10/2026 01.00 WIB, keadaan tiap jam: internal: block",
        "Data baru tersimpan sejak 01/10/2026 01.00 WIB.",
        "Tidak ada data setelah 31/10/2026 22.00 WIB.",
        "Pemantau dimulai ulang 1 kali tanpa celah pengambilan data.",
        "Celah pengambilan data: 2, seluruhnya 3 jam, terpanjang dari 31/10/2026 22.00 sampai 01/11/2026 01.00 WIB.",
        "Pengambilan data yang tidak dijawab pemantau: 2 dari 3.",
        "Tautan yang terukur kurang dari 95,00% waktunya: 2, terendah b-1 dengan 66,66%.",
    )
    assert lacks_of([], Scrapes(scrapes.good_ms, scrapes.failed_ms[:0], ()), (), links[2:], (start, end)) == ()
