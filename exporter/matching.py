"""Which arriving packet answers which echo, and which is not to be believed.

Lives here: the checks, in order, and what a match means for the columns. Must not live here: sockets,
clocks. The order of the checks is that of failures.md 2.2: known sequence number, identifier, source
address, cookie, whole payload; the first that fails names the packet. An ICMP error never closes an echo. What answers
the echoes of diagnosis, known by their identifiers, is passed over: it is neither the measurement's nor a stranger's.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from exporter.outcome import OUTSTANDING, REPLY, Foreign
from exporter.protocols import icmp
from exporter.slots import ANSWERED, CLOSED, FREE, OPEN, Slots
from exporter.snapshot import Int64s
from exporter.table import Table
from exporter.tally import Tally
from exporter.timing import Reading, arrival_times, send_times
from exporter.transport.ports import Arrivals, Quote

__all__ = ["IcmpError", "Matched", "Matcher"]


@dataclass(frozen=True, slots=True)
class IcmpError:
    """An ICMP error that quoted an echo of ours: a hint for people, never a verdict."""

    kind: int
    code: int
    reporter: bytes  #: (16)


@dataclass(frozen=True, slots=True)
class Matched:
    """The n echoes that a batch of arrivals answered in time."""

    row: Int64s
    sent_mono_ns: Int64s
    rtt_ns: Int64s


class Matcher:
    """Applies arrivals to the table and the slots; used by the measuring thread only."""

    def __init__(self, table: Table, slots: Slots, tally: Tally) -> None:
        self.table = table
        self.slots = slots
        self.tally = tally
        self.errors: dict[int, IcmpError] = {}  #: the latest error for a row

    def replies(self, family: int, arrivals: Arrivals, now: Reading, before: Reading, *, unchecked: bool) -> Matched:
        """Match the echo replies among ``arrivals``; ``unchecked``: the kernel did not verify checksums.

        ``before`` is the last reading at which the socket had been emptied.
        """
        chosen = np.flatnonzero(icmp.is_reply(family, arrivals.data))
        echoes = icmp.parse_echoes(
            family, arrivals.data[chosen], arrivals.length[chosen], checksum_known_good=not unchecked
        )
        number = echoes.sequence.astype(np.int64)
        slots = self.slots
        row = slots.row[number]
        verdicts = (
            (Foreign.UNKNOWN, slots.status[number] != FREE),
            (Foreign.IDENTIFIER, slots.identifier[number] == echoes.identifier),
            (Foreign.SOURCE, self._stands_for(row, family, arrivals.source[chosen])),
            (Foreign.COOKIE, slots.cookie[number] == echoes.cookie),
            (Foreign.PAYLOAD, echoes.intact),
        )
        believed = (row >= 0) | (slots.status[number] == FREE)  # an answer for a link that is gone is nobody's
        believed &= (slots.identifier[number] == echoes.identifier) | ~icmp.is_of_diagnosis(echoes.identifier)
        for name, passed in verdicts:
            self.tally.foreign[name] += int((believed & ~passed).sum())
            believed &= passed
        stamps, doubtful = arrival_times(arrivals.stamp_ns[chosen[believed]], now, before)
        return self._credit(number[believed], stamps, int(doubtful.sum()))

    def _stands_for(self, row: Int64s, family: int, address: NDArray[np.uint8]) -> NDArray[np.bool_]:
        """Which rows are of targets at these addresses; the sixteen bytes of an IPv4 address are an IPv6 one, too."""
        table = self.table
        if not len(table.keys):
            return np.zeros(len(row), bool)
        return np.asarray((table.family[row] == family) & (table.address[row] == address).all(axis=1))

    def _credit(self, number: Int64s, arrived_mono_ns: Int64s, fallbacks: int) -> Matched:
        """Close open echoes whose reply came in time; name the duplicates and the late ones."""
        slots, table = self.slots, self.table
        self.tally.timestamp_fallbacks += fallbacks
        first = np.zeros(len(number), bool)
        first[np.unique(number, return_index=True)[1]] = True
        status = slots.status[number]
        in_time = arrived_mono_ns <= slots.deadline_mono_ns[number]
        answers = first & (status == OPEN) & in_time
        repeated = (status == ANSWERED) | (~first & np.isin(number, number[answers]))
        np.add.at(table.duplicates, slots.row[number[repeated]], 1)
        late = ~in_time & ~repeated & ((status == CLOSED) | (status == OPEN))
        np.add.at(table.late, slots.row[number[late]], 1)
        return self._answer(number[answers], arrived_mono_ns[answers])

    def _answer(self, number: Int64s, arrived_mono_ns: Int64s) -> Matched:
        slots, table = self.slots, self.table
        row, sent = slots.row[number], slots.sent_mono_ns[number]
        rtt = arrived_mono_ns - sent
        self.tally.timestamp_fallbacks += int((rtt < 0).sum())
        rtt = np.maximum(rtt, 0)
        slots.status[number] = ANSWERED
        table.queue_code[row, slots.place[number]] = REPLY
        table.queue_rtt_ns[row, slots.place[number]] = rtt
        np.maximum.at(table.answered_mono_ns, row, sent)
        return Matched(row, sent, rtt)

    def transmissions(self, number: Int64s, stamp_ns: Int64s) -> None:
        """Replace our own send times by the driver's, where these are possible."""
        slots = self.slots
        sent, doubtful = send_times(
            stamp_ns, slots.clock_offset_ns[number], slots.sent_mono_ns[number], slots.sent_by_mono_ns[number]
        )
        self.tally.timestamp_fallbacks += int(doubtful.sum())
        slots.deadline_mono_ns[number] += sent - slots.sent_mono_ns[number]
        slots.sent_mono_ns[number] = sent
        row = slots.row[number]
        mine = row >= 0
        self.table.queue_sent_mono_ns[row[mine], slots.place[number[mine]]] = sent[mine]

    def quotes(self, family: int, arrivals: Arrivals) -> None:
        """Record the ICMP errors among ``arrivals``."""
        chosen = np.flatnonzero(icmp.is_error(family, arrivals.data))
        other = len(arrivals.data) - len(chosen) - int(icmp.is_reply(family, arrivals.data).sum())
        self.tally.foreign[Foreign.TYPE] += other
        if not len(chosen):
            return
        data = arrivals.data[chosen]
        quoted = icmp.parse_quotes(family, data, arrivals.length[chosen])
        number = quoted.sequence.astype(np.int64)
        mine = self._ours(family, number, quoted.identifier, quoted.destination) & quoted.valid
        self.tally.foreign[Foreign.QUOTE] += int((~mine & ~icmp.is_of_diagnosis(quoted.identifier)).sum())
        rows = self.slots.row[number[mine]]
        np.add.at(self.table.icmp_errors, rows, 1)
        for row, index in zip(rows.tolist(), np.flatnonzero(mine).tolist(), strict=True):
            reporter = arrivals.source[chosen[index]].tobytes()
            self.errors[row] = IcmpError(int(data[index, 0]), int(data[index, 1]), reporter)

    def _ours(
        self, family: int, number: Int64s, identifier: NDArray[np.uint16], destination: NDArray[np.uint8]
    ) -> NDArray[np.bool_]:
        """Which quotes are of an echo that is still open, with our identifier, to that target."""
        slots = self.slots
        row = slots.row[number]
        ours = (slots.status[number] == OPEN) & (slots.identifier[number] == identifier) & (row >= 0)
        return np.asarray(ours & self._stands_for(row, family, destination))

    def reported(self, family: int, quotes: list[Quote]) -> None:
        """Record ICMP errors that came on the error queue of a datagram socket."""
        for quote in quotes:
            head = quote.data[:8].ljust(8, b"\0")
            number = np.array([int.from_bytes(head[6:8])])
            identifier = np.array([int.from_bytes(head[4:6])], np.uint16)
            destination = np.frombuffer(quote.destination, np.uint8)[None, :]
            if not self._ours(family, number, identifier, destination)[0]:
                self.tally.foreign[Foreign.QUOTE] += 1
                continue
            row = int(self.slots.row[number[0]])
            self.table.icmp_errors[row] += 1
            self.errors[row] = IcmpError(quote.kind, quote.code, quote.reporter)

    def judge(self, number: Int64s, codes: NDArray[np.uint8]) -> None:
        """Close unanswered echoes with their verdicts."""
        slots, table = self.slots, self.table
        slots.status[number] = CLOSED
        row, place = slots.row[number], slots.place[number]
        mine = row >= 0
        still = mine.copy()
        still[mine] = table.queue_code[row[mine], place[mine]] == OUTSTANDING
        table.queue_code[row[still], place[still]] = codes[still]
