"""Whatever the network, the kernel, the clocks and the operators do: the sums hold, and a fault of ours is no loss."""

from __future__ import annotations

import errno
from dataclasses import dataclass

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from exporter.model import Inventory
from exporter.outcome import State
from exporter.transport.fake import Answer, Packet, echo_of
from tests.support.engines import (
    MS,
    SECOND,
    Bench,
    after,
    altered,
    assert_sums_hold,
    error_about,
    inventory_of,
    link,
    reference,
    silent,
)

ERRNOS = (errno.ENETUNREACH, errno.EPERM, errno.ENOBUFS)


@dataclass
class Weather:
    """What the network does, by chance; each figure is a probability."""

    rng: np.random.Generator
    loss: float
    twice: float
    slow: float
    forged: float
    refused: float

    def answers(self, packet: Packet) -> list[Answer]:
        """Some of: nothing, the reply, another one, one too late, a forged one, an error."""
        found: list[Answer] = []
        if self.rng.random() < self.forged:
            found.append(altered(packet, cookie=bytes(8)))
            found.append(error_about(packet))
        if self.rng.random() >= self.loss:
            found.append(echo_of(packet, int(self.rng.integers(MS, 900 * MS))))
        if self.rng.random() < self.twice:
            found.append(echo_of(packet, int(self.rng.integers(MS, 5 * SECOND))))
        if self.rng.random() < self.slow:
            found.append(echo_of(packet, int(self.rng.integers(2 * SECOND, 20 * SECOND))))
        return found

    def send_error(self, _packet: Packet) -> int:
        """Sometimes an errno."""
        return int(self.rng.choice(ERRNOS)) if self.rng.random() < self.refused else 0


chance = st.sampled_from([0.0, 0.0, 0.05, 0.5, 1.0])

faults = st.one_of(
    st.tuples(st.just("run"), st.sampled_from([0.2, 1.0, 3.0])),
    st.tuples(st.just("stall"), st.sampled_from([0.3, 0.7, 2.0, 100.0])),
    st.tuples(st.just("step"), st.sampled_from([-3600.0, -5.0, -0.1, 0.1, 5.0, 3600.0])),
    st.tuples(st.just("lose"), st.just(0.0)),
)

events = st.one_of(
    faults,
    st.tuples(st.just("plan"), st.integers(0, 5).map(float)),
    st.tuples(st.just("flood"), st.sampled_from([50.0, 400.0])),
    st.tuples(st.just("refuse"), st.sampled_from([0.0, 1.0])),
    st.tuples(st.sampled_from(["answers", "denies"]), st.sampled_from([0.0, 2.5, 20.0])),
)


def plan(number: int) -> Inventory:
    """Six plans that add, remove, readdress and retime links of both families, and drop all references."""
    links = [link(0), link(1, family=6), link(2, interval_s=2.0), link(3)]
    changed = {
        1: [links[3], links[0]],
        2: [link(0, address="198.18.7.7"), links[1], link(2, interval_s=1.0)],
        3: [*links, link(4), link(5, family=6)],
        4: [],
        5: [link(0, address="2001:db8:7::7"), *links[1:]],
    }
    references = [] if number == 3 else [reference(0), reference(1), reference(2, family=6)]
    return inventory_of(changed.get(number, links), references)


def happen(bench: Bench, event: tuple[str, float], rng: np.random.Generator) -> None:
    """One event, then a frame."""
    kind, value = event
    match kind:
        case "run":
            bench.run(value)
        case "stall":
            bench.clock.advance_ns(round(value * SECOND))
        case "step":
            bench.clock.step_wall_ns(round(value * SECOND))
        case "plan":
            bench.replace(plan(int(value)))
        case "flood":
            flood(bench, int(value), rng)
        case "answers" | "denies":
            tell = bench.engine.answered_otherwise if kind == "answers" else bench.engine.denied
            for suspect in bench.engine.suspects():
                tell(suspect.link, bench.clock.monotonic_ns() - round(value * SECOND))
        case "lose":
            bench.network.ports[int(rng.integers(len(bench.network.ports)))].lost = True
        case _:
            bench.network.refuse_open = OSError(errno.EMFILE, "Too many open files") if value else None
    bench.frame()


