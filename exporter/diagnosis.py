"""Diagnosis: asks about links whose echoes stay unanswered, traces their paths, and remembers both.

Lives here: the thread's loop, what is done with answers, what is remembered. Must not live here: whom to ask and when
(``opinion_plan``, ``path_plan``), sockets (``transport.diagnosis_ports``), what the engine makes of an opinion.

Five times a second it looks at the engine's suspects and has the planners decide. Whatever the network answers comes
back through one queue, so that all that is remembered changes in one thread. Of each link there are one opinion, one
path of its outage and one good path, and never more.
"""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from functools import partial
from queue import Empty, SimpleQueue
from typing import TypeVar

from exporter.clock import Clock
from exporter.diagnosis_memory import Memory, Target
from exporter.diagnosis_view import (
    DiagnosedEngine,
    DiagnosisFigures,
    DiagnosisView,
    SuspectLink,
    TraceResult,
)
from exporter.opinion import Answer, EchoDetail, EchoEnd, Opinion, TcpDetail, TcpEnd, answer_of
from exporter.opinion_plan import OpinionPlanner, Question, Suspected
from exporter.outcome import State
from exporter.path import longest_gap
from exporter.path_plan import PathPlanner, Silent
from exporter.snapshot import Snapshot
from exporter.transport.diagnosis_ports import MOST_CONNECTIONS, MOST_ECHOES, DiagnosisPorts, KernelPorts
from exporter.transport.echo_question import Trace, TraceEnd

__all__ = ["Diagnosis"]

_log = logging.getLogger(__name__)
T = TypeVar("T")

#: As often as the engine settles.
_LOOK_EVERY_NS = 200_000_000

#: How often the whole of the engine is looked at, for the inventory, our uplink and who answers: it takes a copy.
_SURVEY_EVERY_NS = 1_000_000_000

#: Each question's time, seconds. A suspect has lost its second echo; its third is judged an interval later.
_QUESTION_S = 1.0

#: The same for a link that answered by other means when it was asked last: one that is silent now is called down, so
#: that a lost SYN must have its second (after 1 s, RFC 6298) and nobody waits for it.
_PATIENT_QUESTION_S = 2.5

#: Silent hops in a row after which a trace is given up: of a link that is down, beyond what its good path has anyway;
#: of one that answers, more, for its way has an end.
_SILENT_HOPS = 4
_SILENT_HOPS_LEARNING = 8

_STATES = list(State)
_ANSWERING = {State.UP, State.DEGRADED}


