"""What a link is: every transition, every threshold, and the exact instant of each change."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from exporter.outcome import LOST, OUTSTANDING, REPLY, UNMEASURED, Reason, State, unmeasured_code
from exporter.state import settle
from exporter.table import QUEUE, STATE_CODES, Table, new_table
from exporter.thresholds import RTT_BUCKETS_S
from tests.support.engines import inventory
from tests.support.reference_state import ReferenceLink

S = 1_000_000_000
MS = 1_000_000
START, WALL = 1_000 * S, 1_795_000_000 * S
SLOW = 300 * MS + 1

#: One letter an echo: reply, slow reply, loss, unmeasured.
CODES = {"R": REPLY, "S": REPLY, "L": LOST, "U": UNMEASURED}


class Watched:
    """One link that gets an echo a second, from second 1 on."""

    def __init__(self, history: str = "") -> None:
        self.table = new_table(inventory(1), START, WALL)
        self.seconds = 0
        self.sees(history)

    def sees(self, history: str) -> Watched:
        """The echoes of ``history`` come to their ends, one by one."""
        for letter in history:
            self.seconds += 1
            put(self.table, 0, CODES[letter], START + self.seconds * S, SLOW if letter == "S" else 5 * MS)
            settle(self.table, WALL - START)
        return self

    @property
    def state(self) -> State:
        """What it is now."""
        return list(State)[int(self.table.state[0])]

    @property
    def since_s(self) -> float:
        """From which second on."""
        return (int(self.table.changed_unix_ns[0]) - WALL) / S

    def spent_s(self, state: State) -> float:
        """Seconds given to a state."""
        return int(self.table.state_ns[0, STATE_CODES[state]]) / S


def put(table: Table, row: int, code: int, sent_ns: int, rtt_ns: int = 5 * MS) -> None:
    """An echo at the end of the queue of its row."""
    place = table.tail[row] % QUEUE
    table.queue_code[row, place] = code
    table.queue_sent_mono_ns[row, place] = sent_ns
    table.queue_rtt_ns[row, place] = rtt_ns
    table.tail[row] += 1
    table.attempts[row] += 1


#: Histories that lead to a state.
UP, DOWN, UNKNOWN, DEGRADED = "R", "LLL", "", "R" + "RRLL" * 3 + "R"


@pytest.mark.parametrize(
    ("before", "evidence", "state", "since_s"),
    [
        # unknown
        (UNKNOWN, "R", State.UP, 1),
        (UNKNOWN, "L", State.UNKNOWN, 0),
        (UNKNOWN, "LL", State.UNKNOWN, 0),
        (UNKNOWN, "LLL", State.DOWN, 1),
        (UNKNOWN, "LLR", State.UP, 3),
        (UNKNOWN, "UUUUU", State.UNKNOWN, 0),
        (UNKNOWN, "LULUL", State.DOWN, 1),
        # up
        (UP, "LL", State.UP, 1),
        (UP, "LLL", State.DOWN, 2),
        (UP, "LLRLL", State.UP, 1),
        (UP, "LULUUL", State.DOWN, 2),
        (UP, "UU", State.UP, 1),
        (UP, "UUU", State.UNKNOWN, 2),
        (UP, "UURUU", State.UP, 1),
        (UP, "UULUU", State.UP, 1),
        (UP, "LLUUUL", State.UNKNOWN, 4),
        (UP, "LLUUULLL", State.DOWN, 7),
        (UP, "UUURR", State.UP, 5),
        # down
        (DOWN, "R", State.DOWN, 1),
        (DOWN, "RR", State.DOWN, 1),
        (DOWN, "RRR", State.UP, 4),
        (DOWN, "RRLRR", State.DOWN, 1),
        (DOWN, "RURUUR", State.UP, 4),
        (DOWN, "LLLL", State.DOWN, 1),
        (DOWN, "UU", State.DOWN, 1),
        (DOWN, "UUU", State.UNKNOWN, 4),
        (DOWN, "RRUUUR", State.UP, 9),
        (DOWN, "UUUL", State.UNKNOWN, 4),
        (DOWN, "UUULL", State.UNKNOWN, 4),
        (DOWN, "UUULLL", State.DOWN, 7),
        # degraded
        (DEGRADED, "LLL", State.DOWN, 15),
        (DEGRADED, "UUU", State.UNKNOWN, 15),
        (DEGRADED, "UUURRR", State.UP, 18),
        (DEGRADED, "LLLRRR", State.UP, 18),
    ],
)
def test_evidence_leads_to_a_state_since_the_echo_that_began_it(
    before: str, evidence: str, state: State, since_s: float
) -> None:
    """The state after the evidence, and the sending of the first echo of the run that proved it."""
    link = Watched(before).sees(evidence)
    assert (link.state, link.since_s) == (state, since_s)


def test_every_history_of_nine_echoes_does_what_the_description_says() -> None:
    """All 19,683 sequences of replies, losses and unmeasured echoes, one a row, against the slow reference."""
    histories = list(product("RLU", repeat=9))
    table = new_table(inventory(len(histories)), START, WALL)
    references = [ReferenceLink(START) for _ in histories]
    table.queue_code[:, :9] = [[CODES[letter] for letter in history] for history in histories]
    table.queue_sent_mono_ns[:, :9] = START + np.arange(1, 10) * S
    table.queue_rtt_ns[:] = 5 * MS
    table.tail[:] = 9
    settle(table, WALL - START)
    for history, reference in zip(histories, references, strict=True):
        for second, letter in enumerate(history, 1):
            reference.echo(CODES[letter], START + second * S, 5 * MS)
    found = zip(table.state.tolist(), table.changed_unix_ns.tolist(), table.state_ns.tolist(), strict=True)
    for history, reference, (code, changed, state_ns) in zip(histories, references, found, strict=True):
        since, state = reference.changes[-1]
        assert (STATE_CODES[state], since - START + WALL) == (code, changed), history
        assert list(reference.seconds_in().values()) == state_ns, history


# degradation


@pytest.mark.parametrize(("lost", "state"), [(5, State.UP), (6, State.DEGRADED)])
def test_six_lost_of_sixty_degrade(lost: int, state: State) -> None:
    """Five lost echoes among the last sixty are borne, six are not; single losses never call a link down."""
    assert Watched("R" + "LRRR" * lost).state == state


def test_a_link_is_degraded_since_the_reply_that_showed_it() -> None:
    """Quality is judged at a reply, and takes effect at its sending."""
    link = Watched("R" + "LR" * 6)
    assert (link.state, link.since_s) == (State.DEGRADED, 13)


def test_losses_leave_the_window_after_sixty_measured_echoes() -> None:
    """The first of six losses is forgotten when sixty echoes came after it, and unmeasured ones are not counted."""
    link = Watched("R" + "L" + "R" * 40 + "LR" * 4 + "U" * 2 + "R" * 11)
    assert link.sees("L").table.history_lost[0].bit_count() == 5
    assert Watched("R" + "L" + "R" * 40 + "LR" * 4 + "U" * 2 + "R" * 9).sees("LR").state == State.DEGRADED


@pytest.mark.parametrize(("clean", "state"), [(47, State.DEGRADED), (58, State.UP)])
def test_a_degraded_link_is_up_again_at_two_losses(clean: int, state: State) -> None:
    """Between three and five losses it stays degraded; with two left in the window it is up."""
    link = Watched("R" + "LR" * 6)
    link.sees("R" * clean)
    assert link.state == state


def test_a_link_leaves_degradation_at_the_exact_reply() -> None:
    """The third last of six losses leaves the window with the sixtieth echo after it: that reply ends it."""
    link = Watched("R" + "LR" * 6)  # losses at seconds 2, 4, 6, 8, 10, 12
    link.sees("R" * 60)
    assert (link.state, link.since_s) == (State.UP, 8 + 60)


def test_a_link_between_the_bounds_stays_what_it_was() -> None:
    """With three to five losses an up link stays up and a degraded one degraded: no flutter."""
    assert Watched("R" + "LR" * 5).state == State.UP
    assert Watched("R" + "LR" * 6 + "R" * 49).table.history_lost[0].bit_count() in {3, 4, 5}
    assert Watched("R" + "LR" * 6 + "R" * 49).state == State.DEGRADED


@pytest.mark.parametrize(("slow", "state"), [(29, State.UP), (30, State.DEGRADED)])
def test_a_slow_median_degrades(slow: int, state: State) -> None:
    """Thirty slow replies among the last sixty; 300 ms is not slow yet, a nanosecond more is."""
    assert Watched("R" * 40 + "S" * slow).state == state
    exact = Watched("R")
    for second in range(2, 70):
        put(exact.table, 0, REPLY, START + second * S, 300 * MS)
        settle(exact.table, WALL - START)
    assert exact.state == State.UP


@pytest.mark.parametrize(("fast", "state"), [(44, State.DEGRADED), (45, State.UP)])
def test_a_slow_link_is_up_again_at_fifteen(fast: int, state: State) -> None:
    """Of sixty slow replies forty-five must have left the window."""
    assert Watched("R" + "S" * 60 + "R" * fast).state == state


def test_both_kinds_must_be_good_to_leave() -> None:
    """A link that is quick again but still loses too much stays degraded, and the other way round."""
    assert Watched("R" + "S" * 60 + "R" * 30 + "RRRL" * 3 + "R" * 20).state == State.DEGRADED
    assert Watched("R" + "LR" * 6 + "S" * 20 + "R" * 30).state == State.DEGRADED


def test_the_losses_of_an_outage_are_not_held_against_the_link_after_it() -> None:
    """A link that comes back after a minute down is up, not degraded; the same after it was unknown."""
    assert Watched("R" + "L" * 60 + "RRRR").state == State.UP
    assert Watched("R" + "LR" * 5 + "UUU" + "RLR").state == State.UP


# time


def test_time_waits_while_losses_stand_against_a_link() -> None:
    """Two losses leave their seconds open; a reply gives them to up, a third loss to down from the first on."""
    assert Watched("RRLL").spent_s(State.UP) == 1
    assert Watched("RRLLR").spent_s(State.UP) == 4
    down = Watched("RRLLL")
    assert (down.spent_s(State.UP), down.spent_s(State.DOWN)) == (2, 2)


def test_an_outage_lasts_from_its_first_loss_to_the_first_reply_after_it() -> None:
    """Ten lost echoes between replies are ten seconds down, whenever we became sure."""
    link = Watched("RRRR" + "L" * 10 + "RRRR")
    assert link.spent_s(State.DOWN) == 10
    assert link.spent_s(State.UP) == 3 + 1 + 3
    assert link.spent_s(State.UNKNOWN) == 1


def test_unmeasured_seconds_are_unknown_from_the_first_to_the_next_reply() -> None:
    """Five unmeasured echoes between replies are five seconds unknown; two are borne."""
    assert Watched("RR" + "U" * 5 + "RR").spent_s(State.UNKNOWN) == 1 + 5
    assert Watched("RR" + "U" * 2 + "RR").spent_s(State.UNKNOWN) == 1


# order and counters


def test_echoes_are_settled_in_the_order_of_sending() -> None:
    """A reply behind an echo that is still open waits for it."""
    link = Watched("R")
    put(link.table, 0, OUTSTANDING, START + 2 * S)
    put(link.table, 0, REPLY, START + 3 * S)
    settle(link.table, WALL - START)
    assert (link.table.replies[0], link.table.outstanding()[0]) == (1, 2)
    link.table.queue_code[0, 1] = LOST
    settle(link.table, WALL - START)
    assert (link.table.replies[0], link.table.lost[0], link.table.outstanding()[0]) == (2, 1, 0)


def test_rows_that_changed_are_told_once_each() -> None:
    """Two rows change, one of them twice, and a third does not."""
    table = new_table(inventory(3), START, WALL)
    for row, history in enumerate(("RLLL", "UR", "LL")):
        for second, letter in enumerate(history, 1):
            put(table, row, CODES[letter], START + second * S)
    assert settle(table, WALL - START).tolist() == [0, 1]
    assert settle(table, WALL - START).tolist() == []


@pytest.mark.parametrize("reason", list(Reason))
def test_unmeasured_echoes_are_counted_by_reason(reason: Reason) -> None:
    """Each reason has its own column, and none of them is a loss or a reply."""
    table = new_table(inventory(1), START, WALL)
    put(table, 0, unmeasured_code(reason), START + S)
    settle(table, WALL - START)
    assert dict(zip(Reason, table.unmeasured[0].tolist(), strict=True)) == dict.fromkeys(Reason, 0) | {reason: 1}
    assert (table.replies[0], table.lost[0]) == (0, 0)


def test_a_bound_belongs_to_its_bucket() -> None:
    """Prometheus buckets are "at most": an RTT of exactly a bound is in it, a nanosecond more in the next."""
    table = new_table(inventory(1), START, WALL)
    for index, bound in enumerate(RTT_BUCKETS_S):
        for more in (0, 1):
            put(table, 0, REPLY, START + (index + 1) * S + more, round(bound * 1e9) + more)
            settle(table, WALL - START)
    assert table.rtt_buckets[0].tolist() == [1, *[2] * (len(RTT_BUCKETS_S) - 1), 1]


def test_variation_is_the_sum_of_steps_between_replies() -> None:
    """5, 8, 6 ms make 3 + 2; the first reply makes nothing, and a loss in between does not matter."""
    table = new_table(inventory(1), START, WALL)
    for second, (code, rtt_ms) in enumerate([(REPLY, 5), (REPLY, 8), (LOST, 0), (REPLY, 6)], 1):
        put(table, 0, code, START + second * S, rtt_ms * MS)
    settle(table, WALL - START)
    assert (table.rtt_variation_ns[0], table.rtt_sum_ns[0]) == (5 * MS, 19 * MS)