def flood(bench: Bench, count: int, rng: np.random.Generator) -> None:
    """Replies of random bytes from random addresses, now."""
    for family, kind in ((4, 0), (6, 129)):
        for _ in range(count):
            data = bytes([kind]) + rng.bytes(63)
            bench.network.inject(family, Answer(bench.clock.monotonic_ns(), data, rng.bytes(16)))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(events, min_size=1, max_size=15),
    st.tuples(chance, chance, chance, chance, chance),
    st.sampled_from(["raw", "datagram"]),
    st.booleans(),
    st.booleans(),
    st.integers(0, 2**32 - 1),
)
def test_the_sums_hold_whatever_happens(
    story: list[tuple[str, float]], chances: tuple[float, ...], mode: str, stamps: bool, asked: bool, seed: int
) -> None:
    """At every frame: attempts, histogram, seconds in states; nothing ever decreases; no RTT exceeds its timeout."""
    rng = np.random.default_rng(seed)
    bench = Bench(plan(0), mode=mode, second_opinions=asked)
    weather = Weather(rng, *chances)
    bench.behaviour, bench.network.send_error = weather.answers, weather.send_error
    bench.network.stamps = stamps
    bench.network.buffer_packets = 200
    before: dict[str, np.ndarray] = {}
    for event in story:
        happen(bench, event, rng)
        table, columns = bench.table, bench.links
        assert_sums_hold(table, bench.clock.monotonic_ns())
        assert (table.state_ns.sum(axis=1) <= bench.clock.monotonic_ns() - 10**12).all()
        assert (table.outstanding() <= 16).all()
        assert (columns.rtt_sum_ns <= columns.replies * 2 * SECOND).all(), "no reply is later than the timeout"
        before = never_less(before, bench)
    bench.network.refuse_open = None


def never_less(before: dict[str, np.ndarray], bench: Bench) -> dict[str, np.ndarray]:
    """The counters of each link, none of which is less than before."""
    columns = bench.links
    names = ("attempts", "replies", "lost", "late", "duplicates", "icmp_errors", "rtt_sum_ns", "rtt_variation_ns")
    now = {
        key: np.concatenate(
            [
                [getattr(columns, name)[row] for name in names],
                columns.unmeasured[row],
                columns.rtt_buckets[row],
                columns.state_ns[row],
            ]
        )
        for row, key in enumerate(columns.keys)
    }
    assert all((now[key] >= values).all() for key, values in before.items() if key in now)
    return now


@settings(max_examples=40, deadline=None)
@given(
    st.lists(faults, min_size=1, max_size=12),
    st.integers(0, 2**32 - 1),
)
def test_faults_of_ours_alone_lose_nothing(story: list[tuple[str, float]], seed: int) -> None:
    """While everything answers, stalls, clock steps, lost sockets and refused sends lose no echo and down no link."""
    rng = np.random.default_rng(seed)
    bench = Bench(plan(0))
    bench.run(3)
    bench.behaviour = after(300 * MS)
    bench.network.send_error = Weather(rng, 0, 0, 0, 0, 0.1).send_error
    for event in story:
        happen(bench, event, rng)
    bench.run(3)
    assert bench.links.lost.sum() == 0
    assert bench.links.duplicates.sum() == 0
    assert bench.links.state_ns[:, list(State).index(State.DOWN)].sum() == 0


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.sampled_from([0.4, 1.0, 2.6, 7.0])), min_size=1, max_size=8))
def test_late_and_repeated_replies_are_never_replies(phases: list[tuple[bool, float]]) -> None:
    """Replies are at most the echoes whose first answer came in time, however many others come."""
    bench = Bench(inventory_of([link(0)], [reference(0)]))
    in_time = 0

    def answers(packet: Packet) -> list[Answer]:
        nonlocal in_time
        in_time += prompt
        return (after(MS) if prompt else silent)(packet) + after(2_000 * MS + 1, 2_500 * MS, 4_000 * MS)(packet)

    bench.let("l-0", do=answers)
    for prompt, seconds in phases:  # noqa: B007 - read by ``answers``
        bench.run(seconds)
    bench.let("l-0", do=silent)
    bench.run(5)
    row = bench.row()
    assert row["replies"] == in_time
    assert row["late"] + row["duplicates"] == 3 * (len(bench.sent_to("l-0")) - 5)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from([0.2, 1.0, 2.2, 4.0]), st.sampled_from([after(MS), after(700 * MS), silent])),
        min_size=1,
        max_size=8,
    ),
    st.booleans(),
)
def test_settled_seconds_and_those_that_wait_are_the_elapsed_ones(
    phases: list[tuple[float, object]], asked: bool
) -> None:
    """For every target: seconds in states end where they are settled, and what waits is what a verdict takes."""
    bench = Bench(plan(0), second_opinions=asked)
    started = dict.fromkeys(bench.table.keys, bench.clock.monotonic_ns())
    for seconds, behaviour in phases:
        bench.behaviour = behaviour  # type: ignore[assignment]
        bench.run(seconds)
        now = bench.clock.monotonic_ns()
        assert_sums_hold(bench.table, now, start_mono_ns=started)
        waiting = now - bench.table.settled_mono_ns
        assert (waiting >= 0).all()
        assert (waiting <= (12 + 3 * asked) * SECOND).all()
