"""The columns against the description: any sequence of outcomes, on any number of links at once."""

from __future__ import annotations

from random import Random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from exporter.outcome import LOST, OUTSTANDING, REPLY, UNMEASURED, Reason, State
from exporter.state import settle
from exporter.table import QUEUE, Table, new_table
from exporter.thresholds import UNKNOWN_AFTER_UNMEASURED
from tests.support.engines import assert_sums_hold, inventory
from tests.support.reference_state import AskedLink, ReferenceLink

START, WALL = 1_000_000_000_000, 1_795_000_000_000_000_000
S = 1_000_000_000

codes = st.one_of(
    st.just(REPLY), st.just(LOST), st.integers(UNMEASURED, UNMEASURED + len(Reason) - 1), st.just(REPLY), st.just(LOST)
)
rtts = st.one_of(st.integers(0, 2 * S), st.sampled_from([0, 1_000_000, 300_000_000, 300_000_001, S, S + 1]))
echoes = st.tuples(codes, rtts)

#: Sequences with long runs, because thresholds count runs and windows of sixty.
histories = st.lists(st.tuples(echoes, st.sampled_from([1, 1, 2, 2, 3, 4, 12, 31])), max_size=16).map(
    lambda runs: [echo for echo, times in runs for _ in range(times)]
)


def put(table: Table, row: int, code: int, sent_ns: int, rtt_ns: int) -> None:
    """An echo whose end is known, at the end of the queue of its row."""
    place = table.tail[row] % QUEUE
    table.queue_code[row, place] = code
    table.queue_sent_mono_ns[row, place] = sent_ns
    table.queue_rtt_ns[row, place] = rtt_ns
    table.tail[row] += 1
    table.attempts[row] += 1


def assert_equal(table: Table, row: int, reference: ReferenceLink) -> None:
    """The row is what the reference says."""
    states = list(State)
    since, state = reference.changes[-1]
    assert states[table.state[row]] == state
    assert table.changed_unix_ns[row] == since - START + WALL
    assert dict(zip(states, table.state_ns[row].tolist(), strict=True)) == reference.seconds_in()
    assert table.settled_mono_ns[row] == reference.settled_ns
    assert table.rtt_buckets[row].tolist() == reference.buckets()
    assert table.rtt_sum_ns[row] == sum(reference.rtts_ns)
    assert table.rtt_variation_ns[row] == reference.variation_ns()


