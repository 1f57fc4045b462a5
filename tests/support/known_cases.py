"""The cases of a known month: each is what happens to one link, under one kind of contract.

Lives here: every instant and length. Must not live here: who plays them (``known_month``), what follows from them
(``known_answer``). Days count from the month's first midnight in WIB; all lies within 28 days. Instants have odd
milliseconds and lie between scrapes, whether these come every 5 s or every 15 s.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from exporter.evidence.period import DAY_MS, HOUR_MS
from tests.support.known_story import Fall, Life, Script

__all__ = ["CASES", "SITES", "Times", "lives"]

MINUTE_MS, SECOND_MS = 60_000, 1_000

#: Scrapes lie so far beyond a multiple of their interval.
_ODD_MS = 1_337


@dataclass(frozen=True, slots=True)
class Times:
    """The month, and how its instants are written."""

    start: int
    end: int
    step: int

    def at(self, day: int, hour: int, minute: int = 0, second: float = 0.0) -> int:
        """Of day 1, 2, ...; WIB."""
        return self.start + (day - 1) * DAY_MS + hour * HOUR_MS + minute * MINUTE_MS + round(second * SECOND_MS)

    def after_scrape(self, at_ms: int, later_ms: int) -> int:
        """So long after the first scrape at or after an instant."""
        return (at_ms - _ODD_MS + self.step - 1) // self.step * self.step + _ODD_MS + later_ms

    @property
    def restart(self) -> tuple[int, int]:
        """Between two scrapes: the end of one run and the beginning of the next."""
        end = self.after_scrape(self.at(10, 3, 17), 700)
        return end, end + 1_100

    @property
    def absence(self) -> tuple[int, int]:
        """Ten minutes without an exporter."""
        return self.after_scrape(self.at(17, 9, 31), 700), self.after_scrape(self.at(17, 9, 41), 901)

    @property
    def work(self) -> tuple[int, int]:
        """Planned work that the exporter announced."""
        return self.at(14, 22), self.at(15, 1)

    @property
    def work_untold(self) -> tuple[int, int]:
        """Planned work that came into the inventory afterwards."""
        return self.at(16, 13), self.at(16, 15)


def lives(times: Times, first_ms: int, last_ms: int) -> tuple[Life, ...]:
    """The exporter's runs."""
    edges = (first_ms, *times.restart, *times.absence, last_ms)
    return tuple(Life(edges[at], edges[at + 1]) for at in range(0, len(edges), 2))


def _fall(start: int, length_ms: int, cause: str = "unknown") -> Fall:
    return Fall(start, start + length_ms, cause)


def _one(day: int, hour: int, length_ms: int, cause: str = "line") -> Callable[[Times], Script]:
    """One fall of that length."""
    return lambda times: Script(falls=(_fall(times.at(day, hour, 11, 3.219), length_ms, cause),))


def _two_in_a_row(times: Times) -> Script:
    first = _fall(times.at(9, 4, 40, 2.811), 20 * MINUTE_MS, "line")
    return Script(falls=(first, _fall(first.end_ms + 90_003, 7 * MINUTE_MS)))


def _flapping(times: Times) -> Script:
    first = times.at(11, 13, 5, 8.642)
    return Script(falls=tuple(_fall(first + number * 90_007, 40_009, "line") for number in range(8)))


def _poor(times: Times) -> Script:
    starts = times.at(4, 15, 20, 6.101), times.at(7, 23, 50, 9.777)
    return Script(poor=((starts[0], starts[0] + 25 * MINUTE_MS), (starts[1], starts[1] + 30 * MINUTE_MS)))


def _poor_and_down(times: Times) -> Script:
    start = times.at(5, 6, 10, 4.404)
    poor = (start, start + 2 * HOUR_MS)
    return Script(falls=(_fall(start + 40 * MINUTE_MS, 33 * MINUTE_MS, "line"),), poor=(poor,))


def _around(
    centre: Callable[[Times], int], before_ms: int, after_ms: int, cause: str = "line"
) -> Callable[[Times], Script]:
    """A fall that reaches so far to both sides of an instant."""
    return lambda times: Script(falls=(Fall(centre(times) - before_ms, centre(times) + after_ms, cause),))


def _in_work(times: Times) -> Script:
    start = times.work[0] + 30 * MINUTE_MS + 4_321
    return Script(falls=(_fall(start, 100 * MINUTE_MS),), announced=(times.work,))


def _partly_in_work(times: Times) -> Script:
    start = times.work[1] - 30 * MINUTE_MS + 2_222
    return Script(falls=(_fall(start, 70 * MINUTE_MS, "line"),), announced=(times.work,))


