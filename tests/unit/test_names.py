"""Socket addresses as the kernel's structures have them."""

from __future__ import annotations

import socket
import struct
from ipaddress import ip_address

import numpy as np
import pytest

from exporter.transport.names import NAME_LENGTH, address_bytes, socket_names, source_addresses, text_of


def test_an_ipv4_name_is_a_sockaddr_in() -> None:
    """Family in host order, port 0, four address bytes."""
    (name,) = socket_names([ip_address("198.18.0.10")])
    assert name.tobytes()[: NAME_LENGTH[4]] == struct.pack("=HH4s8x", socket.AF_INET, 0, bytes([198, 18, 0, 10]))


def test_an_ipv6_name_is_a_sockaddr_in6() -> None:
    """Family, port, flow label, sixteen address bytes, scope 0 for a global address."""
    address = ip_address("2001:db8::10")
    (name,) = socket_names([address])
    assert name.tobytes() == struct.pack("=HHI16sI", socket.AF_INET6, 0, 0, address.packed, 0)
    assert len(name) == NAME_LENGTH[6]


def test_a_link_local_name_bears_its_interface() -> None:
    """The scope is the number of the interface, here the loopback's."""
    (name,) = socket_names([ip_address("fe80::1%lo")])
    assert struct.unpack("=I", name[24:28].tobytes()) == (socket.if_nametoindex("lo"),)


def test_an_interface_that_does_not_exist_is_no_error() -> None:
    """Its number is 0: sending will find no route, and all other targets have their names."""
    names = socket_names([ip_address("fe80::1%nowhere0"), ip_address("198.18.0.10")])
    assert not names[0, 24:28].any()
    assert names[1, 4:8].tolist() == [198, 18, 0, 10]


def test_no_targets_have_no_names() -> None:
    """Zero rows of the right width."""
    assert socket_names([]).shape == (0, 28)


@pytest.mark.parametrize("text", ["198.18.0.10", "2001:db8::10", "::1"])
def test_sources_compare_equal_to_targets(text: str) -> None:
    """The sixteen bytes of a socket address are those of the target, and give back its text."""
    address = ip_address(text)
    found = source_addresses(address.version, socket_names([address]))
    assert found.dtype == np.uint8
    assert found[0].tobytes() == address_bytes(address)
    assert text_of(found[0].tobytes(), address.version) == text
