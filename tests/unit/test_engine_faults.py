"""Faults of ours are never down and never lost: sending fails, the machine stops, the clock steps, the kernel drops."""

from __future__ import annotations

import errno
from collections.abc import Callable

import pytest

from exporter.outcome import Reason, State
from exporter.schedule import FRAME_NS, STALL_NS
from exporter.transport.fake import Answer, Packet, echo_of
from tests.support.engines import MS, SECOND, Bench, after, inventory, inventory_of, link, per_target_and_second, silent


@pytest.fixture(params=[4, 6])
def bench(request: pytest.FixtureRequest) -> Bench:
    """Four links and three references of one family, up since ten seconds."""
    bench = Bench(inventory(4, 3, family=request.param))
    bench.run(10)
    return bench


# sending fails


@pytest.mark.parametrize(
    ("number", "name", "reason"),
    [
        (errno.ENETUNREACH, "ENETUNREACH", Reason.NO_ROUTE),
        (errno.EHOSTUNREACH, "EHOSTUNREACH", Reason.NO_ROUTE),
        (errno.ENETDOWN, "ENETDOWN", Reason.NO_ROUTE),
        (errno.EADDRNOTAVAIL, "EADDRNOTAVAIL", Reason.NO_ROUTE),
        (errno.EPERM, "EPERM", Reason.SEND_FAILED),
        (errno.EACCES, "EACCES", Reason.SEND_FAILED),
        (errno.ENOBUFS, "ENOBUFS", Reason.SEND_FAILED),
        (errno.EAGAIN, "EAGAIN", Reason.SEND_FAILED),
        (errno.EMSGSIZE, "EMSGSIZE", Reason.SEND_FAILED),
        (errno.EINVAL, "EINVAL", Reason.SEND_FAILED),
        (errno.ECONNREFUSED, "other", Reason.SEND_FAILED),
    ],
)
def test_an_echo_that_cannot_be_sent_is_unmeasured(bench: Bench, number: int, name: str, reason: Reason) -> None:
    """Unmeasured with its reason, the link unknown and never down, the error counted by name, the others untouched."""
    broken = bench.address("l-0")
    bench.network.send_error = lambda packet: number if packet.address == broken else 0
    before = bench.row()
    bench.run(10)
    row = bench.row()
    assert bench.states() == [State.UNKNOWN, State.UP, State.UP, State.UP]
    assert row["unmeasured"] == row["attempts"] - before["attempts"] == 10
    assert (row["lost"], row["replies"]) == (0, before["replies"])
    assert bench.unmeasured() == {reason: 10}
    assert {each: count for each, count in bench.prober.send_errors.items() if count} == {name: 10}
    bench.network.send_error = lambda _packet: 0
    bench.run(3)
    assert bench.states() == [State.UP] * 4


def test_a_link_without_a_route_is_unknown_since_the_first_failure(bench: Bench) -> None:
    """The change is dated at the first echo that could not be sent."""
    bench.network.send_error = lambda _packet: errno.ENETUNREACH
    start = bench.clock.wall_ns()
    links = bench.run(10).links
    assert bench.states() == [State.UNKNOWN] * 4
    assert all(0 <= since - start <= SECOND + FRAME_NS for since in links.changed_unix_ns.tolist())
    assert bench.prober.uplink_up is False


def test_the_time_of_the_last_probe_is_that_of_an_echo_that_was_sent(bench: Bench) -> None:
    """Echoes that could not be sent do not make a link look freshly probed."""
    last = bench.links.last_probe_unix_ns.tolist()
    bench.network.send_error = lambda _packet: errno.EPERM
    assert bench.run(10).links.last_probe_unix_ns.tolist() == last


def test_rtts_beside_failures_are_not_falsified(bench: Bench) -> None:
    """When every other packet of a slice fails, the times of those that left are still their own."""
    bench.network.send_error = in_turn_errors(errno.ENOBUFS, 0)
    before = int(bench.links.rtt_sum_ns.sum()), int(bench.links.replies.sum())
    links = bench.run(10).links
    replies = int(links.replies.sum()) - before[1]
    assert replies >= 10
    assert 0 <= int(links.rtt_sum_ns.sum()) - before[0] - replies * 5 * MS < replies * MS // 10
    assert links.lost.sum() == 0


