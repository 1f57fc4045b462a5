"""Runs the probes beside the echo: one thread, one event loop, in the network of the prober.

Lives here: starting what is due, the bounds on how much runs at once, what becomes of an end. Must not live here: any
kind of probe, when a job is due (``probe_schedule``), counting (``probe_board``).

Three bounds: at most ``MAX_RUNNING`` probes at a time, fewer where descriptors are scarce, the rest wait their turn;
one at a time for each device, the next waits for it; and each ends by its own deadline, with a belt of ours a little
wider. A turn that finds the one before it still waiting or running is unmeasured, and so is all while our own uplink is
down.
"""

from __future__ import annotations

import asyncio
import logging
import resource
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Protocol

from exporter.beside import LoopFigures
from exporter.clock import Clock
from exporter.model import Inventory, Link
from exporter.probe_board import ProbeBoard
from exporter.probe_model import ProbeSpec
from exporter.probe_outcome import ProbeOutcome, ProbeReason
from exporter.probe_schedule import Agenda, Job, jobs_of

__all__ = ["MAX_RUNNING", "ProbeRunner", "Prober"]

_log = logging.getLogger(__name__)

#: Probes at a time: one descriptor each, far below the usual limit of 1,024; 500 devices that stay silent for 5 s a
#: minute are 42 at a time.
MAX_RUNNING = 96

#: Of the descriptors that the process may have, so many are not for probes: echoes, the web server, second opinions,
#: files. Of the rest half is used, for a probe may take two.
_RESERVED_DESCRIPTORS = 48

#: Waiting probes beyond which a turn is left out as unmeasured: a minute of the whole province.
MAX_WAITING = 2_000

#: Beyond its own deadline a probe is stopped after so much longer: then something is wrong with it.
_BELT_S = 2.0

#: How often the loop looks for what is due, for a new plan, and for the end: a fortieth of the shortest interval. Each
#: look wakes a thread, which costs 0.15 ms of processor, or 0.3 us an echo of 500 links.
_LOOK_S = 0.25

#: A router that is wanted for the cause of an outage is asked again after so long.
_WANTED_EVERY_NS = 5_000_000_000

_LAG_WINDOW_NS = 60_000_000_000


class Prober(Protocol):
    """What asks; opened, used and closed within the loop."""

    async def ask(self, link: Link, spec: ProbeSpec) -> ProbeOutcome:
        """One probe of one link."""
        ...

    def replace(self, inventory: Inventory) -> None:
        """Go on with another inventory."""
        ...

    async def close(self) -> None:
        """Give back what was opened."""
        ...


Devices = defaultdict[str, asyncio.Lock]


