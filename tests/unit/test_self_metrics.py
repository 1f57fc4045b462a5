"""What the process says about itself."""

from __future__ import annotations

import platform

import pytest

from exporter import __version__
from exporter.catalogue import FAMILIES
from exporter.exposition import Exposition
from exporter.self_metrics import SelfMetrics
from tests.support.expositions import parsed


def values(metrics: SelfMetrics) -> dict[str, float]:
    """The value of each unlabelled series, read from OpenMetrics."""
    families = parsed(metrics.exposition(Exposition.OPENMETRICS), Exposition.OPENMETRICS)
    return {name: value for family in families.values() for name, labels, value in family.samples if not labels}


def test_exposition_when_a_reload_fails_and_then_succeeds() -> None:
    """A failed reload clears the flag and keeps the time of the last success; a success sets both."""
    metrics = SelfMetrics(loaded_unix_s=1_795_400_000.25)
    prefix = "opd_exporter_config_last_reload"
    assert values(metrics)[f"{prefix}_successful"] == 1
    metrics.reload_failed()
    assert values(metrics)[f"{prefix}_successful"] == 0
    assert values(metrics)[f"{prefix}_success_timestamp_seconds"] == 1_795_400_000.25
    metrics.reload_succeeded(1_795_400_060.5)
    assert values(metrics)[f"{prefix}_successful"] == 1
    assert values(metrics)[f"{prefix}_success_timestamp_seconds"] == 1_795_400_060.5


def test_exposition_when_renders_and_refusals_happen() -> None:
    """Each render is timed once, also one that fails, and each refused scrape is counted."""
    metrics = SelfMetrics(loaded_unix_s=0.0)
    with metrics.rendering():
        pass
    with pytest.raises(ZeroDivisionError), metrics.rendering():
        raise ZeroDivisionError
    metrics.scrape_rejected()
    assert values(metrics)["opd_exporter_render_seconds_count"] == 2
    assert values(metrics)["opd_exporter_render_seconds_sum"] > 0
    assert values(metrics)["opd_exporter_scrapes_rejected_total"] == 1


def test_exposition_when_the_build_is_asked_for() -> None:
    """The version of the program and of Python stand in one info series."""
    families = parsed(SelfMetrics(loaded_unix_s=0.0).exposition(Exposition.OPENMETRICS), Exposition.OPENMETRICS)
    ((_, labels, _),) = families["opd_exporter_build"].samples
    assert labels == {("version", __version__), ("python", platform.python_version())}


@pytest.mark.parametrize("exposition", Exposition)
def test_exposition_when_its_families_are_listed(exposition: Exposition) -> None:
    """Nothing is exported that the catalogue does not name, except ``process_*``; no ``_created`` series."""
    page = SelfMetrics(loaded_unix_s=0.0).exposition(exposition)
    known = {each.series if exposition is Exposition.TEXT and each.kind == "info" else each.name for each in FAMILIES}
    names = set(parsed(page, exposition))
    assert {name for name in names if not name.startswith("process_")} <= known
    assert "process_resident_memory_bytes" in names
    assert b"_created" not in page
