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
    RTT_BUCKETS_S,
    SLOW_RTT_S,
    UNKNOWN_AFTER_UNMEASURED,
    UP_AFTER_REPLIES,
)

__all__ = ["ReferenceLink"]


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
