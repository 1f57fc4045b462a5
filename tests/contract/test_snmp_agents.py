"""What every SNMP backend does with agents that renumber, lie, are slow, or answer what is no SNMP."""

from __future__ import annotations

import asyncio
import os
import random
import socket
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest

from exporter.clock import FakeClock, SystemClock
from exporter.credentials import Secret, SnmpSecrets
from exporter.interface_series import InterfaceSeries
from exporter.probe_model import InterfaceKey, SnmpProbe
from exporter.probe_outcome import FAILURES, OURS, ProbeOutcome, ProbeReason
from exporter.probes.snmp import probe_snmp
from exporter.protocols import snmp
from exporter.transport import snmp_pysnmp
from exporter.transport.snmp import Device, SnmpClient, SnmpFault, open_client
from tests.support.snmp_agent import Agent, Request, agent, counter32, counter64, gauge, integer, octets, ticks
from tests.support.snmpd import v3

SECRETS = {"router": SnmpSecrets(community=Secret("pantau-test"))}
SPEC = SnmpProbe("router", 60.0, 10.0, "router", "ether1")
BRIEF = replace(SPEC, timeout_s=1.0)

Script = Callable[[Callable[..., Coroutine[Any, Any, ProbeOutcome]]], Coroutine[Any, Any, Any]]


@pytest.fixture(params=["pysnmp", "gufo"])
def backend(request: pytest.FixtureRequest) -> str:
    """Each backend."""
    return str(request.param)


def descriptors() -> int:
    """How many descriptors this process has open."""
    return len(list(Path("/proc/self/fd").iterdir()))


def interface(router: Agent, index: int, name: str, received: int = 1_000, alias: str = "") -> None:
    """Serve one interface with 64-bit counters."""
    for column, value in (
        (snmp.IF_NAME, octets(name)),
        (snmp.IF_ALIAS, octets(alias)),
        (snmp.IF_STATUS, integer(1)),
        (snmp.IF_SPEED, gauge(1_000_000_000)),
        (snmp.IF_HC_IN, counter64(received)),
        (snmp.IF_HC_OUT, counter64(2 * received)),
        (snmp.IF_IN_ERRORS, counter32(3)),
        (snmp.IF_DISCONTINUITY, ticks(0)),
    ):
        router.set(f"{column}.{index}", value)


@pytest.fixture
def router() -> Iterator[Agent]:
    """An honest router of two interfaces, for ten hours."""
    with agent() as found:
        found.set(snmp.SYS_UPTIME, ticks(3_600_000))
        interface(found, 1, "lo")
        interface(found, 2, "ether1", alias="ke penyedia")
        yield found


def polls(backend: str, router: Agent, script: Script) -> Any:
    """What ``script`` brings, given a way to poll the router."""

    async def run() -> Any:
        client: SnmpClient = open_client(backend)
        clock = FakeClock()

        async def once(spec: SnmpProbe = SPEC, later_s: float = 60.0, link: str | None = None) -> ProbeOutcome:
            clock.advance_ns(int(later_s * 1e9))
            address = ip_address(router.address)
            return await probe_snmp(replace(spec, port=router.port), address, link, SECRETS, client, clock)

        try:
            return await script(once)
        finally:
            await client.close()

    return asyncio.run(run())


def poll(backend: str, router: Agent, spec: SnmpProbe = SPEC, link: str | None = None) -> ProbeOutcome:
    """One poll with a new client."""
    outcome = polls(backend, router, lambda once: once(spec, link=link))
    assert isinstance(outcome, ProbeOutcome)
    return outcome


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


@pytest.mark.parametrize("status", [1, 2, 5, 16])
def test_an_error_status_ends_the_poll(router: Agent, backend: str, status: int) -> None:
    """Also "too big" for any number of objects."""

    def refuse(request: Request) -> list[bytes]:
        return [request.response([], status=status, index=1)]

    router.answer = refuse
    outcome = poll(backend, router, replace(SPEC, interface=None))
    assert (outcome.reason, outcome.answered) == (ProbeReason.ERROR_STATUS, True)


