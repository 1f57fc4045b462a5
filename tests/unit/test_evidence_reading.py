"""A whole month out of a Prometheus in memory: what two links did, over a start, a gap, an outage over midnight."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from exporter.beside import Cause
from exporter.errors import UsageError
from exporter.evidence.answers import PrometheusError, TooMuchError, UnheardError
from exporter.evidence.measured import Announced, Gap, GapReason, MeasuredLink, MeasuredMonth, Segment, Standing
from exporter.evidence.period import DAY_MS, HOUR_MS, Month
from exporter.evidence.reading import read_month
from tests.support.exporter_history import Change, Life
from tests.support.exporter_page import INSTANCE, Link, identity, stored
from tests.support.fake_prometheus import FakePrometheus, Stored

_MONTH = Month(2026, 2)
_START, _END = _MONTH.start_ms, _MONTH.end_ms
_STEP_MS = 240_000
_MINUTE_MS = 60_000

#: The exporter was started anew on the 9th, and on the 17th nobody asked it for two hours.
_RESTART = _START + 8 * DAY_MS + 5 * HOUR_MS + 130_000
_ASLEEP = (_START + 16 * DAY_MS, _START + 16 * DAY_MS + 2 * HOUR_MS)
_FIRST = _START - DAY_MS
_LAST = _END + 6 * HOUR_MS

UP, DOWN, UNMEASURED = Standing.UP, Standing.DOWN, Standing.UNMEASURED


def _life(start_ms: int, end_ms: int, *changes: tuple[int, str]) -> Life:
    """Unknown at its start, up a second later, then as it is said; every change shows four seconds later."""
    all_of_them = ((start_ms + 1_000, "up"), *changes)
    return Life(
        start_ms,
        end_ms,
        (Change(start_ms, start_ms, "unknown"), *(Change(at, at + 4_000, state) for at, state in all_of_them)),
    )


#: An outage of an hour; one of ten seconds that no scrape sees; one over the end of the month; one in the gap.
_HOUR_LONG = _START + 3 * DAY_MS + 123_456
_SHORT = _START + 5 * DAY_MS + 50_001
_IN_GAP = _ASLEEP[0] + 600_007
_OVER_END = _END - 7 * _MINUTE_MS

_STEADY = Link(
    lives=(
        _life(
            _FIRST,
            _RESTART,
            (_HOUR_LONG, "down"),
            (_HOUR_LONG + HOUR_MS, "up"),
            (_SHORT, "down"),
            (_SHORT + 10_000, "up"),
        ),
        _life(
            _RESTART + 1_000,
            _LAST,
            (_IN_GAP, "down"),
            (_IN_GAP + 300_000, "up"),
            (_OVER_END, "down"),
            (_END + 90_009, "up"),
        ),
    ),
    names=((0, identity("a-1")),),
    causes={_HOUR_LONG: Cause.LINE, _OVER_END: Cause.POWER},
    announced=((_START + DAY_MS, _START + DAY_MS + HOUR_MS),),
)

#: Another, which is added on the 11th, moves to another contract on the 20th and leaves on the 25th.
_ADDED, _MOVED, _LEFT = (_START + day * DAY_MS for day in (10, 19, 24))
_PASSING = Link(
    lives=(_life(_ADDED, _LAST, (_ADDED + DAY_MS, "degraded"), (_ADDED + DAY_MS + HOUR_MS, "up")),),
    names=((0, identity("b-1")), (_MOVED, identity("b-1", contract="ktr-2"))),
    leaves_ms=_LEFT,
)


@cache
def _asked() -> tuple[int, ...]:
    every = range(_FIRST + 1_337, _LAST, _STEP_MS)
    return tuple(at for at in every if not _ASLEEP[0] <= at < _ASLEEP[1])


@cache
def _stored() -> list[Stored]:
    return stored((_STEADY, _PASSING), _asked(), ("0.6.0", "0.6.1"))


def _scrape_from(at_ms: int) -> int:
    return next(each for each in _asked() if each >= at_ms)


def _scrape_before(at_ms: int) -> int:
    return [each for each in _asked() if each < at_ms][-1]


def _read(prometheus: FakePrometheus, *, now_ms: int = _LAST, instance: str = "") -> MeasuredMonth:
    return read_month(prometheus, _MONTH, job="pantau", instance=instance, now_ms=now_ms, progress=lambda _: None)


@cache
def _whole() -> MeasuredMonth:
    return _read(FakePrometheus(_stored()))


@pytest.fixture(scope="module", params=[True, False], ids=["ranges of 2.x", "ranges of 3.x"])
def month(request: pytest.FixtureRequest) -> MeasuredMonth:
    """The month as it is read."""
    return _read(FakePrometheus(_stored(), closed_ranges=request.param))


def _links(month: MeasuredMonth) -> list[MeasuredLink]:
    return list(month.links)


def test_time_is_read_to_the_millisecond(month: MeasuredMonth) -> None:
    """Of outages long and short; over a start it is unmeasured from the last scrape to the first verdict."""
    steady = _links(month)[0]
    assert steady.segments == (
        Segment(_START, _HOUR_LONG, UP),
        Segment(_HOUR_LONG, _HOUR_LONG + HOUR_MS, DOWN),
        Segment(_HOUR_LONG + HOUR_MS, _SHORT, UP),
        Segment(_SHORT, _SHORT + 10_000, DOWN),
        Segment(_SHORT + 10_000, _scrape_before(_RESTART), UP),
        Segment(_scrape_before(_RESTART), _RESTART + 2_000, UNMEASURED),
        Segment(_RESTART + 2_000, _IN_GAP, UP),
        Segment(_IN_GAP, _IN_GAP + 300_000, DOWN),
        Segment(_IN_GAP + 300_000, _OVER_END, UP),
        Segment(_OVER_END, _END, DOWN),
    )


def test_outages_have_their_true_ends_and_causes(month: MeasuredMonth) -> None:
    """One lasts over the end of the month: its length is the whole, with what lies in the next month."""
    told = [(each.start_ms, each.end_ms, each.down_ms, each.cause) for each in _links(month)[0].outages]
    assert told == [
        (_HOUR_LONG, _HOUR_LONG + HOUR_MS, HOUR_MS, Cause.LINE),
        (_SHORT, _SHORT + 10_000, 10_000, Cause.UNKNOWN),
        (_IN_GAP, _IN_GAP + 300_000, 300_000, Cause.UNKNOWN),
        (_OVER_END, _END + 90_009, 7 * _MINUTE_MS + 90_009, Cause.POWER),
    ]
    assert all(each.start_seen and each.end_seen for each in _links(month)[0].outages)


def test_a_link_is_there_from_its_first_scrape_to_its_last_under_each_name(month: MeasuredMonth) -> None:
    """What was added, moved and removed within the month has two entries that touch each other."""
    _, first, second = _links(month)
    moved = _scrape_from(_MOVED)
    assert (first.identity.contract, second.identity.contract) == ("ktr-1", "ktr-2")
    assert (first.from_ms, first.until_ms) == (_scrape_from(_ADDED), moved)
    assert (second.from_ms, second.until_ms) == (moved, _scrape_before(_LEFT))
    assert first.segments == (Segment(first.from_ms, moved, UP),)
    assert (first.degraded_ms, second.degraded_ms) == (HOUR_MS, 0)


def test_echoes_are_counted_over_starts_and_gaps(month: MeasuredMonth) -> None:
    """A counter goes on over a gap and begins anew with the exporter; what it counted after the last scrape is lost."""
    echoes = _links(month)[0].echoes
    last_ms, before_ms = _scrape_before(_END), _scrape_before(_START)
    lost_ms = HOUR_MS + 10_000 + 300_000 + (last_ms - 300 - _OVER_END)
    up_ms = (_scrape_before(_RESTART) - before_ms) + (last_ms - 300 - _RESTART - 2_000) - lost_ms
    assert abs(echoes.lost - lost_ms // 1000) <= 2
    assert abs(echoes.replies - up_ms // 1000) <= 3
    assert sum(echoes.rtt_buckets) == echoes.replies
    assert [number for number, count in enumerate(echoes.rtt_buckets) if count] == [3, 4]
    assert echoes.unmeasured == 1


def test_what_is_around_the_links_is_read(month: MeasuredMonth) -> None:
    """Gaps and starts, announced work, versions, inventories, and what the exporter confesses."""
    asleep = Gap(_scrape_before(_ASLEEP[0]), _scrape_from(_ASLEEP[1]), GapReason.NO_SAMPLES)
    assert month.gaps == (Gap(_scrape_before(_RESTART), _scrape_from(_RESTART), GapReason.RESTARTED), asleep)
    assert month.restarts_ms == (_RESTART + 1_000,)
    assert month.announced == (Announced("a-1", _START + DAY_MS + 300_000, _START + DAY_MS + HOUR_MS + 300_000),)
    assert (month.source.job, month.source.instance) == ("pantau", INSTANCE)
    assert month.source.exporter_versions == ("0.6.0", "0.6.1")
    assert month.source.inventory_digests == ("0" * 64, "1" * 64)
    hours = (_scrape_before(_RESTART) - _FIRST) // HOUR_MS - 23 + (_scrape_before(_END) - _RESTART) // HOUR_MS
    assert month.source.confessed["opd_exporter_stalls_total"] == hours
    assert month.source.program == "sumber yang tidak menyebut versinya"
    assert month.read_until_ms == _asked()[-1]
    assert all(each.times_asked > 0 and "pantau" in each.expression for each in month.queries)


def test_what_is_lacking_is_said(month: MeasuredMonth) -> None:
    """The start and the gap, in words; nothing else is lacking."""
    assert len(month.shortcomings) == 2
    assert month.shortcomings[0] == "pemantau dimulai ulang tanpa celah pengambilan data: 1 kali"
    assert month.shortcomings[1].startswith("celah pengambilan data: 1, seluruhnya 2 jam")


def test_a_scrape_that_cannot_be_read_is_told_and_changes_nothing_else() -> None:
    """One hour of the grid lies in a broken block: the hours beside it tell the same, and the failure is recorded."""
    broken_ms = _START + 12 * DAY_MS

    def refuses(query: str, at_ms: int) -> PrometheusError | None:
        is_grid = "opd_link_state_seconds_total" in query and not query.endswith("]")
        return PrometheusError("internal: corrupt block") if is_grid and at_ms == broken_ms else None

    whole, read = _whole(), _read(FakePrometheus(_stored(), refuses=refuses))
    assert read.links == whole.links
    assert read.shortcomings[0] == (
        "keadaan tiap jam: tidak terbaca dari 13/02/2026 00.00 sampai 13/02/2026 00.00 WIB: internal: corrupt block"
    )
    assert read.shortcomings[1:] == whole.shortcomings


def test_what_no_scrape_tells_stays_unmeasured() -> None:
    """Raw samples cannot be read: what hours and minutes leave open is unmeasured, and nobody guesses."""

    def refuses(query: str, _at_ms: int) -> PrometheusError | None:
        return TooMuchError("too many samples") if "opd_link_state" in query and query.endswith("]") else None

    read, whole = _read(FakePrometheus(_stored(), refuses=refuses)), _whole()
    for mine, true in zip(read.links, whole.links, strict=True):
        for each in mine.segments:
            inside = [one for one in true.segments if one.start_ms < each.end_ms and each.start_ms < one.end_ms]
            assert each.standing is UNMEASURED or all(one.standing is each.standing for one in inside)
    assert any("keadaan tiap pengambilan data: tidak terbaca" in each for each in read.shortcomings)


def test_a_server_that_stops_answering_ends_it() -> None:
    """No half month is made of what was read so far."""

    def refuses(query: str, at_ms: int) -> PrometheusError | None:
        return UnheardError("gone") if "opd_link_info" in query and at_ms > _START + 10 * DAY_MS else None

    with pytest.raises(UnheardError, match="gone"):
        _read(FakePrometheus(_stored(), refuses=refuses))


def test_a_month_that_has_not_ended_is_read_up_to_now() -> None:
    """Spans end now, not at the end of the month."""
    now_ms = _START + 2 * DAY_MS + 1
    (link,) = _read(FakePrometheus(_stored()), now_ms=now_ms).links
    assert link.segments[-1].end_ms == link.until_ms == now_ms


def test_short_retention_leaves_the_beginning_unmeasured() -> None:
    """What is no longer stored is not known, and its absence is not the link's."""
    since = _START + 6 * DAY_MS
    kept = [
        Stored(each.labels, each.times_ms[each.times_ms > since], each.values[each.times_ms > since])
        for each in _stored()
    ]
    read = _read(FakePrometheus(kept))
    # the state at the first scrape says since when it holds
    assert read.links[0].segments[0] == Segment(_START, _SHORT + 10_000, UNMEASURED)
    assert read.shortcomings[0] == "data yang tersimpan baru ada sejak 07/02/2026 00.00 WIB"


def test_the_exporter_has_to_be_the_only_one_or_named() -> None:
    """Two exporters watch the same links: somebody has to say which of them is meant."""
    other = [replace(each, labels={**each.labels, "instance": "127.0.0.1:9716"}) for each in _stored()]
    both = FakePrometheus([*_stored(), *other])
    with pytest.raises(UsageError, match=r"--instance: 127\.0\.0\.1:9715, 127\.0\.0\.1:9716"):
        _read(both)
    assert _read(both, instance=INSTANCE).links == _whole().links
    with pytest.raises(UsageError, match=r"--instance 127\.0\.0\.1:1: "):
        _read(both, instance="127.0.0.1:1")
    with pytest.raises(UsageError, match="scraped nothing of job 'pantau'"):
        _read(FakePrometheus([]))
    with pytest.raises(UsageError, match="has not begun"):
        _read(both, now_ms=_START - 1)
