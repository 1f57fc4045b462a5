"""A whole month out of a Prometheus in memory: what two links did, over a start, a gap, an outage over midnight."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from exporter.beside import Cause
from exporter.errors import UsageError
from exporter.evidence.answers import PrometheusError, TooMuchError, UnheardError
from exporter.evidence.measured import Announced, Gap, GapReason, MeasuredLink, MeasuredMonth, Segment, Standing
from exporter.evidence.period import DAY_MS, HOUR_MS
from exporter.evidence.reading import read_month
from exporter.evidence.scraping import NothingMeasuredError
from tests.support.exporter_page import INSTANCE
from tests.support.fake_prometheus import FakePrometheus, Stored
from tests.support.told_month import (
    ADDED,
    ASLEEP,
    END,
    FIRST,
    HOUR_LONG,
    IN_GAP,
    LAST,
    LEFT,
    MINUTE_MS,
    MONTH,
    MOVED,
    OVER_END,
    RESTART,
    SHORT,
    START,
    asked,
    scrape_before,
    scrape_from,
    told_series,
)

UP, DOWN, UNMEASURED = Standing.UP, Standing.DOWN, Standing.UNMEASURED


def _read(prometheus: FakePrometheus, *, now_ms: int = LAST, instance: str = "") -> MeasuredMonth:
    return read_month(prometheus, MONTH, job="pantau", instance=instance, now_ms=now_ms, progress=lambda _: None)


@cache
def _whole() -> MeasuredMonth:
    return _read(FakePrometheus(told_series()))


@pytest.fixture(scope="module", params=[True, False], ids=["ranges of 2.x", "ranges of 3.x"])
def month(request: pytest.FixtureRequest) -> MeasuredMonth:
    """The month as it is read."""
    return _read(FakePrometheus(told_series(), closed_ranges=request.param))


def _links(month: MeasuredMonth) -> list[MeasuredLink]:
    return list(month.links)


def test_time_is_read_to_the_millisecond(month: MeasuredMonth) -> None:
    """Of outages long and short; over a start it is unmeasured from the last scrape to the first verdict."""
    steady = _links(month)[0]
    assert steady.segments == (
        Segment(START, HOUR_LONG, UP),
        Segment(HOUR_LONG, HOUR_LONG + HOUR_MS, DOWN),
        Segment(HOUR_LONG + HOUR_MS, SHORT, UP),
        Segment(SHORT, SHORT + 10_000, DOWN),
        Segment(SHORT + 10_000, scrape_before(RESTART), UP),
        Segment(scrape_before(RESTART), RESTART + 2_000, UNMEASURED),
        Segment(RESTART + 2_000, IN_GAP, UP),
        Segment(IN_GAP, IN_GAP + 300_000, DOWN),
        Segment(IN_GAP + 300_000, OVER_END, UP),
        Segment(OVER_END, END, DOWN),
    )


def test_outages_have_their_true_ends_and_causes(month: MeasuredMonth) -> None:
    """One lasts over the end of the month: its length is the whole, with what lies in the next month."""
    told = [(each.start_ms, each.end_ms, each.down_ms, each.cause) for each in _links(month)[0].outages]
    assert told == [
        (HOUR_LONG, HOUR_LONG + HOUR_MS, HOUR_MS, Cause.LINE),
        (SHORT, SHORT + 10_000, 10_000, Cause.UNKNOWN),
        (IN_GAP, IN_GAP + 300_000, 300_000, Cause.UNKNOWN),
        (OVER_END, END + 90_009, 7 * MINUTE_MS + 90_009, Cause.POWER),
    ]
    assert all(each.start_seen and each.end_seen for each in _links(month)[0].outages)


def test_a_link_is_there_from_its_first_scrape_to_its_last_under_each_name(month: MeasuredMonth) -> None:
    """What was added, moved and removed within the month has two entries that touch each other."""
    _, first, second = _links(month)
    moved = scrape_from(MOVED)
    assert (first.identity.contract, second.identity.contract) == ("ktr-1", "ktr-2")
    assert (first.from_ms, first.until_ms) == (scrape_from(ADDED), moved)
    assert (second.from_ms, second.until_ms) == (moved, scrape_before(LEFT))
    assert first.segments == (Segment(first.from_ms, moved, UP),)
    assert (first.degraded_ms, second.degraded_ms) == (HOUR_MS, 0)


def test_echoes_are_counted_over_starts_and_gaps(month: MeasuredMonth) -> None:
    """A counter goes on over a gap and begins anew with the exporter; what it counted after the last scrape is lost."""
    echoes = _links(month)[0].echoes
    last_ms, before_ms = scrape_before(END), scrape_before(START)
    lost_ms = HOUR_MS + 10_000 + 300_000 + (last_ms - 300 - OVER_END)
    up_ms = (scrape_before(RESTART) - before_ms) + (last_ms - 300 - RESTART - 2_000) - lost_ms
    assert abs(echoes.lost - lost_ms // 1000) <= 2
    assert abs(echoes.replies - up_ms // 1000) <= 3
    assert sum(echoes.rtt_buckets) == echoes.replies
    assert [number for number, count in enumerate(echoes.rtt_buckets) if count] == [3, 4]
    assert echoes.unmeasured == 1


def test_what_is_around_the_links_is_read(month: MeasuredMonth) -> None:
    """Gaps and starts, announced work, versions, inventories, and what the exporter confesses."""
    asleep = Gap(scrape_before(ASLEEP[0]), scrape_from(ASLEEP[1]), GapReason.NO_SAMPLES)
    assert month.gaps == (Gap(scrape_before(RESTART), scrape_from(RESTART), GapReason.RESTARTED), asleep)
    assert month.restarts_ms == (RESTART + 1_000,)
    assert month.announced == (Announced("a-1", START + DAY_MS + 300_000, START + DAY_MS + HOUR_MS + 300_000),)
    assert (month.source.job, month.source.instance) == ("pantau", INSTANCE)
    assert month.source.exporter_versions == ("0.6.0", "0.6.1")
    assert month.source.inventory_digests == ("0" * 64, "1" * 64)
    hours = (scrape_before(RESTART) - FIRST) // HOUR_MS - 23 + (scrape_before(END) - RESTART) // HOUR_MS
    assert month.source.confessed["opd_exporter_stalls_total"] == hours
    assert month.source.program == "sumber yang tidak menyebut versinya"
    assert month.read_until_ms == asked()[-1]
    assert all(each.times_asked > 0 and "pantau" in each.expression for each in month.queries)


def test_what_is_lacking_is_said(month: MeasuredMonth) -> None:
    """The start and the gap, in words; nothing else is lacking."""
    assert len(month.shortcomings) == 2
    assert month.shortcomings[0] == "Pemantau dimulai ulang 1 kali tanpa celah pengambilan data."
    assert month.shortcomings[1].startswith("Celah pengambilan data: 1, seluruhnya 2 jam")


def test_a_scrape_that_cannot_be_read_is_told_and_changes_nothing_else() -> None:
    """One hour lies in a broken block: the hours beside it tell the same, no link was absent, and it is recorded."""
    broken_ms = START + 12 * DAY_MS

    def refuses(query: str, at_ms: int) -> PrometheusError | None:
        is_broken = "opd_link_state_changed" in query and abs(at_ms - broken_ms) < HOUR_MS
        return PrometheusError("internal: corrupt block") if is_broken else None

    whole, read = _whole(), _read(FakePrometheus(told_series(), refuses=refuses))
    assert read.links == whole.links
    assert read.shortcomings[0] == (
        "Tidak terbaca dari 13/02/2026 00.00 sampai 13/02/2026 00.00 WIB, keadaan tiap jam: internal: corrupt block"
    )
    assert read.shortcomings[1:] == whole.shortcomings


@pytest.mark.parametrize("unread", ["raw", "raw and by minute"])
def test_what_no_scrape_tells_stays_unmeasured(unread: str) -> None:
    """What is left open and cannot be looked at closer is unmeasured; nobody guesses, and no link is absent for it."""

    def refuses(query: str, _at_ms: int) -> PrometheusError | None:
        is_closer = query.endswith("]") if unread == "raw" else "link=~" in query
        return TooMuchError("too many samples") if "opd_link_state_changed" in query and is_closer else None

    read, whole = _read(FakePrometheus(told_series(), refuses=refuses)), _whole()
    assert [each.identity for each in read.links] == [each.identity for each in whole.links]
    assert (read.links[0].from_ms, read.links[0].until_ms) == (START, END)
    for mine, true in zip(read.links, whole.links, strict=True):
        for each in mine.segments:
            inside = [one for one in true.segments if one.start_ms < each.end_ms and each.start_ms < one.end_ms]
            assert each.standing is UNMEASURED or all(one.standing is each.standing for one in inside)
    assert any("keadaan tiap pengambilan data: too many" in each for each in read.shortcomings)


def test_a_server_that_stops_answering_ends_it() -> None:
    """No half month is made of what was read so far."""

    def refuses(query: str, at_ms: int) -> PrometheusError | None:
        return UnheardError("gone") if "opd_link_info" in query and at_ms > START + 10 * DAY_MS else None

    with pytest.raises(UnheardError, match="gone"):
        _read(FakePrometheus(told_series(), refuses=refuses))


def test_a_month_that_has_not_ended_is_read_up_to_now() -> None:
    """Spans end now, not at the end of the month."""
    now_ms = START + 2 * DAY_MS + 1
    (link,) = _read(FakePrometheus(told_series()), now_ms=now_ms).links
    assert link.segments[-1].end_ms == link.until_ms == now_ms


def test_short_retention_leaves_the_beginning_unmeasured() -> None:
    """What is no longer stored is not known, and its absence is not the link's."""
    since = START + 6 * DAY_MS
    kept = [
        Stored(each.labels, each.times_ms[each.times_ms > since], each.values[each.times_ms > since])
        for each in told_series()
    ]
    read = _read(FakePrometheus(kept))
    # the state at the first scrape says since when it holds
    assert read.links[0].segments[0] == Segment(START, SHORT + 10_000, UNMEASURED)
    assert read.shortcomings[0] == "Data baru tersimpan sejak 07/02/2026 00.00 WIB."


def test_the_exporter_has_to_be_the_only_one_or_named() -> None:
    """Two exporters watch the same links: somebody has to say which of them is meant."""
    other = [replace(each, labels={**each.labels, "instance": "127.0.0.1:9716"}) for each in told_series()]
    both = FakePrometheus([*told_series(), *other])
    with pytest.raises(UsageError, match=r"--instance: 127\.0\.0\.1:9715, 127\.0\.0\.1:9716"):
        _read(both)
    assert _read(both, instance=INSTANCE).links == _whole().links
    with pytest.raises(UsageError, match=r"--instance 127\.0\.0\.1:1: "):
        _read(both, instance="127.0.0.1:1")
    with pytest.raises(NothingMeasuredError, match="scraped nothing of job 'pantau'"):
        _read(FakePrometheus([]))
    with pytest.raises(UsageError, match="has not begun"):
        _read(both, now_ms=START - 1)
