"""The life of the sockets: lost, silent, refused, of one family only, datagram ones with the kernel's identifier."""

from __future__ import annotations

import errno
import threading

import pytest

from exporter.errors import PermissionMissingError
from exporter.outcome import Reason, State
from exporter.transport.fake import Answer, Packet
from tests.support.engines import MS, SECOND, Bench, after, inventory, inventory_of, link, reference, silent

PERMISSION = PermissionMissingError("no permission to open an ICMP socket: run as root")
NO_FAMILY = OSError(errno.EAFNOSUPPORT, "Address family not supported by protocol")
NO_FILES = OSError(errno.EMFILE, "Too many open files")


def bench_after(seconds: float = 10, *, mode: str = "raw") -> Bench:
    """Four links and three references that have been measured for so long."""
    bench = Bench(inventory(4, 3), mode=mode)
    bench.run(seconds)
    return bench


def age(bench: Bench, seconds: int) -> None:
    """Let the sockets be older than they are."""
    for lane in bench.engine._lanes.values():
        lane._opened_mono_ns -= seconds * SECOND


# gone


def test_a_socket_that_is_gone_is_opened_anew_and_counted() -> None:
    """The kernel says that the socket is gone: a new one is open within seconds, and everything is up."""
    bench = bench_after()
    bench.network.ports[0].lost = True
    bench.run(12)
    assert bench.states() == [State.UP] * 4
    assert bench.prober.socket_reopens == 1
    assert [port.closed for port in bench.network.ports] == [True, False]
    assert bench.row()["lost"] == 0


def test_echoes_without_a_socket_are_unmeasured() -> None:
    """While there is no socket every echo is unmeasured for want of a route, and the links are unknown."""
    bench = bench_after()
    bench.network.refuse_open = NO_FAMILY
    bench.network.ports[0].lost = True
    bench.run(10)
    assert bench.states() == [State.UNKNOWN] * 4
    assert bench.prober.socket_mode == {"ipv4": "closed"}
    assert bench.prober.send_errors["ENETDOWN"] > 4 * 8
    bench.network.refuse_open = None
    bench.run(10)
    assert bench.states() == [State.UP] * 4
    assert set(bench.unmeasured()) <= {Reason.NO_ROUTE, Reason.INTERRUPTED}
    assert bench.row()["lost"] == 0


def test_echoes_that_were_open_when_their_socket_went_are_unmeasured() -> None:
    """Nobody could hear their answers: interrupted, not lost, also where nobody vouches for an uplink."""
    bench = Bench(inventory(4))
    bench.behaviour = after(1500 * MS)
    bench.run(10)
    open_echoes = int(bench.table.outstanding().sum())
    assert open_echoes >= 4
    bench.network.ports[0].lost = True
    bench.network.refuse_open = NO_FAMILY
    bench.run(3)
    bench.network.refuse_open = None
    bench.run(10)
    assert bench.links.lost.sum() == 0
    assert bench.unmeasured()[Reason.INTERRUPTED] == open_echoes


def test_a_raw_socket_that_is_replaced_at_once_misses_nothing() -> None:
    """The new socket hears the answers to the old one's echoes."""
    bench = Bench(inventory(4))
    bench.behaviour = after(1500 * MS)
    bench.run(10)
    bench.network.ports[0].lost = True
    bench.run(10)
    assert bench.links.lost.sum() == 0
    assert bench.links.unmeasured.sum() <= 4, "only what was to be sent in that frame"


def test_a_socket_of_one_family_that_is_gone_does_not_touch_the_other() -> None:
    """The IPv6 socket is lost: IPv4 links stay up, and no IPv6 link is down though IPv4 references vouch."""
    bench = Bench(inventory_of([link(0), link(1, family=6)], [reference(number) for number in range(3)]))
    bench.let("l-1", do=after(1500 * MS))
    bench.run(10)
    next(port for port in bench.network.ports if port.family == 6).lost = True
    bench.run(10)
    assert (bench.row("l-0")["unmeasured"], bench.row("l-0")["lost"]) == (0, 0)
    assert bench.row("l-1")["lost"] == 0
    assert bench.states() == [State.UP, State.UP]


