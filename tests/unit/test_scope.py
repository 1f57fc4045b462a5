"""The smallest scope that explains what is down: one cause, found before any rule fires."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from exporter.model import Contract, ContractKind, Inventory, Provider, Site
from exporter.scope import GroupName, Outages, Scope, ScopeBoard
from exporter.thresholds import ALONE_S, SETTLE_S
from tests.support.engines import link

SECOND = 1_000_000_000


def province(*lines: tuple[str, str, str]) -> Inventory:
    """Links ``l-0``, ``l-1`` ... of (site, kabkota, provider)."""
    providers = sorted({provider for _site, _area, provider in lines})
    return Inventory(
        providers={each: Provider(each, each) for each in providers},
        contracts={
            each: Contract(each, each, ContractKind.DEDICATED, 1, 1, date(2026, 1, 1), date(2026, 12, 31), None)
            for each in providers
        },
        sites={site: Site(site, site, "o", area, 0.0, 0.0, "24x7") for site, area, _provider in lines},
        links={
            f"l-{number}": replace(link(number), site=site, contract=provider)
            for number, (site, _area, provider) in enumerate(lines)
        },
    )


#: Three areas; provider a has ten lines in each, b has ten in each; a site for each line but the last two.
WIDE = province(
    *[(f"s-{area}-{name}-{n}", area, name) for area in ("01", "02", "03") for name in ("a", "b") for n in range(10)],
    ("two", "01", "a"),
    ("two", "01", "b"),
)
TWO = (60, 61)


def rows(inventory: Inventory, *, provider: str = "", area: str = "") -> list[int]:
    """The rows of the links of a provider, of an area, of both."""
    return [
        row
        for row, each in enumerate(inventory.links.values())
        if provider in {"", each.contract} and area in {"", inventory.sites[each.site].kabkota}
    ]


class Told:
    """A board, a clock, and what it was told: the state of each link, up unless said otherwise."""

    def __init__(self, inventory: Inventory = WIDE) -> None:
        self.board = ScopeBoard(inventory)
        self.size = len(inventory.links)
        self.now_s = 1000.0
        self.down: set[int] = set()
        self.unknown: set[int] = set()
        self.planned: set[int] = set()
        self.since = np.zeros(self.size, np.int64)

    def _mask(self, rows: set[int]) -> np.ndarray:
        mask = np.zeros(self.size, bool)
        mask[list(rows)] = True
        return mask

    def after(self, seconds: float) -> Outages:
        """The board's opinion after so long, told every second."""
        outages = None
        for _second in range(max(1, round(seconds))):
            self.now_s += 1
            down, unknown = self._mask(self.down), self._mask(self.unknown)
            outages = self.board.update(
                round(self.now_s * SECOND),
                down=down,
                answering=~down & ~unknown,
                planned=self._mask(self.planned),
                since_unix_ns=self.since,
            )
        assert outages is not None
        return outages

    def settled(self) -> Outages:
        """Its opinion when nothing waits any more."""
        return self.after(ALONE_S + 2)


def scopes(outages: Outages) -> dict[int, Scope]:
    """The scope of each link that has one."""
    return {row: list(Scope)[code] for row, code in enumerate(outages.scope.tolist()) if code >= 0}


def named(outages: Outages) -> list[tuple[str, str, str, str, int]]:
    """Scope, provider, area, site and number of links of each group."""
    groups = [(each.group, each.links) for each in outages.groups]
    return [(group.scope, group.provider, group.kabkota, group.site, links) for group, links in groups]


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
    """When a provider's outage ends, its links that are still down stand alone."""
    told = Told()
    mine = rows(WIDE, provider="a")
    told.down = set(mine)
    told.settled()
    told.down = set(mine[:3])
    outages = told.settled()
    assert named(outages) == []
    assert scopes(outages) == dict.fromkeys(mine[:3], Scope.LINK)


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


def test_a_site_is_back_with_its_first_link() -> None:
    """The outage of a site ends as soon as one of its links answers; the other stands alone."""
    told = Told()
    told.down = set(TWO)
    told.settled()
    told.down = {TWO[0]}
    outages = told.after(1)
    assert named(outages) == []
    assert scopes(outages) == {TWO[0]: Scope.LINK}


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
