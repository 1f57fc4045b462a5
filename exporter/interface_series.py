"""Counters of one interface as they are exported: raw, each with the time since which it counts.

Lives here: when a new epoch begins. Must not live here: asking, rendering, and any correction: a counter that went
back is never taken for one that wrapped, because traffic would be invented.
"""

from __future__ import annotations

from collections.abc import Mapping

from exporter.probe_outcome import InterfaceReading, SnmpReading

__all__ = ["STEMS", "InterfaceSeries"]

#: From families of the catalogue to fields of a reading.
STEMS = {
    "interface_received_bytes": "received_bytes",
    "interface_sent_bytes": "sent_bytes",
    "interface_receive_errors": "receive_errors",
    "interface_send_errors": "send_errors",
    "interface_receive_discards": "receive_discards",
    "interface_send_discards": "send_discards",
}

_BYTES = ("interface_received_bytes", "interface_sent_bytes")

#: A boot time is read as now minus uptime: the way of the answer and whole seconds make it wander by less. A restart
#: moves it by as long as the device had run and was away.
STEADY_S = 5.0


class InterfaceSeries:
    """What is exported of one link's interface; one thread applies readings."""

    def __init__(self) -> None:
        """Nothing was read yet."""
        self._epoch_unix_s: int | None = None
        self._last: SnmpReading | None = None  # the latest with an interface
        self._highest: dict[str, int] = {}  # of 64-bit counters, in this epoch
        self._values: dict[str, int] = {}

    @property
    def epoch_unix_s(self) -> int | None:
        """Unix time since which the present values are counted; None before the first reading."""
        return self._epoch_unix_s

    @property
    def values(self) -> Mapping[str, int]:
        """Counters by family, as the device told them last; those that it does not tell are missing."""
        return self._values

    def absent(self) -> None:
        """The device did not answer, or does not have the interface: nothing is exported until it does."""
        self._values = {}

    def apply(self, reading: SnmpReading) -> None:
        """Take over one reading; without an interface in it, nothing is exported."""
        interface = reading.interface
        if interface is None:
            self.absent()
            return
        values = {stem: value for stem, name in STEMS.items() if (value := getattr(interface, name)) is not None}
        if self._last is None or self._last.interface is None:
            self._epoch_unix_s = _began(reading, interface)
        elif self._began_anew(self._last, self._last.interface, reading, interface):
            self._begin(_began(reading, interface), reading, announced=True)
        elif interface.wide and any(
            values.get(stem, 0) < self._highest.get(stem, 0) for stem in _BYTES if stem in values
        ):
            self._begin(0, reading, announced=False)
        if interface.wide:
            self._highest |= {stem: values[stem] for stem in _BYTES if stem in values}
        self._last = reading
        self._values = values

    @staticmethod
    def _began_anew(
        before: SnmpReading, interface_before: InterfaceReading, now: SnmpReading, interface: InterfaceReading
    ) -> bool:
        """Whether the device, its interface or the start of counting is another than before."""
        return (
            abs(now.boot_unix_s - before.boot_unix_s) > STEADY_S
            or interface.discontinuity_s != interface_before.discontinuity_s
            or bool(now.engine_id and before.engine_id and now.engine_id != before.engine_id)
            or interface.name != interface_before.name
            or interface.wide != interface_before.wide
        )

    def _begin(self, epoch: int, reading: SnmpReading, *, announced: bool) -> None:
        """Begin an epoch that no series of this link has had: the start that the device tells, or this poll."""
        assert self._epoch_unix_s is not None
        taken = reading.taken_unix_ns // 1_000_000_000
        fresh = announced and epoch > self._epoch_unix_s
        self._epoch_unix_s = epoch if fresh else max(taken, self._epoch_unix_s + 1)
        self._highest = {}


def _began(reading: SnmpReading, interface: InterfaceReading) -> int:
    return int(reading.boot_unix_s + interface.discontinuity_s)
