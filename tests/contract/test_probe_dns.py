"""The DNS probe and the resolver against unbound, and against servers that answer what no server should."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from ipaddress import ip_address
from typing import Any

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest

from exporter.probe_outcome import Phase, ProbeOutcome, ProbeReason
from exporter.transport.resolver import NameFailedError, SystemResolver
from tests.support import bad_servers, probing
from tests.support.programs import program, running, tcp_ports

_CONFIGURATION = """
server:
    interface: 127.0.0.1@{port}
    port: {port}
    do-daemonize: no
    username: ""
    chroot: ""
    directory: "{folder}"
    pidfile: "{folder}/pid"
    use-syslog: no
    do-not-query-localhost: no
    num-threads: 1
    module-config: "iterator"
    local-zone: "example." static
    local-data: "portal.example. A 192.0.2.10"
    local-data: "portal.example. A 192.0.2.11"
    local-data: "six.example. AAAA 2001:db8::a"
    local-data: "alias.example. CNAME portal.example."
    local-data: 'text.example. TXT "Halo Dunia"'
    local-data: 'two.example. TXT "Halo " "Dunia"'
    local-data: "mail.example. MX 10 Post.example."
    {large}
    local-zone: "refused.test." refuse
remote-control:
    control-enable: no
forward-zone:
    name: "broken.penyedia."
    forward-addr: 127.0.0.1@{dead}
    forward-tcp-upstream: yes
"""


@pytest.fixture(scope="module")
def unbound(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a name server that knows a few names."""
    folder = tmp_path_factory.mktemp("unbound")
    port, dead = tcp_ports(2)
    large = "\n    ".join(f'local-data: "large.example. A 198.51.100.{number}"' for number in range(1, 101))
    path = folder / "unbound.conf"
    path.write_text(_CONFIGURATION.format(folder=folder, port=port, dead=dead, large=large))
    with running([program("unbound"), "-d", "-c", str(path)], port, folder / "log"):
        yield port


@pytest.mark.parametrize(
    ("name", "words", "reason"),
    [
        ("portal.example", {}, None),
        ("portal.example", {"expected": frozenset({"192.0.2.11", "192.0.2.99"})}, None),
        ("portal.example", {"expected": frozenset({"192.0.2.99"})}, ProbeReason.WRONG_ANSWER),
        ("portal.example", {"record_type": "AAAA"}, ProbeReason.WRONG_ANSWER),
        ("six.example", {"record_type": "AAAA", "expected": frozenset({"2001:0db8:0::000A"})}, None),
        ("text.example", {"record_type": "TXT", "expected": frozenset({"Halo Dunia"})}, None),
        ("two.example", {"record_type": "TXT", "expected": frozenset({"Halo Dunia"})}, None),
        ("mail.example", {"record_type": "MX", "expected": frozenset({"10 post.example"})}, None),
        ("large.example", {"expected": frozenset({"198.51.100.100"})}, None),
        ("missing.example", {}, ProbeReason.NAME_NOT_FOUND),
        ("www.refused.test", {}, ProbeReason.NAME_FAILED),
        ("www.broken.penyedia", {}, ProbeReason.NAME_FAILED),
    ],
)
def test_unbound_is_judged(unbound: int, name: str, words: dict[str, Any], reason: ProbeReason | None) -> None:
    """Records, no records, no name, refusal, SERVFAIL; and an answer of 1,600 bytes, which comes over TCP."""
    outcome = asyncio.run(probing.dns(unbound, name, **words))
    assert outcome.reason is reason, outcome
    assert outcome.answered
    assert set(outcome.phases) == {Phase.WAIT}


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("missing.example", ProbeReason.NAME_NOT_FOUND),
        ("text.example", ProbeReason.NAME_NOT_FOUND),
        ("www.refused.test", ProbeReason.NAME_FAILED),
        ("www.broken.penyedia", ProbeReason.NAME_FAILED),
        ("a" * 64 + ".example", ProbeReason.NAME_FAILED),
        ("a..example", ProbeReason.NAME_FAILED),
    ],
)
def test_a_name_that_leads_nowhere_says_why(unbound: int, name: str, reason: ProbeReason) -> None:
    """To the HTTP probe."""
    outcome = asyncio.run(probing.http(f"http://{name}/", resolver=SystemResolver(["127.0.0.1"], unbound)))
    assert (outcome.reason, outcome.phases, outcome.answered) == (reason, {}, False), outcome


