"""The columns against the description: any sequence of outcomes, on any number of links at once."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from exporter.outcome import LOST, REPLY, UNMEASURED, Reason, State
from exporter.state import settle
from exporter.table import QUEUE, Table, new_table
from tests.support.engines import assert_sums_hold, inventory
from tests.support.reference_state import ReferenceLink

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
