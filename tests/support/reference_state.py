"""The state machine once more, slow and one link at a time, written from its description alone.

Lives here: what the docstring of ``exporter/state.py`` says, in plain Python over a list of everything that
ever happened. Must not live here: columns, or a look at how the real one does it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

from exporter.outcome import LOST, REPLY, State
from exporter.thresholds import (
    DEGRADED_ENTER_LOST,
    DEGRADED_ENTER_SLOW,
    DEGRADED_LEAVE_LOST,
    DEGRADED_LEAVE_SLOW,
    DEGRADED_WINDOW,
    DOWN_AFTER_LOSSES,
    OPINION_WAIT_S,
    OTHERWISE_HOLDS_S,
    RTT_BUCKETS_S,
    SLOW_RTT_S,
    UNKNOWN_AFTER_UNMEASURED,
    UP_AFTER_REPLIES,
)

__all__ = ["AskedLink", "ReferenceLink"]


@dataclass
class ReferenceLink:
    """One link; feed it echoes in the order in which they were sent."""

    start_ns: int
    changes: list[tuple[int, State]] = field(default_factory=list)  #: since when, what; the first is unknown
    losses: list[int] = field(default_factory=list)  #: sendings of the present run
    replies: list[int] = field(default_factory=list)
    blanks: list[int] = field(default_factory=list)
    quality: list[tuple[bool, bool]] = field(default_factory=list)  #: (lost, slow) of measured echoes
    rtts_ns: list[int] = field(default_factory=list)
    settled_ns: int = 0
    icmp_only: bool = False

    def __post_init__(self) -> None:
        self.changes = [(self.start_ns, State.UNKNOWN)]
        self.settled_ns = self.start_ns

    @property
    def state(self) -> State:
        """What the link is now."""
        return self.changes[-1][1]

    def echo(self, code: int, sent_ns: int, rtt_ns: int) -> None:
        """One more echo has come to its end."""
        if code == REPLY:
            self._reply(sent_ns, rtt_ns)
        elif code == LOST:
            self._loss(sent_ns)
        else:
            self._blank(sent_ns)

    def _reply(self, sent_ns: int, rtt_ns: int) -> None:
        self.rtts_ns.append(rtt_ns)
        self.quality.append((False, rtt_ns > round(SLOW_RTT_S * 1e9)))
        self.losses, self.blanks = [], []
        self.replies.append(sent_ns)
        if self.state == State.UNKNOWN:
            self._become(State.UP, sent_ns)
        elif self.state == State.DOWN:
            if len(self.replies) >= UP_AFTER_REPLIES:
                self._become(State.UP, self.replies[0])
        else:
            self._judge_quality(sent_ns)
        if self.state != State.DOWN:
            self.settled_ns = sent_ns

    def _loss(self, sent_ns: int) -> None:
        self.quality.append((True, False))
        self.replies, self.blanks = [], []
        self.losses.append(sent_ns)
        self._judge_losses(sent_ns)

    def _judge_losses(self, sent_ns: int) -> None:
        if self.state == State.DOWN:
            self.settled_ns = sent_ns
        elif len(self.losses) >= DOWN_AFTER_LOSSES:
            self._become(State.DOWN, self.losses[0])
            self.settled_ns = sent_ns

    def _blank(self, sent_ns: int) -> None:
        self.blanks.append(sent_ns)
        if len(self.blanks) >= UNKNOWN_AFTER_UNMEASURED:
            self.losses, self.replies = [], []
            if self.state != State.UNKNOWN:
                self.icmp_only = False
                self._become(State.UNKNOWN, self.blanks[0])
        if self.state == State.UNKNOWN and not self.losses:
            self.settled_ns = sent_ns

    def _judge_quality(self, sent_ns: int) -> None:
        window = self.quality[-DEGRADED_WINDOW:]
        lost, slow = (sum(column) for column in zip(*window, strict=True))
        if lost >= DEGRADED_ENTER_LOST or slow >= DEGRADED_ENTER_SLOW:
            wanted = State.DEGRADED
        elif lost <= DEGRADED_LEAVE_LOST and slow <= DEGRADED_LEAVE_SLOW:
            wanted = State.UP
        else:
            return
        if wanted != self.state:
            self._become(wanted, sent_ns)

    def _become(self, state: State, since_ns: int) -> None:
        if self.state in {State.DOWN, State.UNKNOWN}:
            self.quality = []
        self.changes.append((since_ns, state))

    def seconds_in(self) -> dict[State, int]:
        """Nanoseconds in each state up to where time is settled."""
        ends = [*self.changes, (self.settled_ns, self.state)]
        total = dict.fromkeys(State, 0)
        for (since, state), (until, _) in pairwise(ends):
            total[state] += until - since
        return total

    def buckets(self) -> list[int]:
        """Replies by RTT bucket, not cumulative; a bound belongs to its bucket."""
        bounds = [0, *(round(bound * 1e9) for bound in RTT_BUCKETS_S), 1 << 62]
        return [sum((low < rtt <= high) or (low == 0 == rtt) for rtt in self.rtts_ns) for low, high in pairwise(bounds)]

    def variation_ns(self) -> int:
        """Sum of the differences of consecutive RTTs."""
        return sum(abs(later - earlier) for earlier, later in pairwise(self.rtts_ns))


@dataclass
class AskedLink(ReferenceLink):
    """One link about which others are asked: what came to its end waits here until it may be settled."""

    answers: list[int] = field(default_factory=list)  #: when attempts began that were answered
    denials: list[int] = field(default_factory=list)
    queue: list[tuple[int, int | None, int]] = field(default_factory=list)  #: sent, outcome (None: open), RTT
    asked_ns: int | None = None  #: since when the oldest echo is held

    def settle(self, now_ns: int, room: int) -> None:
        """Settle what may be; with more than ``room`` in the queue nothing is held."""
        while self.queue:
            sent_ns, code, rtt_ns = self.queue[0]
            if code is None or (code == LOST and self._is_held(now_ns, room)):
                return
            self.asked_ns = None
            del self.queue[0]
            self.echo(code, sent_ns, rtt_ns)

    def _is_held(self, now_ns: int, room: int) -> bool:
        if self.state == State.DOWN or self.icmp_only or len(self.losses) + 1 < DOWN_AFTER_LOSSES:
            return False
        if self.asked_ns is None:
            self.asked_ns = now_ns
        of_run = [answer_ns for answer_ns in self.answers if answer_ns >= self.losses[0]]
        if of_run:
            is_enough = self._first_after(max(of_run)) is not None
        else:
            is_enough = any(denial_ns >= self.losses[0] for denial_ns in self.denials)
        if is_enough:
            return False
        return len(self.queue) <= room and (now_ns - self.asked_ns) < OPINION_WAIT_S * 1e9

    def _first_after(self, answer_ns: int) -> int | None:
        """The code of the first echo that was measured and sent no earlier; None: none was, or it is still open."""
        for sent_ns, code, _ in self.queue:
            if sent_ns < answer_ns:
                continue
            if code is None or code in {LOST, REPLY}:
                return code
        return None

    def _reply(self, sent_ns: int, rtt_ns: int) -> None:
        if not self.icmp_only:
            super()._reply(sent_ns, rtt_ns)
            return
        self.rtts_ns.append(rtt_ns)
        self.losses, self.blanks, self.replies = [], [], [sent_ns]
        self._become(State.UP, sent_ns)
        self.icmp_only = False
        self.quality = []
        self.settled_ns = sent_ns

    def _judge_losses(self, sent_ns: int) -> None:
        answer_ns = max(self.answers, default=-1)
        speaks = answer_ns >= sent_ns or (
            sent_ns - answer_ns <= OTHERWISE_HOLDS_S * 1e9 and not any(denial > answer_ns for denial in self.denials)
        )
        if self.state == State.DOWN:
            if speaks and self.changes[-1][0] < answer_ns <= sent_ns:
                self._become(State.DEGRADED, max(answer_ns, self.settled_ns))
                self.icmp_only = True
                self.settled_ns = self.changes[-1][0]
            else:
                self.settled_ns = sent_ns
            return
        if not self.icmp_only:
            if len(self.losses) < DOWN_AFTER_LOSSES:
                return
            was_back = sent_ns < answer_ns and self._first_after(answer_ns) == REPLY
            if answer_ns < self.losses[0] or was_back:
                self._become(State.DOWN, self.losses[0])
                self.settled_ns = sent_ns
                return
            self._become(State.DEGRADED, self.losses[0])
            self.icmp_only = True
        if speaks:
            self.settled_ns = max(self.changes[-1][0], self.settled_ns, min(sent_ns, answer_ns))
        else:
            self._become(State.DOWN, max(answer_ns, self.losses[0], self.settled_ns))
            self.icmp_only = False
            self.settled_ns = sent_ns
