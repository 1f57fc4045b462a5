"""Values of SNMP as readings: names, uptimes, counters."""

from __future__ import annotations

import pytest

from exporter.probe_model import InterfaceKey
from exporter.probe_outcome import InterfaceStatus, ProbeReason
from exporter.protocols import snmp
from exporter.protocols.snmp import (
    TICKS_WRAP_S,
    Uptimes,
    Value,
    can_wrap,
    column,
    find_interface,
    interface_oids,
    interface_reading,
    uptime_s,
    uptimes,
)
from exporter.protocols.snmp_memory import DeviceMemories, DeviceMemory, Place
from exporter.protocols.snmp_walk import ColumnWalk, WalkError

DAY_S = 86_400.0
NAMES = snmp.IF_NAME


def rows(*names: str) -> list[tuple[str, Value]]:
    """A column of names, indices from 1."""
    return [(f"{NAMES}.{index}", name.encode()) for index, name in enumerate(names, start=1)]


def wide(**more: Value) -> dict[str, Value]:
    """An interface with 64-bit counters at index 2."""
    values: dict[str, Value] = {
        f"{snmp.IF_NAME}.2": b"ether1",
        f"{snmp.IF_STATUS}.2": 1,
        f"{snmp.IF_HC_IN}.2": 2**40,
        f"{snmp.IF_HC_OUT}.2": 2**41,
        f"{snmp.IF_SPEED}.2": 2**32 - 1,
        f"{snmp.IF_HIGH_SPEED}.2": 10_000,
        f"{snmp.IF_IN_ERRORS}.2": 3,
        f"{snmp.IF_DISCONTINUITY}.2": 250,
    }
    return values | {f"{getattr(snmp, name)}.2": value for name, value in more.items()}


def test_an_interface_is_found_by_its_name() -> None:
    """Spaces around it do not count, letters do."""
    assert find_interface(rows("lo", " ether1 ", "ether10"), NAMES, "ether1").index == 2
    assert find_interface(rows("Ether1"), NAMES, "ether1").reason is ProbeReason.INTERFACE_MISSING
    found = find_interface(rows("wan", "lan", "wan"), NAMES, "wan")
    assert found.reason is ProbeReason.INTERFACE_AMBIGUOUS
    assert "1, 3" in found.detail


def test_a_request_begins_with_the_name() -> None:
    """The answer says whose counters it brings, by the column that was searched."""
    assert interface_oids(7, column(InterfaceKey.ALIAS))[0] == f"{snmp.IF_ALIAS}.7"
    assert interface_oids(7, column(InterfaceKey.NAME))[0] == f"{snmp.IF_NAME}.7"
    assert len(set(interface_oids(7, NAMES))) == len(interface_oids(7, NAMES))


def test_a_whole_interface_is_read() -> None:
    """Speed comes from ifHighSpeed where ifSpeed is at its end; what is missing is None."""
    reading, narrow = interface_reading(wide(), 2, 60)
    assert not narrow
    assert reading.wide
    assert (reading.name, reading.status, reading.speed_bits_per_second) == (
        "ether1",
        InterfaceStatus.UP,
        10_000_000_000,
    )
    assert (reading.received_bytes, reading.sent_bytes) == (2**40, 2**41)
    assert (reading.receive_errors, reading.send_errors, reading.discontinuity_s) == (3, None, 2.5)


@pytest.mark.parametrize("wrong", [b"x", -1, 2**64, None])
def test_values_of_a_wrong_kind_are_none(wrong: Value) -> None:
    """Agents lie; nothing impossible is exported."""
    reading, _ = interface_reading(wide(IF_HC_IN=wrong, IF_IN_ERRORS=wrong, IF_STATUS=wrong), 2, 60)
    assert reading.received_bytes is None
    assert reading.receive_errors is None
    assert reading.status is InterfaceStatus.UNKNOWN


@pytest.mark.parametrize(("number", "status"), list(enumerate(InterfaceStatus, start=1)))
def test_each_status_has_its_number(number: int, status: InterfaceStatus) -> None:
    """ifOperStatus of RFC 2863, 1 to 7."""
    assert interface_reading(wide(IF_STATUS=number), 2, 60)[0].status is status


def test_32_bits_that_can_wrap_between_polls_are_refused() -> None:
    """At 1 Gb/s and 60 s nothing is exported, at 100 Mb/s it is, and an unknown speed is refused."""
    narrow = wide(IF_HC_IN=None, IF_HC_OUT=None, IF_IN_OCTETS=5, IF_OUT_OCTETS=6)
    narrow[f"{snmp.IF_SPEED}.2"] = 1_000_000_000
    reading, refused = interface_reading(narrow, 2, 60)
    assert refused
    assert (reading.received_bytes, reading.receive_errors, reading.wide) == (None, 3, False)
    narrow[f"{snmp.IF_SPEED}.2"] = 100_000_000
    reading, refused = interface_reading(narrow, 2, 60)
    assert not refused
    assert (reading.received_bytes, reading.sent_bytes, reading.wide) == (5, 6, False)
    assert can_wrap(None, 60)
    assert not can_wrap(286_000_000, 60)
    assert can_wrap(287_000_000, 60)


