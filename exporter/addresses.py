"""Which addresses an inventory may name: one host each, by number.

Lives here: reading an address and judging its kind (failures.md 4, case 6). Must not live here: who
uses it, sockets, name resolution. Host names are refused for good: an ICMP target that a name server
can move is not the office's line any more.
"""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv4Network, IPv6Address, ip_address, ip_network

from exporter.plain_text import shown
from exporter.quantities import Refusal

__all__ = ["host_address", "special_kind"]

_BROADCAST = IPv4Address("255.255.255.255")
_INTERFACE = re.compile(r"[A-Za-z0-9_.-]{1,15}")
_THIS_NETWORK = IPv4Network("0.0.0.0/8")

_REMEDY = "write the IPv4 or IPv6 address of one host: 198.18.0.10 or 2001:db8::10"


def host_address(text: str) -> IPv4Address | IPv6Address:
    """The address that ``text`` is; a Refusal says what it is instead."""
    try:
        return _one_host(ip_address(text), text)
    except ValueError as error:
        if isinstance(error, Refusal):
            raise
    raise Refusal(f"{shown(text)} {_what_else(text)}", _REMEDY)


def special_kind(address: IPv4Address | IPv6Address) -> str | None:
    """What is special about an address that hardly is an office's: "a loopback address"; None for others."""
    if address.is_loopback:
        return "a loopback address"
    if address.is_link_local and getattr(address, "scope_id", None) is None:
        return "a link-local address"
    if address.is_reserved or address in _THIS_NETWORK:
        return "a reserved address"
    return None


def _one_host(address: IPv4Address | IPv6Address, text: str) -> IPv4Address | IPv6Address:
    """``address`` unless it cannot be one host under any policy."""
    if address.is_unspecified:
        raise Refusal(f"{shown(text)} is no address of anyone", _REMEDY)
    if address == _BROADCAST:
        raise Refusal(f"{shown(text)} is the broadcast address", _REMEDY)
    if address.is_multicast:
        raise Refusal(f"{shown(text)} is a multicast address", _REMEDY)
    mapped = getattr(address, "ipv4_mapped", None)
    if mapped is not None:
        raise Refusal(f"{shown(text)} is an IPv4 address written as IPv6", f"write {mapped}")
    scope = getattr(address, "scope_id", None)
    if scope is not None and not (address.is_link_local and _INTERFACE.fullmatch(scope)):
        raise Refusal(f"{shown(text)} has a scope that names no interface", "write fe80::…%eth0, or no scope")
    return address


def _what_else(text: str) -> str:
    try:
        ip_network(text, strict=False)
    except ValueError:
        return "is not an address"
    return "is a network, not a host"
