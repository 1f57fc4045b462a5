"""The SNMP agents of the simulated routers, asked by the encoder of another implementation."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyasn1.codec.ber import decoder, encoder
from pysnmp.proto.api import v2c

from exporter.sim.agent import Agent
from exporter.sim.ber import Tag, children, encode, integer, oid, read, to_int, to_oid
from exporter.sim.mib import Facts, engine_id, facts, name_after
from exporter.sim.routers import Routers
from exporter.sim.traffic import Meter
from exporter.sim.usm import COMMUNITY, DIGEST_BYTES, USER, keys
from tests.support.offices import NOW_NS, offices, router_of

S = 10**9
ROUTER = replace(router_of(Routers(offices(), NOW_NS, 0), "dinkes"), booted_ns=NOW_NS, boots=3)
UPTIME, NAME, IF_NAME, IF_STATUS = (
    "1.3.6.1.2.1.1.3.0",
    "1.3.6.1.2.1.1.5.0",
    "1.3.6.1.2.1.31.1.1.1.1",
    "1.3.6.1.2.1.2.2.1.8",
)
KEYS = keys(engine_id("dinkes"))
REQUESTS: dict[str, Any] = {
    "get": v2c.GetRequestPDU,
    "next": v2c.GetNextRequestPDU,
    "bulk": v2c.GetBulkRequestPDU,
    "set": v2c.SetRequestPDU,
}


def said_after(uptime_s: float) -> Facts:
    """What the router says that long after its boot."""
    return facts(Meter(ROUTER, 0), NOW_NS + int(uptime_s * S))


SAID = said_after(100.5)


def question(
    kind: str, *names: str, community: bytes = COMMUNITY, repetitions: int = 10, repeaters_from: int = 0
) -> bytes:
    pdu = REQUESTS[kind]()
    api = v2c.apiBulkPDU if kind == "bulk" else v2c.apiPDU
    api.set_defaults(pdu)
    api.set_request_id(pdu, 77)
    if kind == "bulk":
        api.set_non_repeaters(pdu, repeaters_from)
        api.set_max_repetitions(pdu, repetitions)
    api.set_varbinds(pdu, [(name, v2c.null) for name in names])
    message = v2c.Message()
    v2c.apiMessage.set_defaults(message)
    v2c.apiMessage.set_community(message, community)
    v2c.apiMessage.set_pdu(message, pdu)
    return bytes(encoder.encode(message))


def asked(kind: str, *names: str, said: Facts = SAID, **words: Any) -> list[tuple[str, Any]]:
    """The names and values of the answer."""
    pdu = answered(question(kind, *names, **words), said)
    assert int(v2c.apiPDU.get_error_status(pdu)) == 0
    return [(str(name), value) for name, value in v2c.apiPDU.get_varbinds(pdu)]


def answered(datagram: bytes, said: Facts = SAID) -> Any:
    """The PDU of the answer."""
    answer = Agent(1).answer(datagram, said)
    assert answer is not None
    message, rest = decoder.decode(answer, asn1Spec=v2c.Message())
    assert not rest
    pdu = v2c.apiMessage.get_pdu(message)
    assert int(v2c.apiPDU.get_request_id(pdu)) == 77
    return pdu


def test_values_are_those_of_the_office() -> None:
    """Boot time, name and what there is not, each in its type."""
    values = dict(asked("get", UPTIME, NAME, f"{IF_NAME}.2", "1.3.6.1.2.1.31.1.1.1.1.9", "1.3.6.1.9.9"))
    assert (type(values[UPTIME]).__name__, int(values[UPTIME])) == ("TimeTicks", 10_050)
    assert str(values[NAME]) == "dinkes"
    assert str(values[f"{IF_NAME}.2"]) == "ether2"
    assert type(values["1.3.6.1.2.1.31.1.1.1.1.9"]).__name__ == "NoSuchInstance"
    assert type(values["1.3.6.1.9.9"]).__name__ == "NoSuchObject"


def test_the_time_since_the_boot_wraps_and_that_of_the_engine_does_not() -> None:
    """After 497 days sysUpTime begins anew; snmpEngineTime counts on."""
    engine_time = "1.3.6.1.6.3.10.2.1.3.0"
    values = dict(asked("get", UPTIME, engine_time, said=said_after(500 * 86_400)))
    assert int(values[engine_time]) == 43_200_000
    assert int(values[UPTIME]) == 43_200_000 * 100 - 2**32


def test_a_cut_line_is_down() -> None:
    """ifOperStatus of the line without carrier is down, that of the other is up."""
    first, second = ROUTER.lines
    cut = replace(ROUTER, lines=(replace(first, has_carrier=False, carries=False), second))
    said = facts(Meter(cut, 0), NOW_NS + S)
    assert [int(value) for _, value in asked("get", f"{IF_STATUS}.1", f"{IF_STATUS}.2", said=said)] == [2, 1]


def test_a_walk_meets_every_object_once() -> None:
    """From the beginning to the end, in order."""
    names, here = [], "1.3"
    while True:
        ((here, value),) = asked("next", here)
        if type(value).__name__ == "EndOfMibView":
            break
        names.append(tuple(map(int, here.split("."))))
    assert names == sorted(set(names))
    assert len(names) == 13 + 4 * 25
    assert name_after(SAID, names[-1]) is None


def test_a_bulk_request_repeats_what_is_to_be_repeated() -> None:
    """First the ones, then the others in turn; at the end of everything it ends."""
    found = asked("bulk", "1.3.6.1.2.1.1.2.0", IF_NAME, IF_STATUS, repetitions=2, repeaters_from=1)
    expected = [UPTIME, f"{IF_NAME}.1", f"{IF_STATUS}.1", f"{IF_NAME}.2", f"{IF_STATUS}.2"]
    assert [name for name, _ in found] == expected
    ended = asked("bulk", "1.3.6.1.6.3.10.2.1.4", "1.3.7", repetitions=10)
    assert 2 < len(ended) < 10


def test_no_answer_is_longer_than_a_packet() -> None:
    """A bulk request for everything gets what fits, a plain one for too much an error."""
    answer = Agent(1).answer(question("bulk", "1.3", repetitions=1000), SAID)
    assert answer is not None
    assert 1000 < len(answer) < 1472
    pdu = answered(question("get", *[f"1.3.6.1.2.1.31.1.1.1.18.{n % 3 + 1}" for n in range(60)]))
    assert v2c.apiPDU.get_error_status(pdu).prettyPrint() == "tooBig"


def test_nobody_may_write() -> None:
    """A set request is refused."""
    pdu = answered(question("set", NAME))
    assert v2c.apiPDU.get_error_status(pdu).prettyPrint() == "notWritable"


def test_who_does_not_know_the_community_hears_nothing() -> None:
    """As a real agent, which does not tell a wrong community from silence."""
    assert Agent(1).answer(question("get", NAME, community=b"public"), SAID) is None


@given(st.binary(max_size=300), st.integers(0, 200), st.integers(0, 255))
def test_nothing_that_arrives_ends_the_agent(noise: bytes, place: int, byte: int) -> None:
    """Noise, and a request with one byte changed, get an answer or none."""
    agent = Agent(1)
    agent.answer(noise, SAID)
    for datagram in (question("bulk", UPTIME, NAME), v3_request()):
        agent.answer(datagram[:place] + bytes([byte]) + datagram[place + 1 :], SAID)
        agent.answer(datagram[:place], SAID)


def v3_request(
    *,
    engine: bytes = SAID.engine,
    boots: int = 3,
    time_s: int = 100,
    user: bytes = USER,
    flags: int = 7,
    spoil: bool = False,
) -> bytes:
    """A request for the router's name, as RFC 3414 has it."""
    pdu = encode(
        *(Tag.GET, integer(77), integer(0), integer(0)),
        encode(Tag.SEQUENCE, encode(Tag.SEQUENCE, oid((1, 3, 6, 1, 2, 1, 1, 5, 0)), encode(Tag.NULL))),
    )
    scoped = encode(Tag.SEQUENCE, encode(Tag.OCTETS, engine), encode(Tag.OCTETS), pdu)
    salt = b"saltsalt" if flags & 2 else b""
    if flags & 2:
        scoped = encode(Tag.OCTETS, KEYS.encrypted(scoped, boots, time_s, salt))
    digest = bytes(DIGEST_BYTES) if flags & 1 else b""

    def whole(digest: bytes) -> bytes:
        security = encode(
            *(Tag.SEQUENCE, encode(Tag.OCTETS, engine), integer(boots), integer(time_s)),
            *(encode(Tag.OCTETS, each) for each in (user, digest, salt)),
        )
        general = encode(Tag.SEQUENCE, integer(5), integer(1472), encode(Tag.OCTETS, bytes([flags])), integer(3))
        return encode(Tag.SEQUENCE, integer(3), general, encode(Tag.OCTETS, security), scoped)

    if not digest:
        return whole(digest)
    right = KEYS.digest(whole(digest))
    return whole(bytes(DIGEST_BYTES) if spoil else right)


