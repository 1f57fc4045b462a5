"""The TCP probe: a connection to a port, and TLS over it where that is wanted.

Lives here: the order of the phases. Must not live here: sockets, reasons of errors (``progress``), certificates.

A server that accepts and then says nothing has passed: many protocols let the client speak first. With TLS the server
has to speak, and silence is a failure.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address

from exporter.clock import Clock
from exporter.probe_model import TcpProbe
from exporter.probe_outcome import Phase, ProbeOutcome
from exporter.probes.progress import Progress, concluded
from exporter.probes.tls import secured
from exporter.transport.dial import Dialer

__all__ = ["probe_tcp"]


async def probe_tcp(
    spec: TcpProbe, address: IPv4Address | IPv6Address, clock: Clock, *, dialer: Dialer
) -> ProbeOutcome:
    """The outcome of a connection to ``spec.port``, ended at once; never raises but for cancellation."""
    progress = Progress(clock, spec.timeout_s)
    return await concluded(progress, _ask(progress, spec, address, dialer))


async def _ask(progress: Progress, spec: TcpProbe, address: IPv4Address | IPv6Address, dialer: Dialer) -> str:
    with progress.during(Phase.CONNECT):
        connection = await dialer.connect(address, spec.port)
    progress.answered = True
    try:
        if spec.tls is not None:
            await secured(
                progress, dialer, connection, address=address, port=spec.port, rules=spec.tls, host=str(address)
            )
    finally:
        connection.close()
    return f"connected to port {spec.port}"
