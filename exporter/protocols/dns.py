"""One question to a name server and what its answer is worth.

Lives here: the bytes of the question, the checks that a datagram is its answer, and the verdict. Must not live here:
sockets, time. The format is dnspython's matter (RFC 1035); this module never raises for anything that can come.
"""

from __future__ import annotations

import secrets
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import Enum, auto
from ipaddress import ip_address

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype

from exporter.plain_text import shown
from exporter.probe_outcome import ProbeReason

__all__ = ["Arrival", "Question", "Verdict", "question", "received", "verdict"]


class Arrival(Enum):
    """What a datagram is."""

    ANSWER = auto()
    TRUNCATED = auto()  #: the answer, but not whole: ask again over TCP (RFC 7766)
    STRANGER = auto()  #: another id or question, or no answer at all
    MALFORMED = auto()


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it is sent."""

    message: dns.message.QueryMessage
    wire: bytes


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an answer is worth; without a reason it is the one that was wanted."""

    reason: ProbeReason | None
    detail: str


def question(name: str, record_type: str) -> Question:
    """A question with recursion desired and an id that nobody can guess; raises dns.exception for a bad name or type.

    Without EDNS (RFC 6891): small routers' resolvers know it badly, and what is longer than 512 bytes comes over TCP.
    """
    message = dns.message.make_query(dns.name.from_text(name), record_type, id=secrets.randbits(16))
    assert isinstance(message, dns.message.QueryMessage)
    return Question(message, message.to_wire())


def received(asked: Question, wire: bytes) -> tuple[Arrival, dns.message.Message | None]:
    """Whether ``wire`` is the answer: it is one, with the id, the opcode and the question that were sent."""
    try:
        message = dns.message.from_wire(wire)
    except (dns.exception.DNSException, ValueError):
        return Arrival.MALFORMED, None
    if not asked.message.is_response(message):
        return Arrival.STRANGER, None
    return (Arrival.TRUNCATED if message.flags & dns.flags.TC else Arrival.ANSWER), message


def verdict(asked: Question, answer: dns.message.Message, expected: AbstractSet[str]) -> Verdict:
    """What ``answer`` is worth: at least one of ``expected`` must be in it, and any record where that is empty.

    Aliases are followed within the answer, 16 at most. Records are compared as text, without case, quotes or final dot.
    """
    kind = asked.message.question[0].rdtype
    if answer.rcode() != dns.rcode.NOERROR:
        missing = answer.rcode() == dns.rcode.NXDOMAIN
        reason = ProbeReason.NAME_NOT_FOUND if missing else ProbeReason.NAME_FAILED
        return Verdict(reason, f"the server answered {dns.rcode.to_text(answer.rcode())}")
    assert isinstance(answer, dns.message.QueryMessage)
    try:
        found = answer.resolve_chaining().answer
    except dns.message.ChainTooLong:
        return Verdict(ProbeReason.NAME_FAILED, "the aliases in the answer lead in a circle")
    except (dns.exception.DNSException, ValueError):
        return Verdict(ProbeReason.MALFORMED, "the answer contradicts itself")
    if found is None:
        return Verdict(ProbeReason.WRONG_ANSWER, f"no {dns.rdatatype.to_text(kind)} record in the answer")
    texts = [record.to_text() for record in found]
    if expected and not {_comparable(text) for text in texts} & {_comparable(text) for text in expected}:
        return Verdict(ProbeReason.WRONG_ANSWER, f"answered {shown(', '.join(texts))}")
    return Verdict(None, f"answered {shown(', '.join(texts))}")


def _comparable(text: str) -> str:
    try:
        return str(ip_address(text))
    except ValueError:
        # The strings of a TXT record are one text (RFC 7208, 3.3 reads them so).
        return text.strip('"').replace('" "', "").rstrip(".").lower()
