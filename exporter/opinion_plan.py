"""Who is to be asked now for a second opinion: once for each run of losses, then again while it lasts.

Lives here: budgets, order, back-off. Must not live here: asking, threads, clocks: the time is handed in.

A link is suspect from its second loss in a row on, and the engine waits for an opinion until three seconds after the
third. In a mass outage nobody may be held up by that: who cannot be asked on the spot is denied on the spot, and those
who are asked are a sample over all providers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address

from exporter.opinion import ANSWERED, Answer
from exporter.sampling import spread

__all__ = ["OpinionOrders", "OpinionPlanner", "Question", "Suspected"]

Address = IPv4Address | IPv6Address

#: Seconds until a link that stays suspect is asked again.
_AGAIN_NS = 10_000_000_000

#: The same for one that has been down for longer than ``_LONG_NS`` and whose last answer was none.
_AGAIN_LONG_NS = 60_000_000_000
_LONG_NS = 120_000_000_000

#: Of each budget, the share that questions asked again may take: the rest is for whom nobody was asked about yet.
_AGAIN_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Suspected:
    """A link that is suspect now."""

    link: str
    provider: str
    address: Address
    port: int | None  #: for the connection; None: not known
    since_mono_ns: int  #: when its run of losses began
    is_down: bool


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be asked: at least one of the two."""

    link: str
    address: Address
    echo: bool
    port: int | None
    is_first: bool  #: of its run of losses
    is_patient: bool = False  #: it answered when it was asked last: silence must not be one lost packet


@dataclass(frozen=True, slots=True)
class OpinionOrders:
    """What to do now."""

    ask: tuple[Question, ...]
    deny: tuple[str, ...]  #: links that cannot be asked in time


@dataclass(slots=True)
class _Run:
    """A run of losses that was asked about."""

    since_mono_ns: int
    asked_mono_ns: int
    answer: Answer | None  #: the latest; None: not known yet


class OpinionPlanner:
    """Keeps a few words for each link that is suspect now."""

    def __init__(self, most_echoes: int, most_connections: int) -> None:
        self._most_echoes = most_echoes
        self._most_connections = most_connections
        self._runs: dict[str, _Run] = {}
        self._open: dict[str, Question] = {}

    def plan(self, now_mono_ns: int, suspects: Iterable[Suspected]) -> OpinionOrders:
        """Whom to ask and whom to deny; asked counts as open until ``finished``."""
        present = {each.link: each for each in suspects}
        self._runs = {
            link: run
            for link, run in self._runs.items()
            if link in present and present[link].since_mono_ns == run.since_mono_ns
        }
        orders = _Orders(self._open.values(), self._most_echoes, self._most_connections)
        deny = []
        fresh = [each for each in present.values() if each.link not in self._runs and each.link not in self._open]
        for each in spread(sorted(fresh, key=lambda one: one.since_mono_ns), lambda one: one.provider):
            if orders.is_busy(each.address):
                continue  # an answer is due within a second; then it is asked
            is_asked = orders.take(each, is_first=True)
            if not is_asked:
                deny.append(each.link)
            self._runs[each.link] = _Run(each.since_mono_ns, now_mono_ns, None if is_asked else Answer.NOT_ASKED)
        for each in self._due(now_mono_ns, present):
            is_patient = self._runs[each.link].answer in ANSWERED
            if not orders.is_busy(each.address) and orders.take(each, is_first=False, is_patient=is_patient):
                self._runs[each.link].asked_mono_ns = now_mono_ns
        self._open |= {question.link: question for question in orders.taken}
        return OpinionOrders(tuple(orders.taken), tuple(deny))

    def _due(self, now_mono_ns: int, present: Mapping[str, Suspected]) -> list[Suspected]:
        """Who is to be asked again, the longest unasked first."""
        found = []
        for link, run in self._runs.items():
            if run.answer is None or link in self._open:
                continue
            each = present[link]
            is_long = each.is_down and now_mono_ns - each.since_mono_ns > _LONG_NS and run.answer is Answer.NONE
            if now_mono_ns - run.asked_mono_ns >= (_AGAIN_LONG_NS if is_long else _AGAIN_NS):
                found.append((run.asked_mono_ns, link))
        return [present[link] for _, link in sorted(found)]

    def finished(self, link: str, answer: Answer) -> None:
        """The answer to the question that was open about ``link``."""
        self._open.pop(link, None)
        run = self._runs.get(link)
        if run is not None:
            run.answer = answer

    def unanswered(self) -> frozenset[str]:
        """Suspects about whom it was asked, and nobody answered."""
        return frozenset(link for link, run in self._runs.items() if run.answer is Answer.NONE)


class _Orders:
    """Questions as they are taken from the budgets of one moment."""

    def __init__(self, still_open: Iterable[Question], most_echoes: int, most_connections: int) -> None:
        open_now = list(still_open)
        self.taken: list[Question] = []
        self._most = (most_echoes, most_connections)
        self._echoes = sum(each.echo for each in open_now)
        self._connections = sum(each.port is not None for each in open_now)
        self._addresses = {each.address for each in open_now}

    def is_busy(self, address: Address) -> bool:
        """Whether a question to the address is open already."""
        return address in self._addresses

    def take(self, each: Suspected, *, is_first: bool, is_patient: bool = False) -> bool:
        """Ask what the budgets allow, of the two; whether that is anything."""
        share = 1.0 if is_first else _AGAIN_SHARE
        most_echoes, most_connections = self._most
        echo = self._echoes < most_echoes * share
        port = each.port if self._connections < most_connections * share else None
        if not echo and port is None:
            return False
        self.taken.append(Question(each.link, each.address, echo, port, is_first, is_patient))
        self._addresses.add(each.address)
        self._echoes += echo
        self._connections += port is not None
        return True
