"""65,536 places used in turn: what was sent is remembered until its number comes round again."""

from __future__ import annotations

import numpy as np

from exporter.slots import ANSWERED, CLOSED, FREE, OPEN, SLOTS, Slots

LAST = SLOTS - 1


def taken(slots: Slots, count: int) -> list[int]:
    """So many numbers, as a list."""
    return [int(number) for number in slots.take(count)]


def test_numbers_begin_at_the_random_number_and_wrap() -> None:
    """After 65,535 comes 0."""
    slots = Slots(SLOTS + LAST - 1)
    assert taken(slots, 4) == [LAST - 1, LAST, 0, 1]
    assert slots.opened().tolist() == [LAST - 1, LAST, 0, 1]


def test_nothing_is_open_at_first() -> None:
    """All places are free and belong to nobody."""
    slots = Slots(7)
    assert slots.opened().size == 0
    assert set(slots.status.tolist()) == {FREE}
    assert set(slots.row.tolist()) == {-1}


def test_open_places_are_listed_oldest_first_without_the_closed_ones() -> None:
    """A place in the middle that was answered is left out, and the older ones stay."""
    slots = Slots(10)
    slots.take(5)
    slots.status[[11, 13]] = ANSWERED
    assert slots.opened().tolist() == [10, 12, 14]
    slots.status[[10, 12]] = CLOSED
    assert slots.opened().tolist() == [14]
    assert slots.oldest == 14


def test_the_window_is_empty_when_everything_is_closed() -> None:
    """The oldest open number catches up with the next."""
    slots = Slots(10)
    slots.status[slots.take(5)] = CLOSED
    assert slots.opened().size == 0
    assert slots.oldest == slots.next == 15


def test_taking_a_number_again_forgets_doubt_and_verdict() -> None:
    """The next round begins without what was said of the echo before."""
    slots = Slots(0)
    first = slots.take(3)
    slots.status[first], slots.doubt[first] = CLOSED, 5
    slots.opened()
    slots.take(SLOTS - 3)
    again = slots.take(3)
    assert again.tolist() == first.tolist()
    assert (slots.status[again] == OPEN).all()
    assert not slots.doubt[again].any()


def test_places_follow_their_targets_to_other_rows() -> None:
    """When rows move, open and closed places alike point at the new row; places of nobody stay nobody's."""
    slots = Slots(0)
    slots.row[slots.take(4)] = [0, 1, 2, 0]
    slots.status[2] = ANSWERED
    slots.follow(np.array([5, 4, 3], np.int64))
    assert slots.row[:5].tolist() == [5, 4, 3, 5, -1]
    assert slots.opened().tolist() == [0, 1, 3]


def test_open_places_of_targets_that_are_gone_are_closed() -> None:
    """Nobody waits for an answer of a link that was removed, and its place does not hold up the others."""
    slots = Slots(0)
    slots.row[slots.take(3)] = [0, 1, 2]
    slots.follow(np.array([-1, 0, -1], np.int64))
    assert slots.row[:3].tolist() == [-1, 0, -1]
    assert slots.status[:3].tolist() == [CLOSED, OPEN, CLOSED]
    assert slots.opened().tolist() == [1]
    slots.follow(np.array([8], np.int64))
    assert slots.row[:3].tolist() == [-1, 8, -1]
