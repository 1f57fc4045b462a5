"""The smallest scope that explains what is down: one cause, found before any rule fires."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from exporter.scope import Scope, ScopeBoard
from exporter.thresholds import ALONE_S, SETTLE_S
from tests.support.scope_board import TWO, WIDE, Told, named, province, rows, scopes


def test_nothing_down_is_no_outage() -> None:
    """Where everything answers there is nothing to explain."""
    outages = Told().settled()
    assert (scopes(outages), named(outages)) == ({}, [])


def test_a_link_waits_before_it_is_announced() -> None:
    """A link that went down has no scope until the settling time is over; then it stands alone."""
    told = Told()
    told.down = {3}
    assert scopes(told.after(ALONE_S - 1)) == {}
    assert scopes(told.after(3)) == {3: Scope.LINK}


def test_a_link_that_returns_in_time_was_never_anybodys() -> None:
    """A short outage leaves nothing."""
    told = Told()
    told.down = {3}
    told.after(ALONE_S - 2)
    told.down = set()
    assert scopes(told.settled()) == {}


def test_one_of_two_links_of_a_site_is_a_link() -> None:
    """A site whose backup answers is not down."""
    told = Told()
    told.down = {TWO[0]}
    assert scopes(told.settled()) == {TWO[0]: Scope.LINK}


def test_both_links_of_a_site_are_the_site() -> None:
    """Both links down are one outage of the site."""
    told = Told()
    told.down = set(TWO)
    outages = told.settled()
    assert named(outages) == [("site", "", "01", "two", 2)]
    assert set(scopes(outages).values()) == {Scope.SITE}


def test_a_provider_is_one_cause() -> None:
    """Every line of a provider down is one outage, whatever sites and areas they are in."""
    told = Told()
    told.down = set(rows(WIDE, provider="a"))
    assert named(told.settled()) == [("provider", "a", "", "", 31)]


def test_a_provider_in_one_area_is_smaller_than_the_provider() -> None:
    """Lines of one provider in one area alone name both."""
    told = Told()
    told.down = set(rows(WIDE, provider="a", area="02"))
    assert named(told.settled()) == [("provider", "a", "02", "", 10)]


def test_an_area_is_one_cause_of_two_providers() -> None:
    """Lines of several providers in one area are the area's outage."""
    told = Told()
    told.down = set(rows(WIDE, area="02"))
    assert named(told.settled()) == [("area", "", "02", "", 20)]


def test_everything_down_is_the_core() -> None:
    """When all providers fail together it is the core."""
    told = Told()
    told.down = set(range(told.size))
    assert [each[:2] for each in named(told.settled())] == [("core", "")]


def test_two_causes_at_once_are_two_outages() -> None:
    """A provider in one area and a lone link elsewhere are told apart."""
    told = Told()
    lone = rows(WIDE, provider="b", area="03")[0]
    told.down = {*rows(WIDE, provider="a", area="01"), lone}
    outages = told.settled()
    assert named(outages) == [("provider", "a", "01", "", 11)]
    assert scopes(outages)[lone] is Scope.LINK


@pytest.mark.parametrize("gap_s", [0.2, 0.3, 0.6])
def test_a_cascade_is_one_cause(gap_s: float) -> None:
    """Lines of a provider that fail one after the other over six to nineteen seconds are never announced alone."""
    told = Told()
    for turn, row in enumerate(rows(WIDE, provider="a")):
        while told.now_s < 1000 + turn * gap_s:
            assert Scope.LINK not in scopes(told.after(1)).values()
        told.down.add(row)
    assert named(told.settled()) == [("provider", "a", "", "", 31)]


def test_a_wider_cause_takes_back_nothing() -> None:
    """A link that was announced alone stays so when its provider fails afterwards, until it answers."""
    told = Told()
    first = rows(WIDE, provider="a")[0]
    told.down = {first}
    told.settled()
    told.down = set(rows(WIDE, provider="a"))
    outages = told.settled()
    assert scopes(outages)[first] is Scope.LINK
    assert named(outages) == [("provider", "a", "", "", 31)]
    told.down -= {first}
    assert first not in scopes(told.after(1))


def test_what_becomes_unknown_is_not_recovered() -> None:
    """A link or a provider that was announced stays announced while nobody can measure it."""
    told = Told()
    lone = rows(WIDE, provider="b")[0]
    told.down = {*rows(WIDE, provider="a"), lone}
    told.settled()
    told.unknown, told.down = set(range(told.size)), set()
    outages = told.after(60)
    assert scopes(outages)[lone] is Scope.LINK
    assert named(outages) == [("provider", "a", "", "", 31)]
    told.unknown, told.down = set(), {*rows(WIDE, provider="a"), lone}
    assert named(told.after(1)) == [("provider", "a", "", "", 31)]


def test_unknown_links_are_never_down() -> None:
    """A province that nobody can measure has no outage."""
    told = Told()
    told.unknown = set(range(told.size))
    outages = told.after(60)
    assert (scopes(outages), named(outages)) == ({}, [])