def v3_answer(datagram: bytes, said: Facts = SAID) -> tuple[int, list[tuple[tuple[int, ...], bytes]], int]:
    """Kind of PDU, its names and values, and the flags of the answer, whose digest is checked."""
    answer = Agent(1).answer(datagram, said)
    assert answer is not None
    version, general, security, scoped = children(answer, 0, Tag.SEQUENCE)
    assert to_int(version) == 3
    number, _, flags, _ = children(answer, general.at, Tag.SEQUENCE)
    assert to_int(number) == 5
    engine, boots, time_s, _, digest, salt = children(answer, security.start, Tag.SEQUENCE)
    assert (engine.content, to_int(boots), to_int(time_s)) == (said.engine, 3, int(said.uptime_s))
    if flags.content[0] & 1:
        blank = answer[: digest.start] + bytes(DIGEST_BYTES) + answer[digest.end :]
        assert digest.content == KEYS.digest(blank)
    plain = answer[scoped.at : scoped.end]
    if flags.content[0] & 2:
        plain = KEYS.decrypted(scoped.content, 3, to_int(time_s), salt.content)
    pdu = children(plain, 0, Tag.SEQUENCE)[2]
    bindings = children(plain, pdu.at, pdu.tag)[3]
    pairs = [children(plain, each.at, Tag.SEQUENCE) for each in children(plain, bindings.at, Tag.SEQUENCE)]
    return pdu.tag, [(to_oid(name), value.content) for name, value in pairs], flags.content[0]


