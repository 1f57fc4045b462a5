"""Which outages there are, and what becomes of them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

import numpy as np
import pytest

from exporter.beside import Cause, DeviceRecord
from exporter.cause_board import CauseBoard
from exporter.model import Inventory
from exporter.outcome import State
from exporter.probe_model import SnmpProbe
from exporter.scope import Outages, Scope
from exporter.thresholds import OUTAGES_KEPT
from tests.support.inventories import many_links
from tests.support.snapshots import make_columns

T0 = 1_795_400_000

ROUTER = SnmpProbe("router", 60.0, 5.0, "v3", "ether1")


def office(links: int = 3) -> Inventory:
    """Links whose first two are of one site and polled; the others are neither."""
    bare = many_links(links)
    ids = list(bare.links)
    changed = {link: replace(bare.links[link], probes=("router",), site=bare.links[ids[0]].site) for link in ids[:2]}
    return replace(bare, probes={"router": ROUTER}, links={**bare.links, **changed})


@dataclass
class Watch:
    """A board and the world it sees, moved by hand; instants are seconds after ``T0``."""

    inventory: Inventory = field(default_factory=office)
    uplink_up: bool = True
    devices: dict[str, DeviceRecord] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.board = CauseBoard(self.inventory)
        n = len(self.inventory.links)
        self.columns = replace(
            make_columns(tuple(self.inventory.links), 1),
            state=np.zeros(n, np.int8),
            changed_unix_ns=np.full(n, (T0 - 86_400) * 10**9),
        )
        self.scope = np.full(n, -1, np.int8)
        self.look(-600)

    def turn(self, row: int, state: State, at: int) -> None:
        """Link ``row`` is in ``state`` since ``at``."""
        self.columns.state[row] = list(State).index(state)
        self.columns.changed_unix_ns[row] = (T0 + at) * 10**9

    def heard(self, row: int, at: int, boot: int, engine: str = "e1") -> None:
        """The router told at ``at`` over link ``row`` that it started at ``boot``."""
        link = self.columns.keys[row]
        self.devices[link] = DeviceRecord(link, (T0 + at) * 10**9, T0 + boot, engine, answers=True)

    def look(self, at: int) -> None:
        """The board sees it all at ``at``."""
        outages = Outages(self.scope, (), ())
        self.board.update(
            (T0 + at) * 10**9, self.columns, outages, uplink_up=self.uplink_up, devices=self.devices.values()
        )

    def causes(self) -> list[tuple[str, Cause, bool]]:
        """Link, cause, and whether it may still change."""
        return [(each.link, each.cause, each.pending) for each in self.board.latest()]


def test_a_power_cut_and_a_line_cut_are_told_apart() -> None:
    """Two outages of one link: the router restarted in the first and stayed up in the second."""
    watch = Watch()
    watch.heard(0, -30, -90_000)
    watch.turn(0, State.DOWN, 0)
    watch.look(5)
    assert watch.causes() == [("link-0", Cause.UNKNOWN, True)]
    watch.turn(0, State.UP, 300)
    watch.look(301)
    watch.heard(0, 303, 290)
    watch.look(304)
    assert watch.causes() == [("link-0", Cause.POWER, False)]
    watch.turn(0, State.DOWN, 1000)
    watch.look(1005)
    assert watch.causes() == [("link-0", Cause.UNKNOWN, True)]
    watch.turn(0, State.UP, 1200)
    watch.heard(0, 1203, 291)
    watch.look(1204)
    assert watch.causes() == [("link-0", Cause.LINE, False)]
    history = watch.board.history("link-0")
    assert [(each.start_unix_ns, each.end_unix_ns, each.cause) for each in history] == [
        (T0 * 10**9, (T0 + 300) * 10**9, Cause.POWER),
        ((T0 + 1000) * 10**9, (T0 + 1200) * 10**9, Cause.LINE),
    ]
    assert [each.cause for each in watch.board.decided()] == [Cause.POWER, Cause.LINE]
    assert watch.board.decided() == []


def test_the_backup_line_tells_of_the_primary_ones_router() -> None:
    """While the primary line is down: only if it is known to be the same router."""
    watch = Watch()
    watch.heard(0, -30, -90_000, "e1")
    watch.heard(1, -30, -90_000, "e1")
    watch.turn(0, State.DOWN, 0)
    watch.heard(1, 30, -90_000, "e1")
    watch.look(31)
    assert watch.causes() == [("link-0", Cause.LINE, True)]
    watch = Watch()
    watch.heard(0, -30, -90_000, "e1")
    watch.turn(0, State.DOWN, 0)
    watch.heard(1, 60, -50_000, "e2")
    watch.look(61)
    assert watch.causes() == [("link-0", Cause.UNKNOWN, True)]


def test_devices_without_an_identity_speak_for_themselves_alone() -> None:
    """Two devices that tell no engine id are not taken for one."""
    watch = Watch()
    watch.heard(0, -30, -90_000, "")
    watch.turn(0, State.DOWN, 0)
    watch.heard(1, 30, -90_000, "")
    watch.look(31)
    assert watch.causes() == [("link-0", Cause.UNKNOWN, True)]
    watch.turn(0, State.UP, 60)
    watch.heard(0, 61, -90_000, "")
    watch.look(62)
    assert watch.causes() == [("link-0", Cause.LINE, False)]


def test_routers_are_wanted_while_their_word_is_missing() -> None:
    """Those that can answer: the site's other line during the outage, its own afterwards; nobody without a router."""
    watch = Watch()
    watch.heard(0, -30, -90_000)
    watch.heard(1, -30, -90_000)
    watch.turn(0, State.DOWN, 0)
    watch.turn(2, State.DOWN, 0)
    watch.look(5)
    assert watch.board.wanted() == {"link-1"}
    watch.heard(1, 7, -90_000)
    watch.look(8)
    assert watch.causes()[0] == ("link-0", Cause.LINE, True)
    assert watch.board.wanted() == frozenset()
    watch.turn(0, State.UP, 60)
    watch.look(61)
    assert watch.board.wanted() == {"link-0", "link-1"}
    watch.heard(0, 62, -90_000)
    watch.turn(2, State.UP, 64)
    watch.look(65)
    assert watch.board.wanted() == frozenset()
    assert watch.causes() == [("link-0", Cause.LINE, False), ("link-2", Cause.UNKNOWN, False)]