def test_a_walk_that_does_not_increase_or_never_ends_is_given_up(router: Agent, backend: str) -> None:
    """Within few requests, and with a reason."""
    column = tuple(map(int, snmp.IF_NAME.split(".")))

    def loop(request: Request) -> list[bytes]:
        if not request.bulk:
            return router.honest(request)
        return [request.response([((*column, 5), octets("x"))] * request.repetitions)]

    def endless(request: Request) -> list[bytes]:
        if not request.bulk:
            return router.honest(request)
        last = request.oids[0][len(column)] if len(request.oids[0]) > len(column) else 0
        rows = [((*column, last + 1 + step), octets("x")) for step in range(request.repetitions)]
        return [request.response(rows)]

    for answer in (loop, endless):
        router.answer = answer
        outcome = poll(backend, router)
        assert outcome.reason is ProbeReason.MALFORMED, outcome.detail
        assert outcome.answered


def test_another_s_answer_does_not_count(router: Agent, backend: str) -> None:
    """Neither from another address, nor from another port, nor with another request's identifier."""

    def from_elsewhere(address: str, port: int) -> Callable[[Request], list[bytes]]:
        def answer(request: Request) -> list[bytes]:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
                other.bind((address, port))
                other.sendto(request.response(router.rows(request)), router.asker)
            return []

        return answer

    def misnumbered(request: Request) -> list[bytes]:
        return [request.response(router.rows(request), number=7)]

    for answer in (from_elsewhere("127.0.0.63", router.port), from_elsewhere(router.address, 0), misnumbered):
        router.answer = answer
        outcome = poll(backend, router, replace(BRIEF, interface=None))
        assert outcome.reason is ProbeReason.SILENT, outcome.detail
        assert outcome.reading is None


def test_a_request_is_repeated_once(router: Agent, backend: str) -> None:
    """A lost answer costs nothing but time, a silent device two requests."""
    lost: list[Request] = []

    def lossy(request: Request) -> list[bytes]:
        if not lost:
            lost.append(request)
            return []
        return router.honest(request)

    router.answer = lossy
    assert poll(backend, router, replace(SPEC, timeout_s=4.0, interface=None)).reason is None
    router.requests.clear()
    router.answer = lambda _: []
    assert poll(backend, router, replace(BRIEF, interface=None)).reason is ProbeReason.SILENT
    assert len(router.requests) == 2


def test_a_slow_agent_has_the_time_of_one_attempt(router: Agent, backend: str) -> None:
    """And no poll lasts longer than its deadline allows."""

    def slow(request: Request) -> list[bytes]:
        time.sleep(0.5)
        return router.honest(request)

    router.answer = slow
    assert poll(backend, router, replace(SPEC, interface=None)).reason is None
    assert poll(backend, router, replace(SPEC, timeout_s=0.3, interface=None)).reason is ProbeReason.SILENT


def mutated(raw: bytes, dice: random.Random) -> bytes:
    """Bytes that were an answer."""
    changed = bytearray(raw)
    for _ in range(dice.randint(1, 6)):
        kind, at = dice.randrange(4), dice.randrange(len(changed))
        if kind == 0:
            changed[at] = dice.randrange(256)
        elif kind == 1:
            changed[at] = dice.choice((0x00, 0x7F, 0x80, 0x84, 0xFF, 0x30))
        elif kind == 2:
            changed[at:at] = dice.randbytes(dice.randint(1, 8))
        else:
            del changed[at : at + dice.randint(1, 8)]
        if not changed:
            return b"\0"
    return bytes(changed)


ODD = (
    b"",
    b"\x30",
    b"\x30\x80",
    b"\x30\x84\xff\xff\xff\xff",
    b"\x30\x82\xff\xff\x02\x01\x01",
    b"\x30\x80" * 5_000,
    b"\xa0\x80" * 20_000,
    bytes(65_000),
    b"\x30" + b"\xff" * 65_000,
    b"GET / HTTP/1.1\r\n\r\n",
)


