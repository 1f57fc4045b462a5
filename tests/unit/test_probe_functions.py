"""The probes over TCP, HTTP and DNS with ports that a test moves: phases, what is asked of whom, every end."""

from __future__ import annotations

import asyncio
import errno
from ipaddress import ip_address
from itertools import pairwise
from typing import Any

import dns.flags
import dns.message
import dns.rrset
import pytest

from exporter.clock import FakeClock
from exporter.probe_model import DnsProbe, HttpProbe, Redirects, TcpProbe, TlsRules
from exporter.probe_outcome import Phase, ProbeOutcome, ProbeReason, ProbeResult
from exporter.probes.dns import TRIES, probe_dns
from exporter.probes.http import RESOLVE_SHARE, probe_http
from exporter.probes.progress import LONGEST_DETAIL
from exporter.probes.tcp import probe_tcp
from exporter.transport.tls import AuthoritiesError, TlsRefusedError
from tests.support.probe_ports import STEP_NS, FakeAsker, FakeDialer, FakeHttp, FakeReply, FakeResolver

LINK = ip_address("198.18.0.10")
STEP_S = pytest.approx(STEP_NS / 1e9)


def tcp(dialer: FakeDialer, tls: TlsRules | None = None) -> ProbeOutcome:
    """One TCP probe of port 443."""
    return asyncio.run(probe_tcp(TcpProbe("t", 60, 5, 443, tls), LINK, dialer.clock, dialer=dialer))


def http(
    *replies: FakeReply, url: str = "http://{address}/", found: str = "", own: str = "", **words: Any
) -> tuple[ProbeOutcome, FakeDialer, FakeHttp, FakeResolver]:
    """One HTTP probe, and what it asked."""
    clock = FakeClock()
    dialer = FakeDialer(clock, own=frozenset(ip_address(each) for each in own.split()))
    port = FakeHttp(clock, list(replies))
    resolver = FakeResolver(clock, [ip_address(each) for each in found.split()])
    spec = HttpProbe("h", 60, 5, url, **words)
    outcome = asyncio.run(probe_http(spec, LINK, clock, dialer=dialer, http=port, resolver=resolver))
    return outcome, dialer, port, resolver


# TCP


def test_a_connection_is_ended_at_once() -> None:
    """Its time is the phase; the link answered."""
    dialer = FakeDialer(FakeClock())
    outcome = tcp(dialer)
    assert (outcome.result, outcome.answered) == (ProbeResult.SUCCESS, True)
    assert dict(outcome.phases) == {Phase.CONNECT: STEP_S}
    assert dialer.asked == [(LINK, 443)]
    assert dialer.connections[0].closed


def test_a_handshake_is_a_phase_of_its_own() -> None:
    """A certificate that cannot be read does not harm."""
    outcome = tcp(FakeDialer(FakeClock(), certificate=b"none"), TlsRules())
    assert outcome.phases == {Phase.CONNECT: STEP_S, Phase.TLS: STEP_S}
    assert outcome.certificate_ends_unix_s is None


@pytest.mark.parametrize(
    ("refusal", "reason", "connections"),
    [
        (TlsRefusedError(ProbeReason.TLS_EXPIRED, "x", certificate=True), ProbeReason.TLS_EXPIRED, 2),
        (TlsRefusedError(ProbeReason.TLS_FAILED, "x", certificate=False), ProbeReason.TLS_FAILED, 1),
        (AuthoritiesError("the authorities x"), ProbeReason.CREDENTIALS, 1),
        (TimeoutError(), ProbeReason.SILENT, 1),
    ],
)
def test_a_handshake_that_fails(refusal: Exception, reason: ProbeReason, connections: int) -> None:
    """A certificate that was refused is looked at over another connection; all are closed."""
    dialer = FakeDialer(FakeClock(), refusal=refusal)
    assert tcp(dialer, TlsRules()).reason is reason
    assert [each.closed for each in dialer.connections] == [True] * connections


