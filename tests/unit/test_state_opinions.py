"""What second opinions make of losses: what is held and for how long, and the exact instant of each change."""

from __future__ import annotations

from exporter.outcome import LOST, State
from exporter.state import settle
from exporter.table import QUEUE
from tests.support.asked_link import START, WALL, Asked

# what is held


def test_a_third_loss_waits_for_an_opinion_and_all_behind_it() -> None:
    """Nothing from the third loss on is settled, a reply neither; the counters say so."""
    link = Asked("RRLLLR")
    assert (link.state, link.open) == (State.UP, 2)
    assert (link.table.lost[0], link.table.replies[0]) == (2, 2)


def test_it_waits_three_seconds_from_when_it_is_known() -> None:
    """A nanosecond less than three seconds is not enough; then it is down since the first loss."""
    link = Asked("RRLLL").at(5 + 3 - 1e-9)
    assert (link.state, link.open) == (State.UP, 1)
    assert link.at(5 + 3).is_now == (State.DOWN, False, 3)
    assert (link.open, link.spent_s(State.UP), link.spent_s(State.DOWN)) == (0, 2, 2)


def test_it_waits_from_when_its_turn_has_come() -> None:
    """A loss behind an echo that is still open does not wait yet: the three seconds begin with its turn."""
    link = Asked("RRL-L")
    link.table.queue_code[0, 3] = LOST
    link.at(7).at(9.9)
    assert link.open == 1
    assert link.at(10).state == State.DOWN


def test_an_unknown_link_waits_as_well() -> None:
    """Whether a link that never answered is down is asked, too."""
    link = Asked("LLL")
    assert (link.is_now, link.open) == ((State.UNKNOWN, False, 0), 1)
    assert link.denies(2).at(3.2).is_now == (State.DOWN, False, 1)


def test_a_degraded_link_waits_as_well() -> None:
    """Poor quality is no reason not to ask; what it becomes is since the first loss."""
    link = Asked("R" + "LR" * 6 + "LLL")
    assert (link.is_now, link.open) == ((State.DEGRADED, False, 13), 1)
    assert link.answers(15.5).at(17).is_now == (State.DEGRADED, True, 14)


def test_a_denial_is_enough_at_once() -> None:
    """Asked since the run began and in vain: down at the third loss, without waiting."""
    assert Asked("RRLL").denies(4.5).sees("L").is_now == (State.DOWN, False, 3)


def test_what_was_told_before_the_run_counts_for_nothing() -> None:
    """Neither an answer nor a denial a nanosecond before the first loss ends the waiting or decides it."""
    link = Asked("RRLL").denies(3 - 1e-9).answers(3 - 1e-9).sees("L")
    assert (link.state, link.open) == (State.UP, 1)
    assert link.at(8).is_now == (State.DOWN, False, 3)
    assert Asked("RRLL").denies(3).sees("L").open == Asked("RRLL").answers(3).sees("L").open == 0


def test_a_reference_target_is_held_by_nobody() -> None:
    """Nobody is asked about the targets that vouch for us."""
    assert Asked("RRLLL", row=1).is_now == (State.DOWN, False, 3)


def test_without_second_opinions_nothing_waits() -> None:
    """Three losses are down at once, as ever."""
    link = Asked("RRLLL")
    settle(link.table, WALL - START)
    assert link.is_now == (State.DOWN, False, 3)


def test_the_queue_is_never_filled_by_waiting() -> None:
    """With twelve echoes open it may still wait, with thirteen it is settled: four more find room."""
    link = Asked("RRLLL").sees("-" * (QUEUE - 5), every_s=0)
    assert (link.state, link.open) == (State.UP, QUEUE - 4)
    link.sees("-", every_s=0)
    assert (link.state, link.open) == (State.DOWN, QUEUE - 4)


def test_the_next_run_waits_anew() -> None:
    """Once a run was decided the next one has three seconds of its own."""
    link = Asked("RRLLL").at(8)
    link.seconds = 8
    link.sees("RRRLLL")
    assert (link.state, link.open) == (State.UP, 1)
    assert link.at(16.9).open == 1
    assert link.at(17).is_now == (State.DOWN, False, 12)