def test_v3_answers_who_proves_himself() -> None:
    """The answer is authentic and encrypted."""
    kind, ((_, value),), flags = v3_answer(v3_request())
    assert (kind, value, flags) == (Tag.RESPONSE, b"dinkes", 3)


@pytest.mark.parametrize(
    ("words", "about", "flags"),
    [
        ({"engine": b"", "user": b"", "flags": 4, "boots": 0, "time_s": 0}, 4, 0),
        ({"engine": b"\x80\x00\x7e\xd9\x05other"}, 4, 0),
        ({"user": b"somebody"}, 3, 0),
        ({"flags": 4}, 1, 0),
        ({"flags": 5}, 1, 0),
        ({"spoil": True}, 5, 0),
        ({"boots": 2}, 2, 1),
        ({"time_s": 251}, 2, 1),
    ],
)
def test_v3_reports_what_it_cannot_take(words: dict[str, Any], about: int, flags: int) -> None:
    """Unknown engine (discovery), user, level, digest, and time, of which the last is authentic (RFC 3414, 3.2)."""
    kind, ((name, value),), found = v3_answer(v3_request(**words))
    assert (kind, found) == (Tag.REPORT, flags)
    assert name == (1, 3, 6, 1, 6, 3, 15, 1, 1, about, 0)
    assert value == b"\x01"


def test_v3_reports_only_to_who_wants_it() -> None:
    """Without the reportable flag there is no report."""
    assert Agent(1).answer(v3_request(boots=2, flags=3), SAID) is None


def test_a_report_repeats_the_number_of_a_plain_request() -> None:
    """Discovery is matched by its request-id (RFC 3412, 7.1, 3)."""
    answer = Agent(1).answer(v3_request(engine=b"", user=b"", flags=4), SAID)
    assert answer is not None
    scoped = children(answer, 0, Tag.SEQUENCE)[3]
    pdu = children(answer, scoped.at, Tag.SEQUENCE)[2]
    assert to_int(read(answer, pdu.start)) == 77
