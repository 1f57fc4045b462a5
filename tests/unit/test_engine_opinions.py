"""The engine among others: whom it suspects, what it is told, and when it believes that a link is down."""

from __future__ import annotations

from dataclasses import replace

import pytest

from exporter.outcome import State
from exporter.schedule import FRAME_NS
from exporter.snapshot import Suspect
from tests.support.engines import SECOND, Bench, inventory, inventory_of, link, silent


@pytest.fixture
def bench() -> Bench:
    """Four links and three references, up since ten seconds; somebody is asked for second opinions."""
    bench = Bench(inventory(4, 3), second_opinions=True)
    bench.run(10)
    return bench


def cut(bench: Bench, key: str = "l-0") -> int:
    """The link falls silent; when its first lost echo is sent."""
    bench.let(key, do=silent)
    before = len(bench.sent_to(key))
    while len(bench.sent_to(key)) == before:
        bench.frame()
    return bench.sent_to(key)[before].mono_ns


def until_suspected(bench: Bench) -> Suspect:
    """Frames until somebody is suspected; the first of them."""
    while not bench.engine.suspects():
        bench.frame()
    return bench.engine.suspects()[0]


def until_changed(bench: Bench, key: str = "l-0") -> int:
    """Frames until the state of the link changes; when the last of them began."""
    before = bench.links.changed_unix_ns[bench.links.keys.index(key)]
    while bench.links.changed_unix_ns[bench.links.keys.index(key)] == before:
        began = bench.clock.monotonic_ns()
        bench.frame()
    return began


def since(bench: Bench, key: str = "l-0") -> int:
    """When its state began, by the monotonic clock."""
    wall_ns = bench.clock.wall_ns() - bench.clock.monotonic_ns()
    return int(bench.links.changed_unix_ns[bench.links.keys.index(key)]) - wall_ns


def test_two_losses_make_a_suspect_since_the_first(bench: Bench) -> None:
    """Nobody is suspected while all answer; a silent link is as soon as its second loss is known."""
    assert bench.engine.suspects() == ()
    first = cut(bench, "l-2")
    assert until_suspected(bench) == Suspect("l-2", first, State.UP)
    assert first + 3 * SECOND <= bench.clock.monotonic_ns() <= first + 3.8 * SECOND
    bench.run(10)
    assert bench.engine.suspects() == (Suspect("l-2", first, State.DOWN),), "it is asked again"
    bench.let("l-2", do=None)
    bench.run(4)
    assert bench.engine.suspects() == ()


def test_reference_targets_are_no_suspects(bench: Bench) -> None:
    """Nobody asks about the targets that vouch for us, nor waits to call them down."""
    bench.let("r-0", do=silent)
    bench.run(6)
    assert bench.engine.suspects() == ()
    assert list(State)[bench.engine.snapshot().references.state[0]] == State.DOWN


def test_a_cut_echo_is_degraded_while_the_link_answers_otherwise(bench: Bench) -> None:
    """Told every ten seconds that it answers: degraded and ICMP only since the first loss, and no second down."""
    first = cut(bench)
    until_suspected(bench)
    for _ in range(6):
        bench.engine.answered_otherwise("l-0", bench.clock.monotonic_ns())
        bench.run(10)
    links = bench.links
    assert (bench.state(), bool(links.icmp_only[0]), since(bench)) == (State.DEGRADED, True, first)
    assert links.icmp_only.tolist() == [True, False, False, False]
    assert links.state_ns[0, list(State).index(State.DOWN)] == 0
    assert links.lost[0] >= 60, "losses are counted as ever"
    bench.let("l-0", do=None)
    bench.run(2)
    assert (bench.state(), bool(bench.links.icmp_only[0])) == (State.UP, False)


def test_when_nobody_answers_it_is_down_three_seconds_later_and_as_exactly() -> None:
    """The same cut with and without second opinions: told three seconds later, with equal beginnings and seconds."""
    benches = [Bench(inventory(4, 3), second_opinions=asked) for asked in (False, True)]
    told = []
    for bench in benches:
        bench.run(10)
        first = cut(bench)
        told.append(until_changed(bench))
        assert (bench.state(), since(bench)) == (State.DOWN, first)
        assert not bench.links.icmp_only.any()
    assert 3 * SECOND <= told[1] - told[0] <= 3 * SECOND + FRAME_NS
    for bench in benches:
        bench.run((told[1] - bench.clock.monotonic_ns()) / SECOND + 5)
    plain, asked = (bench.links.state_ns.tolist() for bench in benches)
    assert plain == asked


