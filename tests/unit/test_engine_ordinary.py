"""The engine on an ordinary day: everything answers, some echoes are lost, and the figures say just that."""

from __future__ import annotations

import numpy as np
import pytest

from exporter.outcome import State
from exporter.protocols.icmp import ECHO_BYTES, FILLING
from exporter.sim.packet import internet_checksum
from tests.support.engines import MS, SECOND, Bench, after, in_turn, inventory, inventory_of, link, reference, silent


@pytest.fixture(params=[4, 6])
def bench(request: pytest.FixtureRequest) -> Bench:
    """Four links and three references of one family."""
    return Bench(inventory(4, 3, family=request.param))


def test_everything_that_answers_is_up(bench: Bench) -> None:
    """Links and references are up after the first round, with a reply for every settled attempt."""
    snapshot = bench.run(10)
    for columns in (snapshot.links, snapshot.references):
        assert {list(State)[code] for code in columns.state} == {State.UP}
        assert (columns.replies >= columns.attempts - 1).all()
        assert columns.lost.sum() == columns.unmeasured.sum() == columns.late.sum() == columns.duplicates.sum() == 0
    assert snapshot.ready


def test_each_target_is_probed_once_an_interval(bench: Bench) -> None:
    """After twenty seconds twenty packets went to each address, a second apart but for the frame they fell in."""
    bench.run(20)
    for key in (*bench.plan.links, *bench.plan.reference_targets):
        times = np.array([packet.mono_ns for packet in bench.sent_to(key)])
        assert len(times) in {19, 20}
        assert np.diff(times).min() > 0.8 * SECOND
        assert np.diff(times).max() < 1.2 * SECOND


def test_rtt_is_the_way_of_the_packet_and_nothing_else(bench: Bench) -> None:
    """Delays of 1.5 and 30 ms come out to the nanosecond, however long the packets waited to be read."""
    bench.let("l-0", do=after(1_500_000))
    bench.let("l-1", do=after(30 * MS))
    links = bench.run(10).links
    assert links.rtt_sum_ns[0] == links.replies[0] * 1_500_000
    assert links.rtt_sum_ns[1] == links.replies[1] * 30 * MS
    assert links.rtt_buckets[0].tolist()[1] == links.replies[0], "1.5 ms lie between 1 and 2 ms"
    assert links.rtt_buckets[1].tolist()[5] == links.replies[1], "30 ms are at most 30 ms"
    assert links.rtt_variation_ns.tolist() == [0, 0, 0, 0]


def test_without_transmit_stamps_rtt_counts_from_the_send_call(bench: Bench) -> None:
    """Where the kernel stamps no transmissions our own time before the call is taken: never too small."""
    bench.network.stamps = False
    links = bench.run(10).links
    mean_ns = links.rtt_sum_ns / links.replies
    assert (mean_ns >= 5 * MS).all()
    assert (mean_ns < 5.1 * MS).all()


def test_without_receive_stamps_the_reading_counts_and_is_confessed(bench: Bench) -> None:
    """A kernel that stamps no arrivals makes RTTs as long as a frame, and each is counted as a fallback."""
    bench.network.receive_stamps = False
    snapshot = bench.run(10)
    replies = int(snapshot.links.replies.sum() + snapshot.references.replies.sum())
    assert snapshot.prober.timestamp_fallbacks >= replies > 0
    assert (snapshot.links.rtt_sum_ns >= snapshot.links.replies * 5 * MS).all()


def test_variation_is_what_consecutive_replies_differ_by(bench: Bench) -> None:
    """Replies after 5 and 9 ms in turn differ by 4 ms each time."""
    bench.let("l-0", do=in_turn(after(5 * MS), after(9 * MS)))
    links = bench.run(11).links
    assert links.rtt_variation_ns[0] == (links.replies[0] - 1) * 4 * MS


def test_packets_are_whole_echo_requests(bench: Bench) -> None:
    """Each packet has 64 bytes, its own sequence number and cookie, our filling, and a right IPv4 checksum."""
    bench.run(10)
    packets = [packet.data for packet in bench.network.sent]
    assert {len(data) for data in packets} == {ECHO_BYTES}
    assert {data[16:] for data in packets} == {FILLING.tobytes()}
    assert len({data[8:16] for data in packets}) == len({data[6:8] for data in packets}) == len(packets)
    family = bench.network.sent[0].family
    assert (
        {internet_checksum(data) for data in packets} == {0}
        if family == 4
        else {data[2:4] for data in packets} == {b"\0\0"}
    )


def test_changes_and_probes_are_dated_exactly(bench: Bench) -> None:
    """A link is up since the sending of its first answered echo; the last probe is the last packet's time."""
    links = bench.run(10).links
    wall_ns = bench.clock.wall_ns() - bench.clock.monotonic_ns()
    for row, key in enumerate(links.keys):
        sent = [packet.mono_ns + wall_ns for packet in bench.sent_to(key)]
        assert links.changed_unix_ns[row] == sent[0]
        assert 0 <= sent[-1] - links.last_probe_unix_ns[row] < MS


# loss


def test_three_losses_are_down_since_the_first(bench: Bench) -> None:
    """A silent link is down after three losses, since the sending of the first; the others stay up."""
    bench.run(10)
    bench.let("l-0", do=silent)
    before = len(bench.sent_to("l-0"))
    links = bench.run(7).links
    assert bench.states() == [State.DOWN, State.UP, State.UP, State.UP]
    first = bench.sent_to("l-0")[before].mono_ns
    assert links.changed_unix_ns[0] == first + bench.clock.wall_ns() - bench.clock.monotonic_ns()
    assert links.lost[0] >= 3


