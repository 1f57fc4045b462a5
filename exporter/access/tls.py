"""A web configuration's certificate as a context for TLS, and when it ends.

Lives here: reading certificate, key and authority. Must not live here: connections, the form of the configuration.
"""

from __future__ import annotations

import ssl
from pathlib import Path

from cryptography import x509

from exporter.access.web_config import TlsSettings
from exporter.errors import Problem
from exporter.files import fault_of_file, read_start

__all__ = ["Certificate", "certificate_of"]

_VERSIONS = {12: ssl.TLSVersion.TLSv1_2, 13: ssl.TLSVersion.TLSv1_3}

#: A chain takes some kilobytes.
_MAX_BYTES = 1024 * 1024


class Certificate:
    """A context that is ready to serve, and the end of the first certificate in its file."""

    def __init__(self, context: ssl.SSLContext, public: ssl.SSLContext, ends_unix_s: float) -> None:
        """All belong to one reading of the files; ``public`` asks nobody for a certificate."""
        self.context = context
        self.public = public
        self.ends_unix_s = ends_unix_s


def certificate_of(settings: TlsSettings) -> Certificate | Problem:
    """The certificate, or why it cannot be served; a key that asks for a passphrase cannot."""
    context, public = _context(settings), _context(settings)
    clients = [] if settings.clients is None else [settings.clients.ca_file]
    for name in (settings.cert_file, settings.key_file, *clients):
        fault = fault_of_file(name)  # OpenSSL would wait for a pipe, and read a device for ever
        if fault == "is not a regular file":
            return Problem(name, 0, fault, "name a PEM file that this user may read")
    try:
        for each in (context, public):
            each.load_cert_chain(settings.cert_file, settings.key_file, password=lambda: b"")
    except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
        return _problem(settings.cert_file, settings.key_file, error)
    try:
        ends = x509.load_pem_x509_certificate(
            read_start(Path(settings.cert_file), _MAX_BYTES)
        ).not_valid_after_utc.timestamp()
    except (OSError, ValueError) as error:
        return _problem(settings.cert_file, settings.key_file, error)
    if settings.clients is not None:
        context.verify_mode = ssl.CERT_REQUIRED if settings.clients.required else ssl.CERT_OPTIONAL
        try:
            context.load_verify_locations(settings.clients.ca_file)
        except (OSError, ValueError) as error:
            reason = getattr(error, "reason", None) or getattr(error, "strerror", None) or "not PEM"
            remedy = "name a PEM file with the authority's certificate that this user may read"
            return Problem(settings.clients.ca_file, 0, f"cannot be used: {reason}", remedy)
    return Certificate(context, public, ends)


def _context(settings: TlsSettings) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = _VERSIONS[settings.min_version]
    context.maximum_version = _VERSIONS[settings.max_version]
    context.set_alpn_protocols(["http/1.1"])
    context.options |= ssl.OP_NO_RENEGOTIATION
    return context


def _problem(cert: str, key: str, error: OSError | ValueError) -> Problem:
    """In words; OpenSSL's reasons are codes, and name no file."""
    reason = getattr(error, "reason", None) or getattr(error, "strerror", None) or "not PEM"
    remedy = f"name a PEM certificate and its key without a passphrase ({key}) that this user may read"
    return Problem(cert, 0, f"cannot be served: {reason}", remedy)
