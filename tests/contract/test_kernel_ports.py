"""What only a kernel does to our sockets: options in headers, long packets, errors of routers, full buffers."""

from __future__ import annotations

import errno
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from ipaddress import ip_address

import numpy as np
import pytest

from exporter.protocols.icmp import echo_requests, is_error, is_reply, parse_echoes, parse_quotes
from exporter.transport.icmp import IcmpPort, open_port
from exporter.transport.names import address_bytes, socket_names, text_of
from exporter.transport.namespace import entered
from exporter.transport.ports import Arrivals, PortLostError, Quote

PATIENCE_S = 10.0

#: A prober and a router, joined by a wire; the router answers for itself and reaches nothing else.
ROUTER = {4: "192.0.2.2", 6: "2001:db8::2"}
FORBIDDEN = {4: "198.51.100.9", 6: "2001:db8:66::9"}
BEYOND = {4: "203.0.113.9", 6: "2001:db8:7::9"}
COOKIE = np.array([0x1122334455667788], np.uint64)

#: NOP, then the record-route option (RFC 791) with room for nine addresses: a header of 60 bytes.
RECORD_ROUTE = bytes([1, 7, 39, 4]) + bytes(36)


@pytest.fixture(scope="module")
def prober() -> Iterator[str]:
    """The prober's namespace."""
    prober, router = (f"pantau-kernel-{side}-{os.getpid()}" for side in ("prober", "router"))
    words = f"""
        netns add {prober}
        netns add {router}
        -n {prober} link add wire type veth peer name wire netns {router}
        -n {prober} link set lo up
        -n {prober} link set wire up
        -n {router} link set wire up
        -n {prober} address add 192.0.2.1/30 dev wire
        -n {router} address add 192.0.2.2/30 dev wire
        -n {prober} address add 2001:db8::1/64 dev wire nodad
        -n {router} address add 2001:db8::2/64 dev wire nodad
        -n {prober} route add default via 192.0.2.2
        -n {prober} -6 route add default via 2001:db8::2
        -n {prober} route add local 198.18.16.0/20 dev lo
        -n {prober} route add prohibit 198.51.100.0/24
        -n {prober} -6 route add prohibit 2001:db8:66::/48
    """
    try:
        for line in words.strip().splitlines():
            subprocess.run(["ip", *line.split()], check=True)
        for name, setting in (
            (prober, "net.ipv4.ping_group_range=0 2147483647"),
            (router, "net.ipv4.ip_forward=1"),
            (router, "net.ipv6.conf.all.forwarding=1"),
            (router, "net.ipv4.icmp_ratemask=0"),
            (router, "net.ipv6.icmp.ratelimit=0"),
        ):
            subprocess.run(["ip", "netns", "exec", name, "sysctl", "-qw", setting], check=True)
        yield prober
    finally:
        for name in (prober, router):
            subprocess.run(["ip", "netns", "delete", name], check=False)


@pytest.fixture
def port(prober: str, request: pytest.FixtureRequest) -> Iterator[IcmpPort]:
    """A real port of the mode and family that the test asks for."""
    mode, family = request.param
    port = opened(prober, mode, family)
    yield port
    port.close()


def opened(netns: str, mode: str, family: int) -> IcmpPort:
    """A port in the namespace; root is always given a raw one, so a datagram one is made by hand."""
    with entered(netns):
        if mode == "raw":
            return open_port(family)
        domain, protocol = (
            (socket.AF_INET, socket.IPPROTO_ICMP) if family == 4 else (socket.AF_INET6, socket.IPPROTO_ICMPV6)
        )
        return IcmpPort(socket.socket(domain, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK, protocol), family, mode)


def send(port: IcmpPort, *targets: str, identifier: int = 0x4242) -> dict[int, int]:
    """An echo to each target, numbered from 0; the failures."""
    count = len(targets)
    packets = echo_requests(
        port.family,
        np.full(count, port.fixed_identifier or identifier, np.uint16),
        np.arange(count).astype(np.uint16),
        np.repeat(COOKIE, count),
    )
    return port.send(packets, socket_names([ip_address(target) for target in targets]))