def _in_work_untold(times: Times) -> Script:
    return Script(falls=(_fall(times.work_untold[0] + 10 * MINUTE_MS + 9_119, 90 * MINUTE_MS),))


def _twice_in_the_gap(times: Times) -> Script:
    first = _fall(times.at(13, 14, 20, 3.333), 6 * MINUTE_MS, "line")
    return Script(falls=(first, _fall(times.at(13, 14, 40, 8.111), 9 * MINUTE_MS, "line")))


def _added(times: Times) -> Script:
    return Script(appears_ms=times.at(8, 10, 0, 3.2))


def _added_and_down(times: Times) -> Script:
    return Script(
        appears_ms=times.at(8, 10, 0, 3.2), falls=(_fall(times.at(15, 11, 0, 5.005), 30 * MINUTE_MS, "line"),)
    )


def _removed(times: Times) -> Script:
    return Script(leaves_ms=times.at(9, 16, 0, 2.9), falls=(_fall(times.at(3, 8, 0, 5.005), HOUR_MS, "line"),))


def _moved(times: Times) -> Script:
    falls = _fall(times.at(5, 9, 0, 7.007), 2 * HOUR_MS, "line"), _fall(times.at(21, 9, 30, 7.007), 3 * HOUR_MS, "line")
    return Script(falls=falls, moves=(times.at(12, 0, 0, 4.4), "kn-a"))


def _within_a_scrape(times: Times) -> Script:
    """Seen at no scrape: it shows from 6.2 s to 8.7 s after one that comes every 15 s or 5 s."""
    return Script(falls=(_fall(times.after_scrape(times.at(19, 5, 0), 2_200), 4_500),))


#: By case, the contract's letter, and what happens.
CASES: dict[str, tuple[str, Callable[[Times], Script]]] = {
    "below tolerance": ("a", _one(2, 10, 299_999)),
    "at tolerance": ("a", _one(2, 11, 300_000)),
    "above tolerance": ("a", _one(2, 12, 300_001)),
    "ten hours": ("a", _one(3, 1, 10 * HOUR_MS)),
    "within a scrape": ("b", _within_a_scrape),
    "five hours": ("b", _one(4, 20, 5 * HOUR_MS)),
    "nine hours": ("c", _one(22, 2, 9 * HOUR_MS)),
    "two in a row": ("b", _two_in_a_row),
    "flapping": ("a", _flapping),
    "flapping without a promise": ("e", _flapping),
    "power": ("a", _one(8, 9, HOUR_MS, "power")),
    "power that counts": ("d", _one(8, 9, 26 * HOUR_MS, "power")),
    "cause unknown": ("a", _one(9, 9, 2 * HOUR_MS, "unknown")),
    "poor": ("d", _poor),
    "poor and down": ("b", _poor_and_down),
    "over the start, tolerated": ("a", _around(lambda times: times.start, 120_017, 100_009)),
    "over the start, counted": ("a", _around(lambda times: times.start, 250_017, 100_009)),
    "over the end, tolerated": ("a", _around(lambda times: times.end, 100_013, 100_011)),
    "over the end, counted": ("a", _around(lambda times: times.end, 60_013, 300_011)),
    "not over": ("b", _around(lambda times: times.end, 2 * HOUR_MS + 13, DAY_MS)),
    "in work": ("a", _in_work),
    "partly in work": ("a", _partly_in_work),
    "in work not announced": ("a", _in_work_untold),
    "over the restart": ("e", _around(lambda times: times.restart[0], HOUR_MS + 7, HOUR_MS + 3)),
    "over the absence": ("b", _around(lambda times: times.absence[0], HOUR_MS + 7, HOUR_MS + 3)),
    "into the absence": ("e", _around(lambda times: times.absence[0], -200_011, HOUR_MS + 3)),
    "over the gap": ("b", _one(13, 13, 3 * HOUR_MS)),
    "into the gap": ("d", _one(13, 14, 2 * HOUR_MS)),
    "out of the gap": ("d", _one(13, 13, 75 * MINUTE_MS)),
    "within the gap": ("e", _one(13, 14, 15 * MINUTE_MS)),
    "twice within the gap": ("e", _twice_in_the_gap),
    "while cut off": ("d", _around(lambda times: times.at(20, 22, 12), HOUR_MS + 7, HOUR_MS + 3)),
    "removed": ("b", _removed),
    "moved": ("d", _moved),
}

#: The same of both links of a site, one after the other.
SITES: dict[str, tuple[str, Callable[[Times], Script]]] = {
    "primary": ("", _one(18, 10, 3 * HOUR_MS)),
    "backup": ("", _one(18, 12, 2 * HOUR_MS)),
    "added": ("", _added),
    "added and down": ("", _added_and_down),
}
