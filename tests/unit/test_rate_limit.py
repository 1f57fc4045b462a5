"""How often one address may ask."""

from __future__ import annotations

import pytest

from exporter.access.rate_limit import RateLimit, reader_of

READER = "198.18.0.10"


def test_a_burst_is_let_in_and_the_next_is_told_how_long_to_wait() -> None:
    """The wait is whole seconds, rounded up."""
    limit = RateLimit(burst=3, per_s=0.5)
    assert [limit.wait_s(READER, 0.0) for _ in range(4)] == [0, 0, 0, 2]


def test_tokens_come_back_with_time_and_never_above_the_burst() -> None:
    """A reader who was away for long has one burst, not many."""
    limit = RateLimit(burst=2, per_s=1.0)
    assert [limit.wait_s(READER, 0.0) for _ in range(3)] == [0, 0, 1]
    assert [limit.wait_s(READER, 1_000.0) for _ in range(3)] == [0, 0, 1]


def test_a_refusal_takes_nothing_so_that_the_wait_told_is_true() -> None:
    """Who asks while refused is let in at the second first told."""
    limit = RateLimit(burst=1, per_s=0.125)
    assert limit.wait_s(READER, 0.0) == 0
    assert [limit.wait_s(READER, float(second)) for second in range(1, 8)] == [7, 6, 5, 4, 3, 2, 1]
    assert limit.wait_s(READER, 8.0) == 0


def test_a_clock_that_stands_or_goes_back_gives_no_token() -> None:
    """Only time that passes fills a bucket."""
    limit = RateLimit(burst=1, per_s=1.0)
    assert limit.wait_s(READER, 100.0) == 0
    assert limit.wait_s(READER, 50.0) == 1


def test_one_reader_costs_another_nothing() -> None:
    """Each has a bucket of its own."""
    limit = RateLimit(burst=1, per_s=1.0)
    assert limit.wait_s(READER, 0.0) == 0
    assert limit.wait_s("198.18.0.11", 0.0) == 0


def test_the_table_is_bounded_and_forgets_who_asked_longest_ago() -> None:
    """A flood of addresses takes no memory."""
    limit = RateLimit(burst=1, per_s=0.001, addresses=2)
    for reader in ("a", "b", "a", "c"):
        limit.wait_s(reader, 0.0)
    assert len(limit) == 2
    assert limit.wait_s("a", 0.0) > 0, "asked after b, so b made room"
    assert limit.wait_s("c", 0.0) > 0, "the newcomer stays"


@pytest.mark.parametrize(
    ("address", "reader"),
    [
        ("198.18.0.10", "198.18.0.10"),
        ("::ffff:198.18.0.10", "198.18.0.10"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("not an address", "not an address"),
    ],
)
def test_who_shares_a_bucket(address: str, reader: str) -> None:
    """A customer with a /64 has one bucket; text that is no address is its own reader."""
    assert reader_of(address) == reader
