"""What probes found, counted: one record for each probe of each link, and one for each link's device.

Lives here: applying an outcome to a record, and giving all records out. Must not live here: probing, schedules, text.
Records are frozen and replaced whole; the lock is held for a few assignments.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import replace

from exporter.beside import DeviceRecord, ProbeRecord
from exporter.interface_series import InterfaceSeries
from exporter.model import Inventory, Link
from exporter.probe_model import ProbeKind, SnmpProbe, kind_of
from exporter.probe_outcome import Phase, ProbeOutcome, ProbeResult, SnmpReading

__all__ = ["ProbeBoard", "applied"]


def applied(record: ProbeRecord, outcome: ProbeOutcome, ended_unix_ns: int) -> ProbeRecord:
    """``record`` after one more end."""
    result = outcome.result
    is_success = result is ProbeResult.SUCCESS
    ends = outcome.certificate_ends_unix_s
    return replace(
        record,
        successes=record.successes + is_success,
        failures=record.failures + (result is ProbeResult.FAILURE),
        unmeasured=record.unmeasured + (result is ProbeResult.UNMEASURED),
        phases_ns=_added(record.phases_ns, outcome.phases) if is_success else record.phases_ns,
        reason=outcome.reason,
        detail=outcome.detail,
        ended_unix_ns=ended_unix_ns,
        last_success_unix_ns=ended_unix_ns if is_success else record.last_success_unix_ns,
        certificate_ends_unix_s=record.certificate_ends_unix_s if ends is None else ends,
    )


def _added(sums_ns: Mapping[Phase, int], more_s: Mapping[Phase, float]) -> dict[Phase, int]:
    return {**sums_ns, **{phase: sums_ns.get(phase, 0) + round(spent_s * 1e9) for phase, spent_s in more_s.items()}}


Key = tuple[str, str]  #: link, probe

#: Address, port, and the interface with what it is found by: another one is another device, or another line of it.
Place = tuple[str, int, str, str]


def _place(inventory: Inventory, link: Link) -> Place | None:
    """Where the link's device is asked, and for what; None where nobody asks."""
    for probe in link.probes:
        spec = inventory.probes[probe]
        if isinstance(spec, SnmpProbe):
            interface = link.interface or spec.interface or ""
            return str(spec.server or link.address), spec.port, interface, spec.interface_key
    return None


class ProbeBoard:
    """All records of one inventory; any thread may use it."""

    def __init__(self, inventory: Inventory) -> None:
        """Every record exists from the start, at zero."""
        self._places: dict[str, Place] = {}  #: where each link's device is asked
        self._lock = threading.Lock()
        self._probes: dict[Key, ProbeRecord] = {}
        self._devices: dict[str, DeviceRecord] = {}
        self._series: dict[str, InterfaceSeries] = {}
        self.replace(inventory)

    def replace(self, inventory: Inventory) -> None:
        """Go on with another inventory: probes that stay keep their counts, all else is forgotten.

        What a device told is kept while its link asks it at the same place, and for the same interface.
        """
        wanted = {
            (link.id, probe): kind_of(inventory.probes[probe])
            for link in inventory.links.values()
            for probe in link.probes
        }
        places = {link.id: place for link in inventory.links.values() if (place := _place(inventory, link)) is not None}
        with self._lock:
            same = {link for link, place in places.items() if self._places.get(link) == place}
            self._places = places
            self._probes = {key: self._kept(key, kind) for key, kind in wanted.items()}
            self._devices = {
                link: self._devices[link] for link in inventory.links if link in self._devices.keys() & same
            }
            self._series = {link: series for link, series in self._series.items() if link in same}

    def _kept(self, key: Key, kind: ProbeKind) -> ProbeRecord:
        known = self._probes.get(key)
        return known if known is not None and known.kind is kind else ProbeRecord(*key, kind)

    def record(self, link: str, probe: str, outcome: ProbeOutcome, ended_unix_ns: int) -> None:
        """Count one end; of a probe that the inventory no longer has, nothing is kept."""
        with self._lock:
            known = self._probes.get((link, probe))
            if known is None:
                return
            self._probes[link, probe] = applied(known, outcome, ended_unix_ns)
            if known.kind is ProbeKind.SNMP:
                self._take(link, outcome)

    def _take(self, link: str, outcome: ProbeOutcome) -> None:
        """Keep what a device told, or that it told nothing: what it counts is then not shown, whosever fault it is."""
        if outcome.reading is not None:
            self._devices[link] = self._read(link, outcome.reading)
        elif link in self._devices:
            self._devices[link] = replace(self._devices[link], answers=False)
            if link in self._series:
                self._series[link].absent()

    def _read(self, link: str, reading: SnmpReading) -> DeviceRecord:
        found = reading.interface
        record = DeviceRecord(link, reading.taken_unix_ns, reading.boot_unix_s, reading.engine_id, answers=True)
        if found is None:
            return record
        series = self._series.setdefault(link, InterfaceSeries())
        series.apply(reading)
        return replace(
            record,
            status=found.status,
            speed_bits_per_second=found.speed_bits_per_second,
            epoch_unix_s=series.epoch_unix_s,
            counters=dict(series.values),
        )

    def probes(self) -> tuple[ProbeRecord, ...]:
        """Every probe, in the order of the inventory."""
        with self._lock:
            return tuple(self._probes.values())

    def devices(self) -> tuple[DeviceRecord, ...]:
        """Every device that has ever answered."""
        with self._lock:
            return tuple(self._devices.values())
