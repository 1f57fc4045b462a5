"""Names to addresses, through the machine's own resolver but not through its C library.

Lives here: the Protocol that the HTTP probe knows, and dnspython's asynchronous resolver. Must not live here: which
addresses may be asked, deadlines over anything else.

The C library resolves in threads that nobody can interrupt; a few names that hang would stop every probe. So /etc/hosts
and nsswitch.conf have no say: what counts is the name server that /etc/resolv.conf names.
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Protocol

import dns.asyncresolver
import dns.exception
import dns.name
import dns.resolver

from exporter.probe_outcome import ProbeReason

__all__ = ["NameFailedError", "Resolver", "SystemResolver"]

Address = IPv4Address | IPv6Address

#: Addresses of one name that are looked at.
_MOST_ADDRESSES = 32


class NameFailedError(Exception):
    """A name leads to no address."""

    def __init__(self, reason: ProbeReason, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


class Resolver(Protocol):
    """Who resolves."""

    async def addresses(self, name: str, within_s: float) -> list[Address]:
        """The addresses of ``name``, IPv4 first, at least one. Raises NameFailedError, OSError for a fault of ours."""
        ...


class SystemResolver:
    """The name servers of /etc/resolv.conf, which is read for each name; no answer is kept."""

    def __init__(self, servers: list[str] | None = None, port: int = 53) -> None:
        """``servers`` in place of those in /etc/resolv.conf."""
        self._servers = servers
        self._port = port

    async def addresses(self, name: str, within_s: float) -> list[Address]:
        """See ``Resolver``; IPv6 is asked for only where there is no IPv4 address, in the rest of the time."""
        try:
            resolver = self._resolver()
            found = await self._asked(resolver, name, "A", within_s)
            return found or await self._asked(resolver, name, "AAAA", within_s) or _no_address(name)
        except dns.resolver.NXDOMAIN as error:
            raise NameFailedError(ProbeReason.NAME_NOT_FOUND, f"{name} does not exist (NXDOMAIN)") from error
        except dns.exception.Timeout as error:
            raise NameFailedError(ProbeReason.NAME_TIMEOUT, f"no name server told of {name} in time") from error
        except dns.resolver.NoResolverConfiguration as error:
            raise NameFailedError(ProbeReason.RESOURCES, "/etc/resolv.conf names no server") from error
        except dns.resolver.NoNameservers as error:
            for each in _faults(error):
                raise each from error
            raise NameFailedError(ProbeReason.NAME_FAILED, f"no name server could tell of {name}") from error
        except (dns.exception.DNSException, UnicodeError, ValueError) as error:
            raise NameFailedError(ProbeReason.NAME_FAILED, f"{name}: {type(error).__name__}") from error

    def _resolver(self) -> dns.asyncresolver.Resolver:
        resolver = dns.asyncresolver.Resolver(configure=self._servers is None)
        if self._servers is not None:
            resolver.nameservers = list(self._servers)
            resolver.port = self._port
        return resolver

    async def _asked(
        self, resolver: dns.asyncresolver.Resolver, name: str, record_type: str, within_s: float
    ) -> list[Address]:
        absolute = dns.name.from_text(name)
        answer = await resolver.resolve(
            absolute, record_type, lifetime=within_s, raise_on_no_answer=False, search=False
        )
        return [ip_address(record.address) for record in list(answer.rrset or ())[:_MOST_ADDRESSES]]


def _no_address(name: str) -> list[Address]:
    raise NameFailedError(ProbeReason.NAME_NOT_FOUND, f"{name} has no address")


def _faults(error: dns.resolver.NoNameservers) -> Iterator[OSError]:
    """The errors of our own sockets among those that the library gathered: no descriptors, no route."""
    for each in error.kwargs.get("errors", ()):
        for part in each:
            if isinstance(part, OSError) and part.errno is not None:
                yield part
