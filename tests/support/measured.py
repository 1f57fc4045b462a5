"""A month as it would be read from Prometheus, invented: small, and with something of everything.

Lives here: the inventory, and what happened to each link. Must not live here: any account of it. The same month is the
same value; instants are said as day, hour, minute and second of the month, in WIB.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from ipaddress import ip_address

from exporter.beside import Cause
from exporter.calendars import DEFAULT_CALENDARS
from exporter.evidence.matrix import identity_of
from exporter.evidence.measured import (
    Announced,
    Echoes,
    Gap,
    GapReason,
    Identity,
    MeasuredLink,
    MeasuredMonth,
    MeasuredOutage,
    Query,
    Segment,
    Source,
    Standing,
)
from exporter.evidence.period import DAY_MS, HOUR_MS, Month, instant_ms
from exporter.evidence.spans import Spans, clip, difference, length, spans_of
from exporter.model import (
    Contract,
    ContractKind,
    CreditMode,
    CreditTier,
    EvidenceSettings,
    Exclusion,
    Inventory,
    Kabkota,
    Link,
    MaintenanceWindow,
    Opd,
    Phase,
    Provider,
    Role,
    Site,
    Sla,
    SlaBase,
    SlaWindow,
)
from exporter.recurrence import WIB
from exporter.thresholds import RTT_BUCKETS_S

__all__ = ["Fall", "at_ms", "measured_link", "measured_month", "measured_of", "sample_inventory"]

_MINUTE_MS = 60_000

#: The bands of the constructed example of the domain notes, 2.5, the lowest first.
_TIERS = (CreditTier(0.95, 0.5), CreditTier(0.98, 0.2), CreditTier(0.99, 0.1), CreditTier(0.995, 0.05))


@dataclass(frozen=True, slots=True)
class Fall:
    """One time that a link was down; half-open. ``down_ms`` is worked out of what was measured."""

    start_ms: int
    end_ms: int | None
    cause: Cause = Cause.UNKNOWN
    start_seen: bool = True
    end_seen: bool = True


def at_ms(month: Month, day: int, hour: int = 0, minute: int = 0, second: float = 0.0) -> int:
    """An instant of ``month`` in WIB; day 0 is the last of the month before."""
    return month.start_ms + (day - 1) * DAY_MS + hour * HOUR_MS + minute * _MINUTE_MS + round(second * 1000)


def measured_link(
    identity: Identity,
    span: tuple[int, int],
    falls: Iterable[Fall] = (),
    unmeasured: Spans = (),
    *,
    read_until_ms: int | None = None,
) -> MeasuredLink:
    """A link that is down during ``falls``, not known during ``unmeasured``, and else up."""
    many = sorted(falls, key=lambda fall: fall.start_ms)
    until = span[1] if read_until_ms is None else read_until_ms
    times = [difference(((f.start_ms, until if f.end_ms is None else f.end_ms),), unmeasured) for f in many]
    down = spans_of(interval for time in times for interval in clip(time, *span))
    unknown = clip(unmeasured, *span)
    up = difference((span,), spans_of((*down, *unknown)))
    segments = _segments(down, unknown, up)
    outages = tuple(
        MeasuredOutage(f.start_ms, f.end_ms, length(time), f.cause, f.start_seen, f.end_seen)
        for f, time in zip(many, times, strict=True)
        if f.start_ms < span[1] and (f.end_ms is None or f.end_ms > span[0])
    )
    return MeasuredLink(identity, *span, segments, outages, echoes=_echoes(length(up), length(down), length(unknown)))


def _segments(down: Spans, unknown: Spans, up: Spans) -> tuple[Segment, ...]:
    kinds = ((Standing.DOWN, down), (Standing.UNMEASURED, unknown), (Standing.UP, up))
    found = [Segment(start, end, standing) for standing, spans in kinds for start, end in spans]
    return tuple(sorted(found, key=lambda segment: segment.start_ms))


def _echoes(up_ms: int, down_ms: int, unmeasured_ms: int) -> Echoes:
    """An echo a second; of a thousand replies one is slow."""
    replies = up_ms // 1000
    slow = replies // 1000
    buckets = [0] * (len(RTT_BUCKETS_S) + 1)
    buckets[2], buckets[-3] = replies - slow, slow
    return Echoes(replies, down_ms // 1000, unmeasured_ms // 1000, tuple(buckets))


def sample_inventory() -> Inventory:
    """Five offices of three agencies, seven lines of three providers; valid by itself."""
    contracts = (
        _contract("k-a", "penyedia-a", 950_500, Sla(0.995, 300.0, SlaWindow.ALWAYS, CreditMode.PRORATA)),
        _contract(
            "k-b",
            "penyedia-b",
            6_175_000,
            Sla(
                0.99,
                60.0,
                SlaWindow.SERVICE_HOURS,
                CreditMode.SELISIH,
                frozenset({Exclusion.MAINTENANCE}),
                SlaBase.PERIOD,
            ),
        ),
        _contract("k-c", "penyedia-c", 8_369_000, None),
        _contract("k-d", "penyedia-a", 1_250_000, Sla(0.995, 300.0, SlaWindow.ALWAYS, CreditMode.TIER, tiers=_TIERS)),
    )
    sites = (
        Site("dinkes-kantor", "Kantor Dinas Kesehatan", "dinkes", "32.73", -6.905, 107.611, "kantor"),
        Site("dinkes-gudang", "Gudang Farmasi", "dinkes", "32.01", -6.48, 106.823, "kantor"),
        Site("disdik-kantor", "Kantor Dinas Pendidikan", "disdik", "32.73", -6.901, 107.62, "kantor"),
        Site("rsud-satu", "RSUD Satu", "rsud", "32.01", -6.49, 106.81, "24x7"),
        Site("rsud-dua", "RSUD Dua", "rsud", "32.73", -6.91, 107.6, "24x7"),
    )
    links = (
        _link("dinkes-1", "dinkes-kantor", "k-a", 1),
        _link("dinkes-2", "dinkes-kantor", "k-b", 2, Role.BACKUP),
        _link("disdik-1", "disdik-kantor", "k-b", 3),
        _link("gudang-1", "dinkes-gudang", "k-c", 4, phase=Phase.LEGACY),
        _link("rsud-1", "rsud-satu", "k-a", 5),
        _link("rsud-2", "rsud-satu", "k-d", 6, Role.BACKUP, Phase.TRANSITION),
    )
    work = MaintenanceWindow(
        "pm-minggu",
        frozenset({"dinkes-1", "rsud-1"}),
        datetime(2026, 1, 1, tzinfo=WIB),
        datetime(2026, 12, 31, tzinfo=WIB),
        "Tim Jaringan",
        "Pembaruan perangkat",
        "ND-12/2026",
        {6: ((time(1), time(4)),)},
        frozenset({2}),
    )
    return Inventory(
        opd={key: Opd(key, f"{name}") for key, name in _AGENCIES.items()},
        providers={
            f"penyedia-{letter}": Provider(f"penyedia-{letter}", f"Penyedia {letter.upper()}") for letter in "abc"
        },
        contracts={each.id: each for each in contracts},
        sites={each.id: each for each in sites},
        links={each.id: each for each in links},
        kabkota={
            "32.01": Kabkota("32.01", "Kabupaten Bogor", -6.4797, 106.8249),
            "32.73": Kabkota("32.73", "Kota Bandung", -6.9147, 107.6098),
        },
        calendars=dict(DEFAULT_CALENDARS),
        maintenance={work.id: work},
        evidence=EvidenceSettings(
            "Pemerintah Provinsi Contoh", "Dinas Komunikasi dan Informatika", "DISKOMINFO", "", "Bandung"
        ),
        digest="1" * 64,
    )


_AGENCIES = {"dinkes": "Dinas Kesehatan", "disdik": "Dinas Pendidikan", "rsud": "Rumah Sakit Umum Daerah"}


def _contract(key: str, provider: str, fee: int, sla: Sla | None) -> Contract:
    kind = ContractKind.BROADBAND if sla is None else ContractKind.DEDICATED
    return Contract(key, provider, kind, 50_000_000, fee, date(2026, 1, 1), date(2026, 12, 31), sla)


def _link(
    key: str, site: str, contract: str, number: int, role: Role = Role.PRIMARY, phase: Phase = Phase.CENTRAL
) -> Link:
    address = ip_address(f"198.18.0.{number}")
    return Link(key, f"Jalur {key}", site, contract, role, phase, address, 1.0, 2.0)


def measured_month(inventory: Inventory, month: Month) -> MeasuredMonth:
    """What happened to the links of ``sample_inventory``, and to two that it no longer knows so."""
    gap = (at_ms(month, 20, 22, 10), at_ms(month, 20, 22, 15))
    told = [
        Announced(link, at_ms(month, day, 1, 0, 30), at_ms(month, day, 4, 0, 30))
        for link in ("dinkes-1", "rsud-1")
        for day in range(8, 15)
        if month.days[day - 1].weekday() == 6
    ]
    return measured_of(
        month,
        _links(inventory, month, (gap,)),
        gaps=(Gap(*gap, GapReason.SCRAPE_FAILED),),
        restarts_ms=(at_ms(month, 20, 22, 14, 40),),
        announced=tuple(told),
    )


def measured_of(
    month: Month,
    links: Sequence[MeasuredLink],
    *,
    gaps: tuple[Gap, ...] = (),
    restarts_ms: tuple[int, ...] = (),
    announced: tuple[Announced, ...] = (),
) -> MeasuredMonth:
    """These links, read by an invented Prometheus until half a day after the month."""
    return MeasuredMonth(
        start_ms=month.start_ms,
        end_ms=month.end_ms,
        read_until_ms=month.end_ms + DAY_MS // 2,
        links=tuple(sorted(links, key=lambda link: (link.identity.link, link.from_ms))),
        gaps=gaps,
        restarts_ms=restarts_ms,
        announced=announced,
        queries=(Query("keadaan jalur", 'opd_link_state_seconds_total{link=~"$links"}', "query_range", 31, 24, 9_000),),
        source=Source(
            program="Prometheus 3.5.3",
            retention="400d",
            instance="127.0.0.1:9715",
            job="pantau",
            exporter_versions=("0.6.0",),
            inventory_digests=("0" * 64, "1" * 64),
            confessed={"opd_exporter_late_sends_total": 3},
        ),
        shortcomings=(),
    )


def _links(inventory: Inventory, month: Month, unmeasured: Spans) -> list[MeasuredLink]:
    known = {key: identity_of(link, inventory) for key, link in inventory.links.items()}
    whole = (month.start_ms, month.end_ms)
    changed, added, removed = at_ms(month, 11), at_ms(month, 12, 9, 14), at_ms(month, 25, 16)
    old = replace(known["rsud-2"], contract="k-b", provider="penyedia-b")
    gone = replace(known["gudang-1"], link="gudang-lama", name="Jalur lama gudang", contract="k-lama")
    provider_out = (at_ms(month, 6, 8, 15, 0.251), at_ms(month, 6, 12, 45, 7.007))
    reading = month.end_ms + DAY_MS // 2
    falls: dict[str, list[Fall]] = {
        "dinkes-1": [
            Fall(at_ms(month, 0, 23, 50), at_ms(month, 1, 0, 20), Cause.LINE),
            Fall(at_ms(month, 2, 9), at_ms(month, 2, 9, 5), Cause.LINE),
            Fall(at_ms(month, 3, 9), at_ms(month, 3, 9, 5, 0.001), Cause.LINE),
            Fall(*provider_out, Cause.PROVIDER),
            *(Fall(each.start_ms, each.end_ms) for each in _in_work(month)),
            Fall(at_ms(month, 20, 22), at_ms(month, 20, 22, 40), Cause.LINE),
            Fall(at_ms(month, len(month.days), 23, 40), month.end_ms + HOUR_MS, Cause.LINE),
        ],
        "dinkes-2": [Fall(at_ms(month, 6, 9), at_ms(month, 6, 9, 30), Cause.LINE)],
        "disdik-1": [
            Fall(at_ms(month, 5, 10), at_ms(month, 5, 14), Cause.POWER),
            Fall(at_ms(month, 9, 6), at_ms(month, 9, 18), Cause.LINE),
        ],
        "gudang-1": [Fall(at_ms(month, 16), at_ms(month, 17), Cause.AREA)],
        "rsud-1": [
            Fall(provider_out[0] + 210, provider_out[1] - 390, Cause.PROVIDER),
            Fall(at_ms(month, 15, 3), at_ms(month, 15, 5), Cause.POWER),
        ],
    }
    links = [
        measured_link(
            known[key], (added, month.end_ms) if key == "gudang-1" else whole, many, unmeasured, read_until_ms=reading
        )
        for key, many in falls.items()
    ]
    over = Fall(changed - HOUR_MS, changed + 2 * HOUR_MS, Cause.LINE)
    return [
        *links,
        measured_link(old, (month.start_ms, changed), [over], unmeasured),
        measured_link(known["rsud-2"], (changed, month.end_ms), [over], unmeasured),
        measured_link(gone, (month.start_ms, removed), [Fall(removed - HOUR_MS, removed, end_seen=False)], unmeasured),
    ]


def _in_work(month: Month) -> list[Fall]:
    """Down from half an hour before the planned work until half an hour before its end."""
    sunday = next(day for day in month.days[7:14] if day.weekday() == 6)
    midnight = instant_ms(datetime.combine(sunday, time(0), WIB))
    return [Fall(midnight + HOUR_MS // 2, midnight + 7 * HOUR_MS // 2)]
