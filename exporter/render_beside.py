"""What is known beside the echoes, as text.

Lives here: which record feeds which family. Must not live here: decisions, HTTP, clocks. A record's lines are written
once and kept as long as the record is the same object: most of them change once a minute, and scrapes come more often.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from exporter.beside import Beside, Cause, DeviceRecord, OutageRecord, PathRecord, ProbeRecord
from exporter.catalogue import family
from exporter.exposition import sample
from exporter.metric_family import Family
from exporter.probe_outcome import InterfaceStatus, Phase, ProbeResult

__all__ = ["COUNTERS", "BesideText"]

NS_PER_S = 1_000_000_000

#: One line: the series, its label values in the catalogue's order, the number as text.
Line = tuple[str, tuple[str, ...], str]

#: The families that an interface's counters fill.
COUNTERS = (
    "interface_received_bytes",
    "interface_sent_bytes",
    "interface_receive_errors",
    "interface_send_errors",
    "interface_receive_discards",
    "interface_send_discards",
)


def seconds(ns: int) -> str:
    """Nanoseconds as seconds with nine decimals."""
    whole, rest = divmod(ns, NS_PER_S)
    return f"{whole}.{rest:09d}"


def probe_lines(record: ProbeRecord) -> Iterator[Line]:
    """Every sample of one probe of one link."""
    key = (record.link, record.probe)
    counts = (record.successes, record.failures, record.unmeasured)
    for result, count in zip(ProbeResult, counts, strict=True):
        yield "opd_link_probe_results_total", (*key, record.kind, result), str(count)
    if record.reason is not None:
        yield "opd_link_probe_failure", (*key, record.reason), "1"
    for phase in Phase:
        if phase in record.phases_ns:
            yield "opd_link_probe_phase_seconds_total", (*key, phase), seconds(record.phases_ns[phase])
    if record.last_success_unix_ns:
        yield "opd_link_probe_last_success_timestamp_seconds", key, seconds(record.last_success_unix_ns)
    if record.certificate_ends_unix_s is not None:
        yield "opd_link_probe_certificate_end_timestamp_seconds", key, repr(float(record.certificate_ends_unix_s))


def device_lines(record: DeviceRecord) -> Iterator[Line]:
    """Every sample of the device of one link; what it counted only while it answers."""
    key = (record.link,)
    yield "opd_link_router_boot_timestamp_seconds", key, repr(float(record.boot_unix_s))
    yield "opd_link_snmp_last_success_timestamp_seconds", key, seconds(record.answered_unix_ns)
    if not record.answers:
        return
    if record.status is not None:
        for status in InterfaceStatus:
            yield "opd_link_interface_status", (*key, status), str(int(status is record.status))
    if record.speed_bits_per_second is not None:
        yield "opd_link_interface_speed_bits_per_second", key, str(record.speed_bits_per_second)
    if record.epoch_unix_s is not None:
        for stem in COUNTERS:
            if stem in record.counters:
                yield f"opd_link_{stem}_total", (*key, str(record.epoch_unix_s)), str(record.counters[stem])


def outage_lines(record: OutageRecord) -> Iterator[Line]:
    """Every sample of the latest outage of one link."""
    key = (record.link,)
    for cause in Cause:
        yield "opd_link_outage_cause", (*key, cause), str(int(cause is record.cause))
    yield "opd_link_outage_cause_pending", key, str(int(record.pending))
    yield "opd_link_last_outage_start_timestamp_seconds", key, seconds(record.start_unix_ns)
    if record.end_unix_ns is not None:
        yield "opd_link_last_outage_end_timestamp_seconds", key, seconds(record.end_unix_ns)


def path_lines(record: PathRecord) -> Iterator[Line]:
    """Every sample of the way to one link."""
    for series, number in (
        ("opd_link_path_last_hop_number", record.last_hop_number),
        ("opd_link_path_usual_hops", record.usual_hops),
        ("opd_link_path_last_hop_address", record.last_hop_address),
    ):
        if number is not None:
            yield series, (record.link,), str(number)


_WRITERS: tuple[Callable[[Any], Iterator[Line]], ...] = (probe_lines, device_lines, outage_lines, path_lines)

_SERIES = (
    "opd_link_probe_results_total",
    "opd_link_probe_failure",
    "opd_link_probe_phase_seconds_total",
    "opd_link_probe_last_success_timestamp_seconds",
    "opd_link_probe_certificate_end_timestamp_seconds",
    "opd_link_router_boot_timestamp_seconds",
    "opd_link_snmp_last_success_timestamp_seconds",
    "opd_link_interface_status",
    "opd_link_interface_speed_bits_per_second",
    *(f"opd_link_{stem}_total" for stem in COUNTERS),
    "opd_link_path_last_hop_number",
    "opd_link_path_usual_hops",
    "opd_link_path_last_hop_address",
    "opd_link_outage_cause",
    "opd_link_outage_cause_pending",
    "opd_link_last_outage_start_timestamp_seconds",
    "opd_link_last_outage_end_timestamp_seconds",
)


class BesideText:
    """Writes records; keeps the text of those that it saw last."""

    def __init__(self) -> None:
        """Start with nothing kept."""
        self._kept: dict[int, tuple[object, dict[str, bytes]]] = {}

    def families(self, beside: Beside) -> Iterator[tuple[Family, Iterable[bytes]]]:
        """Each family with its samples, in the order of the catalogue; empty ones, too."""
        pieces: dict[str, list[bytes]] = defaultdict(list)
        kept: dict[int, tuple[object, dict[str, bytes]]] = {}
        groups = (beside.probes, beside.devices, beside.outages, beside.paths)
        for records, write in zip(groups, _WRITERS, strict=True):
            for record in records:
                text = self._text(record, write)
                kept[id(record)] = (record, text)
                for series, lines in text.items():
                    pieces[series].append(lines)
        self._kept = kept
        yield from ((family(series), pieces[series]) for series in _SERIES)
        yield from _of_the_prober(beside)

    def _text(self, record: object, write: Callable[[Any], Iterator[Line]]) -> dict[str, bytes]:
        known = self._kept.get(id(record))
        if known is not None and known[0] is record:
            return known[1]
        text: dict[str, bytes] = {}
        for series, values, number in write(record):
            line = sample(series, zip(family(series).labels, values, strict=True), number)
            text[series] = text.get(series, b"") + line
        return text


def _of_the_prober(beside: Beside) -> Iterator[tuple[Family, Iterable[bytes]]]:
    """What the parts that fill ``beside`` confess of themselves."""
    for series, counts in (
        ("opd_exporter_second_opinions_total", beside.opinions),
        ("opd_exporter_path_traces_total", beside.traces),
    ):
        each = family(series)
        yield each, [sample(series, ((each.labels[0], value),), str(count)) for value, count in counts.items()]
    yield family("opd_exporter_probes_running"), [sample("opd_exporter_probes_running", (), str(beside.loop.running))]
    yield (
        family("opd_exporter_probes_late_total"),
        [sample("opd_exporter_probes_late_total", (), str(beside.loop.late))],
    )
    yield (
        family("opd_exporter_probe_loop_lag_seconds"),
        [sample("opd_exporter_probe_loop_lag_seconds", (), repr(beside.loop.lag_s))],
    )
