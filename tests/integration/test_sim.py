"""The simulated province as a prober inside its namespace sees it: with fping's eyes, and on the wire."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator

import pytest

from exporter.sim.packet import internet_checksum
from exporter.sim.world import ROUTER, STRANGER
from exporter.transport.namespace import entered
from tests.support.forger import altered_request, forged_error, forged_reply, raw_flood, unasked_reply
from tests.support.fping import answering, echo_times_ms
from tests.support.inventories import make_inventory, many_links
from tests.support.province import Province, simulated_province
from tests.support.wiretap import Passed, Wiretap

DINKES_1, DINKES_2, UPTD_1, UPTD_2 = "198.18.0.10", "198.18.0.11", "2001:db8::10", "fd00:0:0:1::11"
UPLINK, CORE, INTERNET = "198.18.255.1", "198.18.255.2", "198.18.255.3"
EVERYBODY = {DINKES_1, DINKES_2, UPTD_1, UPTD_2, UPLINK, CORE, INTERNET}
INVENTORY = make_inventory(
    {
        "dinkes-1": ("dinkes", "penyedia-a", "32.73", DINKES_1),
        "dinkes-2": ("dinkes", "penyedia-b", "32.73", DINKES_2),
        "uptd-1": ("uptd", "penyedia-a", "32.01", UPTD_1),
        "uptd-2": ("uptd", "penyedia-b", "32.01", UPTD_2),
        "beyond-1": ("beyond", "penyedia-b", "32.01", "3fff::1"),
    }
)


@pytest.fixture(scope="module")
def running() -> Iterator[Province]:
    """One province for all tests of this file."""
    with simulated_province(INVENTORY) as province:
        yield province


@pytest.fixture
def province(running: Province) -> Province:
    """The province, with everything restored."""
    running.restore()
    return running


def arrivals(tap: Wiretap, count: int) -> list[Passed]:
    """The next ``count`` packets that come to the prober."""
    found: list[Passed] = []
    while len(found) < count:
        passed = tap.read(timeout_s=10)
        assert passed is not None, f"only {len(found)} packets came"
        if not passed.outgoing and passed.packet[0] >> 4 == 4:
            found.append(passed)
    return found


def connect_inside(province: Province, address: str) -> None:
    """Let the kernel look for a route to ``address``; raises OSError where there is none."""
    with entered(province.netns), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        any_socket.connect((address, 9))


def test_every_address_of_the_inventory_answers_in_both_families(province: Province) -> None:
    """IPv4, IPv6 and an address outside of the usual ranges answer; one that no link has does not."""
    assert answering(province, *EVERYBODY, "3fff::1", "198.18.9.9", "2001:db8::9") == {*EVERYBODY, "3fff::1"}


def test_what_is_not_simulated_has_no_route(province: Province) -> None:
    """The namespace leads nowhere else: an address beyond the province cannot even be sent to."""
    with pytest.raises(OSError, match="Network is unreachable"):
        connect_inside(province, "100.64.0.1")


@pytest.mark.parametrize(
    ("scope", "gone"),
    [
        ({"link": "dinkes-1"}, {DINKES_1}),
        ({"site": "uptd"}, {UPTD_1, UPTD_2}),
        ({"provider": "penyedia-a"}, {DINKES_1, UPTD_1}),
        ({"area": "32.73"}, {DINKES_1, DINKES_2}),
        ({"reference": "core-gw"}, {CORE}),
        ({"uplink": ""}, EVERYBODY),
    ],
)
def test_a_cut_is_seen_until_it_is_restored(province: Province, scope: dict[str, str], gone: set[str]) -> None:
    """The part that was cut stays silent, all others answer, and restoring brings it back."""
    province.cut(**scope)
    assert answering(province, *EVERYBODY) == EVERYBODY - gone
    province.restore(**scope)
    assert answering(province, *EVERYBODY) == EVERYBODY


def test_an_unreachable_cut_is_seen_as_an_icmp_error(province: Province) -> None:
    """fping names the router that says it, and gets no reply."""
    province.cut(provider="penyedia-a", manner="unreachable")
    seen = province.run("fping", "-c1", "-t1000", DINKES_1)
    assert f"ICMP Host Unreachable from 198.19.255.253 for ICMP Echo sent to {DINKES_1}" in seen.stderr
    assert "1/0/100%" in seen.stderr


def test_an_unreachable_cut_is_seen_as_an_icmpv6_error(province: Province) -> None:
    """The kernel finds the ICMPv6 error sound and hands it over (fping does not speak of those)."""
    province.cut(provider="penyedia-a", manner="unreachable")
    with entered(province.netns):
        raw = socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6)
    with raw:
        raw.settimeout(10)
        assert echo_times_ms(province, UPTD_1) == {UPTD_1: [None]}
        message, (source, *_) = raw.recvfrom(2048)
    assert (message[:2], source) == (b"\x01\x00", "2001:db8:ffff::1")


def test_a_delay_is_kept(province: Province) -> None:
    """No reply comes before its delay, and other links keep theirs."""
    province.set(link="dinkes-1", delay_s=0.3)
    times = echo_times_ms(province, DINKES_1, DINKES_2, count=3, timeout_ms=5000, period_ms=400)
    assert all(time is not None and time >= 300 for time in times[DINKES_1])
    assert min(time for time in times[DINKES_2] if time is not None) < 300


def test_loss_is_seen_as_loss(province: Province) -> None:
    """At 50 % some echoes are lost and some are not; at 100 % all are."""
    province.set(link="dinkes-1", loss_ratio=0.5)
    province.set(link="dinkes-2", loss_ratio=1.0)
    times = echo_times_ms(province, DINKES_1, DINKES_2, count=40, period_ms=20, timeout_ms=400)
    assert 5 < times[DINKES_1].count(None) < 35
    assert times[DINKES_2].count(None) == 40


def test_duplicates_come_twice(province: Province) -> None:
    """A duplicated reply passes the wire two times, byte for byte the same."""
    province.set(link="dinkes-1", duplicate_ratio=1.0)
    with Wiretap(province.netns) as tap:
        echo_times_ms(province, DINKES_1)
        first, second = arrivals(tap, 2)
    assert first.packet == second.packet


def test_jitter_reorders(province: Province) -> None:
    """With a jitter far above the distance of the echoes, replies come out of order."""
    province.set(link="dinkes-1", jitter_s=0.3)
    with Wiretap(province.netns) as tap:
        echo_times_ms(province, DINKES_1, count=20, period_ms=10, timeout_ms=2000)
        sequences = [passed.packet[26:28] for passed in arrivals(tap, 20)]
    assert sequences != sorted(sequences)


@pytest.mark.parametrize("defect", ["corrupt_ratio", "short_ratio", "bad_checksum_ratio", "wrong_source_ratio"])
def test_defects_reach_the_prober(province: Province, defect: str) -> None:
    """The kernel lets each kind of defective reply through to the wire's end, with the defect it is named for."""
    province.set(link="dinkes-1", **{defect: 1.0})
    with Wiretap(province.netns) as tap:
        echo_times_ms(province, DINKES_1)
        (passed,) = arrivals(tap, 1)
    found = {
        "corrupt_ratio": any(passed.packet[28:]),  # fping's payload is zeros
        "short_ratio": len(passed.packet) < 84,
        "bad_checksum_ratio": internet_checksum(passed.packet[20:]) != 0,
        "wrong_source_ratio": passed.packet[12:16] == STRANGER[4],
    }
    assert [name for name, is_so in found.items() if is_so] == [defect]


