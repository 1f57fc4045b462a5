"""What the province does with power, lines, filters, UDP, TCP and small TTLs."""

from __future__ import annotations

import struct
from ipaddress import ip_address

import pytest

from exporter.sim.packet import EchoRequest, Passing, parse_echo_request, parse_passing, render_packet
from exporter.sim.path import GATEWAY
from exporter.sim.scope import Part, Scope
from exporter.sim.settings import Manner, base_delay_s
from exporter.sim.world import PROBER, ROUTER, Reply, World
from tests.support.offices import BACKUP, NOW_NS, OTHER, PRIMARY, offices

S = 10**9
LINK, SITE = Scope(Part.LINK, "dinkes-1"), Scope(Part.SITE, "dinkes")
EVERYBODY = {PRIMARY, BACKUP, OTHER, "198.18.255.1"}


class Bench:
    """A world and its clock."""

    def __init__(self) -> None:
        self.now_ns = NOW_NS
        self.world = World(offices(), boot_delay_s=5.0, now_ns=lambda: self.now_ns)

    def answering(self) -> set[str]:
        return {address for address in EVERYBODY if self.world.replies(echo_to(address))}

    def passing(self) -> set[str]:
        return {address for address in EVERYBODY if self.world.passes(tcp_to(address))}


@pytest.fixture
def bench() -> Bench:
    """Everything answers."""
    return Bench()


def echo_to(address: str, hops: int = 64) -> EchoRequest:
    target = ip_address(address)
    head = struct.pack("!BBHHH", 8 if target.version == 4 else 128, 0, 0, 1, 1)
    request = parse_echo_request(render_packet(PROBER[target.version], target.packed, head + bytes(56)))
    assert request is not None
    return request._replace(hops=hops)


def tcp_to(address: str, hops: int = 64, protocol: int = 6) -> Passing:
    target = ip_address(address)
    source, content = PROBER[target.version], bytes(range(20))
    if target.version == 4:
        fields = (0x45, 0, 40, 0, 0, hops, protocol, 0, source, target.packed)
        packet = struct.pack("!BBHHHBBH4s4s", *fields) + content
    else:
        packet = struct.pack("!IHBB16s16s", 6 << 28, 20, protocol, hops, source, target.packed) + content
    passing = parse_passing(packet)
    assert passing is not None
    return passing


def error_of(reply: Reply) -> tuple[bytes, bytes, bytes]:
    """Who reports, type and code, and what is quoted."""
    is_old = reply.packet[0] >> 4 == 4
    source, message = (reply.packet[12:16], reply.packet[20:]) if is_old else (reply.packet[8:24], reply.packet[40:])
    return source, message[:2], message[8:]


@pytest.mark.parametrize("scope", [LINK, SITE, Scope(Part.LINK, "dinkes-2"), Scope(Part.AREA, "32.73")])
def test_a_power_cut_takes_every_line_of_the_router_until_it_has_booted(bench: Bench, scope: Scope) -> None:
    """Whatever was named; after the restore nothing answers for as long as the boot takes."""
    bench.world.cut(scope, Manner.POWER)
    assert bench.answering() == bench.passing() == EVERYBODY - {PRIMARY, BACKUP}
    bench.world.restore(scope)
    bench.now_ns += 5 * S - 1
    assert bench.answering() == bench.passing() == EVERYBODY - {PRIMARY, BACKUP}
    bench.now_ns += 1
    assert bench.answering() == bench.passing() == EVERYBODY


def test_restoring_all_boots_as_well(bench: Bench) -> None:
    """A router whose power is back boots, however it came back."""
    bench.world.cut(SITE, Manner.POWER)
    bench.world.restore_all()
    assert bench.answering() == EVERYBODY - {PRIMARY, BACKUP}
    assert bench.world.status()["routers"] == {"without_power": [], "booting": ["dinkes"]}
    bench.now_ns += 5 * S
    assert bench.answering() == EVERYBODY


def test_a_line_cut_takes_one_line_and_no_boot(bench: Bench) -> None:
    """The office's other line answers, and the line itself as soon as it is restored."""
    bench.world.cut(LINK, Manner.LINE)
    assert bench.answering() == bench.passing() == EVERYBODY - {PRIMARY}
    bench.world.restore(LINK)
    assert bench.answering() == bench.passing() == EVERYBODY


def test_a_filter_of_echoes_lets_others_pass(bench: Bench) -> None:
    """No echo is answered, UDP and TCP are; a cut line within the filtered part stays cut."""
    bench.world.cut(SITE, Manner.ICMP_ONLY)
    assert bench.answering() == EVERYBODY - {PRIMARY, BACKUP}
    assert bench.passing() == EVERYBODY
    bench.world.cut(LINK, Manner.LINE)
    assert bench.passing() == EVERYBODY - {PRIMARY}


def test_the_router_before_the_cut_speaks_for_an_office_without_power(bench: Bench) -> None:
    """An unreachable cut of the provider is nearer to the prober than the dark office."""
    bench.world.cut(SITE, Manner.POWER)
    bench.world.cut(Scope(Part.PROVIDER, "penyedia-a"), Manner.UNREACHABLE)
    (reply,) = bench.world.replies(echo_to(PRIMARY))
    assert error_of(reply)[0] == ROUTER[4]
    assert bench.world.replies(echo_to(BACKUP)) == []