def in_turn_errors(*numbers: int) -> Callable[[Packet], int]:
    """One errno after the other, again and again."""
    count = 0

    def error(_packet: Packet) -> int:
        nonlocal count
        count += 1
        return numbers[count % len(numbers)]

    return error


# the machine stands still


@pytest.mark.parametrize("stall_s", [0.1, 0.3, 0.4])
def test_a_short_stall_is_made_up_for(bench: Bench, stall_s: float) -> None:
    """Up to half a second late an echo is still sent: nothing is unmeasured, nothing lost, RTTs are true."""
    bench.clock.advance_ns(round(stall_s * SECOND))
    bench.run(5)
    assert bench.links.unmeasured.sum() == bench.links.lost.sum() == bench.links.late.sum() == 0
    assert bench.links.rtt_sum_ns.tolist() == (bench.links.replies * 5 * MS).tolist()
    assert bench.prober.stalls == 0


@pytest.mark.parametrize("stall_s", [1.6, 2, 3, 30, 3600])
def test_a_stall_is_unmeasured_and_not_made_up_for(bench: Bench, stall_s: float) -> None:
    """Missed turns are unmeasured because of a stall, one by one; none is sent later, none is lost."""
    before = [bench.row(f"l-{number}") for number in range(4)]
    sent = len(bench.network.sent)
    bench.clock.advance_ns(round(stall_s * SECOND))
    bench.run(5)
    after_s = stall_s + 5
    for number in range(4):
        row = bench.row(f"l-{number}")
        assert row["lost"] == row["late"] == 0
        assert abs(row["attempts"] - before[number]["attempts"] - after_s) <= 1
        assert abs(row["unmeasured"] - (stall_s - 0.5)) <= 1
    assert set(bench.unmeasured()) == {Reason.STALL}
    assert abs(len(bench.network.sent) - sent - 7 * 5.5) <= 7
    assert bench.prober.stalls == 1
    assert bench.states() == [State.UP] * 4


