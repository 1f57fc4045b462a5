"""The figures of a month, as values: what accounting makes of measured time, contracts and corrections.

Lives here: frozen records of sums, outages, credits and of the whole report. Must not live here: how they are computed
(``accounting``, ``credit``), how they are written (``document`` and its siblings). Everything that adds up is whole
milliseconds, echoes or rupiah; ratios are fractions of such sums, taken last; None where there is nothing to divide.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction

from exporter.beside import Cause
from exporter.evidence.measured import Echoes, Gap, Identity, Query, Source
from exporter.evidence.period import Month
from exporter.model import Contract, CreditMode, Exclusion, Inventory, SlaBase

__all__ = [
    "Account",
    "Comparison",
    "ContractAccount",
    "Correction",
    "CoverageRow",
    "Credit",
    "Decided",
    "Group",
    "LinkAccount",
    "Note",
    "NoteKind",
    "OutageAccount",
    "PlannedRow",
    "Report",
    "SiteAccount",
    "Totals",
    "Verdict",
]


@dataclass(frozen=True, slots=True)
class Account:
    """One period, in milliseconds; up + down + excluded + unmeasured are the period, always."""

    up_ms: int = 0
    down_ms: int = 0
    excluded_ms: int = 0  #: down, but not counted: planned work, or a cause that the contract excludes
    unmeasured_ms: int = 0
    tolerated_ms: int = 0  #: of ``up_ms``: down for no longer than the contract tolerates

    @property
    def period_ms(self) -> int:
        """The whole."""
        return self.up_ms + self.down_ms + self.excluded_ms + self.unmeasured_ms

    @property
    def coverage(self) -> Fraction | None:
        """The share of the period that was measured."""
        return Fraction(self.period_ms - self.unmeasured_ms, self.period_ms) if self.period_ms else None

    @property
    def availability(self) -> Fraction | None:
        """Up out of up and down: what is excluded or was not measured is on neither side."""
        counted = self.up_ms + self.down_ms
        return Fraction(self.up_ms, counted) if counted else None

    def availability_by(self, base: SlaBase) -> Fraction | None:
        """The same, or out of the whole period, where a contract is written so; None where nothing was measured."""
        if base is SlaBase.MEASURED or self.availability is None:
            return self.availability
        return Fraction(self.period_ms - self.down_ms, self.period_ms)

    def __add__(self, other: Account) -> Account:
        """Both periods as one."""
        return Account(
            self.up_ms + other.up_ms,
            self.down_ms + other.down_ms,
            self.excluded_ms + other.excluded_ms,
            self.unmeasured_ms + other.unmeasured_ms,
            self.tolerated_ms + other.tolerated_ms,
        )


class Decided(StrEnum):
    """Who said what an outage's cause was."""

    MEASUREMENT = "measurement"  #: the exporter, by what it measured
    CORRECTION = "correction"  #: a person, in the ledger


class Verdict(StrEnum):
    """What an outage is to its contract."""

    COUNTED = "counted"
    PARTLY = "partly"  #: some of it lies within planned work, or outside the contract's hours or term
    TOLERATED = "tolerated"
    EXCLUDED = "excluded"
    NO_PROMISE = "no-promise"  #: the contract promises nothing, or is not in the inventory


@dataclass(frozen=True, slots=True)
class Correction:
    """One entry of the ledger: what a person adds beside one outage; the measured record stays as it is."""

    id: str
    link: str
    start_ms: int  #: of the outage that is meant
    cause: Cause | None
    exclusion: Exclusion | None
    note: str
    ticket: str  #: the provider's; empty: none
    reported_ms: int | None  #: when the provider was told; None: not said
    author: str
    decided_on: date
    reason: str
    approval: str  #: reference of the paper that allows it
    place: str  #: file and line, for people


@dataclass(frozen=True, slots=True)
class OutageAccount:
    """One outage of one link, as the month accounts for it."""

    identity: Identity
    start_ms: int
    end_ms: int | None  #: None: it lasts
    length_ms: int  #: its whole length down, other months included
    down_ms: int  #: of it within this month and the link's span
    counted_ms: int  #: by contract
    excluded_ms: Mapping[Exclusion, int]  #: by contract; planned work, or the cause
    cause: Cause
    decided: Decided
    verdict: Verdict
    start_seen: bool
    end_seen: bool
    corrections: tuple[Correction, ...]  #: that name it
    counted_before_ms: int  #: what would count without the corrections
    cause_before: Cause
    announced: bool  #: False: planned work excludes some of it that the exporter had not announced at that time


@dataclass(frozen=True, slots=True)
class Credit:
    """Restitution of one link under one contract."""

    mode: CreditMode
    fee_rupiah: int  #: of the month, for the whole month
    rupiah: int
    formula: str  #: with the numbers put in, in Indonesian


