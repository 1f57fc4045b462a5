"""What arrives and is not to be believed, or not to be counted as a reply: forged, late, repeated, out of order."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from exporter.outcome import State
from exporter.transport.fake import Answer, Packet, echo_of
from tests.support.engines import (
    MS,
    SECOND,
    Behaviour,
    Bench,
    after,
    altered,
    error_about,
    in_turn,
    inventory,
    inventory_of,
    link,
    silent,
)

#: The right answer's name for each kind of lie that anybody may tell.
LIES: dict[str, tuple[str, Callable[[Packet], Answer]]] = {
    "wrong source": ("source", lambda packet: altered(packet, source=_other_address(packet))),
    "source of another link": ("source", lambda packet: altered(packet, source=_neighbour(packet))),
    "wrong identifier": ("identifier", lambda packet: altered(packet, identifier=_word(packet, 4) ^ 1)),
    "wrong cookie": ("cookie", lambda packet: altered(packet, cookie=bytes(8))),
    "cookie one bit off": ("cookie", lambda packet: altered(packet, cookie=_one_bit_off(packet.data[8:16]))),
    "unknown sequence": ("unknown", lambda packet: altered(packet, sequence=_word(packet, 6) ^ 0x8000)),
    "short": ("payload", lambda packet: altered(packet, filling=packet.data[16:60])),
    "long": ("payload", lambda packet: altered(packet, filling=packet.data[16:] + b"@A")),
    "wrong filling": ("payload", lambda packet: altered(packet, filling=bytes(48))),
    "wrong code": ("payload", lambda packet: altered(packet, code=1)),
}


def _other_address(packet: Packet) -> str:
    return "198.18.99.99" if packet.family == 4 else "2001:db8:99::99"


def _neighbour(packet: Packet) -> str:
    return "198.18.0.2" if packet.family == 4 else "2001:db8::2"


def _word(packet: Packet, at: int) -> int:
    return int.from_bytes(packet.data[at : at + 2])


def _one_bit_off(data: bytes) -> bytes:
    return bytes([data[0] ^ 1]) + data[1:]


@pytest.fixture(params=[4, 6])
def bench(request: pytest.FixtureRequest) -> Bench:
    """Four links and three references of one family, up since ten seconds."""
    bench = Bench(inventory(4, 3, family=request.param))
    bench.run(10)
    return bench


def lie(kind: str) -> Behaviour:
    """A network that tells one lie and nothing else."""
    return lambda packet: [LIES[kind][1](packet)]


@pytest.mark.parametrize("kind", LIES)
def test_a_lie_does_not_keep_a_dead_link_up(bench: Bench, kind: str) -> None:
    """A link of which only forged replies come is down, has no reply more, and each lie is counted by its reason."""
    before = bench.row()
    bench.let("l-0", do=lie(kind))
    bench.run(12)
    row = bench.row()
    assert bench.states() == [State.DOWN, State.UP, State.UP, State.UP]
    assert (row["replies"], row["late"], row["duplicates"]) == (before["replies"], 0, 0)
    assert row["lost"] >= 9
    assert bench.foreign() == {LIES[kind][0]: 12}


@pytest.mark.parametrize("kind", LIES)
def test_a_lie_before_the_true_answer_changes_nothing(bench: Bench, kind: str) -> None:
    """The forger answers first, the link 5 ms after sending: the true reply counts with its true time."""
    bench.let("l-0", do=lambda packet: [LIES[kind][1](packet), echo_of(packet, 5 * MS)])
    bench.run(12)
    row = bench.row()
    assert row["replies"] == row["attempts"]
    assert bench.links.rtt_sum_ns[0] == row["replies"] * 5 * MS
    assert (row["late"], row["duplicates"], bench.state()) == (0, 0, State.UP)
    assert bench.foreign() == {LIES[kind][0]: 12}


def test_an_ipv4_reply_with_a_bad_checksum_is_damaged() -> None:
    """A raw IPv4 socket gets what the kernel did not check: it is counted as payload, and the echo is lost."""
    bench = Bench(inventory(4, 3))
    bench.let("l-0", do=lambda packet: [altered(packet, checksum_error=1)])
    bench.run(12)
    assert bench.state() == State.DOWN
    assert bench.foreign() == {"payload": 12}


def test_a_guesser_who_hits_everything_but_the_cookie_is_not_believed(bench: Bench) -> None:
    """Replies with right source, identifier and sequence but 1,000 guessed cookies leave a dead link down."""
    bench.let("l-0", do=lambda packet: [altered(packet, cookie=guess.to_bytes(8)) for guess in range(1000)])
    bench.run(10)
    assert bench.state() == State.DOWN
    assert bench.foreign() == {"cookie": 10_000}


def test_an_ipv6_message_does_not_answer_an_ipv4_echo() -> None:
    """Number, identifier, cookie and the sixteen address bytes of an IPv4 echo in an ICMPv6 reply: another's source."""
    bench = Bench(inventory_of([link(0), link(1, family=6)]))

    def other_family(packet: Packet) -> list[Answer]:
        forged = bytes([129]) + packet.data[1:]
        bench.network.inject(6, Answer(packet.mono_ns + MS, forged, packet.address))
        return []

    bench.let("l-0", do=other_family)
    bench.run(6)
    assert bench.row("l-0")["replies"] == 0
    assert bench.foreign() == {"source": 6}


