"""Rendering says what a slow, obvious implementation says, and nothing more."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import generate_latest as text_bytes
from prometheus_client.openmetrics.exposition import generate_latest as openmetrics_bytes

from exporter.access.live_config import WebConfigFigures
from exporter.catalogue import FAMILIES
from exporter.exposition import Exposition
from exporter.history.journal import JournalFigures
from exporter.metric_family import Kind
from exporter.model import CreditMode, Inventory, Limit, Sla, SlaWindow
from exporter.outcome import Foreign, Reason, State
from exporter.render import Renderer
from exporter.render_echo import TARGETS_PER_CHUNK
from exporter.render_inventory import end_unix_s
from exporter.scope import Scope
from exporter.self_metrics import SelfMetrics
from exporter.snapshot import Snapshot
from exporter.thresholds import RTT_BUCKETS_S
from tests.support.beside import with_beside
from tests.support.expositions import parsed, series_count
from tests.support.inventories import make_inventory, many_links, planned_works
from tests.support.reference_exposition import ReferenceCollector
from tests.support.snapshots import make_snapshot

SLA = Sla(0.995, 300.0, SlaWindow.SERVICE_HOURS, CreditMode.PRORATA)


def page(snapshot: Snapshot, exposition: Exposition, renderer: Renderer | None = None) -> bytes:
    """The rendered page, ended as OpenMetrics wants it."""
    end = b"# EOF\n" if exposition is Exposition.OPENMETRICS else b""
    return b"".join((renderer or Renderer()).pieces(snapshot, exposition)) + end


def reference_page(snapshot: Snapshot, exposition: Exposition) -> bytes:
    """The same by prometheus_client."""
    registry = CollectorRegistry()
    registry.register(ReferenceCollector(snapshot))
    return (openmetrics_bytes if exposition is Exposition.OPENMETRICS else text_bytes)(registry)


def with_sla(inventory: Inventory) -> Inventory:
    """``inventory`` whose first contract promises something, and whose first link has limits of its own."""
    first = next(iter(inventory.contracts.values()))
    link = next(iter(inventory.links.values()))
    limited = replace(link, limits={Limit.LOSS: 0.001, Limit.FLAPS: 6})
    return replace(
        inventory,
        contracts={**inventory.contracts, first.id: replace(first, sla=SLA)},
        links={**inventory.links, link.id: limited},
    )


def test_limits_and_windows_are_shown_only_as_they_are_set() -> None:
    """A limit is a series of its own in base units; a contract that promises nothing counts all hours."""
    lines = page(make_snapshot(with_sla(many_links(2))), Exposition.TEXT).decode().splitlines()
    assert [line for line in lines if line.startswith("opd_link_threshold{")] == [
        'opd_link_threshold{link="link-0",quantity="loss_ratio"} 0.001',
        'opd_link_threshold{link="link-0",quantity="flaps"} 6',
    ]
    assert [line.partition("window=")[2] for line in lines if line.startswith("opd_contract_info{")] == [
        '"service-hours"} 1',
        '"24x7"} 1',
    ]


def with_work(inventory: Inventory) -> Inventory:
    """``inventory`` with planned work on half of its links."""
    return replace(inventory, maintenance=planned_works(list(inventory.links)[::2]))


@pytest.mark.parametrize("exposition", Exposition)
@pytest.mark.parametrize("links", [0, 1, 7, TARGETS_PER_CHUNK, TARGETS_PER_CHUNK + 1])
def test_pieces_when_compared_with_prometheus_client(exposition: Exposition, links: int) -> None:
    """Both formats parse to the families that prometheus_client's own output parses to."""
    snapshot = make_snapshot(with_work(with_sla(many_links(links))) if links else make_inventory({}), seed=links + 1)
    assert parsed(page(snapshot, exposition), exposition) == parsed(reference_page(snapshot, exposition), exposition)


@pytest.mark.parametrize("exposition", Exposition)
def test_pieces_when_the_process_speaks_too(exposition: Exposition) -> None:
    """The whole page holds every family of the catalogue once, and besides them only ``process_*``."""
    own = SelfMetrics(
        loaded_unix_s=0.0, journal=lambda: JournalFigures(1.0, 2, 3, 4), web=lambda: WebConfigFigures(True, 1.0, 2.0)
    )
    whole = b"".join(Renderer().pieces(make_snapshot(many_links(2)), exposition)) + own.exposition(exposition)
    text = exposition is Exposition.TEXT
    expected = {each.series if text and each.kind is Kind.INFO else each.name for each in FAMILIES}
    assert {name for name in parsed(whole, exposition) if not name.startswith("process_")} == expected