@pytest.mark.parametrize("stall_s", [0.4, 0.6, 2, 30, 3600])
def test_no_stall_is_followed_by_a_burst(stall_s: float) -> None:
    """With 500 links the wire never sees more than the ordinary second and half a second of arrears in any second."""
    bench = Bench(inventory(500, 3))
    bench.run(3)
    bench.clock.advance_ns(round(stall_s * SECOND))
    bench.run(3)
    assert bench.most_packets_within(SECOND) <= 503 * (1 + (STALL_NS + FRAME_NS) / SECOND)
    assert bench.most_packets_within(SECOND // 100) <= 3 * 64
    assert max(per_target_and_second(bench.network.sent).values()) <= 2


@pytest.mark.parametrize("stall_s", [2, 30, 3600])
def test_a_long_stall_is_unknown_from_its_beginning_to_its_end(bench: Bench, stall_s: float) -> None:
    """The seconds that nobody measured are unknown, and the link is up again at the first reply; never down."""
    bench.clock.advance_ns(round(stall_s * SECOND))
    links = bench.run(5).links
    unknown, down = [links.state_ns[:, list(State).index(state)] for state in (State.UNKNOWN, State.DOWN)]
    assert down.sum() == 0
    start_ns = SECOND  # before the first reply
    for row in range(4):
        spent_s = (unknown[row] - start_ns) / SECOND
        assert spent_s <= 0.3 if stall_s < 3 else abs(spent_s - stall_s) <= 1.3


@pytest.mark.parametrize("stall_s", [0.4, 2, 30, 3600])
def test_answers_that_came_during_a_stall_are_replies_with_true_times(bench: Bench, stall_s: float) -> None:
    """Echoes that were on their way when we stood still were answered in time, by the kernel's stamp."""
    bench.behaviour = after(1500 * MS)
    bench.run(2)
    open_echoes = int(bench.table.outstanding()[:4].sum())
    assert open_echoes >= 4
    replies = int(bench.links.replies.sum())
    bench.clock.advance_ns(round(stall_s * SECOND))
    bench.behaviour = after(5 * MS)
    bench.frame()
    links = bench.links
    assert links.replies.sum() - replies >= open_echoes if stall_s >= 2 else True
    bench.run(3)
    assert bench.links.lost.sum() == bench.links.late.sum() == 0
    assert {int(bucket) for bucket in bench.links.rtt_buckets.nonzero()[1]} == {2, 13}


def test_unanswered_echoes_of_a_stall_are_not_lost(bench: Bench) -> None:
    """What was open when we stood still and has no answer is unmeasured: the buffer may have been lost with us."""
    bench.let("l-0", do=silent)
    bench.run(1)
    bench.let("l-0", do=None)
    bench.clock.advance_ns(10 * SECOND)
    bench.run(5)
    assert bench.row()["lost"] == 0
    assert set(bench.unmeasured()) == {Reason.STALL}


@pytest.mark.parametrize("after_packets", [1, 50, 100])
def test_a_stall_in_the_middle_of_a_frame_is_no_different(after_packets: int) -> None:
    """Stopped for 3 s between two slices: what was not sent yet is unmeasured, not sent late in one burst."""
    bench = Bench(inventory(1000, 3))
    bench.run(3)
    left = after_packets

    def stopping(packet: Packet) -> list[Answer]:
        nonlocal left
        left -= 1
        answers = [echo_of(packet, 5 * MS)]
        if left == 0:
            bench.clock.advance_ns(3 * SECOND)
        return answers

    bench.behaviour = stopping
    bench.run(5)
    assert bench.links.lost.sum() == bench.links.late.sum() == 0
    assert set(bench.unmeasured()) == {Reason.STALL}
    assert bench.most_packets_within(SECOND // 100) <= 2 * 64
    assert max(per_target_and_second(bench.network.sent).values()) <= 2
    assert bench.prober.stalls == 1
    assert set(bench.states()) == {State.UP}


@pytest.mark.parametrize("pause_s", [3, 3600])
def test_answers_that_came_to_a_paused_machine_are_not_lost(pause_s: int) -> None:
    """Paused just after sending, with nobody to vouch: what nobody could receive is a stall, not three losses."""
    bench = Bench(inventory(4))
    bench.run(10)
    bench.behaviour = silent
    bench.run(1)
    sent = 0

    def pausing(_packet: Packet) -> list[Answer]:
        nonlocal sent
        sent += 1
        if sent == 4:
            bench.clock.advance_ns(pause_s * SECOND)
            bench.behaviour = after(5 * MS)
        return []

    bench.behaviour = pausing
    bench.run(5)
    assert bench.links.lost.sum() == 0
    assert bench.prober.stalls == 1
    assert bench.links.state_ns[:, list(State).index(State.DOWN)].sum() == 0
    assert bench.states() == [State.UP] * 4


def test_what_is_lost_after_a_stall_is_lost() -> None:
    """A stall excuses only what was open in it: a link that died meanwhile is down after three losses."""
    bench = Bench(inventory(4, 3))
    bench.run(10)
    bench.let("l-0", do=silent)
    bench.clock.advance_ns(30 * SECOND)
    sent = len(bench.sent_to("l-0"))
    bench.run(8)
    assert bench.state() == State.DOWN
    assert bench.row()["lost"] >= len(bench.sent_to("l-0")) - sent - 3


def test_a_prober_that_is_always_late_says_so() -> None:
    """A frame that takes three frames' time, again and again: late sends or stalls are counted, nothing is lost."""
    bench = Bench(inventory(20, 3))
    for _ in range(40):
        bench.frame()
        bench.clock.advance_ns(2 * FRAME_NS)
    assert bench.prober.late_sends > 0
    assert bench.links.lost.sum() == 0


# the clock steps


@pytest.mark.parametrize("step_s", [5, -5, 3600, -3600, 0.5, -0.5])
def test_a_clock_step_changes_no_rtt_and_loses_nothing(bench: Bench, step_s: float) -> None:
    """Whenever within its way a packet is when the wall clock steps, its RTT is what it was."""
    bench.behaviour = after(700 * MS)
    bench.run(3)
    before = bench.links.rtt_sum_ns.sum(), bench.links.replies.sum()
    bench.clock.step_wall_ns(round(step_s * SECOND))
    bench.run(5)
    replies = bench.links.replies.sum() - before[1]
    assert bench.links.rtt_sum_ns.sum() - before[0] == replies * 700 * MS
    assert replies >= 4 * 4
    assert bench.links.lost.sum() == bench.links.late.sum() == bench.links.unmeasured.sum() == 0
    assert bench.prober.clock_steps == 1
    assert bench.prober.timestamp_fallbacks == 0


@pytest.mark.parametrize("step_s", [3600, -3600])
def test_a_clock_step_gives_no_second_to_the_wrong_state(bench: Bench, step_s: int) -> None:
    """Seconds in states come from the clock that never steps."""
    bench.clock.step_wall_ns(step_s * SECOND)
    links = bench.run(20).links
    assert (links.state_ns.sum(axis=1) <= 30 * SECOND).all()
    assert (links.state_ns[:, list(State).index(State.UP)] >= 27 * SECOND).all()
    assert abs(int(links.last_probe_unix_ns[0]) - bench.clock.wall_ns()) < 2 * SECOND


def test_slewing_is_no_step(bench: Bench) -> None:
    """A clock that is slewed by 0.1 ms a frame steps never."""
    for _ in range(50):
        bench.clock.step_wall_ns(MS // 10)
        bench.frame()
    assert bench.prober.clock_steps == 0
    assert bench.links.lost.sum() == 0


def test_a_step_within_a_frame_is_confessed(bench: Bench) -> None:
    """A step shorter than a frame may falsify the RTTs of that frame by as much: they are counted as fallbacks."""
    bench.behaviour = after(90 * MS)
    for _ in range(5):
        start = bench.clock.monotonic_ns()
        bench.engine.frame(start)
        bench.clock.step_wall_ns(30 * MS)
        bench.clock.sleep_until_ns(start + FRAME_NS)
    assert bench.prober.clock_steps >= 4
    assert bench.prober.timestamp_fallbacks > 0
    assert bench.links.lost.sum() == 0


# the kernel drops


def junk(bench: Bench, count: int) -> None:
    """So many replies that nobody asked for, now."""
    data = bytes([0 if bench.network.ports[0].family == 4 else 129]) + bytes(63)
    answer = Answer(bench.clock.monotonic_ns(), data, bytes(16))
    for _ in range(count):
        bench.network.inject(bench.network.ports[0].family, answer)


def test_echoes_whose_answers_the_kernel_dropped_are_unmeasured(bench: Bench) -> None:
    """A buffer full of junk leaves no room for answers: kernel_drop, counted, and not one loss."""
    bench.network.buffer_packets = 100
    for _ in range(5):
        junk(bench, 500)
        bench.run(1)
    links = bench.run(5).links
    assert links.lost.sum() == 0
    assert set(bench.unmeasured()) <= {Reason.KERNEL_DROP}
    assert bench.prober.kernel_drops >= 5 * 400
    assert bench.states() == [State.UP] * 4
    assert 450 <= bench.foreign()["unknown"] <= 500


def test_a_drop_excuses_only_what_was_open_then(bench: Bench) -> None:
    """A dead link is down again three losses after the buffer overflowed."""
    bench.let("l-0", do=silent)
    bench.run(1)
    bench.network.buffer_packets = 100
    junk(bench, 500)
    bench.run(10)
    row = bench.row()
    assert bench.state() == State.DOWN
    assert 1 <= row["unmeasured"] <= 3
    assert row["lost"] >= 5


def test_drops_of_one_family_do_not_excuse_the_other() -> None:
    """The IPv4 socket overflows: a dead IPv6 link is down all the same."""
    both = Bench(inventory_of([link(0), link(9, family=6)], inventory(0, 3).reference_targets.values()))
    both.run(5)
    both.network.buffer_packets = 50
    both.let("l-9", do=silent)
    for _ in range(10):
        junk(both, 200)
        both.run(1)
    assert both.states()[-1] == State.DOWN
    assert both.row("l-9")["unmeasured"] == 0


def test_a_flood_that_cannot_be_read_to_its_end_makes_links_unknown(bench: Bench) -> None:
    """While more comes than we can read, an answer may still wait: unmeasured, unknown, and neither up nor down."""
    for port in bench.network.ports:
        port.most_arrivals = 100
    for _ in range(60):
        junk(bench, 150)
        bench.frame()
    assert set(bench.states()) == {State.UNKNOWN}
    assert bench.links.lost.sum() == 0
    assert set(bench.unmeasured()) == {Reason.KERNEL_DROP}
    bench.run(30)
    assert bench.states() == [State.UP] * 4
    assert bench.links.lost.sum() == bench.links.late.sum() == bench.links.duplicates.sum() == 0
