"""ICMP echo for many targets at once: requests out of columns, columns out of what arrives.

Lives here: packet formats of RFC 792 (ICMP) and RFC 4443 (ICMPv6), as arithmetic on columns. Must not
live here: sockets, time, any idea of links or of what a reply is good for.

One request is 64 bytes: type, code, checksum, identifier, sequence number (RFC 792, "Echo or Echo
Reply Message"), then 56 bytes of payload: eight random bytes, the *cookie*, and a fixed filling. An
answer must return all of it. The cookie keeps off those who cannot see our requests; who can see them
can always answer them.

Errors quote the packet they complain about. RFC 792 promises its IP header and eight bytes more, that
is identifier and sequence number but not the cookie, so an error is a hint and never a verdict.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "COOKIE_BYTES",
    "DIAGNOSIS_IDENTIFIERS",
    "ECHO_BYTES",
    "FILLING",
    "MAX_ERROR_BYTES",
    "Echoes",
    "Quotes",
    "echo_requests",
    "error_kinds",
    "is_error",
    "is_of_diagnosis",
    "is_reply",
    "parse_echoes",
    "parse_quotes",
]

Bytes = NDArray[np.uint8]

ECHO_BYTES = 64  #: ICMP header and payload; the size that ping(8) sends
COOKIE_BYTES = 8

#: Identifiers of the echoes that diagnosis sends (second opinions, paths). A raw socket hears what answers them, too;
#: by these nobody takes it for a stranger's. The echoes of the measurement never bear one.
DIAGNOSIS_IDENTIFIERS = range(0xD100, 0xD200)
_COOKIE = slice(8, 16)
_FILLING = slice(16, ECHO_BYTES)

#: Bytes 16, 17, 18 ... after the cookie, as ping(8) does: any shift or truncation shows.
FILLING: Bytes = np.arange(16, ECHO_BYTES, dtype=np.uint8)

#: Longest part of an error that we read: header, a quoted IPv4 header with all options, eight bytes.
MAX_ERROR_BYTES = 8 + 60 + 8

_REQUEST = {4: 8, 6: 128}
_REPLY = {4: 0, 6: 129}

#: Error types and their names. IPv4: RFC 792; IPv6: RFC 4443 section 2.1.
_ERRORS = {
    4: {3: "unreachable", 11: "time_exceeded", 12: "parameter_problem"},
    6: {1: "unreachable", 2: "packet_too_big", 3: "time_exceeded", 4: "parameter_problem"},
}


@dataclass(frozen=True, slots=True)
class Echoes:
    """What n echo replies say; every array is (n,)."""

    identifier: NDArray[np.uint16]
    sequence: NDArray[np.uint16]
    cookie: NDArray[np.uint64]
    intact: NDArray[np.bool_]  #: length, code, filling and (IPv4) checksum are right


@dataclass(frozen=True, slots=True)
class Quotes:
    """What n ICMP errors say of the packet that they quote; every array has n rows."""

    identifier: NDArray[np.uint16]
    sequence: NDArray[np.uint16]
    destination: Bytes  #: (n, 16), IPv4 in the last four bytes
    valid: NDArray[np.bool_]  #: it quotes an echo request, whole enough to tell which


def is_of_diagnosis(identifier: NDArray[np.uint16]) -> NDArray[np.bool_]:
    """Which identifiers are diagnosis's."""
    first, beyond = DIAGNOSIS_IDENTIFIERS.start, DIAGNOSIS_IDENTIFIERS.stop
    return np.asarray((identifier >= first) & (identifier < beyond))


def _words(rows: Bytes, at: int) -> NDArray[np.uint16]:
    """The big-endian 16-bit number at byte ``at`` of each row."""
    high = rows[:, at].astype(np.uint16)
    return (high << np.uint16(8)) | rows[:, at + 1]


def _ones_complement(rows: Bytes) -> NDArray[np.uint16]:
    """The Internet checksum sum (RFC 1071) of each row, not yet inverted; rows have an even length."""
    total = np.ascontiguousarray(rows).view(np.dtype(">u2")).sum(axis=1, dtype=np.uint32)
    total = (total & 0xFFFF) + (total >> 16)
    return np.asarray((total & 0xFFFF) + (total >> 16), np.uint16)


