"""What is still down when the outage of its group ends: it may be about to answer, so it waits anew."""

from __future__ import annotations

import pytest

from exporter.scope import Scope, ScopeBoard
from exporter.thresholds import ALONE_S, SETTLE_S
from tests.support.scope_board import WIDE, Told, named, province, rows, scopes

#: One area with six lines of provider a and three of b, each at a site of its own.
SMALL = province(*[(f"s-{n}", "01", "a") for n in range(6)], *[(f"t-{n}", "01", "b") for n in range(3)])
OF_A, OF_B = set(range(6)), {6, 7, 8}


def _nearly_over() -> tuple[Told, list[int]]:
    """A provider's outage of ten minutes, at whose end seven of its ten lines in one area are silent, and these."""
    told = Told()
    told.down = set(rows(WIDE, provider="a"))
    told.after(600)
    left = rows(WIDE, provider="a", area="02")[:7]
    told.down = set(left)
    return told, left


def test_links_that_come_back_one_by_one_are_no_new_outage() -> None:
    """The last lines of a provider are all in one area, and answer within seconds: nobody hears of them again."""
    told, left = _nearly_over()
    while left:
        outages = told.after(1)
        assert (named(outages), scopes(outages)) == ([], {})
        left.pop()
        told.down = set(left)
    assert scopes(told.settled()) == {}


def test_what_stays_down_in_one_area_is_told_as_one() -> None:
    """After the settling time it is an outage of the provider there, as old as it is."""
    told, left = _nearly_over()
    told.since[left] = 500
    outages = told.after(SETTLE_S)
    assert (named(outages), scopes(outages)) == ([], {})
    outages = told.after(1)
    assert named(outages) == [("provider", "a", "02", "", 7)]
    assert outages.groups[0].since_unix_ns == 500


def test_a_reload_neither_shortens_nor_prolongs_the_wait() -> None:
    """The new board knows since when a link waits."""
    told, left = _nearly_over()
    told.down = set(left[:3])
    told.after(ALONE_S / 2)
    told.board = ScopeBoard(WIDE, told.board)
    assert scopes(told.after(ALONE_S / 2)) == {}
    assert scopes(told.after(1)) == dict.fromkeys(left[:3], Scope.LINK)


def test_an_outage_that_ends_with_a_reload_ends_like_any_other() -> None:
    """The new board knows which links the outage explained."""
    told, _left = _nearly_over()
    told.board = ScopeBoard(WIDE, told.board)
    outages = told.after(SETTLE_S)
    assert (named(outages), scopes(outages)) == ([], {})


def test_a_link_that_was_told_before_does_not_wait_again() -> None:
    """It stands alone without a gap, and for as long as before: it is no sign of a cause beyond its site."""
    told = Told(SMALL)
    told.down = {0}
    told.after(600)
    told.down = OF_A | OF_B
    assert named(told.settled()) == [("area", "", "01", "", 9)]
    told.down = {0}
    outages = told.after(1)
    assert (named(outages), scopes(outages)) == ([], {0: Scope.LINK})
    told.down, told.unknown = {0, 1} | OF_B, {2}  # five of eight would be the area's
    outages = told.settled()
    assert (named(outages), set(scopes(outages).values())) == ([], {Scope.LINK})


@pytest.mark.parametrize(("apart_s", "expected"), [(60, ("area", 7)), (600, ("provider", 6))])
def test_what_is_left_stands_alone_from_the_end_on(apart_s: int, expected: tuple[str, int]) -> None:
    """For a minute it may belong to what fails next, after ten it is no sign of a wider cause, as any link alone."""
    told = Told(SMALL)
    told.down = OF_A | OF_B
    told.after(600)
    told.down = {6}
    told.after(apart_s)
    told.down |= OF_A
    ((scope, *_rest, links),) = named(told.settled())
    assert (scope, links) == expected


def test_a_provider_that_fails_again_is_one_outage() -> None:
    """What waits since the end is told with what fails now."""
    told, left = _nearly_over()
    told.down = set(left[:3])
    told.after(SETTLE_S)
    told.down = set(rows(WIDE, provider="a"))
    outages = told.settled()
    assert named(outages) == [("provider", "a", "", "", 31)]
    assert Scope.LINK not in scopes(outages).values()
