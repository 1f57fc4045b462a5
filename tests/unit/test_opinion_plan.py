"""Who is asked for a second opinion, when again, and who is denied on the spot."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from exporter.opinion import Answer
from exporter.opinion_plan import OpinionPlanner, Question, Suspected
from exporter.sampling import spread

S = 1_000_000_000
NOW = 1_000 * S


def suspect(
    number: int, *, provider: str = "a", port: int | None = None, since: int = NOW, down: bool = False
) -> Suspected:
    """Link ``number`` of a provider, at an address of its own."""
    address = ip_address("198.18.0.1") + number
    return Suspected(f"{provider}-{number}", provider, address, port, since, down)


def planner() -> OpinionPlanner:
    return OpinionPlanner(most_echoes=4, most_connections=8)


def test_a_suspect_is_asked_both_at_once_and_only_once() -> None:
    """One question of two parts; while it is open, and after its answer, not again."""
    plan, link = planner(), suspect(1, port=443)
    orders = plan.plan(NOW, [link])
    assert orders.ask == (Question("a-1", link.address, echo=True, port=443, is_first=True),)
    assert plan.plan(NOW + S, [link]).ask == ()
    plan.finished("a-1", Answer.NONE)
    assert plan.plan(NOW + 9 * S, [link]).ask == ()


def test_a_suspect_without_a_port_is_asked_by_echo_alone() -> None:
    """Nothing is connected to."""
    (question,) = planner().plan(NOW, [suspect(1)]).ask
    assert (question.echo, question.port) == (True, None)


def test_a_new_run_of_losses_is_asked_anew() -> None:
    """A reply in between makes another run."""
    plan = planner()
    plan.plan(NOW, [suspect(1)])
    plan.finished("a-1", Answer.ECHO)
    (again,) = plan.plan(NOW + 3 * S, [suspect(1, since=NOW + S)]).ask
    assert again.is_first
    plan.finished("a-1", Answer.ECHO)
    assert plan.plan(NOW + 4 * S, []).ask == ()
    assert plan.plan(NOW + 5 * S, [suspect(1, since=NOW + S)]).ask, "it was forgotten when it answered"


def test_an_answer_to_a_former_run_is_not_one_to_the_present() -> None:
    """It comes late: the present run is asked about all the same."""
    plan = planner()
    plan.plan(NOW, [suspect(1)])
    assert plan.plan(NOW + S, [suspect(1, since=NOW + S)]).ask == (), "one question at a time"
    plan.finished("a-1", Answer.NONE)
    assert plan.unanswered() == frozenset()
    (question,) = plan.plan(NOW + S, [suspect(1, since=NOW + S)]).ask
    assert question.is_first


@pytest.mark.parametrize("answer", [Answer.NONE, Answer.TCP])
def test_it_is_asked_again_every_ten_seconds(answer: Answer) -> None:
    """While its echoes stay unanswered, whatever the answer was."""
    plan, link = planner(), suspect(1)
    for begun in range(NOW, NOW + 50 * S, 10 * S):
        (question,) = plan.plan(begun, [link]).ask
        assert question.is_first == (begun == NOW)
        plan.finished("a-1", answer)
        assert plan.plan(begun + 10 * S - 1, [link]).ask == ()


@pytest.mark.parametrize(
    ("answer", "down", "wait"), [(Answer.NONE, True, 60), (Answer.TCP, True, 10), (Answer.NONE, False, 10)]
)
def test_who_is_down_for_long_is_asked_every_minute(answer: Answer, down: bool, wait: int) -> None:
    """Two minutes into an outage without any answer; a link that answers otherwise is asked as often as before."""
    plan, later = planner(), NOW + 121 * S
    link = suspect(1, down=down)
    plan.plan(later, [link])
    plan.finished("a-1", answer)
    assert plan.plan(later + wait * S - 1, [link]).ask == ()
    assert len(plan.plan(later + wait * S, [link]).ask) == 1


def test_who_cannot_be_asked_is_denied_at_once() -> None:
    """Four echoes are asked; the other six have no port and are denied in the same moment, once."""
    plan, links = planner(), [suspect(number) for number in range(10)]
    orders = plan.plan(NOW, links)
    assert len(orders.ask) == 4
    assert sorted((*orders.deny, *(each.link for each in orders.ask))) == sorted(each.link for each in links)
    assert plan.plan(NOW + 1, links) == type(orders)((), ())
    assert plan.unanswered() == frozenset(), "nobody asked is nobody silent"


def test_with_a_port_a_connection_is_asked_where_no_echo_is_left() -> None:
    """Eight connections beside four echoes; who comes after them is denied."""
    orders = planner().plan(NOW, [suspect(number, port=443) for number in range(10)])
    assert [(each.echo, each.port) for each in orders.ask] == [(True, 443)] * 4 + [(False, 443)] * 4
    assert len(orders.deny) == 2


def test_the_budget_is_a_sample_over_all_providers() -> None:
    """The first four asked are of four providers although one provider's links came first."""
    links = [suspect(number, since=NOW - S) for number in range(9)]
    links += [suspect(20 + number, provider=name) for number, name in enumerate("bcd")]
    assert {each.link[0] for each in planner().plan(NOW, links).ask} == set("abcd")


