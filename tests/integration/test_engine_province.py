"""More of the real exporter in the simulated province: both families, references, a refusal of our own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from exporter.model import Inventory
from tests.support.exporters import RunningExporter, running_exporter
from tests.support.inventories import many_links
from tests.support.province import Province, simulated_province


@pytest.fixture(scope="module")
def inventory() -> Inventory:
    """Six links of three providers over IPv4 and six over IPv6."""
    four, six = many_links(6), many_links(12, family=6)
    return replace(
        six,
        links=dict(list(four.links.items())[:6]) | dict(list(six.links.items())[6:]),
        sites={**four.sites, **six.sites},
    )


@pytest.fixture(scope="module")
def province(inventory: Inventory) -> Iterator[Province]:
    """A province that answers for them."""
    with simulated_province(inventory) as running:
        yield running


@pytest.fixture(scope="module")
def running(inventory: Inventory, province: Province) -> Iterator[RunningExporter]:
    """One exporter for all tests of this file."""
    with running_exporter(inventory, province.netns) as running:
        yield running


@pytest.fixture
def exporter(running: RunningExporter, province: Province) -> RunningExporter:
    """The exporter, everything restored and every link up."""
    province.restore()
    running.until_states(all_="up")
    return running


def test_both_families_are_measured_and_a_provider_is_cut_in_both(
    exporter: RunningExporter, province: Province
) -> None:
    """The links of one provider are down over IPv4 and IPv6; nothing else is, and nothing is unmeasured."""
    province.cut(provider="penyedia-b")
    theirs = {f"link_{number}": "down" for number in range(12) if number % 3 == 1}
    figures = exporter.until_states(all_="up", **theirs)
    assert len(figures.states()) == 12
    assert figures.of("opd_link_echo_unmeasured_total") == 0
    assert figures.of("opd_exporter_timestamp_fallbacks_total") == 0


def test_a_dead_reference_is_down_by_itself(exporter: RunningExporter, province: Province) -> None:
    """One reference target of three fails: it is down, the uplink is up, and no link notices."""
    province.cut(reference="core-gw")
    figures = exporter.until(
        lambda seen: seen.of("opd_reference_state", target="core-gw", state="down") == 1, "the reference is down"
    )
    assert figures.of("opd_exporter_uplink_up") == 1
    assert set(figures.states().values()) == {"up"}


def test_dead_references_make_nobody_unknown(exporter: RunningExporter, province: Province) -> None:
    """All references fail while the offices answer: these vouch, and one that is cut is down."""
    for reference in ("uplink-gw", "core-gw", "internet-gw"):
        province.cut(reference=reference)
    province.cut(link="link-0")
    figures = exporter.until_states(link_0="down", all_="up")
    figures = exporter.until(lambda seen: seen.of("opd_reference_state", state="down") == 3, "all references are down")
    assert figures.of("opd_exporter_uplink_up") == 1
    assert figures.of("opd_link_echo_unmeasured_total", reason="uplink") == 0


@pytest.mark.parametrize(("link", "address"), [("link-2", "198.18.0.3/32"), ("link-8", "2001:db8::9/128")])
def test_what_our_own_machine_forbids_is_not_the_offices_loss(
    exporter: RunningExporter, province: Province, link: str, address: str
) -> None:
    """A prohibited destination, as a firewall of ours would: that link is unknown for ``send_failed``, and alone."""
    lost = exporter.figures().of("opd_link_echo_lost_total")
    family = "-6" if ":" in address else "-4"
    province.run("ip", family, "route", "add", "prohibit", address).check_returncode()
    try:
        figures = exporter.until_states(all_="up", **{link.replace("-", "_"): "unknown"})
        assert figures.of("opd_link_echo_unmeasured_total", link=link, reason="send_failed") >= 3
        assert figures.of("opd_exporter_send_errors_total", errno="EACCES") >= 3
        assert figures.of("opd_link_echo_lost_total") == lost
    finally:
        province.run("ip", family, "route", "delete", "prohibit", address).check_returncode()
    exporter.until_states(all_="up")
