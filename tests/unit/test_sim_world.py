"""Who answers how in the simulated province."""

from __future__ import annotations

import struct
from ipaddress import ip_address
from itertools import pairwise

import pytest

from exporter.sim.packet import EchoRequest, internet_checksum, parse_echo_request, render_packet
from exporter.sim.scope import Part, Scope
from exporter.sim.settings import Manner, SimulationError, base_delay_s
from exporter.sim.world import PROBER, ROUTER, STRANGER, Reply, World
from tests.support.inventories import make_inventory

INVENTORY = make_inventory(
    {
        "dinkes-1": ("dinkes", "penyedia-a", "32.73", "198.18.0.10"),
        "dinkes-2": ("dinkes", "penyedia-b", "32.73", "198.18.0.11"),
        "uptd-1": ("uptd", "penyedia-a", "32.01", "2001:db8::10"),
    }
)
DINKES_1, DINKES_2, UPTD_1, REFERENCE = "198.18.0.10", "198.18.0.11", "2001:db8::10", "198.18.255.1"
EVERYBODY = (DINKES_1, DINKES_2, UPTD_1, REFERENCE)
LINK = Scope(Part.LINK, "dinkes-1")
PAYLOAD = bytes(range(56))


def request_to(address: str, sequence: int = 7, payload: bytes = PAYLOAD) -> EchoRequest:
    target = ip_address(address)
    kind = 8 if target.version == 4 else 128
    head = struct.pack("!BBHHH", kind, 0, 0, 0x1234, sequence)
    request = parse_echo_request(render_packet(PROBER[target.version], target.packed, head + payload))
    assert request is not None
    return request


def answering(world: World) -> set[str]:
    return {address for address in EVERYBODY if world.replies(request_to(address))}


def source_of(reply: Reply) -> bytes:
    return reply.packet[12:16] if reply.packet[0] >> 4 == 4 else reply.packet[8:24]


def ipv4_payloads(world: World, count: int) -> list[bytes]:
    """The payloads of the replies to ``count`` requests to DINKES_1."""
    return [reply.packet[28:] for n in range(count) for reply in world.replies(request_to(DINKES_1, n))]


def test_everything_answers_at_its_base_delay() -> None:
    """A fresh province answers every address once, after the delay of its id."""
    world = World(INVENTORY)
    assert answering(world) == set(EVERYBODY)
    ((delay_ns, _),) = world.replies(request_to(DINKES_1))
    assert delay_ns == int(base_delay_s("dinkes-1") * 1e9)


@pytest.mark.parametrize("address", [DINKES_1, UPTD_1])
def test_reply_returns_identifier_sequence_and_payload_from_the_target(address: str) -> None:
    """The reply comes from the address that was asked and copies what it was sent."""
    (reply,) = World(INVENTORY).replies(request_to(address, sequence=0xBEEF))
    assert source_of(reply) == ip_address(address).packed
    assert reply.packet.endswith(struct.pack("!HH", 0x1234, 0xBEEF) + PAYLOAD)


def test_an_address_outside_of_the_inventory_stays_silent() -> None:
    """Nobody answers for an address that no link has, and it is counted."""
    world = World(INVENTORY)
    assert world.replies(request_to("198.18.7.7")) == []
    assert world.counts["unknown"] == 1


@pytest.mark.parametrize(
    ("scope", "still"),
    [
        (Scope(Part.LINK, "dinkes-1"), {DINKES_2, UPTD_1, REFERENCE}),
        (Scope(Part.SITE, "dinkes"), {UPTD_1, REFERENCE}),
        (Scope(Part.PROVIDER, "penyedia-a"), {DINKES_2, REFERENCE}),
        (Scope(Part.AREA, "32.73"), {UPTD_1, REFERENCE}),
        (Scope(Part.REFERENCE, "uplink-gw"), {DINKES_1, DINKES_2, UPTD_1}),
        (Scope(Part.UPLINK, ""), set()),
    ],
)
def test_a_cut_silences_its_part_and_no_other(scope: Scope, still: set[str]) -> None:
    """Each kind of cut takes exactly the addresses of its part, and restoring brings them back."""
    world = World(INVENTORY)
    assert world.cut(scope) == len(EVERYBODY) - len(still) + (2 if scope.part is Part.UPLINK else 0)
    assert answering(world) == still
    world.restore(scope)
    assert answering(world) == set(EVERYBODY)


