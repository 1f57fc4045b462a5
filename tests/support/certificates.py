"""An authority and the certificates that it gives out, right and wrong ones.

Lives here: keys, certificates, their files. Must not live here: servers, assertions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

__all__ = ["Authority", "Shown"]

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Shown:
    """What a server shows: one file with its key and its certificate."""

    path: Path
    ends_unix_s: float


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _subject(text: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(text))
    except ValueError:
        return x509.DNSName(text)


class Authority:
    """Believes itself; ``path`` is its certificate."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _name("Otoritas uji")
        self.path = folder / "authority.pem"
        now = datetime.now(UTC)
        certificate = (
            self._builder(self._name, self._name, self._key, now - _DAY, now + 30 * _DAY)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .sign(self._key, hashes.SHA256())
        )
        self.path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))

    def certificate(
        self, label: str, names: Sequence[str], *, begins_days: float = -1, ends_days: float = 10, own: bool = False
    ) -> Shown:
        """A certificate for the names, valid between days from now; ``own``: signed by itself."""
        key = ec.generate_private_key(ec.SECP256R1())
        now = datetime.now(UTC).replace(microsecond=0)
        subject = _name(label)
        begins, ends = now + begins_days * _DAY, now + ends_days * _DAY
        certificate = (
            self._builder(subject, subject if own else self._name, key, begins, ends)
            .add_extension(x509.SubjectAlternativeName([_subject(name) for name in names]), critical=False)
            .sign(key if own else self._key, hashes.SHA256())
        )
        path = self._folder / f"{label}.pem"
        path.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            + certificate.public_bytes(serialization.Encoding.PEM)
        )
        return Shown(path, ends.timestamp())

    @staticmethod
    def _builder(
        subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, begins: datetime, ends: datetime
    ) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(begins)
            .not_valid_after(ends)
        )