@pytest.mark.parametrize("family", [4, 6])
def test_messages_of_other_types_are_no_replies(family: int) -> None:
    """Whatever ICMP type comes with our bytes behind it, only an echo reply is one; errors must quote."""
    bench = Bench(inventory(256, family=family))
    for kind in range(256):
        bench.let(f"l-{kind}", do=_typed(kind))
    links = bench.run(4).links
    errors = 3 if family == 4 else 4
    replied = [key for key, count in zip(links.keys, links.replies.tolist(), strict=True) if count]
    assert replied == ([] if family == 4 else ["l-129"]), "the IPv4 checksum is that of the request"
    assert bench.foreign() == ({"payload": 4} if family == 4 else {}) | {"quote": 4 * errors}


def _typed(kind: int) -> Behaviour:
    return lambda packet: [Answer(packet.mono_ns + MS, bytes([kind]) + packet.data[1:], packet.address)]


# late, repeated, out of order


def test_duplicates_are_counted_and_are_no_replies(bench: Bench) -> None:
    """Three copies of each reply: one reply, two duplicates, the first one's time."""
    bench.let("l-0", do=after(5 * MS, 6 * MS, 700 * MS))
    before = bench.row()
    bench.run(10)
    bench.let("l-0", do=silent)
    bench.run(0.8)
    row = bench.row()
    assert row["duplicates"] == 2 * (row["replies"] - before["replies"])
    assert bench.links.rtt_sum_ns[0] == row["replies"] * 5 * MS


def test_copies_in_one_batch_are_one_reply(bench: Bench) -> None:
    """Two identical replies that are read together: the first is the reply."""
    bench.let("l-0", do=after(5 * MS, 5 * MS))
    bench.run(10)
    assert (bench.row()["duplicates"], bench.row()["replies"]) == (10, bench.row()["attempts"])


def test_late_replies_are_named_and_the_echo_stays_lost(bench: Bench) -> None:
    """Replies after 2.5 s at a timeout of 2 s: late, lost, and the link is down in spite of them."""
    bench.let("l-0", do=after(2500 * MS))
    bench.run(15)
    bench.let("l-0", do=silent)
    bench.run(3)
    row = bench.row()
    assert (bench.state(), row["late"]) == (State.DOWN, 15)
    assert row["replies"] == 10


def test_a_late_copy_of_an_answered_echo_is_a_duplicate(bench: Bench) -> None:
    """After the reply, a copy that comes ten seconds later is a duplicate, not late."""
    bench.let("l-0", do=after(5 * MS, 10 * SECOND))
    bench.run(15)
    assert (bench.row()["late"], bench.row()["duplicates"]) == (0, 5)


def test_a_reply_minutes_late_is_still_the_old_echos(bench: Bench) -> None:
    """A reply that comes two minutes later is late, and no newer echo is credited with it."""
    bench.let("l-0", do=after(120 * SECOND))
    bench.run(5)
    bench.let("l-0", do=silent)
    bench.run(120)
    row = bench.row()
    assert (row["late"], row["replies"], bench.state()) == (5, 10, State.DOWN)


def test_a_late_reply_and_its_copy_are_both_late(bench: Bench) -> None:
    """Neither of two copies after the deadline is a reply or a duplicate of one."""
    bench.let("l-0", do=after(2100 * MS, 2200 * MS, 3000 * MS))
    bench.run(15)
    row = bench.row()
    assert row["duplicates"] == 0
    assert row["late"] >= 3 * 11
    assert row["replies"] == 10


def test_reordered_replies_are_all_replies(bench: Bench) -> None:
    """Replies after 1,900 and 100 ms in turn arrive in the wrong order and are settled in the right one."""
    bench.let("l-0", do=in_turn(after(1900 * MS), after(100 * MS)))
    bench.run(20)
    row = bench.row()
    assert (row["lost"], row["late"], row["duplicates"], row["unmeasured"]) == (0, 0, 0, 0)
    assert abs(bench.links.rtt_variation_ns[0] - (row["replies"] - 10) * 1800 * MS) <= 1900 * MS


