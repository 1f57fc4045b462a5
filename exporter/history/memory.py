"""The memory of the exporter: it sees every look of the explainer, and answers pages and the API.

Lives here: one lock around the three kinds of memory, and the thread that writes the journal. Must not live here: their
rules, the file's form, pages. Whoever asks waits for no file: writing happens beside the lock.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from queue import Empty, SimpleQueue

from exporter.cause_board import ChangedOutage
from exporter.clock import Clock
from exporter.history.journal import Journal, JournalFigures, Remembered
from exporter.history.minutes import MinuteRing
from exporter.history.outages import OutageMemory
from exporter.history.watch import WatchMemory
from exporter.past import Minutes, PastOutage, Watched
from exporter.snapshot import Snapshot

__all__ = ["Memory"]

#: How often the journal is told that the exporter still runs, seconds: a kill loses less than this of a watched span.
_HEARTBEAT_S = 60.0

#: Old outages are dropped this often, in looks.
_FORGET_EVERY = 600


class Memory:
    """Implements ``past.Past``; ``see`` is called by the explainer's thread once a second."""

    def __init__(self, clock: Clock, journal: Journal | None = None) -> None:
        """Reads the journal, if there is one. Raises UsageError where it cannot be had."""
        remembered = Remembered((), ()) if journal is None else journal.open()
        looked_until = max((each.end_unix_ns for each in remembered.watched), default=0)
        self._clock = clock
        self._journal = journal
        self._lock = threading.Lock()
        self._minutes = MinuteRing()
        self._outages = OutageMemory(remembered.outages, looked_until_unix_ns=looked_until)
        self._watch = WatchMemory(remembered.watched)
        self._changed: SimpleQueue[PastOutage] = SimpleQueue()
        self._looks = 0

    def see(self, snapshot: Snapshot, changed: Iterable[ChangedOutage]) -> None:
        """Remember what is now, and the outages that changed since the last look."""
        now = snapshot.taken_unix_ns
        with self._lock:
            self._minutes.see(now, snapshot.links)
            taken = self._outages.take(now, changed)
            self._watch.look(now)
            if self._looks % _FORGET_EVERY == 0:
                taken += self._outages.forget(now, snapshot.links.keys)
            self._looks += 1
        if self._journal is not None:
            for each in taken:
                self._changed.put(each)

    def minutes(self, link: str) -> Minutes:
        """The last day of a link. Raises KeyError for one that the inventory in force does not have."""
        with self._lock:
            return self._minutes.minutes(link)

    def outages(self, link: str) -> Sequence[PastOutage]:
        """The outages of a link that touch the last days, oldest first; none for an unknown link."""
        with self._lock:
            return self._outages.of(link, self._clock.wall_ns())

    def watched(self) -> Sequence[Watched]:
        """When the exporter ran, oldest first; the last span ends with the last look."""
        with self._lock:
            return self._watch.spans(self._clock.wall_ns())

    def figures(self) -> JournalFigures | None:
        """What the journal confesses; None: there is none."""
        return None if self._journal is None else self._journal.figures()

    def run(self, stop: threading.Event) -> None:
        """Write the journal until ``stop`` is set, and a last time then; the body of a thread."""
        if self._journal is None:
            return
        told_mono_ns: int | None = None
        while not stop.wait(1.0):
            now_mono_ns = self._clock.monotonic_ns()
            beat = told_mono_ns is None or now_mono_ns - told_mono_ns >= _HEARTBEAT_S * 1e9
            if self.write(beat=beat):
                told_mono_ns = now_mono_ns if beat else told_mono_ns
        self.write(beat=True)
        self._journal.close()

    def write(self, *, beat: bool) -> bool:
        """Write what changed and that the exporter runs, which ``beat`` says by itself; whether anything was to write.

        A kill within the first minute would otherwise leave an outage that nobody is known to have looked at.
        """
        assert self._journal is not None
        entries: list[PastOutage | Watched] = list(_all_of(self._changed))
        with self._lock:
            latest = self._watch.latest()
        if latest is not None and (beat or entries):
            entries.append(latest)
        if entries:
            self._journal.append(self._clock.wall_ns() / 1e9, entries, self._everything)
        return bool(entries)

    def _everything(self) -> Remembered:
        with self._lock:
            return Remembered(tuple(self._outages.all()), tuple(self._watch.spans(self._clock.wall_ns())))


def _all_of(queue: SimpleQueue[PastOutage]) -> Iterable[PastOutage]:
    while True:
        try:
            yield queue.get_nowait()
        except Empty:
            return
