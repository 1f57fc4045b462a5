"""The counter-check of an answer: whether the line was back, or only ICMP was lost."""

from __future__ import annotations

from exporter.outcome import LOST, REPLY, UNMEASURED, State
from exporter.table import QUEUE
from tests.support.asked_link import CODES, Asked, S


def test_an_answer_younger_than_the_third_loss_waits_for_the_echo_after_it() -> None:
    """Only when an echo that was sent at the answer or later is lost as well it is ICMP only, since the first loss."""
    link = Asked("RRLLL").answers(5.2).at(5.9)
    assert (link.state, link.open) == (State.UP, 1)
    link.sees("L")
    assert (link.is_now, link.open) == ((State.DEGRADED, True, 3), 0)
    assert (link.spent_s(State.DEGRADED), link.spent_s(State.DOWN)) == (2.2, 0)


def test_an_answer_of_a_line_that_was_back_does_not_speak_for_an_outage() -> None:
    """The echo after the answer was answered: down from the first loss to the first reply, and never degraded."""
    link = Asked("RRLLLL").answers(6.5)
    assert (link.state, link.open) == (State.UP, 2)
    link.sees("R")
    assert (link.is_now, link.open) == ((State.DOWN, False, 3), 0)
    link.sees("RR")
    assert link.is_now == (State.UP, False, 7)
    assert (link.spent_s(State.DOWN), link.spent_s(State.DEGRADED)) == (4, 0)


def test_an_unknown_link_whose_line_was_back_was_down() -> None:
    """It never answered before: down since the first loss as well."""
    assert Asked("LLL").answers(3.2).sees("R").is_now == (State.DOWN, False, 1)


def test_a_third_loss_that_was_sent_at_the_answer_is_its_own_counter_check() -> None:
    """At the very instant of the answer nothing waits; a nanosecond before it the next echo is waited for."""
    link = Asked("RRLL").answers(5).sees("L")
    assert (link.is_now, link.open) == ((State.DEGRADED, True, 3), 0)
    link = Asked("RRLL").answers(5 + 1e-9).sees("L")
    assert (link.state, link.open) == (State.UP, 1)


def test_an_echo_that_was_sent_at_the_answer_is_its_counter_check() -> None:
    """The one of that very instant counts, the reply before it does not, and neither does the one after it."""
    assert Asked("RRLLL").answers(7).sees("R").open == 2
    assert Asked("RRLLL").answers(7).sees("RL").is_now == (State.UP, False, 6), "ICMP only up to the reply"
    assert Asked("RRLLL").answers(7).sees("-RL").open == 4 - 1
    link = Asked("RRLLL").answers(6).sees("R")
    assert link.sees("L").is_now[0] == State.DEGRADED, "the answer is older than this loss"
    assert link.spent_s(State.DOWN) == 3


def test_what_was_not_measured_is_no_counter_check() -> None:
    """The first measured echo after the answer decides, whatever is unmeasured before it."""
    link = Asked("RRLLL").answers(5.2).sees("U")
    assert (link.state, link.open) == (State.UP, 2)
    assert link.sees("R").is_now == (State.DOWN, False, 3)
    assert Asked("RRLLL").answers(5.2).sees("UL").is_now == (State.DEGRADED, True, 3)


def test_an_open_echo_may_still_be_the_counter_check() -> None:
    """A reply to a later one does not decide while the first is open: it may be lost, or not be measured."""
    ends = {"L": (State.UP, False, 7), "U": (State.DOWN, False, 3)}
    for letter, expected in ends.items():
        link = Asked("RRLLL").answers(5.2).sees("-R")
        assert (link.state, link.open) == (State.UP, 3)
        link.table.queue_code[0, 5] = CODES[letter]
        assert link.at(7.5).is_now == expected