def test_a_denial_decides_at_once(bench: Bench) -> None:
    """Asked in vain after the second loss: down in the same frame as without second opinions."""
    plain = Bench(inventory(4, 3))
    plain.run(10)
    cut(plain)
    first = cut(bench)
    until_suspected(bench)
    bench.engine.denied("l-0", bench.clock.monotonic_ns())
    assert until_changed(bench) == until_changed(plain)
    assert (bench.state(), since(bench)) == (State.DOWN, first)


def test_a_denial_while_it_waits_decides_in_the_next_frame(bench: Bench) -> None:
    """The third loss is held; the frame after the denial calls it down."""
    first = cut(bench)
    while bench.clock.monotonic_ns() < first + 5 * SECOND:
        bench.frame()
    assert bench.state() == State.UP
    bench.engine.denied("l-0", first + 4 * SECOND)
    bench.frame()
    assert (bench.state(), since(bench)) == (State.DOWN, first)


def lost_then_back(bench: Bench, echoes: int, asked: int | None = None) -> int:
    """Silent for so many echoes, then back, for twelve seconds; when the first was sent. Never seen degraded.

    ``asked``: the echo after whose sending an answer is told of the question asked when the link became suspect.
    """
    first = cut(bench)
    before = len(bench.sent_to("l-0")) - 1
    question = None
    while bench.clock.monotonic_ns() < first + 12 * SECOND:
        sent = len(bench.sent_to("l-0")) - before
        bench.let("l-0", do=silent if sent < echoes else None)
        if question is None and bench.engine.suspects():
            question = bench.clock.monotonic_ns()
        if question is not None and asked is not None and sent >= asked:
            bench.engine.answered_otherwise("l-0", question)
        bench.frame()
        assert bench.state() != State.DEGRADED
    return first


@pytest.mark.parametrize("echoes", [3, 4])
def test_an_outage_that_ended_while_it_was_asked_is_booked_whole(bench: Bench, echoes: int) -> None:
    """Cut for three or four seconds, the answer given by the line that is back: down that long, never degraded."""
    plain = Bench(inventory(4, 3))
    plain.run(10)
    lost_then_back(plain, echoes)
    first = lost_then_back(bench, echoes, asked=echoes + 1)
    sent = [packet.mono_ns for packet in bench.sent_to("l-0")]
    back = sent[sent.index(first) + echoes]
    assert (bench.state(), since(bench)) == (State.UP, back)
    assert bench.links.state_ns[0, list(State).index(State.DOWN)] == back - first == echoes * SECOND
    assert bench.links.state_ns.tolist() == plain.links.state_ns.tolist()


def test_filtered_echoes_are_degraded_when_the_echo_after_the_answer_is_lost(bench: Bench) -> None:
    """Decided with the verdict on that echo, two seconds after the third loss; since the first loss, and never down."""
    first = cut(bench)
    until_suspected(bench)
    asked = bench.clock.monotonic_ns()
    bench.engine.answered_otherwise("l-0", asked)
    decided = until_changed(bench)
    check = next(packet.mono_ns for packet in bench.sent_to("l-0") if packet.mono_ns >= asked)
    assert check + 2 * SECOND - FRAME_NS < decided <= check + 2 * SECOND + FRAME_NS
    assert (bench.state(), since(bench), bool(bench.links.icmp_only[0])) == (State.DEGRADED, first, True)
    assert bench.links.state_ns[0, list(State).index(State.DOWN)] == 0


def test_a_link_of_five_minutes_is_degraded_as_well() -> None:
    """Echoes five minutes apart and an answer every ten seconds: degraded since the first loss, and never down."""
    bench = Bench(
        inventory_of([link(0, interval_s=300.0)], inventory(0, 3).reference_targets.values()), second_opinions=True
    )
    bench.run(301)
    first = cut(bench)
    answered = 0
    while bench.clock.monotonic_ns() < first + 610 * SECOND:
        if bench.engine.suspects() and bench.clock.monotonic_ns() >= answered + 10 * SECOND:
            answered = bench.clock.monotonic_ns()
            bench.engine.answered_otherwise("l-0", answered)
        bench.frame()
        assert bench.state() != State.DOWN
    assert (bench.state(), since(bench), bool(bench.links.icmp_only[0])) == (State.DEGRADED, first, True)


