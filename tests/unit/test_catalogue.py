"""The catalogue is complete, well named, and what ``docs/metrics.md`` shows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from docs.generate import METRICS_PAGE, main, metrics_page
from exporter.catalogue import FAMILIES, family
from exporter.catalogue_probe import PROBE_FAMILIES
from exporter.metric_family import Family, Kind, Subject

#: The table of metrics in the design: name to labels. A name that changes here breaks rules and dashboards.
DESIGN = {
    "opd_link_info": ("link", "site", "opd", "kabkota", "provider", "contract", "role", "phase", "name"),
    "opd_site_info": ("site", "name", "opd", "kabkota", "kabkota_name", "lat", "lon"),
    "opd_opd_info": ("opd", "name"),
    "opd_provider_info": ("provider", "name"),
    "opd_link_echo_attempts_total": ("link",),
    "opd_link_echo_replies_total": ("link",),
    "opd_link_echo_lost_total": ("link",),
    "opd_link_echo_unmeasured_total": ("link", "reason"),
    "opd_link_echo_late_total": ("link",),
    "opd_link_echo_duplicates_total": ("link",),
    "opd_link_rtt_seconds": ("link",),
    "opd_link_rtt_variation_seconds_total": ("link",),
    "opd_link_state": ("link", "state"),
    "opd_link_state_seconds_total": ("link", "state"),
    "opd_link_state_changed_timestamp_seconds": ("link",),
    "opd_link_last_probe_timestamp_seconds": ("link",),
    "opd_link_maintenance": ("link",),
    "opd_link_service_hours": ("link",),
    "opd_link_outage": ("link", "scope"),
    "opd_outage_links": ("scope", "provider", "kabkota", "site"),
    "opd_outage_measured_links": ("scope", "provider", "kabkota", "site"),
    "opd_outage_started_timestamp_seconds": ("scope", "provider", "kabkota", "site"),
    "opd_outage_persisting": ("scope", "provider", "kabkota", "site"),
    "opd_maintenance_info": ("window", "author", "reason", "approval"),
    "opd_maintenance_active": ("window",),
    "opd_maintenance_start_timestamp_seconds": ("window",),
    "opd_maintenance_end_timestamp_seconds": ("window",),
    "opd_maintenance_links": ("window",),
    "opd_contract_bandwidth_bits_per_second": ("contract",),
    "opd_contract_fee_rupiah": ("contract",),
    "opd_contract_availability_target_ratio": ("contract",),
    "opd_contract_tolerance_seconds": ("contract",),
    "opd_contract_end_timestamp_seconds": ("contract",),
}

UNITS = ("seconds", "bytes", "ratio", "rupiah", "bits_per_second")


@pytest.mark.parametrize(("series", "labels"), DESIGN.items())
def test_family_when_the_design_names_it(series: str, labels: tuple[str, ...]) -> None:
    """Every metric of the design is in the catalogue with exactly its labels."""
    assert family(series).labels == labels


def test_families_when_names_are_compared() -> None:
    """No two families share a name, nor does one take a name that another's suffix makes."""
    taken = [each.name for each in FAMILIES] + [each.series for each in FAMILIES if each.series != each.name]
    assert len(taken) == len(set(taken))


@pytest.mark.parametrize("each", FAMILIES, ids=lambda each: each.series)
def test_family_when_its_words_are_read(each: Family) -> None:
    """A name is of the trade's form, a unit ends it, and the help is whole sentences on one line."""
    assert re.fullmatch(r"opd_[a-z][a-z_]*[a-z]", each.series)
    assert each.name.endswith(each.unit)
    assert bool(each.unit) == each.name.endswith(UNITS)
    assert re.fullmatch(r"[A-Z0-9][^\n]*\.", each.help)
    assert not {"type", "region", "zone", "owner", "service", "env"} & set(each.labels)


def test_families_when_links_and_references_are_compared() -> None:
    """A reference target has every measured family that a link has."""
    measured = {
        subject: {each.stem for each in FAMILIES if each.subject is subject and each.stem} for subject in Subject
    }
    beside_echoes = {each.stem for each in PROBE_FAMILIES if each.subject is Subject.LINK}
    assert measured[Subject.LINK] - measured[Subject.REFERENCE] == beside_echoes | {
        "maintenance",
        "service_hours",
        "threshold",
        "outage",
    }


def test_family_when_the_name_is_unknown() -> None:
    """A name that is not in the catalogue cannot be used."""
    with pytest.raises(KeyError):
        family("opd_link_echo_attempts")


def test_metrics_page_when_compared_with_the_committed_file() -> None:
    """``docs/metrics.md`` is what the generator makes of the catalogue."""
    assert METRICS_PAGE.read_text(encoding="utf-8") == metrics_page()


def test_metrics_page_when_searched_for_a_family() -> None:
    """Every family has its row, and info families say that they are."""
    page = metrics_page()
    assert all(f"| `{each.series}` | {each.kind} |" in page for each in FAMILIES)
    assert f"| `opd_link_info` | {Kind.INFO} |" in page


def test_every_generated_page_is_what_the_code_makes() -> None:
    """``make docs`` would change nothing."""
    assert main(["--check"]) == 0


@pytest.mark.parametrize(
    ("constant", "name"),
    [("METRICS_PAGE", "metrics.md"), ("RECORDING_PAGE", "recording.md"), ("DASHBOARDS_PAGE", "dashboards.md")],
)
def test_main_when_a_page_is_stale(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, constant: str, name: str) -> None:
    """``--check`` answers 1 for a stale or missing page, writes nothing, and 0 once it has been written."""
    page = tmp_path / name
    monkeypatch.setattr(f"docs.generate.{constant}", page)
    assert main(["--check"]) == 1
    assert not page.exists()
    page.write_text("old", encoding="utf-8")
    assert main(["--check"]) == 1
    assert main([]) == 0
    assert main(["--check"]) == 0
