"""What diagnosis needs of the engine, and what it tells others: frozen values.

Lives here: the shapes. Must not live here: threads, asking, text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from exporter.opinion import Answer, Opinion
from exporter.outcome import State
from exporter.path import Break, Path
from exporter.snapshot import Snapshot

__all__ = ["DiagnosedEngine", "DiagnosisFigures", "DiagnosisView", "PathFigures", "SuspectLink", "TraceResult"]


class SuspectLink(Protocol):
    """A link with two or more losses in a row now."""

    @property
    def link(self) -> str:
        """Its id."""
        ...

    @property
    def since_mono_ns(self) -> int:
        """When the first of these losses was sent."""
        ...

    @property
    def state(self) -> State:
        """What it is now."""
        ...


class DiagnosedEngine(Protocol):
    """The engine, as far as diagnosis knows it; every method may be called by any thread."""

    def suspects(self) -> Sequence[SuspectLink]:
        """Links with two or more losses in a row, down and ICMP-only ones among them."""
        ...

    def answered_otherwise(self, link: str, mono_ns: int) -> None:
        """The link answered an attempt that began at ``mono_ns``."""
        ...

    def denied(self, link: str, mono_ns: int) -> None:
        """Nobody answered the attempt that began at ``mono_ns``, or nobody could be asked then."""
        ...

    def snapshot(self) -> Snapshot:
        """Everything at one instant."""
        ...


class TraceResult(StrEnum):
    """What became of a path that was wanted."""

    WHOLE = "whole"
    BROKEN = "broken"
    NOT_ASKED = "not_asked"  #: the budget was spent, or the right to trace is missing


@dataclass(frozen=True, slots=True)
class DiagnosisView:
    """What is known of one link; None: nothing yet."""

    opinion: Opinion | None = None  #: the latest second opinion
    path: Path | None = None  #: of the latest outage, traced while the link was down; whole only where none was broken
    good_path: Path | None = None  #: the latest whole one
    path_break: Break | None = None  #: where ``path`` ends; None also when it is whole


@dataclass(frozen=True, slots=True)
class PathFigures:
    """The numbers of one link's paths; None: not known."""

    last_hop_number: int | None  #: of a broken path; 0: not even the first router answered
    usual_hops: int | None  #: the link's own included
    last_hop_address: int | None  #: as a number; None for IPv6


@dataclass(frozen=True, slots=True)
class DiagnosisFigures:
    """Counts since start, and numbers of the links of which there are any."""

    opinions: Mapping[Answer, int]
    traces: Mapping[TraceResult, int]
    paths: Mapping[str, PathFigures]