def test_addresses_of_either_family_are_found(unbound: int) -> None:
    """IPv6 where there is no IPv4."""
    resolver = SystemResolver(["127.0.0.1"], unbound)
    assert set(asyncio.run(resolver.addresses("portal.example", 30))) == {
        ip_address("192.0.2.10"),
        ip_address("192.0.2.11"),
    }
    assert asyncio.run(resolver.addresses("six.example", 30)) == [ip_address("2001:db8::a")]


def test_a_name_server_that_is_silent_leaves_time_for_the_office() -> None:
    """Half of the deadline, and the reason is the name."""

    async def body() -> None:
        async with bad_servers.datagrams(lambda _: []) as (port, heard):
            outcome = await probing.http(
                "http://a.example/", probing.SHORT_S, resolver=SystemResolver(["127.0.0.1"], port)
            )
            with pytest.raises(NameFailedError):
                await SystemResolver(["127.0.0.1"], port).addresses("b.example", 0.1)
        assert outcome.reason is ProbeReason.NAME_TIMEOUT
        assert heard

    asyncio.run(body())


def answer(data: bytes, address: str = "192.0.2.10", **flags: int) -> dns.message.Message:
    """The right answer to a question, but for its flags."""
    question = dns.message.from_wire(data)
    response = dns.message.make_response(question)
    response.answer = [dns.rrset.from_text(question.question[0].name, 1, "IN", "A", address)]
    response.flags |= flags.get("flags", 0)
    return response


def with_other_id(data: bytes) -> list[bytes]:
    """The right answer to another question."""
    wire = answer(data).to_wire()
    return [bytes([wire[0] ^ 1]) + wire[1:]]


def with_other_question(data: bytes) -> list[bytes]:
    """The right id, about another name."""
    response = dns.message.make_response(dns.message.make_query("lain.example.", "A", id=int.from_bytes(data[:2])))
    return [response.to_wire()]


def with_circle(data: bytes) -> list[bytes]:
    """Two names that are each other's alias."""
    response = dns.message.make_response(dns.message.from_wire(data))
    response.answer = [
        dns.rrset.from_text("portal.example.", 1, "IN", "CNAME", "b.example."),
        dns.rrset.from_text("b.example.", 1, "IN", "CNAME", "portal.example."),
    ]
    return [response.to_wire()]


def with_code(code: int) -> Callable[[bytes], list[bytes]]:
    """An answer with an error."""

    def told(data: bytes) -> list[bytes]:
        response = dns.message.make_response(dns.message.from_wire(data))
        response.set_rcode(dns.rcode.Rcode(code))
        return [response.to_wire()]

    return told


async def asked(answers: Callable[[bytes], list[bytes]], timeout_s: float, *, elsewhere: bool = False) -> ProbeOutcome:
    """The outcome for a server that answers so."""
    async with bad_servers.datagrams(answers, from_elsewhere=elsewhere) as (port, _):
        return await probing.dns(port, "portal.example", timeout_s, expected=frozenset({"192.0.2.10"}))


NO_ANSWER: dict[str, tuple[Callable[[bytes], list[bytes]], ProbeReason, bool]] = {
    "silence": (lambda _: [], ProbeReason.SILENT, False),
    "other id": (with_other_id, ProbeReason.SILENT, True),
    "other question": (with_other_question, ProbeReason.SILENT, True),
    "echo": (lambda data: [data], ProbeReason.SILENT, True),
    "one byte": (lambda _: [b"\0"], ProbeReason.MALFORMED, True),
    "cut": (lambda data: [answer(data).to_wire()[:-3]], ProbeReason.MALFORMED, True),
    "pointers": (lambda data: [data[:2] + b"\x81\x80" + b"\xff" * 8 + b"\xc0\x0c" * 20], ProbeReason.MALFORMED, True),
}


