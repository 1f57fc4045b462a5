"""The prober of offices: which function asks what, and the ports that they share.

Lives here: the complete list of kinds, and what is opened once for all of them. Must not live here: how a kind asks
(``probes``), schedules, counting.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from pathlib import Path

from exporter.clock import Clock
from exporter.credentials import SnmpSecrets, load_secrets
from exporter.model import Inventory, Link
from exporter.probe_model import DnsProbe, HttpProbe, ProbeSpec, SnmpProbe, TcpProbe
from exporter.probe_outcome import ProbeOutcome
from exporter.probes.dns import probe_dns
from exporter.probes.http import probe_http
from exporter.probes.snmp import probe_snmp
from exporter.probes.tcp import probe_tcp
from exporter.transport.datagram import SystemAsker
from exporter.transport.dial import SystemDialer
from exporter.transport.http import SystemHttp
from exporter.transport.resolver import SystemResolver
from exporter.transport.snmp import SnmpClient, open_client

__all__ = ["OfficeProber"]

_log = logging.getLogger(__name__)


class OfficeProber:
    """Asks offices over TCP, HTTP, DNS and SNMP; belongs to one event loop."""

    def __init__(
        self,
        clock: Clock,
        environment: Mapping[str, str],
        open_snmp: Callable[[], SnmpClient] = open_client,
    ) -> None:
        """``environment``: where credentials may be kept. No secret is read before ``replace``."""
        self._clock, self._environment = clock, environment
        self._dialer, self._http = SystemDialer(), SystemHttp()
        self._resolver, self._asker = SystemResolver(), SystemAsker()
        self._open_snmp = open_snmp
        self._snmp: SnmpClient | None = None
        self._secrets: Mapping[str, SnmpSecrets] = {}

    def replace(self, inventory: Inventory) -> None:
        """Read all credentials anew; those that cannot be read are logged, and what needs them is unmeasured."""
        loaded = load_secrets(inventory.credentials.values(), Path(), self._environment)
        for problem in loaded.problems:
            _log.error("%s", problem)
        for warning in loaded.warnings:
            _log.warning("%s", warning)
        self._secrets = loaded.secrets

    async def ask(self, link: Link, spec: ProbeSpec) -> ProbeOutcome:
        """One probe of one link, by the function of its kind: the complete list. Raises nothing but CancelledError."""
        match spec:
            case TcpProbe():
                return await probe_tcp(spec, link.address, self._clock, dialer=self._dialer)
            case HttpProbe():
                return await probe_http(
                    spec, link.address, self._clock, dialer=self._dialer, http=self._http, resolver=self._resolver
                )
            case DnsProbe():
                return await probe_dns(spec, link.address, self._clock, asker=self._asker)
            case SnmpProbe():
                self._snmp = self._snmp or self._open_snmp()
                return await probe_snmp(spec, link.address, link.interface, self._secrets, self._snmp, self._clock)

    async def close(self) -> None:
        """Release what SNMP keeps open; all else was closed with each probe."""
        if self._snmp is not None:
            await self._snmp.close()