# silent


def test_silence_of_everything_opens_a_new_socket() -> None:
    """Nothing arrives for five seconds: the namespace may have been replaced, so a new socket is opened, once."""
    bench = bench_after()
    age(bench, 30)
    bench.behaviour = silent
    bench.run(10)
    assert bench.prober.socket_reopens == 1
    bench.run(15)
    assert bench.prober.socket_reopens == 1, "not more often than every thirty seconds"
    bench.run(20)
    assert bench.prober.socket_reopens == 2


def test_a_young_socket_is_not_opened_anew() -> None:
    """In its first half minute silence is borne: a prober that starts before its uplink makes no storm of sockets."""
    bench = Bench(inventory(4, 3))
    bench.behaviour = silent
    bench.run(29)
    assert bench.prober.socket_reopens == 0


@pytest.mark.parametrize("mode", ["raw", "datagram"])
def test_answers_to_the_old_socket_still_count_and_only_once(mode: str) -> None:
    """Replies that come after the change of sockets answer the echoes of the old one, and are no duplicates."""
    bench = bench_after(mode=mode)
    age(bench, 30)
    bench.behaviour = silent
    while bench.prober.socket_reopens == 0:
        bench.frame()
    bench.behaviour = after(1800 * MS)
    bench.run(1)
    lost = bench.links.lost.sum()
    bench.run(20)
    assert bench.states() == [State.UP] * 4
    assert bench.links.duplicates.sum() == bench.links.late.sum() == 0
    assert bench.links.lost.sum() - lost <= 4 * 2 + 4
    assert not bench.foreign()


def test_a_silent_link_alone_opens_no_socket() -> None:
    """While anything arrives the socket is alive."""
    bench = bench_after()
    age(bench, 30)
    bench.let("l-0", "l-1", "l-2", "l-3", do=silent)
    bench.run(60)
    assert bench.prober.socket_reopens == 0


def test_a_new_socket_that_cannot_be_had_leaves_the_old_one_in_use() -> None:
    """No file descriptor for a new socket while everything is silent: the old one goes on, and recovers."""
    bench = bench_after()
    age(bench, 30)
    bench.behaviour = silent
    bench.network.refuse_open = NO_FILES
    bench.run(20)
    bench.behaviour = after(5 * MS)
    bench.run(10)
    assert bench.states() == [State.UP] * 4
    assert bench.prober.socket_mode == {"ipv4": "raw"}
    assert Reason.NO_ROUTE not in bench.unmeasured()
    assert bench.prober.socket_reopens == 0, "nothing was opened"


# permission and family


def test_no_permission_at_the_start_is_an_error() -> None:
    """Opening raises the error with its remedy; nothing was measured."""
    bench = Bench(inventory(4, 3))
    bench.engine.close()
    bench.network.refuse_open = PERMISSION
    with pytest.raises(PermissionMissingError, match="run as root"):
        bench.engine.run(threading.Event())
    assert bench.links.attempts.sum() == 0


@pytest.mark.parametrize("why", ["lost", "silent", "rotation"])
def test_permission_lost_at_reopening_ends_the_run(why: str) -> None:
    """Whatever made us open a socket anew, without permission ``run`` raises: never 100 % loss."""
    bench = bench_after(mode="datagram" if why == "rotation" else "raw")
    age(bench, 590 - 10 if why == "rotation" else 30)
    bench.network.refuse_open = PERMISSION
    if why == "lost":
        bench.network.ports[0].lost = True
    if why == "silent":
        bench.behaviour = silent
    before = bench.clock.monotonic_ns()
    with pytest.raises(PermissionMissingError):
        bench.engine.run(threading.Event())
    limit_s = {"lost": 7, "silent": 7, "rotation": 11}[why]
    assert bench.clock.monotonic_ns() - before < limit_s * SECOND
    assert bench.links.lost.sum() == 0 or why == "silent"
    assert State.DOWN not in bench.states()