def test_the_machine_s_uptime_goes_before_its_agent_s() -> None:
    """An agent that was restarted is no power cut."""
    assert uptime_s(Uptimes(host_s=1000.0, agent_s=5.0, engine_s=5)) == 1000.0
    assert uptime_s(Uptimes(host_s=None, agent_s=5.5, engine_s=5)) == 5.5
    assert uptime_s(Uptimes(host_s=None, agent_s=None, engine_s=7)) == 7
    assert uptime_s(Uptimes(None, None, None)) is None


def test_the_engine_s_seconds_make_wrapped_hundredths_whole() -> None:
    """After 497 days the engine knows of the wrap; a second that fits no wrap is not believed before the machine's."""
    assert uptime_s(Uptimes(None, agent_s=10.0, engine_s=TICKS_WRAP_S + 11)) == pytest.approx(
        TICKS_WRAP_S + 10, abs=0.01
    )
    assert uptime_s(Uptimes(host_s=10.0, agent_s=None, engine_s=2 * TICKS_WRAP_S)) == pytest.approx(
        2 * TICKS_WRAP_S + 10, abs=0.01
    )
    assert uptime_s(Uptimes(host_s=10.0, agent_s=None, engine_s=90_000)) == 10.0
    assert uptime_s(Uptimes(host_s=None, agent_s=10.0, engine_s=90_000)) == 90_000


def test_an_engine_time_of_zero_says_nothing() -> None:
    """Some agents answer 0 for good."""
    assert uptimes({snmp.SYS_UPTIME: 500, snmp.ENGINE_TIME: 0}) == Uptimes(None, 5.0, None)


class Device:
    """A device whose start is asked for at chosen moments."""

    def __init__(self) -> None:
        self.memory = DeviceMemory()
        self.booted_s = 1000.0  # on the monotonic clock
        self.wall_offset_s = 1_795_000_000.0

    def boot(self, mono_s: float, ticks: int | None = None, engine: str = "80") -> float:
        """The start that is told at ``mono_s``, with an uptime that may have wrapped."""
        uptime = (mono_s - self.booted_s) % TICKS_WRAP_S if ticks is None else ticks / 100
        return self.memory.boot_unix_s(uptime, engine, int(mono_s * 1e9), int((mono_s + self.wall_offset_s) * 1e9))


def test_the_start_is_one_number_until_the_device_starts_again() -> None:
    """Neither seconds of jitter nor a step of our clock moves it; a restart does."""
    device = Device()
    first = device.boot(2000.0)
    assert first == pytest.approx(1_795_001_000.0, abs=0.01)
    assert device.boot(2060.0, ticks=(1060 - 2) * 100) == first
    device.wall_offset_s += 3600
    assert device.boot(2120.0) == first
    device.booted_s = 2150.0
    assert device.boot(2180.0) == pytest.approx(device.wall_offset_s + 2150.0, abs=0.01)


def test_a_wrap_of_hundredths_is_no_restart() -> None:
    """497.1 days after its start the device has the same start; a restart a day later is seen."""
    device = Device()
    wrap = device.booted_s + TICKS_WRAP_S
    first = device.boot(wrap - 30)
    assert device.boot(wrap + 30) == first
    assert device.boot(wrap + DAY_S) == first
    device.booted_s = wrap + DAY_S + 100
    assert device.boot(wrap + DAY_S + 160) == pytest.approx(first + TICKS_WRAP_S + DAY_S + 100, abs=0.01)


def test_a_quick_restart_is_seen() -> None:
    """An uptime that went back is a restart, however short the time between."""
    device = Device()
    device.boot(1003.0)
    device.booted_s = 1004.0
    assert device.boot(1006.0) == pytest.approx(device.wall_offset_s + 1004.0, abs=0.01)


def test_another_engine_is_another_device() -> None:
    """A device that was replaced has a start of its own, even if it started at nearly the same time."""
    device = Device()
    first = device.boot(5000.0)
    device.booted_s += 2
    assert device.boot(5060.0, engine="81") == pytest.approx(first + 2, abs=0.01)


def test_memories_are_bounded() -> None:
    """The device and the interface unused for longest are forgotten."""
    memories = DeviceMemories(most=2)
    kept = memories.of("198.18.0.1", 161)
    memories.of("198.18.0.2", 161)
    assert memories.of("198.18.0.1", 161) is kept
    memories.of("198.18.0.3", 161)
    assert len(memories) == 2
    assert memories.of("198.18.0.1", 161) is kept
    for number in range(100):
        kept.remember(("name", str(number)), Place(number, NAMES, 0))
    assert len(kept.places) == 64
    assert ("name", "99") in kept.places


def test_a_walk_ends_at_the_column_s_end() -> None:
    """A row of another column, an end of the view, and an answer without rows end it."""
    for end in ([(f"{snmp.IF_ALIAS}.1", b"x")], [(f"{NAMES}.3", None)], []):
        walk = ColumnWalk(NAMES, 10)
        walk.take(rows("a", "b"))
        assert not walk.done
        assert walk.next_from == f"{NAMES}.2"
        walk.take(end)
        assert walk.done
        assert walk.rows == rows("a", "b")


def test_a_walk_that_would_never_end_is_given_up() -> None:
    """Identifiers that do not increase, and more rows than allowed."""
    for bad in (rows("a", "a")[:1] * 2, [*rows("a", "b"), *rows("a")]):
        with pytest.raises(WalkError, match="increase"):
            ColumnWalk(NAMES, 10).take(bad)
    with pytest.raises(WalkError, match="more than 2"):
        ColumnWalk(NAMES, 2).take(rows("a", "b", "c"))
