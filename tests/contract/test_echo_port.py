"""What every EchoPort promises, asked of the network in memory and of the kernel's sockets alike."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import ip_address

import numpy as np
import pytest

from exporter.clock import FakeClock
from exporter.protocols.icmp import ECHO_BYTES, echo_requests, is_reply, parse_echoes
from exporter.transport.fake import FakeNetwork
from exporter.transport.icmp import IcmpPort, open_port
from exporter.transport.names import address_bytes, socket_names
from exporter.transport.namespace import entered
from exporter.transport.ports import Arrivals, EchoPort, TransmitStamps

PATIENCE_S = 10.0
FIRST = {4: ip_address("198.18.16.1"), 6: ip_address("2001:db8:16::1")}
KINDS = [(where, mode, family) for where in ("memory", "kernel") for mode in ("raw", "datagram") for family in (4, 6)]


@dataclass
class Wire:
    """A port under test, and how time passes for it."""

    port: EchoPort
    clock: FakeClock | None = None
    sent: int = 0
    arrivals: list[Arrivals] = field(default_factory=list)

    def send(self, count: int) -> np.ndarray[tuple[int, ...], np.dtype[np.uint64]]:
        """Send ``count`` echoes to as many addresses; their cookies."""
        cookies = np.arange(self.sent + 1, self.sent + count + 1, dtype=np.uint64)
        identifier = np.full(count, self.port.fixed_identifier or 0x4242, np.uint16)
        numbers = np.arange(self.sent, self.sent + count).astype(np.uint16)
        packets = echo_requests(self.port.family, identifier, numbers, cookies)
        targets = [FIRST[self.port.family] + n for n in range(count)]
        assert self.port.send(packets, socket_names(targets)) == {}
        self.sent += count
        return cookies

    def pause(self) -> None:
        """Let a little time pass."""
        if self.clock is not None:
            self.clock.advance_ns(10_000_000)
        else:
            time.sleep(0.01)

    def collect(self, count: int) -> Arrivals:
        """The next ``count`` arrivals, as one."""
        found: list[Arrivals] = []
        end = time.monotonic() + PATIENCE_S
        while sum(len(each.length) for each in found) < count:
            assert time.monotonic() < end, "the answers did not come"
            self.pause()
            found.append(self.port.receive())
        return Arrivals(
            np.concatenate([each.data[:, :64] for each in found]),
            np.concatenate([each.length for each in found]),
            np.concatenate([each.stamp_ns for each in found]),
            np.concatenate([each.source for each in found]),
        )

    def stamps(self, count: int) -> TransmitStamps:
        """The next ``count`` transmit stamps, as one."""
        counts, times = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
        end = time.monotonic() + PATIENCE_S
        while sum(map(len, counts)) < count:
            assert time.monotonic() < end, "the stamps did not come"
            self.pause()
            stamps = self.port.transmit_stamps()
            counts.append(stamps.count)
            times.append(stamps.stamp_ns)
        return TransmitStamps(np.concatenate(counts), np.concatenate(times))


@pytest.fixture(scope="module")
def answering() -> Iterator[str]:
    """A namespace whose kernel answers for the addresses above, also to unprivileged sockets."""
    name = f"pantau-contract-{os.getpid()}"
    subprocess.run(["ip", "netns", "add", name], check=True)
    try:
        for words in (
            ["ip", "link", "set", "lo", "up"],
            ["ip", "route", "add", "local", "198.18.16.0/20", "dev", "lo"],
            ["ip", "-6", "route", "add", "local", "2001:db8:16::/64", "dev", "lo"],
            ["sysctl", "-qw", "net.ipv4.ping_group_range=0 2147483647"],
        ):
            subprocess.run(["ip", "netns", "exec", name, *words], check=True)
        yield name
    finally:
        subprocess.run(["ip", "netns", "delete", name], check=True)


def kernel_port(netns: str, mode: str, family: int) -> EchoPort:
    """A real port in the namespace; root would always be given a raw one, so a datagram one is made by hand."""
    with entered(netns):
        if mode == "raw":
            return open_port(family)
        domain = socket.AF_INET if family == 4 else socket.AF_INET6
        protocol = socket.IPPROTO_ICMP if family == 4 else socket.IPPROTO_ICMPV6
        return IcmpPort(socket.socket(domain, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK, protocol), family, mode)


@pytest.fixture(params=KINDS, ids=lambda kind: "-".join(map(str, kind)))
def wire(request: pytest.FixtureRequest, answering: str) -> Iterator[Wire]:
    """Each kind of port, where everything answers."""
    where, mode, family = request.param
    if where == "memory":
        clock = FakeClock()
        yield Wire(FakeNetwork(clock, mode=mode).open_port(family), clock)
        return
    port = kernel_port(answering, mode, family)
    time.sleep(0.2)  # the kernel begins to stamp a little after it was asked
    yield Wire(port)
    port.close()


def test_every_echo_is_answered_whole(wire: Wire) -> None:
    """Each reply bears the sender's address, number and cookie, and nothing else arrives."""
    cookies = wire.send(40)
    arrivals = wire.collect(40)
    assert is_reply(wire.port.family, arrivals.data).all()
    assert (arrivals.length == ECHO_BYTES).all()
    unchecked = wire.port.mode == "raw"
    echoes = parse_echoes(wire.port.family, arrivals.data, arrivals.length, checksum_known_good=not unchecked)
    assert echoes.intact.all()
    order = np.argsort(echoes.sequence)
    assert echoes.cookie[order].tolist() == cookies.tolist()
    sources = [bytes(arrivals.source[row]) for row in order]
    assert sources == [address_bytes(FIRST[wire.port.family] + n) for n in range(40)]
    wire.pause()
    assert len(wire.port.receive().length) == 0