def _room() -> int:
    """How many probes may run at a time, by the descriptors that this process may have."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return min(MAX_RUNNING, max(2, (soft - _RESERVED_DESCRIPTORS) // 2))


@dataclass(slots=True)
class _Lag:
    """The longest lateness of the last minute, and of the one before until that is full."""

    longest_s: float = 0.0
    previous_s: float = 0.0
    since_ns: int = 0

    def see(self, lag_s: float, now_ns: int) -> None:
        if now_ns - self.since_ns > _LAG_WINDOW_NS:
            self.previous_s, self.longest_s, self.since_ns = self.longest_s, 0.0, now_ns
        self.longest_s = max(self.longest_s, lag_s)


class ProbeRunner:
    """The probes of an inventory; ``run`` is the body of a thread, all else may be called by any other."""

    def __init__(
        self,
        inventory: Inventory,
        open_prober: Callable[[], Prober],
        clock: Clock,
        *,
        uplink_up: Callable[[], bool | None],
        answered: Callable[[str, int], None] = lambda _link, _mono_ns: None,
        enter: Callable[[], None] = lambda: None,
    ) -> None:
        """``answered`` learns of each link that said anything, and when it was asked; ``enter`` is called first.

        A refusal is no answer here, for a router on the way may have spoken it. ``enter`` moves the thread into the
        prober's network namespace.
        """
        self.board = ProbeBoard(inventory)
        self._open_prober, self._clock = open_prober, clock
        self._uplink_up, self._answered, self._enter = uplink_up, answered, enter
        self._lock = threading.Lock()
        self._inventory = inventory
        self._new: Inventory | None = inventory
        self._wanted: frozenset[str] = frozenset()
        self._asked_ns: dict[tuple[str, str], int] = {}
        self._begun: set[tuple[str, str]] = set()  #: waiting or running
        self._running = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._late = 0
        self._lag = _Lag()

    def replace(self, inventory: Inventory) -> None:
        """Go on with another inventory, soon; its records exist at once."""
        if inventory is self._inventory:
            return
        self._inventory = inventory
        self.board.replace(inventory)
        with self._lock:
            self._new = inventory

    def want(self, links: Iterable[str]) -> None:
        """Ask the routers of ``links`` soon and again and again, until they are no longer wanted."""
        with self._lock:
            self._wanted = frozenset(links)

    def figures(self) -> LoopFigures:
        """What the loop confesses."""
        return LoopFigures(self._running, self._late, max(self._lag.longest_s, self._lag.previous_s))

    def run(self, stop: threading.Event) -> None:
        """Probe until ``stop`` is set."""
        self._enter()
        asyncio.run(self._serve(stop))

    async def _serve(self, stop: threading.Event) -> None:
        prober = self._open_prober()
        agenda = Agenda((), self._clock.monotonic_ns())
        slots = asyncio.Semaphore(_room())
        devices: Devices = defaultdict(asyncio.Lock)
        try:
            while not stop.is_set():
                with self._lock:
                    new, self._new = self._new, None
                    wanted = self._wanted
                now_ns = self._clock.monotonic_ns()
                if new is not None:
                    prober.replace(new)
                    agenda = Agenda(jobs_of(new), now_ns)
                    self._asked_ns.clear()
                    devices = defaultdict(asyncio.Lock, {key: lock for key, lock in devices.items() if lock.locked()})
                for job, late_ns in agenda.take(now_ns):
                    self._take_turn(job, now_ns - late_ns, prober, slots, devices)
                for job in self._due_by_want(agenda, wanted, now_ns):
                    if job.key not in self._begun:
                        self._take_turn(job, now_ns, prober, slots, devices)
                await self._sleep(now_ns)
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            await prober.close()

    async def _sleep(self, now_ns: int) -> None:
        """Until the next look, by which the lag of the loop is measured."""
        before_ns = self._clock.monotonic_ns()
        await asyncio.sleep(_LOOK_S)
        now_ns = self._clock.monotonic_ns()
        self._lag.see(max(0.0, (now_ns - before_ns) / 1e9 - _LOOK_S), now_ns)

    def _due_by_want(self, agenda: Agenda, wanted: frozenset[str], now_ns: int) -> list[Job]:
        """Polls of wanted routers that were not asked for a while."""
        jobs = agenda.polls_of(wanted) if wanted else []
        return [job for job in jobs if now_ns - self._asked_ns.get(job.key, 0) >= _WANTED_EVERY_NS]

    def _take_turn(self, job: Job, due_ns: int, prober: Prober, slots: asyncio.Semaphore, devices: Devices) -> None:
        """Begin one probe, or have it wait; a turn for which there is no room ends unmeasured."""
        self._asked_ns[job.key] = self._clock.monotonic_ns()
        if job.key in self._begun:
            self._end(job, ProbeOutcome(ProbeReason.BUSY, "the turn before still waits or runs"))
        elif len(self._begun) >= MAX_WAITING:
            self._end(job, ProbeOutcome(ProbeReason.BUSY, "too many probes wait"))
        else:
            self._begun.add(job.key)
            locks = [devices[device] for device in job.devices]
            task = asyncio.create_task(self._probe(job, due_ns, prober, slots, locks))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _probe(
        self, job: Job, due_ns: int, prober: Prober, slots: asyncio.Semaphore, locks: list[asyncio.Lock]
    ) -> None:
        try:
            async with AsyncExitStack() as held:
                for lock in (*locks, slots):
                    await held.enter_async_context(lock)
                begun_ns = self._clock.monotonic_ns()
                self._late += begun_ns - due_ns > job.interval_ns // 10
                outcome = await self._asked(prober, job)
            if outcome.answered and outcome.reason is not ProbeReason.REFUSED and job.is_at_link:
                self._answered(job.link.id, begun_ns)
            self._end(job, outcome)
        finally:
            self._begun.discard(job.key)

    async def _asked(self, prober: Prober, job: Job) -> ProbeOutcome:
        """The outcome, or what stands for it when our own part failed."""
        if self._uplink_up() is False:
            return ProbeOutcome(ProbeReason.UPLINK, "our own uplink is down")
        self._running += 1
        try:
            async with asyncio.timeout(job.spec.timeout_s + _BELT_S):
                return await prober.ask(job.link, job.spec)
        except TimeoutError:
            _log.error("probe %s of %s did not end by its deadline", job.spec.id, job.link.id)
            return ProbeOutcome(ProbeReason.INTERNAL, "the probe did not end by its deadline")
        except Exception:  # noqa: BLE001 - one probe that is broken must not end the others; it is logged whole
            _log.exception("probe %s of %s failed", job.spec.id, job.link.id)
            return ProbeOutcome(ProbeReason.INTERNAL, "the probe failed; the log says how")
        finally:
            self._running -= 1

    def _end(self, job: Job, outcome: ProbeOutcome) -> None:
        """Count the end."""
        self.board.record(job.link.id, job.spec.id, outcome, self._clock.wall_ns())
