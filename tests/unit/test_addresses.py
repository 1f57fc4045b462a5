"""Which addresses may be probed (failures.md 4, case 6)."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from exporter.addresses import host_address, special_kind
from exporter.quantities import Refusal


@pytest.mark.parametrize(
    "text", ["198.18.0.10", "10.0.0.1", "8.8.8.8", "2001:db8::10", "fd00::1", "127.0.0.1", "fe80::1%eth0", "fe80::1"]
)
def test_an_address_of_one_host_is_read(text: str) -> None:
    """Both families are read, private ranges too, for offices have them; special ones are judged later."""
    assert host_address(text) == ip_address(text)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("0.0.0.0", "is no address of anyone"),
        ("::", "is no address of anyone"),
        ("255.255.255.255", "is the broadcast address"),
        ("224.0.0.1", "is a multicast address"),
        ("239.255.255.255", "is a multicast address"),
        ("ff02::1", "is a multicast address"),
        ("::ffff:198.18.0.10", "is an IPv4 address written as IPv6"),
        ("::ffff:c612:000a", "is an IPv4 address written as IPv6"),
        ("198.18.0.0/24", "is a network, not a host"),
        ("198.18.0.10/32", "is a network, not a host"),
        ("2001:db8::/64", "is a network, not a host"),
        ("kantor.example.org", "is not an address"),
        ("localhost", "is not an address"),
        ("198.18.0.010", "is not an address"),
        ("198.18.10", "is not an address"),
        ("3323068426", "is not an address"),
        ("0xc612000a", "is not an address"),
        ("198.18.0.10 ", "is not an address"),
        ("198.18.0.\u0661", "is not an address"),
        ("", "is not an address"),
        ("2001:db8::1%eth0", "has a scope that names no interface"),
        ("fe80::1%", "is not an address"),
        ("fe80::1%eth0; rm", "has a scope that names no interface"),
        ("fe80::1%" + "e" * 16, "has a scope that names no interface"),
    ],
)
def test_what_is_no_single_host_is_refused(text: str, says: str) -> None:
    """Networks, groups, names and second spellings are refused whatever the policy, and it is said what they are."""
    with pytest.raises(Refusal, match=says):
        host_address(text)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("127.0.0.1", "a loopback address"),
        ("127.255.255.254", "a loopback address"),
        ("::1", "a loopback address"),
        ("169.254.1.1", "a link-local address"),
        ("fe80::1", "a link-local address"),
        ("240.0.0.1", "a reserved address"),
        ("0.1.2.3", "a reserved address"),
        ("fe80::1%eth0", None),
        ("198.18.0.10", None),
        ("192.168.1.1", None),
        ("2001:db8::10", None),
    ],
)
def test_special_addresses_are_named(text: str, kind: str | None) -> None:
    """Addresses that are hardly an office's are told from those that may be."""
    assert special_kind(host_address(text)) == kind
