"""What is known beside the echoes, as prometheus_client builds it: slow, obvious, one object per sample.

Lives here: the other opinion that ``render_beside`` is held against. Must not live here: anything taken from it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from prometheus_client.core import Metric

from exporter.beside import Beside, DeviceRecord, OutageRecord, PathRecord, ProbeRecord
from tests.support.reference_metrics import counter, exact, gauge

__all__ = ["beside_echoes"]

_CAUSES = ("power", "line", "provider", "area", "core", "prober", "unknown")
_STATUSES = ("up", "down", "testing", "unknown", "dormant", "not_present", "lower_layer_down")
_COUNTERS = ("received_bytes", "sent_bytes", "receive_errors", "send_errors", "receive_discards", "send_discards")


def beside_echoes(beside: Beside) -> Iterator[Metric]:
    """Every family that is filled from beside the echoes."""
    yield from _probes(beside.probes)
    yield from _devices(beside.devices)
    yield from _outages(beside.outages)
    yield from _paths(beside.paths)
    opinions = [((answer,), float(count)) for answer, count in beside.opinions.items()]
    yield counter("opd_exporter_second_opinions", ["answer"], opinions)
    traces = [((result,), float(count)) for result, count in beside.traces.items()]
    yield counter("opd_exporter_path_traces", ["result"], traces)
    yield gauge("opd_exporter_probes_running", [], [((), beside.loop.running)])
    yield counter("opd_exporter_probes_late", [], [((), beside.loop.late)])
    yield gauge("opd_exporter_probe_loop_lag_seconds", [], [((), beside.loop.lag_s)], "seconds")


def _probes(records: tuple[ProbeRecord, ...]) -> Iterator[Metric]:
    counted = []
    for each in records:
        key = (each.link, each.probe, each.kind.value)
        counted.append(((*key, "success"), float(each.successes)))
        counted.append(((*key, "failure"), float(each.failures)))
        counted.append(((*key, "unmeasured"), float(each.unmeasured)))
    yield counter("opd_link_probe_results", ["link", "probe", "kind", "result"], counted)
    failed = [((each.link, each.probe, each.reason.value), 1.0) for each in records if each.reason]
    yield gauge("opd_link_probe_failure", ["link", "probe", "reason"], failed)
    spent = [
        ((each.link, each.probe, phase.value), exact(sum_ns))
        for each in records
        for phase, sum_ns in each.phases_ns.items()
    ]
    yield counter("opd_link_probe_phase_seconds", ["link", "probe", "phase"], spent, "seconds")
    succeeded = [
        ((each.link, each.probe), exact(each.last_success_unix_ns)) for each in records if each.last_success_unix_ns
    ]
    yield gauge("opd_link_probe_last_success_timestamp_seconds", ["link", "probe"], succeeded, "seconds")
    certified = [
        ((each.link, each.probe), each.certificate_ends_unix_s)
        for each in records
        if each.certificate_ends_unix_s is not None
    ]
    yield gauge("opd_link_probe_certificate_end_timestamp_seconds", ["link", "probe"], certified, "seconds")


def _devices(records: tuple[DeviceRecord, ...]) -> Iterator[Metric]:
    boots = [((each.link,), each.boot_unix_s) for each in records]
    yield gauge("opd_link_router_boot_timestamp_seconds", ["link"], boots, "seconds")
    told = [((each.link,), exact(each.answered_unix_ns)) for each in records]
    yield gauge("opd_link_snmp_last_success_timestamp_seconds", ["link"], told, "seconds")
    status = [((each.link, name), float(each.status == name)) for each in records if each.status for name in _STATUSES]
    yield gauge("opd_link_interface_status", ["link", "status"], status)
    speeds = [
        ((each.link,), float(each.speed_bits_per_second)) for each in records if each.speed_bits_per_second is not None
    ]
    yield gauge("opd_link_interface_speed_bits_per_second", ["link"], speeds, "bits_per_second")
    for name in _COUNTERS:
        counts = [
            ((each.link, str(each.epoch_unix_s)), float(each.counters[f"interface_{name}"]))
            for each in records
            if f"interface_{name}" in each.counters
        ]
        unit = "bytes" if name.endswith("bytes") else ""
        yield counter(f"opd_link_interface_{name}", ["link", "epoch"], counts, unit)


def _outages(records: tuple[OutageRecord, ...]) -> Iterator[Metric]:
    causes = [((each.link, cause), float(each.cause == cause)) for each in records for cause in _CAUSES]
    yield gauge("opd_link_outage_cause", ["link", "cause"], causes)
    yield gauge("opd_link_outage_cause_pending", ["link"], [((each.link,), float(each.pending)) for each in records])
    begun = [((each.link,), exact(each.start_unix_ns)) for each in records]
    yield gauge("opd_link_last_outage_start_timestamp_seconds", ["link"], begun, "seconds")
    ended = [((each.link,), exact(each.end_unix_ns)) for each in records if each.end_unix_ns is not None]
    yield gauge("opd_link_last_outage_end_timestamp_seconds", ["link"], ended, "seconds")


def _paths(records: tuple[PathRecord, ...]) -> Iterator[Metric]:
    numbers: dict[str, Callable[[PathRecord], int | None]] = {
        "last_hop_number": lambda each: each.last_hop_number,
        "usual_hops": lambda each: each.usual_hops,
        "last_hop_address": lambda each: each.last_hop_address,
    }
    for name, number in numbers.items():
        known = [((each.link,), float(value)) for each in records if (value := number(each)) is not None]
        yield gauge(f"opd_link_path_{name}", ["link"], known)
