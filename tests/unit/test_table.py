"""The table of columns, and what of it outlives a change of the inventory."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest

from exporter.outcome import LOST, OUTSTANDING, REPLY, UNMEASURED, Reason, State, unmeasured_code
from exporter.snapshot import EchoColumns
from exporter.state import settle
from exporter.table import QUEUE, STATE_CODES, Table, carried_over, columns_of, new_table, targets_of
from tests.support.engines import inventory, inventory_of, link, reference

S = 1_000_000_000
START, WALL = 1_000 * S, 1_795_000_000 * S
LATER, WALL_LATER = START + 100 * S, WALL + 100 * S

PLAN = {"keys", "links", "family", "address", "interval_ns", "timeout_ns"}
INTERRUPTED = unmeasured_code(Reason.INTERRUPTED)


def measured(plan: object) -> Table:
    """A table of ``plan`` in which every cell of a column says which row and column it was, as far as it holds."""
    table = new_table(plan, START, WALL)  # type: ignore[arg-type]
    for number, field in enumerate(fields(Table)):
        column = getattr(table, field.name)
        if field.name not in PLAN:
            column[:] = np.arange(column.size).reshape(column.shape) % 89 + number
    table.head[:], table.tail[:] = 5, 7
    table.state[:] = STATE_CODES[State.UP]
    table.queue_code[:] = OUTSTANDING
    table.due_mono_ns[:] = LATER + np.arange(len(table.keys))
    return table


def planned(plan: object) -> Table:
    """A new table with first due times."""
    table = new_table(plan, LATER, WALL_LATER)  # type: ignore[arg-type]
    table.due_mono_ns[:] = LATER + S // 2
    return table


def row_of(table: Table, row: int) -> dict[str, object]:
    """Everything that is known of one row."""
    return {field.name: getattr(table, field.name)[row].tolist() for field in fields(Table) if field.name not in PLAN}


def test_a_new_table_knows_nothing() -> None:
    """Every row is unknown since now, every count is 0, no echo is open, no RTT is the last one."""
    table = new_table(inventory(3, 2), START, WALL)
    assert table.keys == ("l-0", "l-1", "l-2", "r-0", "r-1")
    assert table.links == 3
    assert set(table.state.tolist()) == {STATE_CODES[State.UNKNOWN]}
    assert set(table.settled_mono_ns.tolist()) == {START}
    assert set(table.changed_unix_ns.tolist()) == {WALL}
    nothing = ("last_rtt_ns", "otherwise_mono_ns", "denied_mono_ns", "held_mono_ns")
    assert {value for name in nothing for value in getattr(table, name).tolist()} == {-1}
    assert set(table.began_mono_ns.tolist()) == {START}
    assert not table.outstanding().any()
    known = {"keys", "links", "state", "settled_mono_ns", "changed_unix_ns", "began_mono_ns", *nothing} | PLAN
    assert not any(getattr(table, field.name).any() for field in fields(Table) if field.name not in known)


def test_addresses_and_times_are_those_of_the_targets() -> None:
    """Sixteen bytes an address, IPv4 in the last four; nanoseconds from seconds, rounded."""
    plan = inventory_of([link(0, interval_s=1.1, timeout_s=0.3), link(1, family=6)], [reference(0, interval_s=5)])
    table = new_table(plan, START, WALL)
    assert table.family.tolist() == [4, 6, 4]
    assert [row.tobytes() for row in table.address] == [
        target.address.packed.rjust(16, b"\0") for target in targets_of(plan)
    ]
    assert table.interval_ns.tolist() == [1_100_000_000, S, 5 * S]
    assert table.timeout_ns.tolist() == [300_000_000, 2 * S, 2 * S]


def test_an_empty_inventory_has_an_empty_table() -> None:
    """No rows, and every column has its shape."""
    table = new_table(inventory(0), START, WALL)
    assert (len(table.keys), table.address.shape, table.queue_code.shape) == (0, (0, 16), (0, QUEUE))
    assert settle(table, 0).size == 0


# what stays


def test_an_unchanged_target_keeps_everything_wherever_its_row_goes() -> None:
    """Counters, state, open echoes and due time move with the target; added ones begin, removed ones are gone."""
    old = measured(inventory_of([link(0), link(1), link(2)], [reference(0)]))
    before = {key: row_of(old, row) for row, key in enumerate(old.keys)}
    new = planned(inventory_of([link(5), link(2), link(0)], [reference(1), reference(0)]))
    fresh = row_of(new, 0)
    moved = carried_over(old, new)
    assert moved.tolist() == [2, -1, 1, 4]
    for key, row in (("l-0", 2), ("l-2", 1), ("r-0", 4)):
        assert row_of(new, row) == before[key]
    assert row_of(new, 0) == fresh


def test_a_timeout_changes_without_a_trace() -> None:
    """A link that only waits longer keeps all it had, and its place in the schedule."""
    old = measured(inventory_of([link(0)]))
    before = row_of(old, 0)
    new = planned(inventory_of([link(0, timeout_s=5)]))
    assert carried_over(old, new).tolist() == [0]
    assert row_of(new, 0) == before
    assert new.timeout_ns[0] == 5 * S


def test_a_new_interval_takes_a_new_place_in_the_schedule_and_nothing_else() -> None:
    """The first due time of the new interval holds; counters, state and open echoes stay."""
    old = measured(inventory_of([link(0, interval_s=2)]))
    old.queue_sent_mono_ns[0] = LATER - 2 * S
    before = row_of(old, 0)
    new = planned(inventory_of([link(0, interval_s=5)]))
    due = int(new.due_mono_ns[0])
    assert carried_over(old, new).tolist() == [0]
    assert row_of(new, 0) == before | {"due_mono_ns": due}


@pytest.mark.parametrize("interval_s", [1, 2, 300])
def test_a_new_interval_never_brings_two_echoes_within_a_second(interval_s: float) -> None:
    """An echo that was just taken holds off the next by a second at least, however often the interval changes."""
    old = measured(inventory_of([link(0, interval_s=3)]))
    taken = LATER + S // 4
    old.queue_sent_mono_ns[0] = START
    old.queue_sent_mono_ns[0, (int(old.tail[0]) - 1) % QUEUE] = taken
    new = planned(inventory_of([link(0, interval_s=interval_s)]))
    carried_over(old, new)
    assert new.due_mono_ns[0] >= taken + S
    assert (new.due_mono_ns[0] - (LATER + S // 2)) % (interval_s * S) == 0


def test_a_link_and_a_reference_of_one_name_are_two() -> None:
    """Rows are known by kind and id: a link does not inherit from a reference target that bears its name."""
    twin = replace(reference(0), id="l-0")
    old = measured(inventory_of([link(0)], [twin]))
    reference_row = row_of(old, 1)
    new = planned(inventory_of([], [twin]))
    assert carried_over(old, new).tolist() == [-1, 0]
    assert row_of(new, 0) == reference_row


@pytest.mark.parametrize(("before", "after"), [(0, 3), (3, 0), (0, 0)])
def test_everything_may_come_and_go(before: int, after: int) -> None:
    """From nothing, to nothing."""
    moved = carried_over(measured(inventory(before)), planned(inventory(after)))
    assert moved.tolist() == [-1] * before


# a target at another address


def readdressed() -> tuple[Table, Table]:
    """A link before and after its address changed: three echoes were in its queue."""
    old = measured(inventory_of([link(0), link(1)]))
    old.head[0], old.tail[0] = 20, 23
    for index, code in enumerate((OUTSTANDING, REPLY, LOST)):
        old.queue_code[0, (20 + index) % QUEUE] = code
        old.queue_sent_mono_ns[0, (20 + index) % QUEUE] = LATER - S + index
    old.settled_mono_ns[0] = LATER - 2 * S
    new = planned(inventory_of([link(0, address="198.18.9.9"), link(1)]))
    return old, new


COUNTERS = {
    field.name
    for field in fields(EchoColumns)
    if field.name not in {"keys", "state", "state_ns", "changed_unix_ns", "icmp_only"}
}


def test_a_readdressed_link_keeps_its_counters() -> None:
    """The counters are the link's, not the address's: they continue exactly; so do the seconds it has spent."""
    old, new = readdressed()
    before = row_of(old, 0)
    carried_over(old, new)
    after = row_of(new, 0)
    kept = {*COUNTERS, "state_ns", "settled_mono_ns", "head", "tail"}
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}


def test_a_readdressed_link_begins_as_unknown() -> None:
    """It is unknown since now, has no evidence from the old address, and no packet of the past is its own."""
    old, new = readdressed()
    assert carried_over(old, new).tolist() == [-1, 1]
    assert (new.state[0], new.changed_unix_ns[0]) == (STATE_CODES[State.UNKNOWN], WALL_LATER)
    evidence = ("loss_run", "reply_run", "unmeasured_run", "history_lost", "history_slow")
    assert not any(getattr(new, name)[0].any() for name in evidence)
    assert new.last_rtt_ns[0] == -1, "the way to another address is no jitter"
    assert not new.icmp_only[0]
    assert new.began_mono_ns[0] == LATER
    opinions = ("otherwise_mono_ns", "denied_mono_ns", "held_mono_ns")
    assert [int(getattr(new, name)[0]) for name in opinions] == [-1, -1, -1], "nobody spoke of the new address"


def test_what_was_open_to_the_old_address_is_unmeasured() -> None:
    """Echoes not yet settled end as interrupted, answered ones too: they must not speak for the new address."""
    old, new = readdressed()
    carried_over(old, new)
    before = new.unmeasured[0, INTERRUPTED - UNMEASURED], new.replies[0], new.lost[0]
    settle(new, WALL - START)
    after = new.unmeasured[0, INTERRUPTED - UNMEASURED], new.replies[0], new.lost[0]
    assert (after[0] - before[0], after[1:]) == (3, before[1:])
    assert new.state[0] == STATE_CODES[State.UNKNOWN]
    assert new.outstanding()[0] == 0


def test_the_queue_of_other_links_is_left_alone() -> None:
    """Only the link whose address changed is interrupted."""
    old, new = readdressed()
    before = row_of(old, 1)
    carried_over(old, new)
    assert row_of(new, 1) == before


# copies


def test_columns_are_copies() -> None:
    """What a reader holds does not change when the measuring goes on, and the other way round."""
    table = measured(inventory(2, 1))
    links = columns_of(table, slice(0, 2))
    assert links.keys == ("l-0", "l-1")
    before = links.replies.tolist()
    table.replies += 1
    assert links.replies.tolist() == before
    assert columns_of(table, slice(2, None)).keys == ("r-0",)
