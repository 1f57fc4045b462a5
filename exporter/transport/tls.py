"""TLS over a connection that is there: contexts, the handshake, and the certificate that was shown.

Lives here: which certificates are believed, and what OpenSSL says of one. Must not live here: connecting, deadlines,
what a refusal means for a probe.
"""

from __future__ import annotations

import asyncio
import os
import socket
import ssl
from dataclasses import dataclass

from exporter.probe_model import TlsRules
from exporter.probe_outcome import ProbeReason
from exporter.protocols.tls import refusal_reason

__all__ = ["AuthoritiesError", "Contexts", "TlsRefusedError", "start"]

#: Contexts that are kept: one for each file of authorities, and two more.
_MOST_CONTEXTS = 64

#: A peer that does not close in its turn is left; the connection is cut at the end of a probe anyway.
_SHUTDOWN_S = 0.5

#: Beyond any probe's deadline, which is what counts.
_HANDSHAKE_S = 600.0


class AuthoritiesError(Exception):
    """The file of authorities cannot be used; the text names it. A fault of ours."""


class TlsRefusedError(Exception):
    """There is no TLS connection, or no believed one."""

    def __init__(self, reason: ProbeReason, detail: str, *, certificate: bool) -> None:
        """``certificate``: the server showed one, and it was refused."""
        super().__init__(detail)
        self.reason = reason
        self.detail = detail
        self.certificate = certificate


@dataclass(frozen=True, slots=True)
class _Key:
    authorities: str | None
    verify: bool
    stamp: tuple[int, int, int]  #: inode, size, time of change of the file


class Contexts:
    """TLS contexts by rules; making one reads a file and takes 20 ms, so they are kept until their file changes."""

    def __init__(self) -> None:
        self._kept: dict[_Key, ssl.SSLContext] = {}

    def context(self, rules: TlsRules, *, believe_all: bool = False) -> ssl.SSLContext:
        """The context for ``rules``; ``believe_all`` for looking only. Raises AuthoritiesError naming the file."""
        verify = rules.verify and not believe_all
        path = rules.authorities if verify else None
        key = _Key(path, verify, _stamp(path))
        if key not in self._kept:
            if len(self._kept) >= _MOST_CONTEXTS:
                self._kept.clear()
            self._kept[key] = _context(path, verify=verify)
        return self._kept[key]


def _stamp(path: str | None) -> tuple[int, int, int]:
    if path is None:
        return 0, 0, 0
    try:
        status = os.stat(path)  # noqa: PTH116 - no Path is needed
    except OSError as error:
        raise AuthoritiesError(f"the authorities {path}: {error.strerror}") from error
    return status.st_ino, status.st_size, status.st_mtime_ns


def _context(path: str | None, *, verify: bool) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.set_alpn_protocols(["http/1.1"])
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    elif path is None:
        context.load_default_certs()
    else:
        # A server's own certificate may stand in the file, though no authority.
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
        try:
            context.load_verify_locations(cafile=path)
        except OSError as error:  # SSLError is one
            raise AuthoritiesError(f"the authorities {path}: {error.strerror or error}") from error
    return context


async def start(
    handle: socket.socket, protocol: asyncio.Protocol, context: ssl.SSLContext, name: str
) -> tuple[asyncio.Transport, bytes | None]:
    """A transport over ``handle``, which it owns from now on, and the server's certificate in DER.

    ``name`` is a host name, sent as SNI (RFC 6066), or an address, expected as such in the certificate. Raises
    TlsRefusedError, OSError.
    """
    loop = asyncio.get_running_loop()
    try:
        transport, _ = await loop.create_connection(
            lambda: protocol,
            sock=handle,
            ssl=context,
            server_hostname=name,
            ssl_shutdown_timeout=_SHUTDOWN_S,
            ssl_handshake_timeout=_HANDSHAKE_S,
        )
    except ssl.SSLCertVerificationError as error:
        raise TlsRefusedError(refusal_reason(error.verify_code), error.verify_message, certificate=True) from error
    except ssl.SSLError as error:
        raise TlsRefusedError(
            ProbeReason.TLS_FAILED, error.reason or "the handshake failed", certificate=False
        ) from error
    except ValueError as error:  # a name that cannot be asked for
        raise TlsRefusedError(ProbeReason.TLS_WRONG_NAME, str(error), certificate=False) from error
    peer = transport.get_extra_info("ssl_object")
    return transport, peer.getpeercert(binary_form=True) if peer is not None else None
