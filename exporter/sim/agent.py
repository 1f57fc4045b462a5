"""The SNMP agent of an office's router: a datagram in, a datagram out.

Lives here: messages of v2c and v3, the operations, the reports of v3. Must not live here: sockets, clocks, what the
objects are (``mib``). One community, one user (``usm``). A request that only a writer could make is refused.
Source: RFC 3416 (operations), RFC 3412 and RFC 3414 (v3 messages, 3.2), RFC 3584 (v2c).
"""

from __future__ import annotations

import hmac
from collections import Counter
from collections.abc import Iterator
from itertools import count
from typing import NamedTuple

from exporter.sim.ber import BerError, Oid, Tag, Tlv, children, encode, integer, oid, read, to_int, to_oid
from exporter.sim.mib import Facts, name_after, value_of
from exporter.sim.usm import COMMUNITY, DIGEST_BYTES, USER, Keys, keys

__all__ = ["Agent"]

_V2C, _V3 = 1, 3
_AUTH, _PRIV, _REPORTABLE = 1, 2, 4
_USM = 3
_WINDOW_S = 150
_SALT_BYTES = 8

#: No response is longer: it fits a packet of every line, headers and security included.
_MOST_BYTES = 1_300

#: No bulk request gets more values.
_MOST_VALUES = 100

_TOO_BIG, _NOT_WRITABLE = 1, 17
_NULL = encode(Tag.NULL)
_END = encode(Tag.END_OF_MIB_VIEW)

#: usmStats: what a report is about (RFC 3414, 5), by the last number but one of its name.
_LEVELS, _TIMES, _USERS, _ENGINES, _DIGESTS, _DECRYPTIONS = range(1, 7)


class _Request(NamedTuple):
    kind: int
    number: int
    second: int  #: error-status, or non-repeaters
    third: int  #: error-index, or max-repetitions
    names: tuple[Oid, ...]


class _Header(NamedTuple):
    """What a v3 message says of itself, but for its scoped PDU."""

    number: int
    flags: int
    engine: bytes
    boots: int
    time_s: int
    user: bytes
    digest: Tlv
    salt: bytes
    scoped: Tlv


def _parse_request(data: bytes, at: int) -> _Request:
    kind = read(data, at).tag
    number, second, third, bindings = children(data, at, kind)
    names = []
    place = bindings.start
    while place < bindings.end:
        name, _ = children(data, place, Tag.SEQUENCE)
        names.append(to_oid(name))
        place = read(data, place).end
    return _Request(kind, to_int(number), to_int(second), to_int(third), tuple(names))


def _pdu(kind: int, number: int, bindings: list[bytes], error: int = 0, place: int = 0) -> bytes:
    listed = encode(Tag.SEQUENCE, *bindings)
    return encode(kind, integer(number), integer(error), integer(place), listed)


def _binding(name: Oid, value: bytes) -> bytes:
    return encode(Tag.SEQUENCE, oid(name), value)


def _next_binding(said: Facts, name: Oid) -> tuple[Oid, bytes]:
    found = name_after(said, name)
    return (name, _binding(name, _END)) if found is None else (found, _binding(found, value_of(said, found)))


def _bulk(said: Facts, request: _Request) -> Iterator[bytes]:
    """The values of a bulk request in their order, without end but for its own (RFC 3416, 4.2.3)."""
    single = max(0, request.second)
    for name in request.names[:single]:
        yield _next_binding(said, name)[1]
    names = list(request.names[single:])
    for _ in range(max(0, request.third) if names else 0):
        before = list(names)
        for place, name in enumerate(before):
            names[place], binding = _next_binding(said, name)
            yield binding
        if names == before:
            return


def _response(said: Facts, request: _Request) -> bytes | None:
    """The response PDU; None for what no agent is asked."""
    if request.kind == Tag.SET:
        return _pdu(Tag.RESPONSE, request.number, [_binding(name, _NULL) for name in request.names], _NOT_WRITABLE, 1)
    if request.kind == Tag.GET_BULK:
        bindings: list[bytes] = []
        size = 0
        for binding in _bulk(said, request):
            size += len(binding)
            if size > _MOST_BYTES or len(bindings) >= _MOST_VALUES:
                break
            bindings.append(binding)
        return _pdu(Tag.RESPONSE, request.number, bindings)
    if request.kind == Tag.GET:
        bindings = [_binding(name, value_of(said, name)) for name in request.names]
    elif request.kind == Tag.GET_NEXT:
        bindings = [_next_binding(said, name)[1] for name in request.names]
    else:
        return None
    if sum(map(len, bindings)) > _MOST_BYTES:
        return _pdu(Tag.RESPONSE, request.number, [], _TOO_BIG)
    return _pdu(Tag.RESPONSE, request.number, bindings)


