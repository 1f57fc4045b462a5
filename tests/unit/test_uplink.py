"""Who can vouch for a loss: somebody answered shortly before it and somebody shortly after it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from exporter.outcome import State
from exporter.uplink import Uplink, window_ns
from tests.support.engines import Bench, inventory, silent

S = 1_000_000_000
NOW = 1_000 * S
WINDOW = window_ns(np.array([S], np.int64))


def times(*seconds: float) -> np.ndarray:
    """Instants, in seconds counted from NOW."""
    return np.array([NOW + round(second * S) for second in seconds], np.int64)


def uplink(*references: float, links: tuple[float, ...] = ()) -> Uplink:
    """Witnesses that answered echoes sent at these instants."""
    known = Uplink()
    known.observe(times(*references), times(*links), NOW)
    return known


def vouched(known: Uplink, second: float) -> bool:
    """Whether a loss of that instant stands."""
    return bool(known.vouched(times(second), WINDOW)[0])


def test_a_loss_between_two_answers_stands() -> None:
    """A witness before and one after, both within the window."""
    assert vouched(uplink(-1, 1), 0)


@pytest.mark.parametrize("witness", [-1, -0.1, 0.1, 1])
def test_one_side_alone_does_not_vouch(witness: float) -> None:
    """The last answer before our failure, or the first after it, says nothing of the time between."""
    assert not vouched(uplink(witness), 0)


def test_both_witnesses_on_one_side_do_not_vouch() -> None:
    """Two before and none after are still one side."""
    assert not vouched(uplink(-1.2, -0.2), 0)
    assert not vouched(uplink(0.2, 1.2), 0)


@pytest.mark.parametrize(("before", "after", "stands"), [(1.5, 1.5, True), (1.6, 1.5, False), (1.5, 1.6, False)])
def test_a_witness_speaks_for_the_window_only(before: float, after: float, *, stands: bool) -> None:
    """At one echo a second the window is 1.5 s on each side, its border included."""
    assert vouched(uplink(-before, after), 0) is stands


def test_an_answer_of_the_very_instant_is_both_sides() -> None:
    """An echo that was sent at the same moment and answered leaves nothing to ask."""
    assert vouched(uplink(0), 0)


def test_no_witnesses_vouch_for_nothing() -> None:
    """Without any answer every loss might be ours."""
    assert not vouched(Uplink(), 0)
    assert Uplink().latest_mono_ns() is None


def test_many_losses_are_judged_each_for_its_instant() -> None:
    """Witnesses at -4 to 0 and from 6 on: only losses of these times stand."""
    known = uplink(-4, -3, -2, -1, 0, 6, 7, 8)
    losses = [-5.0, -4.0, -2.5, -0.1, 0.5, 3.0, 5.5, 6.5, 8.5]
    found = known.vouched(times(*losses), WINDOW).tolist()
    assert found == [False, True, True, True, False, False, False, True, False]


def test_witnesses_of_several_rounds_are_joined_in_any_order() -> None:
    """An answer that is read later may have been sent earlier."""
    known = uplink(1)
    known.observe(times(-1), times(), NOW)
    assert vouched(known, 0)
    assert known.latest_mono_ns() == times(1)[0]


def test_witnesses_are_forgotten_after_twenty_seconds() -> None:
    """What is remembered does not grow, and outlives the longest verdict (10 s timeout, 7.5 + 0.5 s of witness)."""
    known = uplink(-19, -1)
    assert vouched(known, -19)
    known.observe(times(), times(), NOW + 2 * S)
    assert not vouched(known, -19)
    assert known.latest_mono_ns() == times(-1)[0]
    known.observe(times(), times(), NOW + 60 * S)
    assert known.latest_mono_ns() is None


# the offices as witnesses


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 500, 501])
def test_more_than_half_of_the_links_vouch(count: int) -> None:
    """The instant that counts is the latest one as late as which more than half of the links had answered."""
    answered = [-0.01 * number for number in range(count)]
    instant = uplink(links=tuple(answered)).latest_mono_ns()
    assert instant is not None
    assert sum(times(second)[0] >= instant for second in answered) == count // 2 + 1


def test_half_of_the_links_are_not_enough() -> None:
    """One of two providers cannot vouch for the other: its links are half, not more."""
    links = (0.0,) * 50 + (-30.0,) * 50
    assert uplink(links=links).latest_mono_ns() is None
    assert uplink(links=(*links, 0.0)).latest_mono_ns() == NOW


def test_links_vouch_when_all_references_are_dead() -> None:
    """Reference targets that fail together while the offices answer make nobody unknown."""
    known = uplink(links=(-1,) * 3)
    known.observe(times(), times(1, 1, 1), NOW)
    assert vouched(known, 0)


def test_a_lossy_reference_vouches_where_it_answered() -> None:
    """Of three references that answer now and then, one on each side is enough."""
    known = uplink(-3.2, -1.1, 0.9, 3.4)
    assert vouched(known, 0)
    assert not vouched(known, 2.9)


@pytest.mark.parametrize(
    ("intervals_s", "seconds"), [([], 1.5), ([1], 1.5), ([2, 3], 3), ([5], 7.5), ([60], 7.5), ([1, 60], 1.5)]
)
def test_the_window_follows_the_quickest_reference(intervals_s: list[int], seconds: float) -> None:
    """One and a half intervals of the quickest reference target, from 1.5 to 7.5 s."""
    assert window_ns(np.array(intervals_s, np.int64) * S) == seconds * S


@pytest.mark.parametrize("interval_s", [1.0, 2.0, 5.0])
def test_a_slower_witness_vouches_all_the_same(interval_s: float) -> None:
    """Whatever interval reference targets may have: nothing cut is nothing reported, and a cut link is down."""
    slow = replace(
        inventory(4, 3),
        reference_targets={
            key: replace(each, interval_s=interval_s) for key, each in inventory(0, 3).reference_targets.items()
        },
    )
    bench = Bench(slow)
    for _second in range(40):
        assert bench.run(1).prober.uplink_up in {True, None}
    bench.let("l-0", do=silent)
    bench.run(20)
    assert bench.states() == [State.DOWN, State.UP, State.UP, State.UP]
    assert bench.unmeasured() == {}
