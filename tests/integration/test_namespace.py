"""One thread of the process measures inside a network namespace, and the others stay outside."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import pytest

from exporter.errors import PantauError
from exporter.transport.namespace import NAMESPACES, NamespaceError, enter_network_namespace, entered
from tests.support.inventories import many_links
from tests.support.province import Province, simulated_province

T = TypeVar("T")

HERE = "/proc/thread-self/ns/net"

#: An echo request with identifier 1, sequence 2 and 8 bytes of payload; the checksum is right.
ECHO_REQUEST = bytes.fromhex("0800f7fc00010002") + bytes(8)


@pytest.fixture(scope="module")
def province() -> Iterator[Province]:
    """A province of two links."""
    with simulated_province(many_links(2)) as running:
        yield running


def inode(path: str | Path) -> int:
    return Path(path).stat().st_ino


#: Where the tests are, read before any of them runs.
OUTSIDE = inode(HERE)


def in_thread(work: Callable[[], T]) -> T:
    """What ``work`` returns in a thread of its own."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(work).result(timeout=20)


def test_only_the_calling_thread_enters(province: Province) -> None:
    """A thread that enters is inside; the thread that waits for it is not."""

    def inside() -> int:
        enter_network_namespace(province.netns)
        return inode(HERE)

    assert in_thread(inside) == inode(NAMESPACES / province.netns)
    assert inode(HERE) == OUTSIDE


def test_a_listener_outside_and_an_echo_socket_inside_live_together(province: Province) -> None:
    """An ICMP socket opened inside reaches the province from any thread; a listener stays on our loopback."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def open_inside() -> socket.socket:
            enter_network_namespace(province.netns)
            return socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)

        with in_thread(open_inside) as echo:
            echo.settimeout(10)
            echo.sendto(ECHO_REQUEST, ("198.18.0.1", 0))
            reply, (source, _) = echo.recvfrom(2048)
        assert (source, reply[20:22]) == ("198.18.0.1", b"\0\0")
        with socket.create_connection(listener.getsockname(), timeout=10):
            pass


def test_a_listener_outside_cannot_be_reached_from_inside(province: Province) -> None:
    """The two loopbacks are different ones: that is what separates them."""
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        entered(province.netns),
        pytest.raises(ConnectionRefusedError),
    ):
        socket.create_connection(listener.getsockname(), timeout=10)


def test_entered_comes_back_even_after_an_error(province: Province) -> None:
    """The thread is where it was after the block, also when the block failed."""
    with pytest.raises(KeyError), entered(province.netns):
        raise KeyError(inode(HERE))
    assert inode(HERE) == OUTSIDE


def test_a_path_names_a_namespace_too(province: Province) -> None:
    """A name with a slash is the namespace's file, as for namespaces of other processes."""
    with entered(f"/proc/{province.process.pid}/ns/net"):
        assert inode(HERE) == inode(NAMESPACES / province.netns)


@pytest.mark.parametrize("name", ["pantau-test-nowhere", "/proc/self/status"])
def test_what_is_no_namespace_is_refused_by_name(name: str) -> None:
    """A missing namespace, or a file that is none, is an error that names the flag; the thread stays."""
    with pytest.raises(NamespaceError, match=f"--netns {name}: "):
        enter_network_namespace(name)
    assert inode(HERE) == OUTSIDE


def test_without_the_capability_the_remedy_is_named(province: Province) -> None:
    """A process without CAP_SYS_ADMIN is told what it takes."""
    child = os.fork()
    if child == 0:
        os.setresuid(65534, 65534, 65534)
        try:
            enter_network_namespace(province.netns)
        except PantauError as error:
            os._exit(0 if "CAP_SYS_ADMIN; run as root" in str(error) else 1)
        os._exit(2)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
