"""The TCP probe against real sockets: every way in which a connection can fail, and TLS that must not be believed."""

from __future__ import annotations

import asyncio
import os
import socket
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import pytest

from exporter.probe_outcome import Phase, ProbeOutcome, ProbeReason, ProbeResult
from exporter.transport.namespace import entered
from tests.support import bad_servers, probing
from tests.support.certificates import Authority, Shown


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Whom the tests believe."""
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def bare_network() -> Iterator[str]:
    """A network namespace with one wire whose other end nobody holds, and no default route."""
    name = f"pantau-tcp-{os.getpid()}"
    try:
        for line in (
            f"netns add {name}",
            f"-n {name} link add wire type veth peer name end",
            f"-n {name} link set lo up",
            f"-n {name} link set wire up",
            f"-n {name} link set end up",
            f"-n {name} address add 192.0.2.1/30 dev wire",
            f"-n {name} route add prohibit 198.51.100.0/24",
            f"-n {name} route add unreachable 203.0.113.0/24",
        ):
            subprocess.run(["ip", *line.split()], check=True)
        yield name
    finally:
        subprocess.run(["ip", "netns", "delete", name], check=False)


def test_a_server_that_accepts_and_says_nothing_has_passed() -> None:
    """Many protocols let the client speak first."""

    async def body() -> None:
        async with bad_servers.serving(bad_servers.silent) as port:
            outcome = await probing.tcp(port)
        assert outcome.result is ProbeResult.SUCCESS
        assert set(outcome.phases) == {Phase.CONNECT}
        assert outcome.answered

    asyncio.run(body())


def test_nobody_listens() -> None:
    """The refusal is an answer: the line carries packets."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        outcome = asyncio.run(probing.tcp(bound.getsockname()[1]))
    assert (outcome.reason, outcome.answered, outcome.phases) == (ProbeReason.REFUSED, True, {})


def test_a_black_hole_ends_by_the_deadline() -> None:
    """No SYN is answered: nobody has said anything."""
    with bad_servers.black_hole() as port:
        outcome = asyncio.run(probing.tcp(port, 0.5))
    assert (outcome.reason, outcome.answered, outcome.phases) == (ProbeReason.CONNECT_TIMEOUT, False, {})


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("198.18.0.1", ProbeReason.NO_ROUTE),
        ("198.51.100.1", ProbeReason.NO_ROUTE),
        ("203.0.113.1", ProbeReason.UNREACHABLE),
        ("2001:db8::1", ProbeReason.NO_ROUTE),
        ("fe80::1%nowhere", ProbeReason.NO_ROUTE),
    ],
)
def test_what_the_kernel_says_has_its_reason(bare_network: str, address: str, reason: ProbeReason) -> None:
    """No route, a route that forbids, a route that says unreachable, no IPv6, an interface that is gone."""
    with entered(bare_network):
        outcome = asyncio.run(probing.tcp(80, address=address))
    assert (outcome.reason, outcome.answered) == (reason, False)


def test_a_neighbour_that_is_not_there_is_unreachable(bare_network: str) -> None:
    """Nobody answers for the address on our own wire."""
    with entered(bare_network):
        outcome = asyncio.run(probing.tcp(80, address="192.0.2.2"))
    assert outcome.reason is ProbeReason.UNREACHABLE


def test_ports_that_are_exhausted_are_a_fault_of_ours(bare_network: str) -> None:
    """Every port that the kernel may choose is taken by a connection to the same place."""
    command = ["ip", "netns", "exec", bare_network, "sysctl", "-qw", "net.ipv4.ip_local_port_range=40000 40003"]

    async def body() -> ProbeOutcome:
        async with bad_servers.serving(bad_servers.silent) as port:
            subprocess.run(command, check=True)  # noqa: ASYNC221 - nothing else runs in this loop
            with ExitStack() as taken:
                with suppress(OSError):  # the kernel has no more
                    while True:
                        taken.enter_context(socket.create_connection(("127.0.0.1", port)))
                return await probing.tcp(port)

    with entered(bare_network):
        assert asyncio.run(body()).reason is ProbeReason.RESOURCES


_EXHAUSTED = """
import asyncio, os, resource
from exporter.transport.dial import SystemDialer
from tests.support import probing

async def body():
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    taken = []
    try:
        while True:
            taken.append(os.open("/dev/null", os.O_RDONLY))
    except OSError:
        pass
    print((await probing.tcp(9)).reason.value)
    print((await probing.http("http://{address}:9/")).reason.value)
    print((await probing.http("http://kantor.example:9/")).reason.value)
    print((await probing.dns(9, "a.example")).reason.value)
    for each in taken:
        os.close(each)
    print((await probing.tcp(9)).reason.value)

asyncio.run(body())
"""


def test_descriptors_that_are_exhausted_are_a_fault_of_ours() -> None:
    """With a limit of 64 all taken each probe is unmeasured, and right again as soon as some are free."""
    found = subprocess.run([sys.executable, "-c", _EXHAUSTED], capture_output=True, text=True, check=True)
    assert found.stdout.split() == ["resources"] * 4 + ["refused"]