@dataclass(frozen=True, slots=True)
class LinkAccount:
    """One link under one identity."""

    identity: Identity
    from_ms: int
    until_ms: int
    around: Account  #: every hour; measured time as it is, nothing excluded or tolerated
    service: Account  #: the same within the site's service hours
    contractual: Account | None  #: by its contract: hours, term, tolerance, exclusions; None: it promises nothing
    excluded_ms: Mapping[Exclusion, int]  #: what ``contractual.excluded_ms`` is made of
    promised: Account | None  #: ``contractual`` of all the link's identities under this contract: what it is held to
    availability: Fraction | None  #: of ``promised``, by the contract's base; None: nothing measured, or no promise
    kept: bool | None  #: whether that reaches the promise; None: cannot be said
    credit: Credit | None  #: None: no credit is agreed
    degraded_ms: int
    echoes: Echoes
    outages: int  #: that began within the span
    restored: int  #: outages that ended, seen, within the span
    restore_ms: int  #: the sum of the lengths of those; over ``restored`` it is the mean time to restore


@dataclass(frozen=True, slots=True)
class SiteAccount:
    """One site: down only while every link of it is; unmeasured where none is up and one is not known."""

    site: str
    name: str
    opd: str
    kabkota: str
    links: int
    around: Account
    service: Account
    outages: int  #: times that all its links were down, begun in the month
    longest_ms: int


@dataclass(frozen=True, slots=True)
class Group:
    """The links and sites of an agency, a kabupaten or kota, a provider, or a phase, summed."""

    id: str
    name: str
    links: int
    sites: int
    around: Account  #: of links
    service: Account
    site_around: Account
    echoes: Echoes
    outages: int
    restored: int
    restore_ms: int
    below: int  #: links under what their contract promises


@dataclass(frozen=True, slots=True)
class ContractAccount:
    """One contract in this month: what the record of acceptance (berita acara) says."""

    id: str
    provider: str
    provider_name: str
    contract: Contract | None  #: None: links name it, and the inventory does not know it
    links: tuple[LinkAccount, ...]
    outages: tuple[OutageAccount, ...]
    total: Account  #: of ``contractual``; of ``around`` where nothing is promised
    excluded_ms: Mapping[Exclusion, int]
    below: int
    credit_rupiah: int


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """One site in scope: whether it was watched, and if not, why."""

    site: str
    name: str
    opd: str
    kabkota: str
    links_in_inventory: int
    links_measured: int
    coverage: Fraction | None  #: of its links' time
    reason: str  #: in Indonesian; empty: watched the whole month


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """One time that planned work ran in the month."""

    window: str
    start_ms: int
    end_ms: int
    links: tuple[str, ...]
    author: str
    reason: str
    approval: str
    announced: bool  #: the exporter said so while it ran


class NoteKind(StrEnum):
    """What a note of the ledger is."""

    OBSTACLE = "obstacle"
    RECOMMENDATION = "recommendation"
    FOLLOW_UP = "follow-up"  #: what became of a recommendation of an earlier month


@dataclass(frozen=True, slots=True)
class Note:
    """One sentence that a person adds to the month's report."""

    kind: NoteKind
    id: str
    text: str
    author: str
    refers_to: str  #: of a follow-up, the recommendation's id, e.g. 2026-09/r-1; else empty
    status: str  #: of a follow-up: selesai, berjalan, belum; else empty


@dataclass(frozen=True, slots=True)
class Totals:
    """The whole, in one row."""

    links: int
    sites: int
    around: Account
    service: Account
    site_around: Account
    site_service: Account
    echoes: Echoes
    outages: int
    restored: int
    restore_ms: int
    promised: int  #: links whose contract promises something and of which something can be said
    below: int
    credit_rupiah: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """Last month's own figures, as its pack states them."""

    month: Month
    availability: Fraction | None
    site_availability: Fraction | None
    coverage: Fraction | None
    outages: int
    mean_restore_ms: int | None
    below: int
    manifest_sha256: str
    recommendations: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that a pack says, before it is written; the same inputs make an equal report."""

    month: Month
    selection: str  #: e.g. "opd dinkes"; empty: the whole inventory
    number: str  #: of the letter; empty: it is a draft
    dated: date  #: the report's date; not the present time
    inventory: Inventory
    totals: Totals
    links: tuple[LinkAccount, ...]
    sites: tuple[SiteAccount, ...]
    by_opd: tuple[Group, ...]
    by_kabkota: tuple[Group, ...]
    by_provider: tuple[Group, ...]
    by_phase: tuple[Group, ...]
    contracts: tuple[ContractAccount, ...]
    outages: tuple[OutageAccount, ...]
    worst_sites: tuple[SiteAccount, ...]  #: at most five, with downtime
    worst_links: tuple[LinkAccount, ...]
    daily: Mapping[str, tuple[Account, ...]]  #: by kabkota, for each day of the month; ``""``: all links
    coverage: tuple[CoverageRow, ...]
    planned: tuple[PlannedRow, ...]
    corrections: tuple[Correction, ...]  #: all of the month, used or not
    unused_corrections: tuple[Correction, ...]  #: that name no outage of the month
    notes: tuple[Note, ...]
    before: Comparison | None
    before_reason: str  #: why there is nothing to compare with, in Indonesian; empty: there is
    gaps: tuple[Gap, ...]
    restarts_ms: tuple[int, ...]
    queries: tuple[Query, ...]
    source: Source
    shortcomings: tuple[str, ...]  #: all that makes the month less than proved, in Indonesian
    allowed_gaps: bool  #: it was made although something is missing: the cover says so
    unknown_links: tuple[str, ...] = field(default=())  #: measured, and not in the inventory