@pytest.mark.parametrize(("links", "references"), [(0, 0), (1, 1), (40, 3), (300, 2)])
def test_pieces_when_series_are_counted(links: int, references: int) -> None:
    """The number of series follows from the numbers of what the inventory holds, by kind, alone."""
    targets = {f"ref-{n}": f"198.18.255.{n + 1}" for n in range(references)}
    inventory = replace(many_links(links), reference_targets=make_inventory({}, references=targets).reference_targets)
    snapshot = make_snapshot(inventory)
    each_target = 6 + len(Reason) + len(RTT_BUCKETS_S) + 3 + 1 + 2 * len(State) + 2
    each_link = 1 + each_target + 2 + len(Scope) + 1
    each_reference = 1 + each_target
    prober = 15 + len(Foreign) + len(snapshot.prober.send_errors) + 3
    outages = 3 * len(snapshot.outages.groups) + len(snapshot.outages.persisting)
    sites, contracts = len(inventory.sites), len(inventory.contracts)
    named = len(inventory.opd) + len(inventory.providers)
    assert series_count(page(snapshot, Exposition.TEXT)) == (
        links * each_link + sites + named + contracts * 4 + references * each_reference + prober + outages
    )


@pytest.mark.parametrize("exposition", Exposition)
def test_pieces_when_more_is_known_than_echoes_tell(exposition: Exposition) -> None:
    """Probes, devices, outages and paths parse to what prometheus_client's own output parses to."""
    snapshot = with_beside(make_snapshot(many_links(7)))
    assert parsed(page(snapshot, exposition), exposition) == parsed(reference_page(snapshot, exposition), exposition)


def test_pieces_when_one_record_changes() -> None:
    """A renderer that knows the other records says the same as one that knows none."""
    renderer, snapshot = Renderer(), with_beside(make_snapshot(many_links(7)))
    first = page(snapshot, Exposition.TEXT, renderer)
    probes = snapshot.beside.probes
    moved = replace(snapshot.beside, probes=(replace(probes[0], successes=probes[0].successes + 1), *probes[2:]))
    changed = replace(snapshot, beside=moved)
    assert page(changed, Exposition.TEXT, renderer) == page(changed, Exposition.TEXT)
    assert page(changed, Exposition.TEXT) != first
    assert page(snapshot, Exposition.TEXT, renderer) == first


def test_pieces_when_a_device_falls_silent() -> None:
    """What it counts is gone, so that nobody takes an old status for the present one; its start and last word stay."""
    snapshot = with_beside(make_snapshot(many_links(1)))
    silent = replace(snapshot.beside, devices=(replace(snapshot.beside.devices[0], answers=False),))
    text = page(replace(snapshot, beside=silent), Exposition.TEXT).decode()
    assert "opd_link_interface_status{" not in text
    assert "opd_link_interface_received_bytes_total{" not in text
    assert 'opd_link_router_boot_timestamp_seconds{link="link-0"}' in text
    assert 'opd_link_snmp_last_success_timestamp_seconds{link="link-0"}' in text


def test_pieces_when_work_is_planned() -> None:
    """Each work that is not over has five series: who and why, whether it runs, from when to when, how many links."""
    snapshot = make_snapshot(with_work(many_links(5)))
    families = parsed(page(snapshot, Exposition.OPENMETRICS), Exposition.OPENMETRICS)

    def values(name: str) -> dict[str, float]:
        return {dict(labels)["window"]: value for _, labels, value in families[name].samples}

    assert values("opd_maintenance") == dict.fromkeys(["running", "coming", "mornings", "nights"], 1)
    assert values("opd_maintenance_active") == {"running": 1, "coming": 0, "mornings": 1, "nights": 0}
    # 23 November, 9.00 to 12.00 WIB; 5 December, 22.00 to 02.00.
    assert values("opd_maintenance_start_timestamp_seconds")["mornings"] == 1_795_399_200
    assert values("opd_maintenance_end_timestamp_seconds")["mornings"] == 1_795_410_000
    assert values("opd_maintenance_start_timestamp_seconds")["nights"] == 1_796_482_800
    assert values("opd_maintenance_end_timestamp_seconds")["nights"] == 1_796_497_200
    assert values("opd_maintenance_links") == dict.fromkeys(["running", "coming", "mornings", "nights"], 3)
    assert series_count(page(snapshot, Exposition.TEXT)) == 5 * 4 + series_count(
        page(make_snapshot(many_links(5)), Exposition.TEXT)
    )


def test_pieces_when_time_goes_on() -> None:
    """The next time is shown when one is over, and nothing once there is none; a link's flag goes with it."""
    renderer, snapshot = Renderer(), make_snapshot(with_work(many_links(1)))
    before = page(snapshot, Exposition.TEXT, renderer).decode()
    assert 'opd_maintenance_active{window="mornings"} 1\n' in before
    assert 'opd_link_maintenance{link="link-0"} 1\n' in before
    tuesday = replace(snapshot, taken_unix_ns=1_795_500_000 * 10**9)
    after = page(tuesday, Exposition.TEXT, renderer).decode()
    assert 'opd_maintenance_active{window="mornings"} 0\n' in after
    assert 'opd_maintenance_start_timestamp_seconds{window="mornings"} 1795572000\n' in after
    assert 'window="running"' not in after
    assert 'opd_link_maintenance{link="link-0"} 0\n' in after


