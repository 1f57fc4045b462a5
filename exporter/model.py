"""The words of the domain as frozen values: offices, contracts, links and the inventory that holds them.

Lives here: what an inventory *is* once it has been checked. Must not live here: reading, parsing,
validation, time, sockets. Every other module speaks in these values, so a field's unit and the
meaning of its absence are said here once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address

from exporter.probe_model import ProbeSpec, SiteClass, SnmpCredentials

__all__ = [
    "LAST_WEEK",
    "Calendar",
    "Contact",
    "Contract",
    "ContractKind",
    "CreditMode",
    "CreditTier",
    "DecreedDay",
    "EvidenceSettings",
    "Exclusion",
    "Helpdesk",
    "Inventory",
    "Kabkota",
    "Limit",
    "Link",
    "MaintenanceWindow",
    "Network",
    "Opd",
    "Period",
    "Phase",
    "Provider",
    "ReferenceMeaning",
    "ReferenceTarget",
    "Role",
    "Site",
    "Sla",
    "SlaBase",
    "SlaWindow",
    "Spans",
    "Weekly",
]

Address = IPv4Address | IPv6Address

#: Intervals of one day in order, local time, half-open; one that ends at 00:00 ends with the day.
Spans = tuple[tuple[time, time], ...]

#: For weekdays (0 = Monday) their intervals.
Weekly = Mapping[int, Spans]

#: Among the weeks of ``MaintenanceWindow``: the last such weekday of the month.
LAST_WEEK = -1


class ContractKind(StrEnum):
    """What is bought: capacity of one's own, or a share."""

    DEDICATED = "dedicated"
    BROADBAND = "broadband"


class Role(StrEnum):
    """What the site uses the link for."""

    PRIMARY = "primary"
    BACKUP = "backup"


class Phase(StrEnum):
    """Where the link stands in the consolidation; ``legacy`` means the office still rents it itself."""

    LEGACY = "legacy"
    TRANSITION = "transition"
    CENTRAL = "central"


class ReferenceMeaning(StrEnum):
    """What an answer of a reference target proves."""

    UPLINK = "uplink"
    CORE = "core"
    INTERNET = "internet"


class SlaWindow(StrEnum):
    """The hours in which a contract counts downtime."""

    ALWAYS = "24x7"
    SERVICE_HOURS = "service-hours"


class CreditMode(StrEnum):
    """How a contract turns downtime into restitution (domain notes 2.5)."""

    NONE = "none"
    PRORATA = "prorata"
    SELISIH = "selisih"
    TIER = "tier"


class Exclusion(StrEnum):
    """Why time down does not count by a contract (domain notes 2.3, 2.4)."""

    MAINTENANCE = "maintenance"  #: within planned work of the inventory
    POWER = "power"  #: electricity at the office
    FORCE_MAJEURE = "force-majeure"  #: keadaan kahar; only a person can say so
    CUSTOMER = "customer"  #: equipment or a wish of the office; only a person can say so


class SlaBase(StrEnum):
    """What a contract's availability is a share of."""

    MEASURED = "measured"  #: of time up and down; excluded and unmeasured time is on neither side
    PERIOD = "period"  #: of every hour that the contract counts, less only what counts as down


class Limit(StrEnum):
    """What a link may have a limit of its own for, with the base unit in the name."""

    LOSS = "loss_ratio"
    RTT = "rtt_seconds"
    JITTER = "jitter_seconds"
    FLAPS = "flaps"


@dataclass(frozen=True, slots=True)
class Contact:
    """A function that an office can turn to, and no person; what is not known is empty."""

    name: str
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Helpdesk:
    """Who answers all offices; what is not known is empty."""

    name: str
    phone: str = ""
    whatsapp: str = ""
    email: str = ""
    hours: str = ""  #: in people's words


@dataclass(frozen=True, slots=True)
class Opd:
    """An agency of the province."""

    id: str
    name: str
    contact: Contact | None = None  #: who there deals with internet lines


@dataclass(frozen=True, slots=True)
class Provider:
    """A company that sells lines."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class CreditTier:
    """A band of availability, from below, and the share of the month's fee that it costs the provider."""

    below_ratio: float  #: availability under this, 0 to 1, and not under that of a lower tier
    share_ratio: float  #: of the fee, 0 to 1


@dataclass(frozen=True, slots=True)
class Sla:
    """What a contract promises."""

    availability_ratio: float  #: promised share of the window, 0 to 1
    tolerance_s: float  #: outages up to this long do not count
    window: SlaWindow
    credit: CreditMode
    exclusions: frozenset[Exclusion] = frozenset(Exclusion)
    base: SlaBase = SlaBase.MEASURED
    tiers: tuple[CreditTier, ...] = ()  #: of ``CreditMode.TIER``, the lowest first


@dataclass(frozen=True, slots=True)
class Contract:
    """One contract with one provider; it may carry many links."""

    id: str
    provider: str
    kind: ContractKind
    bandwidth_bits_per_second: int
    fee_rupiah_per_month: int  #: for each link under the contract
    starts: date
    ends: date  #: the last day, included
    sla: Sla | None  #: ``None``: the contract promises nothing


