"""Certificates for the simulated addresses, by an authority that is made anew at each start.

Lives here: the authority and what it signs. Must not live here: sockets, connections. Whoever wants to believe the
certificates reads the authority's from the file that ``pantau sim status`` names.
"""

from __future__ import annotations

import ssl
import tempfile
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

__all__ = ["Authority"]

#: Longer than any rule warns of: a province in which nothing is wrong is told of nothing.
_LASTS = timedelta(days=365)
_EARLIER = timedelta(days=1)


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs,
        key_cert_sign=signs,
        crl_sign=signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


class Authority:
    """One authority, and the one key of all servers."""

    def __init__(self, folder: Path, now: datetime | None = None) -> None:
        """Make both; everything is valid from a day before ``now`` (the present) for a year.

        Keys lie in ``folder`` for as long as it takes to read them.
        """
        self._folder = folder
        self._now = now or datetime.now(UTC)
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._server_key = ec.generate_private_key(ec.SECP256R1())
        self._certificate = self._sign(
            "Pantau simulated authority",
            self._key.public_key(),
            (x509.BasicConstraints(ca=True, path_length=0), _usage(signs=True)),
        )
        self._contexts: dict[str, ssl.SSLContext] = {}

    def _sign(
        self, name: str, key: ec.EllipticCurvePublicKey, critical: tuple[x509.ExtensionType, ...], *names: str
    ) -> x509.Certificate:
        builder = (
            x509.CertificateBuilder()
            .subject_name(_name(name))
            .issuer_name(_name("Pantau simulated authority"))
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(self._now - _EARLIER)
            .not_valid_after(self._now + _LASTS)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False)
        )
        for extension in critical:
            builder = builder.add_extension(extension, critical=True)
        if names:
            alternatives = x509.SubjectAlternativeName([x509.IPAddress(ip_address(each)) for each in names])
            builder = builder.add_extension(alternatives, critical=False)
        return builder.sign(self._key, hashes.SHA256())

    def pem(self) -> bytes:
        """The authority's certificate."""
        return self._certificate.public_bytes(serialization.Encoding.PEM)

    def certificate_for(self, address: str) -> x509.Certificate:
        """A server's certificate for ``address``."""
        usages = (x509.BasicConstraints(ca=False, path_length=None), _usage(signs=False))
        return self._sign(address, self._server_key.public_key(), usages, address)

    def context_for(self, address: str) -> ssl.SSLContext:
        """What a TLS server at ``address`` shows; made at its first call."""
        known = self._contexts.get(address)
        if known is None:
            known = self._contexts[address] = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            with tempfile.TemporaryDirectory(prefix="pantau-sim-", dir=self._folder) as folder:
                path = Path(folder) / "server.pem"
                path.write_bytes(self._server_pem(address))
                known.load_cert_chain(path)
        return known

    def _server_pem(self, address: str) -> bytes:
        key = self._server_key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return key + self.certificate_for(address).public_bytes(serialization.Encoding.PEM)