def test_routers_are_not_wanted_for_something_wider() -> None:
    """A provider's outage is explained: hundreds of routers are not asked about it."""
    watch = Watch()
    watch.turn(0, State.DOWN, 0)
    watch.scope[0] = list(Scope).index(Scope.PROVIDER)
    watch.look(7)
    assert watch.board.wanted() == frozenset()


def test_the_widest_scope_stays() -> None:
    """A provider's outage ends before its last link is back; that link's cause is the provider's all the same."""
    watch = Watch()
    watch.turn(0, State.DOWN, 0)
    for at, scope in ((7, Scope.PROVIDER), (60, Scope.LINK)):
        watch.scope[0] = list(Scope).index(scope)
        watch.look(at)
    watch.turn(0, State.UP, 90)
    watch.look(91)
    assert watch.causes() == [("link-0", Cause.PROVIDER, False)]
    assert watch.board.latest()[0].scope is Scope.PROVIDER


@pytest.mark.parametrize("at", [-25, 5, 25])
def test_our_own_connection_failed_when_it_began(at: int) -> None:
    """A little before or after the beginning: no line is blamed."""
    watch = Watch()
    watch.uplink_up = False
    if at < 0:
        watch.look(at)
        watch.uplink_up = True
    watch.turn(2, State.DOWN, 0)
    watch.look(max(at, 4))
    watch.uplink_up = True
    watch.turn(2, State.UP, 60)
    watch.look(61)
    assert watch.causes() == [("link-2", Cause.PROBER, False)]


@pytest.mark.parametrize("at", [-31, 31, 3_000])
def test_our_own_connection_failed_at_another_time(at: int) -> None:
    """Hours within a long outage, or before it, it explains nothing: the router does."""
    watch = Watch()
    watch.heard(0, -60, -90_000)
    if at < 0:
        watch.uplink_up = False
        watch.look(at)
        watch.uplink_up = True
    watch.turn(0, State.DOWN, 0)
    watch.look(4)
    if at > 0:
        watch.turn(0, State.UNKNOWN, at - 2)
        watch.uplink_up = False
        watch.look(at)
        watch.uplink_up = True
        watch.turn(0, State.DOWN, at + 10)
        watch.look(at + 12)
    watch.turn(0, State.UP, 9_000)
    watch.heard(0, 9_003, 8_990)
    watch.look(9_004)
    assert watch.causes() == [("link-0", Cause.POWER, False)]


def test_our_own_connection_failed_and_no_router_is_wanted() -> None:
    """What it explains needs nobody's word."""
    watch = Watch()
    watch.uplink_up = False
    watch.turn(0, State.DOWN, 0)
    watch.look(5)
    assert watch.board.wanted() == frozenset()


def test_an_outage_whose_beginning_nobody_saw_blames_no_line() -> None:
    """The exporter began in the middle of it: a start before that may well lie within the outage."""
    watch = Watch()
    watch.board = CauseBoard(watch.inventory)
    watch.turn(0, State.DOWN, 0)
    watch.look(5)
    watch.turn(0, State.UP, 60)
    watch.heard(0, 62, -400)
    watch.look(63)
    assert watch.causes() == [("link-0", Cause.UNKNOWN, False)]
    assert "sebelum pengukur dimulai" in watch.board.latest()[0].evidence


