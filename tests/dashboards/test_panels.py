"""Every query of every committed dashboard, asked of a real Prometheus in a province that is normal, cut and unseen.

What a query costs is counted in samples that the engine reads, and not in time.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from cryptography import x509

from bench.history import wanted
from grafana.asking import Answer, Question
from grafana.metric_names import is_of_the_chain, named
from grafana.reading import load, load_all
from tests.support.panel_expectations import EXPECTATIONS
from tests.support.panel_phases import DAYS, LINKS, Played, played
from tests.support.panels import Expectation, Phase, of_no_panel

pytestmark = pytest.mark.timeout(1200)

WRONG = Path(__file__).parents[1] / "data/grafana/wrong.json"

ABOUT_WRONG = (
    Expectation("pantau-salah", "Hantu", "there is none", empty=frozenset({Phase.NORMAL})),
    Expectation("pantau-salah", "Angka", "one is missing", sums={Phase.NORMAL: LINKS - 1}),
)

#: The size that DESIGN 5 is about, and what Prometheus reads in its 0.3 s: 20 million samples a second were measured.
MANY_LINKS, MONTH_S, MOST_SAMPLES = 500, 2_592_000, 6_000_000

#: What the chain of the rehearsal has no reason to show.
NOT_HERE = {"alertmanager_cluster_members": "its Alertmanager stands alone; one of a pair has it"}


@pytest.fixture(scope="module")
def rehearsed(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """All phases, played once."""
    return played(tmp_path_factory.mktemp("panels"), load_all(), EXPECTATIONS, load(WRONG), ABOUT_WRONG)


@pytest.mark.parametrize("phase", Phase)
def test_every_query_answers_as_it_should(rehearsed: Played, phase: Phase) -> None:
    """Without error or warning; with data where there should be some, none where not, and the right numbers."""
    if rehearsed.complaints[phase]:
        pytest.fail("\n".join(rehearsed.complaints[phase]), pytrace=False)


def test_expectations_speak_of_panels_that_are_there(rehearsed: Played) -> None:
    """An exception for a panel that is gone or renamed would excuse nobody, and is removed."""
    made = {question.uid for question in rehearsed.questions}
    of_made = [each for each in EXPECTATIONS if each.uid in made]
    assert of_no_panel(of_made, rehearsed.questions) == []


def test_a_wrong_dashboard_is_complained_of(rehearsed: Played) -> None:
    """An empty panel, a join that is none, a parenthesis too few, data where none should be, another number."""
    empty, joined, written, seen, counted = rehearsed.of_wrong
    assert "panel 'Kosong', query A (all), normal: no data" in empty
    assert re.search("panel 'Ganda'.*many-to-many", joined)
    assert re.search("panel 'Salah tulis'.*parse error", written)
    assert re.search("panel 'Hantu'.*there should be nothing: there is none", seen)
    assert re.search("panel 'Angka'.*come to 32: one is missing", counted)


def test_the_cause_and_the_end_of_the_certificate_are_shown(rehearsed: Played) -> None:
    """Of the office that was without electricity; the certificate's end is what another program reads in it."""
    assert rehearsed.values(Phase.NORMAL, "pantau-tautan", "Sebab gangguan") == {"power": 1}
    (end_ms,) = rehearsed.values(Phase.NORMAL, "pantau-tautan", "Uji layanan kantor", "D").values()
    certificate = x509.load_pem_x509_certificate(rehearsed.certificate.encode())
    assert end_ms / 1000 == certificate.not_valid_after_utc.timestamp()


def test_names_of_the_chain_are_on_its_pages(rehearsed: Played) -> None:
    """What dashboards read about Prometheus and Alertmanager, these have in the version that runs."""
    names = set[str]().union(*(named(question.expr) for question in rehearsed.questions))
    assert {name for name in names if is_of_the_chain(name)} - rehearsed.of_the_chain - set(NOT_HERE) == set()
    assert set(NOT_HERE) & rehearsed.of_the_chain == set()


def test_no_query_reads_more_than_it_may(rehearsed: Played) -> None:
    """Samples read in three days of 33 links, for a month of 500: within what Prometheus reads in 0.3 s."""
    answers = rehearsed.answers[Phase.NORMAL]
    cost = {question: _on_the_large_scale(question, answer) for question, answer in answers.items()}
    assert max(cost.values()) > 0
    assert {each.name: samples for each, samples in cost.items() if samples > MOST_SAMPLES} == {}


def _on_the_large_scale(question: Question, answer: Answer) -> float:
    """Samples as they grow with links, where all are chosen, and with days, where it looks back on more than three."""
    back_s = max((each.back_s for each in wanted([question])), default=0)
    longer = max(1.0, min(back_s, MONTH_S) / (DAYS * 86_400))
    return answer.samples * longer * (MANY_LINKS / LINKS if question.chosen == "all" else 1)