def test_bytes_that_are_no_snmp_end_a_poll_with_a_reason(router: Agent, backend: str) -> None:
    """Odd datagrams, also of 64 kB: malformed, or silence where the library drops them; never a fault of ours."""

    async def script(once: Any) -> None:
        for odd in ODD:
            router.answer = lambda _, odd=odd: [odd]  # type: ignore[misc]
            outcome = await once(replace(BRIEF, timeout_s=0.4, interface=None))
            assert outcome.reason in {ProbeReason.MALFORMED, ProbeReason.SILENT}, (odd[:20], outcome)
        router.answer = router.honest
        assert (await once()).reason is None

    polls(backend, router, script)


def test_answers_with_bytes_changed_never_break_anything(router: Agent, backend: str) -> None:
    """250 answers, each changed in up to six places and followed by the right one: every end has a reason that fits."""
    dice = random.Random(5)

    def damaged(request: Request) -> list[bytes]:
        return [mutated(answer, dice) for answer in router.honest(request)] + router.honest(request)

    async def script(once: Any) -> None:
        await once()
        router.answer = damaged
        for _ in range(250):
            outcome = await once(replace(SPEC, timeout_s=2.0))
            assert outcome.reason is None or outcome.reason in FAILURES - OURS, outcome
        router.answer = router.honest
        assert (await once()).reason is None

    polls(backend, router, script)


def test_silence_leaves_no_descriptor_open(router: Agent, backend: str) -> None:
    """200 polls that nobody answered, side by side."""
    router.answer = lambda _: []

    async def script(once: Any) -> tuple[int, int]:
        await once(replace(BRIEF, timeout_s=0.2))
        before = descriptors()
        outcomes = await asyncio.gather(*(once(replace(BRIEF, timeout_s=0.5)) for _ in range(200)))
        assert {outcome.reason for outcome in outcomes} == {ProbeReason.SILENT}
        return before, descriptors()

    before, after = polls(backend, router, script)
    assert after <= before


def test_used_up_descriptors_are_a_fault_of_ours(router: Agent, backend: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """And so is a network that the kernel knows no way to."""
    for number, reason in ((24, ProbeReason.RESOURCES), (101, ProbeReason.NO_ROUTE), (113, ProbeReason.UNREACHABLE)):

        def refuse(*_: object, number: int = number) -> None:
            raise OSError(number, os.strerror(number))

        for module in ("snmp_pysnmp", "snmp_gufo"):
            monkeypatch.setattr(f"exporter.transport.{module}.check_way", refuse)
        assert poll(backend, router).reason is reason


def test_a_client_ends_without_a_trace(router: Agent, backend: str) -> None:
    """Sockets and tasks are gone, also after a second close."""
    before = descriptors()

    async def work() -> int:
        client = open_client(backend)
        spec = replace(SPEC, port=router.port)
        await probe_snmp(spec, ip_address(router.address), None, SECRETS, client, SystemClock())
        await client.close()
        await client.close()
        await asyncio.sleep(0.1)
        return len(asyncio.all_tasks())

    assert asyncio.run(work()) == 1
    assert descriptors() <= before + 1
    assert threading.active_count() < 20


def test_the_tables_of_pysnmp_stay_small(router: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    """Devices and credentials that are not asked any more are taken out, those that are asked stay."""
    monkeypatch.setattr(snmp_pysnmp, "MOST_TARGETS", 3)
    monkeypatch.setattr(snmp_pysnmp, "MOST_ENGINES", 2)

    async def work() -> tuple[int, int]:
        client = snmp_pysnmp.PysnmpClient()
        address = ip_address(router.address)
        for step in range(8):
            device = Device(address, router.port, SECRETS["router"], 5.0 + step)
            assert (await client.get(device, [snmp.SYS_UPTIME]))[snmp.SYS_UPTIME] == 3_600_000
        tables = client._engines[None].engine.get_user_context("CommandGeneratorLcdConfigurator")
        targets = len(tables["addr"])
        for step in range(4):
            with pytest.raises(SnmpFault):
                await client.get(Device(address, 9, v3(f"pengguna-{step}"), 0.1, retries=0), [snmp.SYS_UPTIME])
        engines = len(client._engines)
        await client.close()
        return targets, engines

    assert asyncio.run(work()) == (3, 2)