@pytest.mark.parametrize(
    ("failure", "reason", "answered"),
    [
        (TimeoutError(), ProbeReason.CONNECT_TIMEOUT, False),
        (TimeoutError(errno.ETIMEDOUT, "x"), ProbeReason.CONNECT_TIMEOUT, False),
        (OSError(errno.ECONNREFUSED, "x"), ProbeReason.REFUSED, True),
        (OSError(errno.ECONNRESET, "x"), ProbeReason.RESET, True),
        (ConnectionResetError(), ProbeReason.RESET, True),
        (OSError(errno.EHOSTUNREACH, "x"), ProbeReason.UNREACHABLE, False),
        (OSError(errno.ENETUNREACH, "x"), ProbeReason.NO_ROUTE, False),
        (OSError(errno.EPERM, "x"), ProbeReason.NO_ROUTE, False),
        (OSError(errno.EMFILE, "x"), ProbeReason.RESOURCES, False),
        (OSError(errno.ENFILE, "x"), ProbeReason.RESOURCES, False),
        (OSError(errno.ENOBUFS, "x"), ProbeReason.RESOURCES, False),
        (OSError(errno.EADDRNOTAVAIL, "x"), ProbeReason.RESOURCES, False),
        (MemoryError(), ProbeReason.RESOURCES, False),
        (OSError(errno.ENOTSOCK, "x"), ProbeReason.INTERNAL, False),
        (OSError("x"), ProbeReason.INTERNAL, False),
        (ValueError("secret"), ProbeReason.INTERNAL, False),
    ],
)
def test_whatever_connecting_raises_is_an_outcome(failure: Exception, reason: ProbeReason, answered: object) -> None:
    """Theirs and ours are told apart, and an answer from silence."""
    outcome = tcp(FakeDialer(FakeClock(), failure=failure))
    assert (outcome.reason, outcome.answered, outcome.phases) == (reason, answered, {})
    assert "secret" not in outcome.detail


def test_a_cancelled_probe_is_cancelled() -> None:
    """Nothing is made of it."""
    with pytest.raises(asyncio.CancelledError):
        tcp(FakeDialer(FakeClock(), failure=asyncio.CancelledError()))


# HTTP


def test_the_phases_of_a_page() -> None:
    """Resolved within its share, connected, waited, read."""
    reply = FakeReply(body=(b"a", b"b"))
    outcome, dialer, port, resolver = http(reply, url="http://kantor.example:81/x?y", found="192.88.99.1")
    assert outcome.result is ProbeResult.SUCCESS
    assert [phase.value for phase in outcome.phases] == ["resolve", "connect", "wait", "transfer"]
    assert (dialer.asked, port.urls) == ([(ip_address("192.88.99.1"), 81)], ["http://kantor.example:81/x?y"])
    assert resolver.within_s == [5 * RESOLVE_SHARE]


def test_an_ipv6_link_stands_in_brackets() -> None:
    """Where the URL has its address."""
    clock = FakeClock()
    port = FakeHttp(clock, [FakeReply()])
    spec = HttpProbe("h", 60, 5, "http://{address}:81/")
    link = ip_address("2001:db8::1")
    dialer = FakeDialer(clock)
    outcome = asyncio.run(probe_http(spec, link, clock, dialer=dialer, http=port, resolver=FakeResolver(clock, [])))
    assert outcome.reason is None
    assert port.urls == ["http://[2001:db8::1]:81/"]


def test_the_connection_goes_to_the_address_that_was_judged() -> None:
    """The first of them; redirects go to the same, without another question."""
    outcome, dialer, port, resolver = http(
        FakeReply(302, "/b"),
        FakeReply(),
        url="http://kantor.example/",
        found="192.88.99.1 192.88.99.2",
        redirects=Redirects.SAME_HOST,
    )
    assert outcome.reason is None
    assert [address for address, _ in dialer.asked] == [ip_address("192.88.99.1")] * 2
    assert port.urls == ["http://kantor.example/", "http://kantor.example/b"]
    assert len(resolver.within_s) == 1
    assert all(each.closed for each in dialer.connections)


@pytest.mark.parametrize(
    ("found", "own"), [("127.0.0.1", ""), ("192.88.99.1 10.0.0.1", ""), ("192.88.99.1", "192.88.99.1")]
)
def test_no_connection_is_made_where_none_may_be(found: str, own: str) -> None:
    """Neither to special addresses, nor where one of several is special, nor to this machine."""
    outcome, dialer, _, _ = http(FakeReply(), url="http://kantor.example/", found=found, own=own)
    assert (outcome.reason, dialer.asked) == (ProbeReason.ADDRESS_REFUSED, [])


