"""What every SNMP backend does with agents that lie, are slow, are silent, or answer what is no SNMP."""

from __future__ import annotations

import asyncio
import os
import random
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest

from exporter.clock import SystemClock
from exporter.probe_outcome import FAILURES, OURS, ProbeReason
from exporter.probes.snmp import probe_snmp
from exporter.protocols import snmp
from exporter.transport import snmp_pysnmp
from exporter.transport.snmp import Device, SnmpFault, open_client
from tests.support.snmp_agent import Agent, Request, octets
from tests.support.snmp_polls import BRIEF, SECRETS, SPEC, honest_router, poll, polls
from tests.support.snmpd import v3


@pytest.fixture(params=["pysnmp", "gufo"])
def backend(request: pytest.FixtureRequest) -> str:
    """Each backend."""
    return str(request.param)


@pytest.fixture
def router() -> Iterator[Agent]:
    """An honest router of two interfaces, for ten hours."""
    with honest_router() as found:
        yield found


def descriptors() -> int:
    """How many descriptors this process has open."""
    return len(list(Path("/proc/self/fd").iterdir()))


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
    assert poll(backend, router, replace(SPEC, timeout_s=4.0, interface=None)).reason is ProbeReason.SILENT
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