def test_a_link_that_answers_again_is_up_after_three_replies(bench: Bench) -> None:
    """Down for as long as it was silent: from the first loss to the first of three replies."""
    bench.run(10)
    bench.let("l-0", do=silent)
    bench.run(20)
    bench.let("l-0", do=None)
    bench.run(10)
    assert bench.state() == State.UP
    down_ns = int(bench.links.state_ns[0, list(State).index(State.DOWN)])
    assert abs(down_ns - 20 * SECOND) < SECOND // 5
    assert bench.row()["lost"] == 20


def test_two_losses_change_nothing(bench: Bench) -> None:
    """Two lost echoes are counted as lost, and the link was up all the time."""
    bench.run(10)
    since = bench.links.changed_unix_ns.tolist()
    bench.let("l-0", do=silent)
    bench.run(2)
    bench.let("l-0", do=None)
    bench.run(10)
    assert (bench.row()["lost"], bench.state()) == (2, State.UP)
    assert bench.links.changed_unix_ns.tolist() == since


def test_a_lossy_link_is_degraded_and_its_losses_are_counted(bench: Bench) -> None:
    """Every fourth echo lost: degraded, a quarter lost, none unmeasured."""
    bench.let("l-0", do=in_turn(silent, *[after(5 * MS)] * 3))
    bench.run(60)
    row = bench.row()
    assert bench.states() == [State.DEGRADED, State.UP, State.UP, State.UP]
    assert abs(row["lost"] - row["attempts"] // 4) <= 1
    assert row["unmeasured"] == 0


def test_a_slow_link_is_degraded(bench: Bench) -> None:
    """A link that answers after 400 ms loses nothing and is degraded after half a minute."""
    bench.let("l-0", do=after(400 * MS))
    bench.run(40)
    assert (bench.state(), bench.row()["lost"]) == (State.DEGRADED, 0)


def test_the_last_reply_in_time_counts_and_the_first_too_late_does_not(bench: Bench) -> None:
    """The deadline is the timeout to the nanosecond, by the kernel's stamp."""
    bench.let("l-0", do=after(2 * SECOND))
    bench.let("l-1", do=after(2 * SECOND + 1))
    bench.run(20)
    assert (bench.row("l-0")["lost"], bench.row("l-0")["late"]) == (0, 0)
    assert bench.row("l-1")["replies"] == 0
    assert bench.row("l-1")["late"] > 10


# other plans


@pytest.mark.parametrize("interval_s", [1.0, 2.5, 7.0])
def test_other_intervals_are_kept(interval_s: float) -> None:
    """In 42 s a target is probed 42 / interval times."""
    bench = Bench(inventory_of([link(0, interval_s=interval_s)]))
    bench.run(42)
    assert abs(len(bench.sent_to("l-0")) - 42 / interval_s) <= 1


def test_a_timeout_of_ten_intervals_settles_every_echo() -> None:
    """Replies after 9.9 s are replies, and the queue of eleven open echoes is deep enough."""
    bench = Bench(inventory_of([link(0, timeout_s=10)], [reference(number) for number in range(3)]))
    bench.let("l-0", do=after(9_900 * MS))
    bench.run(40)
    row = bench.row()
    assert (row["lost"], row["unmeasured"], row["late"]) == (0, 0, 0)
    assert row["replies"] >= 29
    bench.let("l-0", do=silent)
    bench.run(40)
    assert bench.state() == State.DOWN
    assert bench.row()["unmeasured"] == 0


def test_both_families_are_measured_side_by_side() -> None:
    """Two links of each family: each family has its own socket, and an outage of one is not the other's."""
    bench = Bench(inventory_of([link(0), link(1, family=6), link(2), link(3, family=6)], [reference(0), reference(1)]))
    bench.run(10)
    bench.let("l-1", "l-3", do=silent)
    bench.run(10)
    assert bench.states() == [State.UP, State.DOWN, State.UP, State.DOWN]
    assert bench.prober.socket_mode == {"ipv4": "raw", "ipv6": "raw"}


def test_ipv6_equals_ipv4() -> None:
    """The same ordinary and extraordinary minute in both families leaves the same figures."""

    def minute(family: int) -> dict[str, object]:
        bench = Bench(inventory(4, 3, family=family))
        moody = in_turn(silent, after(3 * MS), after(), after(900 * MS, 900 * MS), after(2100 * MS))
        bench.let("l-1", do=moody)
        bench.let("l-2", do=silent)
        links = bench.run(60).links
        names = ("attempts", "replies", "lost", "late", "duplicates", "rtt_sum_ns", "state", "state_ns", "rtt_buckets")
        return {name: getattr(links, name).tolist() for name in names}

    assert minute(6) == minute(4)


def test_echoes_in_small_inventories_are_not_late() -> None:
    """With one link or a few, spreading them over the frame makes none of them late."""
    for count in (1, 2, 3, 7):
        bench = Bench(inventory(count))
        bench.run(20)
        assert bench.prober.late_sends == 0, count


def test_the_observer_sees_every_answered_echo() -> None:
    """Ids, rows, times and RTTs of all replies, in both families."""
    seen: list[tuple[str, int]] = []
    bench = Bench(inventory_of([link(0), link(1, family=6)]))
    bench.engine._observer = lambda keys, matched: seen.extend(
        (keys[row], rtt) for row, rtt in zip(matched.row.tolist(), matched.rtt_ns.tolist(), strict=True)
    )
    bench.run(10)
    assert sorted(seen) == sorted(
        [("l-0", 5 * MS)] * bench.row("l-0")["replies"] + [("l-1", 5 * MS)] * bench.row("l-1")["replies"]
    )
