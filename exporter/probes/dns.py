"""The DNS probe: one question to a name server, over UDP, and over TCP where the answer is too long for that.

Lives here: asking again, and which datagrams count. Must not live here: sockets, what is in a message.

A datagram counts when it comes from the server's address and port (the kernel sees to that) and has the id and the
question that were sent. Others are passed over, as RFC 5452 wants it: a forger must not be able to end the probe. One
that is no DNS message is remembered: when nothing better comes, the server is broken and not silent.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address

import dns.message

from exporter.clock import Clock
from exporter.probe_model import DnsProbe
from exporter.probe_outcome import Phase, ProbeOutcome, ProbeReason
from exporter.probes.progress import ProbeEndError, Progress, concluded
from exporter.protocols.dns import Arrival, Question, question, received, verdict
from exporter.transport.datagram import Asker, Datagrams

__all__ = ["probe_dns"]

Address = IPv4Address | IPv6Address

#: Times that a question is sent, evenly over the deadline: one lost datagram is no failure of a resolver.
TRIES = 3

#: Datagrams that are no answer, after which a probe gives up: a flood must not keep the loop busy.
MOST_STRANGERS = 100


async def probe_dns(spec: DnsProbe, address: Address, clock: Clock, *, asker: Asker) -> ProbeOutcome:
    """The outcome of one question to ``spec.server``, or ``address``; never raises but for cancellation."""
    progress = Progress(clock, spec.timeout_s)
    return await concluded(progress, _ask(progress, spec, spec.server or address, asker))


async def _ask(progress: Progress, spec: DnsProbe, server: Address, asker: Asker) -> str:
    asked = question(spec.name, spec.record_type)
    with progress.during(Phase.WAIT):
        datagrams = asker.datagrams(server, spec.port)
        try:
            answer = await _answer(progress, asked, datagrams)
        finally:
            datagrams.close()
        if answer is None:
            answer = await _whole(asked, asker, server, spec.port)
    found = verdict(asked, answer, spec.expected)
    if found.reason is not None:
        raise ProbeEndError(found.reason, found.detail)
    return found.detail


async def _answer(progress: Progress, asked: Question, datagrams: Datagrams) -> dns.message.Message | None:
    """The answer; None where it is truncated."""
    strangers = 0
    for left in range(TRIES, 0, -1):
        await datagrams.send(asked.wire)
        until_s = progress.rest_s() * (left - 1) / left
        while strangers < MOST_STRANGERS:
            # The end of the last try comes a little before the deadline, so that what was heard can be told.
            wire = await datagrams.receive(max(0.0, progress.rest_s() - until_s - 0.01 * progress.timeout_s))
            if wire is None:
                break
            progress.answered = True
            arrival, message = received(asked, wire)
            if arrival is Arrival.ANSWER:
                return message
            if arrival is Arrival.TRUNCATED:
                progress.over = None
                return None
            if arrival is Arrival.MALFORMED:
                progress.over = ProbeReason.MALFORMED  # also where we come to it after the deadline
            strangers += 1
        if strangers >= MOST_STRANGERS:
            break
    if progress.over is not None or strangers >= MOST_STRANGERS:
        raise ProbeEndError(ProbeReason.MALFORMED, f"{strangers} datagrams came, and none is the answer")
    raise TimeoutError


async def _whole(asked: Question, asker: Asker, server: Address, port: int) -> dns.message.Message:
    try:
        wire = await asker.ask_stream(server, port, asked.wire)
    except EOFError as error:
        raise ProbeEndError(ProbeReason.MALFORMED, f"over TCP, {error}") from error
    arrival, message = received(asked, wire)
    if message is None or arrival is not Arrival.ANSWER:
        raise ProbeEndError(ProbeReason.MALFORMED, "the answer was truncated, and over TCP none came")
    return message