class Diagnosis:
    """``run`` is the body of a thread; ``view`` and ``figures`` may be asked by any."""

    def __init__(
        self,
        engine: DiagnosedEngine,
        clock: Clock,
        *,
        netns: str | None = None,
        opener: Callable[[Clock, str | None], DiagnosisPorts] = KernelPorts,
    ) -> None:
        """``netns``: the network namespace in which questions are asked; ``opener`` makes the ports, in ``run``."""
        self._engine = engine
        self._clock = clock
        self._open_ports = partial(opener, clock, netns)
        self._lock = threading.Lock()
        self._done: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._opinions = OpinionPlanner(MOST_ECHOES, MOST_CONNECTIONS)
        self._paths = PathPlanner()
        self._memory = Memory()
        self._counts: Counter[Answer] = Counter()
        self._traces: Counter[TraceResult] = Counter()
        self._survey_mono_ns: int | None = None
        self._uplink_up: bool | None = None
        self._answering: list[str] = []
        self._may_trace = True

    def run(self, stop: threading.Event) -> None:
        """Look five times a second until ``stop`` is set; answers are dealt with as they come."""
        ports = self._open_ports()
        try:
            while not stop.is_set():
                due_ns = self._clock.monotonic_ns() + _LOOK_EVERY_NS
                self.look(ports)
                while not stop.is_set() and (rest_ns := due_ns - self._clock.monotonic_ns()) > 0:
                    self._take(rest_ns / 1e9)
        finally:
            ports.close()

    def look(self, ports: DiagnosisPorts) -> None:
        """Deal with what was answered, then ask whom the planners name."""
        while self._take(0.0):
            pass
        suspects = self._engine.suspects()
        with self._lock:
            now_ns = self._clock.monotonic_ns()
            self._survey(now_ns, suspects)
            if self._uplink_up is False:
                return
            known = [each for each in suspects if each.link in self._memory.targets]
            self._ask(ports, now_ns, known)
            self._trace(ports, now_ns, known)

    def view(self, link: str) -> DiagnosisView:
        """What is known of ``link``; an empty view of a link that is not known."""
        with self._lock:
            return self._memory.view(link)

    def figures(self) -> DiagnosisFigures:
        """All counts and numbers, each closed set whole."""
        with self._lock:
            return DiagnosisFigures(
                opinions={answer: self._counts[answer] for answer in Answer},
                traces={result: self._traces[result] for result in TraceResult},
                paths=self._memory.figures(),
            )

    def _take(self, within_s: float) -> bool:
        """Deal with one answer, if one comes within the time."""
        try:
            deal = self._done.get(timeout=within_s) if within_s > 0 else self._done.get_nowait()
        except Empty:
            return False
        deal()
        return True

    def _survey(self, now_ns: int, suspects: Sequence[SuspectLink]) -> None:
        if self._survey_mono_ns is not None and now_ns - self._survey_mono_ns < _SURVEY_EVERY_NS:
            return
        self._survey_mono_ns = now_ns
        snapshot: Snapshot = self._engine.snapshot()
        for link in self._memory.adopt(snapshot.inventory):
            self._paths.forget(link)
        self._uplink_up = snapshot.prober.uplink_up
        codes = snapshot.links.state.tolist()
        self._answering = [
            key
            for key, code in zip(snapshot.links.keys, codes, strict=True)
            if _STATES[code] in _ANSWERING and key in self._memory.targets
        ]
        self._memory.answered(set(self._answering) - {each.link for each in suspects})

    # second opinions

    def _ask(self, ports: DiagnosisPorts, now_ns: int, suspects: Sequence[SuspectLink]) -> None:
        targets = self._memory.targets
        orders = self._opinions.plan(
            now_ns,
            [
                Suspected(each.link, target.provider, target.address, target.port, each.since_mono_ns, _is_down(each))
                for each in suspects
                for target in (targets[each.link],)
            ],
        )
        wall_ns = self._clock.wall_ns()
        for link in orders.deny:
            opinion = Opinion(
                wall_ns, now_ns, Answer.NOT_ASKED, EchoDetail(EchoEnd.NOT_ASKED), TcpDetail(TcpEnd.NOT_ASKED)
            )
            self._memory.opinions[link] = opinion
            self._counts[opinion.answer] += 1
            self._engine.denied(link, now_ns)
        for question in orders.ask:
            _Asked(self, question, targets[question.link], wall_ns, self._clock.monotonic_ns()).begin(ports)

    def when(self, future: Future[T], otherwise: T, deal: Callable[[T], None]) -> None:
        """Have ``deal`` see the result of ``future`` in this thread; ``otherwise`` if it has none."""

        def result() -> None:
            error = None if future.cancelled() else future.exception()
            if error is not None:
                _log.error("diagnosis: a question failed", exc_info=error)
            has_none = future.cancelled() or error is not None
            with self._lock:
                deal(otherwise if has_none else future.result())

        future.add_done_callback(lambda _: self._done.put(result))

    def answered(self, link: str, asked_mono_ns: int) -> None:
        """One of the two questions was answered; the engine learns of it at once."""
        self._engine.answered_otherwise(link, asked_mono_ns)

    def concluded(self, question: Question, target: Target, opinion: Opinion) -> None:
        """Both questions have ended."""
        self._opinions.finished(question.link, opinion.answer)
        self._counts[opinion.answer] += question.is_first
        if self._memory.is_still(question.link, target):
            self._memory.opinions[question.link] = opinion
        if not opinion.answered:
            self._engine.denied(question.link, opinion.asked_mono_ns)

    # paths

    def _trace(self, ports: DiagnosisPorts, now_ns: int, suspects: Sequence[SuspectLink]) -> None:
        for each in suspects:
            if _is_down(each):
                self._memory.fell(each.link)
        unanswered = self._opinions.unanswered()
        targets = self._memory.targets
        silent = [
            Silent(each.link, targets[each.link].provider, each.since_mono_ns)
            for each in suspects
            if _is_down(each) or each.link in unanswered
        ]
        orders = self._paths.broken(now_ns, silent)
        self._traces[TraceResult.NOT_ASKED] += len(orders.refused)
        for link in orders.trace:
            gap = longest_gap(self._memory.good_paths.get(link))
            self._begin_trace(ports, link, max(_SILENT_HOPS, gap + 2), self._memory.outage(link))
        if not orders.trace and not silent:
            doubtful = {each.link for each in suspects}
            link_due = self._paths.learn(now_ns, (link for link in self._answering if link not in doubtful))
            if link_due is not None:
                self._begin_trace(ports, link_due, _SILENT_HOPS_LEARNING, None)

    def _begin_trace(self, ports: DiagnosisPorts, link: str, silent_hops: int, outage: int | None) -> None:
        """``outage``: the one in which the link is; None: it answers."""
        target = self._memory.targets[link]
        future = ports.trace(target.address, silent_hops)
        self.when(future, Trace(TraceEnd.ERROR), partial(self._traced, link, target, outage))

    def _traced(self, link: str, target: Target, outage: int | None, trace: Trace) -> None:
        self._paths.finished(link)
        self._note_rights(trace)
        path = trace.path
        if path is None:
            self._traces[TraceResult.NOT_ASKED] += 1
            return
        self._traces[TraceResult.WHOLE if path.whole else TraceResult.BROKEN] += 1
        if not self._memory.is_still(link, target):
            return
        if outage is not None:
            _log.info("%s", self._memory.keep_broken(link, path, outage))
        elif path.whole:
            self._memory.good_paths[link] = path

    def _note_rights(self, trace: Trace) -> None:
        """Say once that tracing is not permitted, and once that it is again."""
        is_refused = trace.end is TraceEnd.NOT_PERMITTED
        if is_refused:
            self._paths.pause_learning(self._clock.monotonic_ns())
        if is_refused and self._may_trace:
            _log.warning("paths cannot be traced: that takes CAP_NET_RAW, a group of ping_group_range is not enough")
        self._may_trace = not is_refused