def test_the_links_own_address_is_always_asked() -> None:
    """Though it be private, and this very machine's."""
    outcome, _, _, _ = http(FakeReply(), own=str(LINK))
    assert outcome.reason is None


def test_a_detail_is_one_line_and_not_long() -> None:
    """Whatever a server says."""
    outcome, _, _, _ = http(FakeReply(302, "http://x/\n" + "é\x1b" * 500), redirects=Redirects.SAME_HOST)
    assert outcome.reason is ProbeReason.REDIRECT_REFUSED
    assert len(outcome.detail) <= LONGEST_DETAIL
    assert outcome.detail.isprintable()


def test_a_body_is_matched_across_its_chunks() -> None:
    """And with characters that are none."""
    reply = FakeReply(body=(b"Sela", b"mat\xff dat", b"ang"))
    assert http(reply, body_match="mat. datang$")[0].reason is None
    assert http(reply, body_match="mat datang")[0].reason is ProbeReason.WRONG_BODY


@pytest.mark.parametrize(("size", "reason"), [(100, None), (101, ProbeReason.BODY_TOO_LARGE)])
def test_the_cap_is_exact(size: int, reason: ProbeReason | None) -> None:
    """What is as large as the cap is not larger."""
    outcome, _, _, _ = http(FakeReply(body=(b"x" * size,)), body_match="x", max_body_bytes=100)
    assert outcome.reason is reason


# DNS


def dns_probe(answers: Any, **words: Any) -> tuple[ProbeOutcome, FakeAsker]:
    """One DNS probe, and what it asked."""
    clock = FakeClock()
    asker = FakeAsker(clock, answers)
    spec = DnsProbe("d", 60, 5, "portal.example", **words)
    return asyncio.run(probe_dns(spec, LINK, clock, asker=asker)), asker


def right(data: bytes, flags: int = 0) -> bytes:
    """The answer to a question."""
    response = dns.message.make_response(dns.message.from_wire(data))
    response.answer = [dns.rrset.from_text("portal.example.", 1, "IN", "A", "192.0.2.10")]
    response.flags |= flags
    return response.to_wire()


def test_an_answer_ends_the_wait() -> None:
    """The link's own address is asked where no server is named."""
    outcome, asker = dns_probe(lambda data: [right(data)])
    assert (outcome.reason, outcome.answered) == (None, True)
    assert dict(outcome.phases) == {Phase.WAIT: STEP_S}
    assert asker.asked == [(LINK, 53)]
    assert asker.socket.closed


def test_a_silent_server_is_asked_three_times_within_the_deadline() -> None:
    """With one question; then the time is over."""
    outcome, asker = dns_probe(lambda _: [], server=ip_address("198.18.0.9"), port=5353)
    assert (outcome.reason, outcome.answered) == (ProbeReason.SILENT, False)
    assert asker.asked == [(ip_address("198.18.0.9"), 5353)]
    assert len(asker.socket.sent) == TRIES
    assert len(set(asker.socket.sent)) == 1


def test_a_truncated_answer_is_asked_for_over_tcp() -> None:
    """Its records count, not those that came first."""
    truncated = lambda data: [right(data, dns.flags.TC)]  # noqa: E731
    clock = FakeClock()
    asker = FakeAsker(clock, truncated)
    asker.whole = right
    spec = DnsProbe("d", 60, 5, "portal.example")
    assert asyncio.run(probe_dns(spec, LINK, clock, asker=asker)).reason is None
    assert dns_probe(truncated)[0].reason is ProbeReason.MALFORMED


def test_each_question_has_an_id_of_its_own() -> None:
    """Of 20, not two in a row are alike, and they are not counted up."""
    ids = [int.from_bytes(dns_probe(lambda data: [right(data)])[1].socket.sent[0][:2]) for _ in range(20)]
    steps = {(later - earlier) % 65_536 for earlier, later in pairwise(ids)}
    assert len(steps) > 10
