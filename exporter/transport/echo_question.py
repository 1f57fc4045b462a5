"""One echo, or one trace, by icmplib: for a second opinion and for paths, never for measuring.

Lives here: asking with icmplib, and what it takes to believe its answers. Must not live here: whom to ask, threads.

icmplib 3.0.4 believes anybody: it matches identifier and sequence number and looks at neither source nor payload, its
identifiers count up from the process id and its sequence numbers from 0; a failed send counts as nothing; it takes
times from the wall clock; ``Host.address`` is the address that was *asked*, so it proves nothing (failures.md 0, F1 to
F6). Here the identifier and the sequence number are random, the source and the length of the reply must be right, a
raw socket is connected so that the kernel passes on what its peer sends and nothing else, and time is our own clock's.
Both questions block: they belong into worker threads.
"""

from __future__ import annotations

import secrets
import socket
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any

from icmplib import ICMPLibError, ICMPRequest, ICMPv4Socket, ICMPv6Socket, traceroute
from icmplib.exceptions import SocketPermissionError

from exporter.clock import Clock
from exporter.opinion import EchoDetail, EchoEnd
from exporter.path import Hop, Path, new_hops
from exporter.protocols.icmp import DIAGNOSIS_IDENTIFIERS

__all__ = ["Trace", "TraceEnd", "ask_echo", "trace"]

Address = IPv4Address | IPv6Address

#: Bytes behind the header: what Windows' ping sends, so that filters know it, and not the engine's 56.
_PAYLOAD_BYTES = 32
_HEADER_BYTES = 8
_ECHO_REPLY = {4: 0, 6: 129}

#: Echoes in one question, evenly spread: one lost by chance must not decide.
_ECHOES = 2

#: Errors that a socket may report while it waits, before it is given up. An ICMP error is no verdict: a reply after
#: it still wins.
_MOST_ERRORS = 8

#: How long one hop may take to answer, and how often it is asked.
_HOP_TIMEOUT_S = 0.6
_HOP_TRIES = 2

#: The most hops of any trace; the internet's longest ways are shorter.
_MOST_HOPS = 30

#: Hops in a row whose address was met before: more, and a router without a way on, or a loop, answers for ever.
_MOST_REPEATED = 2

#: The longest that a trace may take altogether, seconds.
_TRACE_WITHIN_S = 15.0


class TraceEnd(StrEnum):
    """What became of a trace."""

    DONE = "done"
    NOT_PERMITTED = "not_permitted"  #: it takes raw sockets (CAP_NET_RAW)
    ERROR = "error"  #: a fault of ours: no descriptors, no such family


@dataclass(frozen=True, slots=True)
class Trace:
    """The end of one trace."""

    end: TraceEnd
    path: Path | None = None  #: only when done


def _identifier() -> int:
    """A random identifier among those of diagnosis; never 0, which icmplib takes for "choose one"."""
    return secrets.choice(DIAGNOSIS_IDENTIFIERS)


def ask_echo(address: Address, *, timeout_s: float, clock: Clock) -> EchoDetail:
    """Whether ``address`` answers an echo unlike the engine's, within ``timeout_s``.

    From the namespace of the calling thread; a raw socket, or a datagram one where raw is not permitted.
    """
    try:
        handle, is_raw = _opened(address)
    except SocketPermissionError:
        return EchoDetail(EchoEnd.NOT_PERMITTED)
    except ICMPLibError:
        return EchoDetail(EchoEnd.ERROR)
    with handle:
        if is_raw:
            try:
                handle.sock.connect(_socket_name(address, socket.SOCK_RAW))
            except OSError:
                return EchoDetail(EchoEnd.ERROR)
        return _exchange(handle, address, timeout_s, clock)


def _opened(address: Address) -> tuple[Any, bool]:
    """An icmplib socket and whether it is raw; raises SocketPermissionError, ICMPLibError."""
    kind = ICMPv4Socket if address.version == 4 else ICMPv6Socket
    try:
        return kind(privileged=True), True
    except SocketPermissionError:
        return kind(privileged=False), False


def _socket_name(address: Address, kind: int) -> Any:
    return socket.getaddrinfo(str(address), None, type=kind, flags=socket.AI_NUMERICHOST)[0][4]