def test_when_patience_ends_before_the_counter_check_the_answer_speaks() -> None:
    """Three seconds from when the third loss was known, not from the answer; the reply that comes later ends it."""
    link = Asked("RRLLL").at(7).answers(6.8).sees("-").at(8 - 1e-9)
    assert (link.state, link.open) == (State.UP, 2)
    assert link.at(8).is_now == (State.DEGRADED, True, 3)
    link.table.queue_code[0, 5] = REPLY
    assert link.at(8.2).is_now == (State.UP, False, 6)


def test_when_the_counter_check_is_known_as_patience_ends_it_decides() -> None:
    """What is known is not thrown away because it came in the last moment."""
    link = Asked("RRLLL").answers(5.2).sees("-")
    link.table.queue_code[0, 5] = REPLY
    assert link.at(9).is_now == (State.DOWN, False, 3)


def test_no_answer_fills_the_queue_by_waiting() -> None:
    """With thirteen echoes open the answer speaks, whatever is still to come."""
    link = Asked("RRLLL").answers(5.2).sees("-" * (QUEUE - 5), every_s=0)
    assert (link.state, link.open) == (State.UP, QUEUE - 4)
    link.sees("-", every_s=0)
    assert (link.is_now, link.open) == ((State.DEGRADED, True, 3), QUEUE - 4)


def test_places_of_settled_echoes_are_no_counter_check() -> None:
    """Round the ring: what was in the places behind the open ones is long past, and what is open is found."""
    link = Asked("R" * (QUEUE - 3) + "LLL").answers(QUEUE + 0.2).at(QUEUE + 0.5)
    link.table.queue_sent_mono_ns[0, :5] += QUEUE * S  # as if an older ring had left instants of later
    assert (link.state, link.open) == (State.UP, 1)
    assert link.at(QUEUE + 1).open == 1
    assert link.sees("R").is_now == (State.DOWN, False, QUEUE - 2)


def test_a_later_answer_has_a_counter_check_of_its_own() -> None:
    """Only the latest answer counts: the reply between the two is no counter-check of the second."""
    link = Asked("RRLLL").answers(5.2).sees("-").answers(6.5)
    link.table.queue_code[0, 5] = REPLY
    assert link.at(6.8).open == 2
    assert link.sees("R").is_now == (State.DOWN, False, 3)


def test_a_denial_does_not_decide_for_an_answer() -> None:
    """With an answer of the run in hand a denial, older or younger, does not end the waiting for its counter-check."""
    for denied in (4.5, 5.8):
        link = Asked("RRLL").denies(denied).answers(5.2).sees("L")
        assert (link.state, link.open) == (State.UP, 1)
        assert link.sees("R").is_now == (State.DOWN, False, 3)


def test_a_link_of_five_minutes_cannot_wait_for_its_next_echo() -> None:
    """Answered after its third loss: ICMP only when patience ends, and its next reply makes it up, never down."""
    link = Asked("RR").sees("LLL", every_s=300).answers(903)
    assert (link.state, link.open) == (State.UP, 1)
    assert link.at(905).is_now == (State.DEGRADED, True, 302)
    assert link.sees("R", every_s=300).is_now == (State.UP, False, 1202)
    assert link.spent_s(State.DOWN) == 0


def test_a_link_that_is_icmp_only_needs_no_counter_check() -> None:
    """Asked again, it answers before the reply that ends it: the loss before that answer does not make it down."""
    link = Asked("RRLL").answers(4.5).sees("L-").answers(6.5)
    link.table.queue_code[0, 5] = LOST
    assert link.sees("R").is_now == (State.UP, False, 7)
    assert (link.spent_s(State.DEGRADED), link.spent_s(State.DOWN)) == (4, 0)


def test_an_answer_speaks_only_where_losses_press() -> None:
    """A link that is up again is not ICMP only for its old answer when another row loses in the same step."""
    link = Asked("RRLL").answers(4.5).sees("LR-")
    link.row = 1
    link.sees("LL")
    link.table.queue_code[0, 6] = UNMEASURED
    link.sees("L")
    link.row = 0
    assert (link.is_now, link.open) == ((State.UP, False, 6), 0)
