"""What a second opinion asks, of real kernels: who answers, who only seems to, and what is a fault of ours."""

from __future__ import annotations

import asyncio
import resource
import socket
import subprocess
import sys
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path

import icmplib
import pytest

from exporter.clock import SystemClock
from exporter.opinion import EchoDetail, EchoEnd, TcpDetail, TcpEnd
from exporter.transport.diagnosis_ports import KernelPorts
from exporter.transport.namespace import entered
from exporter.transport.tcp_question import ask_tcp
from tests.support.chains import Chain, chain

REPOSITORY = Path(__file__).parents[2]
PATIENCE_S = 30.0
FAMILIES = pytest.mark.parametrize("family", [4, 6], ids=["ipv4", "ipv6"])

#: Root without a single capability.
POWERLESS = ("setpriv", "--bounding-set", "-all", "--inh-caps", "-all", "--securebits", "+noroot,+noroot_locked")

#: An echo and a trace, and how they end.
ASK_WITHOUT_RIGHTS = """
import sys
from ipaddress import ip_address
from exporter.clock import SystemClock
from exporter.transport.echo_question import ask_echo, trace
address = ip_address(sys.argv[1])
echo = ask_echo(address, timeout_s=float(sys.argv[2]), clock=SystemClock())
print(echo.end, trace(address, silent_hops=2, clock=SystemClock(), stopped=lambda: False).end)
"""


@pytest.fixture(scope="module")
def whole() -> Iterator[Chain]:
    """An office behind one router."""
    with chain(2) as made:
        yield made


@pytest.fixture
def line(whole: Chain) -> Iterator[Chain]:
    """The same; whatever a test breaks is mended."""
    yield whole
    whole.mend()


@pytest.fixture
def ports(line: Chain) -> Iterator[KernelPorts]:
    """The kernel, in the prober's namespace."""
    made = KernelPorts(SystemClock(), line.prober)
    yield made
    made.close()


def office(line: Chain, family: int) -> str:
    return line.address(2, family)


def echo(ports: KernelPorts, line: Chain, family: int, *, within_s: float = 10.0) -> EchoDetail:
    """The end of an echo to the office; a long time where an answer is due, for the machine may be busy."""
    return ports.echo(ip_address(office(line, family)), within_s).result(PATIENCE_S)


def tcp(ports: KernelPorts, line: Chain, family: int, *, port: int = 81, within_s: float = 10.0) -> TcpDetail:
    """The end of a connection to the office."""
    return ports.tcp(ip_address(office(line, family)), port, within_s).result(PATIENCE_S)


# the echo


@FAMILIES
def test_a_fresh_echo_is_answered(ports: KernelPorts, line: Chain, family: int) -> None:
    """The office answers, and the time until then is told."""
    detail = echo(ports, line, family)
    assert detail.end is EchoEnd.ANSWERED
    assert detail.seconds is not None
    assert 0 < detail.seconds < 10


@FAMILIES
def test_it_has_another_size_than_the_engines(ports: KernelPorts, line: Chain, family: int) -> None:
    """A router that drops exactly what the engine sends lets the second echo pass."""
    line.nft(2, "add rule inet pantau arriving meta l4proto { icmp, icmpv6 } meta length { 84, 104 } drop")
    with entered(line.prober):
        usual = icmplib.ping(office(line, family), count=1, timeout=0.3, payload_size=56)
    assert not usual.is_alive
    assert echo(ports, line, family).end is EchoEnd.ANSWERED


@FAMILIES
def test_nobody_answers_where_icmp_is_dropped(ports: KernelPorts, line: Chain, family: int) -> None:
    """Silence is silence, and no fault of ours."""
    line.nft(2, "add rule inet pantau arriving icmp type echo-request drop")
    line.nft(2, "add rule inet pantau arriving icmpv6 type echo-request drop")
    assert echo(ports, line, family, within_s=0.3) == EchoDetail(EchoEnd.SILENT)


def test_a_reply_from_another_address_is_not_believed(ports: KernelPorts, line: Chain) -> None:
    """icmplib by itself calls the office alive when somebody else answers with the right numbers."""
    line.nft(2, "add rule inet pantau out icmp type echo-reply ip saddr set 198.51.100.77")
    with entered(line.prober):
        assert icmplib.ping(office(line, 4), count=1, timeout=10).is_alive
    assert echo(ports, line, 4, within_s=0.3).end is EchoEnd.SILENT


@FAMILIES
def test_a_routers_complaint_is_no_verdict(ports: KernelPorts, line: Chain, family: int) -> None:
    """While a router says "prohibited" nobody answered, and the question lives on until its time is over."""
    line.nft(1, "add rule inet pantau through meta l4proto { icmp, icmpv6 } reject with icmpx type admin-prohibited")
    assert echo(ports, line, family, within_s=0.3).end is EchoEnd.SILENT


def test_an_echo_that_cannot_leave_is_a_fault_of_ours(ports: KernelPorts, line: Chain) -> None:
    """Without a way to the address nothing was asked (icmplib by itself: no loss)."""
    subprocess.run(["ip", "-n", line.prober, "route", "replace", "unreachable", "203.0.113.0/24"], check=True)
    assert ports.echo(ip_address("203.0.113.9"), 0.3).result(PATIENCE_S).end is EchoEnd.ERROR
    assert ports.tcp(ip_address("203.0.113.9"), 81, 0.3).result(PATIENCE_S).end is TcpEnd.ERROR