class _Asked:
    """One question of two parts, until both have ended."""

    def __init__(self, diagnosis: Diagnosis, question: Question, target: Target, wall_ns: int, mono_ns: int) -> None:
        self._diagnosis = diagnosis
        self._question = question
        self._target = target
        self._wall_ns = wall_ns
        self._mono_ns = mono_ns
        self._is_told = False
        self._echo = None if question.echo else EchoDetail(EchoEnd.NOT_ASKED)
        self._tcp = None if question.port is not None else TcpDetail(TcpEnd.NOT_ASKED)

    def begin(self, ports: DiagnosisPorts) -> None:
        """Ask both at the same time."""
        question, when = self._question, self._diagnosis.when
        within_s = _PATIENT_QUESTION_S if question.is_patient else _QUESTION_S
        if question.echo:
            when(ports.echo(question.address, within_s), EchoDetail(EchoEnd.ERROR), self._echoed)
        if question.port is not None:
            failed = TcpDetail(TcpEnd.ERROR, question.port)
            when(ports.tcp(question.address, question.port, within_s), failed, self._connected)

    def _echoed(self, detail: EchoDetail) -> None:
        self._echo = detail
        self._weigh()

    def _connected(self, detail: TcpDetail) -> None:
        self._tcp = detail
        self._weigh()

    def _weigh(self) -> None:
        echo, tcp = self._echo or EchoDetail(EchoEnd.NOT_ASKED), self._tcp or TcpDetail(TcpEnd.NOT_ASKED)
        opinion = Opinion(self._wall_ns, self._mono_ns, answer_of(echo, tcp), echo, tcp)
        if opinion.answered and not self._is_told:
            self._is_told = True
            self._diagnosis.answered(self._question.link, self._mono_ns)
        if self._echo is not None and self._tcp is not None:
            self._diagnosis.concluded(self._question, self._target, opinion)


def _is_down(suspect: SuspectLink) -> bool:
    return suspect.state is State.DOWN
