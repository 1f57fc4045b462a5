"""How far a probe has come, and what becomes of it when it ends before its end.

Lives here: the phases as they pass, the one deadline, and the reason that an exception means. Must not live here: any
protocol, sockets, logging above debug but for errors of this program.
"""

from __future__ import annotations

import errno
import logging
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager

from exporter.clock import Clock
from exporter.probe_outcome import Phase, ProbeOutcome, ProbeReason
from exporter.transport.deadline import deadline

__all__ = ["LONGEST_DETAIL", "ProbeEndError", "Progress", "concluded", "reason_of"]

_log = logging.getLogger(__name__)

#: Characters of a detail: one line of a page.
LONGEST_DETAIL = 200

#: What it means when the time is over in a phase.
_TIME_OVER = {
    None: ProbeReason.SILENT,
    Phase.RESOLVE: ProbeReason.NAME_TIMEOUT,
    Phase.CONNECT: ProbeReason.CONNECT_TIMEOUT,
    Phase.TLS: ProbeReason.SILENT,
    Phase.WAIT: ProbeReason.SILENT,
    Phase.TRANSFER: ProbeReason.BODY_TIMEOUT,
}

#: What it means when the kernel says so. EHOSTUNREACH comes from a router, or from a neighbour that does not answer;
#: ENETUNREACH mostly means that this machine has no route; EPERM and EACCES that its firewall or a route forbids it.
_ERRNO = {
    errno.ECONNREFUSED: ProbeReason.REFUSED,
    errno.ECONNRESET: ProbeReason.RESET,
    errno.ECONNABORTED: ProbeReason.RESET,
    errno.EPIPE: ProbeReason.RESET,
    errno.EHOSTUNREACH: ProbeReason.UNREACHABLE,
    errno.EHOSTDOWN: ProbeReason.UNREACHABLE,
    errno.ENOPROTOOPT: ProbeReason.UNREACHABLE,
    errno.EPROTO: ProbeReason.UNREACHABLE,
    errno.ENETUNREACH: ProbeReason.NO_ROUTE,
    errno.ENETDOWN: ProbeReason.NO_ROUTE,
    errno.EPERM: ProbeReason.NO_ROUTE,
    errno.EACCES: ProbeReason.NO_ROUTE,
    errno.EINVAL: ProbeReason.NO_ROUTE,
    errno.ENODEV: ProbeReason.NO_ROUTE,
    errno.EMFILE: ProbeReason.RESOURCES,
    errno.ENFILE: ProbeReason.RESOURCES,
    errno.ENOBUFS: ProbeReason.RESOURCES,
    errno.ENOMEM: ProbeReason.RESOURCES,
    errno.EADDRNOTAVAIL: ProbeReason.RESOURCES,
    errno.EAGAIN: ProbeReason.RESOURCES,
}

#: The other side itself said so, or something in its place did: the line carries packets.
_SPOKEN = {ProbeReason.REFUSED, ProbeReason.RESET}


class ProbeEndError(Exception):
    """A probe ends here, and why."""

    def __init__(self, reason: ProbeReason, detail: str) -> None:
        """``detail`` is a line for people, without secrets; it is cut to what an outcome may carry."""
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


class Progress:
    """What is known of a probe under way; one for each probe, of one task."""

    def __init__(self, clock: Clock, timeout_s: float) -> None:
        self._clock = clock
        self._end_mono_ns = clock.monotonic_ns() + round(timeout_s * 1e9)
        self.timeout_s = timeout_s
        self.phases: dict[Phase, float] = {}  #: seconds; those that were completed
        self.phase: Phase | None = None  #: the one under way, or the last
        self.answered = False
        self.certificate_ends_unix_s: float | None = None

    @contextmanager
    def during(self, phase: Phase) -> Iterator[None]:
        """Count the time until the end of the block to ``phase``, unless the block is left by an exception."""
        self.phase = phase
        began = self._clock.monotonic_ns()
        yield
        self.phases[phase] = self.phases.get(phase, 0.0) + (self._clock.monotonic_ns() - began) / 1e9

    def rest_s(self) -> float:
        """Seconds until the deadline, 0 when it has passed."""
        return max(0.0, (self._end_mono_ns - self._clock.monotonic_ns()) / 1e9)

    def outcome(self, reason: ProbeReason | None, detail: str) -> ProbeOutcome:
        """The end of the probe, with all that was learned on the way."""
        line = " ".join(detail.split())
        return ProbeOutcome(
            reason=reason,
            detail=line if len(line) <= LONGEST_DETAIL else f"{line[: LONGEST_DETAIL - 1]}…",
            phases=dict(self.phases),
            certificate_ends_unix_s=self.certificate_ends_unix_s,
            answered=self.answered or reason in _SPOKEN,
        )


async def concluded(progress: Progress, asking: Coroutine[None, None, str]) -> ProbeOutcome:
    """The outcome of ``asking``, which returns the detail of a success or raises; never raises but for cancellation.

    The deadline is over everything in ``asking``; what it means when it passes is told by the phase under way.
    """
    try:
        async with deadline(progress.timeout_s):
            return progress.outcome(None, await asking)
    except Exception as error:  # noqa: BLE001 - whatever it is, if nothing else it is ours and no failure of the office
        return progress.outcome(*_end_of(progress, error))


def reason_of(error: OSError) -> ProbeReason | None:
    """What an error of a socket means; None where it can only be a mistake in this program."""
    if error.errno is None:
        return ProbeReason.RESET if isinstance(error, ConnectionError) else None
    return _ERRNO.get(error.errno)


def _time_over(progress: Progress) -> str:
    where = f" in the phase {progress.phase.value}" if progress.phase is not None else ""
    return f"{progress.timeout_s:g} s were over{where}"


def _end_of(progress: Progress, error: Exception) -> tuple[ProbeReason, str]:
    """Reason and detail of an end by ``error``."""
    if isinstance(error, ProbeEndError):
        return error.reason, error.detail
    if isinstance(error, TimeoutError):
        return _TIME_OVER[progress.phase], _time_over(progress)
    if isinstance(error, MemoryError):
        return ProbeReason.RESOURCES, "no memory"
    reason = reason_of(error) if isinstance(error, OSError) else None
    if reason is not None:
        return reason, getattr(error, "strerror", None) or type(error).__name__
    _log.error("a probe ended by an error in this program", exc_info=error)
    return ProbeReason.INTERNAL, f"{type(error).__name__}; the log says more"
