"""The invented providers of the example province and what they sell.

Lives here: tables. Must not live here: who is connected how (``generate``). Fees follow published
tenders in their order of magnitude: shared broadband at about a million rupiah a month, dedicated
lines at 130,000 to 280,000 rupiah a Mbit/s.
"""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["CONTRACTS", "PROVIDERS", "Contract", "Provider"]


class Provider(NamedTuple):
    """A company, and the block that its customers' addresses are of."""

    name: str
    network: str  #: a /20


PROVIDERS = {
    "penyedia-a": Provider("Penyedia A", "198.18.16.0"),
    "penyedia-b": Provider("Penyedia B", "198.18.32.0"),
    "penyedia-c": Provider("Penyedia C", "198.18.48.0"),
    "penyedia-d": Provider("Penyedia D", "198.18.64.0"),
    "penyedia-e": Provider("Penyedia E", "198.18.80.0"),
}


class Contract(NamedTuple):
    """One contract, as text of the inventory."""

    provider: str
    kind: str
    bandwidth: str
    fee: int  #: rupiah a month for each link
    starts: str
    ends: str
    sla: str  #: availability, tolerance, window, credit; empty: the contract promises nothing
    meant_for: str
    thresholds: str = ""  #: limits of its links; empty: those that hold for all
    more_of_sla: str = ""  #: further keys of it, as text of the inventory


_YEAR = ("2026-01-01", "2026-12-31")
_OWN = ("2025-07-01", "2027-06-30")

#: Constructed for this example; the last band ends at the promise, from where nothing is owed.
_BANDS = "[{below: 95%, share: 50%}, {below: 98%, share: 20%}, {below: 99%, share: 10%}]"

CONTRACTS = {
    "k-2026-001": Contract(
        "penyedia-a", "dedicated", "100Mbps", 13_600_000, *_YEAR, "99.5% 300s 24x7 prorata", "head offices"
    ),
    "k-2026-002": Contract(
        "penyedia-b",
        "dedicated",
        "100Mbps",
        14_000_000,
        *_YEAR,
        "99.5% 300s 24x7 prorata",
        "head offices, second lines",
    ),
    "k-2026-003": Contract("penyedia-b", "dedicated", "50Mbps", 8_369_000, *_YEAR, "99.5% 300s 24x7 selisih", "Samsat"),
    "k-2026-004": Contract(
        "penyedia-c",
        "dedicated",
        "50Mbps",
        7_900_000,
        *_YEAR,
        "99% 300s service-hours tier",
        "Samsat, Cadisdik, UPTD; restitution by bands, which are of no real contract",
        more_of_sla=f"tiers: {_BANDS}",
    ),
    "k-2026-005": Contract(
        "penyedia-a",
        "dedicated",
        "200Mbps",
        27_200_000,
        *_YEAR,
        "99.9% 60s 24x7 prorata",
        "hospitals, which have electricity of their own: that it failed excuses nobody",
        more_of_sla="exclusions: [maintenance, force-majeure]",
    ),
    "k-2026-006": Contract(
        "penyedia-c", "dedicated", "30Mbps", 6_175_000, *_YEAR, "99% 300s service-hours prorata", "UPTD"
    ),
    "k-2026-007": Contract(
        "penyedia-d",
        "dedicated",
        "30Mbps",
        5_950_000,
        *_YEAR,
        "99% 300s 24x7 prorata",
        "UPTD; availability is a share of the whole month",
        more_of_sla="base: period",
    ),
    "k-2026-008": Contract(
        "penyedia-d",
        "broadband",
        "50Mbps",
        950_500,
        *_YEAR,
        "",
        "service units; a share of a cable is slow at noon, and nobody promised otherwise",
        "{loss: 10%, latency: 250ms, flaps: 8}",
    ),
    "k-2026-009": Contract("penyedia-e", "broadband", "100Mbps", 1_250_000, *_YEAR, "", "service units"),
    "k-2026-010": Contract("penyedia-e", "broadband", "200Mbps", 1_900_000, *_YEAR, "", "second lines"),
    "k-2026-011": Contract("penyedia-d", "broadband", "200Mbps", 1_850_000, *_YEAR, "", "second lines"),
    "k-2025-101": Contract(
        "penyedia-e",
        "dedicated",
        "20Mbps",
        5_600_000,
        *_OWN,
        "98% 0s 24x7 none",
        "lines that offices still rent themselves",
    ),
    "k-2025-102": Contract(
        "penyedia-c", "broadband", "50Mbps", 1_100_000, *_OWN, "", "lines that offices still rent themselves"
    ),
    "k-2025-103": Contract(
        "penyedia-b",
        "dedicated",
        "30Mbps",
        6_900_000,
        *_OWN,
        "98% 0s 24x7 prorata",
        "lines that offices still rent themselves",
    ),
}