def test_pieces_when_a_value_is_not_known() -> None:
    """Timestamps, uplink and availability target are absent, not 0, while nobody knows them."""
    snapshot = make_snapshot(many_links(TARGETS_PER_CHUNK + 2))
    never = snapshot.links.last_probe_unix_ns.copy()
    never[1] = never[TARGETS_PER_CHUNK] = 0
    snapshot = replace(
        snapshot,
        links=replace(snapshot.links, last_probe_unix_ns=never),
        prober=replace(snapshot.prober, uplink_up=None),
    )
    families = parsed(page(snapshot, Exposition.OPENMETRICS), Exposition.OPENMETRICS)
    shown = {dict(labels)["link"] for _, labels, _ in families["opd_link_last_probe_timestamp_seconds"].samples}
    assert set(snapshot.links.keys) - shown == {"link-1", f"link-{TARGETS_PER_CHUNK}"}
    assert not families["opd_exporter_uplink_up"].samples
    assert not families["opd_contract_availability_target_ratio"].samples
    assert not families["opd_contract_tolerance_seconds"].samples


@pytest.mark.parametrize(
    ("ns", "text"),
    [
        (0, "0.000000000"),
        (1, "0.000000001"),
        (100_000_000, "0.100000000"),
        (999_999_999, "0.999999999"),
        (2_678_400_000_000_000_001, "2678400000.000000001"),
        (2**63 - 1, "9223372036.854775807"),
    ],
)
def test_pieces_when_nanoseconds_become_seconds(ns: int, text: str) -> None:
    """Nanoseconds are written as exact decimal seconds, without exponent or rounding."""
    snapshot = make_snapshot(many_links(1))
    links = replace(snapshot.links, rtt_sum_ns=np.array([ns]), state_ns=np.full((1, len(State)), ns))
    written = page(replace(snapshot, links=links), Exposition.TEXT).decode()
    assert f'opd_link_rtt_seconds_sum{{link="link-0"}} {text}\n' in written
    assert f'opd_link_state_seconds_total{{link="link-0",state="down"}} {text}\n' in written


def test_pieces_when_counters_are_large() -> None:
    """Counts are written digit by digit, without exponent."""
    snapshot = make_snapshot(many_links(1))
    links = replace(snapshot.links, attempts=np.array([1_000_000_000_000]))
    assert b'opd_link_echo_attempts_total{link="link-0"} 1000000000000\n' in page(
        replace(snapshot, links=links), Exposition.TEXT
    )


def test_pieces_when_an_id_cannot_be_written_in_utf8() -> None:
    """A lone surrogate in an id costs its character, not the scrape."""
    inventory = many_links(1)
    bad = replace(inventory, links={"a\ud800": replace(inventory.links["link-0"], id="a\ud800")})
    assert b'opd_link_echo_lost_total{link="a?"} ' in page(make_snapshot(bad), Exposition.TEXT)


def test_pieces_when_the_inventory_changes() -> None:
    """A removed link is gone from the next page, and a new name is on it."""
    renderer = Renderer()
    two, one = make_snapshot(many_links(2)), make_snapshot(many_links(1))
    link = replace(one.inventory.links["link-0"], name="Nama baru")
    renamed = replace(one, inventory=replace(one.inventory, links={"link-0": link}))
    assert b'"link-1"' in page(two, Exposition.TEXT, renderer)
    assert b'"link-1"' not in page(one, Exposition.TEXT, renderer)
    assert b'name="Nama baru"' in page(renamed, Exposition.TEXT, renderer)


def test_pieces_when_columns_are_in_another_order() -> None:
    """Columns whose rows are not the inventory's links, in its order, are refused instead of mislabelled."""
    snapshot = make_snapshot(many_links(2))
    swapped = replace(snapshot, links=replace(snapshot.links, keys=("link-1", "link-0")))
    with pytest.raises(AssertionError):
        page(swapped, Exposition.TEXT)
    other = replace(snapshot, references=replace(snapshot.references, keys=()))
    with pytest.raises(AssertionError):
        page(other, Exposition.TEXT)


def test_end_unix_s_when_a_contract_ends() -> None:
    """A contract ends at midnight in WIB after its last day, also on the calendar's last day."""
    assert end_unix_s(date(2026, 12, 31)) == 1_798_736_400
    assert end_unix_s(date.max) == 253_402_275_600