def test_another_router_says_nothing_of_the_one_before() -> None:
    """A spare that ran long before the outage did not stay up at this office."""
    watch = Watch()
    watch.heard(0, -30, -90_000, "e1")
    watch.turn(0, State.DOWN, 0)
    watch.look(5)
    watch.turn(0, State.UP, 7_200)
    watch.heard(0, 7_202, -9_000, "spare")
    watch.look(7_203)
    assert watch.causes() == [("link-0", Cause.UNKNOWN, True)]


def test_a_restart_during_a_line_outage_takes_nothing_back() -> None:
    """The router was read as up after the outage began: whoever restarted it later did not cause it."""
    watch = Watch()
    for row in (0, 1):
        watch.heard(row, -30, -90_000)
    watch.turn(0, State.DOWN, 0)
    watch.heard(1, 60, -90_000)
    watch.look(61)
    watch.heard(1, 1_300, 1_250)
    watch.look(1_301)
    assert watch.causes() == [("link-0", Cause.LINE, True)]
    watch.turn(0, State.UP, 1_400)
    watch.heard(0, 1_402, 1_250)
    watch.look(1_403)
    (record,) = watch.board.history("link-0")
    assert (record.cause, record.pending) == (Cause.LINE, False)
    assert re.search("router tetap menyala sejak .*; menyala ulang kemudian", record.evidence)


def test_unknown_in_between_is_part_of_the_outage() -> None:
    """What could not be measured neither ends it nor begins another."""
    watch = Watch()
    watch.turn(0, State.DOWN, 0)
    watch.look(5)
    watch.turn(0, State.UNKNOWN, 20)
    watch.look(21)
    watch.turn(0, State.DOWN, 40)
    watch.look(41)
    watch.turn(0, State.UP, 60)
    watch.heard(0, 61, 50)
    watch.look(62)
    (record,) = watch.board.history("link-0")
    assert (record.start_unix_ns, record.end_unix_ns) == (T0 * 10**9, (T0 + 60) * 10**9)
    assert record.cause is Cause.POWER


def test_a_link_that_falls_again_before_its_cause_is_known() -> None:
    """Both outages stay open until the router's word, which settles the first; of the second it proves nothing."""
    watch = Watch()
    watch.heard(0, -30, -90_000)
    watch.turn(0, State.DOWN, 0)
    watch.look(5)
    watch.turn(0, State.UP, 1_000)
    watch.look(1_001)
    watch.turn(0, State.DOWN, 1_300)
    watch.look(1_305)
    first, second = watch.board.history("link-0")
    assert (first.end_unix_ns, first.pending) == ((T0 + 1_000) * 10**9, False)
    assert (second.end_unix_ns, second.pending) == (None, True)
    watch = Watch()
    watch.heard(0, -30, -90_000)
    watch.turn(0, State.DOWN, 0)
    watch.look(5)
    watch.turn(0, State.UP, 300)
    watch.look(301)
    watch.turn(0, State.DOWN, 310)
    watch.look(315)
    assert [each.pending for each in watch.board.history("link-0")] == [True, True]
    assert [each.start_unix_ns for each in watch.board.latest()] == [(T0 + 310) * 10**9]
    watch.turn(0, State.UP, 330)
    watch.heard(0, 332, 250)
    watch.look(333)
    first, second = watch.board.history("link-0")
    assert (first.cause, first.pending) == (Cause.POWER, False)
    assert (second.cause, second.pending) == (Cause.UNKNOWN, False)


def test_a_reload_keeps_outages() -> None:
    """Those of links that stay; a link that is gone is forgotten."""
    watch = Watch()
    watch.turn(0, State.DOWN, 0)
    watch.turn(2, State.DOWN, 0)
    watch.look(5)
    watch.inventory = replace(
        watch.inventory, links={key: link for key, link in watch.inventory.links.items() if key != "link-2"}
    )
    board = CauseBoard(watch.inventory, watch.board)
    assert [each.link for each in board.latest()] == ["link-0"]
    assert board.history("link-2") == ()


def test_memory_is_bounded() -> None:
    """Of a link that comes and goes the last few outages are kept."""
    watch = Watch()
    for turn in range(OUTAGES_KEPT + 5):
        watch.turn(2, State.DOWN, turn * 100)
        watch.look(turn * 100 + 5)
        watch.turn(2, State.UP, turn * 100 + 50)
        watch.look(turn * 100 + 51)
    history = watch.board.history("link-2")
    assert len(history) == OUTAGES_KEPT
    assert history[-1].start_unix_ns == (T0 + (OUTAGES_KEPT + 4) * 100) * 10**9


def test_a_record_that_did_not_change_is_the_same_object() -> None:
    """So that what was written of it can be kept."""
    watch = Watch()
    watch.turn(0, State.DOWN, 0)
    watch.look(5)
    before = watch.board.latest()[0]
    watch.look(6)
    assert watch.board.latest()[0] is before