def _exchange(handle: Any, address: Address, timeout_s: float, clock: Clock) -> EchoDetail:
    """Send the echoes and wait for one right reply."""
    identifier, first = _identifier(), secrets.randbelow(0x10000)
    begun_ns = clock.monotonic_ns()
    slice_ns = round(timeout_s * 1e9 / _ECHOES)
    sent: dict[tuple[int, int], int] = {}
    for number in range(_ECHOES):
        payload = secrets.token_bytes(_PAYLOAD_BYTES)
        request = ICMPRequest(str(address), identifier, (first + number) & 0xFFFF, payload=payload)
        until_ns = begun_ns + (number + 1) * slice_ns
        try:
            now_ns = clock.monotonic_ns()
            handle.send(request)
            sent[request.id, request.sequence] = now_ns  # of a datagram socket, the kernel's identifier
        except ICMPLibError:
            continue
        if (key := _awaited(handle, address, sent, until_ns, clock)) is not None:
            return EchoDetail(EchoEnd.ANSWERED, (clock.monotonic_ns() - sent[key]) / 1e9)
    return EchoDetail(EchoEnd.SILENT if sent else EchoEnd.ERROR)


def _awaited(
    handle: Any, address: Address, sent: dict[tuple[int, int], int], until_ns: int, clock: Clock
) -> tuple[int, int] | None:
    """The echo that was answered by ``address`` before ``until_ns``."""
    errors = 0
    while (rest_ns := until_ns - clock.monotonic_ns()) > 0 and errors < _MOST_ERRORS:
        try:
            reply = handle.receive(timeout=rest_ns / 1e9)
        except ICMPLibError:  # the time is over, or by icmplib's wall clock only, or an ICMP error came
            errors += 1
            continue
        key = (reply.id, reply.sequence)
        if key in sent and _is_right(reply, address):
            return key
    return None


def _is_right(reply: Any, address: Address) -> bool:
    """What icmplib does not check: type, source and length."""
    return (
        reply.type == _ECHO_REPLY[address.version]
        and _same(reply.source, address)
        and reply.bytes_received == _HEADER_BYTES + _PAYLOAD_BYTES
    )


def _same(source: str, address: Address) -> bool:
    """Whether a source is the address, whatever the scope is called."""
    return ip_address(source.partition("%")[0]).packed == address.packed


def trace(address: Address, *, silent_hops: int, clock: Clock, stopped: Callable[[], bool]) -> Trace:
    """The way to ``address``, given up after ``silent_hops`` hops in a row that do not answer.

    One hop at a time, each with an identifier of its own: icmplib's own loop takes an answer to a former hop for one to
    the present, asks on after a router said that there is no way, and waits out thirty silent hops.
    ``stopped`` is asked between hops. From the namespace of the calling thread; takes up to 15 seconds.
    """
    taken_unix_ns = clock.wall_ns()
    give_up_ns = clock.monotonic_ns() + round(_TRACE_WITHIN_S * 1e9)
    hops: list[Hop] = []
    silent = repeated = 0
    for number in range(1, _MOST_HOPS + 1):
        if silent >= silent_hops or repeated > _MOST_REPEATED or stopped() or clock.monotonic_ns() > give_up_ns:
            break
        try:
            hop = _hop(address, number, clock)
        except SocketPermissionError:
            return Trace(TraceEnd.NOT_PERMITTED)
        except ICMPLibError:
            return Trace(TraceEnd.ERROR)
        if hop is None:
            silent += 1
            continue
        silent = 0
        repeated = repeated + 1 if hop.address in {each.address for each in hops} else 0
        hops.append(hop)
        if _same(str(hop.address), address):
            return Trace(TraceEnd.DONE, Path(taken_unix_ns, tuple(hops), whole=True))
    return Trace(TraceEnd.DONE, Path(taken_unix_ns, new_hops(hops), whole=False))


def _hop(address: Address, number: int, clock: Clock) -> Hop | None:
    """Who answers at hop ``number``; raises ICMPLibError when no socket can be opened."""
    for _ in range(_HOP_TRIES):
        asked_ns = clock.monotonic_ns()
        found = traceroute(
            str(address),
            count=1,
            interval=0,
            timeout=_HOP_TIMEOUT_S,
            first_hop=number,
            max_hops=number,
            id=_identifier(),
            payload_size=_PAYLOAD_BYTES,
        )
        if found:
            seconds = (clock.monotonic_ns() - asked_ns) / 1e9
            return Hop(number, ip_address(found[0].address.partition("%")[0]), seconds)
    return None
