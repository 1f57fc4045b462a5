"""One link whose losses are held for a second opinion, told as a history of echoes.

Lives here: the link. Must not live here: expectations of single tests.
"""

from __future__ import annotations

from exporter.outcome import LOST, OUTSTANDING, REPLY, UNMEASURED, State
from exporter.state import settle
from exporter.table import QUEUE, STATE_CODES, new_table
from tests.support.engines import assert_sums_hold, inventory

__all__ = ["CODES", "START", "WALL", "Asked", "S"]

S = 1_000_000_000
START, WALL = 1_000 * S, 1_795_000_000 * S

CODES = {"R": REPLY, "S": REPLY, "L": LOST, "U": UNMEASURED, "-": OUTSTANDING}


class Asked:
    """One link and one reference target; an echo a second, whose end is known at once."""

    def __init__(self, history: str = "", *, row: int = 0) -> None:
        self.table = new_table(inventory(1, 1), START, WALL)
        self.row = row
        self.seconds = 0
        self.sees(history)

    def sees(self, history: str, *, every_s: int = 1) -> Asked:
        """The echoes of ``history`` come to their ends, one by one, each settled as it is sent."""
        table = self.table
        for letter in history:
            self.seconds += every_s
            place = table.tail[self.row] % QUEUE
            table.queue_code[self.row, place] = CODES[letter]
            table.queue_sent_mono_ns[self.row, place] = START + self.seconds * S
            table.queue_rtt_ns[self.row, place] = 400_000_000 if letter == "S" else 5_000_000
            table.tail[self.row] += 1
            table.attempts[self.row] += 1
            self.at(self.seconds)
        return self

    def at(self, second: float) -> Asked:
        """Settle at this second."""
        settle(self.table, WALL - START, START + round(second * S))
        assert_sums_hold(self.table, START + round(second * S), start_mono_ns=dict.fromkeys(self.table.keys, START))
        return self

    def answers(self, second: float) -> Asked:
        """It answered an attempt by other means that began then."""
        self.table.otherwise_mono_ns[self.row] = START + round(second * S)
        return self

    def denies(self, second: float) -> Asked:
        """It was asked then, in vain."""
        self.table.denied_mono_ns[self.row] = START + round(second * S)
        return self

    @property
    def state(self) -> State:
        """What it is now."""
        return list(State)[int(self.table.state[self.row])]

    @property
    def is_now(self) -> tuple[State, bool, float]:
        """State, whether ICMP only, and since which second."""
        since_s = (int(self.table.changed_unix_ns[self.row]) - WALL) / S
        assert self.table.began_mono_ns[self.row] - START == since_s * S
        return self.state, bool(self.table.icmp_only[self.row]), since_s

    @property
    def open(self) -> int:
        """Echoes not settled."""
        return int(self.table.outstanding()[self.row])

    def spent_s(self, state: State) -> float:
        """Seconds given to a state."""
        return int(self.table.state_ns[self.row, STATE_CODES[state]]) / S
