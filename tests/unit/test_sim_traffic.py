"""The octets of simulated lines."""

from __future__ import annotations

from dataclasses import replace

import pytest

from exporter.sim.routers import Line, Router, Routers
from exporter.sim.traffic import Meter, busy_seconds, peaks
from tests.support.offices import NOW_NS, offices, router_of

S = 10**9
#: Monday 23 November 2026, 00:00 WIB.
MIDNIGHT_S = 1_795_366_800


def line(key: str, **more: bool) -> Line:
    return Line(key, "198.18.0.1", "ether1", 100_000_000, more.pop("is_backup", False), **more)


def lines(count: int) -> tuple[Line, ...]:
    return tuple(line(f"link-{n}") for n in range(count))


def test_the_day_is_busy_when_offices_are_open() -> None:
    """An hour of the morning has ten times the traffic of one at night, and the sum only grows."""
    sums = [busy_seconds(MIDNIGHT_S + 600 * n) for n in range(6 * 24 * 3)]
    assert sums == sorted(sums)
    night, morning = (busy_seconds(MIDNIGHT_S + h * 3600) - busy_seconds(MIDNIGHT_S + (h - 1) * 3600) for h in (3, 9))
    assert morning > 10 * night
    assert 3400 < morning < 3600


@pytest.mark.parametrize("hour", range(25))
def test_the_sum_has_no_step(hour: int) -> None:
    """Around each full hour, midnight included, a second makes at most a second."""
    before, after = (busy_seconds(MIDNIGHT_S + hour * 3600 + more) for more in (-0.5, 0.5))
    assert 0 < after - before <= 1


def test_some_lines_are_idle_and_some_are_full() -> None:
    """Of 500 lines about 25 are idle and about 15 full; nothing is beyond the bandwidth."""
    shares = [peaks((each,))[0] / each.bandwidth_bits_per_second for each in lines(500)]
    assert 10 < sum(share < 0.01 for share in shares) < 45
    assert 5 < sum(share > 0.95 for share in shares) < 30
    assert max(shares) <= 0.98
    assert sum(0.15 <= share <= 0.75 for share in shares) > 420


def test_the_backup_takes_over() -> None:
    """A backup has nothing until the primary line carries nothing: then it has what that had."""
    primary, backup = line("dinkes-1"), line("dinkes-2", is_backup=True)
    usual = peaks((primary, backup))
    assert usual[1] == 0 < usual[0]
    assert peaks((replace(primary, carries=False), backup)) == [0, usual[0]]
    assert peaks((replace(primary, carries=False), replace(backup, carries=False))) == [0, 0]


@pytest.fixture
def router() -> Router:
    """The router with a primary and a backup line, up since long."""
    return router_of(Routers(offices(), NOW_NS, 0), "dinkes")


def test_counters_go_on_through_a_cut_of_the_line(router: Router) -> None:
    """The cut line stands still, the backup counts faster, and nothing goes back."""
    meter = Meter(router, 0)
    start = meter.octets(NOW_NS)
    (primary, backup) = router.lines
    cut = replace(router, lines=(replace(primary, has_carrier=False, carries=False), backup))
    meter.take(cut, NOW_NS)
    assert meter.octets(NOW_NS) == start
    during = meter.octets(NOW_NS + 3600 * S)
    assert during[0] == start[0]
    assert during[1][0] - start[1][0] > 10_000_000
    meter.take(router, NOW_NS + 3600 * S)
    after = meter.octets(NOW_NS + 7200 * S)
    assert after[0] > during[0]
    assert after[1][0] - during[1][0] == pytest.approx(2_000 * 3600 / 8, abs=2)


def test_counters_begin_at_zero_with_a_boot(router: Router) -> None:
    """After a power cut the counters know nothing of what was before."""
    meter = Meter(router, 0)
    assert meter.octets(NOW_NS)[0][0] > 0
    meter.take(replace(router, boots=router.boots + 1, booted_ns=NOW_NS + 5 * S), NOW_NS)
    assert meter.octets(NOW_NS + 5 * S) == [(0, 0), (0, 0)]
    assert meter.octets(NOW_NS + 10 * S)[0][0] > 0
