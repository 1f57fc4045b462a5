"""The outages of thirty days, across restarts; and when the exporter ran."""

from __future__ import annotations

from typing import Any

from exporter.beside import Cause, OutageRecord
from exporter.cause_board import ChangedOutage
from exporter.history.outages import JOIN_WITHIN_S, KEPT_OF_A_LINK, OutageMemory
from exporter.history.watch import WatchMemory
from exporter.past import Watched
from exporter.scope import Scope
from tests.support.pasts import make_outage

S = 10**9
DAY = 86_400 * S
NOW = 1_795_400_040 * S


def told(start: int, end: int | None = None, *, seen: bool = True, **changes: Any) -> ChangedOutage:
    """What the board says of an outage of link a."""
    words = {"scope": Scope.LINK, "cause": Cause.UNKNOWN, "evidence": "", "pending": end is None, **changes}
    return ChangedOutage(OutageRecord("a", start, end, **words), seen)


def test_an_outage_from_its_beginning_to_its_cause() -> None:
    """It lasts, it ends, its cause is learned afterwards: one outage."""
    memory = OutageMemory()
    (begun,) = memory.take(NOW, [told(NOW - 20 * S)])
    assert (begun.end_unix_ns, begun.end_seen, begun.start_seen, begun.pending) == (None, True, True, True)
    memory.take(NOW, [told(NOW - 20 * S, NOW, pending=True)])
    memory.take(NOW, [told(NOW - 20 * S, NOW, cause=Cause.POWER, evidence="router menyala kembali")])
    (found,) = memory.of("a", NOW)
    assert (found.end_unix_ns, found.cause, found.evidence, found.pending) == (
        NOW,
        Cause.POWER,
        "router menyala kembali",
        False,
    )


def test_what_lasted_when_the_exporter_stopped_has_no_end_that_was_seen() -> None:
    """The line answers at the next start: nobody knows when it came back."""
    memory = OutageMemory([make_outage("a", NOW - DAY, None, end_seen=True, pending=True)], looked_until_unix_ns=NOW)
    (found,) = memory.of("a", NOW)
    assert (found.end_unix_ns, found.end_seen, found.pending) == (None, False, False)


def test_an_outage_goes_on_over_a_short_restart() -> None:
    """Down before and after, and nobody looked away for long: one outage with its true beginning."""
    former = make_outage("a", NOW - DAY, None, end_seen=True)
    memory = OutageMemory([former], looked_until_unix_ns=NOW - JOIN_WITHIN_S * S)
    memory.take(NOW, [told(NOW, seen=False)])
    (found,) = memory.of("a", NOW)
    assert (found.start_unix_ns, found.start_seen, found.end_unix_ns, found.end_seen) == (NOW - DAY, True, None, True)
    memory.take(NOW + S, [told(NOW, NOW + S, seen=False, pending=False)])
    (found,) = memory.of("a", NOW + S)
    assert (found.start_unix_ns, found.end_unix_ns) == (NOW - DAY, NOW + S)


def test_an_outage_does_not_go_on_over_a_long_absence() -> None:
    """Nobody knows what was between: the former has no seen end, the new one no seen beginning."""
    memory = OutageMemory(
        [make_outage("a", NOW - DAY, None, end_seen=True)], looked_until_unix_ns=NOW - JOIN_WITHIN_S * S - 1
    )
    memory.take(NOW, [told(NOW, seen=False)])
    former, new = memory.of("a", NOW)
    assert (former.start_unix_ns, former.end_seen) == (NOW - DAY, False)
    assert (new.start_unix_ns, new.start_seen, new.end_seen) == (NOW, False, True)


def test_an_outage_that_was_seen_to_begin_is_another_one() -> None:
    """The line answered after the restart before it failed again."""
    memory = OutageMemory([make_outage("a", NOW - DAY, None, end_seen=True)], looked_until_unix_ns=NOW)
    memory.take(NOW, [told(NOW, seen=True)])
    assert [each.start_unix_ns for each in memory.of("a", NOW)] == [NOW - DAY, NOW]


def test_what_is_older_than_thirty_days_goes() -> None:
    """By its end; what lasts is kept however long ago it began."""
    memory = OutageMemory(
        [make_outage("a", NOW - 40 * DAY, NOW - 31 * DAY), make_outage("a", NOW - 40 * DAY + 1, NOW - 29 * DAY)]
    )
    memory.take(
        NOW, [ChangedOutage(OutageRecord("b", NOW - 50 * DAY, None, None, Cause.UNKNOWN, "", pending=True), True)]
    )
    assert [each.end_unix_ns for each in memory.of("a", NOW)] == [NOW - 29 * DAY]
    assert memory.forget(NOW, ["a", "b"]) == []
    assert [each.link for each in memory.all()] == ["a", "b"]


def test_an_outage_of_a_link_that_was_taken_out_has_no_seen_end() -> None:
    """It is told to be written down."""
    memory = OutageMemory()
    memory.take(NOW, [told(NOW)])
    (gone,) = memory.forget(NOW, ["b"])
    assert (gone.link, gone.end_unix_ns, gone.end_seen) == ("a", None, False)
    assert list(memory.of("a", NOW)) == [gone]


def test_a_line_that_falls_all_day_is_bounded() -> None:
    """The newest are kept."""
    memory = OutageMemory()
    for number in range(KEPT_OF_A_LINK + 3):
        memory.take(NOW, [told(NOW + number * S, NOW + number * S + 1, pending=False)])
    found = memory.of("a", NOW + 10**6 * S)
    assert (len(found), found[0].start_unix_ns) == (KEPT_OF_A_LINK, NOW + 3 * S)


def test_looks_that_follow_each_other_are_one_span() -> None:
    """A pause, and a step of the clock back, each begin another; nothing lies ahead of the clock."""
    memory = WatchMemory([Watched(NOW - 40 * DAY, NOW - 29 * DAY)])
    for at in (NOW, NOW + S, NOW + 2 * S, NOW + 60 * S, NOW + 61 * S, NOW + 30 * S, NOW + 31 * S):
        memory.look(at)
    assert memory.latest() == Watched(NOW + 30 * S, NOW + 31 * S)
    assert memory.spans(NOW + 31 * S) == [
        Watched(NOW + 31 * S - 30 * DAY, NOW - 29 * DAY),
        Watched(NOW, NOW + 2 * S),
        Watched(NOW + 30 * S, NOW + 31 * S),
    ]
