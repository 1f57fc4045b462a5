"""Many targets, none, and plans that change while echoes are on their way."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from exporter.model import Limit
from exporter.outcome import Reason, State
from exporter.schedule import BURST
from tests.support.engines import (
    MS,
    SECOND,
    Bench,
    after,
    error_about,
    inventory,
    inventory_of,
    link,
    per_target_and_second,
    reference,
    silent,
)

# how many


def test_nothing_to_measure_is_no_error() -> None:
    """An empty inventory runs, sends nothing, and is ready."""
    bench = Bench(inventory(0))
    snapshot = bench.run(5)
    assert (snapshot.links.keys, snapshot.references.keys, snapshot.ready) == ((), (), True)
    assert not bench.network.sent


def test_the_last_link_may_leave_while_its_answer_is_on_the_way() -> None:
    """An inventory that becomes empty, late replies and errors to what it had: nobody's, and no error."""
    bench = Bench(inventory(3))
    bench.behaviour = after(900 * MS, 1900 * MS)
    bench.run(3)
    bench.replace(inventory(0))
    bench.run(5)
    assert not bench.foreign()
    bench.replace(inventory(2))
    bench.behaviour = after(5 * MS)
    bench.run(5)
    assert bench.states() == [State.UP] * 2


@pytest.mark.parametrize("family", [4, 6])
@pytest.mark.parametrize("count", [1, 500])
def test_any_number_of_links_is_up(count: int, family: int) -> None:
    """Every link answers and is up, one echo a second each."""
    bench = Bench(inventory(count, 3, family=family))
    snapshot = bench.run(4)
    assert set(bench.states()) == {State.UP}
    assert snapshot.links.lost.sum() == snapshot.links.unmeasured.sum() == 0
    assert snapshot.prober.stalls == snapshot.prober.late_sends == 0


