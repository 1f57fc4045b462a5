"""How long an outage of a group lasts, what ends it, and what is no sign of one."""

from __future__ import annotations

import pytest

from exporter.scope import GroupName, Scope, ScopeBoard
from exporter.thresholds import ALONE_S, SETTLE_S
from tests.support.scope_board import TWO, WIDE, Told, named, province, rows, scopes


def test_a_site_is_back_with_its_first_link() -> None:
    """The outage of a site ends as soon as one of its links answers; the other stands alone when it stays down."""
    told = Told()
    told.down = set(TWO)
    told.settled()
    told.down = {TWO[0]}
    outages = told.after(1)
    assert (named(outages), scopes(outages)) == ([], {})
    assert scopes(told.after(ALONE_S)) == {TWO[0]: Scope.LINK}


def test_a_group_persists_while_a_quarter_does_not_answer() -> None:
    """A board that has just begun says of which groups an outage would not be over: unknown links do not answer."""
    told = Told()
    mine = rows(WIDE, provider="a", area="02")
    told.down, told.unknown = set(mine[:2]), {mine[2]}
    assert told.after(1).persisting == (GroupName(Scope.PROVIDER, "a", "02"),)
    told.unknown = set()
    assert told.after(1).persisting == ()


def test_planned_work_is_no_outage_and_ends_none() -> None:
    """Nothing is announced of a group under planned work; it persists, for an outage may have been told before."""
    told = Told()
    told.planned = told.down = set(TWO)
    outages = told.settled()
    assert (named(outages), scopes(outages)) == ([], {})
    assert outages.persisting == (GroupName(Scope.SITE, "", "01", "two"),)


def test_planned_work_that_begins_is_no_recovery() -> None:
    """The outage goes on while what it explained is silent, and ends when that answers, also within the work."""
    told = Told()
    mine = set(rows(WIDE, provider="a", area="02"))
    told.down = set(mine)
    told.settled()
    told.planned = set(mine)
    outages = told.after(600)
    assert named(outages) == [("provider", "a", "02", "", 10)]
    assert GroupName(Scope.PROVIDER, "a", "02") in outages.persisting
    told.down = set()
    outages = told.after(1)
    assert (named(outages), outages.persisting) == ([], ())


def test_an_outage_ends_with_the_links_that_it_explained() -> None:
    """Links that were told alone before do not keep it up, and what fails afterwards is told anew."""
    told = Told()
    mine = rows(WIDE, provider="a", area="02")
    told.down = set(mine[:3])
    told.settled()
    told.down = set(mine)
    assert named(told.settled()) == [("provider", "a", "02", "", 10)]
    told.down = set(mine[:3])
    outages = told.after(1)
    assert (named(outages), outages.persisting) == ([], ())
    told.down = set(mine[:4])
    assert scopes(told.settled())[mine[3]] is Scope.LINK
    told.down = set(mine)
    assert named(told.settled()) == [("provider", "a", "02", "", 10)]


def test_what_remains_of_an_outage_is_told_alone() -> None:
    """With a quarter of its links silent it is over; the rest stand alone, and a second outage is one."""
    told = Told()
    mine = rows(WIDE, provider="a", area="02")[:8]
    told.down = set(mine)
    assert named(told.settled()) == [("provider", "a", "02", "", 8)]
    told.down = set(mine[:2])
    outages = told.settled()
    assert (named(outages), outages.persisting) == ([], ())
    assert scopes(outages) == dict.fromkeys(mine[:2], Scope.LINK)


@pytest.mark.parametrize(("apart_s", "expected"), [(60, "area"), (600, "provider")])
def test_a_link_that_stands_alone_for_long_is_no_sign_of_a_wider_cause(apart_s: int, expected: str) -> None:
    """An office that is down since long makes no area's outage of a provider's; one of a minute ago does."""
    small = province(*[(f"s-{n}", "01", "a") for n in range(6)], *[(f"t-{n}", "01", "b") for n in range(3)])
    told = Told(small)
    told.down = {6}
    told.after(apart_s)
    told.down |= set(range(6))
    ((scope, *_rest, links),) = named(told.settled())
    assert (scope, links) == (expected, 7 if expected == "area" else 6)


def test_a_site_counts_all_of_its_links_that_are_down() -> None:
    """The second link makes it the site's outage, whose message says two of two."""
    told = Told()
    told.down = {TWO[0]}
    told.settled()
    told.down = set(TWO)
    assert named(told.settled()) == [("site", "", "01", "two", 2)]


def test_a_group_that_was_seen_well_persists_only_while_its_outage_lasts() -> None:
    """A board that has seen a group answer has forgotten nothing: some silent links are not enough."""
    told = Told()
    told.after(1)
    mine = rows(WIDE, provider="a", area="02")
    told.down = set(mine[:4])
    assert told.after(1).persisting == ()
    told.down = set()
    told.after(1)
    told.down = set(mine)
    assert told.after(SETTLE_S).persisting == ()
    assert told.after(1).persisting == (GroupName(Scope.PROVIDER, "a", "02"),)


def test_what_a_board_knows_survives_a_reload() -> None:
    """A group that was seen well does not persist under the new inventory, and an outage keeps its links."""
    told = Told()
    told.after(1)
    mine = rows(WIDE, provider="a", area="02")
    told.down = set(mine)
    told.settled()
    again = Told()
    again.board = ScopeBoard(WIDE, told.board)
    again.now_s = told.now_s
    again.down = {*mine[:2], *rows(WIDE, provider="b", area="03")[:4]}
    outages = again.after(1)
    assert (named(outages), outages.persisting) == ([], ())


def test_a_second_outage_is_measured_by_its_own_links() -> None:
    """What the first one explained does not make the second look small."""
    told = Told()
    mine = rows(WIDE, provider="a", area="02")
    told.down = set(mine)
    told.settled()
    told.down = set()
    told.after(1)
    told.down = set(mine[:5])
    told.settled()
    told.down = set(mine[:2])
    assert named(told.after(1)) == [("provider", "a", "02", "", 2)]


def test_a_site_is_back_with_a_link_that_was_told_before() -> None:
    """Whichever of its links answers, the office is connected."""
    told = Told()
    told.down = {TWO[0]}
    told.settled()
    told.down = set(TWO)
    told.settled()
    told.down = {TWO[1]}
    assert named(told.after(1)) == []


def test_a_site_is_down_however_late_its_second_link_fails() -> None:
    """The link that stands alone for long still counts for its own site."""
    told = Told()
    told.down = {TWO[0]}
    told.after(3600)
    told.down = set(TWO)
    assert named(told.settled()) == [("site", "", "01", "two", 2)]