def test_a_family_that_the_system_does_not_have_is_unmeasured() -> None:
    """Without IPv6 its links are unknown, those of IPv4 are measured, and the mode says closed."""
    bench = Bench(inventory_of([link(0), link(1, family=6)], [reference(0), reference(1), reference(2)]))
    ports = bench.network.open_port

    def without_ipv6(family: int) -> object:
        if family == 6:
            raise NO_FAMILY
        return ports(family)

    bench.engine._lanes[6]._opener = without_ipv6  # type: ignore[assignment]
    bench.engine._lanes[6]._lose()
    bench.run(20)
    assert bench.states() == [State.UP, State.UNKNOWN]
    assert bench.row("l-1")["lost"] == 0
    assert bench.unmeasured() == {Reason.NO_ROUTE: bench.row("l-1")["unmeasured"]}
    assert bench.prober.socket_mode == {"ipv4": "raw", "ipv6": "closed"}
    assert list(bench.prober.receive_buffer_bytes) == ["ipv4"]


def test_closing_releases_every_socket() -> None:
    """Present and former sockets are closed."""
    bench = bench_after(mode="datagram")
    age(bench, 595)
    bench.run(1)
    assert [port.closed for port in bench.network.ports] == [False, False]
    bench.engine.close()
    assert [port.closed for port in bench.network.ports] == [True, True]


# datagram sockets


def test_datagram_sockets_use_the_kernels_identifier() -> None:
    """Every echo bears the identifier of the socket, replies are matched by it, and everything is up."""
    bench = bench_after(mode="datagram")
    identifier = bench.network.ports[0].fixed_identifier
    assert {int.from_bytes(packet.data[4:6]) for packet in bench.network.sent} == {identifier}
    assert bench.states() == [State.UP] * 4
    assert bench.links.replies.sum() >= bench.links.attempts.sum() - 4
    assert bench.prober.socket_mode == {"ipv4": "datagram"}


def test_the_identifier_of_datagram_sockets_changes_after_ten_minutes() -> None:
    """A new socket with a new identifier every ten minutes, no echo lost over it, and the old socket closed later."""
    bench = Bench(inventory(4, 3), mode="datagram")
    bench.behaviour = after(250 * MS)
    bench.run(10)
    age(bench, 585)
    bench.run(4)
    assert bench.prober.socket_reopens == 0
    bench.run(6)
    assert bench.prober.socket_reopens == 1
    assert len({packet.data[4:6] for packet in bench.network.sent}) == 2
    bench.run(10)
    assert [port.closed for port in bench.network.ports] == [True, False]
    assert bench.links.lost.sum() == bench.links.unmeasured.sum() == bench.links.late.sum() == 0
    assert bench.states() == [State.UP] * 4


def test_replies_through_the_former_socket_are_seen_by_everybody() -> None:
    """Who watches the answered echoes sees those that come to the former socket too."""
    bench = Bench(inventory(1, 1), mode="datagram")
    bench.behaviour = after(900 * MS)
    seen: list[int] = []
    bench.engine._observer = lambda _keys, matched: seen.extend(matched.row.tolist())
    bench.run(10)
    age(bench, 590)
    snapshot = bench.run(20)
    assert bench.prober.socket_reopens == 1
    assert len(seen) == snapshot.links.replies.sum() + snapshot.references.replies.sum()


def test_no_file_for_the_next_datagram_socket_keeps_the_present_one() -> None:
    """When the change of identifiers fails, measuring goes on with the old identifier."""
    bench = bench_after(mode="datagram")
    age(bench, 585)
    bench.network.refuse_open = NO_FILES
    bench.run(20)
    assert bench.states() == [State.UP] * 4
    assert bench.links.unmeasured.sum() == bench.links.lost.sum() == 0
    bench.network.refuse_open = None
    bench.run(10)
    assert bench.prober.socket_reopens == 1
    assert len({packet.data[4:6] for packet in bench.network.sent}) == 2


