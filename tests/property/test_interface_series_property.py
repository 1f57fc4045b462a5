"""Series of an interface: one epoch never goes back, and no traffic is invented."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from exporter.interface_series import STEMS, InterfaceSeries
from exporter.probe_outcome import InterfaceReading, InterfaceStatus, SnmpReading

BOOT = 1_795_000_000.0


def reading(received: int | None, at_s: float = 3600.0, boot: float = BOOT, **more: object) -> SnmpReading:
    """A reading of an interface, ``at_s`` after the first possible boot."""
    fields: dict[str, object] = {
        "index": 2,
        "name": "ether1",
        "status": InterfaceStatus.UP,
        "speed_bits_per_second": 100_000_000,
        "received_bytes": received,
        "sent_bytes": received,
        "receive_errors": 0,
        "send_errors": None,
        "receive_discards": 0,
        "send_discards": 0,
        "discontinuity_s": 0.0,
    }
    engine = str(more.pop("engine_id", "80"))
    interface = InterfaceReading(**(fields | more))  # type: ignore[arg-type]
    return SnmpReading(int((BOOT + at_s) * 1e9), boot, engine, interface)


def applied(*readings: SnmpReading) -> list[tuple[int | None, dict[str, int]]]:
    """Epoch and values after each reading."""
    series, found = InterfaceSeries(), []
    for each in readings:
        series.apply(each)
        found.append((series.epoch_unix_s, dict(series.values)))
    return found


def epochs(*readings: SnmpReading) -> list[int | None]:
    """The epochs alone."""
    return [epoch for epoch, _ in applied(*readings)]


def test_values_are_exported_as_they_are() -> None:
    """What the device does not tell is missing; the epoch is its start."""
    [(epoch, values)] = applied(reading(7))
    assert epoch == int(BOOT)
    assert values["interface_received_bytes"] == 7
    assert set(STEMS) - set(values) == {"interface_send_errors"}


def test_what_goes_on_keeps_its_epoch() -> None:
    """A start that wanders by seconds, growth, and a device that was silent for a while."""
    series = InterfaceSeries()
    series.apply(reading(10))
    series.absent()
    assert not series.values
    assert (
        epochs(reading(10), reading(10, 3660), reading(12, 3720, BOOT + 3), reading(13, 3780, BOOT - 1))
        == [int(BOOT)] * 4
    )
    series.apply(reading(20, 7200))
    assert (series.epoch_unix_s, series.values["interface_received_bytes"]) == (int(BOOT), 20)


def test_a_restart_begins_a_new_epoch_at_the_new_start() -> None:
    """Also when the counters are already higher than before."""
    assert epochs(reading(10), reading(99, 3660, BOOT + 3630)) == [int(BOOT), int(BOOT) + 3630]


def test_a_discontinuity_begins_a_new_epoch_where_it_was() -> None:
    """ifCounterDiscontinuityTime is counted from the device's start."""
    assert epochs(reading(10), reading(99, 3660, discontinuity_s=3650.0)) == [int(BOOT), int(BOOT) + 3650]


def test_a_64_bit_counter_that_goes_back_begins_a_new_epoch() -> None:
    """Though nothing was announced (net-snmp before 2026); its time is that of the poll."""
    assert epochs(reading(10), reading(9, 3660)) == [int(BOOT), int(BOOT) + 3660]
    silent = replace(reading(None, 3660))
    assert epochs(reading(10), silent, reading(9, 3720))[-1] == int(BOOT) + 3720


def test_an_epoch_is_never_used_twice() -> None:
    """Also when our clock was set back between two counters that went back."""
    first, second, third = epochs(reading(10), reading(9, 3660), reading(8, 60))
    assert first is not None
    assert second is not None
    assert third is not None
    assert first < second < third


def test_a_32_bit_counter_may_go_back() -> None:
    """Its wrap is left to rate(), which takes it for a reset."""
    found = applied(reading(2**32 - 5, wide=False), reading(5, 3660, wide=False))
    assert [epoch for epoch, _ in found] == [int(BOOT)] * 2
    assert found[1][1]["interface_received_bytes"] == 5


def test_another_device_interface_or_width_begins_a_new_epoch() -> None:
    """Interface B never goes on where A was, whatever its counters say."""
    for other in ({"name": "ether2"}, {"engine_id": "81"}, {"wide": False}):
        assert epochs(reading(10), reading(11, 3660, **other)) == [int(BOOT), int(BOOT) + 3660]
    assert epochs(reading(10), reading(11, 3660, engine_id="")) == [int(BOOT)] * 2


EVENTS = st.lists(
    st.tuples(
        st.sampled_from(["on", "restart", "lie", "announce", "rename", "replace", "silent"]),
        st.integers(0, 2**33),  # bytes until the next poll
        st.floats(-2, 2),  # by how much the start seems to wander
    ),
    max_size=30,
)


@given(EVENTS)
def test_no_epoch_goes_back_and_no_traffic_is_invented(events: list[tuple[str, int, float]]) -> None:
    """Within an epoch 64-bit series never decrease, epochs are never used twice, and increases never exceed traffic."""
    series = InterfaceSeries()
    now, boot, counter, discontinuity, name, engine = 3600.0, BOOT, 2**34, 0.0, 1, 80
    traffic = exported = 0
    last: tuple[int | None, int] | None = None
    left: set[int | None] = set()
    for kind, grown, jitter in events:
        now += 60
        if kind in {"restart", "lie", "announce", "rename", "replace"}:
            counter = 0
        if kind == "restart":
            boot, discontinuity = BOOT + now - 20, 0.0
        if kind == "announce":
            discontinuity = BOOT + now - 20 - boot
        name += kind == "rename"
        engine += kind == "replace"
        counter += grown
        traffic += grown
        if kind == "silent":
            series.absent()
            continue
        series.apply(
            reading(counter, now, boot + jitter, discontinuity_s=discontinuity, name=f"e{name}", engine_id=str(engine))
        )
        epoch, value = series.epoch_unix_s, series.values["interface_received_bytes"]
        assert epoch not in left
        if last is not None and last[0] == epoch:
            assert value >= last[1]
            exported += value - last[1]
        elif last is not None:
            left.add(last[0])
        last = (epoch, value)
    assert exported <= traffic
