"""What was measured in a month, as values: the one shape in which evidence leaves Prometheus.

Lives here: frozen records of links, outages and of what could not be had. Must not live here: queries, contracts,
exclusions, corrections; nothing here is ever edited. Instants and lengths are whole milliseconds (decision 022): an
instant is Unix time, spans are half-open, and what belongs together adds up exactly.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from exporter.beside import Cause

__all__ = [
    "ANNOUNCED_STEP_MS",
    "Announced",
    "Echoes",
    "Gap",
    "GapReason",
    "Identity",
    "MeasuredLink",
    "MeasuredMonth",
    "MeasuredOutage",
    "Query",
    "Segment",
    "Source",
    "Standing",
]

#: How exact it is known when the exporter said that planned work covers a link (milliseconds): of the gauge, which is
#: no counter, only so many looks are worth their samples, and planned work is agreed in minutes.
ANNOUNCED_STEP_MS = 60_000


class Standing(StrEnum):
    """What is known of a link at an instant; ``degraded`` counts as up, for the link carries traffic."""

    UP = "up"
    DOWN = "down"
    UNMEASURED = "unmeasured"


@dataclass(frozen=True, slots=True)
class Segment:
    """A span in which a link stood one way."""

    start_ms: int
    end_ms: int
    standing: Standing

    @property
    def length_ms(self) -> int:
        """How long it lasted."""
        return self.end_ms - self.start_ms


@dataclass(frozen=True, slots=True)
class Identity:
    """What the exporter said a link was (``opd_link_info``) when it was measured."""

    link: str
    name: str
    site: str
    opd: str
    kabkota: str
    provider: str
    contract: str
    role: str
    phase: str


@dataclass(frozen=True, slots=True)
class MeasuredOutage:
    """One time that a link was down, with its true beginning and end.

    It begins when the link goes down and ends when the link is measured up again. What was not measured in between
    neither ends it nor is part of its length. Both ends may lie outside the month: an outage over midnight belongs to
    both months, each with its part, and its whole length decides whether a contract tolerates it.
    """

    start_ms: int
    end_ms: int | None  #: None: it was not over when reading ended
    down_ms: int  #: its whole length: measured time down from start to end, or to where reading ended
    cause: Cause  #: as the exporter decided it; UNKNOWN also where nothing was said
    start_seen: bool = True  #: False: it was down already when it was first measured; the start is that moment
    end_seen: bool = True  #: False: measuring stopped while it was down; the end is that moment


@dataclass(frozen=True, slots=True)
class Echoes:
    """What echoes of a link told within the month; counts add up, and ratios are made of sums."""

    replies: int = 0
    lost: int = 0
    unmeasured: int = 0
    rtt_buckets: tuple[
        int, ...
    ] = ()  #: replies by bound of ``thresholds.RTT_BUCKETS_S``, then the rest; not cumulative


@dataclass(frozen=True, slots=True)
class MeasuredLink:
    """One link under one identity; a link that changed its contract within the month has two of these."""

    identity: Identity
    from_ms: int  #: within the month
    until_ms: int
    segments: tuple[Segment, ...]  #: from ``from_ms`` to ``until_ms`` without a hole, neighbours of different standing
    outages: tuple[MeasuredOutage, ...]  #: those that touch the span, in order
    degraded_ms: int = 0  #: of the time up
    echoes: Echoes = Echoes()


class GapReason(StrEnum):
    """Why nothing is known of a span for all links."""

    NO_SAMPLES = "no-samples"  #: Prometheus has nothing: it did not run, or lost it
    SCRAPE_FAILED = "scrape-failed"  #: it asked, and the exporter did not answer
    RESTARTED = "restarted"  #: the exporter began anew, and what it had not told is lost


@dataclass(frozen=True, slots=True)
class Gap:
    """A span between two scrapes that is longer than it should be."""

    start_ms: int  #: the last scrape before
    end_ms: int  #: the first one after, or the end of the month
    reason: GapReason


@dataclass(frozen=True, slots=True)
class Announced:
    """A span in which the exporter itself said that planned work covers a link; exact to ``ANNOUNCED_STEP_MS``."""

    link: str
    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class Query:
    """One kind of question that was asked, so that anybody can ask it again."""

    purpose: str
    expression: str  #: PromQL; ``$links`` stands for the ids of the links that were asked for
    how: str  #: e.g. "query_range, step 3600 s, 2026-09-30T17:00:00Z to 2026-10-31T18:00:00Z"
    times_asked: int
    series: int  #: that answered, most at one time
    samples: int


@dataclass(frozen=True, slots=True)
class Source:
    """Where it comes from."""

    program: str  #: e.g. "Prometheus 3.5.3"; what the API said of itself
    retention: str  #: as it said; empty: it did not say
    instance: str  #: the exporter's instance label
    job: str
    exporter_versions: tuple[str, ...]  #: that were seen in the month
    inventory_digests: tuple[str, ...]  #: that were in force in the month, in order of appearance
    confessed: Mapping[str, int] = field(default_factory=dict)  #: increases of the exporter's own counters, by series


@dataclass(frozen=True, slots=True)
class MeasuredMonth:
    """Everything that is known of a month."""

    start_ms: int
    end_ms: int
    read_until_ms: int  #: outages were followed beyond the end of the month up to here
    links: tuple[MeasuredLink, ...]  #: by link id, then by time
    gaps: tuple[Gap, ...]
    restarts_ms: tuple[int, ...]  #: when the exporter began anew, as far as it is known
    announced: tuple[Announced, ...]
    queries: tuple[Query, ...]
    source: Source
    shortcomings: tuple[str, ...]  #: what could not be had, in Indonesian, one line each; empty: nothing
