"""Which addresses a probe may connect to when a name, and not the inventory, leads there.

Lives here: the judgement of one address. Must not live here: resolving names, connecting.

Whoever answers for a name chooses where the prober connects. So a name may lead to public addresses, to those that the
probe's ``allow`` names, and to the link itself; never to this machine, its neighbours or the instance's metadata
service. Source: the registries of RFC 6890 as ``ipaddress`` knows them; failures.md 4, cases 11 and 26.
"""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

__all__ = ["refused_kind"]

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_BROADCAST = IPv4Address("255.255.255.255")
_THIS_NETWORK = IPv4Network("0.0.0.0/8")

#: IPv6 networks with an IPv4 address inside, and the bits below it: NAT64 (RFC 6052, RFC 8215), 6to4 (RFC 3056),
#: IPv4-mapped (RFC 4291) and the retired IPv4-compatible.
_WRAPPING = (
    (IPv6Network("64:ff9b::/96"), 0),
    (IPv6Network("64:ff9b:1::/48"), 0),
    (IPv6Network("2002::/16"), 80),
    (IPv6Network("::ffff:0:0/96"), 0),
    (IPv6Network("::/96"), 0),
)


def refused_kind(address: Address, link: Address, allowed: Sequence[Network] = ()) -> str | None:
    """What speaks against asking ``address``: "a loopback address"; None where nothing does.

    ``link`` is the link's own address, which is always asked. ``allowed`` opens private and other special networks, but
    never loopback, link-local, multicast, reserved or unspecified addresses. An address of this very machine is for
    the caller to know.
    """
    if address == link:
        return None
    inner = _wrapped(address)
    if inner is not None:
        return refused_kind(inner, link, allowed)
    kind = _never(address)
    if kind is not None:
        return kind
    if any(address.version == network.version and address in network for network in allowed):
        return None
    return None if address.is_global else "an address that is not public, and that the probe does not allow"


def _never(address: Address) -> str | None:
    if address.is_loopback:
        return "a loopback address"
    if address.is_link_local:
        return "a link-local address"
    if address.is_multicast:
        return "a multicast address"
    if address.is_unspecified or address in _THIS_NETWORK:
        return "an unspecified address"
    if address == _BROADCAST:
        return "the broadcast address"
    return "a reserved address" if address.is_reserved and not address.is_global else None


def _wrapped(address: Address) -> IPv4Address | None:
    """The IPv4 address inside an IPv6 address that leads to it."""
    if isinstance(address, IPv4Address) or address.is_loopback or address.is_unspecified:
        return None
    for network, below in _WRAPPING:
        if address in network:
            return IPv4Address((int(address) >> below) & 0xFFFFFFFF)
    return None