def test_unknown_links_count_on_neither_side() -> None:
    """Half of a provider unknown, the other half down: it failed as far as anybody can tell."""
    told = Told()
    mine = rows(WIDE, provider="a")
    told.unknown, told.down = set(mine[::2]), set(mine[1::2])
    assert named(told.settled()) == [("provider", "a", "", "", 15)]


def test_links_left_down_after_a_provider_returns_are_announced() -> None:
    """When a provider's outage ends, its links that are still down stand alone, once they waited from its end on."""
    told = Told()
    mine = rows(WIDE, provider="a")
    told.down = set(mine)
    told.settled()
    told.down = set(mine[:3])
    outages = told.after(ALONE_S)
    assert (named(outages), scopes(outages)) == ([], {})
    outages = told.after(1)
    assert (named(outages), scopes(outages)) == ([], dict.fromkeys(mine[:3], Scope.LINK))


def test_an_outage_does_not_end_while_a_quarter_is_down() -> None:
    """A provider that comes back in part is still one outage."""
    told = Told()
    mine = rows(WIDE, provider="a")
    told.down = set(mine)
    told.settled()
    told.down = set(mine[:10])
    assert named(told.settled()) == [("provider", "a", "", "", 10)]


def test_a_later_link_of_an_outage_is_explained_at_once() -> None:
    """A link that goes down while its provider is out never stands alone."""
    told = Told()
    mine = rows(WIDE, provider="a")
    told.down = set(mine[:-1])
    told.settled()
    told.down.add(mine[-1])
    assert scopes(told.after(1))[mine[-1]] is Scope.PROVIDER


def test_planned_work_is_no_outage() -> None:
    """Links under planned work are announced neither alone nor as a group, and count for nobody."""
    told = Told()
    mine = set(rows(WIDE, provider="a"))
    told.down = told.planned = mine
    outages = told.settled()
    assert (scopes(outages), named(outages)) == ({}, [])


def test_planned_work_that_begins_takes_back_nothing() -> None:
    """A link announced before planned work began stays announced until it answers."""
    told = Told()
    told.down = {3}
    told.settled()
    told.planned = {3}
    assert scopes(told.after(5)) == {3: Scope.LINK}


def test_an_outage_begins_with_its_first_link() -> None:
    """The beginning of a group's outage is the earliest of its links'."""
    told = Told()
    mine = rows(WIDE, provider="a")
    told.down = set(mine)
    told.since[mine] = np.arange(len(mine)) + 500
    assert told.settled().groups[0].since_unix_ns == 500


def test_four_lines_are_no_provider() -> None:
    """A provider with fewer than five lines down is not announced: its lines are."""
    inventory = province(*[(f"s-{n}", f"{n}", "a") for n in range(4)], *[(f"t-{n}", f"{n}", "b") for n in range(8)])
    told = Told(inventory)
    told.down = {0, 1, 2, 3}
    outages = told.settled()
    assert named(outages) == []
    assert set(scopes(outages).values()) == {Scope.LINK}


def test_a_reload_forgets_nothing() -> None:
    """Outages that were announced go on under a new inventory, also when links are added before them."""
    told = Told()
    lone = rows(WIDE, provider="b")[0]
    told.down = {*rows(WIDE, provider="a"), lone}
    told.settled()
    reversed_links = replace(WIDE, links=dict(list(WIDE.links.items())[::-1]))
    again = Told(reversed_links)
    again.board = ScopeBoard(reversed_links, told.board)
    again.down = {told.size - 1 - row for row in told.down}
    outages = again.after(1)
    assert named(outages) == [("provider", "a", "", "", 31)]
    assert scopes(outages)[told.size - 1 - lone] is Scope.LINK


def test_the_same_history_gives_the_same_opinion() -> None:
    """Every link that is down for longer than the settling time has exactly one scope, whatever happens."""
    rng = np.random.default_rng(7)
    told = Told()
    for _turn in range(300):
        told.down = {int(row) for row in rng.choice(told.size, rng.integers(0, told.size), replace=False)}
        told.unknown = {int(row) for row in rng.choice(told.size, 5)} - told.down
        outages = told.after(int(rng.integers(1, 4)))
        assert {each.group.scope for each in outages.groups} == set(scopes(outages).values()) - {Scope.LINK}
        assert not set(scopes(outages)) - told.down - told.unknown
    assert set(scopes(told.settled())) >= told.down


def test_a_group_waits_less_than_a_link() -> None:
    """A provider that fails at once is announced after the settling time, long before a link would be."""
    told = Told()
    told.down = set(rows(WIDE, provider="a"))
    assert named(told.after(SETTLE_S)) == []
    assert named(told.after(1)) == [("provider", "a", "", "", 31)]


def test_a_cascade_without_end_is_judged_all_the_same() -> None:
    """Links that go on failing, one a second, put off the first verdict for as long as a link waits, no longer."""
    told = Told()
    for row in rows(WIDE, provider="a")[: round(ALONE_S)]:
        told.down.add(row)
        assert named(told.after(1)) == []
    told.down.add(rows(WIDE, provider="a")[-1])
    assert named(told.after(1)) == [("provider", "a", "", "", 21)]