class Agent:
    """The agents of all routers: they differ in what they say, and share their statistics and salts."""

    def __init__(self, first_salt: int) -> None:
        """``first_salt`` should differ from run to run."""
        self._salts = count(first_salt)
        self.reports: Counter[int] = Counter()

    def answer(self, datagram: bytes, said: Facts) -> bytes | None:
        """What the router that says ``said`` answers to ``datagram``; None: nothing."""
        try:
            version = to_int(children(datagram, 0, Tag.SEQUENCE)[0])
            if version == _V2C:
                return self._answer_v2c(datagram, said)
            return self._answer_v3(datagram, said) if version == _V3 else None
        except (BerError, ValueError, IndexError, OverflowError):
            return None

    def _answer_v2c(self, datagram: bytes, said: Facts) -> bytes | None:
        version, community, pdu = children(datagram, 0, Tag.SEQUENCE)
        if community.content != COMMUNITY:
            return None
        response = _response(said, _parse_request(datagram, pdu.at))
        if response is None:
            return None
        return encode(Tag.SEQUENCE, integer(to_int(version)), encode(Tag.OCTETS, COMMUNITY), response)

    def _answer_v3(self, datagram: bytes, said: Facts) -> bytes | None:
        header = _parse_header(datagram)
        secrets = keys(said.engine)
        refusal = _refusal(datagram, header, said, secrets)
        if refusal is not None:
            return self._report(header, said, refusal, datagram, secrets if refusal == _TIMES else None)
        plain = secrets.decrypted(header.scoped.content, header.boots, header.time_s, header.salt)
        try:
            engine, context, pdu = children(plain, 0, Tag.SEQUENCE)
            request = _parse_request(plain, pdu.at)
        except (BerError, ValueError):
            return self._report(header, said, _DECRYPTIONS, datagram)
        response = _response(said, request)
        if response is None:
            return None
        scoped = encode(
            *(Tag.SEQUENCE, encode(Tag.OCTETS, engine.content), encode(Tag.OCTETS, context.content), response)
        )
        return self._message(header, said, scoped, _AUTH | _PRIV, secrets)

    def _report(
        self, header: _Header, said: Facts, about: int, datagram: bytes, secrets: Keys | None = None
    ) -> bytes | None:
        """The report that the request cannot be taken; None where none is wanted."""
        self.reports[about] += 1
        if not header.flags & _REPORTABLE:
            return None
        name = (1, 3, 6, 1, 6, 3, 15, 1, 1, about, 0)
        value = integer(self.reports[about], Tag.COUNTER32)
        pdu = _pdu(Tag.REPORT, _request_number(datagram, header), [_binding(name, value)])
        scoped = encode(Tag.SEQUENCE, encode(Tag.OCTETS, said.engine), encode(Tag.OCTETS), pdu)
        return self._message(header, said, scoped, _AUTH if secrets else 0, secrets)

    def _message(self, header: _Header, said: Facts, scoped: bytes, flags: int, secrets: Keys | None) -> bytes:
        boots, time_s, salt = said.router.boots, int(said.uptime_s), b""
        if secrets is not None and flags & _PRIV:
            salt = (next(self._salts) % 2**64).to_bytes(8)
            scoped = encode(Tag.OCTETS, secrets.encrypted(scoped, boots, time_s, salt))
        security = encode(
            Tag.SEQUENCE,
            encode(Tag.OCTETS, said.engine),
            integer(boots),
            integer(time_s),
            encode(Tag.OCTETS, header.user),
            encode(Tag.OCTETS, bytes(DIGEST_BYTES) if secrets else b""),
            encode(Tag.OCTETS, salt),
        )
        whole = encode(
            Tag.SEQUENCE,
            integer(_V3),
            encode(
                Tag.SEQUENCE,
                integer(header.number),
                integer(1472),
                encode(Tag.OCTETS, bytes([flags])),
                integer(_USM),
            ),
            encode(Tag.OCTETS, security),
            scoped,
        )
        if secrets is None:
            return whole
        place = _parse_header(whole).digest
        return whole[: place.start] + secrets.digest(whole) + whole[place.end :]


def _parse_header(datagram: bytes) -> _Header:
    _, general, security, scoped = children(datagram, 0, Tag.SEQUENCE)
    number, _, flags, _ = children(datagram, general.at, Tag.SEQUENCE)
    engine, boots, time_s, user, digest, salt = children(datagram, security.start, Tag.SEQUENCE)
    return _Header(
        *(to_int(number), flags.content[0], engine.content, to_int(boots), to_int(time_s), user.content),
        *(digest, salt.content, scoped),
    )


def _refusal(datagram: bytes, header: _Header, said: Facts, secrets: Keys) -> int | None:
    """What a report has to be about; None when the message may be decrypted. The order is that of RFC 3414, 3.2."""
    checks = (
        (_ENGINES, header.engine == said.engine),
        (_USERS, header.user == USER),
        (_LEVELS, header.flags & (_AUTH | _PRIV) == _AUTH | _PRIV),
        (_DIGESTS, _is_authentic(datagram, header, secrets)),
        (_TIMES, header.boots == said.router.boots and abs(header.time_s - int(said.uptime_s)) <= _WINDOW_S),
        (_DECRYPTIONS, header.scoped.tag == Tag.OCTETS and len(header.salt) == _SALT_BYTES),
    )
    return next((about for about, is_fine in checks if not is_fine), None)


def _is_authentic(datagram: bytes, header: _Header, secrets: Keys) -> bool:
    place = header.digest
    blank = datagram[: place.start] + bytes(len(place.content)) + datagram[place.end :]
    return hmac.compare_digest(place.content, secrets.digest(blank))


def _request_number(datagram: bytes, header: _Header) -> int:
    """The request-id of a scoped PDU that is not encrypted, or else 0 (RFC 3412, 7.1, 3)."""
    if header.scoped.tag != Tag.SEQUENCE:
        return 0
    pdu = children(datagram, header.scoped.at, Tag.SEQUENCE)[2]
    return to_int(read(datagram, pdu.start))
