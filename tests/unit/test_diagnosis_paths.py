"""What diagnosis does with paths: which are learned, which are traced, and to which outage one belongs."""

from __future__ import annotations

import logging
from ipaddress import ip_address

import pytest

from exporter.diagnosis_view import PathFigures, TraceResult
from exporter.opinion import EchoEnd, TcpEnd
from exporter.outcome import State
from exporter.path import Hop, Path, Where
from exporter.transport.echo_question import Trace, TraceEnd
from tests.support.diagnosis_bench import Bench, done, inventory_of, of


@pytest.fixture
def bench() -> Bench:
    """Two links, each of its provider; nothing is learned yet."""
    return Bench(inventory_of(2))


def test_good_paths_are_learned_in_the_background(bench: Bench) -> None:
    """One after the other, while nobody is silent."""
    bench.learn({of(0): ("192.0.2.1", "203.0.113.1"), of(1): ("192.0.2.1",)})
    good = bench.view().good_path
    assert good is not None
    assert str(good.hops[-1].address) == of(0)
    assert bench.diagnosis.figures().paths["link-0"] == PathFigures(None, 3, None)
    assert bench.diagnosis.figures().traces[TraceResult.WHOLE] == 2


def test_a_path_that_is_not_whole_is_no_good_path(bench: Bench) -> None:
    """A link that answers may yet be hidden from a trace."""
    bench.look(after_s=1)
    bench.ports.find(done("192.0.2.1"))
    bench.look()
    assert bench.diagnosis.figures().paths == {}
    assert bench.diagnosis.figures().traces[TraceResult.BROKEN] == 1


def test_a_suspects_path_is_not_learned(bench: Bench) -> None:
    """Nor is that of a link that is unknown."""
    bench.suspect("link-0", "link-1", state=State.DEGRADED)
    for _ in range(20):
        bench.look(after_s=1)
    assert bench.ports.traces == []


