"""What answers the echoes of diagnosis reaches the measurement's raw socket, too, and is nobody's there."""

from __future__ import annotations

import numpy as np
import pytest

from exporter.outcome import State
from exporter.protocols.icmp import DIAGNOSIS_IDENTIFIERS, is_of_diagnosis
from exporter.transport.fake import Answer, Packet, echo_of
from tests.support.engines import MS, Bench, altered, error_about, inventory

THEIRS = DIAGNOSIS_IDENTIFIERS[7]


def test_replies_to_diagnosis_are_passed_over() -> None:
    """Whatever their sequence number, they are no replies of ours and no stranger's; without ours the link is down."""
    bench = Bench(inventory(4, 3))
    bench.run(10)
    numbers = (0, 1, 60_000)
    bench.let("l-0", do=lambda packet: [altered(packet, identifier=THEIRS, sequence=number) for number in numbers])
    bench.run(10)
    assert bench.states() == [State.DOWN, State.UP, State.UP, State.UP]
    assert bench.foreign() == {}


def test_errors_about_diagnosis_are_passed_over() -> None:
    """A path that is traced makes every router on it complain; none of it is about an echo of ours."""
    bench = Bench(inventory(4, 3))

    def traced(packet: Packet) -> list[Answer]:
        return [error_about(packet, kind=11, code=0, identifier=THEIRS), echo_of(packet, 5 * MS)]

    bench.let("l-0", do=traced)
    bench.run(10)
    assert bench.foreign() == {}
    assert bench.row()["icmp_errors"] == 0
    assert bench.state() == State.UP


@pytest.mark.parametrize("identifier", [DIAGNOSIS_IDENTIFIERS.start - 1, DIAGNOSIS_IDENTIFIERS.stop])
def test_neighbours_of_these_identifiers_are_strangers(identifier: int) -> None:
    """Only the range itself is passed over."""
    bench = Bench(inventory(4, 3))
    bench.let("l-0", do=lambda packet: [altered(packet, identifier=identifier), echo_of(packet, 5 * MS)])
    bench.run(10)
    assert bench.foreign() == {"identifier": 10}


def test_no_echo_of_the_measurement_bears_such_an_identifier() -> None:
    """Even when chance draws nothing else."""
    bench = Bench(inventory(4, 3))
    bench.engine._issuer._random_bytes = lambda size: THEIRS.to_bytes(2, "little") * (size // 2)
    seen: list[int] = []

    def watched(packet: Packet) -> list[Answer]:
        seen.append(int.from_bytes(packet.data[4:6]))
        return [echo_of(packet, 5 * MS)]

    bench.behaviour = watched
    bench.run(5)
    assert seen
    assert not is_of_diagnosis(np.array(seen, np.uint16)).any()
    assert bench.states() == [State.UP] * 4


def test_a_kernel_that_chose_such_an_identifier_is_heard() -> None:
    """A datagram socket's identifier is the kernel's: what answers it is ours, whatever it is."""
    bench = Bench(inventory(4, 3), mode="datagram")
    for port in bench.network.ports:
        port.fixed_identifier = THEIRS
    bench.run(10)
    assert bench.states() == [State.UP] * 4
    assert bench.foreign() == {}
