"""Where a broken path ends, compared with the last good one."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from exporter.path import Break, Hop, Path, Where, break_of, longest_gap, new_hops, shared_hops

GATEWAY, CORE, ACCESS, OFFICE = "192.0.2.1", "203.0.113.1", "203.0.113.9", "198.18.0.10"
OTHER = "198.51.100.1"


def hops(*addresses: str | None) -> tuple[Hop, ...]:
    """Hops from 1 on; None stayed silent."""
    return tuple(Hop(number, ip_address(each), 0.01) for number, each in enumerate(addresses, 1) if each)


def path(*addresses: str | None, whole: bool = False) -> Path:
    return Path(1, hops(*addresses), whole)


GOOD = path(GATEWAY, CORE, ACCESS, OFFICE, whole=True)


@pytest.mark.parametrize(
    ("found", "shared", "where"),
    [
        (path(), 0, Where.UNKNOWN),
        (path(), 1, Where.OURS),
        (path(GATEWAY), 1, Where.PROVIDER),
        (path(GATEWAY), 2, Where.OURS),
        (path(GATEWAY), 0, Where.PROVIDER),
        (path(GATEWAY, CORE), 2, Where.PROVIDER),
        (path(GATEWAY, CORE, ACCESS), 1, Where.LAST_MILE),
        (path(GATEWAY, None, ACCESS), 1, Where.LAST_MILE),
        (path(GATEWAY, OTHER), 1, Where.UNKNOWN),
    ],
)
def test_a_break_lies_behind_the_last_hop_that_answered(found: Path, shared: int, where: Where) -> None:
    """Ours before the last shared router, the last mile behind the last router, else the provider's."""
    ended = break_of(found, GOOD, shared)
    assert ended == Break(found.hops[-1] if found.hops else None, 4, where)


def test_a_hop_is_found_by_its_address_where_the_way_has_become_longer() -> None:
    """The access router at another number is the last mile all the same."""
    ended = break_of(path(GATEWAY, OTHER, CORE, ACCESS), GOOD, 1)
    assert ended is not None
    assert (ended.where, ended.last_hop and ended.last_hop.number) == (Where.LAST_MILE, 4)


def test_behind_the_last_router_that_ever_answers_nobody_knows() -> None:
    """Where silent routers lie before the office, the break may be theirs or the last mile's."""
    good = path(GATEWAY, CORE, None, None, OFFICE, whole=True)
    ended = break_of(path(GATEWAY, CORE), good, 1)
    assert ended == Break(hops(GATEWAY, CORE)[-1], 5, Where.UNKNOWN)


def test_an_office_right_behind_the_gateway_ends_in_the_last_mile() -> None:
    """The only router is the last before the office."""
    ended = break_of(path(GATEWAY), path(GATEWAY, OFFICE, whole=True), 1)
    assert ended is not None
    assert ended.where is Where.LAST_MILE


@pytest.mark.parametrize("good", [None, path(GATEWAY, CORE)], ids=["none", "not whole"])
def test_without_a_good_path_the_last_hop_is_all_there_is(good: Path | None) -> None:
    """No comparison: where is unknown, and so is the usual number."""
    assert break_of(path(GATEWAY), good, 1) == Break(hops(GATEWAY)[-1], None, Where.UNKNOWN)


def test_a_whole_path_does_not_break() -> None:
    """There is nothing to compare."""
    assert break_of(GOOD, None, 1) is None


def test_ipv6_paths_are_compared_alike() -> None:
    """Addresses are addresses."""
    good = path("2001:db8::1", "2001:db8:1::1", "2001:db8:2::1", "2001:db8:3::1", whole=True)
    ended = break_of(path("2001:db8::1", "2001:db8:1::1", "2001:db8:2::1"), good, 1)
    assert ended is not None
    assert ended.where is Where.LAST_MILE


@pytest.mark.parametrize(
    ("walked", "kept"),
    [
        ((), 0),
        ((GATEWAY, CORE), 2),
        ((GATEWAY, CORE, CORE, CORE), 2),
        ((GATEWAY, CORE, ACCESS, CORE, ACCESS), 3),
        ((GATEWAY, CORE, CORE, ACCESS), 4),
    ],
)
def test_hops_end_with_the_last_new_address(walked: tuple[str, ...], kept: int) -> None:
    """Repetition at the end is a router without a way on, or a loop; in between it is kept."""
    assert new_hops(hops(*walked)) == hops(*walked)[:kept]


def test_the_longest_gap_counts_silent_hops() -> None:
    """From the first hop on; nothing is known of no path."""
    assert longest_gap(path(None, CORE, None, None, OFFICE, whole=True)) == 2
    assert longest_gap(path(None, CORE, ACCESS)) == 1
    assert longest_gap(GOOD) == 0
    assert longest_gap(None) == 0


def test_shared_hops_are_those_of_all_providers() -> None:
    """The first routers that every path has in common."""
    second = path(GATEWAY, CORE, OTHER, "198.18.0.20", whole=True)
    assert shared_hops([("a", GOOD), ("b", second)], 4) == 2
    assert shared_hops([("a", GOOD), ("b", path(OTHER, CORE, "198.18.0.20", whole=True))], 4) == 0


def test_a_router_that_is_silent_is_not_known_to_be_shared() -> None:
    """A silent hop counts only when an answering one follows that all share."""
    one, two = (path(GATEWAY, None, CORE, last, whole=True) for last in (OFFICE, "198.18.0.20"))
    assert shared_hops([("a", one), ("b", two)], 4) == 3
    one, two = path(GATEWAY, None, CORE, OFFICE, whole=True), path(GATEWAY, None, OTHER, "198.18.0.20", whole=True)
    assert shared_hops([("a", one), ("b", two)], 4) == 1


def test_one_provider_shares_with_nobody() -> None:
    """What only one provider's links have in common may be the provider's."""
    assert shared_hops([("a", GOOD), ("a", GOOD)], 4) == 0
    assert shared_hops([], 4) == 0


def test_families_and_broken_paths_are_kept_apart() -> None:
    """A path of the other family, or one that is not whole, does not make the shared part shorter."""
    other = path("2001:db8::1", "2001:db8:3::1", whole=True)
    second = path(GATEWAY, OTHER, "198.18.0.20", whole=True)
    paths = [("a", GOOD), ("b", second), ("c", other), ("d", path(OTHER))]
    assert shared_hops(paths, 4) == 1
    assert shared_hops(paths, 6) == 0
