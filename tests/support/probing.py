"""Probes as tests ask for them: short words for specs, and the real ports.

Lives here: building and running one probe. Must not live here: assertions, servers.
"""

from __future__ import annotations

from ipaddress import ip_address
from typing import Any

from exporter.clock import SystemClock
from exporter.probe_model import DnsProbe, HttpProbe, TcpProbe, TlsRules
from exporter.probe_outcome import ProbeOutcome
from exporter.probes.dns import probe_dns
from exporter.probes.http import probe_http
from exporter.probes.tcp import probe_tcp
from exporter.transport.datagram import SystemAsker
from exporter.transport.dial import SystemDialer
from exporter.transport.http import SystemHttp
from exporter.transport.resolver import Resolver, SystemResolver

__all__ = ["GENEROUS_S", "SHORT_S", "dns", "http", "tcp"]

#: Deadline of a probe that is to end before it, on however busy a machine.
GENEROUS_S = 30.0

#: Deadline of a probe that is to end by it; the server must have got to its bad manners before, on a busy machine too.
SHORT_S = 5.0


async def tcp(port: int, timeout_s: float = GENEROUS_S, address: str = "127.0.0.1", **tls: Any) -> ProbeOutcome:
    """One TCP probe; with words of TlsRules, over TLS."""
    spec = TcpProbe("t", 60.0, timeout_s, port, TlsRules(**tls) if tls else None)
    return await probe_tcp(spec, ip_address(address), SystemClock(), dialer=SystemDialer())


async def http(
    url: str,
    timeout_s: float = GENEROUS_S,
    address: str = "127.0.0.1",
    resolver: Resolver | None = None,
    **words: Any,
) -> ProbeOutcome:
    """One HTTP probe; ``words`` of HttpProbe."""
    spec = HttpProbe("h", 60.0, timeout_s, url, **words)
    return await probe_http(
        spec,
        ip_address(address),
        SystemClock(),
        dialer=SystemDialer(),
        http=SystemHttp(),
        resolver=resolver or SystemResolver(["127.0.0.1"], 9),
    )


async def dns(port: int, name: str, timeout_s: float = GENEROUS_S, **words: Any) -> ProbeOutcome:
    """One DNS probe; ``words`` of DnsProbe."""
    spec = DnsProbe("d", 60.0, timeout_s, name, port=port, **words)
    return await probe_dns(spec, ip_address("127.0.0.1"), SystemClock(), asker=SystemAsker())