def replies(port: IcmpPort, count: int = 1) -> Arrivals:
    """The next batch of at least ``count`` messages; they come together or not at all."""
    found: list[Arrivals] = []
    end = time.monotonic() + PATIENCE_S
    while sum(len(each.length) for each in found) < count:
        assert time.monotonic() < end, "the messages did not come"
        time.sleep(0.01)
        found = [each for each in (*found, port.receive()) if len(each.length)]
    return Arrivals(
        *(np.concatenate([getattr(each, name) for each in found]) for name in ("data", "length", "stamp_ns", "source"))
    )


def quotes(port: IcmpPort, count: int = 1) -> list[Quote]:
    """The next ``count`` errors from the error queue."""
    found: list[Quote] = []
    end = time.monotonic() + PATIENCE_S
    while len(found) < count:
        assert time.monotonic() < end, "the errors did not come"
        time.sleep(0.01)
        found += port.transmit_stamps().quotes
    return found


RAW = pytest.mark.parametrize("port", [("raw", 4), ("raw", 6)], indirect=True, ids=["ipv4", "ipv6"])
DATAGRAM = pytest.mark.parametrize("port", [("datagram", 4), ("datagram", 6)], indirect=True, ids=["ipv4", "ipv6"])
RAW_IPV4 = pytest.mark.parametrize("port", [("raw", 4)], indirect=True, ids=["ipv4"])


# what a raw socket hears


@RAW
def test_a_raw_port_hears_replies_to_others_as_well(port: IcmpPort, prober: str) -> None:
    """Every raw socket gets every reply of its namespace: what the engine relies on when it changes sockets."""
    other = opened(prober, "raw", port.family)
    send(other, ROUTER[port.family])
    assert is_reply(port.family, replies(port).data).all()
    other.close()


@RAW_IPV4
def test_our_own_requests_are_filtered(port: IcmpPort) -> None:
    """Requests to an address of this very machine arrive at it too, and are not shown to the socket."""
    send(port, *[f"198.18.16.{number}" for number in range(1, 21)])
    arrivals = replies(port, 20)
    assert arrivals.data[:, 0].tolist() == [0] * 20
    time.sleep(0.05)
    assert len(port.receive().length) == 0


@RAW_IPV4
def test_ip_options_in_a_reply_are_stepped_over(port: IcmpPort) -> None:
    """A reply with a 60-byte header, beside one with 20 bytes: both are read from their ICMP header on."""
    send(port, ROUTER[4])
    port._handle.setsockopt(socket.IPPROTO_IP, socket.IP_OPTIONS, RECORD_ROUTE)
    send(port, ROUTER[4])
    arrivals = replies(port, 2)
    echoes = parse_echoes(4, arrivals.data, arrivals.length, checksum_known_good=False)
    assert echoes.intact.tolist() == [True, True]
    assert echoes.cookie.tolist() == [int(COOKIE[0])] * 2
    assert arrivals.length.tolist() == [64, 64]


@RAW
def test_a_long_message_is_cut_and_known_to_be(port: IcmpPort, prober: str) -> None:
    """A reply of 1,400 bytes is no reply of ours: its length says so, and what follows it is whole."""
    domain, protocol = (
        (socket.AF_INET, socket.IPPROTO_ICMP) if port.family == 4 else (socket.AF_INET6, socket.IPPROTO_ICMPV6)
    )
    with entered(prober), socket.socket(domain, socket.SOCK_DGRAM, protocol) as pinger:
        pinger.sendto(bytes([8 if port.family == 4 else 128]) + bytes(1399), (ROUTER[port.family], 0))
        send(port, ROUTER[port.family])
        arrivals = replies(port, 2)
    echoes = parse_echoes(port.family, arrivals.data, arrivals.length, checksum_known_good=False)
    assert echoes.intact.tolist() == [False, True]
    assert arrivals.length[0] > arrivals.data.shape[1]
    assert arrivals.length[1] == 64
    assert not arrivals.data[1, 64:].any(), "nothing is left of the long one"


