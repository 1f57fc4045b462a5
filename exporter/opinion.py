"""A second opinion on a link whose echoes stay unanswered: what was asked, and who answered.

Lives here: the values, and what the two answers say together. Must not live here: asking, clocks, budgets.

The first opinion is the engine's: its echoes have one size, and an identifier that stays for minutes. A firewall
that has pinned a dead session to that identifier, or a router that drops ICMP when it is busy, looks like a dead line
to it. So two other questions are asked: an echo with a fresh identifier and another size, and a TCP connection to a
port that is known to answer or to refuse. Who gets any answer at all knows that the line carries packets.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["ANSWERED", "Answer", "EchoDetail", "EchoEnd", "Opinion", "TcpDetail", "TcpEnd", "answer_of"]


class Answer(StrEnum):
    """Who answered, both questions together."""

    ECHO = "echo"
    TCP = "tcp"
    BOTH = "both"
    NONE = "none"  #: asked, and nobody answered
    NOT_ASKED = "not_asked"  #: the budget was spent, or nothing could be sent


class EchoEnd(StrEnum):
    """What became of the echo."""

    ANSWERED = "answered"
    SILENT = "silent"
    ERROR = "error"  #: a fault of ours: no route, no descriptors, a firewall
    NOT_PERMITTED = "not_permitted"  #: neither a raw nor a datagram socket
    NOT_ASKED = "not_asked"


class TcpEnd(StrEnum):
    """What became of the connection."""

    ANSWERED = "answered"
    REFUSED = "refused"  #: also an answer: somebody at that address is awake
    SILENT = "silent"  #: nothing in time, or a router on the way says that there is none
    ERROR = "error"  #: a fault of ours: no route, no descriptors, no ports
    NOT_ASKED = "not_asked"  #: no port is known, or the budget was spent


@dataclass(frozen=True, slots=True)
class EchoDetail:
    """The end of an echo with a fresh identifier and another size."""

    end: EchoEnd
    seconds: float | None = None  #: until the answer, in user space: good enough to show, not to measure


@dataclass(frozen=True, slots=True)
class TcpDetail:
    """The end of a connection."""

    end: TcpEnd
    port: int | None = None
    seconds: float | None = None  #: until the answer or the refusal


@dataclass(frozen=True, slots=True)
class Opinion:
    """One second opinion."""

    asked_unix_ns: int
    asked_mono_ns: int  #: when the attempt began
    answer: Answer
    echo: EchoDetail
    tcp: TcpDetail

    @property
    def answered(self) -> bool:
        """Whether the link answered by other means than the engine's echoes."""
        return self.answer in ANSWERED


#: Somebody did.
ANSWERED = frozenset({Answer.ECHO, Answer.TCP, Answer.BOTH})


def answer_of(echo: EchoDetail, tcp: TcpDetail) -> Answer:
    """Both ends as one answer; silence counts only where a question left us."""
    by_echo = echo.end is EchoEnd.ANSWERED
    by_tcp = tcp.end in {TcpEnd.ANSWERED, TcpEnd.REFUSED}
    if by_echo or by_tcp:
        return Answer.BOTH if by_echo and by_tcp else Answer.ECHO if by_echo else Answer.TCP
    asked = echo.end is EchoEnd.SILENT or tcp.end is TcpEnd.SILENT
    return Answer.NONE if asked else Answer.NOT_ASKED
