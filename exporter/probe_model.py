"""Probes beside the echo, as the inventory describes them: what is asked of an office's equipment, and how.

Lives here: one frozen value for each kind of probe, and for the credentials that a device asks for. Must not live
here: asking (``probes``), reading files, secrets themselves: a credential names the file or environment variable that
holds its secret, never the secret.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

__all__ = [
    "ADDRESS",
    "AuthProtocol",
    "DnsProbe",
    "HttpProbe",
    "InterfaceKey",
    "PrivProtocol",
    "ProbeKind",
    "ProbeSpec",
    "Redirects",
    "SecretReference",
    "SecretSource",
    "SiteClass",
    "SnmpCredentials",
    "SnmpProbe",
    "TcpProbe",
    "TlsRules",
    "kind_of",
]

#: In a probe's URL: the address of the link that is probed.
ADDRESS = "{address}"

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


class ProbeKind(StrEnum):
    """The kinds of probes beside ICMP."""

    TCP = "tcp"
    HTTP = "http"
    DNS = "dns"
    SNMP = "snmp"


class Redirects(StrEnum):
    """Which redirects an HTTP probe follows."""

    NONE = "none"  #: the redirect itself is the answer
    SAME_HOST = "same-host"  #: within scheme, host and port, and five of them at most


class InterfaceKey(StrEnum):
    """By what an interface is found; never by index, which changes."""

    NAME = "name"  #: ifName
    ALIAS = "alias"  #: ifAlias, the description that people give it


class SecretSource(StrEnum):
    """Where a secret is kept."""

    FILE = "file"
    ENVIRONMENT = "environment"


class AuthProtocol(StrEnum):
    """How SNMPv3 proves who asks (RFC 3414, RFC 7860)."""

    SHA1 = "SHA-1"
    SHA224 = "SHA-224"
    SHA256 = "SHA-256"
    SHA384 = "SHA-384"
    SHA512 = "SHA-512"


class PrivProtocol(StrEnum):
    """How SNMPv3 hides what is said (RFC 3826)."""

    AES128 = "AES-128"
    AES192 = "AES-192"
    AES256 = "AES-256"


@dataclass(frozen=True, slots=True)
class SecretReference:
    """The place of a secret: a path, or the name of an environment variable."""

    source: SecretSource
    place: str


@dataclass(frozen=True, slots=True)
class SnmpCredentials:
    """What a device wants to know before it answers: a community (v2c), or a user with two passwords (v3)."""

    id: str
    community: SecretReference | None = None  #: v2c; then all below is None
    user: str | None = None
    auth_protocol: AuthProtocol | None = None
    auth_password: SecretReference | None = None
    priv_protocol: PrivProtocol | None = None
    priv_password: SecretReference | None = None


@dataclass(frozen=True, slots=True)
class TlsRules:
    """How a TLS server must show who it is."""

    server_name: str | None = None  #: asked for (SNI) and expected in the certificate; None: the host or address itself
    authorities: str | None = None  #: a file of certificates that are believed; None: those of the system
    verify: bool = True  #: False: any certificate will do, its end is still told


@dataclass(frozen=True, slots=True)
class TcpProbe:
    """A connection to a port of the link's address, with TLS over it where ``tls`` is given."""

    id: str
    interval_s: float
    timeout_s: float  #: over everything
    port: int
    tls: TlsRules | None = None


@dataclass(frozen=True, slots=True)
class HttpProbe:
    """One GET request, judged by status and body."""

    id: str
    interval_s: float
    timeout_s: float  #: over everything, name resolution and redirects included
    url: str  #: http or https; ADDRESS in place of the host stands for the link's address
    statuses: frozenset[int] = frozenset({200})
    body_match: str | None = None  #: a regular expression that the body must contain; None: not read beyond the cap
    max_body_bytes: int = 262_144  #: after decompression
    redirects: Redirects = Redirects.NONE
    tls: TlsRules = TlsRules()
    allowed: tuple[Network, ...] = ()  #: addresses that a name may resolve to, beside all that are public


@dataclass(frozen=True, slots=True)
class DnsProbe:
    """One question through the office's resolver."""

    id: str
    interval_s: float
    timeout_s: float
    name: str  #: what is asked for
    record_type: str = "A"
    server: Address | None = None  #: None: the link's address
    port: int = 53
    expected: frozenset[str] = frozenset()  #: at least one of these must be answered; empty: any answer


@dataclass(frozen=True, slots=True)
class SnmpProbe:
    """One poll of the router or switch at the office."""

    id: str
    interval_s: float
    timeout_s: float  #: over all requests of a poll, retries included
    credentials: str  #: the id of a SnmpCredentials
    interface: str | None = None  #: the link's interface where the link names none; None: the device alone is polled
    interface_key: InterfaceKey = InterfaceKey.NAME
    server: Address | None = None  #: None: the link's address
    port: int = 161


ProbeSpec = TcpProbe | HttpProbe | DnsProbe | SnmpProbe

_KINDS: Mapping[type[ProbeSpec], ProbeKind] = {
    TcpProbe: ProbeKind.TCP,
    HttpProbe: ProbeKind.HTTP,
    DnsProbe: ProbeKind.DNS,
    SnmpProbe: ProbeKind.SNMP,
}


def kind_of(spec: ProbeSpec) -> ProbeKind:
    """The kind of a probe."""
    return _KINDS[type(spec)]


@dataclass(frozen=True, slots=True)
class SiteClass:
    """A kind of office, for what is probed at each of them."""

    id: str
    name: str
    probes: tuple[str, ...]  #: ids of probes, for every link whose site is of this class