def test_an_answer_frees_the_budget() -> None:
    """Who becomes suspect afterwards is asked."""
    plan = planner()
    first = [suspect(number) for number in range(4)]
    plan.plan(NOW, first)
    late = suspect(7)
    assert plan.plan(NOW, [*first, suspect(6)]).deny == ("a-6",)
    plan.finished("a-2", Answer.ECHO)
    assert [each.link for each in plan.plan(NOW, [*first, suspect(6), late]).ask] == ["a-7"]


def test_asking_again_leaves_half_of_the_budget() -> None:
    """Old suspects take two of four echoes, the longest unasked first; a new one finds room."""
    plan = planner()
    old = [suspect(number, down=True) for number in range(4)]
    for number, link in enumerate(old):
        plan.plan(NOW + number, [*old[: number + 1]])
        plan.finished(link.link, Answer.NONE)
    orders = plan.plan(NOW + 20 * S, [*old, suspect(9)])
    assert [each.link for each in orders.ask] == ["a-9", "a-0"]
    assert orders.deny == ()


def test_who_was_not_asked_is_asked_later() -> None:
    """Ten seconds after it was denied, as one asked again."""
    plan = planner()
    links = [suspect(number) for number in range(5)]
    (denied,) = plan.plan(NOW, links).deny
    for each in links:
        plan.finished(each.link, Answer.ECHO)
    asked = plan.plan(NOW + 10 * S, [each for each in links if each.link == denied]).ask
    assert [(each.link, each.is_first) for each in asked] == [(denied, False)]


def test_an_address_is_asked_one_question_at_a_time() -> None:
    """Two links at one address: the second waits for the answer to the first, and is not denied."""
    plan = planner()
    one = suspect(1)
    two = Suspected("twin", "b", one.address, None, NOW, is_down=False)
    orders = plan.plan(NOW, [one, two])
    assert ([each.link for each in orders.ask], orders.deny) == (["a-1"], ())
    plan.finished("a-1", Answer.NONE)
    assert [each.link for each in plan.plan(NOW + 1, [one, two]).ask] == ["twin"]


def test_that_holds_when_they_are_asked_again() -> None:
    """One of the two, then the other."""
    plan = planner()
    one = suspect(1)
    both = [one, Suspected("twin", "b", one.address, None, NOW, is_down=False)]
    for now in (NOW, NOW + 1):
        (question,) = plan.plan(now, both).ask
        plan.finished(question.link, Answer.NONE)
    assert [each.link for each in plan.plan(NOW + 20 * S, both).ask] == ["a-1"]
    plan.finished("a-1", Answer.NONE)
    assert [each.link for each in plan.plan(NOW + 20 * S + 1, both).ask] == ["twin"]


def test_a_link_that_moves_while_it_is_asked_waits_for_the_answer() -> None:
    """A reload gave it another address, and a new run of losses begins: not two questions about one link."""
    plan = planner()
    plan.plan(NOW, [suspect(1)])
    moved = Suspected("a-1", "a", ip_address("198.18.9.9"), None, NOW + S, is_down=False)
    assert plan.plan(NOW + S, [moved]).ask == ()
    plan.finished("a-1", Answer.NONE)
    assert [each.address for each in plan.plan(NOW + S, [moved]).ask] == [moved.address]


def test_the_unanswered_stay_named_while_they_are_asked_again() -> None:
    """Until another answer comes."""
    plan, link = planner(), suspect(1)
    plan.plan(NOW, [link])
    assert plan.unanswered() == frozenset()
    plan.finished("a-1", Answer.NONE)
    plan.plan(NOW + 10 * S, [link])
    assert plan.unanswered() == {"a-1"}
    plan.finished("a-1", Answer.ECHO)
    assert plan.unanswered() == frozenset()


def test_spreading_takes_one_of_each_group_at_a_time() -> None:
    """Within a group the order stays."""
    assert spread(["a1", "a2", "a3", "b1", "b2", "c1"], lambda word: word[0]) == ["a1", "b1", "c1", "a2", "b2", "a3"]