@dataclass(frozen=True, slots=True)
class Kabkota:
    """A regency or city; ``code`` is text (``32.10`` is not a number)."""

    code: str
    name: str
    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Period:
    """Some days on which named weekdays have other hours than usual."""

    first: date
    last: date  #: included
    weekly: Weekly  #: only the weekdays that are replaced; no interval: closed
    reason: str


@dataclass(frozen=True, slots=True)
class Calendar:
    """Service hours in local time; a weekday that is absent is closed."""

    id: str
    weekly: Weekly
    timezone: str = "Asia/Jakarta"
    observes_holidays: bool = False  #: closed on holidays, whatever the weekday and the period
    periods: tuple[Period, ...] = ()  #: where two name the same day, the later one in this order holds


@dataclass(frozen=True, slots=True)
class DecreedDay:
    """What a decree says of one day, against what is known of it everywhere."""

    day: date
    name: str
    is_open: bool  #: an ordinary day; otherwise a holiday


@dataclass(frozen=True, slots=True)
class MaintenanceWindow:
    """Planned work on links, half-open in time; measured on all the same.

    Without ``weekly`` it lasts from ``starts`` to ``ends``; with it, it runs at these hours in WIB, within the two.
    """

    id: str
    links: frozenset[str]  #: link ids, sites and providers already resolved
    starts: datetime  #: with its zone
    ends: datetime
    author: str
    reason: str
    approval: str  #: reference of the paper that allows it
    weekly: Weekly = field(default_factory=dict)
    weeks: frozenset[int] = frozenset()  #: which such weekdays of the month, 1 to 5 and LAST_WEEK; empty: all


@dataclass(frozen=True, slots=True)
class Site:
    """An office building."""

    id: str
    name: str
    opd: str
    kabkota: str
    lat: float
    lon: float
    hours: str  #: the id of a calendar
    site_class: str = ""  #: the id of a SiteClass; empty: none
    contact: Contact | None = None  #: who there deals with internet lines


@dataclass(frozen=True, slots=True)
class Link:
    """One internet line of one site."""

    id: str
    name: str
    site: str
    contract: str
    role: Role
    phase: Phase
    address: Address
    interval_s: float
    timeout_s: float
    limits: Mapping[Limit, float] = field(default_factory=dict)  #: its own, or else of its contract; mostly none
    probes: tuple[str, ...] = ()  #: ids of probes: its own, or else those of its site's class
    interface: str | None = None  #: the device's name for it, where its probe's is not the right one
    second_opinion_port: int | None = None  #: a TCP port at its address that answers or refuses; None: not known


@dataclass(frozen=True, slots=True)
class ReferenceTarget:
    """An address that answers whenever the prober's own connection works."""

    id: str
    address: Address
    meaning: ReferenceMeaning
    interval_s: float
    timeout_s: float


class Network(StrEnum):
    """Which way the links are measured (domain notes 1.2: an intra network is not internet access)."""

    INTERNET = "internet"
    INTRA = "intra"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class EvidenceSettings:
    """Who makes the monthly evidence pack, as it says of itself."""

    government: str = ""  #: e.g. Pemerintah Provinsi Jawa Barat
    unit: str = ""  #: e.g. Dinas Komunikasi dan Informatika
    unit_code: str = ""  #: the last part of a letter's number
    classification: str = ""  #: the middle part of it; empty: to be filled in by hand
    place: str = ""  #: where letters are dated
    network: Network = Network.INTERNET
    basis: tuple[str, ...] = ()  #: regulations, decrees and contracts that the report stands on, in order


@dataclass(frozen=True, slots=True)
class Inventory:
    """A whole, checked inventory: every reference resolves, every id is unique."""

    opd: Mapping[str, Opd] = field(default_factory=dict)
    providers: Mapping[str, Provider] = field(default_factory=dict)
    contracts: Mapping[str, Contract] = field(default_factory=dict)
    sites: Mapping[str, Site] = field(default_factory=dict)
    links: Mapping[str, Link] = field(default_factory=dict)
    reference_targets: Mapping[str, ReferenceTarget] = field(default_factory=dict)
    kabkota: Mapping[str, Kabkota] = field(default_factory=dict)
    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    holidays: Mapping[date, DecreedDay] = field(default_factory=dict)
    maintenance: Mapping[str, MaintenanceWindow] = field(default_factory=dict)
    credentials: Mapping[str, SnmpCredentials] = field(default_factory=dict)
    probes: Mapping[str, ProbeSpec] = field(default_factory=dict)
    site_classes: Mapping[str, SiteClass] = field(default_factory=dict)
    evidence: EvidenceSettings = EvidenceSettings()
    helpdesk: Helpdesk | None = None
    digest: str = ""  #: SHA-256 of the files that were read, hexadecimal

    def provider_of(self, link: Link) -> Provider:
        """The provider that sells ``link``."""
        return self.providers[self.contracts[link.contract].provider]