def test_what_is_not_the_answer_does_not_end_the_wait() -> None:
    """The time is over without an answer; whether the server was silent or talked nonsense is told."""

    async def body() -> list[ProbeOutcome]:
        return await asyncio.gather(*(asked(answers, probing.SHORT_S) for answers, _, _ in NO_ANSWER.values()))

    outcomes = dict(zip(NO_ANSWER, asyncio.run(body()), strict=True))
    assert {case: (each.reason, each.answered, each.phases) for case, each in outcomes.items()} == {
        case: (reason, answered, {}) for case, (_, reason, answered) in NO_ANSWER.items()
    }


def test_an_answer_from_another_place_is_not_believed() -> None:
    """Though all else in it is right."""
    outcome = asyncio.run(asked(lambda data: [answer(data).to_wire()], probing.SHORT_S, elsewhere=True))
    assert (outcome.reason, outcome.answered) == (ProbeReason.SILENT, False)


def test_the_answer_counts_after_whatever_came_before_it() -> None:
    """A forger who guesses wrong ends nothing."""

    def told(data: bytes) -> list[bytes]:
        return [*with_other_id(data), b"\0", *with_other_question(data), answer(data).to_wire()]

    assert asyncio.run(asked(told, probing.GENEROUS_S)).reason is None


def test_a_flood_ends_early() -> None:
    """A hundred datagrams that are no answer are enough, long before the deadline."""
    outcome = asyncio.run(asked(lambda _: [b"\0"] * 150, probing.GENEROUS_S))
    assert outcome.reason is ProbeReason.MALFORMED


def test_one_lost_datagram_is_no_failure() -> None:
    """The question is sent again, with the same id."""
    heard: list[bytes] = []

    def told(data: bytes) -> list[bytes]:
        heard.append(data)
        return [answer(data).to_wire()] if len(heard) > 1 else []

    assert asyncio.run(asked(told, 3.0)).reason is None
    assert heard[0] == heard[1]


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        (with_circle, ProbeReason.NAME_FAILED),
        (with_code(2), ProbeReason.NAME_FAILED),
        (with_code(3), ProbeReason.NAME_NOT_FOUND),
        (with_code(5), ProbeReason.NAME_FAILED),
        (lambda data: [answer(data, "192.0.2.66").to_wire()], ProbeReason.WRONG_ANSWER),
        (lambda data: [answer(data, flags=dns.flags.TC).to_wire()], ProbeReason.REFUSED),
    ],
    ids=["circle", "SERVFAIL", "NXDOMAIN", "REFUSED", "flip", "truncated without TCP"],
)
def test_an_answer_that_is_wrong_ends_at_once(answers: Callable[[bytes], list[bytes]], reason: ProbeReason) -> None:
    """With its reason."""
    outcome = asyncio.run(asked(answers, probing.GENEROUS_S))
    assert (outcome.reason, outcome.answered) == (reason, True), outcome


def test_nobody_listens() -> None:
    """The kernel at the other end says so, and the probe does not wait."""
    (port,) = tcp_ports(1)
    outcome = asyncio.run(probing.dns(port, "portal.example"))
    assert (outcome.reason, outcome.answered) == (ProbeReason.REFUSED, True)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (b"", ProbeReason.MALFORMED),
        (b"\xff\xff" + bytes(100), ProbeReason.MALFORMED),
        (b"\0\1x", ProbeReason.MALFORMED),
    ],
    ids=["goodbye", "shorter than announced", "nonsense"],
)
def test_tcp_after_truncation_can_fail_as_well(words: bytes, reason: ProbeReason) -> None:
    """On the same port as the datagrams."""

    async def body() -> ProbeOutcome:
        truncated = lambda data: [answer(data, flags=dns.flags.TC).to_wire()]  # noqa: E731
        async with (
            bad_servers.serving(_one_word(words)) as port,
            bad_servers.datagrams(truncated, port=port),
        ):
            return await probing.dns(port, "portal.example")

    assert asyncio.run(body()).reason is reason


def _one_word(words: bytes) -> bad_servers.Talk:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(2)
        writer.write(words)
        await writer.drain()
        writer.write_eof()
        await reader.read()
        writer.close()

    return talk
