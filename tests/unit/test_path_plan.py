"""Whose path is traced, when, and who is left out."""

from __future__ import annotations

from exporter.path_plan import PathPlanner, Silent

S = 1_000_000_000
NOW = 100_000 * S


def silent(number: int, *, provider: str = "a", since: int = NOW) -> Silent:
    return Silent(f"{provider}-{number}", provider, since)


def test_a_silent_link_is_traced_once_and_again_every_five_minutes() -> None:
    """At the moment it goes down, then while it stays down."""
    plan, link = PathPlanner(), [silent(1)]
    assert plan.broken(NOW, link).trace == ("a-1",)
    plan.finished("a-1")
    assert plan.broken(NOW + 300 * S - 1, link).trace == ()
    assert plan.broken(NOW + 300 * S, link).trace == ("a-1",)


def test_a_trace_that_still_runs_is_not_begun_again() -> None:
    """Not even after five minutes."""
    plan, link = PathPlanner(), [silent(1)]
    plan.broken(NOW, link)
    assert plan.broken(NOW + 400 * S, link).trace == ()


def test_another_outage_is_traced_anew() -> None:
    """It answered in between."""
    plan = PathPlanner()
    plan.broken(NOW, [silent(1)])
    plan.finished("a-1")
    assert plan.broken(NOW + 9 * S, [silent(1, since=NOW + 5 * S)]).trace == ("a-1",)


def test_three_links_of_a_provider_are_traced_within_a_minute() -> None:
    """The others are refused once, and wanted again five minutes later, before those that were traced."""
    plan, links = PathPlanner(), [silent(number) for number in range(5)]
    orders = plan.broken(NOW, links)
    assert (orders.trace, orders.refused) == (("a-0", "a-1", "a-2"), ("a-3", "a-4"))
    for link in orders.trace:
        plan.finished(link)
    assert plan.broken(NOW + 299 * S, links) == type(orders)((), ())
    later = plan.broken(NOW + 300 * S, links)
    assert (later.trace, later.refused) == (("a-3", "a-4", "a-0"), ("a-1", "a-2"))


def test_ten_links_are_traced_within_a_minute_over_all_providers() -> None:
    """Five providers with three links each: two of each, and one is not more equal than others."""
    links = [silent(number, provider=name) for name in "abcde" for number in range(3)]
    plan = PathPlanner()
    orders = plan.broken(NOW, links)
    assert sorted(link[0] for link in orders.trace) == sorted("abcde" * 2)
    assert len(orders.refused) == 5
    assert plan.broken(NOW + 60 * S - 1, [*links, silent(7, provider="f")]).refused == ("f-7",)
    assert plan.broken(NOW + 60 * S, [*links, silent(8, provider="f")]).trace == ("f-8",)


def learned(plan: PathPlanner, until: int, links: list[str], *, step: int = S) -> list[tuple[int, str]]:
    """Who is learned when, each trace done at once; seconds from ``NOW``."""
    found = []
    for now in range(NOW, NOW + until * S, step):
        link = plan.learn(now, links)
        if link is not None:
            plan.finished(link)
            found.append(((now - NOW) // S, link))
    return found


def test_the_first_round_learns_one_path_a_second() -> None:
    """Each link once, and then nobody for hours."""
    links = [f"link-{number}" for number in range(20)]
    found = learned(PathPlanner(), 3600, links, step=S // 5)
    assert [second for second, _ in found] == list(range(20))
    assert sorted(link for _, link in found) == sorted(links)


def test_later_rounds_come_every_six_hours() -> None:
    """Give or take a tenth, so that the links stay spread; those that are due together wait for each other."""
    links = [f"link-{number}" for number in range(50)]
    found = learned(PathPlanner(), 8 * 3600, links)
    again = found[50:]
    assert len(again) == 50
    assert sorted(link for _, link in again) == sorted(links)
    assert all(5.4 * 3600 <= second <= 6.6 * 3600 + 250 for second, _ in again)


def test_paths_that_are_due_together_are_learned_four_seconds_apart() -> None:
    """As after a night without an uplink."""
    plan, links = PathPlanner(), ["link-1", "link-2", "link-3"]
    learned(plan, 10, links)
    morning = NOW + 9 * 3600 * S
    found = []
    for now in range(morning, morning + 20 * S, S):
        link = plan.learn(now, links)
        if link is not None:
            plan.finished(link)
            found.append(now - morning)
    assert found == [0, 4 * S, 8 * S]


def test_two_paths_are_learned_at_a_time() -> None:
    """The third waits until one is done."""
    plan, links = PathPlanner(), ["link-1", "link-2", "link-3"]
    begun = [plan.learn(NOW, links), plan.learn(NOW + S, links)]
    assert None not in begun
    assert plan.learn(NOW + 9 * S, links) is None
    plan.finished(str(begun[0]))
    assert plan.learn(NOW + 10 * S, links) in set(links) - set(begun)


def test_learning_pauses_where_it_is_not_permitted() -> None:
    """Five minutes."""
    plan = PathPlanner()
    plan.pause_learning(NOW)
    assert plan.learn(NOW + 300 * S - 1, ["link-1"]) is None
    assert plan.learn(NOW + 300 * S, ["link-1"]) == "link-1"


def test_a_link_that_was_forgotten_is_new() -> None:
    """It is learned at once, as in the first round."""
    plan = PathPlanner()
    plan.learn(NOW, ["link-1"])
    plan.finished("link-1")
    plan.forget("link-1")
    assert plan.learn(NOW + S, ["link-1"]) == "link-1"


def test_an_outage_that_was_forgotten_is_new() -> None:
    """The link was given another address while it is down: that is traced at once."""
    plan = PathPlanner()
    plan.broken(NOW, [silent(1)])
    plan.finished("a-1")
    plan.forget("a-1")
    assert plan.broken(NOW + S, [silent(1)]).trace == ("a-1",)
