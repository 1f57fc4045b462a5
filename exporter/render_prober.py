"""What the prober confesses about itself, written from the snapshot's figures.

Lives here: which figure feeds which family. Must not live here: figures that do not come from a
snapshot (``self_metrics``), and link families.
"""

from __future__ import annotations

from collections.abc import Iterator

from exporter.catalogue import family
from exporter.exposition import sample
from exporter.metric_family import Family
from exporter.outcome import Foreign
from exporter.snapshot import ProberFigures, Snapshot

__all__ = ["prober_families"]

NS_PER_S = 1_000_000_000

Values = dict[tuple[str, ...], str]  #: label values in the catalogue's order, to the number


def prober_families(snapshot: Snapshot) -> Iterator[tuple[Family, bytes]]:
    """Every family of the prober, with its samples; a family without samples is one nobody can know."""
    for series, values in (
        _inventory_values(snapshot)
        | _socket_values(snapshot.prober)
        | _count_values(snapshot.prober)
        | _loop_values(snapshot.prober)
    ).items():
        each = family(series)
        lines = (
            sample(each.series, zip(each.labels, labels, strict=True), number) for labels, number in values.items()
        )
        yield each, b"".join(lines)


def _alone(number: float) -> Values:
    return {(): repr(number)}


def _inventory_values(snapshot: Snapshot) -> dict[str, Values]:
    whole, rest = divmod(snapshot.taken_unix_ns, NS_PER_S)
    return {
        "opd_exporter_links": _alone(len(snapshot.inventory.links)),
        "opd_exporter_inventory_info": {(snapshot.inventory.digest,): "1"},
        "opd_exporter_ready": _alone(int(snapshot.ready)),
        "opd_exporter_snapshot_timestamp_seconds": {(): f"{whole}.{rest:09d}"},
    }


def _socket_values(prober: ProberFigures) -> dict[str, Values]:
    return {
        "opd_exporter_socket_info": dict.fromkeys(sorted(prober.socket_mode.items()), "1"),
        "opd_exporter_receive_buffer_bytes": {
            (address_family,): str(size) for address_family, size in sorted(prober.receive_buffer_bytes.items())
        },
    }


def _count_values(prober: ProberFigures) -> dict[str, Values]:
    return {
        "opd_exporter_kernel_drops_total": _alone(prober.kernel_drops),
        "opd_exporter_late_sends_total": _alone(prober.late_sends),
        "opd_exporter_stalls_total": _alone(prober.stalls),
        "opd_exporter_timestamp_fallbacks_total": _alone(prober.timestamp_fallbacks),
        "opd_exporter_socket_reopens_total": _alone(prober.socket_reopens),
        "opd_exporter_clock_steps_total": _alone(prober.clock_steps),
        # every reason is shown from the start, so that the first forged reply is an increase
        "opd_exporter_foreign_replies_total": {(each,): str(prober.foreign.get(each, 0)) for each in Foreign},
        "opd_exporter_send_errors_total": {(name,): str(count) for name, count in sorted(prober.send_errors.items())},
    }


def _loop_values(prober: ProberFigures) -> dict[str, Values]:
    return {
        "opd_exporter_uplink_up": {} if prober.uplink_up is None else _alone(int(prober.uplink_up)),
        "opd_exporter_frame_max_seconds": _alone(prober.frame_seconds_max),
    }
