"""The name server at each simulated address: a question in, an answer out.

Lives here: its two names. Must not live here: sockets. It knows the address of one name; every other does not exist.
"""

from __future__ import annotations

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset

__all__ = ["ADDRESS", "NAME", "answer_question"]

#: The name that exists, and its address.
NAME = dns.name.from_text("portal.example")
ADDRESS = "192.0.2.10"

_TTL_S = 60


def answer_question(datagram: bytes) -> bytes | None:
    """The answer to the question that ``datagram`` holds; None where it holds none."""
    try:
        query = dns.message.from_wire(datagram)
        response = dns.message.make_response(query, recursion_available=True)
        question = query.question[0]
    except (dns.exception.DNSException, IndexError):
        return None
    if question.name != NAME:
        response.set_rcode(dns.rcode.NXDOMAIN)
    elif question.rdtype == dns.rdatatype.A:
        response.answer.append(dns.rrset.from_text(question.name, _TTL_S, "IN", "A", ADDRESS))
    return response.to_wire()
