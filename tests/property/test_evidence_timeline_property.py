"""Any history of a link, scraped now and then: what is read of it is true, and all that a scrape could tell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from random import Random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from exporter.evidence.grid import FIELDS, Grid
from exporter.evidence.looking import MINUTE_MS, rows_of
from exporter.evidence.measured import Segment, Standing
from exporter.evidence.period import HOUR_MS
from exporter.evidence.points import Point
from exporter.evidence.refining import Closer, refined
from exporter.evidence.scrapes import Scrapes
from exporter.evidence.timeline import clipped, outages_of
from tests.support.exporter_history import Change, Life

START = 1_790_787_600_000
LINK = "a-1"

_NONE = np.empty(0, np.int64)

#: So long after it took effect a change is shown at most: three losses, a timeout, a second opinion.
LONGEST_LAG_MS = 6_000

_LAGS_MS = {"up": 250, "degraded": 250, "down": 4_300, "unknown": 3_100}
_NEXT = {
    "up": ("degraded", "down", "down", "unknown"),
    "degraded": ("up", "down", "unknown"),
    "down": ("up", "up", "up", "unknown"),
    "unknown": ("up", "up", "down"),
}


@dataclass(frozen=True)
class World:
    """One exporter, and when it was scraped."""

    lives: tuple[Life, ...]
    scrapes: Scrapes
    until_ms: int

    def point(self, at_ms: int) -> Point:
        """What was on the page."""
        return next(life for life in self.lives if life.start_ms <= at_ms < life.end_ms).point(at_ms)

    def grid(self, rows: Sequence[int]) -> Grid:
        """As if it had been asked for."""
        grid = Grid(rows, [LINK])
        for number, row in enumerate(rows):
            point = self.point(row)
            told = {
                "is_down": point.standing is Standing.DOWN,
                "is_unknown": point.standing is Standing.UNMEASURED,
                "changed_s": point.changed_ms / 1000,
                "down_s": point.down_ms / 1000,
                "unknown_s": point.unknown_ms / 1000,
                "last_start_s": _seconds(point.last_start_ms),
                "last_end_s": _seconds(point.last_end_ms),
                "up_s": _seconds(point.up_ms),
                "degraded_s": 0.0,
            }
            assert told.keys() == set(FIELDS.values())
            for name, value in told.items():
                grid.columns[name][number, 0] = value
        return grid

    def read(self) -> tuple[Segment, ...]:
        """Its timeline, from its first scrape to its last."""
        rows = rows_of(self.scrapes, START, self.until_ms)
        closers: tuple[Closer, ...] = (self._by_minute, self._by_scrape)
        (presence,) = refined(self.grid(rows), self.scrapes.borders(), closers)[LINK]
        return presence.timeline.segments()

    def _by_minute(self, before_ms: int, until_ms: int, _links: Sequence[str]) -> Grid:
        latest = (self.scrapes.latest_ms(at_ms) for at_ms in range(before_ms + MINUTE_MS, until_ms, MINUTE_MS))
        return self.grid(sorted({row for row in latest if row is not None and before_ms < row < until_ms}))

    def _by_scrape(self, before_ms: int, until_ms: int, _links: Sequence[str]) -> Grid:
        return self.grid(self.scrapes.within(before_ms - 1, until_ms).tolist())


def _seconds(unix_ms: int | None) -> float:
    return float("nan") if unix_ms is None else unix_ms / 1000


def _life(random: Random, start_ms: int, end_ms: int, lengths_ms: Sequence[tuple[int, int]]) -> Life:
    """Random changes, each state for a length within one of ``lengths_ms``."""
    changes = [Change(start_ms, start_ms, "unknown")]
    at_ms = start_ms + random.randint(1_000, 4_000)
    while at_ms < end_ms:
        state = random.choice(_NEXT[changes[-1].state])
        lag_ms = 2_300 if (changes[-1].state, state) == ("down", "up") else _LAGS_MS[state]
        changes.append(Change(at_ms, max(changes[-1].shown_ms + 1, at_ms + lag_ms), state))
        at_ms += random.randint(*random.choice(lengths_ms))
    return Life(start_ms, end_ms, tuple(changes), lag_ms=random.choice((0, 400, 1_000)))


def _world(
    random: Random,
    lengths_ms: Sequence[tuple[int, int]],
    *,
    step_ms: int,
    lives: int = 1,
    sleeps: int = 0,
    lost: float = 0.0,
) -> World:
    """``lives`` runs of an exporter within some hours, and as many spans as ``sleeps`` in which nobody scrapes.

    ``lost`` is the share of scrapes that are not there.
    """
    until_ms = START + random.randint(2, 7) * HOUR_MS
    edges = sorted(random.sample(range(START + 60_000, until_ms - 60_000, 1_000), lives - 1))
    begins = [START - 2 * MINUTE_MS, *(edge + random.choice((1_100, 30_000, 400_000)) for edge in edges)]
    ends = [*edges, until_ms + 1]
    runs = tuple(_life(random, one, other, lengths_ms) for one, other in zip(begins, ends, strict=True) if one < other)
    asleep = [(at, at + random.randint(30_000, HOUR_MS)) for at in random.sample(range(START, until_ms), sleeps)]
    asked = [at + random.randint(0, 400) for at in range(START - step_ms, until_ms, step_ms) if random.random() >= lost]
    asked = [at for at in asked if not any(since <= at < until for since, until in asleep)]
    good = [at for at in asked if any(run.start_ms <= at < run.end_ms for run in runs)]
    firsts = [next((at for at in good if run.start_ms <= at < run.end_ms), None) for run in runs]
    starts = tuple((at, run.start_ms) for at, run in zip(firsts, runs, strict=True) if at is not None)
    failed = np.array(sorted(set(asked) - set(good)), np.int64)
    known = tuple(run for run, at in zip(runs, firsts, strict=True) if at is not None)
    return World(known, Scrapes(np.array(good, np.int64), failed, starts[1:]), until_ms)


def _truth(world: World) -> Iterator[Segment]:
    """What the exporter ever showed; between its runs nothing."""
    for number, life in enumerate(world.lives):
        last_ms = int(world.scrapes.within(life.start_ms - 1, life.end_ms - 1)[-1])
        yield from life.truth(last_ms)
        if number + 1 < len(world.lives):
            yield Segment(last_ms, world.lives[number + 1].start_ms, Standing.UNMEASURED)


def _untrue(read: Sequence[Segment], truth: Iterable[Segment]) -> list[tuple[Segment, Segment]]:
    """What is said to be up or down and was not.

    What took effect shortly before a scrape and was not shown at it is told by the next one. Where that one leaves
    several possibilities, time is unmeasured from the scrape on, and what lies before it stays as it was shown.
    """
    known = list(truth)
    unclear = {segment.start_ms for segment in read if segment.standing is Standing.UNMEASURED}
    return [
        (said, was)
        for said in read
        for was in known
        if said.standing not in {was.standing, Standing.UNMEASURED}
        if max(said.start_ms, was.start_ms) < min(said.end_ms - LONGEST_LAG_MS * (said.end_ms in unclear), was.end_ms)
    ]


_ANY = ((3_000, 9_000), (3_000, 60_000), (60_000, HOUR_MS), (HOUR_MS, 3 * HOUR_MS))


@settings(max_examples=150, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    step_ms=st.sampled_from((5_000, 15_000, 60_000)),
    lives=st.integers(1, 3),
    sleeps=st.integers(0, 2),
)
def test_nothing_is_said_that_was_not_so(seed: int, step_ms: int, lives: int, sleeps: int) -> None:
    """Whatever happens between scrapes, over gaps and starts: up was up, down was down, and no time is left out."""
    world = _world(Random(seed), _ANY, step_ms=step_ms, lives=lives, sleeps=sleeps, lost=0.01)
    read = world.read()
    assert all(one.end_ms == other.start_ms and one.standing is not other.standing for one, other in pairwise(read))
    assert read[-1].end_ms == world.scrapes.good_ms[-1]
    assert _untrue(read, _truth(world)) == []


@settings(max_examples=100, deadline=None)
@given(seed=st.integers(0, 2**32), step_ms=st.sampled_from((5_000, 15_000, 60_000)))
def test_what_lasts_for_some_scrapes_is_read_to_the_millisecond(seed: int, step_ms: int) -> None:
    """Without gaps and starts, where each state lasts longer than three scrapes lie apart, all of it is known."""
    lengths = ((4 * step_ms, 20 * step_ms), (10 * step_ms, HOUR_MS), (HOUR_MS, 3 * HOUR_MS))
    world = _world(Random(seed), lengths, step_ms=step_ms)
    read, last_ms = world.read(), int(world.scrapes.good_ms[-1])
    assert not world.scrapes.borders()
    first_ms = read[0].start_ms
    assert read == clipped(world.lives[0].truth(last_ms), first_ms, last_ms)


@settings(max_examples=100, deadline=None)
@given(seed=st.integers(0, 2**32), step_ms=st.sampled_from((5_000, 15_000)))
def test_an_outage_between_two_scrapes_is_not_lost(seed: int, step_ms: int) -> None:
    """An outage that no scrape saw is told all the same, for the page remembers the latest."""
    random = Random(seed)
    length_ms = random.randint(3_000, 9_000)
    at_ms = START + random.randint(60_000, HOUR_MS)
    changes = (
        Change(START - 100_000, START - 100_000, "unknown"),
        Change(START - 97_000, START - 96_700, "up"),
        Change(at_ms, at_ms + 4_300, "down"),
        Change(at_ms + length_ms, at_ms + max(4_400, length_ms + 2_300), "up"),
    )
    until_ms = START + 2 * HOUR_MS
    asked = range(START + random.randint(0, step_ms), until_ms, step_ms)
    world = World((Life(START - 100_000, until_ms, changes),), Scrapes(np.array(asked, np.int64), _NONE, ()), until_ms)
    (outage,) = outages_of(world.read(), lasts=True)
    assert (outage.start_ms, outage.end_ms, outage.down_ms) == (at_ms, at_ms + length_ms, length_ms)
