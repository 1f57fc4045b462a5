"""When a month is proved, and what is said against one that is not."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from exporter.evidence.answers import PrometheusError, data_of
from exporter.evidence.lacks import UNREAD
from exporter.evidence.measured import Gap, GapReason, MeasuredMonth, Segment, Standing
from exporter.evidence.period import DAY_MS, Month
from exporter.evidence.provable import coverage_of, hindrances
from tests.support.measured import measured_month, sample_inventory

_MONTH = Month(2026, 10)


def _month(unmeasured_share: Fraction) -> MeasuredMonth:
    """One link that was not measured for the first part of the month."""
    measured = measured_month(sample_inventory(), _MONTH)
    length_ms = _MONTH.end_ms - _MONTH.start_ms
    border_ms = _MONTH.start_ms + int(length_ms * unmeasured_share)
    segments = (
        Segment(_MONTH.start_ms, border_ms, Standing.UNMEASURED),
        Segment(border_ms, _MONTH.end_ms, Standing.UP),
    )
    link = replace(measured.links[0], from_ms=_MONTH.start_ms, until_ms=_MONTH.end_ms, segments=segments, outages=())
    return replace(measured, links=(link,), gaps=(), shortcomings=())


def test_a_month_with_enough_coverage_is_proved() -> None:
    """Exactly the least share is enough."""
    month = _month(Fraction(5, 100))
    assert coverage_of(month) == Fraction(95, 100)
    assert hindrances(month) == ()


def test_too_little_coverage_is_told_with_its_share() -> None:
    """A little less than the least share is not, and the share is cut, not rounded up to it."""
    (line,) = hindrances(_month(Fraction(50001, 1_000_000)))
    assert line == "cakupan pengukuran 94,99%, di bawah 95,00%"


def test_a_month_without_links_is_not_proved() -> None:
    """Nothing measured is no 100 %."""
    empty = replace(_month(Fraction(0)), links=())
    assert coverage_of(empty) is None
    assert hindrances(empty) == ("tidak ada satu pun tautan yang terukur pada bulan ini",)


def test_data_that_begins_later_is_told() -> None:
    """More than a day without samples at the beginning."""
    late = Gap(_MONTH.start_ms, _MONTH.start_ms + 2 * DAY_MS, GapReason.NO_SAMPLES)
    (line,) = hindrances(replace(_month(Fraction(0)), gaps=(late,)))
    assert line.startswith("pengukuran baru ada sejak 03/10/2026 00.00 WIB")


def test_what_could_not_be_read_stands_against_the_month() -> None:
    """A second try might read it and give other figures, whatever the coverage."""
    failed = f"{UNREAD} dari 01/10/2026 00.00 sampai 02/10/2026 00.00 WIB, keadaan tiap jam: sibuk"
    month = replace(_month(Fraction(0)), shortcomings=(failed, "Celah pengambilan data: 1"))
    assert hindrances(month) == (failed,)


def test_an_answer_that_may_be_incomplete_is_refused() -> None:
    """One of several stores did not answer: what is missing would look like time without a link."""
    raw = b'{"status":"success","warnings":["store b: unavailable"],"data":{"resultType":"vector","result":[]}}'
    with pytest.raises(PrometheusError, match=r"may be incomplete.*store b"):
        data_of(200, raw, "http://127.0.0.1:9090/api/v1/query")
    assert data_of(200, raw.replace(b"warnings", b"infos"), "")["resultType"] == "vector"
