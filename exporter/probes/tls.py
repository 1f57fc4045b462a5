"""TLS as part of a probe: the handshake, the certificate's end, and who is at fault.

Lives here: what TCP and HTTP probes have in common. Must not live here: sockets, what a certificate says.

OpenSSL verifies during the handshake and then hides what it refused. So a refused certificate is looked at over a
second connection that believes all and sends nothing; only its end is taken from there, the verdict stays that of the
first. Behind a balancer the two may meet different servers.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address

from exporter.probe_model import TlsRules
from exporter.probe_outcome import Phase, ProbeReason
from exporter.probes.progress import ProbeEndError, Progress
from exporter.protocols.tls import certificate_end_unix_s
from exporter.transport.deadline import deadline
from exporter.transport.dial import Connection, Dialer
from exporter.transport.tls import AuthoritiesError, TlsRefusedError

__all__ = ["secured"]

Address = IPv4Address | IPv6Address


async def secured(
    progress: Progress,
    dialer: Dialer,
    connection: Connection,
    *,
    address: Address,
    port: int,
    rules: TlsRules,
    host: str,
) -> None:
    """Make ``connection`` TLS; ends the probe where that does not succeed. ``host`` where the rules name none."""
    name = rules.server_name or host
    try:
        with progress.during(Phase.TLS):
            certificate = await connection.secure(rules, name)
    except AuthoritiesError as error:
        raise ProbeEndError(ProbeReason.CREDENTIALS, str(error)) from error
    except TlsRefusedError as error:
        if error.certificate:
            connection.close()
            await _look(progress, dialer, address, port, name)
        raise ProbeEndError(error.reason, error.detail) from error
    _note(progress, certificate)


async def _look(progress: Progress, dialer: Dialer, address: Address, port: int, name: str) -> None:
    """Learn the end of a certificate that was refused, in half of the rest of the time; without it where that fails."""
    try:
        async with deadline(progress.rest_s() / 2):
            connection = await dialer.connect(address, port)
            try:
                _note(progress, await connection.look(name))
            finally:
                connection.close()
    except (OSError, TlsRefusedError):  # TimeoutError is an OSError
        return


def _note(progress: Progress, certificate: bytes | None) -> None:
    if certificate is not None:
        progress.certificate_ends_unix_s = certificate_end_unix_s(certificate)
