"""Every query of every committed dashboard, asked of a real Prometheus in a province that is normal, cut and unseen."""

from __future__ import annotations

import pytest

from grafana.reading import load_all
from tests.support.panel_expectations import EXPECTATIONS
from tests.support.panel_phases import Played, played
from tests.support.panels import Phase, of_no_panel

pytestmark = pytest.mark.timeout(1200)


@pytest.fixture(scope="module")
def rehearsed(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """All phases, played once."""
    return played(tmp_path_factory.mktemp("panels"), load_all(), EXPECTATIONS)


@pytest.mark.parametrize("phase", Phase)
def test_every_query_answers_as_it_should(rehearsed: Played, phase: Phase) -> None:
    """Without error or warning; with data where there should be some, none where not, and the right numbers."""
    assert "\n".join(rehearsed.complaints[phase]) == ""


def test_expectations_speak_of_panels_that_are_there(rehearsed: Played) -> None:
    """An exception for a panel that is gone or renamed would excuse nobody, and is removed."""
    assert of_no_panel(EXPECTATIONS, rehearsed.questions) == []
