"""The days of a month: the time of every link, cut at the midnights of WIB.

Lives here: accounts by day. Must not live here: contracts. The days of a month add up to the month, exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from exporter.evidence.accounts import Account
from exporter.evidence.measured import Identity, MeasuredLink, Standing
from exporter.evidence.period import DAY_MS, Month

__all__ = ["EVERYTHING", "daily_accounts"]

#: The key under which all links stand together.
EVERYTHING = ""


def daily_accounts(
    links: Sequence[MeasuredLink], month: Month, key: Callable[[Identity], str]
) -> Mapping[str, tuple[Account, ...]]:
    """For each key, and for ``EVERYTHING``, an account of each day; all hours, as it was measured."""
    sums: dict[str, list[dict[Standing, int]]] = {EVERYTHING: _days(month)}
    start = month.start_ms
    for link in links:
        own = sums.setdefault(key(link.identity), _days(month))
        for segment in link.segments:
            at = segment.start_ms
            while at < segment.end_ms:
                day = (at - start) // DAY_MS
                until = min(segment.end_ms, start + (day + 1) * DAY_MS)
                own[day][segment.standing] += until - at
                sums[EVERYTHING][day][segment.standing] += until - at
                at = until
    return {each: tuple(_account(day) for day in sums[each]) for each in sorted(sums)}


def _days(month: Month) -> list[dict[Standing, int]]:
    return [dict.fromkeys(Standing, 0) for _ in month.days]


def _account(day: Mapping[Standing, int]) -> Account:
    up, down, unmeasured = (day[each] for each in (Standing.UP, Standing.DOWN, Standing.UNMEASURED))
    return Account(up_ms=up, down_ms=down, unmeasured_ms=unmeasured)