def test_even_loss_is_spread_and_not_by_chance() -> None:
    """At 10 % every tenth request of an address gets no answer, whatever others ask meanwhile."""
    world = World(INVENTORY)
    world.set(LINK, {"even_loss_ratio": 0.1})
    answered = []
    for _ in range(30):
        assert world.replies(request_to(UPTD_1))
        answered.append(bool(world.replies(request_to(DINKES_1))))
    gaps = [number for number, answer in enumerate(answered) if not answer]
    assert len(gaps) in {2, 3}
    assert gaps[1] - gaps[0] == 10


def test_cuts_are_independent() -> None:
    """Restoring the provider does not restore a link of it that was cut by itself."""
    world = World(INVENTORY)
    world.cut(LINK)
    world.cut(Scope(Part.PROVIDER, "penyedia-a"))
    world.restore(Scope(Part.PROVIDER, "penyedia-a"))
    assert answering(world) == set(EVERYBODY) - {DINKES_1}


@pytest.mark.parametrize(("address", "head"), [(DINKES_1, b"\x03\x01"), (UPTD_1, b"\x01\x00")])
def test_unreachable_cut_is_reported_by_the_router(address: str, head: bytes) -> None:
    """A cut in the manner unreachable answers with the router's error in place of the reply."""
    world = World(INVENTORY)
    world.cut(Scope(Part.UPLINK, ""), Manner.UNREACHABLE)
    request = request_to(address)
    (reply,) = world.replies(request)
    icmp = reply.packet[20:] if request.family == 4 else reply.packet[40:]
    assert source_of(reply) == ROUTER[request.family]
    assert icmp[:2] == head
    assert icmp[8:] == request.packet


def test_the_outermost_cut_decides_the_manner() -> None:
    """Behind a silent cut of the provider, the router before the link cannot be heard."""
    world = World(INVENTORY)
    world.cut(LINK, Manner.UNREACHABLE)
    world.cut(Scope(Part.PROVIDER, "penyedia-a"), Manner.SILENT)
    assert world.replies(request_to(DINKES_1)) == []


def test_settings_of_inner_parts_win_and_others_shine_through() -> None:
    """A link's own delay beats its provider's, whose loss still holds for it."""
    world = World(INVENTORY)
    world.set(Scope(Part.PROVIDER, "penyedia-a"), {"delay_s": 0.5, "loss_ratio": 0.25})
    world.set(LINK, {"delay_s": 0.1})
    behaviour = world.behaviour(ip_address(DINKES_1).packed)
    assert behaviour is not None
    assert (behaviour.delay_s, behaviour.loss_ratio) == (0.1, 0.25)


def test_settings_of_one_part_add_up() -> None:
    """Setting the loss keeps the delay that was set before; restoring forgets both."""
    world = World(INVENTORY)
    world.set(LINK, {"delay_s": 0.1})
    world.set(LINK, {"loss_ratio": 0.5})
    assert world.settings == {LINK: {"delay_s": 0.1, "loss_ratio": 0.5}}
    world.restore(LINK)
    behaviour = world.behaviour(ip_address(DINKES_1).packed)
    assert behaviour is not None
    assert (behaviour.delay_s, behaviour.loss_ratio) == (base_delay_s("dinkes-1"), 0.0)


def test_restoring_all_forgets_cuts_and_settings() -> None:
    """After restoring all the province is as it was at the start."""
    world = World(INVENTORY)
    world.cut(Scope(Part.UPLINK, ""))
    world.set(LINK, {"delay_s": 9.0})
    assert world.restore_all() == 6
    assert (world.cuts, world.settings) == ({}, {})
    assert world.replies(request_to(DINKES_1))[0].delay_ns < 25_000_001


def test_loss_takes_its_share() -> None:
    """At 30 % loss about 300 of 1,000 requests stay without a reply, and every one is counted."""
    world = World(INVENTORY)
    world.set(LINK, {"loss_ratio": 0.3})
    received = len(ipv4_payloads(world, 1000))
    assert 640 < received < 760
    assert world.counts["lost"] == 1000 - received


def test_jitter_is_added_within_its_bound_and_reorders() -> None:
    """Delays lie between delay and delay plus jitter, and some later requests are answered sooner."""
    world = World(INVENTORY)
    world.set(LINK, {"delay_s": 0.01, "jitter_s": 0.005})
    delays = [world.replies(request_to(DINKES_1, n))[0].delay_ns for n in range(500)]
    assert min(delays) >= 10_000_000
    assert max(delays) < 15_000_000
    assert max(delays) - min(delays) > 4_000_000
    assert any(later + 1_000_000 < earlier for earlier, later in pairwise(delays))