# errors of routers


@RAW
def test_an_error_reaches_a_raw_port_with_its_quote(port: IcmpPort) -> None:
    """The router's error quotes our echo: identifier, number and destination are ours."""
    send(port, BEYOND[port.family])
    arrivals = replies(port)
    assert is_error(port.family, arrivals.data).tolist() == [True]
    quoted = parse_quotes(port.family, arrivals.data, arrivals.length)
    assert (quoted.valid.tolist(), quoted.identifier.tolist(), quoted.sequence.tolist()) == ([True], [0x4242], [0])
    assert text_of(quoted.destination[0].tobytes(), port.family) == BEYOND[port.family]
    assert text_of(arrivals.source[0].tobytes(), port.family) == ROUTER[port.family]


@DATAGRAM
def test_an_error_reaches_a_datagram_port_by_its_error_queue(port: IcmpPort) -> None:
    """Destination, reporter, type, code and the head of our packet; and nothing among the replies."""
    send(port, BEYOND[port.family])
    (quote,) = quotes(port)
    assert (quote.kind, quote.code) == ((3, 0) if port.family == 4 else (1, 0))
    assert quote.destination == address_bytes(ip_address(BEYOND[port.family]))
    assert quote.reporter == address_bytes(ip_address(ROUTER[port.family]))
    assert int.from_bytes(quote.data[4:6]) == port.fixed_identifier
    assert len(port.receive().length) == 0


@DATAGRAM
def test_an_error_about_one_target_does_not_hinder_the_next_echo(port: IcmpPort) -> None:
    """The kernel reports a router's error to whoever sends next: that echo leaves all the same, and is answered."""
    for _round in range(2):  # a router makes five errors at once, and one a second after that
        assert send(port, BEYOND[port.family]) == {}
        time.sleep(0.05)  # the error has come, and nobody has read it
        assert send(port, *[ROUTER[port.family]] * 3) == {}
        assert len(replies(port, 3).length) == 3
        quotes(port)


@DATAGRAM
def test_stamps_and_errors_share_the_error_queue(port: IcmpPort) -> None:
    """Transmit stamps are told from errors, and both come."""
    assert port.arm()
    send(port, ROUTER[port.family], BEYOND[port.family], ROUTER[port.family])
    counts: list[int] = []
    found: list[Quote] = []
    end = time.monotonic() + PATIENCE_S
    while len(counts) < 3 or not found:
        assert time.monotonic() < end, "stamps or errors did not come"
        time.sleep(0.01)
        stamps = port.transmit_stamps()
        counts += stamps.count.tolist()
        found += stamps.quotes
    assert sorted(counts) == [0, 1, 2]
    assert len(found) == 1


# no way out


@pytest.mark.parametrize("port", [(m, f) for m in ("raw", "datagram") for f in (4, 6)], indirect=True, ids=str)
def test_a_lasting_error_is_reported_for_each_echo(port: IcmpPort) -> None:
    """Each forbidden echo of a batch fails with its errno, none is tried for ever, and the one between is sent."""
    forbidden = FORBIDDEN[port.family]
    failures = send(port, forbidden, ROUTER[port.family], forbidden, forbidden)
    assert failures == dict.fromkeys((0, 2, 3), errno.EACCES)
    assert len(replies(port).length) == 1


@RAW
def test_a_closed_socket_is_lost(port: IcmpPort) -> None:
    """Whatever is asked of a socket that is gone, the engine is told so, and not a number of lost packets."""
    port._handle.close()
    for use in (lambda: send(port, ROUTER[port.family]), port.receive, port.transmit_stamps):
        with pytest.raises(PortLostError):
            use()
    assert not port.arm()
