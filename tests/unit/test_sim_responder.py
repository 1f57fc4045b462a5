"""The queue of due replies."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from ipaddress import ip_address

import pytest

from exporter.sim import responder as responder_module
from exporter.sim.packet import render_packet
from exporter.sim.responder import Responder
from exporter.sim.settings import base_delay_s
from exporter.sim.world import PROBER, Reply, World
from tests.support.inventories import make_inventory

INVENTORY = make_inventory({"dinkes-1": ("dinkes", "penyedia-a", "32.73", "198.18.0.10")})
MS = 1_000_000


class PipeWire:
    """A wire whose descriptor is readable while packets wait; remembers what was written."""

    def __init__(self) -> None:
        self._reader, self._writer = os.pipe()
        self._waiting: list[bytes] = []
        self.written: list[bytes] = []
        self.is_up = True

    def arrive(self, *packets: bytes) -> None:
        os.write(self._writer, b"." * len(packets))
        self._waiting += packets

    def fileno(self) -> int:
        return self._reader

    def read(self) -> bytes:
        if not self._waiting:
            return b""
        os.read(self._reader, 1)
        return self._waiting.pop(0)

    def write(self, packet: bytes) -> bool:
        self.written.append(packet)
        return self.is_up

    def close(self) -> None:
        os.close(self._reader)
        os.close(self._writer)


class Bench:
    """A responder with a wire and a clock that the test moves."""

    def __init__(self) -> None:
        self.wire = PipeWire()
        self.now_ns = 1_000
        self.responder = Responder(self.wire, World(INVENTORY), now_ns=lambda: self.now_ns)

    def turn(self) -> None:
        self.responder.turn([], longest_s=0)


@pytest.fixture
def bench() -> Iterator[Bench]:
    """A fresh responder."""
    made = Bench()
    yield made
    made.wire.close()


def echo_request(sequence: int) -> bytes:
    head = struct.pack("!BBHHH", 8, 0, 0, 1, sequence)
    return render_packet(PROBER[4], ip_address("198.18.0.10").packed, head + b"payload")


def test_a_reply_is_written_when_due_and_not_before(bench: Bench) -> None:
    """A reply waits for its delay, counted from when its request was read."""
    bench.wire.arrive(echo_request(1))
    bench.turn()
    bench.now_ns += int(base_delay_s("dinkes-1") * 1e9) - 1
    bench.turn()
    assert bench.wire.written == []
    bench.now_ns += 1
    bench.turn()
    assert len(bench.wire.written) == 1


def test_replies_leave_in_the_order_of_their_times(bench: Bench) -> None:
    """Whatever order they were scheduled in; equal times keep the order of scheduling."""
    bench.responder.schedule([Reply(3 * MS, b"c"), Reply(MS, b"a"), Reply(2 * MS, b"b1"), Reply(2 * MS, b"b2")])
    bench.now_ns += 5 * MS
    bench.responder.write_due()
    assert bench.wire.written == [b"a", b"b1", b"b2", b"c"]


def test_all_waiting_packets_are_read_in_one_turn(bench: Bench) -> None:
    """A burst is drained at once, however long it is."""
    bench.wire.arrive(*(echo_request(n) for n in range(1000)))
    bench.turn()
    assert bench.responder.figures()["waiting"] == 1000


def test_packets_that_are_no_requests_are_ignored(bench: Bench) -> None:
    """Noise neither stops the loop nor gets an answer."""
    bench.wire.arrive(b"\x60" + bytes(60), b"E", echo_request(1))
    bench.turn()
    assert bench.responder.figures()["waiting"] == 1


def test_the_queue_of_replies_is_bounded(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the bound replies are dropped and confessed."""
    monkeypatch.setattr(responder_module, "_MOST_WAITING", 3)
    bench.responder.schedule(Reply(MS, b"x") for _ in range(5))
    assert (bench.responder.figures()["waiting"], bench.responder.figures()["overflow"]) == (3, 2)


def test_lateness_is_confessed(bench: Bench) -> None:
    """Replies that leave late are counted by how late they were."""
    bench.responder.schedule([Reply(0, b"x"), Reply(MS, b"y")])
    bench.now_ns += 4 * MS
    bench.responder.write_due()
    figures = bench.responder.figures()
    assert figures["latest_us"] == 4000
    assert figures["lateness"] == {
        "100us": 0,
        "200us": 0,
        "500us": 0,
        "1000us": 0,
        "2000us": 0,
        "5000us": 2,
        "10000us": 0,
        "more": 0,
    }


def test_a_device_that_is_down_is_confessed(bench: Bench) -> None:
    """Packets that the device does not take are counted and the loop goes on."""
    bench.wire.is_up = False
    bench.responder.schedule([Reply(0, b"x"), Reply(0, b"y")])
    bench.responder.write_due()
    assert bench.responder.figures()["refused_by_device"] == 2


def test_other_descriptors_are_handed_back(bench: Bench) -> None:
    """The turn says which of the others are ready, and never the wire itself."""
    reader, writer = os.pipe()
    bench.wire.arrive(echo_request(1))
    os.write(writer, b".")
    assert bench.responder.turn([reader], longest_s=0) == [reader]
    os.close(reader)
    os.close(writer)


def test_packets_of_udp_and_tcp_come_back(bench: Bench) -> None:
    """They wait for half of the delay, and are turned round."""
    source, target = PROBER[4], ip_address("198.18.0.10").packed
    packet = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 28, 0, 0, 64, 17, 0, source, target) + bytes(8)
    bench.wire.arrive(packet)
    bench.turn()
    bench.now_ns += int(base_delay_s("dinkes-1") * 5e8)
    bench.turn()
    assert bench.wire.written == [packet[:12] + target + source + bytes(8)]