def test_duplicates_are_the_same_packet_again() -> None:
    """A duplicated reply is the same bytes, a little later."""
    world = World(INVENTORY)
    world.set(LINK, {"duplicate_ratio": 1.0})
    first, second = world.replies(request_to(DINKES_1))
    assert first.packet == second.packet
    assert second.delay_ns > first.delay_ns


def test_corruption_changes_one_bit_under_a_right_checksum() -> None:
    """A corrupt reply differs in exactly one payload bit, and its checksum still fits."""
    world = World(INVENTORY)
    world.set(LINK, {"corrupt_ratio": 1.0})
    (reply,) = world.replies(request_to(DINKES_1))
    difference = int.from_bytes(reply.packet[28:]) ^ int.from_bytes(PAYLOAD)
    assert difference.bit_count() == 1
    assert internet_checksum(reply.packet[20:]) == 0


def test_corruption_without_a_payload_changes_nothing() -> None:
    """A reply without payload has nothing to corrupt and is still sent."""
    world = World(INVENTORY)
    world.set(LINK, {"corrupt_ratio": 1.0})
    assert len(world.replies(request_to(DINKES_1, payload=b""))) == 1


def test_bad_checksum_leaves_the_payload_alone() -> None:
    """The payload is right and only the checksum is not."""
    world = World(INVENTORY)
    world.set(LINK, {"bad_checksum_ratio": 1.0})
    (reply,) = world.replies(request_to(DINKES_1))
    assert reply.packet[28:] == PAYLOAD
    assert internet_checksum(reply.packet[20:]) != 0


def test_short_replies_have_half_of_the_payload() -> None:
    """A short reply ends after half of the payload, with a right checksum."""
    world = World(INVENTORY)
    world.set(LINK, {"short_ratio": 1.0})
    (reply,) = world.replies(request_to(DINKES_1))
    assert reply.packet[28:] == PAYLOAD[:28]
    assert internet_checksum(reply.packet[20:]) == 0


@pytest.mark.parametrize("address", [DINKES_1, UPTD_1])
def test_wrong_source_answers_in_anothers_name(address: str) -> None:
    """A reply from the wrong source comes from an address that no link has."""
    world = World(INVENTORY)
    world.set(Scope(Part.UPLINK, ""), {"wrong_source_ratio": 1.0})
    request = request_to(address)
    (reply,) = world.replies(request)
    assert source_of(reply) == STRANGER[request.family]
    assert STRANGER[request.family] not in world.endpoints


def test_chance_repeats_with_its_seed() -> None:
    """The same requests to the same seed get the same fate; another seed gives another."""

    def fates(seed: int) -> list[list[Reply]]:
        world = World(INVENTORY, seed=seed)
        world.set(LINK, {"loss_ratio": 0.5, "jitter_s": 0.01, "corrupt_ratio": 0.5})
        return [world.replies(request_to(DINKES_1, n)) for n in range(50)]

    assert fates(1) == fates(1)
    assert fates(1) != fates(2)


def test_unknown_settings_change_nothing() -> None:
    """A refused setting leaves those that stand."""
    world = World(INVENTORY)
    with pytest.raises(SimulationError):
        world.set(LINK, {"delay_s": 0.1, "colour": 3.0})
    assert world.settings == {}


def test_an_address_that_moves_takes_its_new_links_fate() -> None:
    """After a reload an address answers as the link that has it now, whatever it did before."""
    world = World(INVENTORY)
    world.cut(LINK)
    assert world.replies(request_to(DINKES_1)) == []
    world.replace_inventory(make_inventory({"dinkes-2": ("dinkes", "penyedia-b", "32.73", DINKES_1)}))
    assert world.replies(request_to(DINKES_1)) != []


def test_a_new_inventory_keeps_what_it_still_knows() -> None:
    """A reload keeps cuts of parts that remain, forgets the others and says which."""
    world = World(INVENTORY)
    world.cut(LINK)
    world.cut(Scope(Part.LINK, "uptd-1"))
    world.set(Scope(Part.PROVIDER, "penyedia-a"), {"delay_s": 0.1})
    smaller = make_inventory({"dinkes-1": ("dinkes", "penyedia-b", "32.73", "198.18.0.99")})
    gone = world.replace_inventory(smaller)
    assert set(gone) == {Scope(Part.LINK, "uptd-1"), Scope(Part.PROVIDER, "penyedia-a")}
    assert world.cuts == {LINK: Manner.SILENT}
    assert world.replies(request_to("198.18.0.99")) == []
    assert world.replies(request_to(REFERENCE))
    assert world.replies(request_to(DINKES_2)) == []