def test_a_blackout_is_at_the_offices_whatever_part_was_named(bench: Bench) -> None:
    """Where all offices of a provider are dark, the cut of an area still lies before them."""
    bench.world.cut(Scope(Part.PROVIDER, "penyedia-a"), Manner.POWER)
    bench.world.cut(Scope(Part.AREA, "32.73"), Manner.UNREACHABLE)
    (reply,) = bench.world.replies(echo_to(PRIMARY))
    assert error_of(reply)[0] == ROUTER[4]
    assert bench.world.replies(echo_to(OTHER)) == []


@pytest.mark.parametrize("address", [PRIMARY, OTHER])
@pytest.mark.parametrize("protocol", [6, 17])
def test_packets_come_back_from_the_address_after_half_of_the_delay(bench: Bench, address: str, protocol: int) -> None:
    """Source and destination have changed places, and nothing else has changed."""
    passing = tcp_to(address, protocol=protocol)
    (reply,) = bench.world.passes(passing)
    again = parse_passing(reply.packet)
    assert again is not None
    assert (again.source, again.destination, again.hops) == (passing.destination, passing.source, 64)
    assert reply.packet[-20:] == bytes(range(20))
    key = "dinkes-1" if address == PRIMARY else "uptd-1"
    assert reply.delay_ns == int(base_delay_s(key) * 5e8)


def test_packets_of_others_and_to_nobody_are_dropped(bench: Bench) -> None:
    """Only what the prober sends to a simulated address comes back."""
    assert bench.world.passes(tcp_to("198.18.7.7")) == []
    assert bench.world.passes(tcp_to(PRIMARY)._replace(source=b"\x01\x02\x03\x04")) == []
    assert bench.world.counts["stopped"] == 2


@pytest.mark.parametrize("name", ["loss_ratio", "even_loss_ratio"])
def test_loss_takes_its_share_of_round_trips(bench: Bench, name: str) -> None:
    """At 36 % a packet has one chance in five to be lost each way; echoes keep their own chance."""
    bench.world.set(LINK, {name: 0.36})
    passed = sum(bool(bench.world.passes(tcp_to(PRIMARY))) for _ in range(1000))
    assert 750 < passed < 850


def test_other_packets_change_no_fate_of_an_echo() -> None:
    """The same echoes are lost, whatever passes between them."""

    def fates(between: int) -> list[bool]:
        world = World(offices(), now_ns=lambda: NOW_NS)
        world.set(LINK, {"loss_ratio": 0.5})
        found = []
        for _ in range(50):
            found.append(bool(world.replies(echo_to(PRIMARY))))
            for _ in range(between):
                world.passes(tcp_to(PRIMARY))
        return found

    assert fates(0) == fates(3)


@pytest.mark.parametrize(("address", "head"), [(PRIMARY, b"\x03\x01"), (OTHER, b"\x01\x00")])
def test_an_unreachable_cut_is_said_to_tcp_as_well(bench: Bench, address: str, head: bytes) -> None:
    """The error quotes the packet, so that a connection attempt ends at once."""
    bench.world.cut(Scope(Part.UPLINK, ""), Manner.UNREACHABLE)
    passing = tcp_to(address)
    (reply,) = bench.world.passes(passing)
    assert error_of(reply) == (ROUTER[passing.family], head, passing.packet)


@pytest.mark.parametrize(("address", "head"), [(PRIMARY, b"\x0b\x00"), (OTHER, b"\x03\x00")])
def test_a_small_ttl_is_exceeded_on_the_way(bench: Bench, address: str, head: bytes) -> None:
    """Each router reports in its turn, for echoes and for others, and the link answers when it is reached."""
    delays = []
    for hops in (1, 2, 3):
        echo, other = echo_to(address, hops), tcp_to(address, hops)
        for request, (reply,) in ((echo, bench.world.replies(echo)), (other, bench.world.passes(other))):
            source, kind, quoted = error_of(reply)
            assert (kind, quoted) == (head, request.packet)
            assert (source == GATEWAY[request.family]) == (hops == 1)
        delays.append(reply.delay_ns)
    (answer,) = bench.world.replies(echo_to(address, 4))
    assert delays == sorted(delays)
    assert delays[-1] < answer.delay_ns
    assert error_of(answer)[1] in (b"\x00\x00", b"\x81\x00")


@pytest.mark.parametrize("manner", list(Manner))
def test_routers_before_a_cut_link_are_heard_whatever_the_manner(bench: Bench, manner: Manner) -> None:
    """A cut of a link is behind the third router."""
    bench.world.cut(LINK, manner)
    assert all(bench.world.replies(echo_to(PRIMARY, hops)) for hops in (1, 2, 3))
    assert len(bench.world.replies(echo_to(PRIMARY, 4))) == (manner is Manner.UNREACHABLE)


def test_a_filter_or_a_blackout_stops_no_router_on_the_way(bench: Bench) -> None:
    """The provider's routers have power of their own, and say when a packet has met too many."""
    for manner in (Manner.POWER, Manner.ICMP_ONLY):
        bench.world.cut(Scope(Part.AREA, "32.73"), manner)
        assert all(bench.world.replies(echo_to(PRIMARY, hops)) for hops in (1, 2, 3))
    bench.world.cut(Scope(Part.AREA, "32.73"), Manner.SILENT)
    assert [bool(bench.world.replies(echo_to(PRIMARY, hops))) for hops in (1, 2, 3)] == [True, True, False]
