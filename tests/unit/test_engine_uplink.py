"""The prober's own way out: when it is dead nobody is down, and when the references are dead nobody is unknown."""

from __future__ import annotations

import pytest

from exporter.outcome import Reason, State
from tests.support.engines import MS, SECOND, Bench, after, in_turn, inventory, inventory_of, link, reference, silent

LINKS = tuple(f"l-{number}" for number in range(6))
REFERENCES = tuple(f"r-{number}" for number in range(3))


@pytest.fixture(params=[4, 6])
def bench(request: pytest.FixtureRequest) -> Bench:
    """Six links and three references of one family, up since ten seconds."""
    bench = Bench(inventory(6, 3, family=request.param))
    bench.run(10)
    return bench


def references(bench: Bench) -> list[State]:
    """The state of each reference target."""
    return [list(State)[code] for code in bench.engine.snapshot().references.state]


def test_a_dead_uplink_makes_every_link_unknown_and_none_down(bench: Bench) -> None:
    """Nothing answers: echoes of links are unmeasured because of the uplink, references are down."""
    bench.behaviour = silent
    bench.run(30)
    assert set(bench.states()) == {State.UNKNOWN}
    assert set(references(bench)) == {State.DOWN}
    assert bench.links.lost.sum() == 0
    assert bench.unmeasured() == {Reason.UPLINK: int(bench.links.unmeasured.sum())}
    assert bench.prober.uplink_up is False


@pytest.mark.parametrize("outage_s", [1.3, 2.1, 3.7, 10, 60])
def test_an_uplink_that_comes_back_leaves_no_loss_behind(bench: Bench, outage_s: float) -> None:
    """No link is down for it; echoes are lost only where a failure is shorter than the window on both sides."""
    bench.behaviour = silent
    bench.run(outage_s)
    bench.behaviour = after(5 * MS)
    bench.run(8)
    assert set(bench.states()) == {State.UP}
    assert set(references(bench)) == {State.UP}
    down = list(State).index(State.DOWN)
    assert bench.links.state_ns[:, down].sum() == 0
    assert bench.links.lost.sum() <= (2 * 6 if outage_s < 3 else 0)
    assert bench.prober.uplink_up is True


def test_the_time_of_a_dead_uplink_is_unknown(bench: Bench) -> None:
    """Sixty seconds without uplink are sixty unknown seconds of every link."""
    before = bench.links.state_ns[:, list(State).index(State.UNKNOWN)].copy()
    bench.behaviour = silent
    bench.run(60)
    bench.behaviour = after(5 * MS)
    links = bench.run(8).links
    unknown = links.state_ns[:, list(State).index(State.UNKNOWN)] - before
    assert (abs(unknown - 60 * SECOND) < 1.2 * SECOND).all()


def test_a_dead_link_stays_down_while_the_uplink_works(bench: Bench) -> None:
    """A provider that takes most links with it: they are down, for the references vouch."""
    bench.let(*LINKS[:5], do=silent)
    bench.run(10)
    assert bench.states() == [State.DOWN] * 5 + [State.UP]
    assert not bench.unmeasured()


def test_all_links_down_are_down_when_references_answer(bench: Bench) -> None:
    """Nothing but the references answers: every link is down, and the uplink is up."""
    bench.let(*LINKS, do=silent)
    bench.run(10)
    assert set(bench.states()) == {State.DOWN}
    assert bench.prober.uplink_up is True


def test_links_vouch_for_each_other_when_the_references_are_dead(bench: Bench) -> None:
    """All references fail while most links answer: these stay up, and one that fails is down."""
    bench.let(*REFERENCES, do=silent)
    bench.let("l-0", do=silent)
    bench.run(15)
    assert bench.states() == [State.DOWN] + [State.UP] * 5
    assert set(references(bench)) == {State.DOWN}
    assert not bench.unmeasured()
    assert bench.prober.uplink_up is True


def test_half_of_the_links_cannot_vouch_without_references(bench: Bench) -> None:
    """References and half of the links are silent: what is silent is unknown, for the fault may be ours."""
    bench.let(*REFERENCES, *LINKS[:3], do=silent)
    bench.run(15)
    assert bench.states() == [State.UNKNOWN] * 3 + [State.UP] * 3
    assert bench.links.lost.sum() == 0