def test_a_former_socket_that_is_gone_is_forgotten() -> None:
    """A socket that is only read on may vanish: the present one is not touched."""
    bench = bench_after(mode="datagram")
    age(bench, 595)
    bench.run(1)
    bench.network.ports[0].lost = True
    bench.run(20)
    assert bench.states() == [State.UP] * 4
    assert bench.links.lost.sum() == 0
    assert bench.prober.socket_reopens == 1


# identifiers


def test_identifiers_and_numbers_begin_at_random() -> None:
    """Two starts share neither first sequence number nor identifiers; each target has its own identifier."""

    def first(seed: int) -> list[bytes]:
        bench = Bench(inventory(50), seed=seed)
        bench.run(1.4)
        return [packet.data[4:8] for packet in bench.network.sent]

    one, other = first(1), first(2)
    assert len({data[:2] for data in one}) > 40
    assert not {data[2:] for data in one} & {data[2:] for data in other}


def test_identifiers_change_after_six_hundred_echoes() -> None:
    """Ten minutes' worth of echoes bear one identifier, the next another: no firewall session is kept for good."""
    bench = Bench(inventory(1))
    bench.run(10)
    bench.table.identifier_echoes[:] += 580
    bench.run(40)
    identifiers = [packet.data[4:6] for packet in bench.sent_to("l-0")]
    assert len(set(identifiers[:20])) == len(set(identifiers[20:])) == 1
    assert len(set(identifiers)) == 2
    assert bench.row()["lost"] == 0


def test_identifiers_change_often_while_a_link_does_not_answer() -> None:
    """A firewall that is stuck on an identifier prolongs an outage by ten seconds at most."""
    bench = Bench(inventory(2, 3))
    bench.run(30)
    stuck = bench.sent_to("l-0")[-1].data[4:6]

    def stuck_firewall(packet: Packet) -> list[Answer]:
        return [] if packet.data[4:6] == stuck else after(5 * MS)(packet)

    bench.let("l-0", do=stuck_firewall)
    bench.run(20)
    assert bench.state() == State.UP
    identifiers = [packet.data[4:6] for packet in bench.sent_to("l-1")]
    assert len(set(identifiers)) == 1


def test_transmit_stamps_outlive_the_kernels_counter() -> None:
    """The kernel counts packets modulo 2**32: after ten days at 5,000 a second stamps still find their echoes."""
    bench = Bench(inventory(20))
    bench.run(3)
    lane, port = bench.engine._lanes[4], bench.network.ports[0]
    lane._count = port.transmissions = 2**32 - 30
    before = bench.links.rtt_sum_ns.sum(), bench.links.replies.sum()
    bench.run(5)
    replies = bench.links.replies.sum() - before[1]
    assert replies >= 90
    assert bench.links.rtt_sum_ns.sum() - before[0] == replies * 5 * MS
    assert bench.prober.timestamp_fallbacks == 0


def test_a_link_on_an_interface_that_does_not_exist_is_no_error() -> None:
    """At the start and in a new plan: the engine measures everything else."""
    absent = link(5, address="fe80::1%nowhere0")
    bench = Bench(inventory_of([absent, link(1, family=6)]))
    bench.run(3)
    assert bench.state("l-1") == State.UP
    bench.replace(inventory_of([link(1, family=6), link(2, family=6), absent]))
    bench.run(3)
    assert (bench.state("l-1"), bench.state("l-2")) == (State.UP, State.UP)


def test_interfaces_are_looked_up_again_with_a_new_socket() -> None:
    """An interface that was made anew has another number: names are renewed when the socket is."""
    bench = bench_after()
    bench.engine._names[:] = 0
    bench.network.ports[0].lost = True
    bench.run(5)
    assert bench.states() == [State.UP] * 4
