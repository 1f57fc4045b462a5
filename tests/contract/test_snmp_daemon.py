"""What every SNMP backend promises, asked of a real net-snmp agent."""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import Callable, Coroutine, Iterator
from ipaddress import ip_address
from pathlib import Path
from typing import Any, TypeVar

import pytest

from exporter.clock import SystemClock
from exporter.probe_model import SnmpProbe
from exporter.probe_outcome import InterfaceStatus, Phase, ProbeOutcome, ProbeReason
from exporter.probes.snmp import probe_snmp
from exporter.transport.snmp import SnmpClient, open_client
from tests.support.snmpd import ADDRESS, SECRETS, Daemon, daemon

T = TypeVar("T")
Poll = Callable[..., Coroutine[Any, Any, ProbeOutcome]]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    """An agent that all tests share."""
    with daemon(tmp_path_factory.mktemp("snmpd")) as found:
        yield found


@pytest.fixture(params=["pysnmp", "gufo"])
def backend(request: pytest.FixtureRequest) -> str:
    """Each backend."""
    return str(request.param)


def with_client(backend: str, work: Callable[[SnmpClient], Coroutine[Any, Any, T]]) -> T:
    """What ``work`` brings with a client in an event loop of its own."""

    async def run() -> T:
        client = open_client(backend)
        try:
            return await work(client)
        finally:
            await client.close()

    return asyncio.run(run())


def poll(
    client: SnmpClient, port: int, credentials: str, *, timeout_s: float = 20.0
) -> Coroutine[Any, Any, ProbeOutcome]:
    """One poll of the agent's loopback interface."""
    spec = SnmpProbe("router", 60.0, timeout_s, credentials, "lo", port=port)
    return probe_snmp(spec, ip_address(ADDRESS), None, SECRETS, client, SystemClock())


@pytest.mark.parametrize("credentials", ["community", "user", "strong"])
def test_a_device_is_read(running: Daemon, backend: str, credentials: str) -> None:
    """v2c, and v3 with authPriv of both strengths: the machine's start, the engine, the interface with 64 bits."""
    outcome = with_client(backend, lambda client: poll(client, running.port, credentials))
    assert outcome.reason is None, outcome.detail
    assert outcome.answered
    assert Phase.WAIT in outcome.phases
    reading = outcome.reading
    assert reading is not None
    assert reading.engine_id == "80001f88040001"
    assert abs(reading.boot_unix_s - (time.time() - time.clock_gettime(time.CLOCK_BOOTTIME))) < 60
    assert reading.interface is not None
    assert (reading.interface.name, reading.interface.status) == ("lo", InterfaceStatus.UP)
    assert reading.interface.wide
    assert (reading.interface.received_bytes or 0) > 0


@pytest.mark.parametrize(
    ("credentials", "reasons"),
    [
        ("other community", {ProbeReason.SILENT}),  # by protocol
        ("other user", {ProbeReason.AUTHENTICATION}),
        ("other password", {ProbeReason.AUTHENTICATION}),
        ("other privacy", {ProbeReason.SILENT, ProbeReason.AUTHENTICATION}),  # net-snmp says nothing
        ("unknown credentials", {ProbeReason.CREDENTIALS}),
    ],
)
def test_wrong_credentials_have_their_reason(
    running: Daemon, backend: str, credentials: str, reasons: set[ProbeReason]
) -> None:
    """And no detail repeats a secret."""
    outcome = with_client(backend, lambda client: poll(client, running.port, credentials, timeout_s=3.0))
    assert outcome.reason in reasons
    assert "sandi" not in outcome.detail
    assert "bukan-ini" not in outcome.detail


def test_many_credentials_of_one_device_do_not_disturb_each_other(running: Daemon, backend: str) -> None:
    """The same user name with a wrong password in between: right ones go on."""

    async def work(client: SnmpClient) -> list[ProbeReason | None]:
        order = ["user", "other password", "user", "community", "user"]
        return [(await poll(client, running.port, each)).reason for each in order]

    assert with_client(backend, work) == [None, ProbeReason.AUTHENTICATION, None, None, None]


def test_a_port_without_an_agent_is_silent_or_refuses(backend: str) -> None:
    """Whether the refusal is heard depends on the backend; neither claims an answer."""
    outcome = with_client(backend, lambda client: poll(client, 9, "community", timeout_s=2.0))
    assert outcome.reason in {ProbeReason.SILENT, ProbeReason.REFUSED}
    assert not outcome.answered


def test_a_restarted_agent_is_asked_on(tmp_path: Path, backend: str) -> None:
    """Its boots went up and its time back: one resynchronisation within the next poll; the machine did not restart."""

    async def work(client: SnmpClient, agent: Daemon) -> list[ProbeOutcome]:
        first = await poll(client, agent.port, "user")
        await asyncio.to_thread(agent.stop)
        await asyncio.to_thread(agent.start)
        return [first, await poll(client, agent.port, "user"), await poll(client, agent.port, "user")]

    with daemon(tmp_path) as agent:
        outcomes = with_client(backend, lambda client: work(client, agent))
    assert [each.reason for each in outcomes] == [None] * 3, [each.detail for each in outcomes]
    assert len({each.reading.boot_unix_s for each in outcomes if each.reading}) == 1


def test_a_device_that_forgot_its_boots_or_was_replaced_is_asked_on(tmp_path: Path, backend: str) -> None:
    """A device reset to its factory's state, with the same engine id or another: at most one poll fails."""

    async def work(client: SnmpClient, agent: Daemon) -> list[ProbeReason | None]:
        reasons = []
        for _ in range(2):  # boots 1, then 2
            await asyncio.to_thread(agent.stop)
            await asyncio.to_thread(agent.start)
        reasons.append((await poll(client, agent.port, "user")).reason)
        for engine in ("0001", "0002"):
            await asyncio.to_thread(agent.stop)
            shutil.rmtree(tmp_path / "persistent")
            await asyncio.to_thread(agent.start, engine)
            await poll(client, agent.port, "user", timeout_s=4.0)
            reasons.append((await poll(client, agent.port, "user")).reason)
        return reasons

    with daemon(tmp_path) as agent:
        assert with_client(backend, lambda client: work(client, agent)) == [None] * 3
