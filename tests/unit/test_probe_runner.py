"""What runs when, and what becomes of an end; with probes that are told how to end."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from ipaddress import ip_address

import pytest

from exporter import probe_runner
from exporter.clock import FakeClock
from exporter.model import Inventory, Link
from exporter.probe_model import ProbeSpec, SnmpProbe, TcpProbe
from exporter.probe_outcome import ProbeOutcome, ProbeReason
from exporter.probe_runner import MAX_RUNNING, ProbeRunner
from tests.support.inventories import many_links

SECOND = 1_000_000_000
ROUTER, HTTPS = SnmpProbe("router", 60.0, 5.0, "v3"), TcpProbe("https", 60.0, 5.0, 443)


def province(links: int, *probes: ProbeSpec, site: str | None = None) -> Inventory:
    """Links that all have these probes, each at its own site unless one is given."""
    bare = many_links(links)
    probed = {
        key: replace(link, probes=tuple(each.id for each in probes), site=site or link.site)
        for key, link in bare.links.items()
    }
    return replace(bare, probes={each.id: each for each in probes}, links=probed)


@dataclass
class Asked:
    """A prober that counts, and ends when it is let."""

    behave: Callable[[Link], ProbeOutcome | BaseException] = lambda _link: ProbeOutcome()
    held: threading.Event = field(default_factory=threading.Event)
    asked: list[tuple[str, str]] = field(default_factory=list)
    together: int = 0
    most: int = 0
    closed: bool = False
    inventories: int = 0

    async def ask(self, link: Link, spec: ProbeSpec) -> ProbeOutcome:
        self.asked.append((link.id, spec.id))
        self.together += 1
        self.most = max(self.most, self.together)
        try:
            while self.held.is_set():  # noqa: ASYNC110 - the test sets it from another thread
                await asyncio.sleep(0.01)
            end = self.behave(link)
        finally:
            self.together -= 1
        if isinstance(end, BaseException):
            raise end
        return end

    def replace(self, inventory: Inventory) -> None:
        assert inventory.links is not None
        self.inventories += 1

    async def close(self) -> None:
        self.closed = True


@contextmanager
def running(
    inventory: Inventory,
    prober: Asked,
    *,
    uplink_up: Callable[[], bool | None] = lambda: True,
    answered: Callable[[str, int], None] = lambda _link, _mono_ns: None,
) -> Iterator[tuple[ProbeRunner, FakeClock]]:
    """A runner in its thread, with a clock that the test moves."""
    clock, stop = FakeClock(), threading.Event()
    runner = ProbeRunner(inventory, lambda: prober, clock, uplink_up=uplink_up, answered=answered)
    thread = threading.Thread(target=runner.run, args=(stop,), daemon=True)
    thread.start()
    eventually(lambda: prober.inventories == 1)
    try:
        yield runner, clock
    finally:
        stop.set()
        thread.join(20)
        assert not thread.is_alive()
        assert prober.closed


def eventually(fact: Callable[[], bool]) -> None:
    """Wait until ``fact`` holds; fails after a time that no machine needs."""
    waiting = threading.Event()
    for _ in range(2000):
        if fact():
            return
        waiting.wait(0.01)
    raise AssertionError("it never came to be")


def ends(runner: ProbeRunner) -> list[int]:
    """How often each probe ended."""
    return [each.successes + each.failures + each.unmeasured for each in runner.board.probes()]


def test_each_probe_ends_once_a_minute() -> None:
    """Nothing before the first turn; then one end each, and one more after another minute."""
    prober = Asked()
    with running(province(5, HTTPS), prober) as (runner, clock):
        clock.advance_ns(60 * SECOND)
        eventually(lambda: ends(runner) == [1] * 5)
        clock.advance_ns(60 * SECOND)
        eventually(lambda: ends(runner) == [2] * 5)
        assert [each.successes for each in runner.board.probes()] == [2] * 5
        assert sorted(prober.asked) == sorted([(f"link-{n}", "https") for n in range(5)] * 2)


def test_a_device_is_asked_once_at_a_time() -> None:
    """Twenty lines of one site: its router is never asked by two of them together, and each has its turn."""
    prober = Asked()
    with running(province(20, ROUTER, site="s"), prober) as (runner, clock):
        prober.held.set()
        clock.advance_ns(60 * SECOND)
        eventually(lambda: len(runner._begun) == 20 and runner.figures().running == 1)
        prober.held.clear()
        eventually(lambda: ends(runner) == [1] * 20)
    assert prober.most == 1


def test_probes_at_a_time_are_bounded() -> None:
    """All are due at once; the rest waits."""
    prober = Asked()
    with running(province(MAX_RUNNING + 30, HTTPS), prober) as (runner, clock):
        prober.held.set()
        clock.advance_ns(60 * SECOND)
        eventually(lambda: prober.together == MAX_RUNNING and len(runner._begun) == MAX_RUNNING + 30)
        assert runner.figures().running == MAX_RUNNING
        prober.held.clear()
        eventually(lambda: sum(ends(runner)) == MAX_RUNNING + 30)
    assert prober.most == MAX_RUNNING


def test_a_probe_that_still_runs_is_not_begun_again() -> None:
    """Its next turns end at once, unmeasured, and say why."""
    prober = Asked()
    with running(province(1, HTTPS), prober) as (runner, clock):
        prober.held.set()
        for turns in range(3):
            clock.advance_ns(60 * SECOND)
            eventually(lambda turns=turns: ends(runner) == [turns] and len(prober.asked) == 1)  # type: ignore[misc]
        (record,) = runner.board.probes()
        assert (record.unmeasured, record.reason) == (2, ProbeReason.BUSY)
        prober.held.clear()
        eventually(lambda: ends(runner) == [3])
        assert len(prober.asked) == 1


def test_one_device_of_several_sites_is_asked_once_at_a_time() -> None:
    """A server that an inventory names for many links is one device."""
    concentrator = replace(ROUTER, server=ip_address("198.18.200.1"))
    prober = Asked()
    with running(province(6, concentrator), prober) as (runner, clock):
        prober.held.set()
        clock.advance_ns(60 * SECOND)
        eventually(lambda: len(runner._begun) == 6)
        prober.held.clear()
        eventually(lambda: ends(runner) == [1] * 6)
    assert prober.most == 1


def test_a_probe_that_waited_long_began_late() -> None:
    """Lateness is counted when it begins, not when it was due."""
    prober = Asked()
    with running(province(2, ROUTER, site="s"), prober) as (runner, clock):
        prober.held.set()
        for _ in range(61):  # each turn is taken on time
            clock.advance_ns(SECOND)
            eventually(lambda: True)
        eventually(lambda: len(runner._begun) == 2)
        before = runner.figures().late
        clock.advance_ns(20 * SECOND)
        prober.held.clear()
        eventually(lambda: sum(each.successes for each in runner.board.probes()) == 2)
        assert runner.figures().late > before


@pytest.mark.parametrize(("descriptors", "room"), [(64, 8), (50, 2), (1_024, MAX_RUNNING), (100, 26)])
def test_room_follows_the_descriptors(monkeypatch: pytest.MonkeyPatch, descriptors: int, room: int) -> None:
    """What echoes, scrapes and files need is left to them."""
    monkeypatch.setattr("exporter.probe_runner.resource.getrlimit", lambda _: (descriptors, descriptors))
    assert probe_runner._room() == room


def test_a_probe_that_breaks_is_a_fault_of_ours() -> None:
    """It is counted as unmeasured, and the others go on."""
    prober = Asked(behave=lambda link: ValueError("broken") if link.id == "link-0" else ProbeOutcome())
    with running(province(2, HTTPS), prober) as (runner, clock):
        clock.advance_ns(60 * SECOND)
        eventually(lambda: ends(runner) == [1, 1])
        first, second = runner.board.probes()
    assert (first.unmeasured, first.reason) == (1, ProbeReason.INTERNAL)
    assert (second.successes, second.reason) == (1, None)


def test_nothing_is_asked_while_our_own_uplink_is_down() -> None:
    """The turn is unmeasured and nobody is blamed."""
    prober = Asked()
    with running(province(2, HTTPS), prober, uplink_up=lambda: False) as (runner, clock):
        clock.advance_ns(60 * SECOND)
        eventually(lambda: ends(runner) == [1, 1])
        assert {each.reason for each in runner.board.probes()} == {ProbeReason.UPLINK}
        assert [each.unmeasured for each in runner.board.probes()] == [1, 1]
    assert prober.asked == []


def test_a_router_that_is_wanted_is_asked_again_and_again() -> None:
    """At once, then every few seconds, until it is wanted no more."""
    prober = Asked()
    with running(province(2, ROUTER), prober) as (runner, clock):
        runner.want({"link-1"})
        eventually(lambda: prober.asked.count(("link-1", "router")) == 1)
        eventually(lambda: runner.figures().running == 0)
        clock.advance_ns(5 * SECOND)
        eventually(lambda: prober.asked.count(("link-1", "router")) >= 2)


def test_whoever_answers_is_heard() -> None:
    """Also with the wrong answer; not with a refusal, nor by a server elsewhere, which says nothing about the link."""
    elsewhere = replace(ROUTER, id="elsewhere", server=ip_address("198.18.200.1"))
    told: list[str] = []
    ends_of = {
        "link-0": ProbeOutcome(answered=True),
        "link-1": ProbeOutcome(ProbeReason.SILENT),
        "link-2": ProbeOutcome(ProbeReason.TLS_EXPIRED, answered=True),
        "link-3": ProbeOutcome(ProbeReason.REFUSED, answered=True),
    }
    prober = Asked(behave=lambda link: ends_of[link.id])
    inventory = province(4, HTTPS, elsewhere)
    with running(inventory, prober, answered=lambda link, _mono_ns: told.append(link)) as (runner, clock):
        clock.advance_ns(60 * SECOND)
        eventually(lambda: ends(runner) == [1] * 8)
    assert sorted(told) == ["link-0", "link-2"]


def test_a_new_inventory_is_taken_over() -> None:
    """Its probes run, those that are gone do not, and counts of those that stay are kept."""
    prober = Asked()
    with running(province(2, HTTPS), prober) as (runner, clock):
        clock.advance_ns(60 * SECOND)
        eventually(lambda: ends(runner) == [1, 1])
        runner.replace(province(3, HTTPS))
        eventually(lambda: prober.inventories == 2)
        assert ends(runner) == [1, 1, 0]
        clock.advance_ns(60 * SECOND)
        eventually(lambda: ends(runner)[2] == 1)


def test_late_probes_are_confessed() -> None:
    """A loop that stood still for a minute begins them late."""
    prober = Asked()
    with running(province(50, HTTPS), prober) as (runner, clock):
        clock.advance_ns(60 * SECOND)
        eventually(lambda: ends(runner) == [1] * 50)
        assert runner.figures().late > 25
        assert runner.figures().lag_s >= 0


@pytest.mark.timeout(60)
def test_the_end_stops_what_runs() -> None:
    """Probes that hang do not keep the program."""
    prober = Asked()
    with running(province(3, HTTPS), prober) as (_runner, clock):
        prober.held.set()
        clock.advance_ns(60 * SECOND)
        eventually(lambda: prober.together == 3)
    assert prober.together == 0
