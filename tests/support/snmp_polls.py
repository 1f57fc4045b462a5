"""Polls of an agent by each SNMP backend, and a router that answers them.

Lives here: what tests poll, and with what. Must not live here: assertions, the agent itself (``snmp_agent``).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import replace
from ipaddress import ip_address
from typing import Any

from exporter.clock import FakeClock
from exporter.credentials import Secret, SnmpSecrets
from exporter.probe_model import SnmpProbe
from exporter.probe_outcome import ProbeOutcome
from exporter.probes.snmp import probe_snmp
from exporter.protocols import snmp
from exporter.transport.snmp import SnmpClient, open_client
from tests.support.snmp_agent import Agent, agent, counter32, counter64, gauge, integer, octets, ticks

__all__ = ["BRIEF", "SECRETS", "SPEC", "honest_router", "interface", "poll", "polls"]

SECRETS = {"router": SnmpSecrets(community=Secret("pantau-test"))}
SPEC = SnmpProbe("router", 60.0, 10.0, "router", "ether1")
BRIEF = replace(SPEC, timeout_s=1.0)

Script = Callable[[Callable[..., Coroutine[Any, Any, ProbeOutcome]]], Coroutine[Any, Any, Any]]


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


@contextmanager
def honest_router() -> Iterator[Agent]:
    """A router of two interfaces, up for ten hours."""
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