def test_silence_after_an_answer_is_down_since_that_answer(bench: Bench) -> None:
    """Half a minute without another answer, or a denial: the outage begins at the latest answer."""
    cut(bench)
    until_suspected(bench)
    answered = bench.clock.monotonic_ns()
    bench.engine.answered_otherwise("l-0", answered)
    bench.run(28)
    assert bench.state() == State.DEGRADED
    bench.run(6)
    assert (bench.state(), since(bench), bool(bench.links.icmp_only[0])) == (State.DOWN, answered, False)


def test_the_latest_word_counts_whatever_order_it_comes_in(bench: Bench) -> None:
    """An older answer that is told later does not replace a younger one."""
    cut(bench)
    until_suspected(bench)
    now = bench.clock.monotonic_ns()
    bench.engine.answered_otherwise("l-0", now)
    bench.engine.answered_otherwise("l-0", now - 60 * SECOND)
    bench.engine.denied("l-0", now - SECOND)
    bench.run(5)
    assert bench.state() == State.DEGRADED


def test_words_about_nobody_are_heard_by_nobody(bench: Bench) -> None:
    """Unknown links and reference targets are ignored."""
    for key in ("nobody", "r-0"):
        bench.engine.answered_otherwise(key, bench.clock.monotonic_ns())
        bench.engine.denied(key, bench.clock.monotonic_ns())
    assert set(bench.table.otherwise_mono_ns.tolist()) == set(bench.table.denied_mono_ns.tolist()) == {-1}


def test_without_second_opinions_words_change_nothing() -> None:
    """An engine that does not ask does not listen either."""
    bench = Bench(inventory(1, 3))
    bench.run(10)
    first = cut(bench)
    until_suspected(bench)
    bench.engine.answered_otherwise("l-0", bench.clock.monotonic_ns())
    bench.run(5)
    assert (bench.state(), since(bench)) == (State.DOWN, first)


def test_a_reload_keeps_what_was_told(bench: Bench) -> None:
    """A link that is ICMP only stays so, and its beginning too, when the inventory is replaced."""
    first = cut(bench)
    until_suspected(bench)
    bench.engine.answered_otherwise("l-0", bench.clock.monotonic_ns())
    bench.run(5)
    links = dict(bench.plan.links)
    bench.replace(replace(bench.plan, links={"l-9": link(9), **links}))
    bench.run(5)
    assert (bench.state(), since(bench)) == (State.DEGRADED, first)
    assert bench.links.icmp_only.tolist() == [False, True, False, False, False]


def test_another_address_is_another_question(bench: Bench) -> None:
    """What was told of the old address says nothing of the new one, and a loss that was held is not its own."""
    first = cut(bench)
    while bench.clock.monotonic_ns() < first + 5 * SECOND:
        bench.frame()
    held = bench.row()["unmeasured"]
    bench.change("l-0", address=link(77).address)
    bench.let("l-0", do=None)
    bench.run(3)
    assert (bench.state(), bool(bench.links.icmp_only[0])) == (State.UP, False)
    assert bench.row()["unmeasured"] >= held + 3
    assert bench.links.state_ns[0, list(State).index(State.DOWN)] == 0


def test_a_long_timeout_never_fills_the_queue_while_it_waits() -> None:
    """Ten echoes open at a time, and a third loss held behind them: no turn is given up, and no echo is forgotten."""
    bench = Bench(
        inventory_of([link(0, timeout_s=10.0)], inventory(0, 3).reference_targets.values()), second_opinions=True
    )
    bench.run(20)
    first = cut(bench)
    most = 0
    while bench.state() == State.UP:
        bench.frame()
        most = max(most, int(bench.table.outstanding()[0]))
    assert 12 <= most < 16
    assert since(bench) == first
    bench.clock.advance_ns(20 * SECOND)
    bench.run(5)
    assert bench.row()["unmeasured"] >= 19, "the turns of a pause are stalls, each of them counted"
