"""The families of a snapshot as prometheus_client builds them: slow, obvious, one object per sample.

Lives here: the other opinion that rendering is held against. Must not live here: anything taken from
the renderer; names stand here literally, and only the help comes from the catalogue.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone

from prometheus_client.core import (
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from exporter import calendars
from exporter.catalogue import family
from exporter.model import Contract, Inventory
from exporter.outcome import Foreign, Reason, State
from exporter.scope import GroupName, Scope
from exporter.snapshot import EchoColumns, ProberFigures, Snapshot
from exporter.thresholds import RTT_BUCKETS_S
from tests.support.planned_work import covers, next_times
from tests.support.reference_beside import beside_echoes
from tests.support.reference_metrics import Samples, counter, exact, gauge, info

__all__ = ["ReferenceCollector"]


class ReferenceCollector(Collector):
    """Everything the renderer must say about one snapshot."""

    def __init__(self, snapshot: Snapshot) -> None:
        """``snapshot`` is read at each collection."""
        self._snapshot = snapshot

    def collect(self) -> Iterator[Metric]:
        """The families, in no particular order."""
        snapshot = self._snapshot
        yield from inventory(snapshot.inventory)
        yield from echoes("opd_link", "link", snapshot.links)
        yield from echoes("opd_reference", "target", snapshot.references)
        yield from calendar_flags(snapshot)
        yield from outages(snapshot)
        yield from planned_work(snapshot)
        yield from about_inventory(snapshot)
        yield from prober(snapshot.prober)
        only = [((key,), float(flag)) for key, flag in zip(snapshot.links.keys, snapshot.links.icmp_only, strict=True)]
        yield gauge("opd_link_icmp_only", ["link"], only)
        yield from beside_echoes(snapshot.beside)


def inventory(held: Inventory) -> Iterator[Metric]:
    """Links, sites, contracts and reference targets as the inventory has them."""
    yield info(
        "opd_link",
        [
            {
                "link": link.id,
                "site": link.site,
                "opd": held.sites[link.site].opd,
                "kabkota": held.sites[link.site].kabkota,
                "provider": held.contracts[link.contract].provider,
                "contract": link.contract,
                "role": link.role.value,
                "phase": link.phase.value,
                "name": link.name,
            }
            for link in held.links.values()
        ],
    )
    yield gauge(
        "opd_link_threshold",
        ["link", "quantity"],
        [((link.id, limit.value), value) for link in held.links.values() for limit, value in link.limits.items()],
    )
    yield info(
        "opd_site",
        [
            {
                "site": site.id,
                "name": site.name,
                "opd": site.opd,
                "kabkota": site.kabkota,
                "kabkota_name": held.kabkota[site.kabkota].name,
                "lat": str(site.lat),
                "lon": str(site.lon),
            }
            for site in held.sites.values()
        ],
    )
    yield info("opd_opd", [{"opd": each.id, "name": each.name} for each in held.opd.values()])
    yield info("opd_provider", [{"provider": each.id, "name": each.name} for each in held.providers.values()])
    yield from contracts(held)
    yield info(
        "opd_reference",
        [{"target": each.id, "meaning": each.meaning.value} for each in held.reference_targets.values()],
    )


def window(contract: Contract) -> str:
    """In which hours the promise counts; nobody promised anything less than always."""
    return contract.sla.window.value if contract.sla else "24x7"


def contracts(held: Inventory) -> Iterator[Metric]:
    """What the contracts say."""
    all_of_them = list(held.contracts.values())
    yield info(
        "opd_contract",
        [{"contract": k.id, "provider": k.provider, "kind": k.kind.value, "window": window(k)} for k in all_of_them],
    )
    yield gauge(
        "opd_contract_bandwidth_bits_per_second",
        ["contract"],
        [((k.id,), k.bandwidth_bits_per_second) for k in all_of_them],
        "bits_per_second",
    )
    yield gauge(
        "opd_contract_fee_rupiah", ["contract"], [((k.id,), k.fee_rupiah_per_month) for k in all_of_them], "rupiah"
    )
    yield gauge(
        "opd_contract_availability_target_ratio",
        ["contract"],
        [((k.id,), k.sla.availability_ratio) for k in all_of_them if k.sla],
        "ratio",
    )
    yield gauge(
        "opd_contract_tolerance_seconds",
        ["contract"],
        [((k.id,), k.sla.tolerance_s) for k in all_of_them if k.sla],
        "seconds",
    )
    midnight = [
        datetime(k.ends.year, k.ends.month, k.ends.day, tzinfo=timezone(timedelta(hours=7))) for k in all_of_them
    ]
    yield gauge(
        "opd_contract_end_timestamp_seconds",
        ["contract"],
        [((k.id,), start.timestamp() + 86_400) for k, start in zip(all_of_them, midnight, strict=True)],
        "seconds",
    )


def echoes(prefix: str, label: str, columns: EchoColumns) -> Iterator[Metric]:
    """The families that links and reference targets share."""

    def plain(value: Callable[[int], float]) -> Samples:
        return [((key,), value(row)) for row, key in enumerate(columns.keys)]

    def by(words: list[str], value: Callable[[int, int], float]) -> Samples:
        return [
            ((key, word), value(row, column))
            for row, key in enumerate(columns.keys)
            for column, word in enumerate(words)
        ]

    yield counter(f"{prefix}_echo_attempts", [label], plain(lambda row: int(columns.attempts[row])))
    yield counter(f"{prefix}_echo_replies", [label], plain(lambda row: int(columns.replies[row])))
    yield counter(f"{prefix}_echo_lost", [label], plain(lambda row: int(columns.lost[row])))
    yield counter(f"{prefix}_echo_late", [label], plain(lambda row: int(columns.late[row])))
    yield counter(f"{prefix}_echo_duplicates", [label], plain(lambda row: int(columns.duplicates[row])))
    yield counter(f"{prefix}_icmp_errors", [label], plain(lambda row: int(columns.icmp_errors[row])))
    yield counter(
        f"{prefix}_echo_unmeasured",
        [label, "reason"],
        by([reason.value for reason in Reason], lambda row, column: int(columns.unmeasured[row, column])),
    )
    yield counter(
        f"{prefix}_rtt_variation_seconds",
        [label],
        plain(lambda row: exact(columns.rtt_variation_ns[row])),
        "seconds",
    )
    yield rtt(prefix, label, columns)
    states = [state.value for state in State]
    yield gauge(
        f"{prefix}_state", [label, "state"], by(states, lambda row, column: float(columns.state[row] == column))
    )
    yield counter(
        f"{prefix}_state_seconds",
        [label, "state"],
        by(states, lambda row, column: exact(columns.state_ns[row, column])),
        "seconds",
    )
    for name, unix_ns in (
        ("state_changed_timestamp_seconds", columns.changed_unix_ns),
        ("last_probe_timestamp_seconds", columns.last_probe_unix_ns),
    ):
        known = [((key,), exact(at)) for key, at in zip(columns.keys, unix_ns, strict=True) if at]
        yield gauge(f"{prefix}_{name}", [label], known, "seconds")


def rtt(prefix: str, label: str, columns: EchoColumns) -> Metric:
    """The histogram, its buckets added up by hand."""
    name = f"{prefix}_rtt_seconds"
    metric = HistogramMetricFamily(name, family(name).help, labels=[label], unit="seconds")
    for row, key in enumerate(columns.keys):
        total, buckets = 0, []
        for bound, count in zip([*map(str, RTT_BUCKETS_S), "+Inf"], columns.rtt_buckets[row], strict=True):
            total += int(count)
            buckets.append((bound, float(total)))
        metric.add_metric([key], buckets, exact(columns.rtt_sum_ns[row]))
    return metric


def calendar_flags(snapshot: Snapshot) -> Iterator[Metric]:
    """What the calendars say at the instant of the snapshot."""
    for name, flags in (
        ("opd_link_maintenance", calendars.maintenance(snapshot.inventory, snapshot.taken_unix_ns)),
        ("opd_link_service_hours", calendars.service_hours(snapshot.inventory, snapshot.taken_unix_ns)),
    ):
        yield gauge(
            name, ["link"], [((key,), int(flag)) for key, flag in zip(snapshot.inventory.links, flags, strict=True)]
        )


def outages(snapshot: Snapshot) -> Iterator[Metric]:
    """The scope of each link, and what is said of groups."""
    found, scopes = snapshot.outages, list(Scope)
    keys = snapshot.links.keys
    each_link = [
        ((key, scope.value), float(code >= 0 and scopes[code] is scope))
        for key, code in zip(keys, found.scope.tolist(), strict=True)
        for scope in scopes
    ]
    yield gauge("opd_link_outage", ["link", "scope"], each_link)

    def of(name: str, samples: list[tuple[GroupName, float]], unit: str = "") -> Metric:
        rows = [((group.scope.value, group.provider, group.kabkota, group.site), value) for group, value in samples]
        return gauge(f"opd_outage_{name}", ["scope", "provider", "kabkota", "site"], rows, unit)

    yield of("links", [(each.group, each.links) for each in found.groups])
    yield of("measured_links", [(each.group, each.of) for each in found.groups])
    yield of("started_timestamp_seconds", [(each.group, exact(each.since_unix_ns)) for each in found.groups], "seconds")
    yield of("persisting", [(group, 1.0) for group in found.persisting])


def planned_work(snapshot: Snapshot) -> Iterator[Metric]:
    """The running or else the next time of each planned work that is not over, as of the whole hour."""
    hour = datetime.fromtimestamp(snapshot.taken_unix_ns // 10**9 // 3600 * 3600, UTC)
    times = {key: next_times(work, hour) for key, work in snapshot.inventory.maintenance.items()}
    known = [(w, each) for w in snapshot.inventory.maintenance.values() if (each := times[w.id]) is not None]
    words = [{"window": w.id, "author": w.author, "reason": w.reason, "approval": w.approval} for w, _ in known]
    yield info("opd_maintenance", words)
    yield gauge("opd_maintenance_active", ["window"], [((w.id,), int(covers(w, hour))) for w, _ in known])
    for name, end in (("start", 0), ("end", 1)):
        values = [((w.id,), each[end].timestamp()) for w, each in known]
        yield gauge(f"opd_maintenance_{name}_timestamp_seconds", ["window"], values, "seconds")
    yield gauge("opd_maintenance_links", ["window"], [((w.id,), len(w.links)) for w, _ in known])


def about_inventory(snapshot: Snapshot) -> Iterator[Metric]:
    """What the exporter says about the inventory and the snapshot itself."""
    yield gauge("opd_exporter_links", [], [((), len(snapshot.inventory.links))])
    yield info("opd_exporter_inventory", [{"digest": snapshot.inventory.digest}])
    yield gauge("opd_exporter_ready", [], [((), int(snapshot.ready))])
    yield gauge("opd_exporter_snapshot_timestamp_seconds", [], [((), exact(snapshot.taken_unix_ns))], "seconds")


def prober(figures: ProberFigures) -> Iterator[Metric]:
    """What the prober confesses."""
    yield info("opd_exporter_socket", [{"family": f, "mode": mode} for f, mode in figures.socket_mode.items()])
    yield gauge(
        "opd_exporter_receive_buffer_bytes",
        ["family"],
        [((f,), size) for f, size in figures.receive_buffer_bytes.items()],
        "bytes",
    )
    yield counter("opd_exporter_kernel_drops", [], [((), figures.kernel_drops)])
    yield counter("opd_exporter_late_sends", [], [((), figures.late_sends)])
    yield counter("opd_exporter_stalls", [], [((), figures.stalls)])
    yield counter("opd_exporter_timestamp_fallbacks", [], [((), figures.timestamp_fallbacks)])
    yield counter("opd_exporter_socket_reopens", [], [((), figures.socket_reopens)])
    yield counter("opd_exporter_clock_steps", [], [((), figures.clock_steps)])
    yield counter(
        "opd_exporter_foreign_replies", ["reason"], [((each.value,), figures.foreign.get(each, 0)) for each in Foreign]
    )
    yield counter("opd_exporter_send_errors", ["errno"], [((n,), count) for n, count in figures.send_errors.items()])
    known = [] if figures.uplink_up is None else [((), float(figures.uplink_up))]
    yield gauge("opd_exporter_uplink_up", [], known)
    yield gauge("opd_exporter_frame_max_seconds", [], [((), figures.frame_seconds_max)], "seconds")