def tls_server(shown: Shown) -> ssl.SSLContext:
    """What a server shows."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(shown.path)
    return context


async def asked_over_tls(context: ssl.SSLContext, **rules: Any) -> tuple[ProbeOutcome, list[str | None]]:
    """The outcome of a probe of a server with ``context``, and the names that were asked for."""
    names: list[str | None] = []
    context.sni_callback = lambda _, name, __: names.append(name)
    server = await asyncio.start_server(bad_servers.silent, "127.0.0.1", 0, ssl=context)
    async with server:
        return await probing.tcp(server.sockets[0].getsockname()[1], **rules), names


GOOD = ("kantor.example", "127.0.0.1")

CASES: dict[str, tuple[Callable[[Authority], Shown], ProbeReason | None]] = {
    "good": (lambda ours: ours.certificate("good", GOOD), None),
    "expired": (lambda ours: ours.certificate("expired", GOOD, begins_days=-9, ends_days=-1), ProbeReason.TLS_EXPIRED),
    "self-signed": (lambda ours: ours.certificate("own", GOOD, own=True), ProbeReason.TLS_UNTRUSTED),
    "wrong-name": (lambda ours: ours.certificate("name", ("lain.example",)), ProbeReason.TLS_WRONG_NAME),
    "not-yet": (lambda ours: ours.certificate("ahead", GOOD, begins_days=2), ProbeReason.TLS_UNTRUSTED),
}


@pytest.mark.parametrize("server_name", [None, "kantor.example"])
@pytest.mark.parametrize("case", CASES)
def test_the_end_of_a_certificate_is_told_also_where_it_is_refused(
    authority: Authority, case: str, server_name: str | None
) -> None:
    """By the address itself as well as by a name, each fault with its reason."""
    make, reason = CASES[case]
    shown = make(authority)
    outcome, names = asyncio.run(
        asked_over_tls(tls_server(shown), server_name=server_name, authorities=str(authority.path))
    )
    assert outcome.reason is reason
    assert outcome.certificate_ends_unix_s == shown.ends_unix_s
    assert outcome.answered
    assert set(names) == {server_name}


def test_an_authority_that_nobody_knows_is_not_believed(authority: Authority) -> None:
    """The system's authorities are those of the public."""
    shown = authority.certificate("unknown", GOOD)
    outcome, _ = asyncio.run(asked_over_tls(tls_server(shown), server_name="kantor.example"))
    assert outcome.reason is ProbeReason.TLS_UNTRUSTED


def test_a_servers_own_certificate_can_be_what_is_believed(authority: Authority) -> None:
    """A router's self-made certificate, pinned."""
    shown = authority.certificate("pinned", GOOD, own=True)
    outcome, _ = asyncio.run(asked_over_tls(tls_server(shown), authorities=str(shown.path)))
    assert outcome.reason is None


@pytest.mark.parametrize("case", CASES)
def test_without_verifying_any_certificate_will_do(authority: Authority, case: str) -> None:
    """Its end is told all the same."""
    shown = CASES[case][0](authority)
    outcome, _ = asyncio.run(asked_over_tls(tls_server(shown), verify=False))
    assert outcome.reason is None
    assert outcome.certificate_ends_unix_s == shown.ends_unix_s
    assert set(outcome.phases) == {Phase.CONNECT, Phase.TLS}


@pytest.mark.parametrize(
    ("talk", "reason"),
    [
        (bad_servers.silent, ProbeReason.SILENT),
        (bad_servers.with_reset, ProbeReason.RESET),
        (bad_servers.rude(b"SSH-2.0-dropbear\r\n"), ProbeReason.TLS_FAILED),
        (bad_servers.rude(b""), ProbeReason.RESET),
    ],
    ids=["silence", "reset", "another protocol", "goodbye"],
)
def test_a_server_that_does_not_speak_tls(talk: bad_servers.Talk, reason: ProbeReason) -> None:
    """It was connected to, and so has answered."""

    async def body() -> None:
        async with bad_servers.serving(talk) as port:
            outcome = await probing.tcp(port, probing.SHORT_S, verify=False)
        assert (outcome.reason, set(outcome.phases), outcome.answered) == (reason, {Phase.CONNECT}, True)

    asyncio.run(body())


def test_authorities_that_cannot_be_read_are_a_fault_of_ours(tmp_path: Path) -> None:
    """A file that is not there or holds no certificate is named; read anew once it is mended."""

    async def body() -> None:
        async with bad_servers.serving(bad_servers.silent) as port:
            path = tmp_path / "authorities.pem"
            gone = await probing.tcp(port, authorities=str(path))
            path.write_text("none")
            empty = await probing.tcp(port, authorities=str(path))
        for outcome in (gone, empty):
            assert outcome.result is ProbeResult.UNMEASURED
            assert str(path) in outcome.detail

    asyncio.run(body())