def test_many_echoes_at_a_time_are_each_answered(ports: KernelPorts, line: Chain) -> None:
    """Sixteen sockets beside each other do not take each other's replies."""
    asked = [ports.echo(ip_address(office(line, 4)), 10.0) for _ in range(16)]
    assert {each.result(PATIENCE_S).end for each in asked} == {EchoEnd.ANSWERED}


def without_rights(line: Chain, groups: str, within_s: str, *, target: str = "") -> str:
    """What a process without any capability prints, with those groups allowed to ping."""
    subprocess.run(
        ["ip", "netns", "exec", line.prober, "sysctl", "-qw", f"net.ipv4.ping_group_range={groups}"], check=True
    )
    words = [sys.executable, "-c", ASK_WITHOUT_RIGHTS, target or office(line, 4), within_s]
    return subprocess.run(
        ["ip", "netns", "exec", line.prober, *POWERLESS, *words],
        check=True,
        capture_output=True,
        text=True,
        cwd=REPOSITORY,
        timeout=60,
    ).stdout.strip()


def test_without_any_right_neither_is_permitted(line: Chain) -> None:
    """No capability and no group: both say so."""
    assert without_rights(line, "1 0", "0.3") == "not_permitted not_permitted"


def test_a_datagram_socket_asks_and_does_not_trace(line: Chain) -> None:
    """With the group alone an echo is answered; tracing takes a raw socket."""
    assert without_rights(line, "0 0", "10") == "answered not_permitted"


def test_a_datagram_socket_without_a_way_is_a_fault_of_ours(line: Chain) -> None:
    """Nothing left us."""
    subprocess.run(["ip", "-n", line.prober, "route", "replace", "unreachable", "203.0.113.0/24"], check=True)
    assert without_rights(line, "0 0", "0.3", target="203.0.113.9") == "error not_permitted"


def test_a_datagram_socket_believes_nobody_else_either(line: Chain) -> None:
    """The kernel matches the identifier only; the source is checked all the same."""
    line.nft(2, "add rule inet pantau out icmp type echo-reply ip saddr set 198.51.100.77")
    assert without_rights(line, "0 0", "0.3") == "silent not_permitted"


# the connection


@FAMILIES
def test_a_listener_answers_although_icmp_is_dropped(ports: KernelPorts, line: Chain, family: int) -> None:
    """What an office with a firewall against ping looks like; the connection is reset at once."""
    line.nft(2, "add rule inet pantau arriving icmp type echo-request drop")
    domain = socket.AF_INET if family == 4 else socket.AF_INET6
    with entered(line.office):
        listener = socket.create_server(("", 0), family=domain)
    with listener:
        listener.settimeout(PATIENCE_S)
        detail = tcp(ports, line, family, port=listener.getsockname()[1])
        accepted, _ = listener.accept()
        with accepted, pytest.raises(ConnectionResetError):
            accepted.recv(1)
    assert detail.end is TcpEnd.ANSWERED
    assert detail.seconds is not None


@FAMILIES
def test_a_refusal_is_an_answer(ports: KernelPorts, line: Chain, family: int) -> None:
    """Nobody listens, and the office's kernel says so."""
    assert tcp(ports, line, family).end is TcpEnd.REFUSED


@FAMILIES
def test_the_offices_own_complaint_is_an_answer(ports: KernelPorts, line: Chain, family: int) -> None:
    """A firewall at the office that says "port unreachable" speaks with the office's address."""
    line.nft(2, "add rule inet pantau in meta l4proto tcp reject with icmpx type port-unreachable")
    assert tcp(ports, line, family).end is TcpEnd.REFUSED


@FAMILIES
@pytest.mark.parametrize("kind", ["port-unreachable", "host-unreachable", "no-route", "admin-prohibited"])
def test_a_routers_complaint_is_silence(ports: KernelPorts, line: Chain, family: int, kind: str) -> None:
    """Linux calls a router's "port unreachable" ECONNREFUSED; it is not the office that refuses."""
    line.nft(1, f"add rule inet pantau through meta l4proto tcp reject with icmpx type {kind}")
    assert tcp(ports, line, family) == TcpDetail(TcpEnd.SILENT, 81)


@FAMILIES
def test_a_black_hole_is_silence(ports: KernelPorts, line: Chain, family: int) -> None:
    """No answer within the time."""
    line.nft(2, "add rule inet pantau arriving meta l4proto tcp drop")
    assert tcp(ports, line, family, within_s=0.3) == TcpDetail(TcpEnd.SILENT, 81)


def test_without_descriptors_nothing_was_asked() -> None:
    """EMFILE is ours."""

    async def ask() -> TcpDetail:
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (3, hard))
        try:
            return await ask_tcp(ip_address("127.0.0.1"), 81, timeout_s=1.0, clock=SystemClock())
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))

    assert asyncio.run(ask()).end is TcpEnd.ERROR


def test_without_the_namespace_nothing_was_asked() -> None:
    """A namespace that is gone is a fault of ours, for all three."""
    made = KernelPorts(SystemClock(), "pantau-test-nowhere")
    try:
        address = ip_address("198.18.0.1")
        assert made.echo(address, 0.3).result(PATIENCE_S).end is EchoEnd.ERROR
        assert made.tcp(address, 81, 0.3).result(PATIENCE_S).end is TcpEnd.ERROR
        assert made.trace(address, 1).result(PATIENCE_S).path is None
    finally:
        made.close()
