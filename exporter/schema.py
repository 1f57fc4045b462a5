"""What a valid inventory document is: the sections, the keys of each record, and the language of each value.

Lives here: pydantic models, one for each kind of record; unknown keys are refused, and nothing is
coerced, for every value arrives as the text that was written. Must not live here: anything that takes
two records to judge (``consistency``), and the words for a problem's place (``entries``).
``docs/inventory.md`` explains every key that stands here.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from exporter import model, quantities
from exporter.addresses import host_address
from exporter.probe_quantities import interface_name, port
from exporter.schema_contacts import ContactRecord
from exporter.schema_probes import CredentialsRecord, LinkProbes, ProbeRecord, SiteClassRecord
from exporter.schema_values import (
    ECHO_INTERVAL,
    ECHO_TIMEOUT,
    REFUSED,
    Day,
    DayHours,
    Id,
    Ids,
    Instant,
    KabkotaCode,
    Latitude,
    Longitude,
    Name,
    Names,
    OptionalInterval,
    OptionalName,
    OptionalTimeout,
    Record,
    Weeks,
    between,
    of,
    one_of,
    refused,
)
from exporter.thresholds import MAX_TIMEOUT_S

__all__ = [
    "REFUSED",
    "SECTIONS",
    "CalendarRecord",
    "ContractRecord",
    "DefaultsRecord",
    "EvidenceRecord",
    "HolidayRecord",
    "Id",
    "Ids",
    "KabkotaCode",
    "KabkotaRecord",
    "LinkRecord",
    "MaintenanceRecord",
    "Name",
    "OpdRecord",
    "PeriodRecord",
    "ProviderRecord",
    "Record",
    "ReferenceTargetRecord",
    "SiteRecord",
    "SlaRecord",
    "ThresholdsRecord",
    "TierRecord",
    "WeeklyRecord",
]

#: The longest outage that a contract may leave uncounted, seconds: one day; published methods take 300 s.
MAX_TOLERANCE_S = 86_400.0

#: Bounds of a link's own limits. The smallest loss is one echo of a thousand, more than 5 minutes have; a round trip
#: is over at the timeout at the latest; a hundred falls in half an hour are one every 18 s.
MIN_LOSS_RATIO, MIN_RTT_S, MAX_FLAPS = 0.001, 0.001, 100

#: Periods of one calendar: some for each of ten years; each is looked at when the hours of a day are asked for.
MAX_PERIODS = 100

#: Bands of availability of one contract; contracts that were read have three to five.
MAX_TIERS = 20


def _once(words: tuple[model.Exclusion, ...]) -> tuple[model.Exclusion, ...]:
    for word in words:
        if words.count(word) > 1:
            raise refused(f"names {word} twice", "name each once")
    return words


OptionalPort = Annotated[int | None, of(port)]


class DefaultsRecord(Record):
    """What holds where a link or reference target does not say otherwise."""

    interval: Annotated[float, ECHO_INTERVAL] = 1.0  #: seconds
    timeout: Annotated[float, ECHO_TIMEOUT] = 2.0  #: seconds
    allow_special_addresses: Annotated[bool, of(quantities.yes_or_no)] = False
    second_opinion_port: OptionalPort = None  #: absent: not known


class OpdRecord(Record):
    """An agency."""

    id: Id
    name: Name
    contact: ContactRecord | None = None

    def opd(self) -> model.Opd:
        """The agency that this describes."""
        return model.Opd(self.id, self.name, None if self.contact is None else self.contact.contact())


class ProviderRecord(Record):
    """A company that sells lines."""

    id: Id
    name: Name


class EvidenceRecord(Record):
    """Who makes the monthly evidence pack; what is absent is left to be filled in by hand."""

    government: OptionalName = None
    unit: OptionalName = None
    unit_code: OptionalName = None  #: the last part of a letter's number
    classification: OptionalName = None  #: the middle part of it
    place: OptionalName = None  #: where letters are dated
    network: Annotated[model.Network, one_of(model.Network)] = model.Network.INTERNET
    basis: Names = ()  #: what the report stands on

    def settings(self) -> model.EvidenceSettings:
        """The settings that this describes."""
        return model.EvidenceSettings(
            self.government or "",
            self.unit or "",
            self.unit_code or "",
            self.classification or "",
            self.place or "",
            self.network,
            self.basis,
        )


class TierRecord(Record):
    """A band of availability and what it costs the provider."""

    below: Annotated[float, of(quantities.ratio)]  #: 0 to 1
    share: Annotated[float, of(quantities.ratio)]  #: of the fee, 0 to 1


_Exclusion = Annotated[model.Exclusion, one_of(model.Exclusion)]
_EXCLUSIONS = Field(strict=False, max_length=len(model.Exclusion))


class SlaRecord(Record):
    """What a contract promises; every key is needed but the last three, for money hangs on each."""

    availability: Annotated[float, of(quantities.ratio)]  #: 0 to 1
    tolerance: Annotated[float, between(0, MAX_TOLERANCE_S, quantities.duration_s, "s")]  #: seconds
    window: Annotated[model.SlaWindow, one_of(model.SlaWindow)]
    credit: Annotated[model.CreditMode, one_of(model.CreditMode)]
    exclusions: Annotated[tuple[_Exclusion, ...], _EXCLUSIONS, AfterValidator(_once)] = tuple(model.Exclusion)
    base: Annotated[model.SlaBase, one_of(model.SlaBase)] = model.SlaBase.MEASURED
    tiers: Annotated[tuple[TierRecord, ...], Field(strict=False, max_length=MAX_TIERS)] = ()  #: of credit tier only

    def sla(self) -> model.Sla:
        """The promise that this describes."""
        return model.Sla(
            self.availability,
            self.tolerance,
            self.window,
            self.credit,
            frozenset(self.exclusions),
            self.base,
            tuple(model.CreditTier(each.below, each.share) for each in self.tiers),
        )


class ThresholdsRecord(Record):
    """Limits of a link's own, in place of those that hold for all."""

    loss: Annotated[float | None, between(MIN_LOSS_RATIO, 1, quantities.ratio, "%", units=100)] = None  #: 0 to 1
    latency: Annotated[float | None, between(MIN_RTT_S, MAX_TIMEOUT_S, quantities.duration_s, "s")] = None  #: seconds
    jitter: Annotated[float | None, between(MIN_RTT_S, MAX_TIMEOUT_S, quantities.duration_s, "s")] = None  #: seconds
    flaps: Annotated[int | None, between(1, MAX_FLAPS, quantities.count, "")] = None  #: within half an hour

    def limits(self) -> dict[model.Limit, float]:
        """What is written, in base units and in the order of the keys."""
        written = zip(model.Limit, (self.loss, self.latency, self.jitter, self.flaps), strict=True)
        return {limit: value for limit, value in written if value is not None}


