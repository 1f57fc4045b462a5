"""What diagnosis does with suspects and answers: whom the engine hears of, what is remembered, logged and counted."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import replace
from ipaddress import ip_address

import pytest

from exporter.clock import FakeClock
from exporter.diagnosis import Diagnosis
from exporter.diagnosis_view import DiagnosisView, PathFigures, TraceResult
from exporter.model import Inventory
from exporter.opinion import Answer, EchoEnd, TcpEnd
from exporter.outcome import State
from exporter.path import Hop, Path, Where
from exporter.transport.echo_question import Trace, TraceEnd
from tests.support.diagnosed import FakeEngine, FakePorts, Suspect
from tests.support.inventories import make_inventory

S = 1_000_000_000


def inventory_of(count: int, *, port: int | None = 443, first: str = "198.18.0.1") -> Inventory:
    """``count`` links of two providers in turn."""
    address = ip_address(first)
    made = make_inventory(
        {f"link-{n}": (f"site-{n}", f"penyedia-{'ab'[n % 2]}", "32.73", str(address + n)) for n in range(count)}
    )
    return replace(made, links={key: replace(link, second_opinion_port=port) for key, link in made.links.items()})


class Bench:
    """A diagnosis on fakes."""

    def __init__(self, inventory: Inventory) -> None:
        self.clock = FakeClock()
        self.engine = FakeEngine(inventory)
        self.ports = FakePorts()
        self.diagnosis = Diagnosis(self.engine, self.clock, opener=lambda _clock, _netns: self.ports)

    def look(self, *, after_s: float = 0.2) -> None:
        self.clock.advance_ns(round(after_s * S))
        self.diagnosis.look(self.ports)

    def suspect(self, *links: str, state: State = State.UP, since: int | None = None) -> int:
        """These links are suspect from now on, and no others; when their losses began."""
        begun = self.clock.monotonic_ns() - S if since is None else since
        self.engine.suspected = tuple(Suspect(link, begun, state) for link in links)
        return begun

    def view(self, link: str = "link-0") -> DiagnosisView:
        return self.diagnosis.view(link)

    def learn(self, routers: Mapping[str, tuple[str, ...]]) -> None:
        """Have the good path of each of these addresses be learned over these routers."""
        learned: set[str] = set()
        while learned < set(routers):
            self.look(after_s=1)
            for address in [address for address, _, _ in self.ports.traces]:
                self.ports.find(done(*routers[address], address, whole=True))
                learned.add(address)
        self.look()


@pytest.fixture
def bench() -> Bench:
    """Two links, each of its provider; nothing is learned yet."""
    return Bench(inventory_of(2))


def done(*addresses: str, whole: bool = False) -> Trace:
    hops = tuple(Hop(number, ip_address(each), 0.01) for number, each in enumerate(addresses, 1))
    return Trace(TraceEnd.DONE, Path(7, hops, whole))


def of(number: int) -> str:
    return f"198.18.0.{number + 1}"


# second opinions


def test_both_questions_are_asked_at_once(bench: Bench) -> None:
    """As soon as a link is suspect; the engine hears nothing yet."""
    bench.suspect("link-0")
    bench.look()
    assert [address for address, _ in bench.ports.echoes] == [of(0)]
    assert [(address, port) for address, port, _ in bench.ports.connections] == [(of(0), 443)]
    assert (bench.engine.answers, bench.engine.denials) == ([], [])


def test_the_first_answer_is_told_at_once(bench: Bench) -> None:
    """Without waiting for the other question; told once, with the time at which the attempt began."""
    bench.suspect("link-0")
    bench.look()
    begun = bench.clock.monotonic_ns()
    bench.ports.connect(TcpEnd.REFUSED, 0.004)
    bench.look()
    assert bench.engine.answers == [("link-0", begun)]
    assert bench.view().opinion is None, "the echo is still open"
    bench.ports.reply(EchoEnd.ANSWERED, 0.005)
    bench.look()
    assert (bench.engine.answers, bench.engine.denials) == ([("link-0", begun)], [])
    opinion = bench.view().opinion
    assert opinion is not None
    assert (opinion.answer, opinion.asked_mono_ns) == (Answer.BOTH, begun)
    assert (opinion.echo.seconds, opinion.tcp.end, opinion.tcp.seconds) == (0.005, TcpEnd.REFUSED, 0.004)
    assert bench.diagnosis.figures().opinions[Answer.BOTH] == 1


def test_silence_of_both_is_a_denial(bench: Bench) -> None:
    """The engine hears it when the second has ended, with the time at which the attempt began."""
    bench.suspect("link-0")
    bench.look()
    begun = bench.clock.monotonic_ns()
    bench.ports.reply(EchoEnd.SILENT)
    bench.look()
    assert bench.engine.denials == []
    bench.ports.connect(TcpEnd.SILENT)
    bench.look()
    assert (bench.engine.answers, bench.engine.denials) == ([], [("link-0", begun)])
    assert bench.diagnosis.figures().opinions == {**dict.fromkeys(Answer, 0), Answer.NONE: 1}


def test_without_a_port_the_echo_decides() -> None:
    """No connection is tried."""
    bench = Bench(inventory_of(1, port=None))
    bench.suspect("link-0")
    bench.look()
    bench.ports.reply(EchoEnd.SILENT)
    bench.look()
    assert bench.ports.connections == []
    assert [link for link, _ in bench.engine.denials] == ["link-0"]


def test_faults_of_ours_deny_without_a_judgement(bench: Bench) -> None:
    """Nobody could be asked: the engine is free to go on, and the opinion says so."""
    bench.suspect("link-0", "link-1")
    bench.look()
    bench.ports.connect(TcpEnd.ANSWERED)
    bench.ports.reply(EchoEnd.ANSWERED)
    bench.ports.reply(EchoEnd.NOT_PERMITTED)
    bench.ports.connect(TcpEnd.ERROR)
    bench.look()
    assert [link for link, _ in bench.engine.denials] == ["link-1"]
    assert bench.diagnosis.figures().opinions[Answer.NOT_ASKED] == 1
    assert bench.ports.traces == [], "and no trace is owed to it"


def test_a_question_that_fails_is_one_that_was_not_asked(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    """An error in this program is logged, and the engine does not wait."""
    bench.suspect("link-0")
    bench.look()
    _, future = bench.ports.echoes.pop()
    future.set_exception(ZeroDivisionError())
    bench.ports.connect(TcpEnd.ERROR)
    bench.look()
    assert "a question failed" in caplog.text
    assert [link for link, _ in bench.engine.denials] == ["link-0"]


def test_a_mass_outage_is_denied_at_once_but_for_a_sample() -> None:
    """Sixty links without a port: sixteen are asked, of both providers; the others are denied in the same look."""
    bench = Bench(inventory_of(60, port=None))
    bench.suspect(*(f"link-{n}" for n in range(60)))
    bench.look()
    assert len(bench.ports.echoes) == 16
    assert {int(address.split(".")[-1]) % 2 for address, _ in bench.ports.echoes} == {0, 1}
    assert len(bench.engine.denials) == 44
    assert {mono_ns for _, mono_ns in bench.engine.denials} == {bench.clock.monotonic_ns()}
    assert bench.diagnosis.figures().opinions[Answer.NOT_ASKED] == 44
    denied = bench.view(bench.engine.denials[0][0]).opinion
    assert denied is not None
    assert (denied.answer, denied.echo.end) == (Answer.NOT_ASKED, EchoEnd.NOT_ASKED)


def test_questions_asked_again_are_told_and_not_counted(bench: Bench) -> None:
    """The counter is of opinions before a link is called down; the engine hears all of them."""
    since = bench.suspect("link-0")
    for _ in range(3):
        bench.look(after_s=10)
        bench.ports.reply(EchoEnd.SILENT)
        bench.ports.connect(TcpEnd.ANSWERED, 0.01)
        bench.look()
        bench.suspect("link-0", state=State.DEGRADED, since=since)
    assert len(bench.engine.answers) == 3
    assert bench.ports.patience_s == [1.0, 1.0, 2.5, 2.5, 2.5, 2.5], "who answered has time for a second SYN"
    assert bench.diagnosis.figures().opinions[Answer.TCP] == 1


@pytest.mark.parametrize(("uplink", "asked"), [(True, 1), (None, 1), (False, 0)])
def test_nobody_is_asked_while_our_uplink_is_down(bench: Bench, uplink: bool | None, asked: int) -> None:
    """Neither opinion nor path, and nobody is denied; when nobody can know, it is asked."""
    bench.engine.uplink_up = uplink
    bench.suspect("link-0", state=State.DOWN)
    bench.look(after_s=1)
    assert len(bench.ports.echoes) == len(bench.ports.traces) == asked
    assert bench.engine.denials == []


def test_it_is_asked_when_the_uplink_is_back(bench: Bench) -> None:
    """The run of losses is still there."""
    bench.engine.uplink_up = False
    bench.suspect("link-0")
    bench.look(after_s=1)
    bench.engine.uplink_up = True
    bench.look(after_s=1)
    assert len(bench.ports.echoes) == 1


def test_who_did_not_answer_is_asked_again_without_patience(bench: Bench) -> None:
    """It is down already, and there may be many."""
    bench.suspect("link-0", state=State.DOWN)
    for _ in range(2):
        bench.look(after_s=10)
        bench.ports.reply(EchoEnd.SILENT)
        bench.ports.connect(TcpEnd.SILENT)
        bench.look()
    assert bench.ports.patience_s == [1.0] * 4
    assert len(bench.engine.denials) == 2


# paths


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


# reload


def known_then_reloaded(bench: Bench, inventory: Inventory) -> None:
    """An opinion and both paths of link-0, then another inventory."""
    bench.learn({of(0): ("192.0.2.1",), of(1): ("192.0.2.1",)})
    bench.suspect("link-0", state=State.DOWN)
    bench.look()
    bench.ports.reply(EchoEnd.SILENT)
    bench.ports.connect(TcpEnd.SILENT)
    bench.ports.find(done("192.0.2.1"))
    bench.look()
    assert None not in (bench.view().opinion, bench.view().path, bench.view().good_path)
    bench.suspect()
    bench.engine.inventory = inventory
    bench.look(after_s=1)


def test_a_link_that_is_gone_is_forgotten(bench: Bench) -> None:
    """Nothing of it is left in views and figures; suspects that are not in the inventory are passed over."""
    known_then_reloaded(bench, make_inventory({"link-1": ("site-1", "penyedia-b", "32.73", of(1))}))
    assert bench.view() == DiagnosisView()
    assert set(bench.diagnosis.figures().paths) == {"link-1"}
    bench.suspect("link-0", state=State.DOWN)
    bench.look(after_s=1)
    assert bench.ports.echoes == []


def test_a_link_that_moved_is_another_one(bench: Bench) -> None:
    """What was known of its former address says nothing."""
    known_then_reloaded(bench, inventory_of(2, first="198.18.1.1"))
    assert bench.view() == DiagnosisView()
    bench.look(after_s=1)
    assert {address for address, _, _ in bench.ports.traces} == {"198.18.1.1", "198.18.1.2"}, "learned anew at once"


def test_a_link_that_stays_keeps_what_is_known(bench: Bench) -> None:
    """A reload of the same links changes nothing."""
    known_then_reloaded(bench, inventory_of(2))
    view = bench.view()
    assert None not in (view.opinion, view.path, view.good_path)


def test_an_answer_about_a_link_that_is_gone_is_dropped(bench: Bench) -> None:
    """It was asked before the reload."""
    bench.suspect("link-0", state=State.DOWN)
    bench.look()
    bench.suspect()
    bench.engine.inventory = make_inventory({"link-1": ("site-1", "penyedia-b", "32.73", of(1))})
    bench.look(after_s=1)
    bench.ports.reply(EchoEnd.SILENT)
    bench.ports.connect(TcpEnd.SILENT)
    bench.ports.find(done("192.0.2.1"))
    bench.look()
    assert bench.view() == DiagnosisView()


def test_a_cancelled_question_is_one_that_was_not_asked(bench: Bench) -> None:
    """As when the ports are closed."""
    bench.suspect("link-0", state=State.DOWN)
    bench.look()
    cancelled: list[Future[object]] = []
    cancelled += [each[-1] for each in (*bench.ports.echoes, *bench.ports.connections, *bench.ports.traces)]  # type: ignore[misc]
    for future in cancelled:
        future.cancel()
    bench.look()
    opinion = bench.view().opinion
    assert opinion is not None
    assert opinion.answer is Answer.NOT_ASKED
    assert bench.diagnosis.figures().traces[TraceResult.NOT_ASKED] == 1
