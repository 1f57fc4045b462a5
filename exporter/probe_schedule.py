"""When each probe beside the echo is due.

Lives here: the order of what is due, spread evenly over the interval. Must not live here: probing, clocks; instants are
given. A job's phase follows from its names, so that a restart brings no burst and no two runs differ; a job that was
late keeps its place, and turns that were missed are not made up for.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b

from exporter.model import Inventory, Link
from exporter.probe_model import ADDRESS, HttpProbe, ProbeSpec, SnmpProbe, TcpProbe, kind_of

__all__ = ["Agenda", "Job", "jobs_of"]


@dataclass(frozen=True, slots=True)
class Job:
    """One probe of one link, again and again."""

    link: Link
    spec: ProbeSpec

    @property
    def key(self) -> tuple[str, str]:
        """The ids of link and probe."""
        return self.link.id, self.spec.id

    @property
    def devices(self) -> tuple[str, ...]:
        """What must not be asked twice at a time, in the order in which it is to be waited for.

        For SNMP the address and port, and the site, whose lines may lead to one router; for others the link's own
        address. A name server, or a host that a URL names, is not an office's: it is asked by all at once.
        """
        if isinstance(self.spec, SnmpProbe):
            return f"site {self.link.site}", f"snmp {self.spec.server or self.link.address} {self.spec.port}"
        return (f"{kind_of(self.spec)} {self.link.address}",) if self.is_at_link else ()

    @property
    def is_at_link(self) -> bool:
        """Whether whoever answers does so at the link's own address."""
        if isinstance(self.spec, HttpProbe):
            return ADDRESS in self.spec.url
        return isinstance(self.spec, TcpProbe) or self.spec.server in {None, self.link.address}

    def first_due_ns(self, now_mono_ns: int) -> int:
        """The first turn at or after ``now_mono_ns``."""
        digest = blake2b("\0".join(self.key).encode(), digest_size=8).digest()
        interval_ns = self.interval_ns
        phase_ns = int.from_bytes(digest) % interval_ns
        return now_mono_ns + (phase_ns - now_mono_ns) % interval_ns

    @property
    def interval_ns(self) -> int:
        """Nanoseconds between two turns."""
        return round(self.spec.interval_s * 1e9)


def jobs_of(inventory: Inventory) -> list[Job]:
    """Every job of an inventory."""
    return [
        Job(link, inventory.probes[probe]) for link in inventory.links.values() for probe in dict.fromkeys(link.probes)
    ]


class Agenda:
    """Which job is due next."""

    def __init__(self, jobs: Iterable[Job], now_mono_ns: int) -> None:
        """All jobs at their first turns from ``now_mono_ns`` on."""
        self._jobs = {job.key: job for job in jobs}
        self._due = [(job.first_due_ns(now_mono_ns), key) for key, job in self._jobs.items()]
        heapq.heapify(self._due)

    def take(self, now_mono_ns: int) -> list[tuple[Job, int]]:
        """What is due by now, with the nanoseconds by which it is late; each goes on at its next turn from now."""
        taken = []
        while self._due and self._due[0][0] <= now_mono_ns:
            due_ns, key = self._due[0]
            job = self._jobs[key]
            turns = (now_mono_ns - due_ns) // job.interval_ns + 1
            heapq.heapreplace(self._due, (due_ns + turns * job.interval_ns, key))
            taken.append((job, now_mono_ns - due_ns))
        return taken

    def next_ns(self) -> int | None:
        """When the next job is due; None without jobs."""
        return self._due[0][0] if self._due else None

    def polls_of(self, links: Iterable[str]) -> list[Job]:
        """The SNMP jobs of some links."""
        wanted = set(links)
        return [job for job in self._jobs.values() if job.link.id in wanted and isinstance(job.spec, SnmpProbe)]