class ContractRecord(Record):
    """One contract."""

    id: Id
    provider: Id
    kind: Annotated[model.ContractKind, one_of(model.ContractKind)]
    bandwidth: Annotated[int, of(quantities.bandwidth_bits_per_second)]
    fee_rupiah_per_month: Annotated[int, of(quantities.rupiah)]  #: for each link
    starts: Day
    ends: Day  #: included
    sla: SlaRecord | None = None  #: absent: the contract promises nothing
    thresholds: ThresholdsRecord = ThresholdsRecord()  #: of those of its links that have none of their own


class SiteRecord(Record):
    """An office building."""

    id: Id
    name: Name
    opd: Id
    kabkota: KabkotaCode
    lat: Latitude
    lon: Longitude
    hours: Id = "24x7"
    site_class: Annotated[Id, Field(alias="class")] = ""  #: empty: none
    contact: ContactRecord | None = None

    def site(self) -> model.Site:
        """The office that this describes."""
        contact = None if self.contact is None else self.contact.contact()
        return model.Site(**{**dict(self), "contact": contact})


class LinkRecord(Record):
    """One line of one site."""

    id: Id
    site: Id
    contract: Id
    role: Annotated[model.Role, one_of(model.Role)]
    phase: Annotated[model.Phase, one_of(model.Phase)]
    address: Annotated[model.Address, of(host_address)]
    name: OptionalName = None
    interval: OptionalInterval = None
    timeout: OptionalTimeout = None
    thresholds: ThresholdsRecord = ThresholdsRecord()  #: each goes before that of the contract
    probes: LinkProbes | None = None  #: absent: those of its site's class
    interface: Annotated[str | None, of(interface_name)] = None
    second_opinion_port: OptionalPort = None