@settings(max_examples=150, deadline=None)
@given(st.lists(histories, min_size=1, max_size=4), st.integers(1, QUEUE), st.sampled_from([S, S // 3, 60 * S]))
def test_the_columns_do_what_the_description_says(
    links: list[list[tuple[int, int]]], batch: int, interval_ns: int
) -> None:
    """Each row equals the reference after every batch, whatever the other rows do and however they are batched."""
    table = new_table(inventory(len(links)), START, WALL)
    references = [ReferenceLink(START) for _ in links]
    given_before = np.zeros_like(table.state_ns)
    for first in range(0, max(map(len, links)), batch):
        for row, history in enumerate(links):
            for index, (code, rtt_ns) in enumerate(history[first : first + batch], first):
                sent_ns = START + (index + 1) * interval_ns + row
                put(table, row, code, sent_ns, rtt_ns)
                references[row].echo(code, sent_ns, rtt_ns)
        changed = settle(table, WALL - START)
        assert set(changed.tolist()) <= set(range(len(links)))
        for row, reference in enumerate(references):
            assert_equal(table, row, reference)
        assert (table.state_ns >= given_before).all(), "seconds in a state never decrease"
        given_before = table.state_ns.copy()
    assert_sums_hold(table, START + 10_000 * interval_ns, start_mono_ns=dict.fromkeys(table.keys, START))


@settings(max_examples=50, deadline=None)
@given(histories)
def test_time_that_is_not_settled_is_the_rest(history: list[tuple[int, int]]) -> None:
    """Seconds in states and the seconds that wait for a verdict add up to the time that has passed."""
    table = new_table(inventory(1), START, WALL)
    for index, (code, rtt_ns) in enumerate(history):
        now_ns = START + (index + 1) * S
        put(table, 0, code, now_ns, rtt_ns)
        settle(table, WALL - START)
        waiting_ns = now_ns - int(table.settled_mono_ns[0])
        assert waiting_ns >= 0
        assert int(table.state_ns[0].sum()) + waiting_ns == now_ns - START


#: What others say after an echo: nothing, that the link answered, or that nobody did, so long ago.
told = st.tuples(st.sampled_from(["", "", "", "answers", "denials"]), st.one_of(st.integers(0, 40), st.integers(0, 4)))

#: A phase of a link: outcomes that are drawn from these, for so many echoes, and what is told at each of them.
phases = st.lists(
    st.tuples(
        st.sampled_from(["L", "L", "LLLR", "R", "RLU", "UL", "RRL"]), st.integers(1, 14), told, st.integers(1, 9)
    ),
    max_size=9,
)

OUTCOMES = {"R": REPLY, "L": LOST, "U": UNMEASURED}


@settings(max_examples=400, deadline=None)
@given(
    st.lists(phases, min_size=1, max_size=3),
    st.sampled_from([S, 3 * S, 20 * S, 60 * S]),
    st.integers(0, 11),
    st.integers(0, 11),
    st.randoms(use_true_random=False),
)
def test_second_opinions_do_what_the_description_says(
    links: list[list[tuple[str, int, tuple[str, int], int]]], interval_ns: int, lag: int, reply_lag: int, random: Random
) -> None:
    """Rows equal the reference whatever is told, when it is told, and however long outcomes take to be known.

    Replies may be known sooner or later than what was lost, so outcomes are known out of order.
    """
    table = new_table(inventory(len(links)), START, WALL)
    references = [AskedLink(START) for _ in links]
    stories = [
        [
            (random.choice(letters), *what, turn % every == 0)
            for letters, count, what, every in story
            for turn in range(count)
        ]
        for story in links
    ]
    before = table.state_ns.copy()
    for step in range(max(map(len, stories)) + 2 * QUEUE):
        now_ns = START + (step + 1) * interval_ns
        for row, (story, reference) in enumerate(zip(stories, references, strict=True)):
            if step < len(story):
                _, kind, ago, now = story[step]
                put(table, row, OUTSTANDING, now_ns + row, 0)
                reference.queue.append((now_ns + row, None, 0))
                if kind and now:
                    tell(table, row, reference, kind, now_ns - ago * S // 2)
            for index, of_replies in ((step - lag, False), (step - reply_lag, True)):
                if 0 <= index < len(story) and (story[index][0] == "R") == of_replies:
                    become_known(table, row, reference, OUTCOMES[story[index][0]], index)
            reference.settle(now_ns + S // 2, QUEUE - UNKNOWN_AFTER_UNMEASURED - 1)
        settle(table, WALL - START, now_ns + S // 2)
        for row, reference in enumerate(references):
            assert_equal(table, row, reference)
            assert table.icmp_only[row] == reference.icmp_only
            assert table.tail[row] - table.head[row] == len(reference.queue) <= QUEUE
        assert (table.state_ns >= before).all(), "seconds in a state never decrease"
        before = table.state_ns.copy()
        assert_sums_hold(table, now_ns + S, start_mono_ns=dict.fromkeys(table.keys, START))


def tell(table: Table, row: int, reference: AskedLink, kind: str, at_ns: int) -> None:
    """An answer or a denial, to both."""
    column = table.otherwise_mono_ns if kind == "answers" else table.denied_mono_ns
    column[row] = max(int(column[row]), at_ns)
    (reference.answers if kind == "answers" else reference.denials).append(at_ns)


def become_known(table: Table, row: int, reference: AskedLink, code: int, index: int) -> None:
    """The outcome of the echo ``index`` of the row, to both."""
    rtt_ns = 5_000_000 if code == REPLY else 0
    table.queue_code[row, index % QUEUE] = code
    table.queue_rtt_ns[row, index % QUEUE] = rtt_ns
    place = index - int(table.head[row])
    reference.queue[place] = (reference.queue[place][0], code, rtt_ns)