def test_five_thousand_links_are_paced() -> None:
    """5,000 echoes a second: never more than 64 in one call, one a second to each, evenly spread."""
    bench = Bench(inventory(5000, 3))
    snapshot = bench.run(3)
    assert set(bench.states()) == {State.UP}
    assert snapshot.links.lost.sum() == snapshot.links.unmeasured.sum() == snapshot.links.late.sum() == 0
    bursts = np.array(bench.network.ports[0].bursts)
    assert bursts[:, 1].max() <= BURST
    assert max(per_target_and_second(bench.network.sent).values()) <= 2
    assert bench.most_packets_within(SECOND // 10) <= 700
    sizes = [len(bench.sent_to(f"l-{number}")) for number in range(0, 5000, 500)]
    assert set(sizes) <= {2, 3}


@pytest.mark.parametrize("count", [1, 3, 65, 500])
def test_no_call_sends_more_than_a_burst_and_calls_are_apart(count: int) -> None:
    """Slices are at most 64 packets, and at least ten milliseconds lie between two."""
    bench = Bench(inventory(count, 3))
    bench.run(5)
    at, size = np.array(bench.network.ports[0].bursts).T
    assert size.max() <= BURST
    assert np.diff(at).min() >= 10 * MS


@pytest.mark.parametrize("interval_s", [1.0, 3.0])
def test_a_target_is_never_probed_more_often_than_its_interval(interval_s: float) -> None:
    """Over a minute each target gets one echo an interval, and two are never closer than four fifths of it."""
    bench = Bench(inventory_of([link(number, interval_s=interval_s) for number in range(20)]))
    bench.run(60)
    for number in range(20):
        times = np.array([packet.mono_ns for packet in bench.sent_to(f"l-{number}")])
        assert abs(len(times) - 60 / interval_s) <= 1
        assert np.diff(times).min() >= (interval_s - 0.2) * SECOND


def test_readiness_is_the_first_round() -> None:
    """Ready when every target has a settled echo, not before."""
    bench = Bench(inventory_of([link(0), link(1, interval_s=4)]))
    bench.let("l-1", do=silent)
    while not bench.table.attempts.all():
        bench.frame()
    assert not bench.engine.snapshot().ready
    bench.run(3)
    assert bench.engine.snapshot().ready


def test_numbers_run_out_only_as_unmeasured() -> None:
    """When all sequence numbers are open, turns are given up as ours, counted, and not lost."""
    bench = Bench(inventory(20))
    bench.run(3)
    bench.engine._slots.oldest = bench.engine._slots.next - 65_536 + 5
    bench.engine._slots.status[:] = 1
    bench.engine._slots.row[:] = 0
    bench.engine._slots.verdict_mono_ns[:] = np.iinfo(np.int64).max
    sent = len(bench.network.sent)
    bench.run(1)
    assert len(bench.network.sent) - sent == 5
    assert bench.unmeasured() == {Reason.KERNEL_DROP: 15}


# plans that change


def test_unchanged_links_do_not_notice_a_change() -> None:
    """With and without links coming and going around them, the figures of a link are the same to the nanosecond."""

    def minute(*, changing: bool) -> dict[str, object]:
        bench = Bench(inventory(4, 3))
        bench.let("l-1", do=silent)
        bench.behaviour = after(700 * MS)
        for second in range(30):
            if changing:
                extra = [link(number) for number in range(10 + second % 7, 14)]
                kept = [link(number) for number in (3, 0, 2, 1)] if second % 2 else [link(n) for n in range(4)]
                bench.replace(inventory_of([*extra, *kept], [reference(number) for number in range(3)]))
            bench.run(1)
        names = ("attempts", "replies", "lost", "late", "duplicates", "state", "changed_unix_ns")
        row = bench.links.keys.index
        return {
            key: [int(getattr(bench.links, name)[row(key)]) for name in names] for key in ("l-0", "l-1", "l-2", "l-3")
        }

    quiet, moved = minute(changing=False), minute(changing=True)
    for key in ("l-0", "l-1", "l-2", "l-3"):
        assert moved[key][:-1] == quiet[key][:-1], key  # type: ignore[index]
        assert abs(moved[key][-1] - quiet[key][-1]) <= 200 * MS, key  # type: ignore[index]


def test_an_added_link_begins_within_an_interval() -> None:
    """It has all its series from the next frame on, at 0 and unknown, and is up within an interval."""
    bench = Bench(inventory(2, 3))
    bench.run(5)
    done = bench.replace(inventory(3, 3))
    assert not done.is_set()
    bench.frame()
    assert done.is_set()
    assert bench.links.keys == ("l-0", "l-1", "l-2")
    assert bench.state("l-2") == State.UNKNOWN
    bench.run(2)
    assert bench.states() == [State.UP] * 3


def test_late_replies_of_a_removed_link_harm_nobody() -> None:
    """Answers to a link that is gone are no one's: not foreign, not its successor's in the row."""
    bench = Bench(inventory(3, 3))
    bench.let("l-0", do=after(1500 * MS))
    bench.run(5)
    bench.replace(inventory_of([link(1), link(2)], [reference(number) for number in range(3)]))
    bench.run(5)
    assert bench.links.keys == ("l-1", "l-2")
    assert bench.row("l-1")["duplicates"] == bench.row("l-1")["late"] == 0
    assert not bench.foreign()
    assert bench.states() == [State.UP] * 2


def test_a_link_that_is_removed_and_added_again_begins_anew() -> None:
    """Its counters start at 0, and replies to its former echoes are not its own."""
    bench = Bench(inventory(2, 3))
    bench.let("l-0", do=after(1500 * MS))
    bench.run(5)
    bench.replace(inventory_of([link(1)], [reference(number) for number in range(3)]))
    bench.frame()
    bench.own.clear()
    bench.replace(inventory(2, 3))
    bench.run(5)
    row = bench.row("l-0")
    assert row["attempts"] <= 5
    assert (row["late"], row["duplicates"], row["lost"]) == (0, 0, 0)


def test_a_readdressed_link_continues_its_counters_and_begins_as_unknown() -> None:
    """What was open to the old address is interrupted; the old address's answers are nobody's."""
    bench = Bench(inventory(2, 3))
    bench.let("l-0", do=after(1500 * MS))
    bench.run(5)
    before = bench.row("l-0")
    open_echoes = int(bench.table.outstanding()[0])
    bench.change("l-0", address=link(99).address)
    bench.frame()
    assert bench.state("l-0") == State.UNKNOWN
    assert bench.row("l-0")["unmeasured"] == open_echoes > 0
    bench.run(5)
    row = bench.row("l-0")
    assert bench.state("l-0") == State.UP
    assert row["replies"] > before["replies"]
    assert (row["lost"], row["late"], row["duplicates"]) == (0, 0, 0)
    assert not bench.foreign()


def test_a_link_may_change_its_family() -> None:
    """From IPv4 to IPv6: a socket of the other family is opened, the counters go on."""
    bench = Bench(inventory(2, 3))
    bench.run(5)
    before = bench.row("l-0")["attempts"]
    bench.change("l-0", address=link(0, family=6).address)
    bench.run(5)
    assert bench.state("l-0") == State.UP
    assert bench.row("l-0")["attempts"] >= before + 4
    assert bench.prober.socket_mode == {"ipv4": "raw", "ipv6": "raw"}


def test_a_new_interval_holds_from_the_next_frame() -> None:
    """From 1 s to 5 s and back, counters going on."""
    bench = Bench(inventory(1, 3))
    bench.run(10)
    bench.change("l-0", interval_s=5.0)
    bench.run(20)
    assert abs(bench.row("l-0")["attempts"] - (10 + 4)) <= 1
    bench.change("l-0", interval_s=1.0)
    bench.run(10)
    assert abs(bench.row("l-0")["attempts"] - (10 + 4 + 10)) <= 2


def test_a_storm_of_changes_disturbs_nothing() -> None:
    """Twenty changes a second for ten seconds: one echo a second, no loss, nothing unmeasured, every waiter told."""
    bench = Bench(inventory(20, 3))
    bench.run(5)
    dones = []
    for count in range(200):
        dones.append(bench.replace(inventory(20 + count % 5, 3)))
        if count % 4 == 3:
            bench.frame()
    assert all(done.is_set() for done in dones)
    links = bench.run(3).links
    assert links.lost.sum() == links.unmeasured.sum() == links.late.sum() == links.duplicates.sum() == 0
    assert set(bench.states()) == {State.UP}
    attempts = links.attempts[:20]
    assert abs(attempts - 18).max() <= 1


@pytest.mark.parametrize("field", ["interval", "address"])
def test_a_storm_of_changes_keeps_to_the_politeness_floor(field: str) -> None:
    """Interval or address changed twenty times a second: no address gets more than its echo a second, none starves."""
    bench = Bench(inventory(30, 3))
    bench.run(2)
    for count in range(200):
        changed = (
            [link(number, interval_s=1.0 + count % 2) for number in range(30)]
            if field == "interval"
            else [replace(link(number), address=link(100 * (count % 2) + number).address) for number in range(30)]
        )
        bench.replace(inventory_of(changed, [reference(number) for number in range(3)]))
        if count % 4 == 3:
            bench.frame()
    counts = per_target_and_second(bench.network.sent)
    assert max(counts.values()) <= 2
    by_address = [
        np.diff([p.mono_ns for p in bench.network.sent if p.address == a])
        for a in {p.address for p in bench.network.sent}
    ]
    assert min(gaps.min() for gaps in by_address if len(gaps)) >= 0.8 * SECOND
    assert (bench.links.attempts >= 5).all()


def test_a_change_while_the_machine_stood_still_is_no_stall_of_the_new() -> None:
    """A plan that waited an hour for its frame begins when it is taken over."""
    bench = Bench(inventory(1, 3))
    bench.run(3)
    bench.replace(inventory(2, 3))
    bench.clock.advance_ns(3600 * SECOND)
    bench.run(3)
    assert bench.row("l-1")["unmeasured"] == 0
    assert bench.row("l-0")["unmeasured"] > 3500


def test_errors_of_a_link_outlive_a_change_of_its_neighbours() -> None:
    """The last ICMP error is the link's, whatever its row."""
    bench = Bench(inventory(3, 3))
    bench.run(2)
    bench.let("l-2", do=lambda packet: [error_about(packet)])
    bench.run(2)
    before = bench.engine.last_error("l-2")
    bench.replace(inventory_of([link(2), link(1)], [reference(0)]))
    bench.frame()
    assert bench.engine.last_error("l-2") == before is not None
    assert bench.engine.last_error("l-1") is None


def test_a_new_limit_is_no_new_link() -> None:
    """Counters, state and schedule go on when only a link's limits change."""
    plain, changed = Bench(inventory(2)), Bench(inventory(2))
    for bench in (plain, changed):
        bench.behaviour = after(5 * MS)
        bench.run(5)
    changed.replace(inventory_of([replace(link(0), limits={Limit.LOSS: 0.01}), link(1)]))
    before, now = plain.run(5), changed.run(5)
    assert now.inventory.links["l-0"].limits == {Limit.LOSS: 0.01}
    assert now.links.attempts.tolist() == before.links.attempts.tolist()
    assert now.links.state_ns.tolist() == before.links.state_ns.tolist()
    assert now.links.changed_unix_ns.tolist() == before.links.changed_unix_ns.tolist()