# ICMP only


def test_a_link_that_answers_otherwise_is_icmp_only_since_the_first_loss() -> None:
    """Degraded from the first loss on, settled up to the answer, and no second is down."""
    link = Asked("RRLL").answers(4.5).sees("L")
    assert link.is_now == (State.DEGRADED, True, 3)
    assert (link.spent_s(State.UP), link.spent_s(State.DEGRADED), link.spent_s(State.DOWN)) == (2, 1.5, 0)
    assert link.table.lost[0] == 3


def test_an_answer_to_a_later_question_settles_up_to_the_loss() -> None:
    """The answer is younger than the third loss: time is given up to that loss and no further."""
    link = Asked("RRLLL").answers(5.9).at(8)
    assert (link.is_now, link.spent_s(State.DEGRADED)) == ((State.DEGRADED, True, 3), 2)


def test_time_waits_for_the_next_opinion_and_counters_do_not() -> None:
    """Ten more losses are counted at once, and their seconds are degraded when the next answer is known."""
    link = Asked("RRLL").answers(4.5).sees("L" * 11)
    assert (link.table.lost[0], link.open, link.spent_s(State.DEGRADED)) == (13, 0, 1.5)
    link.answers(14.5).sees("L")
    assert (link.is_now, link.spent_s(State.DEGRADED)) == ((State.DEGRADED, True, 3), 11.5)


def test_an_answer_holds_for_half_a_minute() -> None:
    """A loss thirty seconds after it is borne; the next is down, since the answer."""
    link = Asked("RRLL").answers(5).sees("L" * 31)
    assert (link.seconds, link.is_now) == (35, (State.DEGRADED, True, 3))
    link.sees("L")
    assert link.is_now == (State.DOWN, False, 5)
    assert (link.spent_s(State.DEGRADED), link.spent_s(State.DOWN)) == (2, 31)


def test_a_later_denial_ends_it_since_the_answer() -> None:
    """Asked again in vain: down since the instant of the latest answer."""
    link = Asked("RRLL").answers(4.5).sees("L" * 5).denies(9.5).sees("L")
    assert link.is_now == (State.DOWN, False, 4.5)
    assert (link.spent_s(State.DEGRADED), link.spent_s(State.DOWN)) == (1.5, 5.5)


def test_a_denial_says_nothing_of_losses_before_the_answer() -> None:
    """An echo that was lost before an answer was lost while the link was there, whoever denies it afterwards."""
    link = Asked("RRLL").answers(5.5).denies(6).sees("L").at(8)
    assert link.is_now == (State.DEGRADED, True, 3)
    assert link.sees("L").is_now == (State.DOWN, False, 5.5)


def test_an_answer_after_a_denial_holds() -> None:
    """Only a denial later than the answer counts."""
    assert Asked("RRLL").denies(4).answers(4.5).sees("LLL").is_now == (State.DEGRADED, True, 3)


def test_an_answer_that_lapsed_before_the_third_loss_divides_the_run() -> None:
    """Echoes a minute apart: it answered after the first loss and not again, so it is down since that answer."""
    link = Asked("RR").sees("LL", every_s=60).answers(63).sees("L", every_s=60)
    assert link.is_now == (State.DOWN, False, 63)
    assert (link.spent_s(State.UP), link.spent_s(State.DEGRADED), link.spent_s(State.DOWN)) == (61, 1, 119)


def test_slow_links_stay_icmp_only_by_questions_in_between() -> None:
    """Echoes a minute apart are spoken for by answers of the last half minute."""
    link = Asked("RR").sees("LL", every_s=60).answers(160).sees("L", every_s=60)
    assert link.is_now == (State.DEGRADED, True, 62)
    assert link.answers(212).sees("L", every_s=60).is_now == (State.DEGRADED, True, 62)
    assert link.sees("L", every_s=60).is_now == (State.DOWN, False, 212)