def test_a_late_reply_does_not_answer_the_echo_that_took_its_number() -> None:
    """After 65,536 echoes a number is used again: a reply to the older one fails by its cookie."""
    bench = Bench(inventory(1))
    bench.run(3)
    old = bench.sent_to("l-0")[0]
    bench.engine._slots.next += 65_536 - 3
    bench.engine._slots.oldest = bench.engine._slots.next
    bench.let("l-0", do=lambda packet: [Answer(packet.mono_ns + MS, echo_of(old, 0).data, packet.address)])
    bench.frame()
    bench.run(3)
    assert bench.sent_to("l-0")[3].data[6:8] == old.data[6:8]
    assert bench.row()["replies"] == 3
    assert {"identifier", "cookie"} >= set(bench.foreign())


# ICMP errors


ERRORS = {4: [(3, 0), (3, 1), (3, 13), (11, 0), (12, 0)], 6: [(1, 0), (1, 1), (2, 0), (3, 0), (4, 0)]}


@pytest.mark.parametrize("number", range(5))
def test_an_icmp_error_is_recorded_and_never_closes_an_echo(bench: Bench, number: int) -> None:
    """An error about our echo is counted and kept for people; the reply that comes after it counts as ever."""
    kind, code = ERRORS[bench.network.ports[0].family][number]
    bench.let("l-0", do=lambda packet: [error_about(packet, kind=kind, code=code), echo_of(packet, 5 * MS)])
    bench.run(10)
    row = bench.row()
    assert (row["icmp_errors"], row["lost"], bench.state()) == (10, 0, State.UP)
    assert row["replies"] == row["attempts"]
    error = bench.engine.last_error("l-0")
    assert error is not None
    assert (error.kind, error.code) == (kind, code)
    assert error.reporter == error_about(bench.network.sent[-1]).source
    assert not bench.foreign()


def test_errors_alone_are_loss_and_not_sooner(bench: Bench) -> None:
    """A link of which only errors come is down by losses: three of them, each at its own deadline."""
    bench.let("l-0", do=lambda packet: [error_about(packet)])
    bench.run(2)
    assert (bench.row()["icmp_errors"], bench.row()["lost"], bench.state()) == (2, 0, State.UP)
    bench.run(10)
    assert (bench.row()["icmp_errors"], bench.state()) == (12, State.DOWN)


FORGED_ERRORS: dict[str, Callable[[Packet], Answer]] = {
    "another destination": lambda packet: error_about(packet, destination=_other_address(packet)),
    "another link": lambda packet: error_about(packet, destination=_neighbour(packet)),
    "wrong identifier": lambda packet: error_about(packet, identifier=_word(packet, 4) ^ 1),
    "no echo request": lambda packet: error_about(packet, request_kind=0 if packet.family == 4 else 129),
    "cut before the sequence": lambda packet: error_about(packet, quoted_bytes=27 if packet.family == 4 else 47),
    "nothing quoted": lambda packet: error_about(packet, quoted_bytes=0),
    "an answered echo": lambda packet: error_about(packet, 500 * MS),
}


@pytest.mark.parametrize("kind", FORGED_ERRORS)
def test_a_forged_error_is_counted_as_foreign_only(bench: Bench, kind: str) -> None:
    """An error that does not quote an open echo of ours to that address is nobody's error."""
    bench.let("l-0", do=lambda packet: [FORGED_ERRORS[kind](packet), echo_of(packet, 5 * MS)])
    bench.run(10)
    assert bench.engine.last_error("l-0") is None
    assert bench.row()["icmp_errors"] == 0
    assert bench.row()["replies"] == bench.row()["attempts"]
    assert bench.foreign() in ({"quote": 10}, {"quote": 9})


def test_the_error_of_a_datagram_socket_is_recorded_by_the_same_rules() -> None:
    """On the error queue, too: ours is recorded, one about another destination or an answered echo is not."""
    bench = Bench(inventory(4, 3), mode="datagram")
    bench.run(10)
    bench.let("l-0", do=lambda packet: [error_about(packet), echo_of(packet, 5 * MS)])
    bench.let("l-1", do=lambda packet: [FORGED_ERRORS["another destination"](packet), echo_of(packet, 5 * MS)])
    bench.let("l-2", do=lambda packet: [FORGED_ERRORS["an answered echo"](packet), echo_of(packet, 5 * MS)])
    bench.run(10)
    assert [bench.row(f"l-{number}")["icmp_errors"] for number in range(4)] == [10, 0, 0, 0]
    assert 19 <= bench.foreign()["quote"] <= 20
    assert bench.states() == [State.UP] * 4