def test_a_link_that_goes_down_is_traced_and_compared(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    """The last hop that answered is in the view, in the figures, and in one line of the log."""
    caplog.set_level(logging.INFO)
    bench.learn({of(0): ("192.0.2.1", "203.0.113.1", "203.0.113.9"), of(1): ("192.0.2.1", "198.51.100.1")})
    bench.suspect("link-0", state=State.DOWN)
    bench.look()
    assert [address for address, _, _ in bench.ports.traces] == [of(0)]
    bench.ports.find(done("192.0.2.1", "203.0.113.1"))
    bench.look()
    view = bench.view()
    assert view.path is not None
    assert view.path_break is not None
    assert view.path_break.where is Where.PROVIDER
    figures = bench.diagnosis.figures()
    assert figures.paths["link-0"] == PathFigures(2, 4, int(ip_address("203.0.113.1")))
    assert figures.traces[TraceResult.BROKEN] == 1
    (line,) = [record.getMessage() for record in caplog.records if record.levelno == logging.INFO]
    assert line == (
        "path of link link-0: last hop that answered: 203.0.113.1, number 2; usual hops: 4; broken at: provider"
    )


def test_a_denied_link_is_traced_before_it_is_down(bench: Bench) -> None:
    """So that the path is known when the message goes; once for the outage."""
    since = bench.suspect("link-0")
    bench.look()
    assert [address for address, _, _ in bench.ports.traces] == [of(1)], "that of the other is learned meanwhile"
    bench.ports.traces.clear()
    bench.ports.reply(EchoEnd.SILENT)
    bench.ports.connect(TcpEnd.SILENT)
    bench.look()
    assert [address for address, _, _ in bench.ports.traces] == [of(0)]
    bench.ports.find(done())
    bench.suspect("link-0", state=State.DOWN, since=since)
    bench.look()
    assert bench.ports.traces == []
    assert bench.diagnosis.figures().paths["link-0"] == PathFigures(0, None, None)


def broken_in_an_outage(bench: Bench) -> None:
    """The path of link-0 is found broken while it is down."""
    bench.suspect("link-0", state=State.DOWN)
    bench.look()
    bench.ports.find(done("192.0.2.1", "203.0.113.1"))
    bench.look()
    assert bench.diagnosis.figures().paths["link-0"].last_hop_number == 2


def test_a_path_belongs_to_one_outage(bench: Bench) -> None:
    """It stays when the link answers again and while it is suspect only; the next outage begins without one."""
    broken_in_an_outage(bench)
    bench.suspect()
    bench.look(after_s=60)
    assert bench.diagnosis.figures().paths["link-0"].last_hop_number == 2
    since = bench.suspect("link-0")
    bench.look()
    assert bench.diagnosis.figures().paths["link-0"].last_hop_number == 2
    bench.suspect("link-0", state=State.DOWN, since=since)
    bench.look()
    assert "link-0" not in bench.diagnosis.figures().paths
    assert (bench.view().path, bench.view().path_break) == (None, None)


def test_a_trace_that_ends_in_the_next_outage_is_not_its_path(bench: Bench) -> None:
    """It was begun in the one before."""
    bench.suspect("link-0", state=State.DOWN)
    bench.look()
    bench.suspect()
    bench.look(after_s=1)
    bench.suspect("link-0", state=State.DOWN)
    bench.look()
    bench.ports.find(done("192.0.2.1"))
    bench.look()
    assert bench.view().path is None


def test_the_path_stays_as_long_as_its_outage(bench: Bench) -> None:
    """Also when one echo was answered meanwhile; a whole one, of a link that just answers, does not replace it."""
    broken_in_an_outage(bench)
    since = bench.suspect("link-0", state=State.DOWN, since=bench.clock.monotonic_ns())
    bench.look(after_s=301)
    bench.ports.find(done("192.0.2.1"))
    bench.look()
    assert bench.diagnosis.figures().paths["link-0"].last_hop_number == 1
    bench.suspect("link-0", state=State.DOWN, since=since)
    bench.look(after_s=301)
    bench.ports.find(done("192.0.2.1", of(0), whole=True))
    bench.look()
    assert bench.diagnosis.figures().paths["link-0"].last_hop_number == 1


def test_a_trace_waits_longer_where_routers_are_always_silent(bench: Bench) -> None:
    """Five silent hops on the good path: seven are waited for."""
    while not bench.ports.traces:
        bench.look(after_s=1)
    address = bench.ports.traces[0][0]
    hops = (Hop(1, ip_address("192.0.2.1"), 0.01), Hop(7, ip_address(address), 0.01))
    bench.ports.find(Trace(TraceEnd.DONE, Path(1, hops, whole=True)))
    bench.ports.traces.clear()
    bench.suspect(f"link-{int(address.rpartition('.')[2]) - 1}", state=State.DOWN)
    bench.look()
    assert bench.ports.traces[0][:2] == (address, 7)


def test_refused_traces_are_counted() -> None:
    """Eight links of two providers: three of each are traced, two wanted in vain."""
    bench = Bench(inventory_of(8))
    bench.suspect(*(f"link-{n}" for n in range(8)), state=State.DOWN)
    bench.look()
    assert len(bench.ports.traces) == 6
    assert bench.diagnosis.figures().traces == {**dict.fromkeys(TraceResult, 0), TraceResult.NOT_ASKED: 2}


def test_a_whole_path_of_a_link_that_does_not_answer_has_no_break(bench: Bench) -> None:
    """A trace goes under other identifiers, so it may reach what the engine's echoes do not."""
    bench.suspect("link-0", state=State.DOWN)
    bench.look()
    bench.ports.find(done("192.0.2.1", of(0), whole=True))
    bench.look()
    view = bench.view()
    assert (view.path_break, view.good_path) == (None, None)
    assert view.path is not None
    assert view.path.whole
    assert bench.diagnosis.figures().paths["link-0"].last_hop_number is None


def test_nothing_is_learned_while_somebody_is_silent(bench: Bench) -> None:
    """Workers and routers are left to the broken paths."""
    bench.suspect("link-0", state=State.DOWN)
    for _ in range(9):
        bench.look(after_s=1)
    assert {address for address, _, _ in bench.ports.traces} == {of(0)}


def test_without_the_right_to_trace_it_is_said_once(caplog: pytest.LogCaptureFixture) -> None:
    """One warning, each wanted path counted as not asked, and learning pauses for five minutes."""
    bench = Bench(inventory_of(8))
    for _ in range(400):
        bench.look(after_s=1)
        if bench.ports.traces:
            bench.ports.find(Trace(TraceEnd.NOT_PERMITTED))
    assert caplog.text.count("CAP_NET_RAW") == 1
    assert 2 <= bench.diagnosis.figures().traces[TraceResult.NOT_ASKED] <= 3


def test_ipv6_has_no_number_for_an_address() -> None:
    """Its 128 bits would not fit into a value."""
    bench = Bench(inventory_of(1, first="2001:db8::1"))
    bench.suspect("link-0", state=State.DOWN)
    bench.look()
    bench.ports.find(done("2001:db8:1::1"))
    bench.look()
    assert bench.diagnosis.figures().paths["link-0"] == PathFigures(1, None, None)