class ReferenceTargetRecord(Record):
    """An address that answers whenever the prober's own connection works."""

    id: Id
    address: Annotated[model.Address, of(host_address)]
    meaning: Annotated[model.ReferenceMeaning, one_of(model.ReferenceMeaning)]
    interval: OptionalInterval = None
    timeout: OptionalTimeout = None


class WeeklyRecord(Record):
    """The intervals of each weekday."""

    mon: DayHours = ()
    tue: DayHours = ()
    wed: DayHours = ()
    thu: DayHours = ()
    fri: DayHours = ()
    sat: DayHours = ()
    sun: DayHours = ()

    def named(self) -> dict[int, model.Spans]:
        """The days that are written, with no interval or more; Monday is 0."""
        days = enumerate(type(self).model_fields)
        return {weekday: getattr(self, day) for weekday, day in days if day in self.model_fields_set}

    def filled(self) -> dict[int, model.Spans]:
        """The days that have an interval."""
        return {weekday: spans for weekday, spans in self.named().items() if spans}


class PeriodRecord(Record):
    """Other hours for some weekdays, on some days."""

    first: Annotated[Day, Field(alias="from")]
    to: Day  #: included
    weekly: WeeklyRecord  #: a day that is not named keeps its hours
    reason: Name


class CalendarRecord(Record):
    """Service hours."""

    id: Id
    weekly: WeeklyRecord  #: a day that is not named is closed
    timezone: Annotated[str, of(quantities.timezone)] = "Asia/Jakarta"
    holidays: Annotated[bool, of(quantities.yes_or_no)] = False
    periods: Annotated[tuple[PeriodRecord, ...], Field(strict=False, max_length=MAX_PERIODS)] = ()

    def calendar(self) -> model.Calendar:
        """The calendar that this describes."""
        periods = tuple(model.Period(each.first, each.to, each.weekly.named(), each.reason) for each in self.periods)
        return model.Calendar(self.id, self.weekly.filled(), self.timezone, self.holidays, periods)


class HolidayRecord(Record):
    """What a decree says of one day."""

    date: Day
    name: Name
    open: Annotated[bool, of(quantities.yes_or_no)]  #: false: a holiday; true: none, whatever is known elsewhere


class MaintenanceRecord(Record):
    """Planned work on some links, named one by one, by site or by provider."""

    id: Id
    links: Ids = ()
    sites: Ids = ()
    providers: Ids = ()
    starts: Instant
    ends: Instant
    weekly: WeeklyRecord | None = None  #: absent: all the time from starts to ends
    weeks: Weeks | None = None  #: absent: every week
    author: Name
    reason: Name
    approval: Name

    def window(self, links: frozenset[str]) -> model.MaintenanceWindow:
        """The window that this describes, about ``links``."""
        return model.MaintenanceWindow(
            self.id,
            links,
            self.starts,
            self.ends,
            self.author,
            self.reason,
            self.approval,
            self.weekly.filled() if self.weekly is not None else {},
            frozenset(self.weeks or ()),
        )


class KabkotaRecord(Record):
    """A regency or city; the list that is built in is West Java's."""

    code: KabkotaCode
    name: Name
    lat: Latitude
    lon: Longitude


#: The lists of a document, and the record that each entry is.
SECTIONS: dict[str, type[Record]] = {
    "opd": OpdRecord,
    "providers": ProviderRecord,
    "contracts": ContractRecord,
    "sites": SiteRecord,
    "links": LinkRecord,
    "reference_targets": ReferenceTargetRecord,
    "calendars": CalendarRecord,
    "holidays": HolidayRecord,
    "maintenance": MaintenanceRecord,
    "kabkota": KabkotaRecord,
    "credentials": CredentialsRecord,
    "probes": ProbeRecord,
    "site_classes": SiteClassRecord,
}
