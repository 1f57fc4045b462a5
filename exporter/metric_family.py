"""What a metric family is.

Lives here: the value. Must not live here: any particular metric (``catalogue``), and how text is
written (``exposition``).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Family", "Kind", "Subject"]


class Kind(StrEnum):
    """The type of a family as OpenMetrics 1.0 spells it."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"
    INFO = "info"
    SUMMARY = "summary"


class Subject(StrEnum):
    """What a family speaks about."""

    LINK = "link"
    OUTAGE = "outage"
    SITE = "site"
    OPD = "opd"
    PROVIDER = "provider"
    CONTRACT = "contract"
    MAINTENANCE = "maintenance"
    REFERENCE = "reference"
    EXPORTER = "exporter"


#: What a kind adds to the family's name in its samples.
SUFFIXES = {Kind.COUNTER: "_total", Kind.INFO: "_info"}


@dataclass(frozen=True, slots=True)
class Family:
    """One metric family."""

    stem: str  #: the name without prefix, subject and suffix: ``echo_attempts``
    subject: Subject
    kind: Kind
    help: str
    labels: tuple[str, ...] = ()
    unit: str = ""  #: base unit, the end of the name; empty for plain counts and flags

    @property
    def name(self) -> str:
        """The family's name in OpenMetrics, without ``_total`` or ``_info``."""
        return "_".join(part for part in ("opd", self.subject, self.stem) if part)

    @property
    def series(self) -> str:
        """The name by which queries know it: ``opd_link_echo_attempts_total``."""
        return self.name + SUFFIXES.get(self.kind, "")
