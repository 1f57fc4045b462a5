"""What probes found, counted."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address
from typing import Any

import pytest

from exporter.beside import DeviceRecord, ProbeRecord
from exporter.model import Inventory
from exporter.probe_board import ProbeBoard, applied
from exporter.probe_model import ProbeKind, ProbeSpec, SnmpProbe, TcpProbe
from exporter.probe_outcome import (
    InterfaceReading,
    InterfaceStatus,
    Phase,
    ProbeOutcome,
    ProbeReason,
    SnmpReading,
)
from tests.support.inventories import many_links

UNIX_NS = 1_795_400_000 * 10**9
ROUTER, HTTPS = SnmpProbe("router", 60.0, 5.0, "v3", "ether1"), TcpProbe("https", 60.0, 5.0, 443)
ETHER1 = InterfaceReading(2, "ether1", InterfaceStatus.UP, 10**9, 2**40, 2**39, 1, 0, 3, 4, discontinuity_s=0.0)
READING = SnmpReading(UNIX_NS, 1_795_000_000.0, "80001f88", ETHER1)


def province(links: int, *probes: ProbeSpec) -> Inventory:
    """Links that all have these probes."""
    bare = many_links(links)
    probed = {key: replace(link, probes=tuple(each.id for each in probes)) for key, link in bare.links.items()}
    return replace(bare, probes={each.id: each for each in probes}, links=probed)


def test_every_record_exists_from_the_start() -> None:
    """At zero, in the order of the inventory."""
    board = ProbeBoard(province(2, HTTPS, ROUTER))
    assert board.probes() == (
        ProbeRecord("link-0", "https", ProbeKind.TCP),
        ProbeRecord("link-0", "router", ProbeKind.SNMP),
        ProbeRecord("link-1", "https", ProbeKind.TCP),
        ProbeRecord("link-1", "router", ProbeKind.SNMP),
    )
    assert board.devices() == ()


def test_ends_are_counted_by_result() -> None:
    """Times are summed over successes alone; the latest reason and detail stand, and none after a success."""
    record = ProbeRecord("l", "p", ProbeKind.TCP)
    record = applied(record, ProbeOutcome(phases={Phase.CONNECT: 0.25}), UNIX_NS)
    failed = ProbeOutcome(ProbeReason.REFUSED, "connection refused", {Phase.CONNECT: 9.0})
    record = applied(record, failed, UNIX_NS + 1)
    record = applied(record, ProbeOutcome(ProbeReason.RESOURCES, "no descriptors"), UNIX_NS + 2)
    assert (record.successes, record.failures, record.unmeasured) == (1, 1, 1)
    assert record.phases_ns == {Phase.CONNECT: 250_000_000}
    assert (record.reason, record.detail) == (ProbeReason.RESOURCES, "no descriptors")
    assert (record.ended_unix_ns, record.last_success_unix_ns) == (UNIX_NS + 2, UNIX_NS)
    record = applied(record, ProbeOutcome(phases={Phase.CONNECT: 0.5, Phase.TLS: 0.125}), UNIX_NS + 3)
    assert record.phases_ns == {Phase.CONNECT: 750_000_000, Phase.TLS: 125_000_000}
    assert (record.reason, record.detail, record.last_success_unix_ns) == (None, "", UNIX_NS + 3)


def test_the_end_of_a_certificate_is_kept() -> None:
    """It is told by a refused certificate, too, and stays while no other was seen."""
    refused = ProbeOutcome(ProbeReason.TLS_EXPIRED, "expired", certificate_ends_unix_s=1_790_000_000.0)
    record = applied(ProbeRecord("l", "p", ProbeKind.TCP), refused, UNIX_NS)
    assert record.certificate_ends_unix_s == 1_790_000_000.0
    record = applied(record, ProbeOutcome(ProbeReason.CONNECT_TIMEOUT), UNIX_NS + 1)
    assert record.certificate_ends_unix_s == 1_790_000_000.0


def test_a_device_tells_of_itself_and_of_its_interface() -> None:
    """One poll: start, identity, status, speed and counters under their epoch."""
    board = ProbeBoard(province(2, ROUTER))
    board.record("link-1", "router", ProbeOutcome(reading=READING), UNIX_NS + 5)
    (device,) = board.devices()
    assert (device.link, device.boot_unix_s, device.engine_id, device.answers) == (
        "link-1",
        1_795_000_000.0,
        "80001f88",
        True,
    )
    assert (device.status, device.speed_bits_per_second) == (InterfaceStatus.UP, 10**9)
    assert device.epoch_unix_s is not None
    assert device.counters == {
        "interface_received_bytes": 2**40,
        "interface_sent_bytes": 2**39,
        "interface_receive_errors": 1,
        "interface_send_errors": 0,
        "interface_receive_discards": 3,
        "interface_send_discards": 4,
    }


@pytest.mark.parametrize("reason", [ProbeReason.SILENT, ProbeReason.UPLINK, ProbeReason.CREDENTIALS])
def test_a_device_that_was_not_heard_is_remembered(reason: ProbeReason) -> None:
    """Whosever fault it is: an old count that is shown as the present one would be no traffic, and then a burst."""
    board = ProbeBoard(province(1, ROUTER))
    board.record("link-0", "router", ProbeOutcome(reason), UNIX_NS)
    assert board.devices() == ()
    board.record("link-0", "router", ProbeOutcome(reading=READING), UNIX_NS)
    board.record("link-0", "router", ProbeOutcome(reason), UNIX_NS + 2)
    assert [(each.answers, each.boot_unix_s) for each in board.devices()] == [(False, 1_795_000_000.0)]
    board.record("link-0", "router", ProbeOutcome(reading=READING), UNIX_NS + 3)
    assert [each.answers for each in board.devices()] == [True]


@pytest.mark.parametrize(
    "changed",
    [
        {"address": ip_address("198.18.77.7")},
        {"interface": "ether9"},
    ],
)
def test_another_place_is_another_device(changed: dict[str, Any]) -> None:
    """A link that moved has neither the start nor the counters of what stood where it was before."""
    before = province(2, ROUTER)
    board = ProbeBoard(before)
    for link in before.links:
        board.record(link, "router", ProbeOutcome(reading=READING), UNIX_NS)
    after = replace(before, links={**before.links, "link-0": replace(before.links["link-0"], **changed)})
    board.replace(after)
    assert [each.link for each in board.devices()] == ["link-1"]
    board.record("link-0", "router", ProbeOutcome(reading=READING), UNIX_NS + 1)
    assert [each.link for each in board.devices()] == ["link-1", "link-0"]


def test_a_device_without_the_interface_still_tells_its_start() -> None:
    """The reading comes beside the reason; nothing of the interface is left from before."""
    board = ProbeBoard(province(1, ROUTER))
    board.record("link-0", "router", ProbeOutcome(reading=READING), UNIX_NS)
    bare = replace(READING, taken_unix_ns=UNIX_NS + 60 * 10**9, interface=None)
    board.record("link-0", "router", ProbeOutcome(ProbeReason.INTERFACE_MISSING, reading=bare), UNIX_NS + 60 * 10**9)
    assert board.devices() == (DeviceRecord("link-0", UNIX_NS + 60 * 10**9, 1_795_000_000.0, "80001f88", answers=True),)


def test_a_reload_keeps_what_stays() -> None:
    """Counts of the same probe of the same kind; a removed link or probe is forgotten, another kind begins anew."""
    board = ProbeBoard(province(2, ROUTER, HTTPS))
    for link in ("link-0", "link-1"):
        board.record(link, "router", ProbeOutcome(reading=READING), UNIX_NS)
        board.record(link, "https", ProbeOutcome(), UNIX_NS)
    board.replace(province(1, ROUTER, replace(HTTPS, port=8443)))
    assert [(each.link, each.probe, each.successes) for each in board.probes()] == [
        ("link-0", "router", 1),
        ("link-0", "https", 1),
    ]
    assert [each.link for each in board.devices()] == ["link-0"]
    board.replace(province(1, TcpProbe("router", 60.0, 5.0, 22)))
    assert [(each.kind, each.successes) for each in board.probes()] == [(ProbeKind.TCP, 0)]
    assert board.devices() == ()
    board.record("link-9", "router", ProbeOutcome(), UNIX_NS)
    assert len(board.probes()) == 1


def test_a_record_that_did_not_change_is_the_same_object() -> None:
    """So that what was written of it can be kept."""
    board = ProbeBoard(province(2, HTTPS))
    before = board.probes()
    board.record("link-0", "https", ProbeOutcome(), UNIX_NS)
    after = board.probes()
    assert after[0] is not before[0]
    assert after[1] is before[1]
