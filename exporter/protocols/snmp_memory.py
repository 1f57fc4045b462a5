"""What is remembered of devices between polls: where an interface was found, and when the device started.

Lives here: whether a device restarted, kept apart from its hundredths that wrap and from our clock that steps. Must not
live here: asking; and no reading: whatever is remembered is verified by the next answer.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field

from exporter.protocols.snmp import TICKS_WRAP_S

__all__ = ["DeviceMemories", "DeviceMemory", "Place"]

#: Devices that are remembered; the ones unused for longest are forgotten. Ten times as many links as one prober has.
MOST_DEVICES = 50_000

#: Interfaces that are remembered of one device: as many links as one office has, and room.
MOST_PLACES = 64

#: The way of an answer and whole seconds: an uptime is known no better.
_STEADY_S = 5.0

#: A device's clock runs wrong by no more than this.
_DRIFT = 2e-4

#: How close to a multiple of the wrap a step of the start must be to be one. A restart is taken for a wrap when it
#: happens within this time of one, after 497 days.
_WRAP_WITHIN_S = 60.0


@dataclass(frozen=True, slots=True)
class Place:
    """Where an interface was found."""

    index: int
    column: str  #: of the table, whose value was the name
    found_mono_ns: int


@dataclass(slots=True)
class _Start:
    mono_s: float  # of the clock that never steps; follows the device's clock
    unix_s: float  # as it was first computed
    asked_mono_s: float
    uptime_s: float
    engine_id: str


@dataclass(slots=True)
class DeviceMemory:
    """What is remembered of one device."""

    places: OrderedDict[tuple[str, str], Place] = field(default_factory=OrderedDict)
    chunk: int | None = None  #: objects that one answer holds; None: all
    _start: _Start | None = None

    def remember(self, key: tuple[str, str], place: Place) -> None:
        """Keep a place, at most ``MOST_PLACES`` of them."""
        self.places[key] = place
        self.places.move_to_end(key)
        while len(self.places) > MOST_PLACES:
            self.places.popitem(last=False)

    def boot_unix_s(self, uptime_s: float, engine_id: str, mono_ns: int, unix_ns: int) -> float:
        """Unix time of the device's start, the same number until it starts again.

        ``mono_ns`` and ``unix_ns`` are the moment of the answer with ``uptime_s``. A step of our wall clock does not
        move the start, a wrap of hundredths of seconds neither.
        """
        mono_s, before = mono_ns / 1e9, self._start
        unix_s = unix_ns / 1e9 - uptime_s
        if before is not None and (not engine_id or not before.engine_id or engine_id == before.engine_id):
            wraps = max(0, round((mono_s - uptime_s - before.mono_s) / TICKS_WRAP_S))
            whole = uptime_s + wraps * TICKS_WRAP_S
            moved = abs(mono_s - whole - before.mono_s)
            elapsed = mono_s - before.asked_mono_s
            allowed = _WRAP_WITHIN_S if wraps else _STEADY_S
            if moved <= allowed + _DRIFT * elapsed and whole >= before.uptime_s:
                uptime_s, unix_s = whole, before.unix_s
        self._start = _Start(mono_s - uptime_s, unix_s, mono_s, uptime_s, engine_id)
        return unix_s


class DeviceMemories:
    """Memories by address and port, bounded."""

    def __init__(self, most: int = MOST_DEVICES) -> None:
        """Nothing is remembered yet."""
        self._most = most
        self._known: OrderedDict[tuple[str, int], DeviceMemory] = OrderedDict()

    def __len__(self) -> int:
        return len(self._known)

    def of(self, address: str, port: int) -> DeviceMemory:
        """The memory of one device, a new one for a device that is not known."""
        memory = self._known.setdefault((address, port), DeviceMemory())
        self._known.move_to_end((address, port))
        while len(self._known) > self._most:
            self._known.popitem(last=False)
        return memory
