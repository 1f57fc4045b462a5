"""What an inventory says about probes beside the echo: credentials, probes of each kind, classes of sites.

Lives here: pydantic models of these records, and the values of the domain that they describe. Must not live here:
anything that takes two keys or records to judge (``consistency_probes``), secrets: a record takes the name of a file
or of an environment variable, and what else is written in its place is not repeated to anybody.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network
from typing import Annotated, Any

from pydantic import AfterValidator, ConfigDict, Field, PlainValidator

from exporter import model, quantities
from exporter import probe_quantities as pq
from exporter.addresses import host_address
from exporter.body_pattern import body_pattern
from exporter.probe_model import (
    AuthProtocol,
    DnsProbe,
    HttpProbe,
    InterfaceKey,
    PrivProtocol,
    ProbeKind,
    ProbeSpec,
    Redirects,
    SecretReference,
    SecretSource,
    SiteClass,
    SnmpCredentials,
    SnmpProbe,
    TcpProbe,
    TlsRules,
)
from exporter.quantities import Refusal
from exporter.schema_values import Id, Name, Record, between, of, one_of, refused, untold
from exporter.thresholds import (
    MAX_PROBE_INTERVAL_S,
    MAX_PROBE_TIMEOUT_S,
    MAX_PROBES_OF_LINK,
    MAX_SNMP_INTERVAL_S,
    MIN_PROBE_INTERVAL_S,
    MIN_PROBE_TIMEOUT_S,
    PROBE_INTERVAL_S,
    PROBE_TIMEOUT_S,
)

__all__ = [
    "MAX_EXPECTED",
    "MAX_NETWORKS",
    "MAX_STATUSES",
    "PROBE_RECORDS",
    "CredentialsRecord",
    "DnsProbeRecord",
    "HttpProbeRecord",
    "LinkProbes",
    "Placed",
    "ProbeRecord",
    "RecordType",
    "SiteClassRecord",
    "SnmpProbeRecord",
    "TcpProbeRecord",
    "TlsRecord",
    "UnknownProbeRecord",
    "expected_answer",
    "probe_record",
]

#: Answers of which one must come: as many as one name has servers, with room.
MAX_EXPECTED = 16

#: Statuses that count as success, and networks that a name may lead to beside the public ones.
MAX_STATUSES, MAX_NETWORKS = 16, 16

#: From the name of a file as it is written to the one that is opened.
Placed = Callable[[str], str]

_WHERE_KEPT = "write {file: PATH} or {environment: NAME}; a secret itself has no place in an inventory"


class RecordType(StrEnum):
    """What can be asked of a name server."""

    A = "A"
    AAAA = "AAAA"
    CNAME = "CNAME"
    MX = "MX"
    NS = "NS"
    PTR = "PTR"
    SOA = "SOA"
    TXT = "TXT"
    SRV = "SRV"


def _secret(value: Any) -> SecretReference:
    """The reference that was written; nothing of what else was written gets into the refusal."""
    if not isinstance(value, dict) or len(value) != 1 or not {"file", "environment"} & value.keys():
        raise refused("does not say where the secret is kept", _WHERE_KEPT)
    [(source, place)] = value.items()
    if not isinstance(place, str):
        raise refused("does not say where the secret is kept", _WHERE_KEPT)
    try:
        parse = pq.file_name if source == "file" else pq.environment_name
        return SecretReference(SecretSource(source), parse(place))
    except Refusal as refusal:
        raise refused(refusal.message, refusal.remedy) from None


def _word(choices: type[StrEnum]) -> PlainValidator:
    """One word of a closed set, beside which people may write a password by mistake."""
    return untold(choices, "is not one of the words known here", f"write one of: {', '.join(choices)}")


def _some(values: tuple[Any, ...]) -> tuple[Any, ...]:
    if not values:
        raise refused("is an empty list", "write one or more, or remove the key")
    return values


_Secret = Annotated[SecretReference | None, PlainValidator(_secret)]
_Server = Annotated[model.Address | None, of(host_address)]
_Port = of(pq.port)
_Status = Annotated[int, of(pq.status)]
_Network = Annotated[IPv4Network | IPv6Network, of(pq.network)]
_Answer = Annotated[str, of(pq.expected_text)]
LinkProbes = Annotated[tuple[Id, ...], Field(strict=False, max_length=MAX_PROBES_OF_LINK)]


class CredentialsRecord(Record):
    """What a device wants to know: a community, or a user with two passwords; which of them, ``consistency`` says."""

    id: Id
    community: _Secret = None
    user: Annotated[str | None, of(quantities.line_of_text)] = None
    auth: Annotated[AuthProtocol | None, _word(AuthProtocol)] = None
    auth_password: _Secret = None
    priv: Annotated[PrivProtocol | None, _word(PrivProtocol)] = None
    priv_password: _Secret = None

    def files(self) -> dict[str, str]:
        """For each key that names a file, the name that is written."""
        secrets = {
            "community": self.community,
            "auth_password": self.auth_password,
            "priv_password": self.priv_password,
        }
        return {key: each.place for key, each in secrets.items() if each and each.source is SecretSource.FILE}

    def credentials(self, placed: Placed) -> SnmpCredentials:
        """The credentials that this describes."""

        def found(secret: SecretReference | None) -> SecretReference | None:
            if secret is None or secret.source is not SecretSource.FILE:
                return secret
            return replace(secret, place=placed(secret.place))

        passwords = found(self.auth_password), found(self.priv_password)
        return SnmpCredentials(
            self.id, found(self.community), self.user, self.auth, passwords[0], self.priv, passwords[1]
        )


class TlsRecord(Record):
    """How a server must show who it is."""

    server_name: Annotated[str | None, of(pq.server_name)] = None  #: absent: the host or address itself
    authorities: Annotated[str | None, of(pq.file_name)] = None  #: absent: those of the system
    verify: Annotated[bool, of(quantities.yes_or_no)] = True

    def rules(self, placed: Placed) -> TlsRules:
        """The rules that this describes."""
        return TlsRules(self.server_name, placed(self.authorities) if self.authorities else None, self.verify)


class ProbeRecord(Record):
    """What probes of all kinds have; the kind says which of the records below it is."""

    id: Id
    kind: Annotated[ProbeKind, one_of(ProbeKind)]
    interval: Annotated[float, between(MIN_PROBE_INTERVAL_S, MAX_PROBE_INTERVAL_S, quantities.duration_s, "s")] = (
        PROBE_INTERVAL_S  #: seconds
    )
    timeout: Annotated[float, between(MIN_PROBE_TIMEOUT_S, MAX_PROBE_TIMEOUT_S, quantities.duration_s, "s")] = (
        PROBE_TIMEOUT_S  #: seconds
    )

    def files(self) -> dict[str, str]:
        """For each key that names a file, the name that is written."""
        tls = getattr(self, "tls", None)
        return {"tls.authorities": tls.authorities} if tls is not None and tls.authorities else {}

    def spec(self, placed: Placed) -> ProbeSpec:
        """The probe that this describes; only the records of kinds know."""
        raise NotImplementedError


class UnknownProbeRecord(ProbeRecord):
    """A probe whose kind is missing or unknown: about its other keys nothing can be said."""

    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)


class TcpProbeRecord(ProbeRecord):
    """A connection."""

    port: Annotated[int, _Port]
    tls: TlsRecord | None = None

    def spec(self, placed: Placed) -> TcpProbe:
        """The probe that this describes."""
        tls = self.tls.rules(placed) if self.tls is not None else None
        return TcpProbe(self.id, self.interval, self.timeout, self.port, tls)


class HttpProbeRecord(ProbeRecord):
    """One request for a page."""

    url: Annotated[str, of(pq.url)]
    statuses: Annotated[tuple[_Status, ...], Field(strict=False, max_length=MAX_STATUSES), AfterValidator(_some)] = (
        200,
    )
    body: Annotated[str | None, of(body_pattern)] = None
    max_body: Annotated[int, of(pq.body_bytes)] = 262_144
    redirects: Annotated[Redirects, one_of(Redirects)] = Redirects.NONE
    tls: TlsRecord | None = None
    allow: Annotated[tuple[_Network, ...], Field(strict=False, max_length=MAX_NETWORKS)] = ()

    def spec(self, placed: Placed) -> HttpProbe:
        """The probe that this describes."""
        return HttpProbe(
            self.id,
            self.interval,
            self.timeout,
            self.url,
            frozenset(self.statuses),
            self.body,
            self.max_body,
            self.redirects,
            (self.tls or TlsRecord()).rules(placed),
            self.allow,
        )


class DnsProbeRecord(ProbeRecord):
    """One question to a name server."""

    name: Annotated[str, of(pq.domain_name)]
    type: Annotated[RecordType, one_of(RecordType)] = RecordType.A
    server: _Server = None  #: absent: the link's address
    port: Annotated[int, _Port] = 53
    expected: Annotated[tuple[_Answer, ...], Field(strict=False, max_length=MAX_EXPECTED)] = ()

    def spec(self, placed: Placed) -> DnsProbe:  # noqa: ARG002 - the shape of all kinds
        """The probe that this describes; ``expected`` of addresses and names in the one form that they have."""
        return DnsProbe(
            self.id,
            self.interval,
            self.timeout,
            self.name,
            self.type.value,
            self.server,
            self.port,
            frozenset(expected_answer(self.type, each) for each in self.expected),
        )


class SnmpProbeRecord(ProbeRecord):
    """One poll of a device."""

    interval: Annotated[float, between(MIN_PROBE_INTERVAL_S, MAX_SNMP_INTERVAL_S, quantities.duration_s, "s")] = (
        PROBE_INTERVAL_S  #: seconds
    )
    credentials: Annotated[
        str, untold(quantities.identifier, "is not the id of an entry of credentials", "write its id; see credentials")
    ]
    interface: Annotated[str | None, of(pq.interface_name)] = None  #: absent: that of the link, or none
    interface_by: Annotated[InterfaceKey, one_of(InterfaceKey)] = InterfaceKey.NAME
    server: _Server = None  #: absent: the link's address
    port: Annotated[int, _Port] = 161

    def spec(self, placed: Placed) -> SnmpProbe:  # noqa: ARG002 - the shape of all kinds
        """The probe that this describes."""
        return SnmpProbe(
            self.id,
            self.interval,
            self.timeout,
            self.credentials,
            self.interface,
            self.interface_by,
            self.server,
            self.port,
        )


class SiteClassRecord(Record):
    """A kind of office."""

    id: Id
    name: Name
    probes: LinkProbes

    def site_class(self) -> SiteClass:
        """The class that this describes."""
        return SiteClass(self.id, self.name, self.probes)


#: The record of each kind of probe.
PROBE_RECORDS: dict[ProbeKind, type[ProbeRecord]] = {
    ProbeKind.TCP: TcpProbeRecord,
    ProbeKind.HTTP: HttpProbeRecord,
    ProbeKind.DNS: DnsProbeRecord,
    ProbeKind.SNMP: SnmpProbeRecord,
}


def probe_record(value: Any) -> type[ProbeRecord]:
    """The record that ``value``, an entry of ``probes``, is meant to be."""
    kind = value.get("kind") if isinstance(value, dict) else None
    return PROBE_RECORDS[ProbeKind(kind)] if kind in list(ProbeKind) else UnknownProbeRecord


def expected_answer(kind: RecordType, text: str) -> str:
    """``text`` in the form in which an answer of this type is compared. Raises Refusal where it can be none."""
    if kind in {RecordType.A, RecordType.AAAA}:
        address = host_address(text)
        if address.version != (4 if kind is RecordType.A else 6):
            raise Refusal(f"{text} is no answer of type {kind}", "write addresses of the type's family, or change type")
        return str(address)
    return pq.domain_name(text) if kind in {RecordType.CNAME, RecordType.NS, RecordType.PTR} else text