def test_a_link_that_was_down_before_becomes_unknown_with_the_uplink(bench: Bench) -> None:
    """Down is not kept while nobody can know; after the uplink's return it is down again by three losses."""
    bench.let("l-0", do=silent)
    bench.run(10)
    bench.behaviour = silent
    bench.run(10)
    assert set(bench.states()) == {State.UNKNOWN}
    bench.behaviour = after(5 * MS)
    bench.run(10)
    assert bench.states() == [State.DOWN] + [State.UP] * 5


def test_a_lossy_uplink_shows_as_loss_and_not_as_down(bench: Bench) -> None:
    """Every third packet of everything is lost: degraded, with losses; nobody is down or unknown."""
    bench.behaviour = in_turn(after(5 * MS), after(5 * MS), silent, after(5 * MS))
    bench.run(60)
    assert State.DOWN not in bench.states()
    assert State.UNKNOWN not in bench.states()


def test_lossy_references_vouch_all_the_same(bench: Bench) -> None:
    """References that lose every other packet, and a dead link: it is down."""
    for key in REFERENCES:
        bench.let(key, do=in_turn(silent, after(5 * MS)))
    bench.let("l-0", do=silent)
    bench.run(15)
    assert bench.state("l-0") == State.DOWN


@pytest.mark.parametrize("family", [4, 6])
def test_references_of_one_family_vouch_for_the_other(family: int) -> None:
    """IPv4 references and IPv6 links, or the other way round: a dead link is down, without a single excuse."""
    other = 10 - family
    bench = Bench(inventory_of([link(number, family=other) for number in range(6)], [reference(0, family=family)]))
    bench.run(10)
    bench.let("l-0", do=silent)
    bench.run(20)
    assert bench.states() == [State.DOWN] + [State.UP] * 5
    assert not bench.unmeasured()


def test_without_references_losses_stand() -> None:
    """Where nobody was named to vouch, silence is loss, and whether the uplink works is unknown."""
    bench = Bench(inventory(4))
    bench.run(10)
    assert bench.prober.uplink_up is None
    bench.behaviour = silent
    bench.run(10)
    assert set(bench.states()) == {State.DOWN}


def test_references_alone_tell_of_the_uplink() -> None:
    """With no link at all the references are measured and the uplink is known."""
    bench = Bench(inventory(0, 3))
    assert bench.prober.uplink_up is None, "nobody can know yet"
    assert bench.run(5).prober.uplink_up is True
    bench.behaviour = silent
    assert bench.run(10).prober.uplink_up is False


def test_slow_references_widen_the_window() -> None:
    """References at one echo in five seconds still vouch for links at one a second."""
    bench = Bench(inventory_of([link(number) for number in range(4)], [reference(n, interval_s=5) for n in range(3)]))
    bench.run(20)
    bench.let("l-0", do=silent)
    bench.run(20)
    assert bench.states() == [State.DOWN] + [State.UP] * 3
    bench.behaviour = silent
    bench.let("l-0", do=None)
    bench.run(30)
    assert set(bench.states()) == {State.UNKNOWN}


def test_links_with_long_intervals_are_judged_by_the_same_rule() -> None:
    """Links at one echo in ten seconds, the uplink dead for a minute: unknown, not down."""
    bench = Bench(inventory_of([link(number, interval_s=10) for number in range(4)], [reference(n) for n in range(3)]))
    bench.run(25)
    bench.behaviour = silent
    bench.run(60)
    assert set(bench.states()) == {State.UNKNOWN}
    assert bench.links.lost.sum() == 0


def test_a_long_timeout_outlives_no_witness() -> None:
    """At the longest timeout of ten seconds witnesses are still remembered when the loss is judged."""
    bench = Bench(inventory_of([link(number, timeout_s=10) for number in range(4)], [reference(n) for n in range(3)]))
    bench.run(20)
    bench.let("l-0", do=silent)
    bench.run(30)
    assert bench.states() == [State.DOWN] + [State.UP] * 3
    assert not bench.unmeasured()
