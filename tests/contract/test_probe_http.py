"""The HTTP probe against servers that do what no server should, and names that lead where nobody should go."""

from __future__ import annotations

import asyncio
import gzip
import tracemalloc
import zlib
from ipaddress import ip_address, ip_network
from typing import Any

import dns.message
import dns.rcode
import dns.rrset
import pytest

from exporter.probe_model import Redirects
from exporter.probe_outcome import Phase, ProbeOutcome, ProbeReason
from exporter.transport.dial import SystemDialer
from exporter.transport.http import HttpError, SystemHttp
from exporter.transport.resolver import SystemResolver
from tests.support import bad_servers, probing
from tests.support.bad_servers import Talk, answering

OK = b"HTTP/1.1 200 OK\r\n"
LONG: dict[str, Any] = {"body_match": "never there", "max_body_bytes": 65_536}

#: 64 MiB of nothing in 64 kB, which ends in the middle.
BOMB = gzip.compress(bytes(64 * 1024 * 1024), 9)


async def of(talk: Talk, timeout_s: float = probing.GENEROUS_S, **words: Any) -> ProbeOutcome:
    """The outcome of a probe of a server that talks so."""
    async with bad_servers.serving(talk) as port:
        return await probing.http(f"http://{{address}}:{port}/", timeout_s, **words)


def chunk(data: bytes) -> bytes:
    """One chunk of a chunked body."""
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


ENDLESS = {
    "endless body": answering(OK + b"\r\n", then=lambda _: bytes(8_192)),
    "endless chunks": answering(OK + b"Transfer-Encoding: chunked\r\n\r\n", then=lambda _: chunk(bytes(8_192))),
    "announced as too large": answering(OK + b"Content-Length: 99999999999\r\n\r\n", then=lambda _: bytes(8_192)),
    "gzip bomb": answering(OK + b"Content-Encoding: gzip\r\n\r\n", BOMB),
    "deflate bomb": answering(OK + b"Content-Encoding: deflate\r\n\r\n", zlib.compress(bytes(1_000_000))),
    "raw deflate bomb": answering(OK + b"Content-Encoding: deflate\r\n\r\n", zlib.compress(bytes(1_000_000))[2:]),
    "compressed nothing, for ever": answering(
        OK + b"Content-Encoding: gzip\r\n\r\n", b"\x1f\x8b\x08\0\0\0\0\0\0\xff", then=lambda _: b"\0\0\0\xff\xff" * 999
    ),
}


@pytest.mark.parametrize("case", ENDLESS)
def test_a_body_without_an_end_ends_at_the_cap(case: str) -> None:
    """Long before the deadline; and what it takes stays in proportion to the cap."""

    async def measured() -> tuple[ProbeOutcome, int]:
        await of(ENDLESS[case], **LONG)  # what is loaded and kept once
        tracemalloc.start()
        try:
            outcome = await of(ENDLESS[case], **LONG)
            return outcome, tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    outcome, peak_bytes = asyncio.run(measured())
    assert outcome.reason is ProbeReason.BODY_TOO_LARGE, outcome
    assert set(outcome.phases) == {Phase.CONNECT, Phase.WAIT}
    # The servers are in this process: what they hold to send is counted as well.
    assert peak_bytes < 4_000_000


def test_a_body_that_nobody_searches_is_read_to_the_cap() -> None:
    """And no further: an endless one has passed, for the status was right."""
    outcome = asyncio.run(of(ENDLESS["endless body"]))
    assert outcome.reason is None, outcome
    assert Phase.TRANSFER in outcome.phases


