"""What every SNMP backend does with agents that renumber, restart, or answer in parts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from exporter.interface_series import InterfaceSeries
from exporter.probe_model import InterfaceKey
from exporter.probe_outcome import ProbeReason
from exporter.protocols import snmp
from tests.support.snmp_agent import Agent, Request, counter32, counter64, gauge, octets, ticks
from tests.support.snmp_polls import SPEC, honest_router, interface, poll, polls


@pytest.fixture(params=["pysnmp", "gufo"])
def backend(request: pytest.FixtureRequest) -> str:
    """Each backend."""
    return str(request.param)


@pytest.fixture
def router() -> Iterator[Agent]:
    """An honest router of two interfaces, for ten hours."""
    with honest_router() as found:
        yield found


def test_a_steady_poll_is_one_request_that_names_the_interface(router: Agent, backend: str) -> None:
    """The first also walks; the walk asks for the column of names alone."""

    async def script(once: Any) -> None:
        assert (await once()).reason is None
        asked = len(router.requests)
        outcome = await once()
        assert outcome.reading.interface.received_bytes == 1_000
        assert len(router.requests) == asked + 1
        assert tuple(map(int, f"{snmp.IF_NAME}.2".split("."))) in router.requests[-1].oids

    polls(backend, router, script)
    walked = [request.oids[0] for request in router.requests if request.bulk]
    assert walked
    assert {oid[:11] for oid in walked} == {tuple(map(int, snmp.IF_NAME.split(".")))[:11]}


def test_an_interface_is_followed_when_it_is_renumbered(router: Agent, backend: str) -> None:
    """Another interface at the old index is noticed in the answer with its counters, and never taken for it."""

    async def script(once: Any) -> None:
        assert (await once()).reading.interface.index == 2
        interface(router, 2, "ether9", received=999_999)
        interface(router, 7, "ether1", received=1_234)
        reading = (await once()).reading
        assert (reading.interface.index, reading.interface.received_bytes) == (7, 1_234)

    polls(backend, router, script)


def test_an_interface_is_found_by_its_alias_and_the_link_s_goes_before_the_probe_s(router: Agent, backend: str) -> None:
    """The name of the reading is still ifName."""
    by_alias = replace(SPEC, interface="lain", interface_key=InterfaceKey.ALIAS)
    reading = poll(backend, router, by_alias, "ke penyedia").reading
    assert reading is not None
    assert reading.interface is not None
    assert (reading.interface.index, reading.interface.name) == (2, "ether1")


def test_a_missing_or_ambiguous_interface_leaves_the_device_s_reading(router: Agent, backend: str) -> None:
    """The reason is the interface's, the start of the device is known."""
    outcome = poll(backend, router, link="ether5")
    assert outcome.reason is ProbeReason.INTERFACE_MISSING
    assert outcome.reading is not None
    assert outcome.reading.interface is None
    interface(router, 9, "ether1")
    outcome = poll(backend, router)
    assert (outcome.reason, outcome.answered) == (ProbeReason.INTERFACE_AMBIGUOUS, True)


def test_a_second_interface_of_the_same_name_is_noticed_within_an_hour(router: Agent, backend: str) -> None:
    """The place that is remembered is looked for again."""

    async def script(once: Any) -> list[ProbeReason | None]:
        await once()
        interface(router, 9, "ether1")
        router.set(snmp.SYS_UPTIME, ticks(3_600_000 + 370_000))
        return [(await once()).reason, (await once(later_s=3_600)).reason]

    assert polls(backend, router, script) == [None, ProbeReason.INTERFACE_AMBIGUOUS]


def test_a_device_without_interfaces_wanted_is_polled_alone(router: Agent, backend: str) -> None:
    """No interface in probe and link: the start of the device is all."""
    outcome = poll(backend, router, replace(SPEC, interface=None))
    assert outcome.reason is None
    assert outcome.reading is not None
    assert outcome.reading.interface is None


def test_32_bits_alone_are_refused_on_a_fast_interface(router: Agent, backend: str) -> None:
    """An old device without names is found by its descriptions."""
    for oid in [oid for oid in router.objects if oid[:10] == tuple(map(int, snmp.IF_NAME.split(".")))[:10]]:
        del router.objects[oid]
    router.set(f"{snmp.IF_DESCR}.2", octets("ether1"))
    router.set(f"{snmp.IF_IN_OCTETS}.2", counter32(77))
    router.set(f"{snmp.IF_OUT_OCTETS}.2", counter32(78))
    outcome = poll(backend, router)
    assert outcome.reason is ProbeReason.COUNTERS_NARROW
    assert outcome.reading is not None
    assert outcome.reading.narrow
    router.set(f"{snmp.IF_SPEED}.2", gauge(10_000_000))
    outcome = poll(backend, router)
    assert outcome.reason is None
    assert outcome.reading is not None
    assert outcome.reading.interface is not None
    assert (outcome.reading.interface.received_bytes, outcome.reading.interface.name) == (77, "ether1")


def test_64_bit_values_come_whole(router: Agent, backend: str) -> None:
    """Up to the last."""
    interface(router, 2, "ether1", received=2**63 - 1)
    router.set(f"{snmp.IF_HC_IN}.2", counter64(2**64 - 1))
    reading = poll(backend, router).reading
    assert reading is not None
    assert reading.interface is not None
    assert reading.interface.received_bytes == 2**64 - 1


def test_a_wrap_of_the_uptime_is_no_restart_and_a_restart_is_one(router: Agent, backend: str) -> None:
    """Counters that were set to zero begin an epoch; the start moves with the restart only."""

    async def script(once: Any) -> list[tuple[float, int | None]]:
        series, found = InterfaceSeries(), []
        for uptime, received in ((2**32 - 3_000, 5_000), (3_000, 6_000), (9_000, 100), (500, 5)):
            router.set(snmp.SYS_UPTIME, ticks(uptime))
            interface(router, 2, "ether1", received)
            reading = (await once()).reading
            series.apply(reading)
            found.append((reading.boot_unix_s, series.epoch_unix_s))
        return found

    found = polls(backend, router, script)
    boots, epochs = zip(*found, strict=True)
    assert boots[0] == boots[1] == boots[2] < boots[3]
    assert epochs[0] == epochs[1] < epochs[2] < epochs[3]
    assert epochs[3] == int(boots[3])


def test_answers_that_would_be_too_big_are_asked_for_in_parts(router: Agent, backend: str) -> None:
    """And the next poll does not try the whole again."""
    router.most = 6

    async def script(once: Any) -> list[int]:
        counts = []
        for _ in range(2):
            before = len(router.requests)
            outcome = await once()
            assert outcome.reading.interface.sent_bytes == 2_000
            assert outcome.reading.interface.receive_errors == 3
            counts.append(len(router.requests) - before)
        return counts

    first, second = polls(backend, router, script)
    assert second < first


def test_an_interface_that_is_renumbered_between_two_parts_is_not_mixed(router: Agent, backend: str) -> None:
    """Each part has the name in it: what was another's is thrown away."""
    router.most = 6

    def renumbering(request: Request) -> list[bytes]:
        answers = router.honest(request)
        interface(router, 2, "ether9", received=999_999)
        interface(router, 7, "ether1", received=1_234)
        return answers

    async def script(once: Any) -> None:
        assert (await once()).reason is None
        router.answer = renumbering
        reading = (await once()).reading
        assert (reading.interface.index, reading.interface.received_bytes) == (7, 1_234)

    polls(backend, router, script)