def echo_requests(
    family: int, identifier: NDArray[np.uint16], sequence: NDArray[np.uint16], cookie: NDArray[np.uint64]
) -> Bytes:
    """The echo requests of n targets, (n, 64), all of one family.

    For IPv6 the checksum stays 0: the kernel fills it in (RFC 3542 section 3.1).
    """
    packets = np.zeros((len(identifier), ECHO_BYTES), np.uint8)
    packets[:, 0] = _REQUEST[family]
    packets[:, 4:6] = identifier.astype(">u2").view(np.uint8).reshape(-1, 2)
    packets[:, 6:8] = sequence.astype(">u2").view(np.uint8).reshape(-1, 2)
    packets[:, _COOKIE] = cookie.view(np.uint8).reshape(-1, COOKIE_BYTES)
    packets[:, _FILLING] = FILLING
    if family == 4:
        packets[:, 2:4] = (~_ones_complement(packets)).astype(">u2").view(np.uint8).reshape(-1, 2)
    return packets


def is_reply(family: int, data: Bytes) -> NDArray[np.bool_]:
    """Which of the messages claim to be echo replies."""
    return np.asarray(data[:, 0] == _REPLY[family])


def is_error(family: int, data: Bytes) -> NDArray[np.bool_]:
    """Which of the messages are ICMP errors that can concern an echo request."""
    return np.isin(data[:, 0], list(_ERRORS[family]))


def error_kinds(family: int) -> dict[int, str]:
    """ICMP type number to the name of the error."""
    return _ERRORS[family]


def parse_echoes(family: int, data: Bytes, length: NDArray[np.int64], *, checksum_known_good: bool) -> Echoes:
    """Identifier, sequence, cookie and soundness of n echo replies; never raises for any bytes.

    ``data`` is (n, >= 64) with zeros beyond ``length``. The kernel checks ICMPv6 and datagram
    checksums before delivery; a raw IPv4 socket gets packets unchecked (``checksum_known_good``).
    """
    echo = data[:, :ECHO_BYTES]
    intact = (length == ECHO_BYTES) & (echo[:, 1] == 0) & (echo[:, _FILLING] == FILLING).all(axis=1)
    if family == 4 and not checksum_known_good:
        intact &= _ones_complement(echo) == 0xFFFF
    cookie = np.ascontiguousarray(echo[:, _COOKIE]).view(np.uint64).reshape(-1)
    return Echoes(_words(echo, 4), _words(echo, 6), cookie, intact)


def parse_quotes(family: int, data: Bytes, length: NDArray[np.int64]) -> Quotes:
    """What n ICMP errors quote; never raises for any bytes.

    ``data`` is (n, >= MAX_ERROR_BYTES), from the ICMP header of the error on, zeros beyond ``length``.
    IPv6 extension headers in a quote are not followed: our requests carry none.
    """
    rows = np.arange(len(data))
    if family == 4:
        header = (data[:, 8] & 0x0F).astype(np.int64) * 4
        plain = (data[:, 8] >> 4 == 4) & (header >= 20) & (data[:, 8 + 9] == 1)
        plain &= (_words(data, 8 + 6) & 0x1FFF) == 0  # the first fragment holds the ICMP header
        destination = np.zeros((len(data), 16), np.uint8)
        destination[:, 12:] = data[:, 8 + 16 : 8 + 20]
    else:
        header = np.full(len(data), 40)
        plain = (data[:, 8] >> 4 == 6) & (data[:, 8 + 6] == 58)
        destination = data[:, 8 + 24 : 8 + 40]
    inner = 8 + header
    valid = plain & (inner + 8 <= length)
    inner = np.where(valid, inner, 8)
    quoted = data[rows[:, None], inner[:, None] + np.arange(8)]
    valid &= quoted[:, 0] == _REQUEST[family]
    return Quotes(_words(quoted, 4), _words(quoted, 6), destination, valid)
