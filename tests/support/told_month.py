"""February 2026 as two links had it: outages long, short, in a gap and over midnight; a start, a move, a farewell.

Lives here: what happened, and what Prometheus keeps of it. Must not live here: what reading makes of that.
"""

from __future__ import annotations

from functools import cache

from exporter.beside import Cause
from exporter.evidence.period import DAY_MS, HOUR_MS, Month
from tests.support.exporter_history import Change, Life
from tests.support.exporter_page import Link, identity, stored
from tests.support.fake_prometheus import Stored

__all__ = [
    "ADDED",
    "ASLEEP",
    "END",
    "FIRST",
    "HOUR_LONG",
    "IN_GAP",
    "LAST",
    "LEFT",
    "MINUTE_MS",
    "MONTH",
    "MOVED",
    "OVER_END",
    "RESTART",
    "SHORT",
    "START",
    "STEP_MS",
    "asked",
    "scrape_before",
    "scrape_from",
    "told_series",
]

MONTH = Month(2026, 2)
START, END = MONTH.start_ms, MONTH.end_ms
STEP_MS = 240_000
MINUTE_MS = 60_000

#: The exporter was started anew on the 9th, and on the 17th nobody asked it for two hours.
RESTART = START + 8 * DAY_MS + 5 * HOUR_MS + 130_000
ASLEEP = (START + 16 * DAY_MS, START + 16 * DAY_MS + 2 * HOUR_MS)
FIRST = START - DAY_MS
LAST = END + 6 * HOUR_MS


def _life(start_ms: int, end_ms: int, *changes: tuple[int, str]) -> Life:
    """Unknown at its start, up a second later, then as it is said; every change shows four seconds later."""
    all_of_them = ((start_ms + 1_000, "up"), *changes)
    return Life(
        start_ms,
        end_ms,
        (Change(start_ms, start_ms, "unknown"), *(Change(at, at + 4_000, state) for at, state in all_of_them)),
    )


#: An outage of an hour; one of ten seconds that no scrape sees; one over the end of the month; one in the gap.
HOUR_LONG = START + 3 * DAY_MS + 123_456
SHORT = START + 5 * DAY_MS + 50_001
IN_GAP = ASLEEP[0] + 600_007
OVER_END = END - 7 * MINUTE_MS

_STEADY = Link(
    lives=(
        _life(
            FIRST,
            RESTART,
            (HOUR_LONG, "down"),
            (HOUR_LONG + HOUR_MS, "up"),
            (SHORT, "down"),
            (SHORT + 10_000, "up"),
        ),
        _life(
            RESTART + 1_000,
            LAST,
            (IN_GAP, "down"),
            (IN_GAP + 300_000, "up"),
            (OVER_END, "down"),
            (END + 90_009, "up"),
        ),
    ),
    names=((0, identity("a-1")),),
    causes={HOUR_LONG: Cause.LINE, OVER_END: Cause.POWER},
    announced=((START + DAY_MS, START + DAY_MS + HOUR_MS),),
)

#: Another, which is added on the 11th, moves to another contract on the 20th and leaves on the 25th.
ADDED, MOVED, LEFT = (START + day * DAY_MS for day in (10, 19, 24))
_PASSING = Link(
    lives=(_life(ADDED, LAST, (ADDED + DAY_MS, "degraded"), (ADDED + DAY_MS + HOUR_MS, "up")),),
    names=((0, identity("b-1")), (MOVED, identity("b-1", contract="ktr-2"))),
    leaves_ms=LEFT,
)


@cache
def asked() -> tuple[int, ...]:
    """When Prometheus asked."""
    every = range(FIRST + 1_337, LAST, STEP_MS)
    return tuple(at for at in every if not ASLEEP[0] <= at < ASLEEP[1])


@cache
def told_series() -> list[Stored]:
    """What it keeps of that."""
    return stored((_STEADY, _PASSING), asked(), ("0.6.0", "0.6.1"))


def scrape_from(at_ms: int) -> int:
    """The first scrape at or after an instant."""
    return next(each for each in asked() if each >= at_ms)


def scrape_before(at_ms: int) -> int:
    """The last scrape before an instant."""
    return [each for each in asked() if each < at_ms][-1]
