"""What diagnosis does with suspects and answers: whom the engine hears of, what is remembered, logged and counted."""

from __future__ import annotations

from concurrent.futures import Future

import pytest

from exporter.diagnosis_view import DiagnosisView, TraceResult
from exporter.model import Inventory
from exporter.opinion import Answer, EchoEnd, TcpEnd
from exporter.outcome import State
from tests.support.diagnosis_bench import Bench, done, inventory_of, of
from tests.support.inventories import make_inventory


@pytest.fixture
def bench() -> Bench:
    """Two links, each of its provider; nothing is learned yet."""
    return Bench(inventory_of(2))


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
