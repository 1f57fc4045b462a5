"""Snapshots made by hand: columns of any size filled with plausible, consistent figures.

Lives here: the making. Must not live here: assertions, the live table.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from exporter.model import Inventory
from exporter.outcome import Reason, State
from exporter.scope import GroupName, GroupOutage, Outages, Scope
from exporter.snapshot import EchoColumns, ProberFigures, Snapshot
from exporter.thresholds import RTT_BUCKETS_S

__all__ = ["TAKEN_UNIX_NS", "make_columns", "make_outages", "make_snapshot", "prober_figures"]

#: Monday, 23 November 2026, 09.14 WIB.
TAKEN_UNIX_NS = 1_795_400_040_123_456_789


def make_columns(keys: tuple[str, ...], seed: int) -> EchoColumns:
    """Random figures for ``keys``, such as a prober has after some weeks; equal seeds give equal figures."""
    random = np.random.default_rng(seed)
    n = len(keys)
    buckets = random.integers(0, 300_000, (n, len(RTT_BUCKETS_S) + 1))
    unmeasured = random.integers(0, 50, (n, len(Reason)))
    lost, replies = random.integers(0, 5_000, n), buckets.sum(axis=1)
    return EchoColumns(
        keys=keys,
        attempts=replies + lost + unmeasured.sum(axis=1) + 2,
        replies=replies,
        lost=lost,
        unmeasured=unmeasured,
        late=random.integers(0, 9, n),
        duplicates=random.integers(0, 9, n),
        icmp_errors=random.integers(0, 9, n),
        rtt_buckets=buckets,
        rtt_sum_ns=random.integers(0, 10**15, n),
        rtt_variation_ns=random.integers(0, 10**14, n),
        state=random.integers(0, len(State), n).astype(np.int8),
        state_ns=random.integers(0, 2_678_400 * 10**9, (n, len(State))),
        changed_unix_ns=TAKEN_UNIX_NS - random.integers(0, 10**15, n),
        last_probe_unix_ns=TAKEN_UNIX_NS - random.integers(0, 10**9, n),
        icmp_only=random.integers(0, 2, n).astype(bool),
    )


def prober_figures() -> ProberFigures:
    """What a healthy prober on raw sockets confesses after a few small mishaps."""
    return ProberFigures(
        socket_mode={"ipv4": "raw", "ipv6": "closed"},
        receive_buffer_bytes={"ipv4": 8_388_608},
        kernel_drops=3,
        late_sends=5,
        stalls=1,
        timestamp_fallbacks=2,
        socket_reopens=1,
        clock_steps=4,
        foreign={"cookie": 7},
        send_errors={"ENETUNREACH": 6, "EPERM": 0},
        uplink_up=True,
        frame_seconds_max=0.0125,
    )


def make_outages(links: int, seed: int) -> Outages:
    """Random scopes, and an outage of each kind of group."""
    random = np.random.default_rng(seed)
    site, area = GroupName(Scope.SITE, "", "32.73", "site-1"), GroupName(Scope.AREA, kabkota="32.73")
    provider = GroupName(Scope.PROVIDER, "penyedia-a", "32.73")
    return Outages(
        random.integers(-1, len(Scope), links).astype(np.int8),
        (
            GroupOutage(GroupName(Scope.CORE), 60, 61, TAKEN_UNIX_NS - 1),
            GroupOutage(provider, 7, 9, TAKEN_UNIX_NS - 10**12),
            GroupOutage(site, 2, 2, TAKEN_UNIX_NS - 5),
        ),
        (provider, site, area),
    )


def make_snapshot(inventory: Inventory, *, seed: int = 1, ready: bool = True) -> Snapshot:
    """A snapshot of ``inventory`` with random figures."""
    return Snapshot(
        taken_unix_ns=TAKEN_UNIX_NS,
        inventory=replace(inventory, digest="9f" * 32),
        links=make_columns(tuple(inventory.links), seed),
        references=make_columns(tuple(inventory.reference_targets), seed + 1),
        prober=prober_figures(),
        ready=ready,
        outages=make_outages(len(inventory.links), seed),
    )
