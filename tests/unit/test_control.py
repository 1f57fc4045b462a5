"""Control messages as the kernel lays them out: built by hand here, read back there."""

from __future__ import annotations

import socket
import struct

import numpy as np
import pytest

from exporter.transport.control import (
    extended_error,
    is_transmit_stamp,
    receive_stamps,
    transmit_counts,
    transmit_times,
)
from exporter.transport.mmsg import CONTROL_BYTES
from exporter.transport.ports import Bytes

TIMESTAMPNS, TIMESTAMPING, RXQ_OVFL = 35, 37, 40
IP_RECVERR, IPV6_RECVERR = (0, 11), (41, 25)
STAMP = (1_795_000_000, 123_456_789)
STAMP_NS = 1_795_000_000_123_456_789


def message(level: int, kind: int, data: bytes) -> bytes:
    """One struct cmsghdr with its data, padded to eight bytes (cmsg(3))."""
    return (struct.pack("=QII", 16 + len(data), level, kind) + data).ljust(16 + (len(data) + 7) // 8 * 8, b"\0")


def stamp_message(kind: int = TIMESTAMPNS, times: int = 1) -> bytes:
    """A time stamp, or the three of SCM_TIMESTAMPING."""
    return message(socket.SOL_SOCKET, kind, struct.pack("=qq", *STAMP) + bytes(16 * (times - 1)))


def error_message(
    recverr: tuple[int, int], origin: int, *, number: int = 113, data: int = 0, name: bytes = b""
) -> bytes:
    """A struct sock_extended_err (linux/errqueue.h), type 3 code 1, and the offender's address."""
    return message(*recverr, struct.pack("=IBBBBII", number, origin, 3, 1, 0, 0, data) + name)


def rows(*controls: bytes) -> tuple[Bytes, np.ndarray]:
    """Control buffers with rubbish behind what the kernel wrote, and how much it wrote."""
    full = [control.ljust(CONTROL_BYTES, b"\xa5") for control in controls]
    return np.frombuffer(b"".join(full), np.uint8).reshape(-1, CONTROL_BYTES), np.array(
        [len(control) for control in controls], np.uint64
    )


def drop_message(count: int) -> bytes:
    """SO_RXQ_OVFL's counter."""
    return message(socket.SOL_SOCKET, RXQ_OVFL, struct.pack("=I", count))


def test_a_receive_stamp_becomes_nanoseconds() -> None:
    """SCM_TIMESTAMPNS is a struct timespec."""
    stamps, overflow = receive_stamps(*rows(stamp_message()))
    assert (stamps.tolist(), overflow) == ([STAMP_NS], 0)


def test_a_missing_stamp_is_zero() -> None:
    """No control message, another one, or one cut short, is no stamp; rubbish behind it is not read."""
    other = message(socket.SOL_SOCKET, 29, bytes(16))
    stamps, _ = receive_stamps(*rows(b"", other, stamp_message()[:24], stamp_message()))
    assert stamps.tolist() == [0, 0, 0, STAMP_NS]


@pytest.mark.parametrize("before", [stamp_message(), stamp_message() + stamp_message(TIMESTAMPING, 3)])
def test_the_drop_counter_is_found_behind_the_stamps(before: bytes) -> None:
    """With and without SCM_TIMESTAMPING in between, and the largest of several counts."""
    stamps, overflow = receive_stamps(*rows(before + drop_message(7), stamp_message(), before + drop_message(41)))
    assert (stamps.tolist(), overflow) == ([STAMP_NS] * 3, 41)


def test_a_drop_counter_that_was_not_written_is_not_read() -> None:
    """What lies behind the length that the kernel wrote is left from an earlier message."""
    controls, length = rows(stamp_message() + drop_message(7))
    assert receive_stamps(controls, length - 24)[1] == 0


@pytest.mark.parametrize("recverr", [IP_RECVERR, IPV6_RECVERR])
def test_a_transmit_stamp_is_told_by_its_origin(recverr: tuple[int, int]) -> None:
    """Two stamps and an extended error of origin SO_EE_ORIGIN_TIMESTAMPING; its data count the packet."""
    head = stamp_message() + stamp_message(TIMESTAMPING, 3)
    controls, _ = rows(
        head + error_message(recverr, 4, number=42, data=70_000),
        head + error_message(recverr, 2),  # an ICMP error
        head,
        error_message(recverr, 4, number=42),
        head + error_message(recverr, 4, number=42, data=2**32 - 1),
    )
    is_stamp = is_transmit_stamp(controls)
    assert is_stamp.tolist() == [True, False, False, False, True]
    assert transmit_times(controls[is_stamp]).tolist() == [STAMP_NS] * 2
    assert transmit_counts(controls[is_stamp]).tolist() == [70_000, 2**32 - 1]


@pytest.mark.parametrize(("recverr", "origin"), [(IP_RECVERR, 2), (IPV6_RECVERR, 3)])
@pytest.mark.parametrize("before", [b"", stamp_message(), stamp_message() + stamp_message(TIMESTAMPING, 3)])
def test_an_icmp_error_is_found_behind_anything(recverr: tuple[int, int], origin: int, before: bytes) -> None:
    """Type, code and the reporter's socket address, wherever among the control messages it stands."""
    name = struct.pack("=HH4s", socket.AF_INET, 0, b"\xc6\x12\0\1").ljust(28, b"\0")
    assert extended_error(before + error_message(recverr, origin, name=name)) == (3, 1, name)


@pytest.mark.parametrize("origin", [0, 1, 4, 5])
def test_errors_of_another_origin_are_no_icmp_errors(origin: int) -> None:
    """Local errors, stamps and zero-copy notices have no reporter."""
    assert extended_error(error_message(IP_RECVERR, origin)) is None


def test_control_data_cut_anywhere_raise_nothing() -> None:
    """Whatever the kernel had no room for is missing, not fatal."""
    control = stamp_message() + error_message(IP_RECVERR, 2, name=bytes(16))
    found = [extended_error(control[:length]) for length in range(len(control))]
    assert found[:64] == [None] * 64
    assert {error[:2] for error in found[64:] if error} == {(3, 1)}


@pytest.mark.parametrize("size", [0, 1, 15, 2**63])
def test_impossible_sizes_end_the_search(size: int) -> None:
    """A header that claims nothing, less than itself or more than there is leads to no endless loop."""
    assert extended_error(struct.pack("=QII", size, 0, 1) + bytes(48)) is None