BAD: dict[str, tuple[Talk, ProbeReason]] = {
    "endless header": (answering(OK, then=lambda _: b"X" * 4_096), ProbeReason.HEADERS_TOO_LARGE),
    "endless headers": (answering(OK, then=lambda number: b"X-%d: y\r\n" % number), ProbeReason.HEADERS_TOO_LARGE),
    "large header": (answering(OK + b"X: " + b"y" * 20_000 + b"\r\n\r\n"), ProbeReason.HEADERS_TOO_LARGE),
    "endless status": (answering(b"HTTP/1.1 200 ", then=lambda _: b"O" * 4_096), ProbeReason.HEADERS_TOO_LARGE),
    "endless interim answers": (
        answering(then=lambda _: b"HTTP/1.1 100 Continue\r\n\r\n" * 100),
        ProbeReason.HEADERS_TOO_LARGE,
    ),
    "endless chunk extension": (
        answering(OK + b"Transfer-Encoding: chunked\r\n\r\n5;x=", then=lambda _: b"y" * 8_192),
        ProbeReason.MALFORMED,
    ),
    "another protocol": (answering(b"220 mail.example ESMTP\r\n"), ProbeReason.MALFORMED),
    "a greeting first": (bad_servers.rude(b"SSH-2.0-dropbear\r\n"), ProbeReason.MALFORMED),
    "noise": (answering(bytes(range(256)) * 8), ProbeReason.MALFORMED),
    "two lengths": (answering(OK + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab"), ProbeReason.MALFORMED),
    "bad chunk": (answering(OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n"), ProbeReason.MALFORMED),
    "short body": (answering(OK + b"Content-Length: 10\r\n\r\nab"), ProbeReason.MALFORMED),
    "not gzip": (answering(OK + b"Content-Encoding: gzip\r\n\r\nab"), ProbeReason.MALFORMED),
    "half of a gzip": (
        answering(OK + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b"a")[:-9]),
        ProbeReason.MALFORMED,
    ),
    "not asked for": (answering(OK + b"Content-Encoding: br\r\n\r\nab"), ProbeReason.MALFORMED),
    "goodbye": (answering(), ProbeReason.RESET),
    "reset": (bad_servers.with_reset, ProbeReason.RESET),
}


@pytest.mark.parametrize("case", BAD)
def test_what_is_no_answer_has_its_reason(case: str) -> None:
    """Each ends by itself, long before the deadline."""
    talk, reason = BAD[case]
    outcome = asyncio.run(of(talk))
    assert outcome.reason is reason, outcome
    assert outcome.answered


def test_what_a_server_says_too_early_is_not_lost() -> None:
    """Between the connection and the request it waits in the kernel; an answer to no question is no answer."""

    async def body() -> None:
        async with bad_servers.serving(bad_servers.rude(b"SSH-2.0-dropbear\r\n")) as port:
            connection = await SystemDialer().connect(ip_address("127.0.0.1"), port)
            await connection.opened()
            await asyncio.sleep(0.1)  # for the greeting to come; if it is late the test sees less, and passes
            with pytest.raises(HttpError) as raised:
                async with SystemHttp().get(connection, f"http://127.0.0.1:{port}/"):
                    pass
        assert raised.value.reason is ProbeReason.MALFORMED

    asyncio.run(body())


SLOW: dict[str, tuple[Talk, ProbeReason, set[Phase]]] = {
    "silence": (bad_servers.silent, ProbeReason.SILENT, {Phase.CONNECT}),
    "slow headers": (answering(OK, then=lambda _: b"X", pause_s=0.05), ProbeReason.SILENT, {Phase.CONNECT}),
    "informed for ever": (
        answering(then=lambda _: b"HTTP/1.1 103 Early Hints\r\n\r\n", pause_s=0.01),
        ProbeReason.SILENT,
        {Phase.CONNECT},
    ),
    "slow body": (
        answering(OK + b"Content-Length: 1000000\r\n\r\n", then=lambda _: b"x", pause_s=0.05),
        ProbeReason.BODY_TIMEOUT,
        {Phase.CONNECT, Phase.WAIT},
    ),
    "half a body": (
        answering(OK + b"Content-Length: 9\r\n\r\nabc", then=lambda _: b"", pause_s=0.05),
        ProbeReason.BODY_TIMEOUT,
        {Phase.CONNECT, Phase.WAIT},
    ),
}


def test_what_is_too_slow_ends_by_the_deadline() -> None:
    """The reason says in which phase the time was over; the deadline is over all of them."""

    async def body() -> list[ProbeOutcome]:
        return await asyncio.gather(*(of(talk, probing.SHORT_S) for talk, _, _ in SLOW.values()))

    outcomes = dict(zip(SLOW, asyncio.run(body()), strict=True))
    assert {case: (each.reason, set(each.phases), each.answered) for case, each in outcomes.items()} == {
        case: (reason, phases, True) for case, (_, reason, phases) in SLOW.items()
    }


def test_500_redirects_are_five() -> None:
    """Each to another place of the same host."""
    asked: list[bytes] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append((await reader.readuntil(b"\r\n\r\n")).split()[1])
        writer.write(b"HTTP/1.1 302 Found\r\nLocation: /%d\r\nSet-Cookie: a=b\r\n\r\n" % len(asked))
        await writer.drain()

    outcome = asyncio.run(of(talk, redirects=Redirects.SAME_HOST))
    assert outcome.reason is ProbeReason.TOO_MANY_REDIRECTS
    assert asked == [b"/", b"/1", b"/2", b"/3", b"/4", b"/5"]


def test_a_pattern_that_takes_for_ever_ends_as_a_fault_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    """The loop is not held: what else runs goes on, and so does the deadline."""
    body = OK + b"\r\n" + b"ab" * 100_000
    turns = 0

    async def meanwhile() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    async def both() -> ProbeOutcome:
        other = asyncio.create_task(meanwhile())
        outcome = await of(answering(body), probing.SHORT_S, body_match="(a|b)*a(a|b){200}c|(b|a){240}d")
        other.cancel()
        return outcome

    monkeypatch.setattr("exporter.linear_pattern._MOST_STATES", 1)
    monkeypatch.setattr("exporter.linear_pattern.PIECE", 16)
    outcome = asyncio.run(both())
    assert outcome.reason is ProbeReason.RESOURCES, outcome
    assert turns > 10


# where names lead


async def named(answers: list[str], address: str = "127.0.0.1", **words: Any) -> tuple[ProbeOutcome, int, int]:
    """The outcome for a name that leads to each of ``answers`` in turn; questions, and connections to 127.0.0.1."""
    connections = 0
    asked = 0

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        await answering(OK + b"Content-Length: 0\r\n\r\n")(reader, writer)

    def told(data: bytes) -> list[bytes]:
        nonlocal asked
        question = dns.message.from_wire(data)
        response = dns.message.make_response(question)
        addresses = answers[min(asked, len(answers) - 1)].split()
        asked += 1
        response.answer = [dns.rrset.from_text(question.question[0].name, 1, "IN", "A", *addresses)]
        return [response.to_wire()]

    async with bad_servers.serving(talk) as port, bad_servers.datagrams(told) as (server, _):
        resolver = SystemResolver(["127.0.0.1"], server)
        outcome = await probing.http(f"http://kantor.example:{port}/", address=address, resolver=resolver, **words)
    return outcome, asked, connections


def test_a_name_that_leads_to_the_link_is_asked_once() -> None:
    """A name server that would answer otherwise the second time is not asked a second time."""
    outcome, asked, connections = asyncio.run(named(["127.0.0.1", "127.0.0.9"]))
    assert outcome.reason is None, outcome
    assert (asked, connections) == (1, 1)
    assert Phase.RESOLVE in outcome.phases


@pytest.mark.parametrize(
    "answer",
    [
        "127.0.0.1",
        "169.254.169.254",
        "10.0.0.1",
        "192.168.1.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "100.64.0.1",
    ],
)
def test_a_name_that_leads_to_us_or_into_private_networks_is_refused(answer: str) -> None:
    """Before anything is sent there; the link is another."""
    outcome, _, connections = asyncio.run(named([answer], address="127.0.0.2"))
    assert (outcome.reason, connections, outcome.answered) == (ProbeReason.ADDRESS_REFUSED, 0, False)


def test_one_bad_address_among_good_ones_is_refused() -> None:
    """Whichever comes first: a name with such an address is not what the office means."""
    outcome, _, connections = asyncio.run(named(["127.0.0.1 169.254.169.254"]))
    assert (outcome.reason, connections) == (ProbeReason.ADDRESS_REFUSED, 0)


def test_what_is_allowed_opens_private_networks_only() -> None:
    """Loopback and link-local stay closed, whatever is allowed."""
    everything = (ip_network("0.0.0.0/0"),)
    for answer in ("127.0.0.1", "169.254.169.254"):
        outcome, _, _ = asyncio.run(named([answer], address="127.0.0.2", allowed=everything))
        assert outcome.reason is ProbeReason.ADDRESS_REFUSED


@pytest.mark.parametrize("host", ["127.0.0.1", "169.254.169.254", "[::1]", "[::ffff:127.0.0.1]", "[fe80::1]"])
def test_an_address_in_the_url_is_judged_as_well(host: str) -> None:
    """Only the link's own is beyond question."""
    outcome = asyncio.run(probing.http(f"http://{host}:9/", address="192.0.2.1"))
    assert outcome.reason is ProbeReason.ADDRESS_REFUSED


@pytest.mark.parametrize("host", ["2130706433", "0x7f000001", "127.1", "0177.0.0.1"])
def test_other_ways_to_write_an_address_are_names(host: str) -> None:
    """And no name server knows them; the C library, which would read them as 127.0.0.1, is not asked."""

    def missing(data: bytes) -> list[bytes]:
        response = dns.message.make_response(dns.message.from_wire(data))
        response.set_rcode(dns.rcode.NXDOMAIN)
        return [response.to_wire()]

    async def body() -> ProbeOutcome:
        async with bad_servers.datagrams(missing) as (server, _):
            resolver = SystemResolver(["127.0.0.1"], server)
            return await probing.http(f"http://{host}:9/", resolver=resolver)

    assert asyncio.run(body()).reason is ProbeReason.NAME_NOT_FOUND


def test_the_addresses_of_this_machine_are_known() -> None:
    """The kernel says so without a packet."""
    dialer = SystemDialer()
    assert dialer.is_own(ip_address("127.0.0.1"))
    assert not dialer.is_own(ip_address("192.0.2.1"))
