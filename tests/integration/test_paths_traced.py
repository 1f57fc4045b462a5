"""Paths over a chain of real routers: the last one that answered is the right one."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from ipaddress import ip_address

import pytest

from exporter.clock import SystemClock
from exporter.diagnosis import Diagnosis
from exporter.outcome import State
from exporter.path import Path, Where
from exporter.transport.diagnosis_ports import KernelPorts
from tests.support.chains import Chain, chain
from tests.support.diagnosed import FakeEngine, Suspect
from tests.support.inventories import make_inventory

PATIENCE_S = 60.0
FAMILIES = pytest.mark.parametrize("family", [4, 6], ids=["ipv4", "ipv6"])


@pytest.fixture(scope="module")
def whole() -> Iterator[Chain]:
    """An office behind three routers."""
    with chain(4) as made:
        yield made


@pytest.fixture
def line(whole: Chain) -> Iterator[Chain]:
    """The same; whatever a test breaks is mended."""
    yield whole
    whole.mend()


def traced(line: Chain, family: int, *, hops: int, silent_hops: int = 1, target: str = "") -> Path:
    """The path to the office, as the ports bring it; once more when fewer answered, for the machine may be busy."""
    ports = KernelPorts(SystemClock(), line.prober)
    try:
        path = Path(0, (), whole=False)
        for _ in range(5):
            found = ports.trace(ip_address(target or line.address(4, family)), silent_hops).result(PATIENCE_S)
            assert found.path is not None
            path = found.path
            if len(path.hops) >= hops:
                break
        return path
    finally:
        ports.close()


def seen(path: Path) -> list[tuple[int, str]]:
    """Number and address of each hop."""
    return [(hop.number, str(hop.address)) for hop in path.hops]


def expected(line: Chain, family: int, *hops: int) -> list[tuple[int, str]]:
    return [(hop, str(ip_address(line.address(hop, family)))) for hop in hops]


@FAMILIES
def test_a_whole_path_has_every_router_and_the_office(line: Chain, family: int) -> None:
    """Each hop in its place, and the last is the office."""
    path = traced(line, family, hops=4, silent_hops=3)
    assert seen(path) == expected(line, family, 1, 2, 3, 4)
    assert path.whole
    assert all(0 < hop.seconds < PATIENCE_S for hop in path.hops)


@FAMILIES
@pytest.mark.parametrize("broken", [1, 3, 4])
def test_a_broken_path_ends_at_the_last_router_that_answered(line: Chain, family: int, broken: int) -> None:
    """What vanishes on its way to a hop was last seen by the hop before."""
    line.cut(broken)
    path = traced(line, family, hops=broken - 1)
    assert seen(path) == expected(line, family, *range(1, broken))
    assert not path.whole


@FAMILIES
def test_a_router_that_never_answers_leaves_a_gap(line: Chain, family: int) -> None:
    """Its number is missing, and the trace goes on behind it."""
    line.nft(2, "add rule inet pantau own icmp type time-exceeded drop")
    line.nft(2, "add rule inet pantau own icmpv6 type time-exceeded drop")
    path = traced(line, family, hops=3, silent_hops=3)
    assert seen(path) == expected(line, family, 1, 3, 4)
    assert path.whole


@FAMILIES
def test_a_router_without_a_way_on_is_named_once(line: Chain, family: int) -> None:
    """It answers "unreachable" for every further hop; the path ends where it stands."""
    target = {4: "203.0.113.9", 6: "2001:db8:99::9"}[family]
    network = {4: "203.0.113.0/24", 6: "2001:db8:99::/64"}[family]
    subprocess.run(["ip", "-n", line.names[2], f"-{family}", "route", "replace", "unreachable", network], check=True)
    path = traced(line, family, hops=2, target=target)
    assert seen(path) == expected(line, family, 1, 2)
    assert not path.whole


@FAMILIES
def test_a_loop_is_walked_once(line: Chain, family: int) -> None:
    """Two routers that send it to each other answer for ever; each address is named once."""
    target = {4: "192.0.2.9", 6: "2001:db8:98::9"}[family]
    network = {4: "192.0.2.0/24", 6: "2001:db8:98::/64"}[family]
    words = ["ip", "-n", line.names[3], f"-{family}", "route", "replace", network, "via", line.own(3, family)]
    subprocess.run(words, check=True)
    path = traced(line, family, hops=3, target=target)
    again = [(4, str(ip_address(line.own(3, 6))))] if family == 6 else []  # with the address of the side it came in by
    assert seen(path) == [*expected(line, family, 1, 2, 3), *again]
    assert not path.whole


def until(condition: Callable[[], bool]) -> None:
    """Wait for it."""
    give_up = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < give_up, "it did not come"
        time.sleep(0.02)


def test_diagnosis_learns_the_path_and_finds_where_it_breaks(line: Chain) -> None:
    """From a link that answers to one that is cut and denied: the thread, the ports and the kernel together."""
    inventory = make_inventory({"link-1": ("site-1", "penyedia-a", "32.73", line.address(4))})
    engine = FakeEngine(inventory)
    diagnosis = Diagnosis(engine, SystemClock(), netns=line.prober)
    stop = threading.Event()
    thread = threading.Thread(target=diagnosis.run, args=(stop,))
    thread.start()
    try:
        until(lambda: diagnosis.view("link-1").good_path is not None)
        line.cut(3)
        engine.suspected = (Suspect("link-1", SystemClock().monotonic_ns(), State.UP),)
        until(lambda: diagnosis.view("link-1").path_break is not None)
    finally:
        stop.set()
        thread.join(PATIENCE_S)
    view = diagnosis.view("link-1")
    assert [link for link, _ in engine.denials] == ["link-1"]
    assert view.path_break is not None
    assert view.path_break.last_hop is not None
    assert (str(view.path_break.last_hop.address), view.path_break.last_hop.number) == (line.address(2), 2)
    assert (view.path_break.usual_hops, view.path_break.where) == (4, Where.PROVIDER)
    assert not thread.is_alive()