def test_a_reply_ends_it_without_holding_the_losses_against_the_link() -> None:
    """Up since the reply, even a slow one, however many echoes were lost; the seconds before it were degraded."""
    link = Asked("RRLL").answers(4.5).sees("L" * 10 + "S")
    assert link.is_now == (State.UP, False, 15)
    assert link.spent_s(State.DEGRADED) == 12
    assert link.sees("RLRLR").state == State.UP


def test_the_run_after_it_is_asked_about_anew() -> None:
    """The answer of an earlier run does not speak for the next one."""
    link = Asked("RRLL").answers(4.5).sees("LRLLL")
    assert (link.state, link.open) == (State.UP, 1)
    assert link.at(13).is_now == (State.DOWN, False, 7)


def test_unmeasured_echoes_do_what_they_always_do() -> None:
    """Two change nothing, three make it unknown since the first of them, and the next losses begin a run."""
    link = Asked("RRLL").answers(4.5).sees("LUU")
    assert link.is_now == (State.DEGRADED, True, 3)
    assert link.sees("U").is_now == (State.UNKNOWN, False, 6)
    assert link.sees("LL").is_now == (State.UNKNOWN, False, 6)


# from down


def test_a_down_link_that_answers_otherwise_is_icmp_only_since_then() -> None:
    """The answer came too late for the third loss: down up to it, degraded from it on."""
    link = Asked("RRLLLLLL").at(8)
    assert link.is_now == (State.DOWN, False, 3)
    link.answers(8.5).sees("L")
    assert link.is_now == (State.DEGRADED, True, 8.5)
    assert link.spent_s(State.DOWN) == 5.5


def test_time_that_was_given_to_down_stays_there() -> None:
    """An answer to a question of two seconds ago takes effect from where time is settled."""
    link = Asked("RRLLLLLL").at(8).sees("L").answers(7.5).sees("L")
    assert link.is_now == (State.DEGRADED, True, 9)
    assert (link.spent_s(State.DOWN), link.spent_s(State.DEGRADED)) == (6, 0)


def test_a_loss_before_the_answer_stays_down() -> None:
    """An echo speaks for when it was sent: only one that was sent after the answer ends the outage."""
    link = Asked("RRLLLLLL").at(8).answers(9.5).sees("L")
    assert link.is_now == (State.DOWN, False, 3)
    assert link.sees("L").is_now == (State.DEGRADED, True, 9.5)


def test_what_was_told_before_the_outage_does_not_end_it() -> None:
    """An answer of an earlier time is none of this outage, though it may be seconds old."""
    link = Asked("RRLLL").answers(3).denies(3).at(8)
    assert link.is_now == (State.DEGRADED, True, 3)
    link = Asked("RR").answers(2.5).sees("LLLLLL").at(8).sees("LL")
    assert link.is_now == (State.DOWN, False, 3)


def test_an_answer_that_was_denied_later_does_not_end_an_outage() -> None:
    """It answered once and then no more."""
    link = Asked("RRLLLLLL").at(8).answers(8.5).denies(8.7).sees("L")
    assert link.is_now == (State.DOWN, False, 3)


def test_two_stray_replies_do_not_hide_an_answer_between_them() -> None:
    """A down link that answered one echo in between is asked about its outage, not about its latest run."""
    link = Asked("RRLLLLLL").at(8).sees("R").answers(9.5).sees("L")
    assert link.is_now == (State.DEGRADED, True, 9.5)
    assert link.sees("R").is_now == (State.UP, False, 11)


def test_icmp_only_does_not_count_its_losses() -> None:
    """It is judged at each loss and never held, though its run has but one loss and began after the answer."""
    link = Asked("RRLLLLLL").at(8).sees("R").answers(9.5).sees("LLL")
    assert (link.is_now, link.open) == ((State.DEGRADED, True, 9.5), 0)
    link = Asked("RRLLLLLL").at(8).sees("R").answers(9.5).sees("L").denies(10.5).sees("L")
    assert (link.is_now, link.open) == ((State.DOWN, False, 10), 0), "it answered an echo at 9, and lost that of 10"
    link = Asked("RRLLLLLL").at(8).sees("R").answers(9.5).sees("LL").answers(9.7).sees("L")
    assert (link.is_now, link.open) == ((State.DEGRADED, True, 9.5), 0)
