"""The same month in real servers, old and new, and in the one in memory that unit tests ask: all say the same."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from exporter.evidence.measured import MeasuredMonth
from exporter.evidence.prometheus import Prometheus, PrometheusError, TooMuchError
from exporter.evidence.reading import read_month
from tests.support.fake_prometheus import FakePrometheus
from tests.support.kept_prometheus import kept_prometheus
from tests.support.stored_blocks import write_stored
from tests.support.told_month import LAST, MONTH, START, STEP_MS, told_series

_NEW = Path(__file__).parents[2] / ".cache/tools-new"


@pytest.fixture(scope="module", params=["usual", *(["new"] if (_NEW / ".fetched/promtool").exists() else [])])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a Prometheus that has the month; both versions where both are fetched."""
    folder = tmp_path_factory.mktemp("told")
    write_stored(folder / "data", told_series(), STEP_MS)
    with pytest.MonkeyPatch.context() as patched:
        if request.param == "new":
            patched.setenv("PANTAU_TOOLS", str(_NEW))
        with kept_prometheus(folder) as kept:
            yield kept.url


def _read(client: Prometheus | FakePrometheus) -> MeasuredMonth:
    return read_month(client, MONTH, job="pantau", instance="", now_ms=LAST, progress=lambda _: None)


def test_real_servers_say_what_the_one_in_memory_says(server: str) -> None:
    """Links, gaps, planned work, confessions, and how much was asked for; only their names differ."""
    with closing(Prometheus(server)) as client:
        real = _read(client)
    fake = _read(FakePrometheus(told_series(), closed_ranges=real.source.program.startswith("Prometheus 2.")))
    assert real.source.program.startswith("Prometheus ")
    assert real.source.retention == "20y"
    assert replace(real, source=fake.source, queries=fake.queries) == fake
    assert replace(real.source, program=fake.source.program, retention="") == fake.source
    assert real.queries == fake.queries


def test_a_server_refuses_in_words_that_are_understood(server: str) -> None:
    """A grid of too many points is too much; a query that is none is an error that says so."""
    with closing(Prometheus(server)) as client:
        with pytest.raises(TooMuchError, match="exceeded maximum resolution"):
            client.grid("up", START, START + 12_000_000, 1_000)
        with pytest.raises(PrometheusError, match=r"bad_data: .*parse error"):
            client.instant("up{", START)
        assert client.instant("vector(7)", START)[0].values.tolist() == [7.0]
        assert client.instant("7", START) == []
        assert client.status("no-such-page") == {}
        assert client.status("flags")["storage.tsdb.retention.time"] == "20y"
