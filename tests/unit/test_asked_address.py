"""Which addresses a name may lead a probe to."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

import pytest

from exporter.asked_address import refused_kind

LINK = ip_address("198.18.0.10")
EVERYTHING = (ip_network("0.0.0.0/0"), ip_network("::/0"))

NEVER = [
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "0.0.0.0",
    "0.1.2.3",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b:1::a9fe:a9fe",
    "2002:7f00:1::",
]

SPECIAL = ["10.0.0.1", "172.16.0.1", "192.168.0.1", "100.64.0.1", "198.18.0.11", "192.0.2.1", "fd00::1", "2001:db8::1"]


@pytest.mark.parametrize("address", NEVER)
def test_some_addresses_are_never_asked(address: str) -> None:
    """Whatever is allowed, and however they are wrapped."""
    assert refused_kind(ip_address(address), LINK, EVERYTHING) is not None
    assert refused_kind(ip_address(address), LINK) is not None


@pytest.mark.parametrize("address", SPECIAL)
def test_networks_that_are_not_public_have_to_be_allowed(address: str) -> None:
    """By the probe."""
    assert refused_kind(ip_address(address), LINK) is not None
    assert refused_kind(ip_address(address), LINK, EVERYTHING) is None
    assert refused_kind(ip_address(address), LINK, (ip_network("203.0.113.0/24"),)) is not None


@pytest.mark.parametrize("address", ["1.1.1.1", "36.91.0.1", "2606:4700::1", "64:ff9b::101:101"])
def test_public_addresses_are_asked(address: str) -> None:
    """Also through NAT64."""
    assert refused_kind(ip_address(address), LINK) is None


@pytest.mark.parametrize("address", NEVER[:3])
def test_the_link_itself_is_always_asked(address: str) -> None:
    """The inventory named it."""
    assert refused_kind(ip_address(address), ip_address(address)) is None