def test_a_burst_of_5000_loses_nothing() -> None:
    """Five thousand requests at once get five thousand replies."""
    inventory = many_links(5000)
    with simulated_province(inventory) as province:
        with entered(province.netns):
            echo = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
        with echo:
            for link in inventory.links.values():
                echo.sendto(bytes.fromhex("0800f7fc00010002") + bytes(8), (str(link.address), 0))
        give_up = time.monotonic() + 10
        while (counts := province.status()["counts"])["requests"] < 5000 and time.monotonic() < give_up:
            time.sleep(0.01)
        assert (counts["requests"], counts["replies"]) == (5000, 5000)


def test_forged_replies_arrive_before_the_true_one(province: Province) -> None:
    """A forger on the wire can answer first, in another's name: fping believes it."""
    province.set(link="dinkes-1", delay_s=1.0)
    with Wiretap(province.netns) as tap, entered(province.netns):
        echo = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
        with echo:
            echo.settimeout(10)
            echo.sendto(bytes.fromhex("0800f7fc00010002") + bytes(8), (DINKES_1, 0))
            request = tap.next_request(DINKES_1)
            province.inject([forged_reply(request, source=DINKES_2, payload=b"lie"), forged_reply(request)])
            packets = [echo.recvfrom(2048) for _ in range(3)]
    assert [(source, data[28:]) for data, (source, _) in packets] == [
        (DINKES_2, b"lie"),
        (DINKES_1, bytes(8)),
        (DINKES_1, bytes(8)),
    ]


@pytest.mark.parametrize(("address", "kind", "code"), [(DINKES_1, 3, 13), (UPTD_1, 1, 1)])
def test_forged_errors_quote_what_they_are_told(province: Province, address: str, kind: int, code: int) -> None:
    """An error about another destination arrives as it was forged."""
    family = socket.AF_INET if "." in address else socket.AF_INET6
    protocol = socket.IPPROTO_ICMP if "." in address else socket.IPPROTO_ICMPV6
    with Wiretap(province.netns) as tap, entered(province.netns):
        echo_times_ms(province, address)
        request = tap.next_request(address)
        other = altered_request(request, destination="198.18.0.77" if "." in address else "2001:db8::77")
        with socket.socket(family, socket.SOCK_RAW, protocol) as raw:
            raw.settimeout(10)
            province.inject([forged_error(other, kind=kind, code=code, quote_bytes=48)])
            packet, source = raw.recvfrom(2048)
    message = packet[20:] if "." in address else packet
    assert message[:2] == bytes([kind, code])
    assert message[8:] == other.packet[:48]
    assert socket.inet_pton(family, source[0]) == ROUTER[4 if "." in address else 6]


def test_a_flood_reaches_the_prober(province: Province) -> None:
    """Thousands of packets that nobody asked for arrive at a raw socket."""
    with entered(province.netns):
        raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
    with raw:
        raw.settimeout(10)
        packet = unasked_reply("198.18.0.77", identifier=1, sequence=2, payload=bytes(56))
        assert raw_flood(province.netns, packet, 2000) == 2000
        assert raw.recvfrom(2048)[1][0] == "198.18.0.77"


def test_the_wire_can_be_unplugged_and_plugged_in_again(province: Province) -> None:
    """With the device down sending fails; afterwards everything answers as before, in both families."""
    province.unplug()
    try:
        with pytest.raises(OSError, match="unreachable"):
            connect_inside(province, DINKES_1)
    finally:
        province.plug()
    assert answering(province, DINKES_1, UPTD_1) == {DINKES_1, UPTD_1}