def test_packets_leave_before_they_are_answered(wire: Wire) -> None:
    """Transmit stamps are numbered in the order of sending, and precede the stamps of arrival."""
    assert wire.port.arm()
    wire.send(30)
    arrivals, stamps = wire.collect(30), wire.stamps(30)
    assert sorted(stamps.count.tolist()) == list(range(30))
    left = stamps.stamp_ns[np.argsort(stamps.count)]
    assert (np.diff(left) >= 0).all()
    numbers = parse_echoes(wire.port.family, arrivals.data, arrivals.length, checksum_known_good=True).sequence
    assert (arrivals.stamp_ns[np.argsort(numbers)] >= left).all()


def test_arming_counts_from_the_start(wire: Wire) -> None:
    """After ``arm`` the next packet is number 0 again."""
    for _turn in range(2):
        assert wire.port.arm()
        wire.send(5)
        assert sorted(wire.stamps(5).count.tolist()) == [0, 1, 2, 3, 4]
        wire.collect(5)


def test_an_empty_port_gives_nothing(wire: Wire) -> None:
    """Reading when nothing waits returns empty columns of the right shape at once."""
    arrivals, stamps = wire.port.receive(), wire.port.transmit_stamps()
    assert arrivals.data.shape[0] == 0
    assert arrivals.data.shape[1] >= ECHO_BYTES
    assert arrivals.source.shape == (0, 16)
    assert (len(stamps.count), stamps.quotes) == (0, [])


def test_nothing_is_dropped_in_ordinary_use(wire: Wire) -> None:
    """A thousand echoes fit into the buffer, and the drop counter stays where it was."""
    before = wire.port.drops()
    wire.send(1000)
    assert len(wire.collect(1000).length) == 1000
    assert wire.port.drops() == before
    assert wire.port.receive_buffer_bytes > 0


def test_a_datagram_port_tells_its_identifier(wire: Wire) -> None:
    """Only where the kernel owns the identifier is there a fixed one, and replies bear it."""
    if wire.port.mode == "raw":
        assert wire.port.fixed_identifier is None
        return
    assert wire.port.fixed_identifier
    wire.send(1)
    arrivals = wire.collect(1)
    assert int.from_bytes(arrivals.data[0, 4:6].tobytes()) == wire.port.fixed_identifier


def test_closing_twice_is_harmless(wire: Wire) -> None:
    """A closed port may be closed again."""
    wire.port.close()
    wire.port.close()


def test_an_overflow_is_confessed(answering: str) -> None:
    """When more arrives than a small buffer holds, the kernel's count of drops rises without another packet."""
    port = kernel_port(answering, "raw", 4)
    assert isinstance(port, IcmpPort)
    port._handle.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    before = port.drops()
    Wire(port).send(500)
    assert port.drops() > before
    port.close()


def test_no_way_out_is_said_by_number(answering: str) -> None:
    """A packet that has no route fails by itself, with its errno, and does not hold up the others."""
    port = kernel_port(answering, "raw", 4)
    packets = echo_requests(4, np.zeros(3, np.uint16), np.arange(3).astype(np.uint16), np.zeros(3, np.uint64))
    targets = [FIRST[4], ip_address("203.0.113.9"), FIRST[4] + 1]
    failures = port.send(packets, socket_names(targets))
    assert list(failures) == [1]
    assert os.strerror(failures[1]) == "Network is unreachable"
    assert len(Wire(port).collect(2).length) == 2
    port.close()
